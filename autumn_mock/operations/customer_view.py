"""Showing a customer: the object, and what `expand` adds from billing."""

from collections.abc import Callable, Collection
from itertools import islice

from autumn_mock.domain.billing.discounts_shown import rewards_object
from autumn_mock.domain.billing.trials import had_trial
from autumn_mock.domain.controls.controls import customer_controls
from autumn_mock.domain.customers.billing_details import BILLING_DETAILS, billing_details_object
from autumn_mock.domain.customers.customer_plans import PLAN_FEATURES, PURCHASES_PLAN
from autumn_mock.domain.customers.customers import customer_object, entity_summaries
from autumn_mock.domain.customers.payment_methods import card_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.invoice_object import invoice_object
from autumn_mock.domain.records import Customer, Entity, JsonObject
from autumn_mock.domain.rewards.reward_objects import referral_object
from autumn_mock.operations.billing.discounts import own_discount
from autumn_mock.operations.billing.renewals.coming import coming_invoices
from autumn_mock.operations.invoices.loading import newest_invoices
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.registry import Body, Call
from autumn_mock.stripe.cards import default_card
from autumn_mock.stripe.subscriptions import running_subscriptions
from autumn_mock.versions.plans import needs_features
from autumn_mock.versions.version import Version
from autumn_mock.world import World

_MOST_INVOICES = 10
_MOST_REFERRALS = 100
_FULL_1_2 = ("subscriptions.plan", "purchases.plan", "balances.feature", "flags.feature")


def show(world: World, customer: Customer, body: Body, call: Call, entity: Entity | None = None) -> JsonObject:
    """The customer in the newest shape, with the expands of the body and those of the route."""
    expand = expands_of(world, body.get("expand"), call)
    holdings = load_holdings(world, customer, entity)
    shown = customer_in_newest(world, holdings, expand)
    for name, add in _ADDITIONS.items():
        if name in expand:
            add(world, holdings, shown)
    if body.get("with_autumn_id"):
        return {"autumn_id": customer.internal_id, **shown}
    return shown


def customer_in_newest(
    world: World,
    holdings: Holdings,
    expand: Collection[str] = (),
    *,
    listed: bool = False,
) -> JsonObject:
    """The customer object without what comes from billing."""
    now = world.now()
    controls: JsonObject = {}
    if _has_controls(holdings):
        windows = world.store.usage_windows.find("customer", holdings.customer.internal_id)
        controls = customer_controls(holdings, windows, now=now, listed=listed, expand=expand)
    return customer_object(holdings, controls, now=now, env=world.env, expand=expand, listed=listed)


def _has_controls(holdings: Holdings) -> bool:
    """Most customers have none, and reading them back costs more than looking."""
    if holdings.customer.billing_controls:
        return True
    return any(holdings.controls_of(s) for s in holdings.subscriptions)


def expands_of(world: World, given: object, call: Call) -> frozenset[str]:
    """What is expanded: asked for in the body (or the query of a REST route), or always by an old route."""
    names = set(given) if isinstance(given, list) else set()
    if call.rest and call.version <= Version.BETA:
        names |= set(_FULL_1_2)
    if call.rest and call.version == Version.V2_0 and "balances.feature" in names:
        names.add("flags.feature")
    if call.version <= Version.V0_2:
        names.add("invoices")
    if "purchases.plan" in names and world.rules.purchases_plan_expands:
        names.add(PURCHASES_PLAN)
    if BILLING_DETAILS in names and call.version < Version.V2_4:
        names.remove(BILLING_DETAILS)
    if needs_features(call):
        names.add(PLAN_FEATURES)
    return frozenset(names)


def _invoices(world: World, holdings: Holdings, shown: JsonObject) -> None:
    newest = islice(newest_invoices(world, holdings.customer), _MOST_INVOICES)
    shown["invoices"] = [invoice_object(invoice) for invoice in newest]


def _entities(world: World, holdings: Holdings, shown: JsonObject) -> None:
    shown["entities"] = entity_summaries(holdings.entities, holdings.customer, env=world.env)


def _trials_used(world: World, holdings: Holdings, shown: JsonObject) -> None:
    customer = holdings.customer
    sharing = [customer]
    if customer.fingerprint:
        sharing = world.store.customers.find("fingerprint", customer.fingerprint)
    used = [
        {"plan_id": s.plan_id, "customer_id": each.id, "fingerprint": each.fingerprint}
        for each in sharing
        for s in world.store.subscriptions.find("customer", each.internal_id)
        if had_trial(s, s.plan_id)
    ]
    shown["trials_used"] = sorted(used, key=lambda entry: str(entry["plan_id"]))


def _referrals(world: World, holdings: Holdings, shown: JsonObject) -> None:
    store, key = world.store, holdings.customer.internal_id
    handed_out = [each for each in store.redemptions.find("referrer", key) if each.program][:_MOST_REFERRALS]
    shown["referrals"] = [
        referral_object(
            each, store.referral_programs.must(each.program or ""), store.customers.must(each.customer)
        )
        for each in handed_out
    ]


def _rewards(world: World, holdings: Holdings, shown: JsonObject) -> None:
    customer = holdings.customer
    if customer.stripe_id is None:
        return
    running = running_subscriptions(world.store, customer).values()
    own = own_discount(world, customer)
    shown["rewards"] = rewards_object(holdings, running, own, now=world.now())


def _invoice_previews(world: World, holdings: Holdings, shown: JsonObject) -> None:
    if holdings.customer.stripe_id is None:
        return
    shown["invoice_previews"] = coming_invoices(world, holdings.customer)


def _payment_method(world: World, holdings: Holdings, shown: JsonObject) -> None:
    found = default_card(world.store, holdings.customer)
    if found is not None:
        shown["payment_method"] = card_object(found, holdings.customer)


def _billing_details(world: World, holdings: Holdings, shown: JsonObject) -> None:
    payer = world.store.stripe_customers.get(holdings.customer.stripe_id or "")
    shown[BILLING_DETAILS] = billing_details_object(payer) if payer is not None else None


_ADDITIONS: dict[str, Callable[[World, Holdings, JsonObject], None]] = {
    "invoices": _invoices,
    "invoice_previews": _invoice_previews,
    "entities": _entities,
    "trials_used": _trials_used,
    "rewards": _rewards,
    "referrals": _referrals,
    "payment_method": _payment_method,
    BILLING_DETAILS: _billing_details,
}
