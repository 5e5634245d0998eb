"""Whether the standing of an invoice allows what is asked for (reference: invoices, newer operations).

Invariant: an invoice is taken back once, and what it gives back is given back once.
"""

from collections.abc import Iterable

from autumn_mock.domain.invoices.charged_lines import shares_given_back, standing
from autumn_mock.domain.invoices.invoice_object import public_id
from autumn_mock.domain.invoices.states import OPEN, PAID
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Invoice
from autumn_mock.errors.invoices import (
    InvoiceGaveBack,
    InvoiceNotOf,
    InvoiceOvertaken,
    InvoiceReplaced,
    NotAStripeInvoice,
)


def check_status(invoice: Invoice, verb: str, *allowed: str) -> None:
    """Raises NotAStripeInvoice and InvoiceNotOf."""
    name = public_id(invoice)
    if invoice.processor_type != "stripe":
        raise NotAStripeInvoice(invoice_id=name)
    if invoice.status not in allowed:
        statuses = " or ".join(allowed)
        raise InvoiceNotOf(invoice_id=name, status=invoice.status, verb=verb, statuses=statuses)


def check_reissuable(invoice: Invoice) -> None:
    """Credit that was given can't be taken back, so what gave more than it charged stays as it is.

    Raises what `check_status` raises, InvoiceReplaced and InvoiceGaveBack.
    """
    check_status(invoice, "reissued", OPEN, PAID)
    if invoice.replaced_by is not None:
        raise InvoiceReplaced(invoice_id=public_id(invoice))
    if invoice.status == PAID and invoice.total < ZERO:
        raise InvoiceGaveBack(invoice_id=public_id(invoice))


def check_not_overtaken(invoice: Invoice, of_customer: Iterable[Invoice]) -> None:
    """Whether what an unpaid invoice gives back is still there: another change may have been made and paid
    while it waited. Raises InvoiceOvertaken."""
    mine = set(shares_given_back([invoice]))
    if mine and not mine.isdisjoint(shares_given_back(standing(of_customer))):
        raise InvoiceOvertaken(invoice_id=public_id(invoice))
