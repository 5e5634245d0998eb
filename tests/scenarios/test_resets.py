"""Grants that begin anew as time passes (balances B174 …): advance, then name what must follow."""

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api
from tests.scenarios.stories import START, balance, grant, left, resets_at, track


@pytest.fixture
def joe(api: Api) -> Api:
    """Joe has 100 notes a month from his free plan."""
    api.freeze(START)
    metered(api, "notes")
    plan(api, "free", item("notes", 100, "month"), auto_enable=True)
    customer(api, "joe")
    return api


@pytest.fixture
def bare(api: Api) -> Api:
    """Joe has nothing."""
    api.freeze(START)
    metered(api, "notes")
    customer(api, "joe")
    return api


def test_b174_a_monthly_grant_is_back_after_a_month(joe: Api) -> None:
    track(joe, 30)

    joe.advance("20 days")
    assert left(joe) == 70

    joe.advance("12 days")
    assert left(joe) == 100
    assert resets_at(joe) == "2027-02-01T10:30:00.250Z"


def test_b174_it_is_back_at_the_boundary_itself(joe: Api) -> None:
    track(joe, 30)

    joe.freeze("2027-01-01T10:30:00.249Z")
    assert left(joe) == 70

    joe.freeze("2027-01-01T10:30:00.250Z")
    assert left(joe) == 100


def test_b175_several_months_unseen(joe: Api) -> None:
    track(joe, 100)

    joe.advance("3 months 4 days")

    assert left(joe) == 100
    assert resets_at(joe) == "2027-04-01T10:30:00.250Z"


def test_b182_overage_is_forgiven_and_a_changed_grant_lost(bare: Api) -> None:
    plan(bare, "weekly", item("notes", 10, "week"))
    bare("billing.attach", customer_id="joe", plan_id="weekly")
    bare("balances.update", customer_id="joe", feature_id="notes", included_grant=30)
    track(bare, 45, overage_behavior="overflow")
    before = balance(bare)
    assert before is not None
    assert (before["granted"], before["usage"]) == (30, 65)

    bare.advance("8 days")

    after = balance(bare)
    assert after is not None
    assert (after["granted"], after["remaining"], after["usage"]) == (10, 10, 0)


def test_b182_what_was_set_higher_falls_back(joe: Api) -> None:
    joe("balances.update", customer_id="joe", feature_id="notes", remaining=500)

    joe.advance("32 days")

    assert left(joe) == 100


def test_b183_seats_keep_their_usage_for_ever(bare: Api) -> None:
    seats(bare, "chairs")
    plan(bare, "office", item("chairs", 5))
    bare("billing.attach", customer_id="joe", plan_id="office")
    track(bare, 7, "chairs")

    bare.advance("1 year")

    found = balance(bare, "chairs")
    assert found is not None
    assert (found["usage"], found["next_reset_at"]) == (7, None)


@pytest.mark.parametrize("loose", [True, False])
def test_b184_from_the_31st_it_drifts_to_the_28th_and_stays(api: Api, loose: bool) -> None:
    api.freeze("2027-01-31T08:00:00Z")
    metered(api, "notes")
    customer(api, "joe")
    if loose:
        grant(api, 10, "month")
    else:
        plan(api, "free", item("notes", 10, "month"))
        api("billing.attach", customer_id="joe", plan_id="free")
    seen = [resets_at(api)]

    for _ in range(4):
        api.advance("1 month 1 day")
        seen.append(resets_at(api))

    assert seen[:4] == [f"2027-0{month}-28T08:00:00.000Z" for month in (2, 3, 4, 5)]


def test_b185_an_expiring_gift_vanishes_with_its_usage(bare: Api) -> None:
    grant(bare, 40, "month", balance_id="monthly")
    grant(bare, 25, balance_id="newyear", expires_at=from_iso("2027-01-01T00:00:00Z"))
    track(bare, 45)
    assert left(bare) == 20

    bare.freeze("2026-12-31T23:59:59Z")
    assert left(bare) == 20

    bare.freeze("2027-01-01T00:00:00Z")
    assert left(bare) is None
    updated = bare("balances.update", customer_id="joe", feature_id="notes", balance_id="newyear", remaining=9)
    assert updated == {"success": True}
    assert left(bare) is None

    bare.freeze("2027-01-02T00:00:00Z")
    assert left(bare) == 40


