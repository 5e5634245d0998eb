"""The `Idempotency-Key` header (reference: idempotency).

A key is claimed for 24 hours per world, before validation and routing. The claim stays if the
request answered below 400 or 409, and is released by every other failure. An answer is never
replayed.
"""

from autumn_mock.domain.periods import HOUR
from autumn_mock.domain.records import IdempotencyClaim
from autumn_mock.errors.http import DuplicateIdempotencyKey
from autumn_mock.world import World

CLAIM_LASTS = 24 * HOUR


def claim(world: World, key: str) -> None:
    """Claim a key. Raises DuplicateIdempotencyKey."""
    now = world.clock.now()
    with world.lock, world.store.transaction():
        for old in [c for at, c in _expired(world, now)]:
            world.store.claims.delete(old.id)
        if key in world.store.claims:
            raise DuplicateIdempotencyKey(key=key)
        world.store.claims.put(IdempotencyClaim(id=key, claimed_at=now, expires_at=now + CLAIM_LASTS))


def release(world: World, key: str) -> None:
    """Give a key back."""
    with world.lock, world.store.transaction():
        world.store.claims.delete(key)


def keeps_claim(status: int) -> bool:
    return status < 400 or status == 409


def _expired(world: World, now: int) -> list[tuple[int, IdempotencyClaim]]:
    return [(claimed.expires_at, claimed) for claimed in world.store.claims.ordered("due", before=now + 1)]
