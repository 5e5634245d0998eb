"""Putting back what a lock took, as rules that hold for any rows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.balances.deduction import Taking
from autumn_mock.domain.balances.locks import takings_to_keep, units_to_return, unwind
from autumn_mock.domain.balances.overage import OVERFLOW
from autumn_mock.domain.balances.tracked import units_taken
from autumn_mock.domain.records import Balance, Lock
from tests.deductions import MAIL, a_row, any_rows, held, take

SMALL = Decimal("1E-9")


def locked(takings: tuple[Taking, ...]) -> Lock:
    return Lock(
        id="job",
        customer="cus_1",
        feature_id=MAIL,
        value=units_taken(takings),
        created_at=0,
        takings=takings_to_keep(takings),
    )


@given(any_rows(), st.integers(1, 300))
def test_a_release_leaves_rows_as_they_were(rows: tuple[Balance, ...], amount: int) -> None:
    outcome = take(rows, amount, OVERFLOW)
    after = {row.id: outcome.changed.get(row.id, row) for row in rows}
    lock = locked(outcome.takings)

    unwound = unwind(lock, lock.value, after)

    for row in rows:
        back = unwound.changed.get(row.id, after[row.id])
        assert abs(held(back) - held(row)) <= SMALL
    assert unwound.homeless == 0


@given(any_rows(), st.integers(1, 300), st.integers(0, 100))
def test_a_part_put_back_is_that_part(rows: tuple[Balance, ...], amount: int, percent: int) -> None:
    outcome = take(rows, amount, OVERFLOW)
    after = {row.id: outcome.changed.get(row.id, row) for row in rows}
    lock = locked(outcome.takings)
    part = lock.value * percent / 100

    unwound = unwind(lock, part, after)

    assert abs(units_taken(unwound.takings) + part) <= SMALL


@given(any_rows(), st.integers(1, 300))
def test_what_has_no_home_any_more_is_told(rows: tuple[Balance, ...], amount: int) -> None:
    outcome = take(rows, amount, OVERFLOW)
    lock = locked(outcome.takings)

    unwound = unwind(lock, lock.value, {})

    assert (unwound.changed, unwound.takings) == ({}, ())
    assert abs(unwound.homeless - lock.value) <= SMALL


def test_last_taken_is_put_back_first() -> None:
    first, second = a_row("m1", 10), a_row("o2", 20, add_on=True)
    outcome = take((first, second), 16)
    lock = locked(outcome.takings)

    unwound = unwind(lock, Decimal(8), dict(outcome.changed))

    assert unwound.changed["o2"].balance == 20
    assert unwound.changed["m1"].balance == 2


@pytest.mark.parametrize(("final", "back"), [
    (30, 0), (50, 0), (12, 18), (0, 30), (-5, 30),
])  # fmt: skip
def test_how_much_goes_back(final: int, back: int) -> None:
    assert units_to_return(Decimal(30), Decimal(final)) == back


@pytest.mark.parametrize(("final", "back"), [(-10, 0), (-20, 0), (-4, -6), (0, -10), (3, -10)])
def test_how_much_of_a_refund_is_taken_again(final: int, back: int) -> None:
    assert units_to_return(Decimal(-10), Decimal(final)) == back
