"""Auto top-ups: buying more of a feature when little is left, unless something stands against it.

They are started by checks, by deductions and by being turned on; what started one answers with the
balance before it, and never fails because of it.
"""

from collections.abc import Iterable

from autumn_mock.domain.balances.credit_systems import credit_systems_of
from autumn_mock.domain.controls import auto_topups, topup_tries
from autumn_mock.domain.controls.control_levels import AUTO_TOPUPS
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject, TopupState
from autumn_mock.operations.loading import load_holdings
from autumn_mock.operations.topup_purchase import Topup, billed, grant, tell_failure, tell_unavailable
from autumn_mock.stripe.cards import default_card
from autumn_mock.world import World

CUSTOMER_UNAVAILABLE = "customer_unavailable"
CONFIGURATION_UNAVAILABLE = "configuration_unavailable"
MISSING_PAYMENT_METHOD = "missing_payment_method"
INVALID_AMOUNT = "invalid_amount"
CHARGE_FAILED = "charge_failed"


def look_at_topups(world: World, holdings: Holdings, feature_ids: Iterable[str]) -> None:
    """Start what is due of these features and of the credit systems that hold them."""
    if not auto_topups.any_topups(holdings):
        return
    features = [feature for name in feature_ids if (feature := holdings.features.get(name))]
    systems = [each for feature in features for each in credit_systems_of(feature, holdings.features)]
    for feature_id in dict.fromkeys(each.id for each in (*features, *systems)):
        if auto_topups.wish_for(holdings, feature_id, now=world.now()) is not None:
            _start_when_due(world, holdings.customer.internal_id, feature_id)


def start_enabled(world: World, before: Customer, after: Customer) -> None:
    """Start the first top-up that a change of controls turned on; here every failure is told."""
    was_on = {each["feature_id"] for each in _entries(before) if each["enabled"]}
    turned_on = [each for each in _entries(after) if each["enabled"] and each["feature_id"] not in was_on]
    if not turned_on:
        return
    feature_id = turned_on[0]["feature_id"]
    holdings = _holdings(world, after.internal_id)
    if _is_quiet(world, holdings, feature_id):
        return
    if holdings.customer.stripe_id is None:
        tell_unavailable(world, holdings, feature_id, CUSTOMER_UNAVAILABLE)
        return
    topup = _begun(world, holdings, feature_id)
    if topup is None:
        tell_unavailable(world, holdings, feature_id, CONFIGURATION_UNAVAILABLE)
    elif auto_topups.is_due(holdings, topup.wish, now=world.now()):
        _try(world, topup)


def _entries(customer: Customer) -> list[JsonObject]:
    entries: list[JsonObject] = customer.billing_controls.get(AUTO_TOPUPS, [])
    return entries


def _start_when_due(world: World, customer: str, feature_id: str) -> None:
    holdings = _holdings(world, customer)
    if _is_quiet(world, holdings, feature_id):
        return
    topup = _begun(world, holdings, feature_id)
    if topup is None or not auto_topups.is_due(holdings, topup.wish, now=world.now()):
        return
    if topup.customer.stripe_id is None:
        tell_unavailable(world, holdings, feature_id, CUSTOMER_UNAVAILABLE)
    else:
        _try(world, topup)


def _holdings(world: World, customer: str) -> Holdings:
    """As they stand now: an earlier top-up of the same request may have changed them."""
    return load_holdings(world, world.store.customers.must(customer))


def _is_quiet(world: World, holdings: Holdings, feature_id: str) -> bool:
    state = holdings.customer.auto_topups.get(feature_id)
    return state is not None and topup_tries.is_quiet(state, now=world.now())


def _begun(world: World, holdings: Holdings, feature_id: str) -> Topup | None:
    """None without an enabled entry or anything to charge for."""
    wish = auto_topups.wish_for(holdings, feature_id, now=world.now())
    offer = wish and auto_topups.offer_for(holdings, wish, now=world.now())
    return Topup(holdings, wish, offer) if wish and offer else None


def _try(world: World, topup: Topup) -> None:
    """Buy, unless something stands against it. A customer in Stripe, a balance at its threshold."""
    now, entry = world.now(), topup.wish.entry
    card = default_card(world.store, topup.customer)
    if card is None and not topup.by_invoice:
        tell_failure(world, topup, MISSING_PAYMENT_METHOD)
        return
    fingerprint = card.fingerprint if card else None
    state = topup.customer.auto_topups.get(topup.feature_id, TopupState())
    state = topup_tries.with_windows(state, entry, now=now)
    blocked = topup_tries.block(state, entry, fingerprint, now=now)
    if blocked is not None:
        state, tells = topup_tries.after_block(state, blocked, now=now)
        _keep(world, topup, state)
        if tells:
            tell_failure(world, topup, blocked.reason)
        return
    if topup.offer.amount <= 0:
        _keep(world, topup, state)
        tell_failure(world, topup, INVALID_AMOUNT, invoice_mode=topup.by_invoice)
        return
    invoice = billed(world, topup)
    succeeded = invoice.status != "void"
    _keep(world, topup, topup_tries.after_attempt(state, fingerprint, succeeded=succeeded, now=now))
    if succeeded:
        grant(world, topup, invoice)
    else:
        tell_failure(world, topup, CHARGE_FAILED, invoice_mode=topup.by_invoice)


def _keep(world: World, topup: Topup, state: TopupState) -> None:
    states = {**topup.customer.auto_topups, topup.feature_id: state}
    world.store.customers.put(topup.customer.but(auto_topups=states))
