"""The passes of a deduction, by example (reference: worked orders)."""

from decimal import Decimal

import pytest

from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.balances.overage import CAP, OVERFLOW, REJECT
from autumn_mock.domain.records import Balance, Reset, Rollover
from tests.deductions import COINS, MAIL, NOW, PER_USE, a_row, left_in, take

MONTHLY, ONCE, LOOSE = (
    a_row("m1", 10, reset=Reset(interval="month"), next_reset_at=9_000),
    a_row("o2", 5, add_on=True),
    a_row("l3", 3, subscription=None, expires_at=5_000),
)
PER_USE_ROW = a_row("u4", 10, reset=Reset(interval="month"), next_reset_at=9_000, price=PER_USE)
CAPPED = PER_USE_ROW.but(price=PER_USE.but(max_purchase=Decimal(5)))


@pytest.mark.parametrize(
    ("rows", "amount", "behavior", "after", "rest"),
    [
        ((MONTHLY, LOOSE), 11, CAP, [0, 2], 0),
        ((MONTHLY, ONCE, LOOSE), 12, CAP, [0, 5, 1], 0),
        ((MONTHLY, LOOSE), 20, CAP, [0, 0], 7),
        ((PER_USE_ROW,), 25, CAP, [-15], 0),
        ((CAPPED,), 25, CAP, [-5], 10),
        ((PER_USE_ROW, ONCE), 18, CAP, [-3, 0], 0),
        ((PER_USE_ROW.but(balance=Decimal(-3)), ONCE.but(balance=Decimal(0))), -4, CAP, [1, 0], 0),
        ((MONTHLY,), -5, CAP, [10], 0),
        ((MONTHLY.but(balance=Decimal(7)),), -5, CAP, [10], 0),
        ((MONTHLY,), -5, OVERFLOW, [15], 0),
        ((MONTHLY,), 25, OVERFLOW, [-15], 0),
        ((PER_USE_ROW, ONCE), 18, OVERFLOW, [-3, 0], 0),
    ],
)
def test_worked_orders(
    rows: tuple[Balance, ...], amount: int, behavior: str, after: list[int], rest: int
) -> None:
    outcome = take(rows, amount, behavior)

    assert left_in(outcome, *rows) == after
    assert outcome.rest == rest


def test_own_rows_pay_before_credits() -> None:
    own, credits = a_row("m1", 2), a_row("c2", 100, feature_id=COINS)

    outcome = take((credits, own), 5)

    assert left_in(outcome, own, credits) == [0, 91]
    assert outcome.used == {MAIL: 5, COINS: 9}


def test_rollovers_pay_first_and_are_never_refilled() -> None:
    kept = Rollover(id="roll_1", balance=Decimal(4), expires_at=NOW + 1)
    row = MONTHLY.but(rollovers=(kept,))

    used = take((row,), 6)
    after = used.changed[row.id]
    refunded = take((after,), -20)

    assert (after.rollovers[0].balance, after.rollovers[0].usage, after.balance) == (0, 4, 8)
    assert refunded.changed[row.id].rollovers[0].balance == 0
    assert refunded.changed[row.id].balance == 10


def test_an_expired_rollover_pays_nothing() -> None:
    row = MONTHLY.but(rollovers=(Rollover(id="roll_1", balance=Decimal(4), expires_at=NOW),))

    outcome = take((row,), 6)

    assert outcome.changed[row.id].rollovers[0].balance == 4
    assert outcome.changed[row.id].balance == 4


def test_an_unlimited_row_takes_everything() -> None:
    endless = a_row("e1", 0, unlimited=True)

    outcome = take((endless, MONTHLY), 400, REJECT)

    assert left_in(outcome, endless, MONTHLY) == [-400, 10]
    assert outcome.used == {}


@pytest.mark.parametrize("behavior", [CAP, REJECT])
def test_a_usage_limit_cuts_the_amount(behavior: str) -> None:
    outcome = take((MONTHLY,), 8, behavior, Limits(headroom={MAIL: Decimal(5)}))

    assert left_in(outcome, MONTHLY) == [5]
    assert outcome.rest == 3
    assert outcome.used == {MAIL: 5}


def test_a_usage_limit_of_the_pool_counts_in_credits() -> None:
    credits = a_row("c2", 100, feature_id=COINS)

    outcome = take((credits,), 8, CAP, Limits(headroom={COINS: Decimal(12)}))

    assert left_in(outcome, credits) == [88]
    assert outcome.used == {MAIL: 4, COINS: 12}


def test_overflow_passes_a_usage_limit_and_is_counted() -> None:
    outcome = take((MONTHLY,), 9, OVERFLOW, Limits(headroom={MAIL: Decimal(5)}))

    assert left_in(outcome, MONTHLY) == [1]
    assert outcome.used == {MAIL: 9}


def test_a_spend_limit_holds_even_against_overflow() -> None:
    outcome = take((MONTHLY, PER_USE_ROW), 100, OVERFLOW, Limits(spend={MAIL: Decimal(7)}))

    assert left_in(outcome, MONTHLY, PER_USE_ROW) == [-7, 0]
    assert outcome.rest == 73


def test_overage_is_forbidden_or_allowed_by_a_control() -> None:
    forbidden = take((PER_USE_ROW,), 25, CAP, Limits(overage={MAIL: False}))
    allowed = take((MONTHLY,), 25, CAP, Limits(overage={MAIL: True}))

    assert left_in(forbidden, PER_USE_ROW) == [0]
    assert left_in(allowed, MONTHLY) == [-15]
