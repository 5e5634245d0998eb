"""`GET /_mock/invariants` and the check after every operation."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.builders import customer, item, plan, seats
from tests.conftest import Api
from tests.controls import daily, free_plan
from tests.rewards import coupon, program, refer


def test_sound_books_are_said_to_be_so(api: Api) -> None:
    free_plan(api)
    customer(api, "ada")

    answer = api.request("GET", "/_mock/invariants")

    assert answer == (200, {"ok": True, "broken": []})


def break_a_row(api: Api) -> None:
    """Write a share into a row that is not per entity."""
    world = api.world
    (row,) = world.store.balances
    with world.lock, world.store.transaction():
        world.store.balances.put(row.but(feature_id="ghost"))


def test_broken_books_name_the_customer_and_the_problem(api: Api) -> None:
    free_plan(api)
    customer(api, "ada")

    break_a_row(api)
    _, answer = api.request("GET", "/_mock/invariants")

    assert answer["ok"] is False
    (found,) = answer["broken"]
    assert found["customer_id"] == "ada"
    assert found["problem"].endswith("is of feature ghost, which does not exist")


def test_rows_of_nobody_are_found(api: Api) -> None:
    free_plan(api)
    customer(api, "ada")
    world = api.world
    (ada,) = world.store.customers
    with world.lock, world.store.transaction():
        world.store.customers.delete(ada.internal_id)

    _, answer = api.request("GET", "/_mock/invariants")

    assert any("who does not exist" in each["problem"] for each in answer["broken"])


def test_referrals_that_point_nowhere_are_found(api: Api) -> None:
    coupon(api, "sale")
    program(api, "friends", "sale")
    for name in ("ada", "bob"):
        customer(api, name)
    refer(api, "ada", "bob", "friends")
    world = api.world
    (made,) = world.store.referral_programs
    with world.lock, world.store.transaction():
        world.store.referral_programs.delete(made.internal_id)

    _, answer = api.request("GET", "/_mock/invariants")

    problems = [each["problem"] for each in answer["broken"]]
    assert len(problems) == 2
    assert all(problem.endswith(f"of program {made.internal_id}, which does not exist") for problem in problems)


def test_an_operation_that_leaves_broken_books_fails_loudly(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    free_plan(api)
    customer(api, "ada")
    break_a_row(api)

    with caplog.at_level(logging.ERROR):
        status, _ = api.call("customers.update", {"customer_id": "ada", "name": "Ada"})

    assert status == 500
    assert "which does not exist" in caplog.text


AMOUNTS = st.sampled_from([0, 0.1, 1, 2.5, 7, 40, -1, -3.3])
WHO = st.sampled_from([None, "e1", "e2"])
STEPS = st.one_of(
    st.tuples(st.just("track"), AMOUNTS, WHO, st.sampled_from(["cap", "reject", "overflow"])),
    st.tuples(st.just("check"), AMOUNTS, WHO, st.booleans()),
    st.tuples(st.just("lock"), st.sampled_from([1, 5, 30]), WHO, st.sampled_from(["confirm", "release"])),
    st.tuples(st.just("limit"), st.sampled_from([0, 5, 50]), WHO, st.booleans()),
    st.tuples(st.just("overage"), st.just(0), WHO, st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 40]), st.none(), st.none()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=25))
def test_whatever_is_done_the_books_add_up(steps: list[tuple[str, float, str | None, object]]) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        api.freeze("2026-11-25T12:00:00Z")
        free_plan(api, 50)
        seats(api, "seats")
        plan(api, "team", item("messages", 10, "week", entity_feature_id="seats"), add_on=True)
        customer(api, "ada")
        for entity_id in ("e1", "e2"):
            api("entities.create", customer_id="ada", entity_id=entity_id, feature_id="seats")
        api("billing.attach", customer_id="ada", plan_id="team")

        for number, step in enumerate(steps):
            take_step(api, number, *step)

        assert api.request("GET", "/_mock/invariants") == (200, {"ok": True, "broken": []})


def take_step(api: Api, number: int, what: str, amount: float, who: str | None, how: object) -> None:
    about = {"customer_id": "ada", "feature_id": "messages"} | ({"entity_id": who} if who else {})
    status = 200
    if what == "track":
        status, _ = api.call("balances.track", {**about, "value": amount, "overage_behavior": how})
    elif what == "check":
        status, _ = api.call("balances.check", {**about, "required_balance": amount, "send_event": how})
    elif what == "lock":
        lock = {"enabled": True, "lock_id": f"l{number}"}
        _, checked = api.call("balances.check", {**about, "required_balance": amount, "lock": lock})
        if checked.get("allowed"):
            status, _ = api.call("balances.finalize", {"lock_id": f"l{number}", "action": how})
    elif what == "wait":
        api.advance(f"{int(amount)} days")
    else:
        set_control(api, what, amount, who, how)
    assert status in {200, 400}


def set_control(api: Api, what: str, limit: float, who: str | None, enabled: object) -> None:
    controls = {"usage_limits": [daily(limit, enabled=enabled)]}
    if what == "overage":
        controls = {"overage_allowed": [{"feature_id": "messages", "enabled": enabled}]}
    if who is None:
        api("customers.update", customer_id="ada", billing_controls=controls)
    else:
        api("entities.update", customer_id="ada", entity_id=who, billing_controls=controls)