def test_b205_a_drained_loose_grant_comes_back_full(bare: Api) -> None:
    grant(bare, 5, "month", balance_id="drained")
    track(bare, 5)
    assert left(bare) is None

    bare.advance("32 days")

    assert left(bare) == 5
    assert resets_at(bare) == "2027-02-01T10:30:00.250Z"


def test_b205_a_drained_one_off_grant_does_not(bare: Api) -> None:
    grant(bare, 5)
    track(bare, 5)

    bare.advance("1 year")

    assert left(bare) is None


@pytest.mark.parametrize(
    ("every", "count", "just_before", "boundary"),
    [
        ("minute", 30, "2026-12-01T11:00:00.249Z", "2026-12-01T11:00:00.250Z"),
        ("hour", 1, "2026-12-01T11:30:00.249Z", "2026-12-01T11:30:00.250Z"),
        ("day", 2, "2026-12-03T10:30:00.249Z", "2026-12-03T10:30:00.250Z"),
        ("week", 1, "2026-12-08T10:30:00.249Z", "2026-12-08T10:30:00.250Z"),
        ("month", 1, "2027-01-01T10:30:00.249Z", "2027-01-01T10:30:00.250Z"),
        ("quarter", 1, "2027-03-01T10:30:00.249Z", "2027-03-01T10:30:00.250Z"),
        ("semi_annual", 1, "2027-06-01T10:30:00.249Z", "2027-06-01T10:30:00.250Z"),
        ("year", 1, "2027-12-01T10:30:00.249Z", "2027-12-01T10:30:00.250Z"),
    ],
)
def test_b206_each_interval_brings_it_back_at_its_first_boundary(
    bare: Api, every: str, count: int, just_before: str, boundary: str
) -> None:
    grant(bare, 3, every, count)
    track(bare, 3)

    bare.freeze(just_before)
    assert left(bare) is None

    bare.freeze(boundary)
    assert left(bare) == 3


def test_b216_the_first_boundary_may_be_given(bare: Api) -> None:
    grant(bare, 10, "month", next_reset_at=from_iso("2026-12-17T00:00:00Z"))
    track(bare, 4)

    bare.freeze("2026-12-17T12:00:00Z")

    assert left(bare) == 10
    assert resets_at(bare) == "2027-01-17T00:00:00.000Z"


def test_b216_and_moved_later(joe: Api) -> None:
    track(joe, 40)
    joe(
        "balances.update", customer_id="joe", feature_id="notes", next_reset_at=from_iso("2026-12-10T00:00:00Z")
    )

    joe.freeze("2026-12-10T06:00:00Z")

    assert left(joe) == 100
    assert resets_at(joe) == "2027-01-10T00:00:00.000Z"


def test_b217_two_gifts_expire_one_after_the_other(bare: Api) -> None:
    grant(bare, 10, balance_id="first", expires_at=from_iso("2026-12-10T00:00:00Z"))
    grant(bare, 20, balance_id="second", expires_at=from_iso("2026-12-20T00:00:00Z"))
    track(bare, 13)

    bare.freeze("2026-12-10T00:00:00Z")
    found = balance(bare)
    assert found is not None
    assert (found["granted"], found["remaining"], found["usage"]) == (20, 17, 3)

    bare.freeze("2026-12-20T00:00:00Z")
    assert balance(bare) is None


def test_a_grant_that_resets_until_it_expires(bare: Api) -> None:
    grant(
        bare,
        10,
        "week",
        next_reset_at=from_iso("2026-12-08T00:00:00Z"),
        expires_at=from_iso("2026-12-20T00:00:00Z"),
    )
    track(bare, 6)

    bare.freeze("2026-12-16T00:00:00Z")
    assert left(bare) == 10

    bare.freeze("2026-12-20T00:00:00Z")
    assert left(bare) is None


def test_an_unlimited_counter_goes_on(bare: Api) -> None:
    plan(bare, "endless", {"feature_id": "notes", "unlimited": True})
    bare("billing.attach", customer_id="joe", plan_id="endless")
    track(bare, 40)

    bare.advance("1 year")

    found = balance(bare)
    assert found is not None
    assert (found["unlimited"], found["usage"]) == (True, 40)
