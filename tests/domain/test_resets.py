"""What a reset does to a row, and that walking and jumping agree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.balances.resets import due_at, reset_up_to
from autumn_mock.domain.periods import DAY, HOUR, from_iso, iso
from autumn_mock.domain.records import Balance, EntityBalance, ItemPrice, Reset
from tests.rows import START, ids, keeping, monthly_row

YEAR = from_iso("2027-12-15T00:00:00Z")


def test_a_reset_fills_the_row_and_moves_its_boundary() -> None:
    row = monthly_row(balance=Decimal(70))

    after = reset_up_to(row, now=from_iso("2027-01-02T00:00:00Z"), make_id=ids())

    assert after.balance == 100
    assert iso(after.next_reset_at or 0) == "2027-02-01T00:00:00.000Z"


def test_nothing_happens_before_the_boundary() -> None:
    row = monthly_row(balance=Decimal(70))

    assert reset_up_to(row, now=from_iso("2026-12-31T23:59:59Z"), make_id=ids()) is row


def test_the_boundary_itself_belongs_to_the_new_cycle() -> None:
    row = monthly_row(balance=Decimal(70))

    assert reset_up_to(row, now=from_iso("2027-01-01T00:00:00Z"), make_id=ids()).balance == 100


def test_overage_is_forgiven_and_a_changed_grant_lost() -> None:
    row = monthly_row(balance=Decimal(-35), adjustment=Decimal(20))

    after = reset_up_to(row, now=from_iso("2027-01-02T00:00:00Z"), make_id=ids())

    assert (after.balance, after.adjustment) == (100, 0)


def test_months_drift_from_the_31st_and_stay_on_the_28th() -> None:
    row = monthly_row(next_reset_at=from_iso("2027-01-31T08:00:00Z"), balance=Decimal(1))
    seen = []

    while (row.next_reset_at or 0) < from_iso("2027-05-01T00:00:00Z"):
        row = reset_up_to(row, now=row.next_reset_at or 0, make_id=ids())
        seen.append(iso(row.next_reset_at or 0)[:16])

    assert seen == ["2027-02-28T08:00", "2027-03-28T08:00", "2027-04-28T08:00", "2027-05-28T08:00"]


def test_every_entity_of_a_per_entity_row_begins_anew() -> None:
    row = monthly_row(
        10,
        balance=Decimal(0),
        entity_feature_id="seats",
        entities={
            "a": EntityBalance(balance=Decimal(3)),
            "b": EntityBalance(balance=Decimal(-2), adjustment=Decimal(1)),
        },
    )

    after = reset_up_to(row, now=from_iso("2027-01-02T00:00:00Z"), make_id=ids())

    assert after.balance == 0
    assert after.entities == {"a": EntityBalance(balance=Decimal(10)), "b": EntityBalance(balance=Decimal(10))}


def test_a_row_resets_until_it_expires() -> None:
    row = monthly_row(expires_at=from_iso("2027-02-15T00:00:00Z"), balance=Decimal(0))

    after = reset_up_to(row, now=YEAR, make_id=ids())

    assert iso(after.next_reset_at or 0) == "2027-03-01T00:00:00.000Z"
    assert due_at(after) is None


def _price(method: str, interval: str) -> ItemPrice:
    return ItemPrice(id="pr_1", interval=interval, billing_method=method, amount=Decimal(1))


@pytest.mark.parametrize(
    ("facts", "resets"),
    [
        ({}, True),
        ({"unlimited": True}, False),
        ({"pooled": True}, False),
        ({"resets_stopped": True}, False),
        ({"reset": Reset(interval="one_off")}, False),
        ({"reset": None}, False),
        ({"price": _price("usage_based", "month")}, False),
        ({"price": _price("prepaid", "month")}, False),
        ({"price": _price("prepaid", "year")}, True),
    ],
)
def test_which_rows_reset_by_themselves(facts: dict[str, object], resets: bool) -> None:
    assert (due_at(monthly_row(**facts)) is not None) is resets


_lengths = st.sampled_from(["hour", "day", "week", "month", "quarter", "year"])
_instants = st.lists(st.integers(START, YEAR), min_size=1, max_size=20).map(sorted)
_rules = st.none() | st.builds(
    keeping,
    length=st.integers(1, 4),
    kind=st.sampled_from(["month", "forever"]),
    max=st.integers(0, 250),
)


@given(
    interval=_lengths,
    count=st.integers(1, 3),
    first=st.integers(START + HOUR, START + 40 * DAY),
    left=st.integers(-50, 150),
    rule=_rules,
    stops=_instants,
)
def test_walking_one_by_one_equals_jumping(
    interval: str, count: int, first: int, left: int, rule: object, stops: list[int]
) -> None:
    row = monthly_row(
        balance=Decimal(left),
        reset=Reset(interval=interval, interval_count=count * (24 if interval == "hour" else 1)),
        next_reset_at=first,
        rollover=rule,
    )

    walked, make_id = row, ids()
    for now in stops:
        walked = reset_up_to(walked, now=now, make_id=make_id)

    assert walked == reset_up_to(row, now=stops[-1], make_id=ids())


@given(now=st.integers(START, YEAR), left=st.integers(-50, 150))
def test_a_row_is_never_due_after_it_was_reset(now: int, left: int) -> None:
    after: Balance = reset_up_to(monthly_row(balance=Decimal(left)), now=now, make_id=ids())

    assert (due_at(after) or 0) > now
