"""When an attempt follows another, and what an attempt changes (reference: signing and retries).

Pure: instants come as arguments. Invariant: a delivery that succeeded, or was given up, is never due.
"""

from autumn_mock.domain.periods import DAY, HOUR, MINUTE, SECOND
from autumn_mock.domain.records import Delivery, Try, WebhookEndpoint, WebhookMessage

PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

_PAUSES = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)
"""Each counted from the failure before; the first try is made at once, after the last none is."""
_PATIENCE = 5 * DAY
"""An endpoint all of whose attempts fail for so long is disabled."""


def wants(endpoint: WebhookEndpoint, message_type: str) -> bool:
    """The endpoint receives messages of this type."""
    return not endpoint.disabled and (not endpoint.events or message_type in endpoint.events)


def first_delivery(*, now: int) -> Delivery:
    return Delivery(state=PENDING, due_at=now)


def after_try(delivery: Delivery, attempt: Try, *, final: bool = False) -> Delivery:
    """The delivery after one more try; `final`: the receiver asked not to be tried again."""
    tries = (*delivery.tries, attempt)
    if succeeded(attempt):
        return Delivery(state=DELIVERED, tries=tries)
    if final or len(tries) > len(_PAUSES):
        return Delivery(state=FAILED, tries=tries)
    return Delivery(state=PENDING, due_at=attempt.at + _PAUSES[len(tries) - 1], tries=tries)


def succeeded(attempt: Try) -> bool:
    return attempt.status is not None and 200 <= attempt.status < 300


def endpoint_after(endpoint: WebhookEndpoint, attempt: Try) -> WebhookEndpoint:
    """The endpoint after a try: one that only ever fails is disabled in the end."""
    if succeeded(attempt):
        return endpoint.but(failing_since=None) if endpoint.failing_since is not None else endpoint
    if endpoint.failing_since is None:
        return endpoint.but(failing_since=attempt.at)
    if attempt.at - endpoint.failing_since >= _PATIENCE:
        return endpoint.but(disabled=True)
    return endpoint


def with_delivery(message: WebhookMessage, endpoint_id: str, delivery: Delivery) -> WebhookMessage:
    return message.but(deliveries={**message.deliveries, endpoint_id: delivery})


def abandoned(message: WebhookMessage, endpoint_id: str) -> WebhookMessage:
    """The message when an endpoint gets no more of it."""
    delivery = message.deliveries[endpoint_id]
    return with_delivery(message, endpoint_id, Delivery(state=FAILED, tries=delivery.tries))
