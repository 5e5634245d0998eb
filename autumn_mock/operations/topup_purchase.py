"""Carrying out an auto top-up that nothing stands against: the invoice, the grant, what is told.

Invariant: a charge that fails leaves a void invoice behind and every balance as it was.
"""

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import Line, feature_word
from autumn_mock.domain.controls import auto_topups
from autumn_mock.domain.controls.auto_topups import Offer, Wish
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invoices.terms import USUALLY
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Customer, Invoice, JsonObject
from autumn_mock.operations.billing.discounts import discounts_of
from autumn_mock.operations.billing.invoicing import draft_invoice, keep, send_invoice, settle_invoice
from autumn_mock.operations.billing.telling import telling
from autumn_mock.webhooks import payloads
from autumn_mock.webhooks.outbox import publish
from autumn_mock.world import World


class Topup(msgspec.Struct, frozen=True):
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


def billed(world: World, topup: Topup) -> Invoice:
    """The invoice: paid, open in invoice mode, or void because the charge failed."""
    customer, line = topup.customer, _line(topup)
    lines = discounted([line], discounts_of(world, customer, None))
    draft = draft_invoice(world, customer, lines, plan_ids=[line.plan_id])
    if topup.by_invoice:
        return send_invoice(world, topup.customer, draft, USUALLY).invoice
    payment = settle_invoice(world, topup.customer, draft)
    if payment.outcome.paid:
        return payment.invoice
    return keep(world, payment.invoice.but(status="void"))


def _line(topup: Topup) -> Line:
    offer, feature = topup.offer, topup.holdings.features[topup.feature_id]
    return Line(
        description=f"{offer.plan.name} - {offer.units.normalize():,f} {feature_word(feature, offer.units)}",
        amount=offer.amount,
        plan_id=offer.plan.id,
        display_name=feature.name,
        price_id=offer.item.price.id if offer.item.price else "",
        feature_id=feature.id,
        quantity=offer.units,
        row=offer.subscription.id,
    )


def grant(world: World, topup: Topup, invoice: Invoice) -> None:
    """Give what was bought, and say so."""
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
            "hosted_invoice_url": f"{world.settings.base_url}{invoice.hosted_invoice_url}",
        },
    }
    event = world.make_id("evt_auto_topup_")
    publish(world, payloads.auto_topup_succeeded(topup.customer, event, told, now=world.now()))


def tell_failure(world: World, topup: Topup, reason: str, *, invoice_mode: bool | None = None) -> None:
    """Say that a top-up failed, and what it would have bought. `invoice_mode` None: it came to no try."""
    entry, units = topup.wish.entry, number(topup.offer.units)
    about = {"quantity": units, "threshold": entry["threshold"], "invoice_mode": invoice_mode}
    _tell_failure(world, topup.holdings, topup.feature_id, reason, about)


def tell_unavailable(world: World, holdings: Holdings, feature_id: str, reason: str) -> None:
    """Say that there is nobody to charge, or nothing to charge for."""
    about = {"quantity": None, "threshold": None, "invoice_mode": None}
    _tell_failure(world, holdings, feature_id, reason, about)


def _tell_failure(world: World, holdings: Holdings, feature_id: str, reason: str, about: JsonObject) -> None:
    left = auto_topups.net_balance(holdings, feature_id, now=world.now())
    told = {
        "feature_id": feature_id,
        "reason": reason,
        "quantity": about["quantity"],
        "threshold": about["threshold"],
        "balance": None if left is None else number(left),
        "invoice_mode": about["invoice_mode"],
    }
    event = world.make_id("evt_auto_topup_failed_")
    publish(world, payloads.auto_topup_failed(holdings.customer, event, told, now=world.now()))
