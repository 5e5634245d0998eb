"""Invoices at the provider: their ids, and the numbers that are printed on them.

Invariant: an invoice is numbered once, when it stops being a draft, and a customer's numbers count up.
"""

from collections.abc import Callable

from autumn_mock.domain.invoices.states import DRAFT, PAID, VOID
from autumn_mock.domain.records import Invoice
from autumn_mock.store import Store

MakeId = Callable[[str], str]


def keep_invoice(
    store: Store, make_id: MakeId, make_public_id: MakeId, invoice: Invoice, *, now: int
) -> Invoice:
    """Write an invoice with the ids and the number that it has not got yet, and answer it so. Its own
    id is public: it stands in the link to its page."""
    named = _named(invoice, make_id).but(invoice_id=invoice.invoice_id or make_public_id("inv_"))
    kept = _numbered(store, _stamped(named, now))
    store.invoices.put(kept)
    return kept


def _named(invoice: Invoice, make_id: MakeId) -> Invoice:
    lines = tuple(line if line.id else line.but(id=make_id("invoice_li_")) for line in invoice.lines)
    return invoice.but(lines=lines)


def _stamped(invoice: Invoice, now: int) -> Invoice:
    """When it became what it is, told the first time that it is written so."""
    stamps = {"finalized_at": invoice.status != DRAFT, "paid_at": invoice.status == PAID}
    stamps["voided_at"] = invoice.status == VOID
    due = {name: now for name, has_become in stamps.items() if has_become and getattr(invoice, name) is None}
    return invoice.but(**due) if due else invoice


def _numbered(store: Store, invoice: Invoice) -> Invoice:
    if invoice.number is not None or invoice.status == DRAFT:
        return invoice
    stripe_id = store.customers.must(invoice.customer).stripe_id or ""
    payer = store.stripe_customers.get(stripe_id)
    if payer is None:
        return invoice
    store.stripe_customers.put(payer.but(next_invoice=payer.next_invoice + 1))
    return invoice.but(number=f"{payer.id[-8:].upper()}-{payer.next_invoice:04d}")
