"""What prices come to: packs, tiers, months (cases L100 to L102)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.catalog.pricing import in_minor_units, item_amount, monthly_amount, packs_of
from autumn_mock.domain.records import BasePrice, ItemPrice, Plan, PlanItem, Tier

TIERS = (
    Tier(to=Decimal(100), amount=Decimal(1)),
    Tier(to=Decimal(500), amount=Decimal("0.5")),
    Tier(amount=Decimal("0.1")),
)


def prepaid(
    *tiers: Tier, behavior: str | None = None, amount: float | None = None, units: int = 1, included: int = 0
) -> PlanItem:
    price = ItemPrice(
        id="pr_1",
        interval="month",
        billing_method="prepaid",
        amount=None if amount is None else Decimal(str(amount)),
        tiers=tiers or None,
        tier_behavior=behavior,
        billing_units=Decimal(units),
    )
    return PlanItem(entitlement_id="ent_1", feature_id="credits", included=Decimal(included), price=price)


@pytest.mark.parametrize(("units", "cost"), [(50, 50), (100, 100), (150, 125), (600, 310), (0, 0)])
def test_l100_graduated_bands_fill_one_after_the_other(units: int, cost: int) -> None:
    assert item_amount(prepaid(*TIERS, behavior="graduated"), Decimal(units)) == cost


@pytest.mark.parametrize(("units", "cost"), [(50, 50), (100, 100), (150, 75), (600, 60), (0, 0)])
def test_l101_volume_puts_everything_into_one_band(units: int, cost: int) -> None:
    assert item_amount(prepaid(*TIERS, behavior="volume"), Decimal(units)) == cost


@pytest.mark.parametrize(
    ("quantity", "cost"), [(100, "0"), (150, "150"), (200, "200"), (201, "100.5"), (300, "150")]
)
def test_l102_volume_charges_the_included_amount_too(quantity: int, cost: str) -> None:
    item = prepaid(
        Tier(to=Decimal(100), amount=Decimal(1)), Tier(amount=Decimal("0.5")), behavior="volume", included=100
    )

    assert item_amount(item, packs_of(item, Decimal(quantity))) == Decimal(cost)


@pytest.mark.parametrize(("quantity", "cost"), [(100, 0), (105, 2), (200, 20), (250, 25), (333, 34)])
def test_l102_graduated_bands_are_filled_in_whole_packs(quantity: int, cost: int) -> None:
    item = prepaid(
        Tier(to=Decimal(100), amount=Decimal(2)),
        Tier(amount=Decimal(1)),
        behavior="graduated",
        units=10,
        included=100,
    )

    assert item_amount(item, packs_of(item, Decimal(quantity)) * 10) == cost


@given(
    quantity=st.decimals(min_value=0, max_value=10**6, places=2),
    units=st.integers(1, 1000),
    included=st.integers(0, 1000),
)
def test_packs_cover_what_is_asked_for_and_no_pack_more(quantity: Decimal, units: int, included: int) -> None:
    packs = packs_of(prepaid(amount=5, units=units, included=included), quantity)

    assert packs >= 0
    assert included + packs * units >= quantity
    assert packs == 0 or included + (packs - 1) * units < quantity


@given(units=st.integers(0, 2000))
def test_more_units_never_cost_less_in_graduated_bands(units: int) -> None:
    item = prepaid(*TIERS, behavior="graduated")

    assert item_amount(item, Decimal(units)) <= item_amount(item, Decimal(units + 1))


@pytest.mark.parametrize(
    ("amount", "interval", "count", "expected"),
    [("240", "year", 1, 20), ("30", "quarter", 1, 10), ("38", "month", 2, 19), ("12", "week", 1, 52)],
)
def test_intervals_are_compared_by_the_month(amount: str, interval: str, count: int, expected: int) -> None:
    price = BasePrice(id="pr_1", amount=Decimal(amount), interval=interval, interval_count=count)
    plan = Plan(internal_id="prod_1", id="p", name="P", version=1, created_at=0, price=price)

    assert round(monthly_amount(plan), 6) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("0.005", "usd", "0.01"), ("-0.005", "usd", "-0.01"), ("1.004", "usd", "1.00"), ("19.5", "jpy", "20")],
)
def test_money_is_rounded_away_from_zero(amount: str, currency: str, expected: str) -> None:
    assert in_minor_units(Decimal(amount), currency) == Decimal(expected)
