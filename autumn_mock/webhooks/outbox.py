"""The outbox: what a world tells the outside, kept in order and delivered after the commit.

Messages are kept whether or not an endpoint wants them, the newest ones of a long session.
Invariant: a message is written in the transaction of what it tells about, so it is sent only if
that happened.
"""

from itertools import islice
from typing import TYPE_CHECKING

from autumn_mock.domain.records import Delivery, WebhookMessage
from autumn_mock.webhooks.payloads import Webhook
from autumn_mock.webhooks.schedule import first_delivery, wants

if TYPE_CHECKING:
    from autumn_mock.world import World

MOST_KEPT = 5_000
_SLACK = 500
"""Old messages are dropped so many at a time, because dropping the first of a dict one by one is slow."""


def publish(world: "World", webhook: Webhook) -> None:
    """Put a webhook into the outbox, inside the transaction of what it tells about."""
    messages, now = world.store.webhook_messages, world.now()
    if webhook.once is not None and messages.first("once", webhook.once) is not None:
        return
    messages.put(
        WebhookMessage(
            id=world.make_id("msg_"),
            type=webhook.type,
            content=webhook.body,
            created_at=now,
            tags=webhook.tags,
            once=webhook.once,
            deliveries=_deliveries(world, webhook.type, now),
        )
    )
    if len(messages) >= MOST_KEPT + _SLACK:
        for key in list(islice(messages.records, len(messages) - MOST_KEPT)):
            messages.delete(key)


def send_again(world: "World", message: WebhookMessage) -> WebhookMessage:
    """Send a kept message once more, to the endpoints that want it now, as if it were new."""
    again = message.but(deliveries=_deliveries(world, message.type, world.now()))
    world.store.webhook_messages.put(again)
    return again


def _deliveries(world: "World", message_type: str, now: int) -> dict[str, Delivery]:
    return {
        endpoint.id: first_delivery(now=now)
        for endpoint in world.store.webhook_endpoints
        if wants(endpoint, message_type)
    }
