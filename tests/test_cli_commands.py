"""The smaller commands, run as the real program."""

import json
from pathlib import Path

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.fakes import people
from autumn_mock.seeding import read
from autumn_mock.settings import Settings
from tests.conftest import Api
from tests.programs import run, serving

KEY = ("--key", "am_sk_test_acme")
FIXTURES = ("starter", "saas_seats", "ai_credits")


@pytest.mark.parametrize("name", FIXTURES)
def test_a_seed_that_comes_along_can_be_planted(name: str) -> None:
    with Emulator(Settings(seed=(name,))) as emulator:
        api = Api(emulator)

        customers = api("customers.list", limit=1000)["list"]

        assert len(customers) == len(read(name).content["customers"])
        assert all(customer["subscriptions"] for customer in customers)


@pytest.mark.parametrize("profile", ["documented", "server"])
def test_the_starter_tells_its_stories(profile: str) -> None:
    with Emulator(Settings(seed=("starter",), profile=profile)) as emulator:
        api = Api(emulator)
        found = {name: api("customers.get", customer_id=name) for name in ("ben", "tara", "lou", "pia", "dan")}

    plans = {name: [each["plan_id"] for each in customer["subscriptions"]] for name, customer in found.items()}
    assert plans == {
        "ben": ["free"], "tara": ["pro"], "lou": ["free"], "pia": ["pro", "support"], "dan": ["pro"],
    }  # fmt: skip
    assert found["ben"]["balances"]["messages"]["remaining"] == 0
    assert found["tara"]["subscriptions"][0]["trial_ends_at"] is not None
    assert found["dan"]["subscriptions"][0]["past_due"] is True
    assert [each["plan_id"] for each in found["pia"]["purchases"]] == ["message_pack"]


def test_seats_and_credits_tell_their_stories() -> None:
    with Emulator(Settings(seed=("saas_seats",))) as seats, Emulator(Settings(seed=("ai_credits",))) as credits:
        studio = Api(seats)("customers.get", customer_id="studio")
        bruno = Api(credits)("customers.get", customer_id="bruno")
        sol = Api(credits)("customers.get", customer_id="sol")

    assert studio["balances"]["seats"]["usage"] == 4
    assert studio["balances"]["exports"]["remaining"] == 29
    assert bruno["balances"]["credits"]["granted"] == 4100
    assert sol["balances"]["credits"]["usage"] == 28_000


def test_made_up_people_are_the_same_for_the_same_number() -> None:
    one, two = run("seed", "--customers", "50", "--seed", "7"), run("seed", "--customers", "50", "--seed", "7")
    other = run("seed", "--customers", "50", "--seed", "8")

    assert one[0] == 0
    assert one[1] == two[1] != other[1]


@pytest.mark.parametrize("catalog", FIXTURES)
def test_made_up_people_can_be_planted(tmp_path: Path, catalog: str) -> None:
    path = tmp_path / "world.json"

    status, _, _ = run("seed", "--customers", "60", "--catalog", catalog, "--out", str(path))

    assert status == 0
    with Emulator(Settings(seed=(str(path),))) as emulator:
        assert len(emulator.world("acme").store.customers) == 60


def test_made_up_people_are_no_one_twice() -> None:
    made = people(read("starter").content, 500, 1)

    assert len({person["customer_id"] for person in made}) == 500
    assert len({person["email"] for person in made}) == 500


def test_a_missing_catalog_is_told() -> None:
    status, _, errors = run("seed", "--catalog", "nowhere.json")

    assert (status, errors) == (1, "autumn-mock: nowhere.json: no such file\n")


def test_a_wrong_seed_ends_serve_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_text('{\n  "customers": [\n    {"customer_id": "ada",\n     "email": "x"}\n  ]\n}')

    status, _, errors = run("serve", "--port", "0", "--seed", str(path), "--data", str(tmp_path / "data.json"))

    assert status == 1
    assert errors == f"autumn-mock: {path}:4: customers[0].email: not a valid email address\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["seed.json"]


def test_a_changed_seed_is_picked_up_while_serving(tmp_path: Path) -> None:
    import time

    path = tmp_path / "seed.json"
    path.write_text("{}")
    with serving("--seed", str(path), "--watch") as server:
        before = server.features()
        path.write_text('{"features": [{"feature_id": "sso", "name": "SSO", "type": "boolean"}]}')
        until = time.monotonic() + 10
        while time.monotonic() < until:
            server.call("", path="/_mock/reset")
            if server.features():
                break
            time.sleep(0.1)
        after = server.features()
        status, errors = server.stop()

    assert (before, after) == ([], ["sso"])
    assert (status, "the changed seed is in use" in errors) == (0, True)


