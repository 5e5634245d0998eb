"""The invariants notice what does not add up, and say it in words."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.invariants import broken, unaccounted
from autumn_mock.domain.records import (
    Balance,
    Customer,
    Deduction,
    EntityBalance,
    Event,
    Feature,
    Invoice,
    InvoiceLine,
    Plan,
    Rollover,
    Subscription,
    UsageWindow,
)
from tests.rows import START, monthly_row

NOTES = Feature(id="notes", internal_id="fe_1", name="Notes", type="metered", created_at=START, consumable=True)
ADA = Customer(internal_id="cus_1", id="ada", created_at=START)


def holding(*rows: Balance) -> Holdings:
    return Holdings(customer=ADA, subscriptions=(), rows=rows, entities=(), features={"notes": NOTES}, plans={})


def problems(holdings: Holdings, **books: Any) -> list[str]:
    return broken(holdings, **({"windows": (), "invoices": (), "now": START} | books))


def test_sound_books_have_no_problems() -> None:
    row = monthly_row(100, balance=Decimal(-3), rollovers=(Rollover(id="roll_1", balance=Decimal(4)),))

    assert problems(holding(row)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer": "cus_2"}, "belongs to customer cus_2"),
        ({"feature_id": "ghost"}, "of feature ghost, which does not exist"),
        ({"subscription": "cus_prod_9"}, "of plan cus_prod_9, which the customer does not have"),
        ({"entity": "ety_9"}, "of entity ety_9, which does not exist"),
        ({"entities": {"ety_9": EntityBalance(balance=Decimal(1))}}, "has shares but is not per entity"),
        ({"entity_feature_id": "seats"}, "is per entity but holds 100 itself"),
        ({"rollovers": (Rollover(id="roll_1", balance=Decimal(-1)),)}, "rollover roll_1 holds -1"),
        ({"prepaid": Decimal(-5)}, "has -5 prepaid"),
        ({"pool": True}, "its sources bring 0"),
    ],
)
def test_a_broken_row_is_told(changes: dict[str, Any], said: str) -> None:
    row = monthly_row(100).but(**changes)

    found = problems(holding(row))

    assert any(said in problem for problem in found), found


def test_a_counter_below_0_is_told() -> None:
    counter = UsageWindow(id="w", customer="cus_1", starts_at=1, ends_at=2, usage=Decimal(-1))

    assert problems(holding(), windows=[counter]) == ["counter w stands at -1"]


def test_an_invoice_that_is_not_its_lines_is_told() -> None:
    line = InvoiceLine(description="", amount=Decimal(9), plan_id="pro")
    invoice = Invoice(
        id="in_1", customer="cus_1", created_at=START, status="paid", total=Decimal(10), lines=(line,)
    )

    assert problems(holding(), invoices=[invoice]) == ["invoice in_1 is of 10, its lines come to 9"]


def test_a_line_that_is_lowered_below_nothing_is_told() -> None:
    line = InvoiceLine(description="", amount=Decimal(-1), discounted=Decimal(3), plan_id="pro")
    invoice = Invoice(
        id="in_1", customer="cus_1", created_at=START, status="paid", total=Decimal(-1), lines=(line,)
    )

    assert problems(holding(), invoices=[invoice]) == ["invoice in_1 takes 3 off a line and leaves -1"]


def an_event(value: int) -> Event:
    taken = Deduction(balance_id="cus_ent_1", feature_id="notes", value=Decimal(value))
    return Event(
        id="evt_1", name="notes", customer="cus_1", customer_id="ada", timestamp=START,
        value=Decimal(value), deductions=(taken,),
    )  # fmt: skip


@pytest.mark.parametrize(("lost", "found"), [(5, []), (6, ["row cus_ent_1 lost 6, its events took 5"])])
def test_what_a_row_lost_is_what_its_events_took(lost: int, found: list[str]) -> None:
    before = monthly_row(100)
    after = before.but(balance=before.balance - lost)

    assert unaccounted({"cus_ent_1": before}, {"cus_ent_1": after}, [an_event(5)]) == found


def test_a_reset_is_no_deduction() -> None:
    before = monthly_row(100, balance=Decimal(3))
    after = before.but(balance=Decimal(95), next_reset_at=START + 1)

    assert unaccounted({"cus_ent_1": before}, {"cus_ent_1": after}, [an_event(5)]) == []


def test_books_are_those_of_whoever_looks() -> None:
    row = monthly_row(100)

    assert problems(replace(holding(row), customer=ADA.but(name="Ada"))) == []


def test_two_main_plans_of_a_group_in_one_scope_are_told() -> None:
    plan = Plan(internal_id="prod_1", id="pro", name="Pro", version=1, created_at=START)
    rows = [
        Subscription(
            id=f"cus_prod_{n}", customer="cus_1", plan="prod_1", plan_id="pro", status="active",
            created_at=START, started_at=START,
        )
        for n in (1, 2)
    ]  # fmt: skip
    held = replace(holding(), subscriptions=tuple(rows), plans={"prod_1": plan})

    assert problems(held) == ["plans cus_prod_1 and cus_prod_2 of group '' run at once"]
    assert problems(replace(held, plans={"prod_1": plan.but(add_on=True)})) == []
    assert problems(replace(held, subscriptions=(rows[0], rows[1].but(entity="ety_1")))) == [
        "plan cus_prod_2 is of entity ety_1, which does not exist",
    ]
