"""Issuing an invoice: as far as a draft, or so far that it waits to be paid.

Invariant: what the customer's credit covers is never sent to be paid.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.invoices import states
from autumn_mock.domain.invoices.allowing import check_not_overtaken
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Customer, Invoice
from autumn_mock.operations.billing.invoicing import keep, settle_invoice
from autumn_mock.world import World

DRAFT, SEND = "draft", "send"


def issue(world: World, customer: Customer, invoice: Invoice, method: str) -> Invoice:
    """Write a new invoice: `draft` leaves it one, `finalize` opens it, `send` also has it reminded of."""
    if method == DRAFT:
        return keep(world, invoice)
    return finalized(world, customer, invoice.but(auto_advance=method == SEND))


def finalized(world: World, customer: Customer, invoice: Invoice) -> Invoice:
    """Open a draft and collect it: a card is charged at once, a sent invoice waits. Writes it. Raises
    InvoiceOvertaken."""
    if invoice.terms_days is not None:
        invoice = invoice.but(due_at=whole_second(world.now()) + invoice.terms_days * DAY, terms_days=None)
    check_not_overtaken(invoice, world.store.invoices.find("customer", invoice.customer))
    payer = world.store.stripe_customers.must(customer.stripe_id or "")
    if invoice.collection == states.CHARGED or states.amount_due(invoice) <= payer.credit:
        return settle_invoice(world, customer, invoice).invoice
    return keep(world, states.opened(invoice))
