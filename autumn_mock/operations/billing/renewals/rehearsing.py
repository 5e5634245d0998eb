"""Letting a customer's future happen in a world apart, to tell what it will charge.

Invariant: nothing of it is seen in the customer's own world. Whether what falls due could be paid is not
asked.
"""

from collections.abc import Iterator, Sequence

from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import Line, comes_to_something
from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.records import Customer
from autumn_mock.operations.billing.discounts import discounts_of, use_up
from autumn_mock.operations.billing.renewals.turns import take_turns
from autumn_mock.world import World

_MOST_TURNS = 1_000
"""After so many a plan of which nothing falls due is given up; beside a weekly plan a yearly one waits
for 52."""

Charged = dict[str, Sequence[Line]]
"""What falls due in an instant, discounts taken off, by the Stripe subscription that bills it. Use of
nothing is there too, of plans that go on."""


def future(apart: World, customer: Customer) -> Iterator[tuple[int, Charged]]:
    """What the customer's plans charge as they take their turns, one instant after the other. Inside a
    transaction of the rehearsal."""
    customer = apart.store.customers.must(customer.internal_id)
    for _ in range(_MOST_TURNS):
        coming = apart.store.subscriptions.soonest("due")
        if coming is None:
            return
        apart.clock.freeze(coming[0][0])
        bill = take_turns(apart, customer.internal_id, at=apart.now())
        yield (
            apart.now(),
            {billed_by: _less_discounts(apart, customer, billed_by, bill[billed_by]) for billed_by in bill},
        )


def goes_on(apart: World, line: Line) -> bool:
    """Whether the plan that is charged runs after it."""
    row = apart.store.subscriptions.get(line.row or "")
    return row is not None and row.status in COUNTING


def _less_discounts(apart: World, customer: Customer, billed_by: str, lines: Sequence[Line]) -> Sequence[Line]:
    told = [line for line in lines if line.used is None or comes_to_something(line) or goes_on(apart, line)]
    charged = discounted(told, discounts_of(apart, customer, billed_by))
    use_up(apart, customer, billed_by, charged)
    return charged
