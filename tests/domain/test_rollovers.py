"""What is kept at a reset: caps, expiry, and that nothing comes from nowhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.balances.rollovers import cap_of, cut_rollovers, roll_over
from autumn_mock.domain.periods import from_iso
from autumn_mock.domain.records import EntityBalance, Rollover
from autumn_mock.domain.records.usage import RolloverShare
from tests.rows import ids, keeping, monthly_row

JANUARY = from_iso("2027-01-01T00:00:00Z")
FEBRUARY = from_iso("2027-02-01T00:00:00Z")
MARCH = from_iso("2027-03-01T00:00:00Z")


def _kept(row_id: str, balance: int, expires_at: int | None = None, usage: int = 0) -> Rollover:
    return Rollover(id=row_id, balance=Decimal(balance), usage=Decimal(usage), expires_at=expires_at)


def test_what_is_left_is_kept_for_its_months() -> None:
    row = monthly_row(balance=Decimal(20), rollover=keeping(max=50))

    assert roll_over(row, at=JANUARY, make_id=ids()) == (_kept("roll_1", 20, FEBRUARY),)


@pytest.mark.parametrize("left", [0, -7])
def test_nothing_left_keeps_nothing(left: int) -> None:
    row = monthly_row(balance=Decimal(left), rollover=keeping())

    assert roll_over(row, at=JANUARY, make_id=ids()) == ()


def test_a_rollover_that_ends_at_this_reset_makes_room_for_the_new_one() -> None:
    row = monthly_row(rollover=keeping(max=50), rollovers=(_kept("roll_0", 20, FEBRUARY),))

    assert roll_over(row, at=FEBRUARY, make_id=ids()) == (_kept("roll_1", 50, MARCH),)


def test_the_oldest_expiring_is_cut_first_and_goes_when_empty() -> None:
    forever = keeping(kind="forever", max_percentage=75)
    row = monthly_row(90, rollover=forever, rollovers=(_kept("roll_0", 40),))

    assert cap_of(row) == 67
    assert roll_over(row, at=FEBRUARY, make_id=ids()) == (_kept("roll_1", 67),)


def test_one_used_up_by_tracks_stays_until_it_expires() -> None:
    used_up = _kept("roll_0", 0, MARCH, usage=50)
    row = monthly_row(balance=Decimal(30), rollover=keeping(length=3, max=40), rollovers=(used_up,))

    assert roll_over(row, at=FEBRUARY, make_id=ids())[0] == used_up


def test_entities_keep_their_own_each_under_the_cap() -> None:
    row = monthly_row(
        10,
        entity_feature_id="seats",
        rollover=keeping(max=6),
        entities={
            "s1": EntityBalance(balance=Decimal(3)),
            "s2": EntityBalance(balance=Decimal(10)),
            "s3": EntityBalance(balance=Decimal(-1)),
        },
    )

    (kept,) = roll_over(row, at=JANUARY, make_id=ids())

    assert kept.entities == {
        "s1": RolloverShare(balance=Decimal(3)),
        "s2": RolloverShare(balance=Decimal(6)),
    }


_rollovers = st.lists(
    st.builds(
        Rollover,
        id=st.text("abc", min_size=1),
        balance=st.integers(0, 100).map(Decimal),
        usage=st.integers(0, 100).map(Decimal),
        expires_at=st.none() | st.integers(JANUARY, MARCH),
    ),
    max_size=6,
)


def _held(rollovers: tuple[Rollover, ...] | list[Rollover]) -> Decimal:
    return sum((rollover.balance for rollover in rollovers), Decimal(0))


@given(rollovers=_rollovers, cap=st.integers(0, 300).map(Decimal))
def test_the_cap_holds_and_nothing_more_is_lost(rollovers: list[Rollover], cap: Decimal) -> None:
    cut = cut_rollovers(rollovers, cap)

    assert _held(cut) == min(cap, _held(rollovers))


@given(rollovers=_rollovers, cap=st.integers(0, 300).map(Decimal))
def test_cutting_never_adds_and_keeps_the_longest_lasting(rollovers: list[Rollover], cap: Decimal) -> None:
    cut = cut_rollovers(rollovers, cap)

    assert cut_rollovers(cut, cap) == cut
    if cut and rollovers:
        lasting = [r.expires_at is None or r.expires_at for r in cut]
        assert lasting == sorted(lasting, key=lambda at: (at is True, at))


@given(left=st.integers(-20, 120), kept=st.integers(0, 80), cap=st.integers(0, 200))
def test_a_reset_keeps_what_was_there_up_to_the_cap(left: int, kept: int, cap: int) -> None:
    row = monthly_row(
        balance=Decimal(left), rollover=keeping(max=cap), rollovers=(_kept("roll_0", kept, MARCH),)
    )

    after = roll_over(row, at=FEBRUARY, make_id=ids())

    assert _held(after) == min(cap, max(0, left) + kept)
