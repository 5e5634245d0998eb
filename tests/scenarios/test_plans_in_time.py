"""Plans as time passes: trials, renewals, scheduled changes, payments that fail (billing L145 …)."""

import pytest

from autumn_mock.domain.periods import from_iso, iso
from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.scenarios.stories import START, balance, give_card, invoices, left, plans, resets_at, track

WEEK_TRIAL = {"duration_length": 7, "duration_type": "day", "card_required": False}
MONTHLY = {"amount": 20, "interval": "month"}


@pytest.fixture
def joe(api: Api) -> Api:
    """Joe has the free starter plan: 100 notes a month."""
    api.freeze(START)
    metered(api, "notes", "calls")
    plan(api, "starter", item("notes", 100, "month"), auto_enable=True)
    plan(
        api, "pro", item("notes", 1_000, "month"),
        item("calls", 10, "month", price={
            "amount": 0.5, "interval": "month", "billing_units": 1, "billing_method": "usage_based",
        }),
        price=MONTHLY,
    )  # fmt: skip
    customer(api, "joe")
    return api


def attach(api: Api, plan_id: str, **more: object) -> None:
    api("billing.attach", customer_id="joe", plan_id=plan_id, **more)


@pytest.fixture
def pro(joe: Api) -> Api:
    """Joe pays for pro: 1,000 notes, 10 calls and half a dollar for each further one."""
    give_card(joe)
    attach(joe, "pro")
    return joe


def period(api: Api, plan_id: str = "pro") -> tuple[str, str]:
    found = plans(api)[plan_id]
    return iso(found["current_period_start"])[:19], iso(found["current_period_end"])[:19]


def test_b209_a_paid_plan_renews_and_its_grants_begin_anew(pro: Api) -> None:
    track(pro, 60)
    track(pro, 4, "calls")

    pro.freeze("2026-12-31T00:00:00Z")
    assert (left(pro), left(pro, "calls")) == (940, 6)
    pro.freeze("2027-01-02T00:00:00Z")

    assert (left(pro), left(pro, "calls")) == (1_000, 10)
    assert period(pro) == ("2027-01-01T10:30:00", "2027-02-01T10:30:00")
    assert invoices(pro) == [(20, "paid"), (20, "paid")]


def test_l174_a_priced_grant_resets_in_whole_seconds_a_free_one_keeps_its_milliseconds(pro: Api) -> None:
    track(pro, 25, "calls")

    pro.freeze("2027-01-02T00:00:00Z")

    assert resets_at(pro, "calls") == "2027-02-01T10:30:00.000Z"
    assert resets_at(pro, "notes") == "2027-02-01T10:30:00.250Z"
    assert invoices(pro)[0] == (27.5, "paid")


def test_l176_paid_periods_are_counted_from_the_anchor(joe: Api) -> None:
    joe.freeze("2027-01-31T08:00:00Z")
    give_card(joe)
    attach(joe, "pro")
    ends = [period(joe)[1]]

    for instant in ("2027-03-01", "2027-04-01", "2027-05-01"):
        joe.freeze(f"{instant}T00:00:00Z")
        ends.append(period(joe)[1])

    assert ends == [
        "2027-02-28T08:00:00", "2027-03-31T08:00:00", "2027-04-30T08:00:00", "2027-05-31T08:00:00",
    ]  # fmt: skip
    assert resets_at(joe, "notes") == "2027-05-28T08:00:00.000Z"
    assert resets_at(joe, "calls") == "2027-05-31T08:00:00.000Z"


def test_l182_two_months_in_one_step_are_two_single_months(pro: Api) -> None:
    track(pro, 30, "calls")

    pro.freeze("2027-02-02T00:00:00Z")

    assert invoices(pro) == [(20, "paid"), (30, "paid"), (20, "paid")]


