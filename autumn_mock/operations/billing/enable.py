"""Enabling plans without a payment: defaults of a new customer, free plans."""

from autumn_mock.domain.records import Customer, Plan
from autumn_mock.domain.subscriptions import Start, start_plan
from autumn_mock.world import World


def enable_plans(world: World, customer: Customer, plans: list[Plan]) -> Customer:
    """Start plans for a customer at this instant, with their card-free trials.

    Answers the customer, which has a Stripe customer afterwards if one was needed.
    """
    for plan in plans:
        start = Start(customer=customer, at=world.now())
        subscription, rows = start_plan(plan, world.store.features.records, start, world.make_id)
        world.store.subscriptions.put(subscription)
        for row in rows:
            world.store.balances.put(row)
    return customer
