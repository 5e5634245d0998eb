"""When an invoice is issued, and when it is due (reference: invoices.create, invoices.reissue).

Invariant: nothing is issued in the future or due in the past.
"""

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Invoice, JsonObject
from autumn_mock.errors.invoices import DueDatePassed, IssuedInFuture, TermsAndDueDate, TermsRequired

USUAL_TERMS = 30
"""Days that an invoice is sent with where nothing else says how many."""


def issue_date(sent: JsonObject, *, now: int) -> int:
    """Raises IssuedInFuture."""
    at: int = sent.get("issue_date", now)
    if at > now:
        raise IssuedInFuture
    return whole_second(at)


def due_date(sent: JsonObject, issued_at: int, *, usual_days: int | None, now: int) -> int:
    """The date that is asked for, else so many days after the issue. Raises TermsAndDueDate and
    DueDatePassed."""
    due: int | None = sent.get("due_date")
    days: int | None = sent.get("net_terms_days")
    if due is not None and days is not None:
        raise TermsAndDueDate
    if due is not None:
        if due <= now:
            raise DueDatePassed
        return whole_second(due)
    if days is None:
        days = USUAL_TERMS if usual_days is None else usual_days
    return issued_at + days * DAY


def due_again(original: Invoice, days: int | None, invoice_id: str, *, now: int) -> int:
    """When an invoice that is issued again is due: after so many days, else when the original was.
    Raises TermsRequired where that has passed."""
    if days is not None:
        return whole_second(now) + days * DAY
    if original.due_at is None:
        return whole_second(now) + USUAL_TERMS * DAY
    if original.due_at <= now:
        raise TermsRequired(invoice_id=invoice_id)
    return original.due_at
