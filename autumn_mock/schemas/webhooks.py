"""Shapes of `webhooks.*` (reference: webhooks operations)."""

from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError

from autumn_mock.domain.event_types import EVENT_TYPES, VERCEL
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class EventTypes(fields.Array):
    """Event types; those of Vercel stand alone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.Choice(EVENT_TYPES), **kwargs)

    def read(self, value: Any) -> list[Any]:
        found = super().read(value)
        of_vercel = [each.startswith(VERCEL) for each in found]
        if any(of_vercel) and not all(of_vercel):
            raise ValidationError("vercel.* events can't be mixed with other events")
        return found


class Address(fields.Url):
    """An http(s) URL with a host that can be called; loopback is fine, this server is local."""

    def read(self, value: Any) -> str:
        text = super().read(value)
        try:
            parts = urlsplit(text)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError:
            raise ValidationError("Invalid URL") from None
        if not parts.hostname or not port_is_fine:
            raise ValidationError("Invalid URL")
        return text


class WebhookId(fields.String):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, pattern=r"[A-Za-z0-9_-]*", **kwargs)


class CreateWebhook(Shape):
    id = WebhookId(required=True)
    url = Address(required=True)
    events = EventTypes()
    description = fields.String(allow_none=True)
    disabled = fields.Boolean()


class UpdateWebhook(Shape):
    id = WebhookId(required=True)
    url = Address()
    events = EventTypes()
    description = fields.String(allow_none=True)
    disabled = fields.Boolean()


class NameWebhook(Shape):
    id = WebhookId(required=True)


class SyncWebhooks(Shape):
    webhooks = fields.Array(fields.Object(CreateWebhook), required=True)
    skip_deletions = fields.Boolean(load_default=True)
