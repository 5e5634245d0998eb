"""The display texts of prices and items, as tables."""

from decimal import Decimal
from typing import Any

import pytest

from autumn_mock.domain.alphabet import alphabetical
from autumn_mock.domain.catalog.plan_display import base_price_display, count, item_display, money
from autumn_mock.domain.records import BasePrice, Display, Feature, ItemPrice, PlanItem, Tier

SEAT = Display(singular="seat", plural="seats")


def feature(display: Display | None = None, kind: str = "metered") -> Feature:
    return Feature(id="f", internal_id="fe_1", name="Seats", type=kind, created_at=0, display=display)


def item(included: int = 0, *, unlimited: bool = False, **price: Any) -> PlanItem:
    whole = ItemPrice(id="pr_1", interval="month", billing_method="prepaid", **price) if price else None
    return PlanItem(
        entitlement_id="ent_1", feature_id="f", included=Decimal(included), unlimited=unlimited, price=whole
    )


def tiers(*amounts: tuple[int, int | None]) -> tuple[Tier, ...]:
    return tuple(Tier(amount=Decimal(a), flat_amount=None if f is None else Decimal(f)) for a, f in amounts)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("10", "$10"),
        ("0.5", "$0.5"),
        ("1234.50", "$1,234.5"),
        ("-5", "-$5"),
        ("0", "$0"),
        ("0.00000000005", "$0.0000000001"),
        ("1000000", "$1,000,000"),
    ],
)
def test_money(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(("amount", "text"), [("120000", "120,000"), ("100", "100"), ("2.50", "2.5")])
def test_counts(amount: str, text: str) -> None:
    assert count(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("interval", "times", "text"),
    [
        ("month", 1, "per month"),
        ("month", 3, "per 3 months"),
        ("semi_annual", 1, "per half year"),
        ("one_off", 1, "one-off"),
    ],
)
def test_periods(interval: str, times: int, text: str) -> None:
    price = BasePrice(id="pr_1", amount=Decimal(1), interval=interval, interval_count=times)

    assert base_price_display(price)["secondary_text"] == text


@pytest.mark.parametrize(
    ("shown", "display", "primary", "secondary"),
    [
        (item(1), SEAT, "1 seat", None),
        (item(2), SEAT, "2 seats", None),
        (item(0), SEAT, "0 seats", None),
        (item(1), None, "1 Seats", None),
        (item(unlimited=True), SEAT, "Unlimited seats", None),
        (item(amount=Decimal(10)), SEAT, "$10 per seat", None),
        (item(amount=Decimal(10), billing_units=Decimal(5)), SEAT, "$10 per 5 seats", None),
        (item(3, amount=Decimal(10)), SEAT, "3 seats", "then $10 per seat"),
        (item(tiers=tiers((10, None), (5, None))), SEAT, "$10 - $5 per seat", None),
        (
            item(1, tiers=tiers((0, 100), (0, 500)), tier_behavior="volume"),
            None,
            "1 Seats",
            "then $100 - $500 for Seats",
        ),
        (
            item(tiers=tiers((3, 100), (2, 500)), tier_behavior="volume"),
            None,
            "$3 - $2 per Seats",
            None,
        ),
    ],
)
def test_items(shown: PlanItem, display: Display | None, primary: str, secondary: str | None) -> None:
    told = item_display(shown, feature(display))

    assert (told["primary_text"], told.get("secondary_text")) == (primary, secondary)


def test_a_flag_is_told_by_its_name() -> None:
    assert item_display(item(5), feature(SEAT, "boolean")) == {"primary_text": "Seats"}


@pytest.mark.parametrize(
    "ordered",
    [
        ["apple", "Banana", "cherry"],
        ["a", "A", "b"],
        ["resume", "résumé", "sum"],
        ["-dash", "1st", "a"],
        ["", " ", "_", "0", "z"],
        ["a b", "a1", "aa"],
    ],
)
def test_the_alphabet_of_people(ordered: list[str]) -> None:
    turned = ordered[::-1]

    assert sorted(turned, key=alphabetical) == ordered
