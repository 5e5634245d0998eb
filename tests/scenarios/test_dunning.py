"""Renewals that can't be paid, and what becomes of them (reference: billing 14.1, L178, row 27)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from autumn_mock.domain.records import Invoice
from tests.builders import customer, item, metered, plan
from tests.checkouts import complete
from tests.conftest import Api
from tests.scenarios.stories import START, give_card, invoices, left, plans, track

MONTHLY = {"amount": 20, "interval": "month"}
DECLINED = "decline:card_declined"


@pytest.fixture
def joe(api: Api) -> Api:
    """Joe pays 20 a month for pro; without it he has the free starter plan."""
    api.freeze(START)
    metered(api, "notes")
    plan(api, "starter", item("notes", 100, "month"), auto_enable=True)
    plan(api, "pro", item("notes", 1_000, "month"), price=MONTHLY)
    plan(api, "premium", item("notes", 5_000, "month"), price={"amount": 50, "interval": "month"})
    plan(api, "mini", item("notes", 50, "month"), price={"amount": 5, "interval": "month"})
    plan(api, "weekly", item("notes", 10, "week"), price={"amount": 7, "interval": "week"})
    customer(api, "joe")
    give_card(api)
    return api


@pytest.fixture
def behind(joe: Api) -> Api:
    """The renewal of 1 January failed a second ago."""
    attach(joe, "pro")
    give_card(joe, outcome=DECLINED)
    joe.freeze("2027-01-01T10:30:01Z")
    return joe


def attach(api: Api, plan_id: str, **more: Any) -> Any:
    return api("billing.attach", customer_id="joe", plan_id=plan_id, **more)


def past_due(api: Api, plan_id: str = "pro") -> bool:
    return bool(plans(api)[plan_id]["past_due"])


def script(api: Api, *steps: str) -> None:
    body = {"customer_id": "joe", "script": list(steps)}
    status, answer = api.request("POST", "/_mock/payment_methods", body)
    assert status == 200, answer


def tries(api: Api) -> list[tuple[float, str]]:
    """All charges, oldest first: amount and outcome."""
    found = sorted(api.world.store.charges, key=lambda charge: charge.created_at)
    return [(float(charge.amount), charge.outcome) for charge in found]


def page_of_newest(api: Api) -> str:
    found = api("customers.get", customer_id="joe", expand=["invoices"])["invoices"][0]
    return f"/invoice/{found['stripe_id']}"


def changes(api: Api) -> list[tuple[str, str, bool]]:
    """What `billing.updated` told so far: action, plan, past due."""
    _, answer = api.request("GET", "/_mock/webhooks")
    told = [each["payload"]["data"] for each in answer["list"] if each["type"] == "billing.updated"]
    return [
        (change["action"], change["subscription"]["plan_id"], change["subscription"]["past_due"])
        for body in told
        for change in body["plan_changes"]
    ]


def test_l178_a_new_card_is_used_by_the_next_try_and_not_before(behind: Api) -> None:
    give_card(behind)

    behind.freeze("2027-01-04T10:29:59Z")
    assert past_due(behind)
    assert invoices(behind) == [(20, "open"), (20, "paid")]

    behind.freeze("2027-01-04T10:30:01Z")
    assert not past_due(behind)
    assert invoices(behind) == [(20, "paid"), (20, "paid")]
    assert tries(behind) == [(20, "succeed"), (20, DECLINED), (20, "succeed")]


def test_l178_a_renewal_is_tried_after_3_5_and_7_days(behind: Api) -> None:
    counted = []
    for day in ("01-04T10:29", "01-04T10:31", "01-09T10:29", "01-09T10:31", "01-16T10:29"):
        behind.freeze(f"2027-{day}:00Z")
        counted.append(len(tries(behind)) - 1)

    assert counted == [1, 2, 2, 3, 3]
    assert past_due(behind)


def test_l178_never_paid_the_default_plan_begins_and_nothing_is_tried_again(behind: Api) -> None:
    behind.freeze("2027-01-16T10:30:01Z")
    assert list(plans(behind)) == ["starter"]
    assert left(behind) == 100

    give_card(behind)
    behind.freeze("2027-03-16T10:30:01Z")
    assert invoices(behind) == [(20, "open"), (20, "paid")]
    assert len(tries(behind)) == 5


def test_what_becomes_of_a_renewal_is_told(behind: Api) -> None:
    behind.freeze("2027-01-16T10:30:01Z")

    assert changes(behind)[-3:] == [
        ("updated", "pro", True), ("activated", "starter", False), ("expired", "pro", False),
    ]  # fmt: skip


def test_a_script_fails_at_the_second_renewal_alone(joe: Api) -> None:
    script(joe, "succeed x2", "decline:insufficient_funds", "succeed")
    attach(joe, "pro")

    joe.freeze("2027-01-15T00:00:00Z")
    assert (past_due(joe), invoices(joe)) == (False, [(20, "paid"), (20, "paid")])

    joe.freeze("2027-02-01T10:30:01Z")
    assert (past_due(joe), invoices(joe)[0]) == (True, (20, "open"))

    joe.freeze("2027-02-05T00:00:00Z")
    assert (past_due(joe), invoices(joe)[0]) == (False, (20, "paid"))
    assert [outcome for _, outcome in tries(joe)] == [
        "succeed", "succeed", "decline:insufficient_funds", "succeed",
    ]  # fmt: skip


def test_a_card_that_expires_in_40_days_pays_one_renewal(joe: Api) -> None:
    give_card(joe, outcome="expires_in:40 days")
    attach(joe, "pro")

    joe.freeze("2027-02-01T10:30:01Z")

    assert past_due(joe)
    assert invoices(joe) == [(20, "open"), (20, "paid"), (20, "paid")]
    assert tries(joe)[-1] == (20, "decline:expired_card")


def test_paying_the_open_renewal_on_its_page_makes_the_plan_active(behind: Api) -> None:
    status, _ = complete(behind, page_of_newest(behind))

    assert status == 200
    assert not past_due(behind)
    assert invoices(behind) == [(20, "paid"), (20, "paid")]
    assert changes(behind)[-1] == ("updated", "pro", False)

    behind.freeze("2027-02-02T00:00:00Z")
    assert invoices(behind) == [(20, "paid"), (20, "paid"), (20, "paid")]
    assert len(tries(behind)) == 4, "what was paid is not tried again"


def test_a_renewal_that_needs_3d_secure_is_paid_on_its_page(joe: Api) -> None:
    attach(joe, "pro")
    give_card(joe, outcome="requires_action")
    joe.freeze("2027-01-05T00:00:00Z")
    assert (past_due(joe), invoices(joe)[0]) == (True, (20, "open"))

    complete(joe, page_of_newest(joe))

    assert (past_due(joe), invoices(joe)[0]) == (False, (20, "paid"))
    joe.freeze("2027-02-02T00:00:00Z")
    assert past_due(joe), "its holder has to be there each time"


def test_two_renewals_can_be_open_at_once(joe: Api) -> None:
    attach(joe, "weekly")
    give_card(joe, outcome=DECLINED)

    joe.freeze("2026-12-16T00:00:00Z")
    assert invoices(joe) == [(7, "open"), (7, "open"), (7, "paid")]
    assert past_due(joe, "weekly")

    give_card(joe)
    joe.freeze("2026-12-16T10:30:01Z")
    assert invoices(joe) == [(7, "open"), (7, "paid"), (7, "paid")], "the older one is tried on its own day"
    assert past_due(joe, "weekly"), "the newest one says"

    joe.freeze("2026-12-18T10:30:01Z")
    assert invoices(joe) == [(7, "paid"), (7, "paid"), (7, "paid")]
    assert not past_due(joe, "weekly")


def test_a_renewal_that_is_paid_while_an_older_one_is_open_makes_the_plan_active(joe: Api) -> None:
    attach(joe, "weekly")
    give_card(joe, outcome=DECLINED)
    joe.freeze("2026-12-13T00:00:00Z")
    give_card(joe)

    joe.freeze("2026-12-15T10:30:01Z")
    assert invoices(joe) == [(7, "paid"), (7, "open"), (7, "paid")]
    assert not past_due(joe, "weekly")

    joe.freeze("2026-12-16T10:30:01Z")
    assert invoices(joe) == [(7, "paid"), (7, "paid"), (7, "paid")]


def test_the_first_renewal_that_fails_for_good_ends_all_tries(joe: Api) -> None:
    attach(joe, "weekly")
    give_card(joe, outcome=DECLINED)

    joe.freeze("2027-03-01T00:00:00Z")

    assert list(plans(joe)) == ["starter"]
    assert [status for _, status in invoices(joe)] == ["open", "open", "open", "paid"]
    assert max(charge.created_at for charge in joe.world.store.charges) < from_iso("2026-12-24T00:00:00Z")


def test_cancelled_at_once_while_past_due_nothing_is_tried_again(behind: Api) -> None:
    behind("billing.update", customer_id="joe", plan_id="pro", cancel_action="cancel_immediately")
    before = len(tries(behind))

    behind.freeze("2027-02-02T00:00:00Z")

    assert list(plans(behind)) == ["starter"]
    assert len(tries(behind)) == before


def test_cancelled_at_the_end_while_past_due_it_is_still_tried(behind: Api) -> None:
    behind("billing.update", customer_id="joe", plan_id="pro", cancel_action="cancel_end_of_cycle")
    give_card(behind)

    behind.freeze("2027-01-05T00:00:00Z")
    found = plans(behind)["pro"]
    assert (found["past_due"], found["canceled_at"] is not None) == (False, True)
    assert invoices(behind)[0] == (20, "paid")

    behind.freeze("2027-02-02T00:00:00Z")
    assert list(plans(behind)) == ["starter"]


def test_row_27_an_upgrade_while_past_due_is_immediate_and_what_was_owed_is_still_tried(behind: Api) -> None:
    give_card(behind)

    reply = attach(behind, "premium")

    assert reply["invoice"]["status"] == "paid"
    found = plans(behind)
    assert list(found) == ["premium"]
    assert not found["premium"]["past_due"]
    assert invoices(behind)[0] == (30, "paid")
    assert (20, "open") in invoices(behind)

    behind.freeze("2027-01-05T00:00:00Z")
    assert (20, "open") not in invoices(behind)


def test_an_upgrade_that_declines_while_past_due_changes_nothing(behind: Api) -> None:
    reply = attach(behind, "premium")

    assert reply["required_action"]["code"] == "payment_failed"
    assert (list(plans(behind)), past_due(behind)) == (["pro"], True)


def test_a_plan_that_was_to_come_is_gone_when_the_running_one_ends_unpaid(behind: Api) -> None:
    attach(behind, "mini")
    assert plans(behind)["mini"]["status"] == "scheduled"

    behind.freeze("2027-02-02T00:00:00Z")

    assert list(plans(behind)) == ["starter"]


def test_credit_of_a_downgrade_pays_the_next_renewals_before_the_card(joe: Api) -> None:
    attach(joe, "premium")
    joe("billing.update", customer_id="joe", plan_id="premium", cancel_action="cancel_immediately")
    assert invoices(joe) == [(-50, "paid"), (50, "paid")]
    attach(joe, "pro")

    joe.freeze("2027-03-02T00:00:00Z")

    renewals = sorted((each for each in joe.world.store.invoices if each.total == 20), key=_age)
    assert [(float(each.drawn_from_credit), float(each.amount_paid or 0)) for each in renewals] == [
        (20, 0), (20, 0), (10, 10), (0, 20),
    ]  # fmt: skip
    assert [amount for amount, _ in tries(joe)] == [50, 10, 20]


def _age(invoice: Invoice) -> int:
    return invoice.created_at


def test_a_card_that_fails_stands_behind_credit(joe: Api) -> None:
    attach(joe, "premium")
    joe("billing.update", customer_id="joe", plan_id="premium", cancel_action="cancel_immediately")
    give_card(joe, outcome=DECLINED)
    attach(joe, "pro")

    joe.freeze("2027-01-02T00:00:00Z")
    assert not past_due(joe)
    joe.freeze("2027-02-02T00:00:00Z")
    assert past_due(joe)
    assert tries(joe)[-1] == (10, DECLINED), "the rest of 20 is asked for, and no credit is drawn for nothing"

    give_card(joe)
    joe.freeze("2027-02-05T00:00:00Z")
    assert (past_due(joe), tries(joe)[-1]) == (False, (10, "succeed"))


def test_free_grants_wait_while_past_due_and_come_when_it_is_paid_by_hand(joe: Api) -> None:
    plan(joe, "busy", item("notes", 40, "day"), price=MONTHLY)
    attach(joe, "busy")
    give_card(joe, outcome=DECLINED)
    joe.freeze("2027-01-01T11:00:00Z")
    track(joe, 30)
    joe.freeze("2027-01-02T11:00:00Z")
    assert left(joe) == 10

    complete(joe, page_of_newest(joe))

    assert left(joe) == 40


@pytest.fixture
def trial(joe: Api) -> Api:
    """Joe tries out pro for a week."""
    week = {"duration_length": 7, "duration_type": "day", "card_required": True}
    plan(joe, "tryout", item("notes", 300, "month"), price=MONTHLY, free_trial=week)
    attach(joe, "tryout")
    return joe


def test_l146_a_trial_whose_first_payment_declines_is_past_due_in_its_first_paid_month(trial: Api) -> None:
    track(trial, 50)
    give_card(trial, outcome=DECLINED)

    trial.freeze("2026-12-08T10:30:01Z")

    found = plans(trial)["tryout"]
    assert (found["past_due"], found["trial_ends_at"]) == (True, None)
    assert found["current_period_end"] == from_iso("2027-01-08T10:30:00Z")
    assert (left(trial), invoices(trial)) == (300, [(20, "open"), (0, "paid")])

    give_card(trial)
    trial.freeze("2026-12-11T10:30:01Z")
    assert (past_due(trial, "tryout"), invoices(trial)[0]) == (False, (20, "paid"))


@pytest.mark.parametrize("outcome", ["requires_action", "expires_in:3 days", "decline:insufficient_funds"])
def test_l146_whatever_the_card_does_an_unpaid_trial_ends_in_the_default_plan(trial: Api, outcome: str) -> None:
    give_card(trial, outcome=outcome)

    trial.freeze("2026-12-23T10:30:01Z")

    assert list(plans(trial)) == ["starter"]
    assert invoices(trial) == [(20, "open"), (0, "paid")]


def test_a_request_that_is_sent_twice_is_charged_once(joe: Api) -> None:
    body, key = {"customer_id": "joe", "plan_id": "pro"}, {"Idempotency-Key": "once"}

    first = joe.call("billing.attach", body, headers=key)
    second = joe.call("billing.attach", body, headers=key)

    assert (first[0], second[0]) == (200, 409)
    assert tries(joe) == [(20, "succeed")]


def test_without_a_card_a_renewal_waits_too(joe: Api) -> None:
    attach(joe, "pro")
    give_card(joe, outcome="none")

    joe.freeze("2027-01-02T00:00:00Z")
    assert (past_due(joe), invoices(joe)[0]) == (True, (20, "open"))
    assert tries(joe) == [(20, "succeed")], "there is no card to ask"

    give_card(joe)
    joe.freeze("2027-01-05T00:00:00Z")
    assert (past_due(joe), invoices(joe)[0]) == (False, (20, "paid"))


def test_an_add_on_that_is_bought_while_past_due_pays_for_itself(behind: Api) -> None:
    plan(behind, "extra", item("notes", 10, "month"), add_on=True, price={"amount": 8, "interval": "month"})
    give_card(behind)

    assert attach(behind, "extra")["invoice"]["status"] == "paid"

    assert {each["past_due"] for each in plans(behind).values()} == {False}
    behind.freeze("2027-01-05T00:00:00Z")
    assert [status for _, status in invoices(behind)] == ["paid", "paid", "paid"]


def test_a_plan_of_an_entity_is_past_due_with_the_customers_that_it_is_billed_with(behind: Api) -> None:
    give_card(behind)
    behind("features.create", feature_id="seats", name="Seats", type="metered", consumable=False)
    behind("entities.create", customer_id="joe", entity_id="red", feature_id="seats", name="Red")
    attach(behind, "mini", entity_id="red")
    behind.freeze("2027-01-05T00:00:00Z")
    give_card(behind, outcome=DECLINED)

    behind.freeze("2027-02-01T10:30:01Z")

    assert invoices(behind)[0] == (25, "open")
    assert {each["past_due"] for each in plans(behind).values()} == {True}
    red = behind("entities.get", customer_id="joe", entity_id="red")["subscriptions"]
    assert [each["past_due"] for each in red if each["plan_id"] == "mini"] == [True]
