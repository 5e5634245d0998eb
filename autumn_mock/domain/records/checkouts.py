"""Hosted pages as stored: checkouts of the payment provider and of this service, card forms, portals."""

from decimal import Decimal

from autumn_mock.domain.records.base import JsonObject, Record

SUCCESS_URL = "https://useautumn.com"


class CheckoutSession(Record, frozen=True, kw_only=True):
    """A page that waits for a person. Key: `id` (`cs_test_…`, `co_…`, `bps_…`).

    It keeps the request that led to it: completing it runs that request again, as of `created_at`.
    """

    id: str
    customer: str
    """Internal id of the customer."""
    operation: str
    request: JsonObject
    version: int
    """API version in which the request was sent."""
    created_at: int
    kind: str = "stripe"
    """`stripe` (pays for plans), `invoice` (pays an open invoice, and what waits for it begins),
    `setup` (puts a card on file), `autumn` (confirms a change), `portal` (looks after what is there)."""
    mode: str = "subscription"
    """What a page of the provider is for: `payment` (nothing recurs), `subscription` or `setup`."""
    status: str = "open"
    """`open`, `processing` (paid, what was asked for is yet to happen), `waiting` (confirmed, its
    invoice is yet to be paid), `complete` or `expired`."""
    expires_at: int | None = None
    success_url: str = SUCCESS_URL
    """Where the browser goes afterwards; of a portal, where its way back leads."""
    metadata: JsonObject = {}
    long_lived: bool = False
    """A link of this service that is good for 90 days and makes a page of the provider when it is opened."""
    checkout: str | None = None
    """The long-lived checkout that led to this page."""
    invoice: str | None = None
    """The open invoice that the page pays, or that a confirmed change waits for."""
    promised: tuple[str, ...] = ()
    """The plans that its lines charge, which begin when it is paid."""
    rows: tuple[str, ...] = ()
    """The plans that began before it was paid."""
    row: str | None = None
    """The only one of them, in files of before there could be several."""
    card: str | None = None
    """The number of the card that was typed; None: the one on file, or a usual one."""
    outcome: str | None = None
    """What charges of that card come to, if not what its number says."""
    keeps_card: bool = True
    quantities: dict[str, Decimal] = {}
    """Units of prepaid features that were chosen on the page, the included amount counted."""
    promotion_code: str | None = None
    """Typed on the page."""
    failure: str | None = None
    """Why the last try to complete it failed, as the person was told."""
    completed_at: int | None = None
    settles_at: int | None = None
    """When a page that was paid does what was asked for, unless told to before."""

    @property
    def begun(self) -> tuple[str, ...]:
        """The plans that did not wait for the payment, whichever field names them."""
        return self.rows or ((self.row,) if self.row is not None else ())
