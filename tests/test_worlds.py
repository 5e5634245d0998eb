"""What the two environments of an organisation share, and what they don't."""

from tests.builders import customer
from tests.conftest import Api

NOON, DAY = 1_767_268_800_000, 86_400_000


def test_what_is_done_as_of_the_past_in_one_environment_is_not_the_past_of_the_other(api: Api) -> None:
    api.freeze(NOON)
    customer(api, "c")
    sandbox, live = api.world, api.emulator.worlds.get(api.org, "live")
    there, here = sandbox.standing_at(NOON - DAY), live.standing_at(NOON - 2 * DAY)

    there.__enter__()
    beside = live.now()
    here.__enter__()
    there.__exit__(None, None, None)
    both = sandbox.now(), live.now()
    here.__exit__(None, None, None)

    assert beside == NOON
    assert both == (NOON, NOON - 2 * DAY)
    assert (sandbox.now(), live.now(), sandbox.clock.frozen_at) == (NOON, NOON, NOON)


def test_a_rehearsal_shares_nothing_with_its_world(api: Api) -> None:
    api.freeze(NOON)
    for customer_id in ("ada", "bob"):
        customer(api, customer_id)
    world = api.world
    [ada] = world.store.customers.find("id", "ada")
    key = ada.internal_id

    apart = world.rehearsal(ada)
    apart.clock.freeze(NOON + DAY)
    with apart.store.transaction():
        apart.store.customers.delete(key)

    assert (world.now(), key in world.store.customers, len(world.store.customers)) == (NOON, True, 2)
    assert len(apart.store.customers) == 0
