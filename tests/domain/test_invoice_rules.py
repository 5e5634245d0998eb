"""Rate cards and periods of stand-alone invoices, and the shares of entities."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.invoices.line_periods import share_of
from autumn_mock.domain.invoices.rate_cards import credits_for
from autumn_mock.domain.periods import DAY, add_interval
from autumn_mock.domain.records import BasePrice

JANUARY = 1_767_225_600_000


def rate(**more: Any) -> dict[str, Any]:
    return {"metered_feature_id": "calls", "credit_cost": Decimal(2), **more}


TIERS = [{"to": Decimal(10), "credit_cost": Decimal(3)}, {"to": "inf", "credit_cost": Decimal(1)}]
BIG = {"match": {"model": "big"}, "credit_cost": Decimal(7)}
BIG_FAST = {"match": {"model": "big", "fast": True}, "credit_cost": Decimal(9)}
BIG_OLD = {"match": {"model": "big"}, "credit_cost": Decimal(5), "priority": 1}
TIERED = {"match": {"model": "tiered"}, "tiers": TIERS}
DIMENSIONS = {"big": BIG, "big_fast": BIG_FAST, "tiered": TIERED}
DOUBLED = {"match": {"rush": "yes"}, "factor": Decimal(2)}
ADDED = {"match": {"region": 1}, "add": Decimal("0.5")}


@pytest.mark.parametrize(
    ("card", "properties", "credits"),
    [
        (rate(), {}, 24),
        (rate(billing_units=Decimal(4)), {}, 6),
        ({"metered_feature_id": "calls", "tiers": TIERS}, {}, 32),
        (rate(dimensions=DIMENSIONS), {"model": "small"}, 24),
        (rate(dimensions=DIMENSIONS), {"model": "big"}, 84),
        (rate(dimensions=DIMENSIONS), {"model": "big", "fast": "true"}, 108),
        (rate(dimensions=DIMENSIONS), {"model": "tiered"}, 32),
        (rate(dimensions={"big": BIG, "old": BIG_OLD}), {"model": "big"}, 60),
        (rate(multipliers={"rush": DOUBLED, "region": ADDED}), {"rush": "yes"}, 48),
        (rate(multipliers={"rush": DOUBLED, "region": ADDED}), {"rush": "yes", "region": 1.0}, 54),
        (rate(dimensions=DIMENSIONS, multipliers={"rush": DOUBLED}), {"model": "big", "rush": "yes"}, 168),
    ],
)
def test_twelve_units_cost_by_their_rate(card: Any, properties: dict[str, Any], credits: int) -> None:
    assert credits_for(card, Decimal(12), properties) == credits


@given(units=st.integers(0, 10_000), cost=st.integers(0, 1_000))
def test_a_plain_rate_is_units_times_cost(units: int, cost: int) -> None:
    card = {"metered_feature_id": "calls", "credit_cost": Decimal(cost)}

    assert credits_for(card, Decimal(units), {"any": "thing"}) == units * cost


@given(
    begun=st.integers(0, 3_000).map(lambda days: JANUARY + days * DAY),
    interval=st.sampled_from(["week", "month", "quarter", "year"]),
    count=st.integers(1, 4),
    times=st.integers(1, 5),
)
def test_a_period_of_whole_intervals_is_worth_as_many(
    begun: int, interval: str, count: int, times: int
) -> None:
    price = BasePrice(id="pr_1", amount=Decimal(1), interval=interval, interval_count=count)

    assert share_of(price, (begun, add_interval(begun, interval, count * times))) == times


@given(lengths=st.lists(st.integers(1, 400), min_size=2, max_size=2, unique=True))
def test_a_longer_period_is_worth_more(lengths: list[int]) -> None:
    price = BasePrice(id="pr_1", amount=Decimal(1), interval="month")
    shorter, longer = (share_of(price, (JANUARY, JANUARY + days * DAY)) for days in sorted(lengths))

    assert 0 < shorter < longer


def test_what_is_paid_once_is_never_prorated() -> None:
    price = BasePrice(id="pr_1", amount=Decimal(1), interval="one_off")

    assert share_of(price, (JANUARY, JANUARY + DAY)) == 1
    assert share_of(price, None) == 1


@pytest.mark.parametrize("interval", ["week", "month", "year"])
@pytest.mark.parametrize("count", [-1, 0, 1, 10**12])
def test_a_period_to_the_end_of_the_calendar_is_counted_at_once(interval: str, count: int) -> None:
    price = BasePrice(id="pr_1", amount=Decimal(1), interval=interval, interval_count=count)

    for ends in (253_402_300_799_000, 9_007_199_254_740_991):
        assert share_of(price, (JANUARY, ends)) >= 0
