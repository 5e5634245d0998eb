"""Control routes of outgoing webhooks: reading what was sent, sending it again, forgetting it."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from autumn_mock.domain.records import Delivery, JsonObject, WebhookMessage
from autumn_mock.errors import ApiError
from autumn_mock.errors.usage import WebhookMessageNotFound
from autumn_mock.web.answers import encode, envelope, json_response
from autumn_mock.web.auth import read_caller
from autumn_mock.webhooks.outbox import send_again
from autumn_mock.world import SANDBOX, World

if TYPE_CHECKING:
    from autumn_mock.emulator import Emulator


def blueprint(emulator: "Emulator") -> Blueprint:
    """The control routes of webhooks."""
    routes = Blueprint("control_webhooks", __name__, url_prefix="/_mock/webhooks")

    def world() -> World:
        caller = read_caller(
            request.environ.get("HTTP_AUTHORIZATION"), request.method, request.path,
            emulator.settings.keys,
        )  # fmt: skip
        return emulator.worlds.get(caller.org, caller.env)

    @routes.errorhandler(ApiError)
    def refuse(error: ApiError) -> Response:
        return _json(envelope(error, SANDBOX), error.status)

    @routes.get("")
    def read() -> Response:
        here = world()
        with here.lock:
            return _json({"list": [_shown(message) for message in here.store.webhook_messages]})

    @routes.post("/<message_id>/replay")
    def replay(message_id: str) -> Response:
        here = world()
        with here.lock, here.store.transaction():
            message = here.store.webhook_messages.get(message_id)
            if message is None:
                raise WebhookMessageNotFound(message_id=message_id)
            return _json(_shown(send_again(here, message)))

    @routes.delete("")
    def clear() -> Response:
        here = world()
        with here.lock, here.store.transaction():
            for message_id in list(here.store.webhook_messages.records):
                here.store.webhook_messages.delete(message_id)
        return _json({"success": True})

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


def _json(value: Any, status: int = 200) -> Response:
    return json_response(encode(value), status)
