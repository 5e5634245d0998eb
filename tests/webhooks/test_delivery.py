"""Delivery of webhooks: signatures, retries on the world's clock, replay (usage U121 to U123)."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import standardwebhooks
import svix

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from autumn_mock.webhooks.outbox import publish
from autumn_mock.webhooks.payloads import Webhook
from tests.conftest import Api
from tests.webhooks.receiver import Receiver, receiving

NOON = "2026-11-25T12:00:00Z"
LIMIT_REACHED = "balances.limit_reached"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def subscribe(api: Api, receiver: Receiver, id: str = "main", **more: Any) -> str:
    """An endpoint at the receiver; answers its secret."""
    secret: str = api("webhooks.create", id=id, url=receiver.url, **more)["secret"]
    return secret


def tell(api: Api, type: str = LIMIT_REACHED, customer_id: str = "ada") -> None:
    """Publish a webhook, as an operation does."""
    world = api.world
    with world.lock, world.store.transaction():
        publish(
            world, Webhook(type=type, data={"customer_id": customer_id}, tags=(f"customer_id.{customer_id}",))
        )


def delivered(api: Api) -> None:
    assert api.world.courier.wait(10), "some attempts were not made in time"


def kept(api: Api) -> list[dict[str, Any]]:
    status, answer = api.request("GET", "/_mock/webhooks")
    assert status == 200
    found: list[dict[str, Any]] = answer["list"]
    return found


@pytest.mark.parametrize("library", ["svix", "standardwebhooks"])
def test_u121_a_message_verifies_with_the_official_libraries(
    api: Api, receiver: Receiver, library: str
) -> None:
    secret = subscribe(api, receiver)

    tell(api)
    delivered(api)

    headers, body = receiver.got[0]
    if library == "svix":
        svix.Webhook(secret).verify(body, headers)
    else:
        renamed = {name.replace("svix-", "webhook-"): text for name, text in headers.items()}
        standardwebhooks.Webhook(secret).verify(body, renamed)
    assert json.loads(body) == {"type": LIMIT_REACHED, "data": {"customer_id": "ada"}}
    assert headers["content-type"] == "application/json"


def test_u121_a_changed_body_does_not_verify(api: Api, receiver: Receiver) -> None:
    secret = subscribe(api, receiver)

    tell(api)
    delivered(api)

    headers, body = receiver.got[0]
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        svix.Webhook(secret).verify(body.replace(b"ada", b"eve"), headers)


def test_u122_a_refused_message_comes_again_five_seconds_later(api: Api, receiver: Receiver) -> None:
    api.freeze(NOON)
    secret = subscribe(api, receiver)
    receiver.answers.append(500)
    tell(api)
    delivered(api)

    api.advance("4 seconds")
    delivered(api)
    assert len(receiver.got) == 1
    api.advance("1 second")
    delivered(api)

    (first, body), (second, same_body) = receiver.got
    assert second["svix-id"] == first["svix-id"]
    assert same_body == body
    assert int(second["svix-timestamp"]) >= int(first["svix-timestamp"])
    svix.Webhook(secret).verify(body, second)
    assert kept(api)[0]["deliveries"]["main"]["state"] == "delivered"


def test_the_schedule_is_that_of_svix(api: Api, receiver: Receiver) -> None:
    api.freeze(NOON)
    subscribe(api, receiver)
    receiver.answers.extend([500] * 20)
    tell(api)
    delivered(api)

    api.advance("2 days")
    delivered(api)

    delivery = kept(api)[0]["deliveries"]["main"]
    began = delivery["attempts"][0]["at"]
    minutes = [(each["at"] - began) / 60_000 for each in delivery["attempts"]]
    assert minutes == pytest.approx([0, 5 / 60, 5 + 5 / 60, 35 + 5 / 60, 155 + 5 / 60, 455 + 5 / 60,
                                     1055 + 5 / 60, 1655 + 5 / 60])  # fmt: skip
    assert delivery["state"] == "failed"
    assert delivery["next_attempt_at"] is None


@pytest.mark.parametrize("status", [301, 307, 400, 410, 503])
def test_anything_but_2xx_is_a_failure(api: Api, receiver: Receiver, status: int) -> None:
    api.freeze(NOON)
    subscribe(api, receiver)
    receiver.answers.append(status)
    receiver.headers["location"] = receiver.url

    tell(api)
    delivered(api)

    delivery = kept(api)[0]["deliveries"]["main"]
    assert delivery["state"] == "pending"
    assert [each["status"] for each in delivery["attempts"]] == [status]
    assert len(receiver.got) == 1


def test_a_receiver_may_end_the_retries(api: Api, receiver: Receiver) -> None:
    api.freeze(NOON)
    subscribe(api, receiver)
    receiver.answers.append(500)
    receiver.headers["webhook-delivery"] = "abort-message"

    tell(api)
    delivered(api)

    assert kept(api)[0]["deliveries"]["main"]["state"] == "failed"


def test_a_closed_port_is_a_failure_that_says_why(api: Api) -> None:
    api.freeze(NOON)
    api("webhooks.create", id="main", url="http://127.0.0.1:9/nobody")

    tell(api)
    delivered(api)

    (attempt,) = kept(api)[0]["deliveries"]["main"]["attempts"]
    assert attempt["status"] is None
    assert attempt["error"]


def test_u123_an_endpoint_gets_the_types_that_it_listed(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver, events=[LIMIT_REACHED])

    tell(api, "billing.updated")
    tell(api, LIMIT_REACHED)
    delivered(api)

    assert [json.loads(body)["type"] for body in receiver.bodies()] == [LIMIT_REACHED]


def test_a_disabled_endpoint_gets_nothing_also_later(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver, disabled=True)

    tell(api)
    api("webhooks.update", id="main", disabled=False)
    tell(api, customer_id="bob")
    delivered(api)

    assert [json.loads(body)["data"]["customer_id"] for body in receiver.bodies()] == ["bob"]


def test_disabling_an_endpoint_gives_up_what_waits_for_it(api: Api, receiver: Receiver) -> None:
    api.freeze(NOON)
    subscribe(api, receiver)
    receiver.answers.append(500)
    tell(api)
    delivered(api)

    api("webhooks.update", id="main", disabled=True)
    api.advance("1 day")
    delivered(api)

    assert len(receiver.got) == 1
    assert kept(api)[0]["deliveries"]["main"]["state"] == "failed"


def test_an_endpoint_that_only_fails_for_five_days_is_disabled(api: Api, receiver: Receiver) -> None:
    api.freeze(NOON)
    subscribe(api, receiver)
    receiver.answers.extend([500] * 40)

    for _ in range(4):
        tell(api)
        delivered(api)
        api.advance("2 days")
        delivered(api)

    assert api("webhooks.get", id="main")["disabled"] is True


def test_messages_come_in_order_and_once_each(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver)

    for number in range(50):
        tell(api, customer_id=f"c{number}")
    delivered(api)

    assert [json.loads(body)["data"]["customer_id"] for body in receiver.bodies()] == [
        f"c{number}" for number in range(50)
    ]


def test_a_slow_endpoint_holds_up_neither_requests_nor_others(api: Api, receiver: Receiver) -> None:
    with receiving() as slow:
        slow.gate.clear()
        subscribe(api, slow, "slow")
        subscribe(api, receiver, "main")

        tell(api)
        answering = Thread(target=lambda: api("webhooks.list"))
        answering.start()
        answering.join(5)

        assert not answering.is_alive()
        receiver.wait()
        slow.gate.set()
        delivered(api)


def test_what_is_taken_back_is_never_sent(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver)

    with pytest.raises(RuntimeError):
        tell_and_fail(api)
    delivered(api)

    assert receiver.got == []
    assert kept(api) == []


def tell_and_fail(api: Api) -> None:
    world = api.world
    with world.lock, world.store.transaction():
        publish(world, Webhook(type=LIMIT_REACHED, data={}))
        raise RuntimeError("the request fails")


def test_replay_sends_a_kept_message_again_under_its_id(api: Api, receiver: Receiver) -> None:
    tell(api)
    subscribe(api, receiver)
    (message,) = kept(api)

    status, _ = api.request("POST", f"/_mock/webhooks/{message['id']}/replay")
    delivered(api)

    assert status == 200
    assert [headers["svix-id"] for headers, _ in receiver.got] == [message["id"]]


def test_what_waits_is_sent_after_a_restart(receiver: Receiver, tmp_path: Path) -> None:
    settings = Settings(profile="server", data=str(tmp_path / "data.json"))
    with Emulator(settings) as first:
        api = Api(first, "kept")
        subscribe(api, receiver)
        api.world.courier.stop()
        tell(api)
    assert receiver.got == []

    with Emulator(settings) as second:
        assert second.world("kept").courier.wait(10)

    assert len(receiver.got) == 1


def test_replay_of_an_unknown_message_is_refused(api: Api) -> None:
    answer = api.request("POST", "/_mock/webhooks/msg_nope/replay")

    assert api.refusal(answer) == (404, "webhook_message_not_found", "Webhook message msg_nope not found")


def test_messages_are_kept_without_any_endpoint_until_they_are_cleared(api: Api) -> None:
    tell(api)
    before = kept(api)

    api.request("DELETE", "/_mock/webhooks")

    assert [(each["type"], each["tags"], each["deliveries"]) for each in before] == [
        (LIMIT_REACHED, ["customer_id.ada"], {})
    ]
    assert kept(api) == []
