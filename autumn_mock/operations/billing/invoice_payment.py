"""Paying an open invoice outside of its schedule, and voiding one (reference: invoices; billing, cases
L10, L46, L235).

Invariant: whatever a paid invoice was waited for with happens in the same moment: a change that waited
on its page, a past-due subscription that is active again.
"""

from autumn_mock.domain.billing.hosted_pages import EXPIRED, OPEN
from autumn_mock.domain.invoices.allowing import check_not_overtaken
from autumn_mock.domain.invoices.states import PAID, PAYABLE, VOID
from autumn_mock.domain.records import Invoice
from autumn_mock.operations.billing.invoicing import Payment, keep, mark_paid, try_to_pay
from autumn_mock.operations.billing.renewals.recovery import recover
from autumn_mock.operations.billing.telling import telling
from autumn_mock.stripe.charges import Outcome
from autumn_mock.world import World


def pay_invoice(world: World, invoice: Invoice, *, out_of_band: bool = False) -> Payment:
    """Pay an open invoice from credit and the default card, or note that it was paid elsewhere
    (`out_of_band`).

    One that is paid stays as it is; of the others nothing can be paid. A try that fails here does not
    count among those that end a subscription. Raises InvoiceOvertaken, and what a change that waited
    for it raises when it is no longer possible.
    """
    if invoice.status not in PAYABLE:
        return Payment(invoice, Outcome(paid=invoice.status == PAID))
    customer = world.store.customers.must(invoice.customer)
    check_not_overtaken(invoice, world.store.invoices.find("customer", invoice.customer))

    with telling(world, customer.internal_id):
        if not out_of_band:
            return try_to_pay(world, customer, invoice)
        paid = mark_paid(world, customer, invoice.but(paid_out_of_band=True))
        return Payment(paid, Outcome(paid=True))


def void_invoice(world: World, invoice: Invoice) -> Invoice:
    """Nobody has to pay it any more. What waited for it never begins, and a subscription that was past
    due because of it is active again. Writes it; one that is not open stays as it is."""
    if invoice.status not in PAYABLE:
        return invoice
    voided = keep(world, invoice.but(status=VOID, retry_at=None))
    for page in world.store.checkouts.find("invoice", invoice.id):
        if page.status == OPEN:
            world.store.checkouts.put(page.but(status=EXPIRED))
    shared = world.store.stripe_subscriptions.get(invoice.stripe_subscription or "")
    if shared is not None:
        with telling(world, invoice.customer):
            recover(world, shared)
    return voided
