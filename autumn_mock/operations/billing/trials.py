"""Which trial of a plan somebody may have."""

from collections.abc import Collection

from autumn_mock.domain.billing.trials import trial_is_available
from autumn_mock.domain.records import Customer, Entity, FreeTrial, Plan, Subscription
from autumn_mock.world import World


def available_trial(
    world: World,
    customer: Customer,
    plan: Plan,
    entity: Entity | None = None,
    *,
    begun: Collection[Subscription] = (),
) -> FreeTrial | None:
    """The plan's trial, unless it was had before: by other plans than those that have just `begun`."""
    if plan.free_trial is None:
        return None
    subscriptions = world.store.subscriptions
    sharing = world.store.customers.find("fingerprint", customer.fingerprint) if customer.fingerprint else []
    is_there = trial_is_available(
        plan,
        (row for row in subscriptions.find("customer", customer.internal_id) if row not in begun),
        (
            row
            for other in sharing
            for row in subscriptions.find("customer", other.internal_id)
            if row not in begun
        ),
        entity=entity.internal_id if entity else None,
        by_fingerprint=world.rules.fingerprint_withholds_trial,
    )
    return plan.free_trial if is_there else None


def automatic_trial(world: World, customer: Customer, plan: Plan) -> FreeTrial | None:
    """The trial of a plan that is enabled by itself: fingerprints count in one profile only."""
    if not world.rules.fingerprint_withholds_trial:
        return plan.free_trial
    return available_trial(world, customer, plan)
