"""Invoices at the provider: their ids, the numbers that are printed on them, and what their payer has
printed on all of them.

Invariant: an invoice is numbered once, when it stops being a draft, and a customer's numbers count up.
"""

from collections.abc import Callable

from autumn_mock.domain.customers.billing_details import CUSTOM_FIELDS
from autumn_mock.domain.invoices.states import DRAFT, PAID, VOID
from autumn_mock.domain.records import Invoice, StripeCustomer
from autumn_mock.store import Store

MakeId = Callable[[str], str]


def keep_invoice(
    store: Store, make_id: MakeId, make_public_id: MakeId, invoice: Invoice, *, now: int
) -> Invoice:
    """Write an invoice with the ids and the number that it has not got yet, and answer it so. Its own
    id is public: it stands in the link to its page."""
    named = _named(_with_custom_fields(store, invoice), make_id).but(
        invoice_id=invoice.invoice_id or make_public_id("inv_")
    )
    kept = _numbered(store, _stamped(named, now))
    store.invoices.put(kept)
    return kept


def _with_custom_fields(store: Store, invoice: Invoice) -> Invoice:
    """A new invoice has the fields that its payer wants on every one, unless it brings its own."""
    if invoice.id in store.invoices or "custom_fields" in invoice.details:
        return invoice
    payer = _payer(store, invoice)
    printed = payer.details.get(CUSTOM_FIELDS) if payer else None
    return invoice.but(details={**invoice.details, "custom_fields": printed}) if printed else invoice


def _payer(store: Store, invoice: Invoice) -> StripeCustomer | None:
    return store.stripe_customers.get(store.customers.must(invoice.customer).stripe_id or "")


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
    payer = _payer(store, invoice)
    if payer is None:
        return invoice
    store.stripe_customers.put(payer.but(next_invoice=payer.next_invoice + 1))
    return invoice.but(number=f"{payer.id[-8:].upper()}-{payer.next_invoice:04d}")
