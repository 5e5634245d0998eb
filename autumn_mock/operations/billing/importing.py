"""`billing.import` (reference: billing.import).

A Stripe subscription that a billable is linked to is in the simulated provider from then on, as it would
be in the real one: it renews, and charges the customer's card. Invariant: nothing is charged by the import.
"""

from typing import Any

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.importing import (
    STRIPE,
    Flashed,
    Imported,
    check_processors,
    flash,
    not_in_image,
    told_as_expired,
)
from autumn_mock.domain.customers.customers import new_customer
from autumn_mock.domain.records import Customer, StripeSubscription
from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_import import ImportFieldUnsupported
from autumn_mock.operations.billing.rows import end_plan, put_plan
from autumn_mock.operations.customer_view import show
from autumn_mock.operations.loading import find_plan, load_holdings, look_up_customer
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.billing_import import ImportCustomer
from autumn_mock.stripe.customers import ensure_stripe_customer
from autumn_mock.world import World


@operation("billing.import", body=ImportCustomer(), missing="phases, schedules")
def import_customer(world: World, body: Body, call: Call) -> Reply:
    """Give a customer the plans that it has elsewhere, and end those that it does not have there. The
    customer is made if it is new, whatever becomes of its plans."""
    customer = _customer(world, body)
    try:
        flashed = _flashed(world, body, customer)
    except ApiError as error:
        raise error.keeping_changes() from None
    over = not_in_image(flashed, load_holdings(world, customer)) if body["billables"] else []
    told = [each.told for each in flashed] + [told_as_expired(row) for row in over]

    if body["dry_run"]:
        return {"customer_id": body["customer_id"], "flashed": told, "customer": None}
    for row in over:
        end_plan(world, row, at=world.now())
    for each in flashed:
        if each.row is not None:
            _keep(world, customer, each)
    return {"customer_id": body["customer_id"], "flashed": told, "customer": show(world, customer, {}, call)}


def _customer(world: World, body: Body) -> Customer:
    known = look_up_customer(world, body["customer_id"])
    given: dict[str, Any] = body.get("customer_data") or {}
    if known is None:
        links = {each["type"]: each["id"] for each in body.get("processors") or ()}
        facts = {**given, "customer_id": body["customer_id"], "stripe_id": links.get(STRIPE)}
        made = new_customer(facts, internal_id=world.make_id("cus_"), now=given.get("created_at", world.now()))
        world.store.customers.put(made)
        return made
    if body["dry_run"]:
        return known
    changes = {name: value for name, value in given.items() if getattr(known, name) != value}
    changed = known.but(**changes) if changes else known
    world.store.customers.put(changed)
    return changed


def _flashed(world: World, body: Body, customer: Customer) -> list[Flashed]:
    """What becomes of each plan. Raises ProductNotFound, ImportFieldUnsupported, ProcessorsConflict and
    what a balance that fits no line is refused with."""
    imported = [_imported(world, each, customer) for each in body["billables"]]
    check_processors(imported)
    holdings = load_holdings(world, customer)
    return [flash(each, holdings, world.make_id, now=world.now()) for each in imported]


def _imported(world: World, billable: Body, customer: Customer) -> Imported:
    if "phases" in billable:
        raise ImportFieldUnsupported(field="phases")
    link = billable.get("link") or {}
    if "schedule_id" in link:
        raise ImportFieldUnsupported(field="link.schedule_id")
    sent = billable["plan"]
    version = int(sent["version"]) if "version" in sent else None
    anchor = int(billable["billing_cycle_anchor"]) if "billing_cycle_anchor" in billable else None
    return Imported(
        plan=find_plan(world, sent["plan_id"], version),
        sent=sent,
        processor=billable.get("processor", STRIPE),
        billed_by=_linked(world, link.get("subscription_id"), customer, sent, anchor),
        anchor=anchor,
    )


def _linked(
    world: World, subscription_id: str | None, customer: Customer, sent: Body, anchor: int | None
) -> StripeSubscription | None:
    """The Stripe subscription of a link; one that the provider does not know began with the plan."""
    if subscription_id is None:
        return None
    known = world.store.stripe_subscriptions.get(subscription_id)
    if known is not None and known.customer == customer.internal_id:
        return known
    began = whole_second(int(sent.get("started_at", world.now())))
    return StripeSubscription(
        id=subscription_id,
        customer=customer.internal_id,
        created_at=began,
        anchor=began if anchor is None else whole_second(anchor),
        period_start=began,
    )


def _keep(world: World, customer: Customer, flashed: Flashed) -> None:
    row = flashed.row
    assert row is not None
    put_plan(world, customer, row, flashed.balances)
    billed_by = flashed.billed_by
    if billed_by is not None and billed_by.id not in world.store.stripe_subscriptions:
        ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
        world.store.stripe_subscriptions.put(billed_by)
