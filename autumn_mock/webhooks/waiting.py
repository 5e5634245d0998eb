"""What still waits for an endpoint: given up when the endpoint is deleted or disabled."""

from autumn_mock.store import Store
from autumn_mock.webhooks.schedule import abandoned


def give_up(store: Store, endpoint_id: str) -> None:
    """No message waits for this endpoint any more."""
    for message in list(store.webhook_messages.ordered("due")):
        delivery = message.deliveries.get(endpoint_id)
        if delivery is not None and delivery.due_at is not None:
            store.webhook_messages.put(abandoned(message, endpoint_id))
