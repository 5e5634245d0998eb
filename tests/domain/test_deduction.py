"""The passes of a deduction as rules that hold for any rows."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.deduction import Outcome, Use, deduct
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.limits import NO_LIMITS, Limits
from autumn_mock.domain.overage import CAP, OVERFLOW, REJECT
from autumn_mock.domain.records import (
    Balance,
    CreditCost,
    Customer,
    Feature,
    ItemPrice,
    Reset,
    Rollover,
    Subscription,
)
from autumn_mock.domain.sight import look
from autumn_mock.domain.subscriptions import starting_balance

MAIL, COINS = "mail", "coins"
FEATURES = {
    MAIL: Feature(id=MAIL, internal_id="fe_1", name="Mail", type="metered", created_at=1, consumable=True),
    COINS: Feature(
        id=COINS,
        internal_id="fe_2",
        name="Coins",
        type="credit_system",
        created_at=2,
        consumable=True,
        credit_schema=(CreditCost(metered_feature_id=MAIL, credit_cost=Decimal(3)),),
    ),
}
COSTS = {MAIL: Decimal(1), COINS: Decimal(3)}
PER_USE = ItemPrice(id="pr_1", interval="month", billing_method="usage_based", amount=Decimal(1))
NOW = 1_000


def a_row(row_id: str, included: Any = 10, *, feature_id: str = MAIL, **facts: Any) -> Balance:
    facts = {"balance": Decimal(str(included)), "subscription": "cus_prod_1"} | facts
    return Balance(
        id=row_id,
        customer="cus_1",
        feature_id=feature_id,
        created_at=int(row_id.strip("abcdefghijklmnopqrstuvwxyz_") or 0),
        included=Decimal(str(included)),
        **facts,
    )


def holding(*rows: Balance) -> Holdings:
    plan = Subscription(
        id="cus_prod_1", customer="cus_1", plan="prod_1", plan_id="free", status="active",
        created_at=0, started_at=0,
    )  # fmt: skip
    return Holdings(
        customer=Customer(internal_id="cus_1", id="ada", created_at=0),
        subscriptions=(plan,),
        rows=rows,
        entities=(),
        features=FEATURES,
        plans={},
    )


def take(rows: tuple[Balance, ...], amount: Any, behavior: str = CAP, limits: Limits = NO_LIMITS) -> Outcome:
    sight = look(holding(*rows), now=NOW, feature_ids=COSTS, first=MAIL)
    use = Use(feature_id=MAIL, amount=Decimal(str(amount)), costs=COSTS, behavior=behavior)
    return deduct(sight, use, limits)


def left_in(outcome: Outcome, *rows: Balance) -> list[Decimal]:
    return [outcome.changed.get(row.id, row).balance for row in rows]


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


amounts = st.decimals(min_value=-500, max_value=500, places=4)
balances = st.decimals(min_value=-50, max_value=200, places=3)


@st.composite
def any_rows(draw: st.DrawFn) -> tuple[Balance, ...]:
    found = []
    for at in range(draw(st.integers(1, 5))):
        feature_id = draw(st.sampled_from([MAIL, COINS]))
        price = draw(st.sampled_from([None, PER_USE, PER_USE.but(max_purchase=Decimal(20))]))
        monthly = draw(st.booleans())
        kept = draw(st.lists(st.decimals(min_value=0, max_value=40, places=2), max_size=2))
        found.append(
            a_row(
                f"r{at}",
                draw(st.integers(0, 150)),
                feature_id=feature_id,
                balance=draw(balances),
                price=price,
                reset=Reset(interval="month") if monthly else None,
                next_reset_at=9_000 if monthly else None,
                rollovers=tuple(Rollover(id=f"roll_{at}_{n}", balance=amount) for n, amount in enumerate(kept)),
            )
        )
    return tuple(found)


def held(row: Balance) -> Decimal:
    return row.balance + sum((each.balance for each in row.rollovers), Decimal(0))


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
