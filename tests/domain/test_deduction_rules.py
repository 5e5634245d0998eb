"""The passes of a deduction as rules that hold for any rows."""

from decimal import Decimal
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.balances.overage import CAP, OVERFLOW, REJECT
from autumn_mock.domain.billing.subscriptions import starting_balance
from autumn_mock.domain.records import Balance
from tests.deductions import MAIL, amounts, any_rows, held, take


@given(any_rows(), amounts, st.sampled_from([CAP, REJECT, OVERFLOW]))
def test_nothing_is_created_or_lost(rows: tuple[Balance, ...], amount: Decimal, behavior: str) -> None:
    outcome = take(rows, amount, behavior)

    lost = sum((held(row) - held(outcome.changed.get(row.id, row)) for row in rows), Decimal(0))
    assert lost == sum((taking.value for taking in outcome.takings), Decimal(0))
    units = sum((taking.value / taking.cost for taking in outcome.takings), Decimal(0))
    if amount > 0:
        assert abs(units + outcome.rest - amount) <= Decimal("1E-10")
    else:
        assert amount - Decimal("1E-10") <= units <= 0


@given(any_rows(), amounts)
def test_a_refund_never_passes_the_ceiling(rows: tuple[Balance, ...], amount: Decimal) -> None:
    outcome = take(rows, -abs(amount))

    for row_id, after in outcome.changed.items():
        [before] = [row for row in rows if row.id == row_id]
        assert before.balance < after.balance <= max(before.balance, starting_balance(before))
        assert after.rollovers == before.rollovers


@given(any_rows(), amounts)
def test_what_may_not_go_below_0_does_not(rows: tuple[Balance, ...], amount: Decimal) -> None:
    outcome = take(rows, abs(amount))

    for row in rows:
        after = outcome.changed.get(row.id, row)
        if row.price is None:
            assert after.balance >= min(row.balance, 0)
        elif row.price.max_purchase is not None:
            assert after.balance >= min(row.balance, -row.price.max_purchase)
        assert all(each.balance >= 0 for each in after.rollovers)


@given(any_rows(), amounts, st.randoms(use_true_random=False))
def test_the_order_of_storage_does_not_matter(rows: tuple[Balance, ...], amount: Decimal, chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    assert take(tuple(shuffled), amount).changed == take(rows, amount).changed


@given(any_rows(), st.lists(st.integers(1, 60), min_size=2, max_size=3))
def test_several_uses_come_to_the_same_in_any_order(rows: tuple[Balance, ...], uses: list[int]) -> None:
    own = tuple(row for row in rows if row.feature_id == MAIL)
    ends = []
    for order in permutations(uses):
        now = own
        for amount in order:
            outcome = take(now, amount)
            now = tuple(outcome.changed.get(row.id, row) for row in now)
        ends.append(now)

    assert all(end == ends[0] for end in ends)


@given(any_rows(), st.integers(1, 300))
def test_a_use_and_its_refund_leave_rows_without_overage_as_they_were(
    rows: tuple[Balance, ...], amount: int
) -> None:
    full = tuple(row.but(balance=starting_balance(row), price=None, rollovers=()) for row in rows)

    used = take(full, amount)
    after = tuple(used.changed.get(row.id, row) for row in full)
    back = take(after, -(Decimal(amount) - used.rest))

    ends = [back.changed.get(row.id, row).balance for row in after]
    assert all(abs(end - row.balance) <= Decimal("1E-9") for end, row in zip(ends, full, strict=True))
