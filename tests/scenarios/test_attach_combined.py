"""Attaching where several rules meet: ends that are known, plans that wait, starts in the past, trials on
pages, invoices that nobody has to pay."""

from typing import Any

import pytest

from autumn_mock.domain.periods import DAY, iso
from tests.billing import (
    PACK,
    attach,
    balance,
    catalogue,
    invoices,
    lines,
    monthly,
    pay,
    plans_of,
    preview,
    state,
    track_for,
    trial,
    use,
)
from tests.builders import item, plan
from tests.conftest import Api


@pytest.fixture(autouse=True)
def world(api: Api) -> None:
    catalogue(api)
    plan(api, "mail", item("calls", 5, "month"), group="mail", **monthly(15))
    api("entities.create", customer_id="k", entity_id="north", name="North", feature_id="seats")


def _next(shown: Any) -> tuple[str, list[tuple[str, Any]]]:
    return iso(shown["next_cycle"]["starts_at"]), lines(shown["next_cycle"])


def test_the_next_cycle_charges_a_plan_that_ends_later(api: Api) -> None:
    attach(api, "k", "mail", ends_at=api.world.now() + 40 * DAY)

    shown = preview(api, "k", "pro")

    assert _next(shown) == (
        "2026-02-01T00:00:00.000Z",
        [
            ("Mail - Base Price (from 01 Feb 2026 to 01 Mar 2026)", 15),
            ("Pro - Base Price (from 01 Feb 2026 to 01 Mar 2026)", 20),
        ],
    )
    attach(api, "k", "pro")
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 35)


def test_the_next_cycle_leaves_out_a_plan_that_ends_before(api: Api) -> None:
    attach(api, "k", "mail")

    shown = preview(api, "k", "pro", ends_at=api.world.now() + 10 * DAY)

    assert _next(shown)[1] == [("Mail - Base Price (from 01 Feb 2026 to 01 Mar 2026)", 15)]
    attach(api, "k", "pro", ends_at=api.world.now() + 10 * DAY)
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 15)


def test_the_next_cycle_charges_a_plan_that_waits_for_it(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")

    shown = preview(api, "k", "mail")

    assert sorted(_next(shown)[1]) == [
        ("Mail - Base Price (from 01 Feb 2026 to 01 Mar 2026)", 15),
        ("Pro - Base Price (from 01 Feb 2026 to 01 Mar 2026)", 20),
    ]
    attach(api, "k", "mail")
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 35)


def test_a_plan_that_is_removed_for_a_later_one_stays_until_that_begins(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "extra")

    shown = preview(api, "k", "pro", remove_plan_ids=["extra"])
    answer = attach(api, "k", "pro", remove_plan_ids=["extra"])

    ends = shown["next_cycle"]["starts_at"]
    assert "invoice" not in answer
    assert [(each["plan_id"], each["effective_at"]) for each in shown["outgoing"]] == [
        ("premium", ends),
        ("extra", ends),
    ]
    standing = {each["plan_id"]: each["expires_at"] for each in state(api, "k")["subscriptions"]}
    assert standing == {"premium": ends, "pro": None, "extra": ends}
    api.advance("1 month")
    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k")[0] == ("paid", 20)


def test_what_is_left_of_a_removed_add_on_is_carried_where_nothing_else_is_replaced(api: Api) -> None:
    plan(api, "more", item("credits", 40, "month"), add_on=True, **monthly(16))
    attach(api, "k", "extra")
    use(api, "k", "credits", 4)

    attach(api, "k", "more", remove_plan_ids=["extra"], carry_over_usages={"enabled": True})

    assert balance(api, "k") == (40, 36, 4)
    assert plans_of(api, "k") == [("more", "active")]


@pytest.mark.parametrize(("days", "paid", "resets"), [(10, 140, "2026-01-22"), (40, 140, "2026-01-22")])
def test_a_yearly_plan_dated_back_pays_each_month_of_its_packs_once(
    api: Api, days: int, paid: int, resets: str
) -> None:
    """Its next month is paid where that begins, and not again for those that are over."""
    pack = {**PACK, "amount": 5, "billing_units": 10}
    plan(api, "year", item("credits", 10, price=pack), price={"amount": 120, "interval": "year"})
    wanted = [{"feature_id": "credits", "quantity": 30 if days == 40 else 50}]
    started = api.world.now() - days * DAY

    shown = preview(api, "k", "year", starts_at=started, feature_quantities=wanted)
    answer = attach(api, "k", "year", starts_at=started, feature_quantities=wanted)

    assert answer["invoice"]["total"] == shown["total"] == paid
    found = state(api, "k")["balances"]["credits"]
    assert found["remaining"] == wanted[0]["quantity"]
    assert found["next_reset_at"] == shown["next_cycle"]["starts_at"]
    assert iso(found["next_reset_at"]).startswith(resets)
    api.advance("20 days")
    assert invoices(api, "k") == [("paid", paid)]


