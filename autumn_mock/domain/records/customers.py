"""Customers and their entities as stored (reference: customers, entities)."""

from autumn_mock.domain.records.base import JsonObject, Record
from autumn_mock.domain.records.controls import TopupState


class Customer(Record, frozen=True, kw_only=True):
    """Key: `internal_id` (`cus_…`). `id` is null for a customer known by e-mail only."""

    internal_id: str
    id: str | None
    created_at: int
    name: str | None = None
    email: str | None = None
    fingerprint: str | None = None
    stripe_id: str | None = None
    processors: JsonObject | None = None
    metadata: JsonObject = {}
    send_email_receipts: bool = False
    billing_controls: JsonObject = {}
    config: JsonObject = {}
    currency: str | None = None
    auto_topups: dict[str, TopupState] = {}
    """How auto top-ups stand, by feature id (windows, attempts), never shown as it is."""


class Entity(Record, frozen=True, kw_only=True):
    """Key: `internal_id` (`ety_…`). `feature_id` keeps the name it was made with."""

    internal_id: str
    id: str | None
    customer: str
    """Internal id of the customer."""
    feature_id: str
    feature: str = ""
    """Internal id of the feature, which a rename does not change."""
    created_at: int
    name: str | None = None
    billing_controls: JsonObject = {}
