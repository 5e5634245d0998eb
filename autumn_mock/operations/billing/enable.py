"""Enabling plans without a payment: the defaults of a new customer (reference: default plans).

Invariant: nothing is charged; a paid plan begins in a trial or not at all.
"""

from msgspec.structs import replace

from autumn_mock.domain.billing.attach_trials import TrialWish, trial_end
from autumn_mock.domain.billing.attaching import decide
from autumn_mock.domain.billing.subscriptions import Start, start_plan
from autumn_mock.domain.billing.wishes import Means, Wish
from autumn_mock.domain.catalog.pricing import is_paid_recurring
from autumn_mock.domain.records import Customer, Plan
from autumn_mock.operations.billing.execute import carry_out
from autumn_mock.operations.billing.rows import put_plan
from autumn_mock.operations.billing.telling import telling
from autumn_mock.operations.billing.trials import automatic_trial
from autumn_mock.operations.loading import load_holdings
from autumn_mock.world import World


def enable_plans(world: World, customer: Customer, plans: list[Plan]) -> Customer:
    """Start plans for a new customer at this instant, with their card-free trials.

    Answers the customer, which has a Stripe customer afterwards if one was needed.
    """
    with telling(world, customer.internal_id):
        for plan in plans:
            if is_paid_recurring(plan):
                customer = _enable_paid(world, customer, plan)
            else:
                _enable_free(world, customer, plan)
    return customer


def _enable_free(world: World, customer: Customer, plan: Plan) -> None:
    now = world.now()
    trial = automatic_trial(world, customer, plan)
    start = Start(customer=customer, at=now, trial_ends_at=trial_end(trial, at=now) if trial else None)
    row, rows = start_plan(plan, world.store.features.records, start, world.make_id)
    put_plan(world, customer, row, rows)


def _enable_paid(world: World, customer: Customer, plan: Plan) -> Customer:
    """A paid plan needs its trial: without one there is nothing to enable. Its balances reset counted
    from now, not from the trial's end."""
    trial = automatic_trial(world, customer, plan)
    if trial is None or trial.card_required:
        return customer
    wish = Wish(plan=plan, trial=TrialWish(available=trial))
    holdings, means = load_holdings(world, customer), Means(has_card=False)
    decided = decide(wish, holdings, means, now=world.now())
    from_now = replace(decided, start=replace(decided.start, anchor=None))
    carry_out(world, holdings, from_now, [])
    return world.store.customers.must(customer.internal_id)
