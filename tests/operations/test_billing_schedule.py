"""Schedules of several phases: cases L160 to L164."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, balance, catalogue, invoices, lines, state
from tests.conftest import Api

FEBRUARY, MARCH, APRIL = (from_iso(f"2026-0{month}-01T00:00:00Z") for month in (2, 3, 4))


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def phase(*plan_ids: str, **start: Any) -> dict[str, Any]:
    return {**start, "plans": [{"plan_id": plan_id} for plan_id in plan_ids]}


def after(count: int, unit: str = "month") -> dict[str, Any]:
    return {"starting_after": {"duration_type": unit, "duration_count": count}}


def schedule(api: Api, customer_id: str, *phases: dict[str, Any], **more: Any) -> Any:
    return api("billing.create_schedule", customer_id=customer_id, phases=list(phases), **more)


def refused(api: Api, *phases: dict[str, Any], **more: Any) -> tuple[int, str, str]:
    return api.refused("billing.create_schedule", customer_id="k", phases=list(phases), **more)


def rows(api: Api, customer_id: str) -> list[tuple[str, str, int, int | None]]:
    return [
        (each["plan_id"], each["status"], each["started_at"], each["expires_at"])
        for each in state(api, customer_id)["subscriptions"]
    ]


def test_l160_the_first_phase_begins_and_the_second_waits(api: Api) -> None:
    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(2)))

    now = api.world.now()
    assert answer.pop("schedule_id").startswith("sched_")
    assert [each.pop("phase_id")[:6] for each in answer["phases"]] == ["phase_", "phase_"]
    assert answer["status"] == "created"
    assert answer["entity_id"] is None
    assert answer["invoice"]["total"] == 20
    assert [each["starts_at"] for each in answer["phases"]] == [now, MARCH]
    assert rows(api, "k") == [("pro", "active", now, MARCH), ("premium", "scheduled", MARCH, None)]
    shown = [each["id"] for each in state(api, "k")["subscriptions"]]
    assert [each["customer_product_ids"] for each in answer["phases"]] == [[id] for id in shown]


def test_the_second_phase_takes_over_at_its_time(api: Api) -> None:
    schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(2)))

    api.freeze("2026-03-05T00:00:00Z")

    assert rows(api, "k") == [("premium", "active", MARCH, None)]
    assert balance(api, "k") == (5000, 5000, 0)
    assert invoices(api, "k") == [("paid", 50), ("paid", 20), ("paid", 20)]


def test_a_plan_goes_on_through_the_phases_that_name_it(api: Api) -> None:
    answer = schedule(
        api,
        "k",
        phase("pro", "extra", starts_at="now"),
        phase("premium", "extra", **after(1)),
        phase("premium", **after(1)),
    )

    by_plan = {plan_id: (status, expires_at) for plan_id, status, _, expires_at in rows(api, "k")}
    assert by_plan == {
        "pro": ("active", FEBRUARY),
        "extra": ("active", MARCH),
        "premium": ("scheduled", None),
    }
    first, second, third = ([*each["customer_product_ids"]] for each in answer["phases"])
    assert second[1] == first[1]
    assert third == [second[0]]


def test_a_plan_that_runs_already_goes_on(api: Api) -> None:
    attach(api, "k", "pro")

    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(1)))

    assert "invoice" not in answer
    assert {(plan_id, expires_at) for plan_id, _, _, expires_at in rows(api, "k")} == {
        ("premium", None),
        ("pro", FEBRUARY),
    }


def test_a_start_close_to_a_boundary_is_that_boundary(api: Api) -> None:
    near = from_iso("2026-02-01T11:00:00Z")

    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", starts_at=near))

    assert answer["phases"][1]["starts_at"] == FEBRUARY


def test_a_start_within_a_cycle_is_not_emulated(api: Api) -> None:
    middle = from_iso("2026-01-16T00:00:00Z")

    refusal = refused(api, phase("pro", starts_at="now"), phase("premium", starts_at=middle))

    assert refusal[:2] == (501, "not_emulated")


def test_a_failed_charge_schedules_nothing(api: Api) -> None:
    answer = schedule(api, "d", phase("pro", starts_at="now"), phase("premium", **after(1)))

    assert (answer["status"], answer["schedule_id"], answer["phases"]) == ("pending_payment", None, [])
    assert answer["required_action"]["code"] == "payment_failed"
    assert rows(api, "d") == []


def test_the_preview_shows_all_phases(api: Api) -> None:
    phases = [phase("pro", starts_at="now"), phase("premium", **after(2))]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)

    assert [total for _, total in lines(shown)] == [20]
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEBRUARY, 20)
    assert [(each["plan_id"], each["effective_at"], each["expires_at"]) for each in shown["incoming"]] == [
        ("pro", None, MARCH),
        ("premium", MARCH, None),
    ]
    assert rows(api, "k") == []


@pytest.mark.parametrize(
    ("phases", "code", "message"),
    [
        (
            [phase("pro", starts_at=4102444800000)],
            "invalid_request",
            "The first phase must start immediately",
        ),
        (
            [phase("pro", "premium", starts_at="now")],
            "invalid_request",
            'Create schedule supports at most one plan per group and scope, but plans "pro", "premium" '
            "conflict.",
        ),
        (
            [phase("pro", **after(1))],
            "invalid_inputs",
            "phases.0.starting_after: starting_after cannot be used on the first phase",
        ),
        (
            [phase("pro")],
            "invalid_inputs",
            "phases.0.starts_at: Each phase must include exactly one of starts_at or starting_after",
        ),
        ([], "invalid_inputs", "phases.0: Invalid input: expected object, received undefined"),
        (
            [phase("pro", starts_at="now"), phase("premium", starts_at="now")],
            "invalid_inputs",
            "phases.1.starts_at: starts_at: 'now' can only be used on the first phase",
        ),
        (
            [phase("starter", starts_at=1000)],
            "invalid_request",
            "Past first phase starts_at is only supported for paid recurring plans.",
        ),
    ],
    ids=["l161", "l162", "l163", "l164", "none", "now", "past"],
)
def test_what_makes_no_sense_is_refused(
    api: Api, phases: list[dict[str, Any]], code: str, message: str
) -> None:
    assert refused(api, *phases) == (400, code, message)


def test_a_trial_does_not_give_back_what_was_there(api: Api) -> None:
    revert = {"duration_length": 7, "duration_type": "day", "on_end": "revert"}

    refusal = refused(api, phase("pro", starts_at="now"), free_trial=revert)

    assert refusal[2] == "Cannot use on_end: 'revert' with create_schedule."
