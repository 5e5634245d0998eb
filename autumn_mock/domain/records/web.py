"""What the HTTP layer and the outbox keep."""

from typing import Any

from autumn_mock.domain.records.base import JsonObject, Later, Record


class IdempotencyClaim(Record, frozen=True, kw_only=True):
    """A claimed idempotency key. Key: `id`."""

    id: str
    claimed_at: int
    expires_at: int


class WebhookEndpoint(Record, frozen=True, kw_only=True):
    """Where webhooks go. Key: `id`. No `events` means all."""

    id: str
    url: str
    secret: str
    created_at: int
    updated_at: int = 0
    description: str | None = None
    events: tuple[str, ...] = ()
    disabled: bool = False
    failing_since: int | None = None
    """The first of its attempts since which none succeeded."""


class Try(Record, frozen=True, kw_only=True):
    """One attempt to deliver a message: the status that was answered, or why there is none."""

    at: int
    status: int | None = None
    error: str | None = None


class Delivery(Record, frozen=True, kw_only=True):
    """How a message stands with one endpoint: `pending`, `delivered` or `failed`."""

    state: str = "pending"
    due_at: int | None = None
    tries: tuple[Try, ...] = ()


class WebhookMessage(Record, frozen=True, kw_only=True):
    """One outgoing webhook. Key: `id` (`msg_…`). `deliveries` by endpoint id."""

    id: str
    type: str
    content: Any
    """The whole body that endpoints get, or what makes it (`Later`)."""
    created_at: int
    tags: tuple[str, ...] = ()
    once: str | None = None
    """Of messages with the same one only the first is kept."""
    deliveries: dict[str, Delivery] = {}

    @property
    def payload(self) -> JsonObject:
        """The whole body that endpoints get."""
        found: JsonObject = self.content() if isinstance(self.content, Later) else self.content
        return found

    @property
    def due_at(self) -> int | None:
        """When the next attempt is due; None: no more."""
        return min((d.due_at for d in self.deliveries.values() if d.due_at is not None), default=None)


class WorldState(Record, frozen=True, kw_only=True):
    """How the clock of a world stands; its being there says that the world exists. Key: `id`."""

    id: str
    created_at: int
    frozen_at: int | None = None
    offset: int = 0
    revision: int = 0
