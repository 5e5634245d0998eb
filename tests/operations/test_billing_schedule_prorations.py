"""Phases of schedules that say how the change at their start is billed, from API version 2.4 on."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, catalogue, invoices, monthly, plans_of, state, use
from tests.builders import item, plan
from tests.conftest import Api

MIDDLE, FEBRUARY = from_iso("2026-01-16T12:00:00Z"), from_iso("2026-02-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def phase(plan_id: str, starts_at: Any = "now", how: str | None = None, **more: Any) -> dict[str, Any]:
    asked = {"proration_behavior": how} if how else {}
    return {"starts_at": starts_at, "plans": [{"plan_id": plan_id}], **asked, **more}


def schedule(api: Api, *phases: dict[str, Any], version: str = "2.5.0", **more: Any) -> Any:
    return api("billing.create_schedule", customer_id="k", phases=list(phases), version=version, **more)


def preview(api: Api, *phases: dict[str, Any]) -> Any:
    return api("billing.preview_create_schedule", customer_id="k", phases=list(phases), version="2.5.0")


@pytest.mark.parametrize("second", ["premium", "mini", "packs"])
def test_a_phase_without_prorations_is_billed_from_its_next_cycle_on(api: Api, second: str) -> None:
    phases = [phase("pro"), phase(second, MIDDLE, "none")]
    shown = preview(api, *phases)
    schedule(api, *phases)

    api.freeze(MIDDLE)
    at_start = invoices(api, "k")
    api.freeze(FEBRUARY)

    assert at_start == [("paid", 20)]
    assert plans_of(api, "k") == [(second, "active")]
    renewal = state(api, "k")["invoices"][0]
    assert len(invoices(api, "k")) == 2
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEBRUARY, renewal["total"])


def test_a_phase_at_a_boundary_is_charged_although_nothing_is_prorated(api: Api) -> None:
    phases = [phase("pro"), phase("premium", FEBRUARY, "none")]
    shown = preview(api, *phases)
    schedule(api, *phases)

    api.freeze(FEBRUARY)

    assert invoices(api, "k") == [("paid", 50), ("paid", 20)]
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEBRUARY, 50)


def test_use_is_billed_where_its_period_ends_with_the_phase(api: Api) -> None:
    schedule(api, phase("basic"), phase("scale", FEBRUARY, "none"))
    use(api, "k", "calls", 110)

    api.freeze(FEBRUARY)

    assert invoices(api, "k") == [("paid", 85), ("paid", 20)]


def test_what_moves_the_cycle_is_charged_anew(api: Api) -> None:
    phases = [phase("pro"), phase("premium", MIDDLE, "none", billing_cycle_anchor="phase_start")]
    shown = preview(api, *phases)
    schedule(api, *phases)

    api.freeze(MIDDLE)

    assert invoices(api, "k")[0] == ("paid", 40)
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (MIDDLE, 40)


def test_a_first_plan_that_is_paid_is_charged_although_nothing_is_prorated(api: Api) -> None:
    phases = [phase("starter"), phase("pro", MIDDLE, "none")]
    shown = preview(api, *phases)
    schedule(api, *phases)

    api.freeze(MIDDLE)

    assert invoices(api, "k") == [("paid", 20)]
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (MIDDLE, 20)


@pytest.mark.parametrize(
    ("first", "start", "charged"),
    [
        pytest.param("starter", {}, [30], id="begins to be billed"),
        pytest.param("mini", {"billing_cycle_anchor": "phase_start"}, [27.5, 5], id="moves the cycle"),
        pytest.param("mini", {}, [5], id="joins"),
    ],
)
def test_what_is_paid_once_comes_with_a_cycle_that_begins(
    api: Api, first: str, start: dict[str, Any], charged: list[float]
) -> None:
    once = {"amount": 10, "interval": "one_off", "billing_units": 100, "billing_method": "prepaid"}
    plan(api, "setup", item("calls", price=once), **monthly(20))
    second = phase("setup", MIDDLE, "none", **start)
    second["plans"][0]["feature_quantities"] = [{"feature_id": "calls", "quantity": 100}]
    schedule(api, phase(first), second)

    api.freeze(MIDDLE)

    assert [total for _, total in invoices(api, "k")] == charged


@pytest.mark.parametrize(
    ("how", "of_all", "charged"),
    [("none", None, []), ("none", "prorate_immediately", []), ("prorate_immediately", "none", [15])],
)
def test_the_first_phase_goes_before_the_schedule(
    api: Api, how: str, of_all: str | None, charged: list[float]
) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    asked = {"billing_behavior": of_all} if of_all else {}

    answer = schedule(api, phase("premium", "now", how), phase("pro", FEBRUARY), **asked)

    assert [answer["invoice"]["total"]] == charged if charged else "invoice" not in answer
    assert plans_of(api, "k") == [("premium", "active"), ("pro", "scheduled")]


@pytest.mark.parametrize("how", ["bill_difference", "sometimes"])
def test_later_phases_prorate_or_do_not(api: Api, how: str) -> None:
    body = {"customer_id": "k", "phases": [phase("pro"), phase("premium", MIDDLE, how)]}

    refused = api.refusal(api.call("billing.create_schedule", body, version="2.4.0"))

    assert refused[:2] == (400, "invalid_inputs")
    assert refused[2].startswith("phases.1.proration_behavior: must be one of: prorate_immediately, none")


def test_before_2_4_a_phase_does_not_say_it(api: Api) -> None:
    schedule(api, phase("pro"), phase("premium", MIDDLE, "none"), version="2.3.0")

    api.freeze(MIDDLE)

    assert invoices(api, "k") == [("paid", 15), ("paid", 20)]
