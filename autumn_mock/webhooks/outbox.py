"""The outbox: what a world tells the outside, kept in order and delivered after the commit."""

from autumn_mock.domain.records import JsonObject, WebhookMessage
from autumn_mock.world import World


def publish(world: World, type: str, payload: JsonObject, tags: tuple[str, ...] = ()) -> None:
    """Put a webhook into the outbox, inside the transaction of what it tells about."""
    world.store.webhook_messages.put(
        WebhookMessage(id=world.make_id("msg_"), type=type, payload=payload, created_at=world.now(), tags=tags)
    )
