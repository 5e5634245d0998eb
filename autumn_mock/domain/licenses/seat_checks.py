"""What licences forbid in billing (reference: licences; billing.attach, checks 8 to 9b).

Invariant: an entity's plan is managed by its seat alone while it holds one, and a plan that is a licence
of a plan the customer has is had through seats only.
"""

from collections.abc import Collection, Mapping

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.turns import RELEASED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.licenses.seat_pools import seat_pools, seats_of
from autumn_mock.domain.records import Entity, Plan, Subscription
from autumn_mock.errors.licenses import (
    EntityHoldsLicense,
    IsLicenseOfHeldPlan,
    OffersLicenses,
    PlanDoesNotOfferLicense,
    SeatsStillHeld,
)


def check_holds_no_seat(holdings: Holdings) -> None:
    """Raises EntityHoldsLicense if the holdings' entity does."""
    entity = holdings.entity
    if entity is None:
        return
    for row in holdings.subscriptions:
        if row.parent is not None and row.entity == entity.internal_id:
            raise EntityHoldsLicense(entity_id=_name(entity), plan_id=row.plan_id)


def check_attachable(plan: Plan, holdings: Holdings, *, removed: Collection[Subscription] = ()) -> None:
    """Whether a plan may be given to the holdings' scope, `removed` being the rows that end with it.

    Raises EntityHoldsLicense, OffersLicenses, IsLicenseOfHeldPlan.
    """
    check_holds_no_seat(holdings)
    if plan.licenses and holdings.entity is not None:
        raise OffersLicenses(plan_id=plan.id, entity_id=_name(holdings.entity))
    for pool in seat_pools(holdings):
        if pool.license_plan_id == plan.id and pool.parent not in removed:
            raise IsLicenseOfHeldPlan(plan_id=plan.id, parent_plan_id=pool.parent.plan_id)


def check_ordered(plan: Plan, asked: Mapping[str, int]) -> None:
    """Seats can be ordered of what the plan offers. Raises PlanDoesNotOfferLicense."""
    offered = {license.license_plan_id for license in plan.licenses}
    for license_plan_id in asked:
        if license_plan_id not in offered:
            raise PlanDoesNotOfferLicense(plan_id=plan.id, license_plan_id=license_plan_id)


def check_room(row: Subscription, after: Plan, holdings: Holdings) -> None:
    """A running plan keeps room for the seats that are held of it. Raises SeatsStillHeld.

    What the reference does with such an order is not known; ending somebody's seat without a word
    would be the worse surprise.
    """
    if row.status not in COUNTING:
        return
    granted = {seats.license_plan_id: seats.granted for seats in after.seats}
    held: dict[str, int] = {}
    for seat in seats_of(row, holdings):
        if seat.status != RELEASED:
            held[seat.plan_id] = held.get(seat.plan_id, 0) + 1
    for license_plan_id, count in held.items():
        if count > granted.get(license_plan_id, 0):
            raise SeatsStillHeld(
                license_plan_id=license_plan_id, held=count, granted=granted.get(license_plan_id, 0)
            )


def _name(entity: Entity) -> str:
    return entity.id or entity.internal_id
