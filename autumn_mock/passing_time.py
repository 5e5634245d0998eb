"""What falls due as time passes, walked in order: resets, starts and ends of plans, trials, locks.

`settle` is called before every operation, so it does not matter whether the machine's clock moved
between two requests or a test jumped a year. Invariant: everything happens as of its own instant,
and whatever was settled is not due again.
"""


from autumn_mock.domain.records import Balance
from autumn_mock.domain.resets import reset_up_to
from autumn_mock.domain.subscriptions import COUNTING
from autumn_mock.world import World


def settle(world: World) -> None:
    """Do everything that fell due up to now, oldest first. Inside a transaction."""
    now = world.now()
    while (row := _next_reset(world, now)) is not None:
        _reset(world, row, now)


def _next_reset(world: World, now: int) -> Balance | None:
    soonest = world.store.balances.soonest("due")
    return soonest[1] if soonest is not None and soonest[0] <= now else None


def _reset(world: World, row: Balance, until: int) -> None:
    """Every reset of a row up to `until`; one whose plan is past due or over stops resetting."""
    balances = world.store.balances
    if _may_reset(world, row):
        balances.put(reset_up_to(row, now=until, make_id=world.make_id))
    else:
        balances.put(row.but(resets_stopped=True))


def _may_reset(world: World, row: Balance) -> bool:
    if row.subscription is None:
        return True
    subscription = world.store.subscriptions.get(row.subscription)
    if subscription is None:
        return False
    if subscription.status == "past_due":
        plan = world.store.plans.get(subscription.plan)
        return plan is not None and bool(plan.config.get("ignore_past_due"))
    return subscription.status in COUNTING
