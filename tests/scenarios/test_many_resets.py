"""A jump in a large world is quick, and settling nothing costs nothing."""

from decimal import Decimal
from time import process_time

from autumn_mock import passing_time
from autumn_mock.domain.periods import add_months
from autumn_mock.domain.records import Reset
from autumn_mock.world import World
from tests.conftest import Api
from tests.rows import START, keeping, monthly_row


def _fill(world: World, customers: int) -> None:
    """Customers with three monthly rows each, one of which rolls over."""
    with world.store.transaction():
        for number in range(customers):
            for feature, rule in (("notes", None), ("calls", None), ("words", keeping(max=50))):
                world.store.balances.put(
                    monthly_row(balance=Decimal(40), rollover=rule).but(
                        id=f"cus_ent_{number}_{feature}",
                        customer=f"cus_{number}",
                        feature_id=feature,
                        reset=Reset(interval="month"),
                        next_reset_at=add_months(START + number, 1),
                    )
                )


def test_a_thousand_customers_jump_a_year_in_two_seconds(api: Api) -> None:
    api.freeze(START)
    _fill(api.world, 1_000)

    began = process_time()  # not how long it took: other programs run beside the tests
    api.freeze(add_months(START, 12) + 1_000)
    took = process_time() - began

    assert took < 2
    for row in api.world.store.balances:
        assert row.balance == 100
        assert (row.next_reset_at or 0) > api.world.now()


def test_settling_twice_changes_nothing_the_second_time(api: Api) -> None:
    api.freeze(START)
    _fill(api.world, 3)
    api.freeze(add_months(START, 5))
    before = dict(api.world.store.balances.records)

    with api.world.store.transaction():
        passing_time.settle(api.world)

    assert all(api.world.store.balances.get(key) is row for key, row in before.items())


def test_a_clock_that_moves_back_changes_nothing(api: Api) -> None:
    api.freeze(add_months(START, 3))
    _fill(api.world, 3)
    api.freeze(add_months(START, 5))
    before = dict(api.world.store.balances.records)

    api.freeze(START)

    assert api.world.store.balances.records == before
