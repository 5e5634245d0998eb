"""Endpoints of webhooks: making, changing, showing, and what a sync would change.

Pure. Invariant: two endpoints never share an id.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from autumn_mock.domain.records import JsonObject, WebhookEndpoint

CREATE, UPDATE, UNMANAGED, DELETE = "create", "update", "unmanaged", "delete"


class Change(msgspec.Struct, frozen=True):
    """What a sync does about one endpoint, as it was before and is after."""

    action: str
    id: str
    before: WebhookEndpoint | None = None
    after: WebhookEndpoint | None = None


def new_endpoint(facts: Mapping[str, Any], *, secret: str, now: int) -> WebhookEndpoint:
    """The endpoint that a checked body describes."""
    return WebhookEndpoint(
        id=facts["id"],
        url=facts["url"],
        secret=secret,
        created_at=now,
        updated_at=now,
        description=facts.get("description"),
        events=tuple(facts.get("events", ())),
        disabled=facts.get("disabled", False),
    )


def changed_endpoint(endpoint: WebhookEndpoint, facts: Mapping[str, Any], *, now: int) -> WebhookEndpoint:
    """The endpoint with the given facts changed; the same one when nothing differs."""
    given = {key: facts[key] for key in ("url", "description", "disabled") if key in facts}
    if "events" in facts:
        given["events"] = tuple(facts["events"])
    if all(getattr(endpoint, key) == value for key, value in given.items()):
        return endpoint
    if given.get("disabled") is False or "url" in given:
        given["failing_since"] = None
    return endpoint.but(**given, updated_at=now)


def endpoint_object(endpoint: WebhookEndpoint) -> JsonObject:
    """The endpoint as it is shown, its secret left out."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
        "disabled": endpoint.disabled,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }


def sync_changes(
    stored: Mapping[str, WebhookEndpoint],
    listed: Iterable[Mapping[str, Any]],
    *,
    skip_deletions: bool,
    now: int,
) -> list[Change]:
    """What makes the stored endpoints those of the list. A listed body is the whole state: what it
    leaves out is as `webhooks.create` would make it. New ones have no secret yet."""
    changes = []
    seen = set()
    for facts in listed:
        seen.add(facts["id"])
        whole = {"events": (), "description": None, "disabled": False, **facts}
        before = stored.get(facts["id"])
        if before is None:
            changes.append(Change(CREATE, facts["id"], None, new_endpoint(whole, secret="", now=now)))
        elif (after := changed_endpoint(before, whole, now=now)) is not before:
            changes.append(Change(UPDATE, facts["id"], before, after))
    left = UNMANAGED if skip_deletions else DELETE
    return changes + [Change(left, id, each) for id, each in stored.items() if id not in seen]


def change_object(change: Change) -> JsonObject:
    """A change as `webhooks.preview_sync` tells it."""
    shown: JsonObject = {"action": change.action, "id": change.id}
    if change.before is not None and change.after is not None:
        return shown | {"before": endpoint_object(change.before), "after": endpoint_object(change.after)}
    only = change.before or change.after
    return shown | {"webhook": endpoint_object(only)} if only else shown
