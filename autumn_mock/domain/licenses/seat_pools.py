"""Pools of seats: what a customer's running plans offer, and who holds it (reference: licences).

A seat is a plan of its own whose `parent` is the row that offers it; while nobody holds it, it is
released and keeps its balances. Invariant: a pool hands out no more seats than it grants.
"""

from collections.abc import Iterator

import msgspec

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.turns import RELEASED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import JsonObject, Plan, Seats, Subscription
from autumn_mock.errors.licenses import LicenseNotOffered, LicenseOfferedTwice


class SeatPool(msgspec.Struct, frozen=True):
    """The seats of one licence of one plan that a customer has."""

    parent: Subscription
    seats: Seats
    held: tuple[Subscription, ...]
    free: tuple[Subscription, ...]
    """Seats that were released, oldest first."""

    @property
    def license_plan_id(self) -> str:
        return self.seats.license_plan_id

    @property
    def remaining(self) -> int:
        return max(0, self.seats.granted - len(self.held))


def seat_pools(holdings: Holdings) -> list[SeatPool]:
    """The pools of all running plans of a customer, by parent and licence."""
    found = [pool for row, plan in _parents(holdings) for pool in _pools_of(row, plan, holdings)]
    return sorted(found, key=lambda pool: (pool.parent.plan_id, pool.license_plan_id))


def _parents(holdings: Holdings) -> Iterator[tuple[Subscription, Plan]]:
    for row in holdings.subscriptions:
        if row.status in COUNTING and row.entity is None:
            if row.licenses is None and not holdings.plans[row.plan].licenses:
                continue
            yield row, holdings.plan_of(row)


def _pools_of(parent: Subscription, plan: Plan, holdings: Holdings) -> Iterator[SeatPool]:
    of_parent = seats_of(parent, holdings)
    for seats in plan.seats:
        of_license = [row for row in of_parent if row.plan_id == seats.license_plan_id]
        yield SeatPool(
            parent=parent,
            seats=seats,
            held=tuple(row for row in of_license if row.status != RELEASED),
            free=tuple(row for row in of_license if row.status == RELEASED),
        )


def seats_of(parent: Subscription, holdings: Holdings) -> list[Subscription]:
    """All seats of a plan, held or free."""
    return [row for row in holdings.subscriptions if row.parent == parent.id]


def pool_of_license(holdings: Holdings, license_plan_id: str) -> SeatPool:
    """The one pool of a licence. Raises LicenseNotOffered, LicenseOfferedTwice."""
    found = [pool for pool in seat_pools(holdings) if pool.license_plan_id == license_plan_id]
    if not found:
        raise LicenseNotOffered(license_plan_id=license_plan_id)
    if len(found) > 1:
        raise LicenseOfferedTwice(license_plan_id=license_plan_id)
    return found[0]


def pool_objects(holdings: Holdings) -> list[JsonObject]:
    """`licenses` of a customer, and what `licenses.list` answers."""
    return [
        {
            "license_plan_id": pool.license_plan_id,
            "parent_plan_id": pool.parent.plan_id,
            "license_plan_name": pool.seats.name,
            "granted": pool.seats.granted,
            "usage": len(pool.held),
            "remaining": pool.remaining,
            "paid_quantity": pool.seats.paid,
        }
        for pool in seat_pools(holdings)
    ]
