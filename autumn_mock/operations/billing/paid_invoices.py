"""What follows when an invoice becomes paid: at once, by a later try, on its page, or out of band.

Invariant: an invoice is told of once, in the moment in which it is written as paid.

A rule that follows from payments registers itself, so that what pays need not know it:

@when_paid
def begin_reward(world: World, customer: Customer, invoice: Invoice) -> None: …
"""

from collections.abc import Callable

from autumn_mock.domain.records import Customer, Invoice
from autumn_mock.world import World

Follower = Callable[[World, Customer, Invoice], None]

_FOLLOWERS: list[Follower] = []


def when_paid(follower: Follower) -> Follower:
    """Call this for every invoice that becomes paid, those of 0 included."""
    _FOLLOWERS.append(follower)
    return follower


def invoice_was_paid(world: World, customer: Customer, invoice: Invoice) -> None:
    """Let everything follow that follows from this payment. `invoice` is written as paid already; the
    plans that it begins may not be."""
    for follow in _FOLLOWERS:
        follow(world, customer, invoice)
