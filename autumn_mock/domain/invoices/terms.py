"""When an invoice is issued, and when it is due (reference: invoices.create, invoices.reissue).

Invariant: nothing is issued in the future or due in the past.
"""

from collections.abc import Iterable

import msgspec

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.invoices.states import CHARGED, SENT
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Invoice, InvoiceTemplate, JsonObject
from autumn_mock.errors.invoices import DueDatePassed, IssuedInFuture, TermsAndDueDate, TermsRequired

USUAL_TERMS = 30
"""Days that an invoice is sent with where nothing else says how many."""


class InvoiceTerms(msgspec.Struct, frozen=True):
    """How an invoice is sent: to be paid in so many days, with a template printed on it."""

    days: int = USUAL_TERMS
    template: InvoiceTemplate | None = None


USUALLY = InvoiceTerms()


class Sending(msgspec.Struct, frozen=True):
    """That an invoice is sent instead of charged, and whether as more than a draft."""

    terms: InvoiceTerms = USUALLY
    finalizes: bool = True


def on_terms(invoice: Invoice, how: InvoiceTerms, *, now: int) -> Invoice:
    """The invoice as it is sent. Its days are counted from when it is opened."""
    template = how.template
    return invoice.but(
        collection=SENT,
        terms_days=how.days,
        due_at=whole_second(now) + how.days * DAY,
        memo=template.memo if template else invoice.memo,
        footer=template.footer if template else invoice.footer,
        template=template.id if template else invoice.template,
    )


def issue_date(sent: JsonObject, *, now: int) -> int:
    """Raises IssuedInFuture."""
    at: int = sent.get("issue_date", now)
    if at > now:
        raise IssuedInFuture
    return whole_second(at)


def terms_of(sent: JsonObject, template: InvoiceTemplate | None) -> InvoiceTerms:
    """The days that are asked for, else those of the template, else the usual ones."""
    usual = USUAL_TERMS if template is None or template.net_terms_days is None else template.net_terms_days
    return InvoiceTerms(sent.get("net_terms_days", usual), template)


def due_date(sent: JsonObject, issued_at: int, how: InvoiceTerms, *, now: int) -> int:
    """The date that is asked for, else so many days after the issue. Raises TermsAndDueDate and
    DueDatePassed."""
    due: int | None = sent.get("due_date")
    if due is None:
        return issued_at + how.days * DAY
    if "net_terms_days" in sent:
        raise TermsAndDueDate
    if due <= now:
        raise DueDatePassed
    return whole_second(due)


def collected_again(
    original: Invoice,
    template: InvoiceTemplate | None,
    invoice_id: str,
    *,
    days: int | None,
    types: Iterable[str],
    now: int,
) -> tuple[int | None, str]:
    """When an invoice that is issued again is due, and whether it is charged or sent: one that was charged
    is sent where it has `days`, or may be paid with other `types` than cards. Raises TermsRequired."""
    if days is None and original.collection == CHARGED:
        if not set(types) - {"card"}:
            return None, CHARGED
        days = template.net_terms_days if template and template.net_terms_days else USUAL_TERMS
    return _due_again(original, days, invoice_id, now=now), SENT


def _due_again(original: Invoice, days: int | None, invoice_id: str, *, now: int) -> int:
    """After so many days, else when the original was. Raises TermsRequired where that has passed."""
    if days is not None:
        return whole_second(now) + days * DAY
    if original.due_at is None:
        return whole_second(now) + USUAL_TERMS * DAY
    if original.due_at <= now:
        raise TermsRequired(invoice_id=invoice_id)
    return original.due_at