def test_a_line_of_several_periods_names_all_of_them(api: Api) -> None:
    started = api.world.now() - 40 * DAY

    shown = preview(api, "k", "pro", starts_at=started)

    assert lines(shown) == [("Pro - Base Price (from 22 Nov 2025 to 22 Jan 2026)", 40)]


def test_a_trial_that_begins_before_its_page_is_paid_is_still_free_then(api: Api) -> None:
    answer = attach(api, "c", "pro_t", enable_plan_immediately=True)
    [before] = state(api, "c")["subscriptions"]

    pay(api, answer["payment_url"])

    [after] = state(api, "c")["subscriptions"]
    assert before["trial_ends_at"] == after["trial_ends_at"] == api.world.now() + 14 * DAY
    assert {total for _, total in invoices(api, "c")} == {0}
    api.advance("14 days")
    assert invoices(api, "c")[:2] == [("paid", 20), ("paid", 0)]


def test_nobody_has_to_pay_an_invoice_of_nothing(api: Api) -> None:
    answer = attach(api, "k", "pro_t", invoice_mode={"enabled": True})

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 0)
    assert answer["payment_url"] is None
    assert "required_action" not in answer
    assert plans_of(api, "k") == [("pro_t", "active")]


def test_what_credit_covers_is_not_sent_to_be_paid(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "mini", plan_schedule="immediate")

    answer = attach(api, "k", "mail", invoice_mode={"enabled": True})

    assert (answer["invoice"]["status"], answer["invoice"]["total"]) == ("paid", 15)
    assert preview(api, "k", "pro")["invoice_credits"]["balance"] == 30


def test_use_of_an_offices_plan_is_told_with_its_name(api: Api) -> None:
    attach(api, "k", "basic", entity_id="north")
    track_for(api, "k", "north", "calls", 150)

    shown = preview(api, "k", "scale", entity_id="north")

    assert [words for words, _ in lines(shown)] == [
        "Unused 1 × Basic (at $20.00 / month) (North)",
        "Basic - 150 API calls (from 01 Jan 2026 to 01 Jan 2026) (North)",
        "Scale - Base Price (from 01 Jan 2026 to 01 Feb 2026) (North)",
    ]


def test_a_trial_of_an_add_on_is_told_as_that_of_any_plan(api: Api) -> None:
    plan(api, "tried", item("credits", 5, "month"), add_on=True, **monthly(4), **trial(7))

    answer = attach(api, "k", "tried")

    [subscription] = state(api, "k")["subscriptions"]
    assert answer["invoice"]["total"] == 0
    assert subscription["trial_ends_at"] == api.world.now() + 7 * DAY


def test_units_that_were_paid_once_survive_a_plan_that_waited(api: Api) -> None:
    once = {"amount": 3, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
    plan(api, "mixed", item("credits", 10, price=once), **monthly(6))
    attach(api, "k", "mixed", feature_quantities=[{"feature_id": "credits", "quantity": 50}])
    use(api, "k", "credits", 15)
    attach(api, "k", "mini")

    api.advance("1 month")

    assert plans_of(api, "k") == [("mini", "active")]
    assert balance(api, "k") == (50 + 35, 50 + 35, 0)


TRIED = {
    "free_trial": {"duration_length": 7, "duration_type": "day", "on_end": "revert", "card_required": False}
}


def test_a_plan_that_waits_for_a_trial_is_given_back_when_another_takes_the_place(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "premium", customize=TRIED)

    shown = preview(api, "k", "scale")
    attach(api, "k", "scale")

    assert lines(shown) == [
        ("Unused 1 × Pro (at $20.00 / month)", -20),
        ("Scale - Base Price (from 01 Jan 2026 to 01 Feb 2026)", 80),
    ]
    assert invoices(api, "k")[0] == ("paid", 60)
    api("billing.update", customer_id="k", plan_id="scale", cancel_action="cancel_immediately")
    assert plans_of(api, "k") == []


def test_it_is_given_back_too_when_the_other_takes_the_place_at_the_trials_end(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "premium", customize=TRIED)
    attach(api, "k", "mini")

    api.advance("7 days")

    assert plans_of(api, "k") == [("mini", "active")]
    assert invoices(api, "k")[0] == ("paid", -11.61)


def test_a_plan_that_waited_is_reset_where_the_shared_cycle_ends(api: Api) -> None:
    """Counted from the 31st, not from the short month's end at which it began."""
    api.freeze("2028-01-31T12:00:00.500Z")
    attach(api, "k", "scale")
    attach(api, "k", "basic")

    api.freeze("2028-03-01T00:00:00Z")

    [subscription] = state(api, "k")["subscriptions"]
    assert (subscription["plan_id"], iso(subscription["started_at"])) == ("basic", "2028-02-29T12:00:00.500Z")
    assert iso(subscription["current_period_end"]) == "2028-03-31T12:00:00.000Z"
    assert iso(state(api, "k")["balances"]["calls"]["next_reset_at"]) == "2028-03-31T12:00:00.500Z"
