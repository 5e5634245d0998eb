"""`bill_difference`: the difference of whole periods on an upgrade, what is left of them on a downgrade.
API version 2.4 and later."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import PACK, attach, catalogue, invoices, lines, monthly, plans_of, state
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import by_reward, coupon

MIDDLE, FEBRUARY = from_iso("2026-01-16T12:00:00Z"), from_iso("2026-02-01T00:00:00Z")
HOW = "bill_difference"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def as_attach(plan_id: str, **more: Any) -> dict[str, Any]:
    return {"plan_id": plan_id, "proration_behavior": HOW, "plan_schedule": "immediate", **more}


def as_several(plan_id: str, **more: Any) -> dict[str, Any]:
    return {"plans": [{"plan_id": plan_id, **more}], "billing_behavior": HOW}


def as_schedule(plan_id: str, **more: Any) -> dict[str, Any]:
    return {"phases": [{"starts_at": "now", "plans": [{"plan_id": plan_id, **more}]}], "billing_behavior": HOW}


def as_phase(plan_id: str, **more: Any) -> dict[str, Any]:
    first = {"starts_at": "now", "plans": [{"plan_id": plan_id, **more}], "proration_behavior": HOW}
    return {"phases": [first]}


WAYS = [
    pytest.param("attach", as_attach, id="attach"),
    pytest.param("multi_attach", as_several, id="multi_attach"),
    pytest.param("create_schedule", as_schedule, id="create_schedule"),
    pytest.param("create_schedule", as_phase, id="phase"),
]


def change(api: Api, operation: str, body: dict[str, Any]) -> tuple[Any, Any]:
    """The preview and the answer of a change in the middle of the cycle."""
    shown = api(f"billing.preview_{operation}", customer_id="k", version="2.5.0", **body)
    return shown, api(f"billing.{operation}", customer_id="k", version="2.5.0", **body)


@pytest.mark.parametrize(("operation", "ask"), WAYS)
def test_an_upgrade_costs_the_whole_difference(api: Api, operation: str, ask: Any) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)

    shown, answer = change(api, operation, ask("premium"))

    assert lines(shown) == [
        ("Unused 1 × Pro (at $20.00 / month)", -20),
        ("Premium - Base Price (from 01 Jan 2026 to 01 Feb 2026)", 50),
    ]
    assert (shown["total"], answer["invoice"]["total"]) == (30, 30)
    assert plans_of(api, "k") == [("premium", "active")]
    assert state(api, "k")["subscriptions"][0]["current_period_end"] == FEBRUARY


@pytest.mark.parametrize(("operation", "ask"), WAYS)
def test_a_downgrade_gives_back_for_the_time_that_is_left(api: Api, operation: str, ask: Any) -> None:
    attach(api, "k", "premium")
    api.freeze(MIDDLE)

    shown, answer = change(api, operation, ask("pro"))

    assert [total for _, total in lines(shown)] == [-25, 10]
    assert (shown["total"], answer["invoice"]["total"]) == (-15, -15)


@pytest.mark.parametrize(("operation", "ask"), WAYS)
def test_a_first_plan_costs_its_period(api: Api, operation: str, ask: Any) -> None:
    shown, answer = change(api, operation, ask("premium"))

    assert (shown["total"], answer["invoice"]["total"]) == (50, 50)


@pytest.mark.parametrize(("operation", "ask"), WAYS)
def test_an_add_on_within_the_cycle_costs_its_whole_period(api: Api, operation: str, ask: Any) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)

    shown, answer = change(api, operation, ask("extra"))

    assert (shown["total"], answer["invoice"]["total"]) == (8, 8)


def test_the_cycle_stays_and_renews_as_ever(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    change(api, "attach", as_attach("premium"))

    api.freeze(FEBRUARY)

    assert invoices(api, "k") == [("paid", 50), ("paid", 30), ("paid", 20)]


def test_a_whole_difference_is_the_base_of_the_next_one(api: Api) -> None:
    plan(api, "huge", item("credits", 9000, "month"), **monthly(90))
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    change(api, "attach", as_attach("premium"))
    api.advance("3 days")

    _, answer = change(api, "attach", as_attach("huge"))

    assert answer["invoice"]["total"] == 40


def test_after_a_prorated_upgrade_the_difference_is_still_that_of_the_prices(api: Api) -> None:
    plan(api, "huge", item("credits", 9000, "month"), **monthly(90))
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    attach(api, "k", "premium")
    api.advance("3 days")

    _, answer = change(api, "attach", as_attach("huge"))

    assert answer["invoice"]["total"] == 40


def test_what_was_charged_whole_is_given_back_for_the_rest_of_the_period(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    change(api, "attach", as_attach("premium"))

    _, answer = change(api, "attach", as_attach("pro"))

    assert answer["invoice"]["total"] == -15


def test_packs_are_charged_whole_too(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)
    packs = [{"feature_id": "credits", "quantity": 300}]

    _, answer = change(api, "attach", as_attach("packs", feature_quantities=packs))

    assert answer["invoice"]["total"] == 30 + 2 * PACK["amount"] - 20  # type: ignore[operator]


def test_what_is_paid_once_is_charged_once(api: Api) -> None:
    attach(api, "k", "pro")
    api.freeze(MIDDLE)

    _, answer = change(api, "multi_attach", as_several("boost"))

    assert answer["invoice"]["total"] == 50


def test_each_change_of_several_is_billed_by_itself(api: Api) -> None:
    plan(api, "mail", item("calls", 300, "month"), group="mail", **monthly(30))
    plan(api, "post", item("calls", 100, "month"), group="mail", **monthly(10))
    api("billing.multi_attach", customer_id="k", plans=[{"plan_id": "pro"}, {"plan_id": "mail"}])
    api.freeze(MIDDLE)
    body = {"plans": [{"plan_id": "premium"}, {"plan_id": "post"}], "billing_behavior": HOW}

    shown, answer = change(api, "multi_attach", body)

    assert [total for _, total in lines(shown)] == [-20, 50, -15, 5]
    assert (shown["total"], answer["invoice"]["total"]) == (20, 20)


def test_a_coupon_counts_on_both_sides(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", **by_reward("half"))
    api.freeze(MIDDLE)

    shown, answer = change(api, "attach", as_attach("premium"))

    assert [total for _, total in lines(shown)] == [-10, 25]
    assert (shown["total"], answer["invoice"]["total"]) == (15, 15)


def test_a_trial_that_ends_begins_the_cycle_anew(api: Api) -> None:
    attach(api, "k", "pro_t")
    api.advance("3 days")

    _, answer = change(api, "attach", as_attach("premium"))

    assert answer["invoice"]["total"] == 50


@pytest.mark.parametrize(("operation", "ask"), WAYS)
def test_versions_before_2_4_do_not_know_it(api: Api, operation: str, ask: Any) -> None:
    if ask is as_phase:
        return
    body = {"customer_id": "k", **ask("premium")}

    refused = api.refusal(api.call(f"billing.{operation}", body, version="2.3.0"))

    assert refused[:2] == (400, "invalid_inputs")
    assert "must be one of: prorate_immediately, none" in refused[2]
