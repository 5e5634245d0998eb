"""Auto top-ups: buying more of a feature when little is left, and telling of it.

They are started by checks, by deductions and by being turned on; what started one answers with the
balance before it, and never fails because of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from autumn_mock.domain import auto_topups, topup_tries
from autumn_mock.domain.auto_topups import Offer, Wish
from autumn_mock.domain.control_levels import AUTO_TOPUPS
from autumn_mock.domain.credit_systems import credit_systems_of
from autumn_mock.domain.cycles import whole_second
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoice_lines import feature_word
from autumn_mock.domain.numbers import number
from autumn_mock.domain.pricing import in_minor_units
from autumn_mock.domain.records import Customer, Invoice, InvoiceLine, JsonObject, TopupState
from autumn_mock.operations.billing.invoicing import send_invoice, settle_invoice
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.loading import load_holdings
from autumn_mock.stripe.cards import default_card
from autumn_mock.webhooks import payloads
from autumn_mock.webhooks.outbox import publish
from autumn_mock.world import World

CUSTOMER_UNAVAILABLE = "customer_unavailable"
CONFIGURATION_UNAVAILABLE = "configuration_unavailable"
MISSING_PAYMENT_METHOD = "missing_payment_method"
INVALID_AMOUNT = "invalid_amount"
CHARGE_FAILED = "charge_failed"


@dataclass(frozen=True, slots=True)
class Topup:
    """One top-up that has begun."""

    holdings: Holdings
    wish: Wish
    offer: Offer

    @property
    def customer(self) -> Customer:
        return self.holdings.customer

    @property
    def feature_id(self) -> str:
        return self.offer.item.feature_id

    @property
    def by_invoice(self) -> bool:
        return self.wish.entry.get("invoice_mode") is True


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
        _fail(world, holdings, feature_id, CUSTOMER_UNAVAILABLE)
        return
    topup = _begun(world, holdings, feature_id)
    if topup is None:
        _fail(world, holdings, feature_id, CONFIGURATION_UNAVAILABLE)
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
        _fail(world, holdings, feature_id, CUSTOMER_UNAVAILABLE)
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
        _fail_topup(world, topup, MISSING_PAYMENT_METHOD)
        return
    fingerprint = card.fingerprint if card else None
    state = topup.customer.auto_topups.get(topup.feature_id, TopupState())
    state = topup_tries.with_windows(state, entry, now=now)
    blocked = topup_tries.block(state, entry, fingerprint, now=now)
    if blocked is not None:
        state, tells = topup_tries.after_block(state, blocked, now=now)
        _keep(world, topup, state)
        if tells:
            _fail_topup(world, topup, blocked.reason)
        return
    if topup.offer.amount <= 0:
        _keep(world, topup, state)
        _fail_topup(world, topup, INVALID_AMOUNT, invoice_mode=topup.by_invoice)
        return
    invoice = _billed(world, topup)
    succeeded = invoice.status != "void"
    _keep(world, topup, topup_tries.after_attempt(state, fingerprint, succeeded=succeeded, now=now))
    if succeeded:
        _grant(world, topup, invoice)
    else:
        _fail_topup(world, topup, CHARGE_FAILED, invoice_mode=topup.by_invoice)


def _keep(world: World, topup: Topup, state: TopupState) -> None:
    states = {**topup.customer.auto_topups, topup.feature_id: state}
    world.store.customers.put(topup.customer.but(auto_topups=states))


def _billed(world: World, topup: Topup) -> Invoice:
    """The invoice: paid, open in invoice mode, or void because the charge failed."""
    offer = topup.offer
    amount = in_minor_units(offer.amount)
    word = feature_word(topup.holdings.features[topup.feature_id], offer.units)
    line = InvoiceLine(
        description=f"{offer.plan.name} - {offer.units.normalize():,f} {word}",
        amount=amount,
        plan_id=offer.plan.id,
        price_id=offer.item.price.id if offer.item.price else None,
        feature_id=topup.feature_id,
        quantity=offer.units,
        subscriptions=(offer.subscription.id,),
    )
    draft = Invoice(
        id=world.ids.stripe("in_"),
        customer=topup.customer.internal_id,
        created_at=whole_second(world.now()),
        status="draft",
        total=amount,
        plan_ids=(offer.plan.id,),
        lines=(line,),
    )
    if topup.by_invoice:
        return send_invoice(world, topup.customer, draft, finalizes=True).invoice
    payment = settle_invoice(world, topup.customer, draft)
    if payment.outcome.paid:
        return payment.invoice
    voided = payment.invoice.but(status="void")
    world.store.invoices.put(voided)
    return voided


def _grant(world: World, topup: Topup, invoice: Invoice) -> None:
    subscription, rows = auto_topups.bought(topup.holdings, topup.offer)
    with telling(world, topup.customer.internal_id):
        world.store.subscriptions.put(subscription)
        for row in rows.values():
            world.store.balances.put(row)
    holdings = replace(topup.holdings, rows=tuple([rows.get(row.id, row) for row in topup.holdings.rows]))
    left = auto_topups.net_balance(holdings, topup.feature_id, now=world.now())
    told = {
        "feature_id": topup.feature_id,
        "quantity_granted": number(topup.offer.units),
        "threshold": topup.wish.entry["threshold"],
        "balance_after": None if left is None else number(left),
        "invoice_mode": topup.by_invoice,
        "invoice": {
            "stripe_id": invoice.id,
            "status": invoice.status,
            "total": number(invoice.total * 100),
            "currency": invoice.currency,
            "hosted_invoice_url": invoice.hosted_invoice_url,
        },
    }
    event = world.make_id("evt_auto_topup_")
    publish(world, payloads.auto_topup_succeeded(topup.customer, event, told, now=world.now()))


def _fail_topup(world: World, topup: Topup, reason: str, *, invoice_mode: bool | None = None) -> None:
    _fail(world, topup.holdings, topup.feature_id, reason, topup, invoice_mode=invoice_mode)


def _fail(
    world: World,
    holdings: Holdings,
    feature_id: str,
    reason: str,
    topup: Topup | None = None,
    *,
    invoice_mode: bool | None = None,
) -> None:
    left = auto_topups.net_balance(holdings, feature_id, now=world.now())
    told = {
        "feature_id": feature_id,
        "reason": reason,
        "quantity": number(topup.offer.units) if topup else None,
        "threshold": topup.wish.entry["threshold"] if topup else None,
        "balance": None if left is None else number(left),
        "invoice_mode": invoice_mode,
    }
    event = world.make_id("evt_auto_topup_failed_")
    publish(world, payloads.auto_topup_failed(holdings.customer, event, told, now=world.now()))
