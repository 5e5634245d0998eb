"""The outbox keeps what was told as it was then, however late somebody looks."""

from pathlib import Path

from autumn_mock.domain.records import Later
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from autumn_mock.webhooks import outbox
from autumn_mock.webhooks.payloads import Webhook
from tests.conftest import Api
from tests.controls import free_plan, given_customer, track, webhooks

PRODUCTS = "customer.products.updated"


def test_a_message_shows_what_was_when_it_was_told(api: Api) -> None:
    given_customer(api)

    track(api, 30)
    api("customers.update", customer_id="ada", name="Later")
    api("plans.update", plan_id="free", name="Other")
    api("features.update", feature_id="messages", name="Notes")

    (told,) = webhooks(api, PRODUCTS)
    assert told["customer"]["name"] is None
    assert told["customer"]["features"]["messages"]["balance"] == 100
    assert told["customer"]["features"]["messages"]["name"] == "Messages"
    assert told["updated_product"]["name"] == "Free"


def test_a_message_outlives_the_server(tmp_path: Path) -> None:
    settings = Settings(profile="server", data=str(tmp_path / "data.json"))
    with Emulator(settings) as first:
        api = Api(first, "kept")
        free_plan(api)
        api("customers.get_or_create", customer_id="ada")
        told = webhooks(api, PRODUCTS)

    with Emulator(settings) as second:
        again = webhooks(Api(second, "kept"), PRODUCTS)

    assert told == again
    assert len(told) == 1


def test_what_is_made_later_is_made_once() -> None:
    calls: list[int] = []

    def make() -> dict[str, int]:
        calls.append(1)
        return {"made": len(calls)}

    later = Later(make)

    assert calls == []
    assert (later(), later()) == ({"made": 1}, {"made": 1})


def test_an_endpoint_gets_what_was_put_off(api: Api) -> None:
    api("webhooks.create", id="main", url="http://127.0.0.1:9/nobody", events=[PRODUCTS])
    given_customer(api)

    assert api.world.courier.wait(10)

    (told,) = webhooks(api, PRODUCTS)
    assert told["scenario"] == "new"


def test_the_oldest_messages_go_when_there_are_too_many(api: Api) -> None:
    world, told = api.world, outbox.MOST_KEPT + 600

    with world.lock, world.store.transaction():
        for number in range(told):
            outbox.publish(world, Webhook(type="billing.updated", data={"number": number}))

    kept = [each["number"] for each in webhooks(api, "billing.updated")]
    assert kept == list(range(500, told))
