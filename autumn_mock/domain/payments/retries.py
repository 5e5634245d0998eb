"""When an invoice that could not be paid is tried again, and what it means until then (reference:
billing, renewal of a subscription).

Invariant: a subscription is behind as long as the newest invoice that came with time, or was paid,
waits for its payment. Voided ones do not count.
"""

from collections.abc import Iterable

from autumn_mock.domain.invoices.states import OPEN, PAID
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Invoice

RETRY_AFTER = (3 * DAY, 5 * DAY, 7 * DAY)
"""How long Stripe waits before each further try of an invoice."""


def waiting_for_retry(invoice: Invoice, *, at: int) -> Invoice | None:
    """The invoice after a try that failed, with when the next one is due; None after the last."""
    failed = invoice.failed_payments
    if failed == len(RETRY_AFTER):
        return None
    return invoice.but(failed_payments=failed + 1, retry_at=at + RETRY_AFTER[failed])


def is_behind(invoices: Iterable[Invoice]) -> bool:
    """Whether a subscription with these invoices is past due."""
    counting = [invoice for invoice in invoices if invoice.status == PAID or _is_unpaid(invoice)]
    newest = max(counting, key=lambda each: (each.created_at, each.status == PAID), default=None)
    return newest is not None and _is_unpaid(newest)


def _is_unpaid(invoice: Invoice) -> bool:
    """It came with time, and no try to pay it went well."""
    return invoice.status == OPEN and invoice.failed_payments > 0
