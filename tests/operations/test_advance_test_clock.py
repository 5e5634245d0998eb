"""`customers.advance_test_clock` (cases S117 and S118)."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from autumn_mock.seeding import SeedError
from tests.billing import NOON, attach, balance, catalogue, invoices, plans_of, state, use
from tests.conftest import Api

FEBRUARY = from_iso("2026-02-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def advance(api: Api, until: int, customer_id: str = "k") -> Any:
    return api("customers.advance_test_clock", customer_id=customer_id, frozen_time=until)


@pytest.mark.parametrize("until", [from_iso(NOON), from_iso(NOON) + 999, from_iso(NOON) - 1_000])
def test_s117_the_clock_goes_forward_only(api: Api, until: int) -> None:
    answer = api.refused("customers.advance_test_clock", customer_id="k", frozen_time=until)

    assert answer[:2] == (400, "invalid_request")
    assert api.world.now() == from_iso(NOON)


def test_s118_a_month_brings_a_renewal(api: Api) -> None:
    attach(api, "k", "pro")
    use(api, "k", "credits", 40)

    answer = advance(api, FEBRUARY + 250)

    assert answer == {"customer_id": "k", "frozen_time": FEBRUARY, "status": "ready"}
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]
    assert balance(api, "k") == (1000, 1000, 0)
    [shown] = state(api, "k")["subscriptions"]
    assert shown["current_period_start"] == FEBRUARY


def test_any_distance_is_gone_through_in_order(api: Api) -> None:
    attach(api, "k", "pro")

    advance(api, from_iso("2027-01-01T00:00:00Z"))

    assert len(invoices(api, "k")) == 10
    assert plans_of(api, "k") == [("pro", "active")]


def test_nobody_waits_for_centuries(api: Api) -> None:
    answer = api.refused("customers.advance_test_clock", customer_id="k", frozen_time=FEBRUARY * 1_000)

    assert answer == (400, "invalid_request", "frozen_time (in milliseconds) is more than 100 years ahead")
    assert api.world.now() == from_iso(NOON)


def test_an_unknown_customer_has_no_clock(api: Api) -> None:
    answer = api.refused("customers.advance_test_clock", customer_id="nobody", frozen_time=FEBRUARY)

    assert answer[1] == "customer_not_found"
    assert api.world.now() == from_iso(NOON)


def test_there_are_no_test_clocks_outside_the_sandbox(api: Api) -> None:
    live = f"am_sk_live_{api.org}"
    api.call("customers.get_or_create", {"customer_id": "k"}, key=live)

    answer = api.call("customers.advance_test_clock", {"customer_id": "k", "frozen_time": FEBRUARY}, key=live)

    assert api.refusal(answer)[1] == "invalid_request"


def test_a_fault_on_the_way_leaves_clock_and_world_as_they_were(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(api, "k", "pro")
    monkeypatch.setattr("autumn_mock.passing_time.bill_in_time", _fail)

    status, _ = api.call("customers.advance_test_clock", {"customer_id": "k", "frozen_time": FEBRUARY})

    assert status == 500
    assert api.world.now() == from_iso(NOON)
    [shown] = state(api, "k")["subscriptions"]
    assert shown["current_period_start"] == from_iso(NOON)


def _fail(*_: Any, **__: Any) -> None:
    raise RuntimeError("the provider fell over")


def test_a_seed_does_not_move_the_clock(api: Api) -> None:
    step = {"customer_id": "k", "frozen_time": FEBRUARY}

    with pytest.raises(SeedError, match="clock can't be moved"):
        api.emulator.seed(api.world, {"calls": [{"operation": "customers.advance_test_clock", "body": step}]})
