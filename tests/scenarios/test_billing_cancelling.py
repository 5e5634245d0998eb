"""Ways in which plans end, and what follows them (billing L236 …)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PER_CALL,
    attach,
    balance,
    catalogue,
    invoices,
    lines,
    monthly,
    plans_of,
    state,
    track_for,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api

NEXT_YEAR = from_iso("2027-01-01T00:00:00Z")
FEB_1 = from_iso("2026-02-01T00:00:00Z")
END, NOW = "cancel_end_of_cycle", "cancel_immediately"


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


@pytest.fixture
def fallback(api: Api) -> Api:
    """There is a free default plan."""
    plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    return api


@pytest.fixture
def offices(api: Api) -> Api:
    """K has two offices."""
    for entity_id in ("e1", "e2"):
        api("entities.create", customer_id="k", entity_id=entity_id, name=entity_id.upper(), feature_id="seats")
    return api


def cancel(api: Api, plan_id: str, action: str, **more: Any) -> Any:
    return api("billing.update", customer_id="k", plan_id=plan_id, cancel_action=action, **more)


def previewed(api: Api, plan_id: str, action: str, **more: Any) -> Any:
    return api("billing.preview_update", customer_id="k", plan_id=plan_id, cancel_action=action, **more)


def row_of(api: Api, plan_id: str) -> dict[str, Any]:
    [row] = [each for each in state(api, "k")["subscriptions"] if each["plan_id"] == plan_id]
    return dict(row)


def totals(api: Api) -> list[Any]:
    return [total for _, total in invoices(api, "k")]


def shared_statuses(api: Api) -> list[str]:
    return [each.status for each in api.world.store.stripe_subscriptions]


@pytest.mark.parametrize("default", [True, False])
def test_l236_cancelling_takes_the_place_of_a_downgrade(api: Api, default: bool) -> None:
    if default:
        plan(api, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    cancel(api, "premium", END)

    following = [("basis", "scheduled")] if default else []
    assert plans_of(api, "k") == [("premium", "active"), *following]
    api.freeze(FEB_1)
    assert plans_of(api, "k") == ([("basis", "active")] if default else [])
    assert totals(api) == [50]


def test_l237_what_was_to_end_may_end_now(fallback: Api) -> None:
    attach(fallback, "k", "pro")
    fallback.freeze("2026-01-16T12:00:00Z")
    cancel(fallback, "pro", END)

    answer = cancel(fallback, "pro", NOW)

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", -10)
    assert plans_of(fallback, "k") == [("basis", "active")]
    assert balance(fallback, "k") == (1, 1, 0)
    assert shared_statuses(fallback) == ["canceled"]


def test_l238_a_year_with_monthly_items_ends_with_the_year(api: Api) -> None:
    usage = {**PER_CALL, "amount": 1}
    plan(
        api, "yearly", item("calls", 10, "month", price=usage), item("credits", 7, "month"),
        price={"amount": 120, "interval": "year"},
    )  # fmt: skip
    attach(api, "k", "yearly")

    cancel(api, "yearly", END)

    assert row_of(api, "yearly")["expires_at"] == NEXT_YEAR
    use(api, "k", "calls", 13)
    api.freeze(FEB_1)
    assert totals(api) == [3, 120]
    use(api, "k", "calls", 15)
    api.freeze(NEXT_YEAR)
    assert plans_of(api, "k") == []
    assert totals(api) == [5, 3, 120]


def test_l239_a_default_plan_of_another_group_does_not_follow(api: Api) -> None:
    plan(api, "basis", item("credits", 1, "month"), group="a", auto_enable=True)
    attach(api, "k", "pro")

    cancel(api, "pro", END)

    assert plans_of(api, "k") == [("pro", "active")]
    api.freeze(FEB_1)
    assert plans_of(api, "k") == []


def test_l239_one_of_its_own_group_does(api: Api) -> None:
    plan(api, "basis", item("credits", 1, "month"), group="a", auto_enable=True)
    plan(api, "gold", item("credits", 9, "month"), group="a", **monthly(9))
    attach(api, "k", "gold")

    cancel(api, "gold", END)

    assert plans_of(api, "k") == [("gold", "active"), ("basis", "scheduled")]


@pytest.mark.parametrize("action", [NOW, END])
def test_l240_no_default_plan_follows_that_of_an_office(offices: Api, action: str) -> None:
    plan(offices, "basis", item("credits", 1, "month"), auto_enable=True)
    attach(offices, "k", "pro", entity_id="e1")

    cancel(offices, "pro", action, entity_id="e1")

    offices.freeze(FEB_1)
    assert plans_of(offices, "k") == []
    assert offices("entities.get", customer_id="k", entity_id="e1")["subscriptions"] == []


def test_l241_nothing_follows_the_default_plan_itself(fallback: Api) -> None:
    attach(fallback, "k", "basis")

    answer = cancel(fallback, "basis", NOW)

    assert answer == {"customer_id": "k", "payment_url": None}
    assert plans_of(fallback, "k") == []
    fallback.advance("2 months")
    assert plans_of(fallback, "k") == []


def test_l242_an_add_on_that_ends_now_gives_back_its_base_and_bills_no_use(api: Api) -> None:
    usage = {**PER_CALL, "amount": 0.5}
    plan(api, "talk", item("calls", 100, "month", price=usage), add_on=True, **monthly(10))
    attach(api, "k", "pro")
    attach(api, "k", "talk")
    use(api, "k", "calls", 150)
    api.freeze("2026-01-16T12:00:00Z")

    shown = previewed(api, "talk", NOW)
    answer = cancel(api, "talk", NOW)

    assert [total for _, total in lines(shown)] == [-5]
    assert answer["invoice"]["total"] == -5
    assert plans_of(api, "k") == [("pro", "active")]
    api.freeze(FEB_1)
    assert totals(api)[0] == 20


def test_l243_the_use_of_the_office_that_leaves_is_billed_once(offices: Api) -> None:
    attach(offices, "k", "basic", entity_id="e1")
    attach(offices, "k", "basic", entity_id="e2")
    track_for(offices, "k", "e1", "calls", 140)
    track_for(offices, "k", "e2", "calls", 110)

    cancel(offices, "basic", END, entity_id="e1")

    offices.freeze(FEB_1)
    assert sum(totals(offices)[:-2]) == 40 * 0.5 + 10 * 0.5 + 20
    assert len(state(offices, "k")["subscriptions"]) == 1
    offices.freeze("2026-03-01T00:00:00Z")
    assert totals(offices)[0] == 20
    assert shared_statuses(offices) == ["active"]


@pytest.mark.parametrize(
    ("plan_id", "given", "charged"),
    [
        ("pro", {"customize": {"price": {"amount": 45, "interval": "month"}}}, 25),
        ("packs", {"feature_quantities": [{"feature_id": "credits", "quantity": 300}]}, 20),
    ],
)
def test_l244_taken_back_with_a_change_it_renews_as_it_was_changed(
    fallback: Api, plan_id: str, given: dict[str, Any], charged: int
) -> None:
    attach(fallback, "k", plan_id)
    cancel(fallback, plan_id, END)

    answer = cancel(fallback, plan_id, "uncancel", **given)

    first = totals(fallback)[1]
    assert answer["invoice"]["total"] == charged
    fallback.freeze(FEB_1)
    assert plans_of(fallback, "k") == [(plan_id, "active")]
    assert totals(fallback)[0] == first + charged


def test_l245_the_whole_last_payment_is_refunded_and_its_invoice_stays(api: Api) -> None:
    attach(api, "k", "pro")
    [paid] = state(api, "k")["invoices"]

    shown = previewed(api, "pro", NOW, refund_last_payment="full")
    answer = cancel(api, "pro", NOW, refund_last_payment="full")

    assert shown["refund"] == {
        "amount": 20,
        "invoice": {
            "stripe_id": paid["stripe_id"], "total": 20, "current_refunded_amount": 0, "currency": "usd",
        },
    }  # fmt: skip
    assert "invoice" not in answer
    [after] = state(api, "k")["invoices"]
    assert (after["total"], after["status"]) == (20, "paid")
    [charge] = api.world.store.charges
    assert charge.refunded == 20


def test_l245_what_was_refunded_before_is_not_refunded_again(api: Api) -> None:
    attach(api, "k", "pro")
    [paid] = state(api, "k")["invoices"]
    refund = f"/v1/customers/k/invoices/{paid['stripe_id']}/refund"
    status, _ = api.request("POST", refund, {"mode": "partial", "amount": 5}, version="1.2.0")
    shown = previewed(api, "pro", NOW, refund_last_payment="full")

    cancel(api, "pro", NOW, refund_last_payment="full")

    assert status == 200
    assert shown["refund"]["amount"] == 15
    assert shown["refund"]["invoice"]["current_refunded_amount"] == 5
    [charge] = api.world.store.charges
    assert charge.refunded == 20


def test_seats_that_are_held_at_the_end_are_not_billed_with_a_last_invoice(api: Api) -> None:
    attach(api, "k", "team")
    use(api, "k", "seats", 5)
    cancel(api, "team", END)

    api.freeze(FEB_1)

    assert plans_of(api, "k") == []
    assert totals(api) == [40]


def test_what_is_cancelled_and_charged_in_one_step_is_refused(fallback: Api) -> None:
    attach(fallback, "k", "pro")
    asked = {
        "customer_id": "k", "plan_id": "pro", "cancel_action": END,
        "customize": {"price": {"amount": 45, "interval": "month"}},
    }  # fmt: skip

    told = fallback.refused("billing.update", **asked)

    assert told == (400, "invalid_request", "Cannot use cancel: 'end_of_cycle' when an invoice will be created")
    assert fallback.refused("billing.preview_update", **asked) == told
    assert plans_of(fallback, "k") == [("pro", "active")]


@pytest.mark.parametrize(
    ("plan_id", "given", "granted"),
    [
        ("pro", {"customize": {"items": [item("credits", 700, "month")]}}, 700),
        ("packs", {"feature_quantities": [{"feature_id": "credits", "quantity": 100}]}, 100),
    ],
)
def test_what_charges_nothing_changes_with_the_cancellation(
    fallback: Api, plan_id: str, given: dict[str, Any], granted: int
) -> None:
    attach(fallback, "k", plan_id)

    answer = cancel(fallback, plan_id, END, **given)

    assert answer == {"customer_id": "k", "payment_url": None}
    assert balance(fallback, "k")[0] == granted
    assert row_of(fallback, plan_id)["expires_at"] == FEB_1
    assert plans_of(fallback, "k") == [(plan_id, "active"), ("basis", "scheduled")]
    fallback.freeze(FEB_1)
    assert plans_of(fallback, "k") == [("basis", "active")]
    assert len(totals(fallback)) == 1


def test_add_ons_that_were_to_come_do_not_when_their_plan_ends_now(fallback: Api) -> None:
    attach(fallback, "k", "pro")
    attach(fallback, "k", "extra", starts_at=from_iso("2026-01-20T00:00:00Z"))
    before = plans_of(fallback, "k")

    cancel(fallback, "pro", NOW)

    assert before == [("pro", "active"), ("extra", "scheduled")]
    assert plans_of(fallback, "k") == [("basis", "active")]
    fallback.freeze(FEB_1)
    assert plans_of(fallback, "k") == [("basis", "active")]
    assert totals(fallback) == [-20, 20]


def test_they_still_come_when_only_another_add_on_ends(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "bonus")
    attach(api, "k", "extra", starts_at=from_iso("2026-01-20T00:00:00Z"))

    cancel(api, "bonus", NOW)

    api.freeze("2026-01-21T00:00:00Z")
    assert sorted(plans_of(api, "k")) == [("extra", "active"), ("pro", "active")]


def test_they_come_too_where_the_plan_gives_way_to_one_that_waited(api: Api) -> None:
    attach(api, "k", "pro")
    given = {"duration_length": 7, "duration_type": "day", "on_end": "revert", "card_required": False}
    attach(api, "k", "premium", customize={"free_trial": given})
    attach(api, "k", "extra", starts_at=from_iso("2026-01-20T00:00:00Z"))

    cancel(api, "premium", NOW)

    assert plans_of(api, "k") == [("pro", "active"), ("extra", "scheduled")]


def test_an_add_on_that_ends_brings_no_paused_plan_back(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra", ends_at=from_iso("2026-01-03T00:00:00Z"))
    attach(api, "k", "bonus")
    given = {"duration_length": 7, "duration_type": "day", "on_end": "revert", "card_required": False}
    attach(api, "k", "premium", customize={"free_trial": given})

    cancel(api, "bonus", NOW)
    api.freeze("2026-01-04T00:00:00Z")

    assert plans_of(api, "k") == [("premium", "active")]
    api.advance("5 days")
    assert plans_of(api, "k") == [("pro", "active")]