def test_l177_a_yearly_plan_with_a_monthly_grant_and_a_monthly_price(joe: Api) -> None:
    usage = {"amount": 1, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    plan(
        joe, "yearly", item("notes", 500, "month"), item("calls", 0, "month", price=usage),
        price={"amount": 200, "interval": "year"},
    )  # fmt: skip
    give_card(joe)
    attach(joe, "yearly")
    track(joe, 3, "calls")
    assert period(joe, "yearly") == ("2026-12-01T10:30:00", "2027-12-01T10:30:00")

    joe.freeze("2027-01-02T00:00:00Z")
    assert (left(joe), invoices(joe)) == (500, [(3, "paid"), (200, "paid")])
    assert period(joe, "yearly") == ("2027-01-01T10:30:00", "2027-02-01T10:30:00")

    joe.freeze("2027-12-02T00:00:00Z")
    assert invoices(joe)[0] == (200, "paid")


@pytest.fixture
def trial(joe: Api) -> Api:
    """Joe tries pro for a week without a card."""
    plan(joe, "tryout", item("notes", 300, "month"), price=MONTHLY, free_trial=WEEK_TRIAL)
    attach(joe, "tryout")
    return joe


def test_b210_a_trial_counts_in_full_until_its_end(trial: Api) -> None:
    track(trial, 120)

    assert left(trial) == 180
    assert iso(plans(trial)["tryout"]["trial_ends_at"])[:19] == "2026-12-08T10:30:00"
    assert (resets_at(trial) or "")[:19] == "2026-12-08T10:30:00"


def test_l147_a_trial_without_a_card_ends_in_the_default_plan(trial: Api) -> None:
    trial.freeze("2026-12-09T00:00:00Z")

    found = plans(trial)
    assert list(found) == ["starter"]
    assert iso(found["starter"]["started_at"])[:19] == "2026-12-08T10:30:00"
    assert left(trial) == 100
    assert invoices(trial) == [(0, "paid")]
    used = trial("customers.get", customer_id="joe", expand=["trials_used"])["trials_used"]
    assert [each["plan_id"] for each in used] == ["tryout"]


def test_l145_a_trial_with_a_card_is_paid_at_its_end(trial: Api) -> None:
    give_card(trial)
    track(trial, 50)

    trial.freeze("2026-12-09T00:00:00Z")

    found = plans(trial)["tryout"]
    assert (found["status"], found["trial_ends_at"]) == ("active", None)
    assert period(trial, "tryout") == ("2026-12-08T10:30:00", "2027-01-08T10:30:00")
    assert left(trial) == 300
    assert invoices(trial) == [(20, "paid"), (0, "paid")]

    trial.freeze("2027-01-09T00:00:00Z")
    assert invoices(trial)[0] == (20, "paid")
    assert period(trial, "tryout")[1] == "2027-02-08T10:30:00"


def test_l210_use_in_a_trial_is_billed_with_the_first_paid_month(joe: Api) -> None:
    usage = {"amount": 0.5, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    plan(joe, "basic", item("calls", 100, "month", price=usage), price=MONTHLY, free_trial=WEEK_TRIAL)
    give_card(joe)
    attach(joe, "basic")
    track(joe, 150, "calls")

    joe.freeze("2026-12-09T00:00:00Z")
    assert invoices(joe) == [(20, "paid"), (0, "paid")]
    found = balance(joe, "calls")
    assert found is not None
    assert found["usage"] == 150

    track(joe, 10, "calls")
    joe.freeze("2027-01-09T00:00:00Z")
    assert invoices(joe)[0] == (50, "paid")
    assert left(joe, "calls") == 100


def test_a_free_plans_trial_ends_in_the_default_plan(joe: Api) -> None:
    plan(joe, "gold", item("notes", 700, "month"), free_trial=WEEK_TRIAL)
    attach(joe, "gold")
    assert left(joe) == 700

    joe.freeze("2026-12-09T00:00:00Z")

    assert list(plans(joe)) == ["starter"]
    assert left(joe) == 100


def test_a_cheaper_plan_begins_when_the_period_is_over(pro: Api) -> None:
    plan(pro, "mini", item("notes", 50, "month"), price={"amount": 5, "interval": "month"})
    track(pro, 14, "calls")
    attach(pro, "mini")
    assert plans(pro)["mini"]["status"] == "scheduled"

    pro.freeze("2027-01-01T10:31:00Z")

    assert list(plans(pro)) == ["mini"]
    assert (left(pro), balance(pro, "calls")) == (50, None)
    assert invoices(pro) == [(7, "paid"), (20, "paid")]
    assert period(pro, "mini") == ("2027-01-01T10:30:00", "2027-02-01T10:30:00")


def test_l180_back_to_the_free_plan_without_a_further_invoice(pro: Api) -> None:
    attach(pro, "starter")

    pro.freeze("2027-01-02T00:00:00Z")

    assert list(plans(pro)) == ["starter"]
    assert left(pro) == 100
    assert invoices(pro) == [(20, "paid")]
    assert [shared.status for shared in pro.world.store.stripe_subscriptions] == ["canceled"]


def test_l178_a_renewal_that_fails_is_past_due_and_paid_by_the_next_try(pro: Api) -> None:
    give_card(pro, outcome="decline:card_declined")
    track(pro, 400)

    pro.freeze("2027-01-02T00:00:00Z")
    found = plans(pro)["pro"]
    assert (found["status"], found["past_due"]) == ("active", True)
    assert left(pro) == 1_000
    assert invoices(pro) == [(20, "open"), (20, "paid")]

    give_card(pro)
    pro.freeze("2027-01-05T00:00:00Z")
    assert plans(pro)["pro"]["past_due"] is False
    assert invoices(pro) == [(20, "paid"), (20, "paid")]


def test_l178_never_paid_it_ends_after_fifteen_days(pro: Api) -> None:
    give_card(pro, outcome="decline:card_declined")

    pro.freeze("2027-01-16T10:00:00Z")
    assert plans(pro)["pro"]["past_due"] is True

    pro.freeze("2027-01-16T10:31:00Z")
    assert list(plans(pro)) == ["starter"]
    assert invoices(pro) == [(20, "open"), (20, "paid")]
    assert left(pro) == 100


def test_free_grants_of_a_past_due_plan_wait_until_it_is_paid(joe: Api) -> None:
    plan(joe, "busy", item("notes", 40, "day"), price=MONTHLY)
    give_card(joe)
    attach(joe, "busy")
    give_card(joe, outcome="decline:card_declined")
    joe.freeze("2027-01-01T12:00:00Z")
    track(joe, 15)

    joe.freeze("2027-01-03T12:00:00Z")
    assert left(joe) == 25

    give_card(joe)
    joe.freeze("2027-01-04T12:00:00Z")
    assert left(joe) == 40


def test_a_plan_with_an_end_is_over_then(joe: Api) -> None:
    give_card(joe)
    attach(joe, "pro", ends_at=from_iso("2026-12-20T00:00:00Z"))

    joe.freeze("2026-12-20T00:00:00Z")

    assert list(plans(joe)) == ["starter"]


def test_add_ons_are_billed_with_their_plan(pro: Api) -> None:
    plan(pro, "extra", item("notes", 10, "month"), price={"amount": 8, "interval": "month"}, add_on=True)
    pro.freeze("2026-12-16T22:30:00Z")
    attach(pro, "extra")

    pro.freeze("2027-01-02T00:00:00Z")

    assert invoices(pro)[0] == (28, "paid")
    assert period(pro, "extra") == period(pro, "pro")
    assert left(pro) == 1_010


def test_nothing_is_tried_again_for_a_deleted_customer(pro: Api) -> None:
    give_card(pro, outcome="decline:card_declined")
    pro.freeze("2027-01-02T00:00:00Z")
    pro("customers.delete", customer_id="joe")

    pro.advance("1 year")

    assert len(pro.world.store.stripe_subscriptions) == 0
    assert pro("customers.list")["list"] == []


def test_b199_a_free_add_on_follows_the_anchor_of_what_is_paid(joe: Api) -> None:
    usage = {"amount": 1, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
    plan(joe, "metered", item("notes", 10, "month", price=usage))
    plan(joe, "gift", item("calls", 5, "month"), add_on=True)
    give_card(joe)
    attach(joe, "metered")
    assert resets_at(joe, "notes") == "2027-01-01T10:30:00.250Z"

    joe.freeze("2026-12-09T08:00:00Z")
    attach(joe, "gift")

    assert resets_at(joe, "calls") == "2027-01-01T10:30:00.000Z"
