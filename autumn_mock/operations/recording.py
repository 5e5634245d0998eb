"""What is kept of a use beside the balances: its event, and the idempotency key of its body."""

from decimal import Decimal

import msgspec

from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import DAY
from autumn_mock.domain.records import Deduction, Event, IdempotencyClaim, JsonObject
from autumn_mock.errors.http import DuplicateIdempotencyKey
from autumn_mock.world import World


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be recorded. `value` is what was asked, also when less was taken."""

    name: str
    value: Decimal
    properties: JsonObject
    deductions: tuple[Deduction, ...]
    at: int | None = None
    """None: now."""


def record_event(world: World, holdings: Holdings, happened: Happened) -> None:
    """Keep an event of the holdings' customer, and of its entity if it is about one."""
    customer, entity = holdings.customer, holdings.entity
    world.store.events.put(
        Event(
            id=world.make_id("evt_"),
            name=happened.name,
            customer=customer.internal_id,
            customer_id=customer.id,
            timestamp=world.now() if happened.at is None else happened.at,
            value=happened.value,
            entity_id=entity.id if entity else None,
            properties=happened.properties,
            deductions=happened.deductions or None,
        )
    )


def claim(world: World, key: str) -> None:
    """Claim an idempotency key for a day; a failure takes it back with everything else.

    Raises DuplicateIdempotencyKey.
    """
    now, claims = world.now(), world.store.claims
    for old in list(claims.ordered("due", before=now + 1)):
        claims.delete(old.id)
    if key in claims:
        raise DuplicateIdempotencyKey(key=key)
    claims.put(IdempotencyClaim(id=key, claimed_at=now, expires_at=now + DAY))