def test_operations_are_listed() -> None:
    status, told, _ = run("operations")
    _, as_json, _ = run("operations", "--json")

    assert status == 0
    assert len(told.splitlines()) == len(json.loads(as_json)["list"]) == 94
    assert any(line.split() == ["features.create", "full"] for line in told.splitlines())


def test_a_running_server_is_advanced_shown_and_reset() -> None:
    with serving("--now", "2030-01-31T12:00:00Z", "--seed", "starter") as server:
        url = ("--url", server.url)
        advanced = run("advance", "1 month", *url, *KEY)
        shown = run("snapshot", *url, *KEY)
        reset = run("reset", *url, *KEY)
        _, clock = server.call("", path="/_mock/clock", method="GET")

    *told, now = advanced[1].splitlines()
    assert (advanced[0], now) == (0, "It is 2030-02-28T12:00:00.000Z now.")
    assert [line[:19] for line in told] == sorted(line[:19] for line in told)
    assert "2030-02-06 12:00:00  plan_renewed      pia  pro" in told
    assert any(line.startswith("2030-02-06 12:00:00  invoice_paid      pia  35 usd  in_") for line in told)
    assert len(json.loads(shown[1])["records"]["customers"]) == 7
    assert reset[:2] == (0, "Back to the seed.\n")
    assert clock["iso"] == "2030-01-31T12:00:00.000Z"


def test_a_long_way_is_told_in_few_lines() -> None:
    with serving("--now", "2030-01-31T12:00:00Z", "--seed", "starter") as server:
        told = run("advance", "1 year", "--limit", "2", "--url", server.url, *KEY)[1].splitlines()

    assert len(told) == 4
    assert told[2].startswith("and so on; altogether ")
    assert "plan_renewed" in told[2]


def test_what_the_server_refuses_is_told_in_one_line() -> None:
    with serving() as server:
        refused = run("advance", "a while", "--url", server.url, *KEY)
        keyless = run("reset", "--url", server.url, "--key", "hello")
    nobody = run("reset", "--url", server.url, *KEY)

    assert refused[0] == 1
    assert refused[2] == (
        f"autumn-mock: {server.url} refused: advance: must be like '31 days', '1 month' or '90 minutes'\n"
    )
    assert keyless[2].endswith("refused: Invalid authorization token prefix\n")
    assert nobody[2] == f"autumn-mock: no server answers at {server.url}: Connection refused\n"
    assert run("reset", "--url", server.url)[0] == 2
    assert run("reset", "--url", "ftp://x", *KEY)[0] == 2


def test_the_doctor_says_what_is_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    with serving("--data", str(path), "--seed", "starter") as server:
        server.features()
        status_while_used, _, errors = run("doctor", str(path))

    status, told, _ = run("doctor", str(path))

    assert (status_while_used, "another autumn-mock" in errors) == (1, True)
    assert status == 0
    assert told.startswith("acme (sandbox): 4 features, 4 plans, 7 customers")
    assert told.endswith("No problems.\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.json"]


def test_the_doctor_finds_what_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    customer = {"org": "o", "env": "live", "internal_id": "cus_1", "id": "a", "created_at": 1}
    entity = {"org": "o", "env": "live", "internal_id": "ety_1", "id": "e", "customer": "cus_2",
              "feature_id": "seats", "created_at": 1}  # fmt: skip
    tables = {"autumn_mock": {"1": {"format": 1}}, "customers": {"1": customer}, "entities": {"1": entity}}
    path.write_text(json.dumps(tables))

    status, told, _ = run("doctor", str(path))

    assert status == 1
    assert "problem: o (live): entities ety_1: customer cus_2 is not in customers" in told
    assert json.loads(path.read_text()) == tables


def test_the_doctor_of_a_missing_file(tmp_path: Path) -> None:
    status, _, errors = run("doctor", str(tmp_path / "none.json"))

    assert (status, errors) == (1, f"autumn-mock: {tmp_path}/none.json: no such file\n")
    assert list(tmp_path.iterdir()) == []


def test_a_world_of_the_file_can_be_used_again_after_a_restart(tmp_path: Path) -> None:
    args = ("--data", str(tmp_path / "data.json"), "--seed", "starter")

    with serving(*args) as server:
        server.call("customers.get_or_create", {"customer_id": "new"})
        server.stop()
    with serving(*args) as server:
        status, found = server.call("customers.get", {"customer_id": "new"})
        _, pia = server.call("customers.get", {"customer_id": "pia"})
        server.call("", path="/_mock/reset")
        gone, _ = server.call("customers.get", {"customer_id": "new"})

    assert (status, found["id"], gone) == (200, "new", 404)
    assert [each["plan_id"] for each in pia["subscriptions"]] == ["pro", "support"]
