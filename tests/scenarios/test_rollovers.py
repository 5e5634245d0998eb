"""What is left at a reset and kept for a while (balances B176 …)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api
from tests.scenarios.stories import START, balance, left, rollovers, track


def begin(api: Api, included: int, **rule: Any) -> Api:
    """Joe has a monthly grant that rolls over by this rule."""
    api.freeze(START)
    metered(api, "notes")
    plan(api, "roll", item("notes", included, "month", rollover=rule), auto_enable=True)
    customer(api, "joe")
    return api


@pytest.fixture
def joe(api: Api) -> Api:
    """100 a month, of which 50 may be kept for a month; 20 are left at the first boundary."""
    begin(api, 100, max=50, expiry_duration_type="month", expiry_duration_length=1)
    assert rollovers(api) == []
    track(api, 80)
    api.freeze("2027-01-02T00:00:00Z")
    return api


def test_b176_what_was_left_is_kept(joe: Api) -> None:
    found = balance(joe)

    assert found is not None
    assert (found["granted"], found["remaining"], found["usage"]) == (120, 120, 0)
    assert found["rollovers"] == [
        {"granted": 20, "balance": 20, "expires_at": from_iso("2027-02-01T10:30:00.250Z")}
    ]


def test_b177_it_is_used_first_and_expires_at_the_next_boundary(joe: Api) -> None:
    done = track(joe, 5)

    (deduction,) = done["deductions"]
    assert deduction["balance_id"].startswith("roll_")
    assert (deduction["plan_id"], deduction["value"]) == ("roll", 5)
    assert [(r["granted"], r["balance"]) for r in rollovers(joe)] == [(20, 15)]

    joe.freeze("2027-02-02T00:00:00Z")
    assert rollovers(joe) == [
        {"granted": 50, "balance": 50, "expires_at": from_iso("2027-03-01T10:30:00.250Z")}
    ]
    assert left(joe) == 150


def test_b177_it_counts_until_the_instant_of_its_end(joe: Api) -> None:
    track(joe, 30)

    joe.freeze("2027-02-01T10:30:00.249Z")
    assert left(joe) == 90

    joe.freeze("2027-02-01T10:30:00.250Z")
    assert left(joe) == 150


def test_b178_a_refund_does_not_refill_it(joe: Api) -> None:
    joe.freeze("2027-02-02T00:00:00Z")
    done = track(joe, 60)
    assert [d["value"] for d in done["deductions"]] == [50, 10]

    track(joe, -30)

    found = balance(joe)
    assert found is not None
    assert [(r["granted"], r["balance"]) for r in found["rollovers"]] == [(50, 0)]
    assert found["remaining"] == 100


def test_b176_nothing_left_keeps_nothing(joe: Api) -> None:
    track(joe, 500)

    joe.freeze("2027-02-02T00:00:00Z")

    assert rollovers(joe) == []


def test_b179_b180_for_ever_up_to_a_share_of_the_grant(api: Api) -> None:
    begin(api, 90, max_percentage=75, expiry_duration_type="forever")
    track(api, 50)

    api.freeze("2027-01-02T00:00:00Z")
    assert rollovers(api) == [{"granted": 40, "balance": 40, "expires_at": 0}]

    api.freeze("2027-02-02T00:00:00Z")
    assert rollovers(api) == [{"granted": 67, "balance": 67, "expires_at": 0}]
    assert left(api) == 157


def test_b181_an_update_aims_past_the_rollovers(api: Api) -> None:
    begin(api, 90, max_percentage=75, expiry_duration_type="forever")
    api.freeze("2027-01-02T00:00:00Z")
    assert left(api) == 157

    api("balances.update", customer_id="joe", feature_id="notes", remaining=60)

    found = balance(api)
    assert found is not None
    assert found["remaining"] == 127
    assert [(r["granted"], r["balance"]) for r in found["rollovers"]] == [(67, 37)]


def test_several_months_unseen_make_a_rollover_each(api: Api) -> None:
    begin(api, 10, expiry_duration_type="month", expiry_duration_length=6)
    track(api, 4)

    api.freeze("2027-04-02T00:00:00Z")

    assert [r["balance"] for r in rollovers(api)] == [6, 10, 10, 10]
    assert left(api) == 46


def test_b186_entities_keep_their_own(api: Api) -> None:
    api.freeze(START)
    metered(api, "notes")
    seats(api, "seats")
    rule = {"max": 6, "expiry_duration_type": "month", "expiry_duration_length": 2}
    per_seat = item("notes", 10, "month", entity_feature_id="seats", rollover=rule)
    plan(api, "team", per_seat, item("seats", 9), auto_enable=True)
    customer(api, "joe")
    for seat in ("s1", "s2"):
        api("entities.create", customer_id="joe", entity_id=seat, feature_id="seats", name=seat)
    track(api, 7, entity_id="s1")

    api.freeze("2027-01-02T00:00:00Z")
    assert [(r["granted"], r["balance"]) for r in rollovers(api, entity_id="s1")] == [(3, 3)]
    assert [(r["granted"], r["balance"]) for r in rollovers(api, entity_id="s2")] == [(6, 6)]
    assert [(r["granted"], r["balance"]) for r in rollovers(api)] == [(9, 9)]

    track(api, 5, entity_id="s1")
    assert left(api, entity_id="s1") == 8
    assert [r["balance"] for r in rollovers(api, entity_id="s1")] == [0]

    track(api, 9)
    assert [r["balance"] for r in rollovers(api, entity_id="s2")] == [0]
    assert left(api, entity_id="s1") == 5

    api.freeze("2027-02-02T00:00:00Z")
    assert [(r["granted"], r["balance"]) for r in rollovers(api)] == [(11, 11)]


def test_a_loose_grant_rolls_over_too(api: Api) -> None:
    api.freeze(START)
    metered(api, "notes")
    customer(api, "joe")
    api(
        "balances.create", customer_id="joe", feature_id="notes", included_grant=10,
        reset={"interval": "month"}, rollover={"max": 4, "duration": "month", "length": 1},
    )  # fmt: skip

    api.freeze("2027-01-02T00:00:00Z")

    assert left(api) == 14
