"""Control routes of outgoing webhooks: reading what was sent, sending it again, forgetting it."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from autumn_mock.domain.records import Delivery, JsonObject, WebhookMessage
from autumn_mock.errors.usage import WebhookMessageNotFound
from autumn_mock.web.control_base import calling_world, control_blueprint, json_answer
from autumn_mock.webhooks.outbox import send_again

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of webhooks."""
    routes = control_blueprint("control_webhooks", "/_mock/webhooks")

    @routes.get("")
    def read() -> Response:
        here = calling_world(emulator)
        with here.lock:
            return json_answer({"list": [_shown(message) for message in here.store.webhook_messages]})

    @routes.post("/<message_id>/replay")
    def replay(message_id: str) -> Response:
        here = calling_world(emulator)
        with here.lock, here.store.transaction():
            message = here.store.webhook_messages.get(message_id)
            if message is None:
                raise WebhookMessageNotFound(message_id=message_id)
            return json_answer(_shown(send_again(here, message)))

    @routes.delete("")
    def clear() -> Response:
        here = calling_world(emulator)
        with here.lock, here.store.transaction():
            for message_id in list(here.store.webhook_messages.records):
                here.store.webhook_messages.delete(message_id)
        return json_answer({"success": True})

    return routes


def _shown(message: WebhookMessage) -> JsonObject:
    return {
        "id": message.id,
        "type": message.type,
        "payload": message.payload,
        "created_at": message.created_at,
        "tags": list(message.tags),
        "deliveries": {key: _shown_delivery(each) for key, each in message.deliveries.items()},
    }


def _shown_delivery(delivery: Delivery) -> JsonObject:
    return {
        "state": delivery.state,
        "next_attempt_at": delivery.due_at,
        "attempts": [{"at": t.at, "status": t.status, "error": t.error} for t in delivery.tries],
    }
