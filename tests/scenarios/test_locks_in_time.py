"""What becomes of locks that nobody finalizes (balances B134, section 9)."""

import pytest

from autumn_mock.domain.periods import from_iso
from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.scenarios.stories import START, left, resets_at


@pytest.fixture
def joe(api: Api) -> Api:
    """Joe has 100 notes a month."""
    api.freeze(START)
    metered(api, "notes")
    plan(api, "free", item("notes", 100, "month"), auto_enable=True)
    customer(api, "joe")
    return api


def lock(api: Api, amount: float, **more: object) -> None:
    held = {"enabled": True, "lock_id": "job", **more}
    done = api("balances.check", customer_id="joe", feature_id="notes", required_balance=amount, lock=held)
    assert done["allowed"] is True


def refused(api: Api) -> str:
    return api.refused("balances.finalize", lock_id="job", action="confirm")[2]


def test_b134_one_with_an_expiry_is_released_then(joe: Api) -> None:
    expires_at = from_iso("2026-12-01T10:45:00Z")
    lock(joe, 30, expires_at=expires_at)

    joe.freeze(expires_at - 1)
    assert left(joe) == 70

    joe.freeze(expires_at)
    assert left(joe) == 100
    assert refused(joe) == "Lock not found for ID: job"


def test_b134_the_event_of_the_release_is_of_that_instant(joe: Api) -> None:
    expires_at = from_iso("2026-12-01T10:45:00Z")
    lock(joe, 30, expires_at=expires_at)

    joe.advance("3 days")

    events = joe("events.list", customer_id="joe")["list"]
    assert [(event["timestamp"], event["value"]) for event in events] == [
        (expires_at, -30),
        (from_iso(START), 30),
    ]


def test_one_without_an_expiry_is_forgotten_after_a_day(joe: Api) -> None:
    lock(joe, 30)

    joe.advance("23 hours 59 minutes")
    joe("balances.finalize", lock_id="job", action="confirm")
    lock(joe, 5)
    joe.advance("1 day")

    assert left(joe) == 65
    assert refused(joe) == "Lock not found for ID: job"


def test_its_name_is_free_again(joe: Api) -> None:
    lock(joe, 30, expires_at=from_iso("2026-12-01T10:45:00Z"))
    joe.advance("1 hour")

    lock(joe, 40)

    assert left(joe) == 60


def test_a_lock_released_before_a_reset_gives_back_to_the_old_month(joe: Api) -> None:
    joe.freeze("2027-01-01T10:00:00Z")
    lock(joe, 30, expires_at=from_iso("2027-01-01T10:15:00Z"))

    joe.freeze("2027-01-01T12:00:00Z")

    assert left(joe) == 100
    assert resets_at(joe) == "2027-02-01T10:30:00.250Z"


def test_a_lock_of_a_deleted_customer_ends_quietly(joe: Api) -> None:
    lock(joe, 30, expires_at=from_iso("2026-12-01T10:45:00Z"))
    joe("customers.delete", customer_id="joe")

    joe.advance("1 day")

    assert len(joe.world.store.locks) == 0
