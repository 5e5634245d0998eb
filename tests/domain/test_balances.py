"""Shown balances and updates as rules that hold for any rows."""

from decimal import Decimal

import pytest
from hypothesis import given

from autumn_mock.domain.balances.balance_amounts import amounts as amounts_of
from autumn_mock.domain.balances.balance_updates import with_remaining, with_total, with_usage
from autumn_mock.domain.balances.balances import balances_and_flags
from autumn_mock.domain.balances.recalculation import recalculated, uneven_groups, usage_of
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.records import Balance, Reset, Rollover, RolloverRule
from autumn_mock.versions.balances import balance_2_0, balance_as_feature_1_2
from tests.deductions import COINS, MAIL, NOW, PER_USE, a_row, amounts, any_rows, holding

SMALL = Decimal("1E-9")


def sight_of(rows: tuple[Balance, ...], feature_id: str = MAIL) -> Sight:
    return look(holding(*rows), now=NOW, feature_ids={feature_id}, first=feature_id)


def total(sight: Sight) -> Decimal:
    return sum((row.balance for row in sight.rows), Decimal(0))


MONTHLY = a_row("m1", 100, reset=Reset(interval="month"), next_reset_at=9_000)
PREPAID = a_row(
    "p2", 100, prepaid=Decimal(200), balance=Decimal(50),
    price=PER_USE.but(billing_method="prepaid", billing_units=Decimal(100)),
)  # fmt: skip
ONCE = a_row("o3", 50, add_on=True)


@pytest.mark.parametrize(("rows", "shown"), [
    ((MONTHLY,), (100, 100, 0)),
    ((MONTHLY.but(balance=Decimal(70)),), (100, 70, 30)),
    ((MONTHLY.but(balance=Decimal(-30), price=PER_USE),), (100, 0, 130)),
    ((MONTHLY.but(balance=Decimal(0)), ONCE.but(balance=Decimal(45))), (150, 45, 105)),
    ((MONTHLY.but(balance=Decimal(-30), price=PER_USE), ONCE), (150, 50, 130)),
    ((PREPAID,), (300, 50, 250)),
    ((MONTHLY.but(balance=Decimal(150)),), (100, 150, -50)),
    (
        (
            MONTHLY.but(
                balance=Decimal(80),
                rollovers=(Rollover(id="roll_1", balance=Decimal(30), usage=Decimal(10)),),
            ),
        ),
        (140, 110, 30),
    ),
])  # fmt: skip
def test_worked_examples(rows: tuple[Balance, ...], shown: tuple[int, int, int]) -> None:
    balances, _ = balances_and_flags(holding(*rows), now=NOW)

    mail = balances[MAIL]
    assert (mail["granted"], mail["remaining"], mail["usage"]) == shown


def test_max_purchase_is_what_can_still_be_bought() -> None:
    def shown(*rows: Balance) -> object:
        return balances_and_flags(holding(*rows), now=NOW)[0][MAIL]["max_purchase"]

    capped = MONTHLY.but(price=PER_USE.but(max_purchase=Decimal(5)))
    assert shown(MONTHLY) is None
    assert shown(capped) == 5
    assert shown(capped, MONTHLY.but(id="m9", price=PER_USE)) is None
    assert shown(PREPAID.but(price=PREPAID.price and PREPAID.price.but(max_purchase=Decimal(700)))) == 500


def test_rollovers_are_there_when_a_row_may_roll_over() -> None:
    rule = RolloverRule(expiry_duration_type="forever", max=Decimal(50))
    kept = Rollover(id="roll_1", balance=Decimal(20), usage=Decimal(5))

    without, _ = balances_and_flags(holding(MONTHLY), now=NOW)
    empty, _ = balances_and_flags(holding(MONTHLY.but(rollover=rule)), now=NOW)
    full, _ = balances_and_flags(holding(MONTHLY.but(rollover=rule, rollovers=(kept,))), now=NOW)

    assert "rollovers" not in without[MAIL]
    assert empty[MAIL]["rollovers"] == []
    assert full[MAIL]["rollovers"] == [{"granted": 25, "balance": 20, "expires_at": 0}]


@given(any_rows())
def test_versions_show_the_same_amounts(rows: tuple[Balance, ...]) -> None:
    balances, _ = balances_and_flags(holding(*rows), now=NOW)

    for newest in balances.values():
        older = balance_2_0(newest)
        oldest = balance_as_feature_1_2(older)
        granted = older["granted_balance"] + sum(i["prepaid_quantity"] for i in older["breakdown"])
        assert abs(granted - newest["granted"]) < 1e-6
        assert abs(oldest["included_usage"] - newest["granted"]) < 1e-6
        assert abs(oldest["balance"] + oldest["usage"] - oldest["included_usage"]) < 1e-6


@given(any_rows(), amounts)
def test_remaining_and_usage_are_set_exactly(rows: tuple[Balance, ...], target: Decimal) -> None:
    rows = tuple(row.but(rollovers=()) for row in rows)
    sight = sight_of(rows)
    if not sight.rows:
        return

    assert abs(total(with_remaining(sight, MAIL, target)) - target) <= SMALL
    assert abs(usage_of(with_usage(sight, MAIL, target)) - target) <= SMALL


@given(any_rows(), amounts)
def test_setting_the_total_leaves_the_use(rows: tuple[Balance, ...], target: Decimal) -> None:
    sight = sight_of(tuple(row.but(rollovers=()) for row in rows))

    after = with_total(sight, MAIL, target)

    for before, row in zip(sight.rows, after.rows, strict=True):
        assert amounts_of(row, None).usage == amounts_of(before, None).usage


@given(any_rows())
def test_recalculating_leaves_the_use_of_all(rows: tuple[Balance, ...]) -> None:
    for feature_id in (MAIL, COINS):
        for group in uneven_groups(sight_of(tuple(row.but(rollovers=()) for row in rows), feature_id)):
            assert abs(usage_of(recalculated(group, feature_id)) - usage_of(group)) <= SMALL
