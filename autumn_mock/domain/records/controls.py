"""What billing controls remember between requests (reference: auto top-ups)."""

from autumn_mock.domain.records.base import Record


class TopupState(Record, frozen=True, kw_only=True):
    """How the auto top-up of one feature stands for a customer.

    A count belongs to the window that ends at the instant beside it; afterwards it reads 0.
    """

    purchases: int | float = 0
    purchases_until: int | None = None
    interval: str | None = None
    """Of the purchase window; None when no purchase limit was set as it was tried."""
    interval_count: int | float | None = None
    attempts: int = 0
    attempts_until: int | None = None
    failures: int = 0
    failures_until: int | None = None
    failed_in_row: int = 0
    """Failed attempts since the last success, whatever the window."""
    failed_card: str | None = None
    """Fingerprint of the card that failed last."""
    quiet_until: int | None = None
    """Nothing is started before."""
    told: dict[str, int] = {}
    """Reasons that were told once, and until when they are not told again."""
