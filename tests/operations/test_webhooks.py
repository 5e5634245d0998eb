"""`webhooks.*` (usage U120, U124)."""

import base64
from typing import Any

import pytest

from tests.conftest import Api

URL = "http://127.0.0.1:9/h"


def test_u120_only_create_shows_the_secret(api: Api) -> None:
    api.freeze("2026-11-25T12:00:00Z")

    made = api("webhooks.create", id="main", url=URL)

    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 24
    assert made == {
        "id": "main",
        "url": URL,
        "description": None,
        "events": [],
        "disabled": False,
        "created_at": 1795608000000,
        "updated_at": 1795608000000,
    }
    assert api("webhooks.get", id="main") == made
    assert api("webhooks.list") == {"list": [made]}


def test_each_endpoint_has_a_secret_of_its_own(api: Api) -> None:
    secrets = {api("webhooks.create", id=id, url=URL)["secret"] for id in ("a", "b", "c")}

    assert len(secrets) == 3


def test_update_changes_what_is_given(api: Api) -> None:
    api.freeze("2026-11-25T12:00:00Z")
    made = api("webhooks.create", id="main", url=URL, events=["billing.updated"], description="Mine")
    api.advance("1 minute")

    changed = api("webhooks.update", id="main", disabled=True, events=[])

    made.pop("secret")
    assert changed == {**made, "disabled": True, "events": [], "updated_at": made["created_at"] + 60_000}


def test_delete_forgets_an_endpoint(api: Api) -> None:
    api("webhooks.create", id="main", url=URL)

    gone = api("webhooks.delete", id="main")

    assert gone == {"success": True}
    assert api("webhooks.list") == {"list": []}


@pytest.mark.parametrize("operation", ["webhooks.get", "webhooks.update", "webhooks.delete"])
def test_an_unknown_endpoint_is_refused(api: Api, operation: str) -> None:
    refused = api.refused(operation, id="nope")

    assert refused == (404, "webhook_not_found", "Webhook nope not found")


def test_a_taken_id_is_refused(api: Api) -> None:
    api("webhooks.create", id="main", url=URL)

    refused = api.refused("webhooks.create", id="main", url=URL)

    assert refused == (409, "webhook_already_exists", "Webhook main already exists")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"url": URL}, "id: must be a string (received undefined)"),
        ({"id": "", "url": URL}, "id: cannot be empty"),
        ({"id": "a b", "url": URL}, "id: has invalid format"),
        ({"id": "main"}, "url: must be a string (received undefined)"),
        ({"id": "main", "url": "ftp://host/x"}, "url: Invalid URL"),
        ({"id": "main", "url": "http://host:port/x"}, "url: Invalid URL"),
        (
            {"id": "main", "url": URL, "events": ["vercel.webhooks.event", "billing.updated"]},
            "events: vercel.* events can't be mixed with other events",
        ),
    ],
)
def test_bad_bodies_are_refused(api: Api, body: dict[str, Any], message: str) -> None:
    refused = api.refused("webhooks.create", **body)

    assert refused == (400, "invalid_inputs", message)


def test_an_unknown_event_type_is_refused(api: Api) -> None:
    _, code, message = api.refused("webhooks.create", id="main", url=URL, events=["customer.made"])

    assert code == "invalid_inputs"
    assert message.startswith("events.0: must be one of: customer.products.updated, ")


def test_u124_preview_sync_tells_the_changes_and_makes_none(api: Api) -> None:
    for id in ("a", "old"):
        api("webhooks.create", id=id, url=URL)
    wanted = [{"id": "a", "url": "http://127.0.0.1:9/new"}, {"id": "b", "url": URL}]

    told = api("webhooks.preview_sync", webhooks=wanted, skip_deletions=False)

    assert told["errors"] == []
    assert [(each["action"], each["id"]) for each in told["changes"]] == [
        ("update", "a"), ("create", "b"), ("delete", "old")
    ]  # fmt: skip
    assert told["changes"][0]["before"]["url"] == URL
    assert told["changes"][0]["after"]["url"] == "http://127.0.0.1:9/new"
    assert [each["id"] for each in api("webhooks.list")["list"]] == ["a", "old"]
    assert api("webhooks.get", id="a")["url"] == URL


def test_u124_sync_deletes_the_others_when_told_to(api: Api) -> None:
    for id in ("a", "old"):
        api("webhooks.create", id=id, url=URL)

    done = api(
        "webhooks.sync", webhooks=[{"id": "a", "url": URL}, {"id": "b", "url": URL}], skip_deletions=False
    )

    assert [each["id"] for each in done["webhooks"]] == ["a", "b"]
    assert [each["id"] for each in done["secrets"]] == ["b"]
    assert [each["id"] for each in api("webhooks.list")["list"]] == ["a", "b"]


def test_sync_leaves_others_alone_by_default(api: Api) -> None:
    api("webhooks.create", id="old", url=URL)

    told = api("webhooks.preview_sync", webhooks=[])
    api("webhooks.sync", webhooks=[])

    assert [(each["action"], each["id"]) for each in told["changes"]] == [("unmanaged", "old")]
    assert [each["id"] for each in api("webhooks.list")["list"]] == ["old"]


def test_what_a_sync_leaves_out_is_as_create_makes_it(api: Api) -> None:
    api("webhooks.create", id="a", url=URL, description="Mine", events=["billing.updated"], disabled=True)

    (synced,) = api("webhooks.sync", webhooks=[{"id": "a", "url": URL}])["webhooks"]

    assert (synced["description"], synced["events"], synced["disabled"]) == (None, [], False)


def test_an_endpoint_that_stands_as_listed_gives_no_change(api: Api) -> None:
    api("webhooks.create", id="a", url=URL)

    told = api("webhooks.preview_sync", webhooks=[{"id": "a", "url": URL}])

    assert told == {"changes": [], "errors": []}


def test_sync_does_what_it_can_and_tells_the_rest(api: Api) -> None:
    done = api("webhooks.sync", webhooks=[{"id": "a", "url": URL}, {"id": "a", "url": URL}])

    assert [each["id"] for each in done["webhooks"]] == ["a"]
    assert done["errors"] == [{"id": "a", "message": "Webhook a already exists"}]
