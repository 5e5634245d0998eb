"""`webhooks.*`: where webhooks go (reference: webhooks operations)."""

from collections.abc import Iterable
from typing import Any

from autumn_mock.domain.records import WebhookEndpoint
from autumn_mock.errors.usage import WebhookAlreadyExists, WebhookNotFound
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import Nothing
from autumn_mock.schemas.webhooks import CreateWebhook, NameWebhook, SyncWebhooks, UpdateWebhook
from autumn_mock.webhooks import endpoints
from autumn_mock.webhooks.endpoints import change_object, endpoint_object
from autumn_mock.webhooks.signing import SECRET_BYTES, secret_of
from autumn_mock.webhooks.waiting import give_up
from autumn_mock.world import World


@operation("webhooks.create", body=CreateWebhook())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make an endpoint; only this answer shows its signing secret."""
    if body["id"] in world.store.webhook_endpoints:
        raise WebhookAlreadyExists(webhook_id=body["id"])

    made = endpoints.new_endpoint(body, secret=_secret(world), now=world.now())

    world.store.webhook_endpoints.put(made)
    return endpoint_object(made) | {"secret": made.secret}


@operation("webhooks.get", body=NameWebhook())
def get(world: World, body: Body, call: Call) -> Reply:
    """One endpoint."""
    return endpoint_object(_find(world, body["id"]))


@operation("webhooks.list", body=Nothing())
def list_all(world: World, body: Body, call: Call) -> Reply:
    """All endpoints in the order of their making."""
    return {"list": [endpoint_object(each) for each in world.store.webhook_endpoints]}


@operation("webhooks.update", body=UpdateWebhook())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what is given."""
    endpoint = _find(world, body["id"])

    changed = endpoints.changed_endpoint(endpoint, body, now=world.now())

    if changed is not endpoint:
        _write(world, changed)
    return endpoint_object(changed)


@operation("webhooks.delete", body=NameWebhook())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Forget an endpoint; what still waits for it is not sent."""
    endpoint = _find(world, body["id"])

    _forget(world, endpoint)
    return {"success": True}


@operation("webhooks.preview_sync", body=SyncWebhooks())
def preview_sync(world: World, body: Body, call: Call) -> Reply:
    """What `webhooks.sync` would do."""
    listed, errors = _told_apart(body["webhooks"])

    changes = _changes(world, listed, body["skip_deletions"])
    return {"changes": [change_object(each) for each in changes], "errors": errors}


@operation("webhooks.sync", body=SyncWebhooks())
def sync(world: World, body: Body, call: Call) -> Reply:
    """Make the endpoints those of the list; answers the secrets of new ones."""
    listed, errors = _told_apart(body["webhooks"])

    secrets = []
    for change in _changes(world, listed, body["skip_deletions"]):
        if change.action == endpoints.CREATE and change.after is not None:
            made = change.after.but(secret=_secret(world))
            world.store.webhook_endpoints.put(made)
            secrets.append({"id": made.id, "secret": made.secret})
        elif change.action == endpoints.UPDATE and change.after is not None:
            _write(world, change.after)
        elif change.action == endpoints.DELETE and change.before is not None:
            _forget(world, change.before)
    shown = [endpoint_object(_find(world, each["id"])) for each in listed]
    return {"webhooks": shown, "secrets": secrets, "errors": errors}


def _find(world: World, webhook_id: str) -> WebhookEndpoint:
    """Raises WebhookNotFound."""
    endpoint = world.store.webhook_endpoints.get(webhook_id)
    if endpoint is None:
        raise WebhookNotFound(webhook_id=webhook_id)
    return endpoint


def _secret(world: World) -> str:
    return secret_of(world.ids.secret(SECRET_BYTES))


def _changes(world: World, listed: list[Body], skip_deletions: bool) -> list[endpoints.Change]:
    stored = world.store.webhook_endpoints.records
    return endpoints.sync_changes(stored, listed, skip_deletions=skip_deletions, now=world.now())


def _told_apart(given: Iterable[Body]) -> tuple[list[Body], list[dict[str, Any]]]:
    """The bodies that can be applied, and what is wrong with the rest: an id stands once in a list."""
    listed: dict[str, Body] = {}
    errors = []
    for each in given:
        if each["id"] in listed:
            text = WebhookAlreadyExists(webhook_id=each["id"]).message
            errors.append({"id": each["id"], "message": text})
        else:
            listed[each["id"]] = each
    return list(listed.values()), errors


def _write(world: World, endpoint: WebhookEndpoint) -> None:
    world.store.webhook_endpoints.put(endpoint)
    if endpoint.disabled:
        give_up(world.store, endpoint.id)


def _forget(world: World, endpoint: WebhookEndpoint) -> None:
    give_up(world.store, endpoint.id)
    world.store.webhook_endpoints.delete(endpoint.id)
