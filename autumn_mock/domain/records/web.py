"""What the HTTP layer and the outbox keep."""

from autumn_mock.domain.records.base import JsonObject, Record


class IdempotencyClaim(Record, frozen=True, kw_only=True):
    """A claimed idempotency key. Key: `id`."""

    id: str
    claimed_at: int
    expires_at: int


class WebhookEndpoint(Record, frozen=True, kw_only=True):
    """Where webhooks go. Key: `id`."""

    id: str
    url: str
    secret: str
    created_at: int
    events: tuple[str, ...] = ()
    disabled: bool = False
    details: JsonObject = {}


class WebhookMessage(Record, frozen=True, kw_only=True):
    """One outgoing webhook. Key: `id` (`msg_…`). `attempts` by endpoint id."""

    id: str
    type: str
    payload: JsonObject
    created_at: int
    tags: tuple[str, ...] = ()
    attempts: JsonObject = {}
    next_attempt_at: int | None = None


class WorldState(Record, frozen=True, kw_only=True):
    """How the clock of a world stands; its being there says that the world exists. Key: `id`."""

    id: str
    created_at: int
    frozen_at: int | None = None
    offset: int = 0
    revision: int = 0
