"""Seeds: what they make, when it happened, and how a wrong one is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from autumn_mock.domain import periods
from autumn_mock.emulator import Emulator
from autumn_mock.seeding import SeedError, read
from autumn_mock.seeding.reading import line_of
from autumn_mock.settings import Settings
from tests.conftest import Api

NOON = periods.from_iso("2030-06-15T12:00:00Z")
MESSAGES = {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True}
SEATS = {"feature_id": "seats", "name": "Seats", "type": "metered", "consumable": False}
ITEM = {"feature_id": "messages", "included": 100, "reset": {"interval": "month"}}
FREE = {"plan_id": "free", "name": "Free", "auto_enable": True, "items": [ITEM]}
PRO = {
    "plan_id": "pro", "name": "Pro", "price": {"amount": 20, "interval": "month"},
    "items": [{**ITEM, "included": 1000}],
}  # fmt: skip
CATALOG = {"features": [MESSAGES, SEATS], "plans": [FREE, PRO]}


def seeded(path: Path, content: Any, **settings: Any) -> Api:
    """An organisation of an emulator that was started with this seed."""
    path.write_text(json.dumps(content, indent=2) if not isinstance(content, str) else content)
    return Api(Emulator(Settings(seed=(str(path),), now=NOON, **settings)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seed.json"


def told(path: Path, content: Any) -> str:
    """How a wrong seed is told, without the path of its file."""
    with pytest.raises(SeedError) as error:
        seeded(path, content)
    return str(error.value).removeprefix(str(path) + ":")


def test_a_seed_makes_features_plans_and_customers(path: Path) -> None:
    api = seeded(path, {**CATALOG, "customers": [{"customer_id": "ada", "name": "Ada"}]})

    ada = api("customers.get", customer_id="ada")

    assert ada["name"] == "Ada"
    assert ada["created_at"] == NOON
    assert [subscription["plan_id"] for subscription in ada["subscriptions"]] == ["free"]
    assert ada["balances"]["messages"]["remaining"] == 100


def test_things_happen_as_of_their_instants(path: Path) -> None:
    ada = {
        "customer_id": "ada", "at": "10 days ago", "payment_method": "ok", "attach": ["pro"],
        "track": [
            {"feature_id": "messages", "value": 30, "at": "3 days ago"},
            {"feature_id": "messages", "value": 5, "at": "1 hour ago"},
        ],
    }  # fmt: skip
    api = seeded(path, {**CATALOG, "customers": [ada]})

    found = api("customers.get", customer_id="ada")

    assert found["created_at"] == NOON - 10 * periods.DAY
    assert found["subscriptions"][0]["plan_id"] == "pro"
    assert found["subscriptions"][0]["started_at"] == NOON - 10 * periods.DAY
    assert found["balances"]["messages"]["usage"] == 35
    assert api.world.now() == NOON


def test_what_fell_due_meanwhile_has_happened(path: Path) -> None:
    ada = {
        "customer_id": "ada", "at": "40 days ago",
        "track": [{"feature_id": "messages", "value": 60, "at": "35 days ago"}],
    }  # fmt: skip
    api = seeded(path, {**CATALOG, "customers": [ada]})

    messages = api("customers.get", customer_id="ada")["balances"]["messages"]

    assert messages["usage"] == 0
    assert messages["next_reset_at"] > NOON


def test_a_seed_makes_rewards_and_lets_customers_redeem_them(path: Path) -> None:
    grant = {
        "id": "gift", "name": "Gift", "promo_codes": [{"code": "GIFT", "max_uses": None}],
        "grants": [{"feature_id": "messages", "included": 50, "expiry": None}],
    }  # fmt: skip
    program = {"id": "friends", "reward_id": "gift", "redeem_on": "customer_creation", "received_by": "all"}
    ada = {"customer_id": "ada", "at": "10 days ago", "redeem": ["GIFT"]}
    bob = {
        "customer_id": "bob", "at": "5 days ago",
        "referred_by": [{"referrer_id": "ada", "program_id": "friends", "at": "2 days ago"}],
    }  # fmt: skip
    rewards = {"rewards": [{"feature_grant": grant}], "referral_programs": [program]}

    api = seeded(path, {**CATALOG, **rewards, "customers": [ada, bob]})

    found = api("customers.get", customer_id="ada", expand=["referrals"])
    assert found["balances"]["messages"]["granted"] == 100 + 50 + 50
    [brought] = found["referrals"]
    assert (brought["customer"]["id"], brought["created_at"]) == ("bob", NOON - 2 * periods.DAY)
    assert api("customers.get", customer_id="bob")["balances"]["messages"]["granted"] == 150
    assert [each["id"] for each in api("rewards.list")["feature_grants"]] == ["gift"]


@pytest.mark.parametrize(
    ("referral", "problem"),
    [
        ({"referrer": "ada"}, "referrer: not a key that is known here; did you mean referrer_id?"),
        ({"referrer_id": "ada"}, "program_id: must be a string"),
        ({"referrer_id": "ada", "program_id": "ghost"}, "Reward program not found"),
    ],
)
def test_a_wrong_referral_is_told(path: Path, referral: dict[str, str], problem: str) -> None:
    people = [{"customer_id": "ada"}, {"customer_id": "bob", "referred_by": [referral]}]

    message = told(path, {**CATALOG, "customers": people})

    assert "customers[1].referred_by[0]" in message
    assert message.endswith(problem)


def test_nobody_is_told_of_a_seed(path: Path) -> None:
    api = seeded(path, {**CATALOG, "customers": [{"customer_id": "ada"}]})
    _, before = api.request("GET", "/_mock/webhooks")

    api("customers.get_or_create", customer_id="later")
    _, after = api.request("GET", "/_mock/webhooks")

    told_of = {m["payload"]["data"]["customer_id"] for m in after["list"] if m["type"] == "billing.updated"}
    assert before == {"list": []}
    assert told_of == {"later"}


def test_cards_can_change(path: Path) -> None:
    ada = {
        "customer_id": "ada", "at": "20 days ago", "payment_method": "ok", "attach": ["pro"],
        "cards": [{"outcome": "decline:card_declined", "at": "1 day ago"}],
    }  # fmt: skip
    api = seeded(path, {**CATALOG, "customers": [ada]})

    outcomes = [card.outcome for card in api.world.store.payment_methods]

    assert outcomes == ["succeed", "decline:card_declined"]


def test_entities_and_calls(path: Path) -> None:
    ada = {
        "customer_id": "ada",
        "entities": [{"entity_id": "desk", "name": "Desk", "feature_id": "seats", "note": "by the window"}],
        "calls": [{"operation": "customers.update", "body": {"metadata": {"tier": "gold"}}}],
    }
    api = seeded(path, {**CATALOG, "customers": [ada]})

    found = api("customers.get", customer_id="ada", expand=["entities"])

    assert [entity["id"] for entity in found["entities"]] == ["desk"]
    assert found["metadata"] == {"tier": "gold"}


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        ({"customer_id": "a", "email": "nobody"}, "customers[0].email: not a valid email address"),
        ({"customer_id": "a b"}, "customers[0].customer_id: cannot contain spaces. Use only letters"),
        ({"customer_id": "a", "emial": "a@b"}, "customers[0].emial: not a key that is known here; did"),
        ({"customer_id": "a", "config": {"disable_pool": True}}, "customers[0].config.disable_pool: not a key"),
        ({"customer_id": "a", "at": "soon"}, "customers[0].at: must be like '2 months ago'"),
        ({"customer_id": "a", "at": "2031-01-01"}, "customers[0].at: is in the future"),
        (
            {"customer_id": "a", "track": [{"feature_id": "messages", "at": "1 day ago"}]},
            "customers[0].track[0].at: is before the customer was made",
        ),
        ({"customer_id": "a", "track": {}}, "customers[0].track: must be a list"),
        ({"customer_id": "a", "attach": ["gold"]}, "customers[0].attach[0]: Product gold not found"),
        ({"customer_id": "a", "attach": ["pro"]}, "customers[0].attach[0]: must be paid for"),
        ({"customer_id": "a", "payment_method": "bad"}, "customers[0].payment_method: must be 'succeed'"),
        (
            {"customer_id": None, "email": "a@b", "attach": ["free"]},
            "customers[0].attach: only a customer with a customer_id can have this",
        ),
        (
            {"customer_id": "a", "calls": [{"operation": "customers.nope"}]},
            "customers[0].calls[0].body: customers.nope is not an operation that is emulated",
        ),
        ("ada", "customers[0]: must be an object"),
        ({}, "customers[0].customer_id: must be a string (received undefined)"),
    ],
)  # fmt: skip
def test_a_wrong_entry_names_itself(path: Path, customer: Any, reason: str) -> None:
    _, _, without_line = told(path, {**CATALOG, "customers": [customer]}).partition(": ")

    assert without_line.startswith(reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "1: must be an object"),
        ("{\n  \"features\": [\n}", "3: column 1: Expecting value"),
        ({"feature": []}, "2: feature: not a key that is known here; did you mean features?"),
        ({"features": [MESSAGES, MESSAGES]}, "9: features[1]: Feature messages already exists"),
        (
            {"features": [MESSAGES], "plans": [{**FREE, "items": [{"feature_id": "messages", "includes": 1}]}]},
            "18: plans[0].items[0].includes: not a key that is known here; did you mean included?",
        ),
        (
            {"features": [MESSAGES], "plans": [{**FREE, "items": [{**ITEM, "included": "x"}]}]},
            "18: plans[0].items[0].included: must be a number (received string)",
        ),
    ],
)  # fmt: skip
def test_a_wrong_seed_names_its_line(path: Path, content: Any, reason: str) -> None:
    assert told(path, content).startswith(reason)


def test_the_line_of_a_value_is_found() -> None:
    text = '{\n "a": [1,\n  {"b":\n   2, "c": [[3],\n   {"d": 4}]}\n ]\n}'

    assert line_of(text, ()) == 1
    assert line_of(text, ("a", 1)) == 3
    assert line_of(text, ("a", 1, "b")) == 4
    assert line_of(text, ("a", 1, "c", 1, "d")) == 5
    assert line_of(text, ("a", 1, "nope", 3)) == 3
    assert line_of(text, ("z",)) == 1


def test_a_missing_file_is_told() -> None:
    with pytest.raises(SeedError, match=r"^nowhere/x\.json: no such file$"):
        read("nowhere/x.json")
    with pytest.raises(SeedError, match="none of the seeds that come along: ai_credits, saas_seats, starter"):
        read("nowhere")


def test_a_folder_is_planted_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps({"plans": [FREE]}))
    (tmp_path / "a.json").write_text(json.dumps({"features": [MESSAGES]}))

    api = Api(Emulator(Settings(seed=(str(tmp_path),))))

    assert [plan["id"] for plan in api("plans.list")["list"]] == ["free"]


def test_an_empty_folder_plants_nothing(tmp_path: Path) -> None:
    api = Api(Emulator(Settings(seed=(str(tmp_path),))))

    assert api("features.list") == {"list": []}


def test_a_seed_over_http_is_planted_beside_what_is_there(api: Api) -> None:
    api.freeze(NOON)
    api("customers.get_or_create", customer_id="before")

    status, answer = api.request("POST", "/_mock/seed", {**CATALOG, "customers": [{"customer_id": "ada"}]})

    assert status == 200
    assert answer["counts"]["customers"] == 2
    assert api("customers.get", customer_id="ada")["created_at"] == NOON


def test_a_wrong_seed_over_http_plants_nothing(api: Api) -> None:
    content = {**CATALOG, "customers": [{"customer_id": "ada"}, {"customer_id": "bob", "email": "x"}]}

    refused = api.refusal(api.request("POST", "/_mock/seed", content))

    assert refused == (400, "invalid_seed", "customers[1].email: not a valid email address")
    assert api("features.list")["list"] == []
    assert api.world.store.snapshot()["customers"] == {}


def test_every_organisation_begins_with_a_copy(path: Path) -> None:
    api = seeded(path, {**CATALOG, "customers": [{"customer_id": "ada"}]})
    other = Api(api.emulator)

    api("customers.update", customer_id="ada", name="Changed")

    assert other("customers.get", customer_id="ada")["name"] is None


def test_a_copy_never_repeats_an_id_of_its_seed(path: Path) -> None:
    people = [{"customer_id": f"c{number}"} for number in range(20)]
    api = seeded(path, {**CATALOG, "customers": people}, id_seed=7)

    for number in range(20):
        api("customers.get_or_create", customer_id=f"new{number}")

    assert len(api.world.store.customers) == 40


def test_the_same_seed_gives_the_same_ids(path: Path) -> None:
    content = {**CATALOG, "customers": [{"customer_id": "ada"}]}
    one, two = seeded(path, content, id_seed=7), seeded(path, content, id_seed=7)

    made = [api("customers.get_or_create", customer_id="new", with_autumn_id=True) for api in (one, two)]

    assert made[0] == made[1]


def test_a_reset_goes_back_to_the_seed(path: Path) -> None:
    api = seeded(path, {**CATALOG, "customers": [{"customer_id": "ada"}]})
    api("customers.get_or_create", customer_id="bob")
    api.advance("1 year")

    status, _ = api.request("POST", "/_mock/reset")

    assert status == 200
    assert [customer.id for customer in api.world.store.customers] == ["ada"]
    assert api.world.now() == NOON
    assert api.request("GET", "/_mock/requests")[1] == {"list": []}


def test_a_changed_seed_is_picked_up_and_a_broken_one_passed_over(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api = seeded(path, CATALOG)
    emulator = api.emulator

    path.write_text(json.dumps({**CATALOG, "customers": [{"customer_id": "ada"}]}))
    emulator._replant()
    picked_up = Api(emulator)("customers.get", customer_id="ada")
    path.write_text("{")
    emulator._replant()
    still_there = Api(emulator)("customers.get", customer_id="ada")

    assert picked_up["id"] == still_there["id"] == "ada"
    assert "the seed of before stays in use" in caplog.text


def test_the_watch_notices_a_change(path: Path) -> None:
    from threading import Event

    from autumn_mock.seeding.watching import SeedWatch

    path.write_text("{}")
    changed = Event()
    watch = SeedWatch(lambda: [path], changed.set)

    path.write_text("{ }")

    assert changed.wait(5)
    watch.stop()
