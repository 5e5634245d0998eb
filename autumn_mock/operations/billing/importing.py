"""`billing.import` (reference: billing.import).

A Stripe subscription that a billable is linked to is in the simulated provider from then on, as it would
be in the real one: it renews, and charges the customer's card. The phases of a Stripe schedule are the
provider's own; a link to one says where a plan comes from and nothing else. Invariant: nothing is charged
by the import.
"""

from typing import Any

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.importing import (
    Flashed,
    Imported,
    check_processors,
    flash,
    not_in_image,
    told_as_expired,
)
from autumn_mock.domain.billing.other_processors import REVENUECAT, STRIPE
from autumn_mock.domain.billing.subscriptions import ACTIVE, EXPIRED, PAST_DUE
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

Adopted = dict[str, StripeSubscription]
"""Stripe subscriptions that a request links to, by id."""


@operation("billing.import", body=ImportCustomer())
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
            _keep(world, customer, each, _links(body).get(STRIPE))
    customer = world.store.customers.must(customer.internal_id)
    return {"customer_id": body["customer_id"], "flashed": told, "customer": show(world, customer, {}, call)}


def _customer(world: World, body: Body) -> Customer:
    known = look_up_customer(world, body["customer_id"])
    given: dict[str, Any] = body.get("customer_data") or {}
    if known is None:
        links = _links(body)
        facts = {**given, "customer_id": body["customer_id"], "stripe_id": links.get(STRIPE)}
        if REVENUECAT in links:
            facts["processors"] = {REVENUECAT: {"id": links[REVENUECAT], "aliases": []}}
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
    adopted: Adopted = {}
    imported = [_imported(world, each, customer, adopted) for each in body["billables"]]
    check_processors(imported)
    holdings = load_holdings(world, customer)
    return [flash(each, holdings, world.make_id, now=world.now()) for each in imported]


def _imported(world: World, billable: Body, customer: Customer, adopted: Adopted) -> Imported:
    """What a billable asks for. `adopted` gets the subscription that it brings to the provider."""
    if "phases" in billable:
        raise ImportFieldUnsupported(field="phases")
    sent, processor = billable["plan"], billable.get("processor", STRIPE)
    named = (billable.get("link") or {}).get("subscription_id")
    version = int(sent["version"]) if "version" in sent else None
    anchor = int(billable["billing_cycle_anchor"]) if "billing_cycle_anchor" in billable else None
    plan = find_plan(world, sent["plan_id"], version)
    billed_by = None
    if named is not None and processor == STRIPE:
        known = world.store.stripe_subscriptions.get(named) or adopted.get(named)
        billed_by = known or _adopted(world, named, customer, sent, anchor)
        adopted[named] = billed_by
    return Imported(
        plan=plan, sent=sent, processor=processor, linked=named is not None, billed_by=billed_by, anchor=anchor
    )


def _adopted(
    world: World, named: str, customer: Customer, sent: Body, anchor: int | None
) -> StripeSubscription:
    """A Stripe subscription that this provider does not know: it began with the plan, and owes what the
    plan owes."""
    began = whole_second(int(sent.get("started_at", world.now())))
    return StripeSubscription(
        id=named,
        customer=customer.internal_id,
        created_at=began,
        anchor=began if anchor is None else whole_second(anchor),
        status=PAST_DUE if sent.get("status") == PAST_DUE else ACTIVE,
        period_start=began,
    )


def _links(body: Body) -> dict[str, str]:
    """What the customer is called by each processor."""
    return {each["type"]: each["id"] for each in body.get("processors") or ()}


def _keep(world: World, customer: Customer, flashed: Flashed, stripe_id: str | None) -> None:
    """Write a plan, and the subscription that bills it. Somebody without a Stripe customer, who needs
    one for that, is the one that the request names."""
    row = flashed.row
    assert row is not None
    billed_by = flashed.billed_by
    runs = billed_by is not None and row.status != EXPIRED
    if runs and billed_by is not None and billed_by.id not in world.store.stripe_subscriptions:
        if customer.stripe_id is None and stripe_id is not None:
            customer = customer.but(stripe_id=stripe_id)
            world.store.customers.put(customer)
        ensure_stripe_customer(world.store, world.ids, customer, now=world.now())
        world.store.stripe_subscriptions.put(billed_by)
    put_plan(world, customer, row, flashed.balances)
    world.store.subscriptions.put(row)  # it stands as it was said to, however what bills it stands
