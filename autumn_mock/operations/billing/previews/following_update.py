"""What follows an update that is previewed (reference: billing.preview_update, next_cycle).

Invariant: the update is carried out in a rehearsal by the code that carries it out.
"""

from collections.abc import Sequence

from autumn_mock.domain.billing.cancelling import END_OF_CYCLE, Cancelling
from autumn_mock.domain.billing.next_cycle import NextCycle, has_next_cycle
from autumn_mock.domain.billing.requantifying import Requantified
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Subscription
from autumn_mock.operations.billing.cancel import carry_out_cancel
from autumn_mock.operations.billing.previews.following import following
from autumn_mock.operations.billing.update import carry_out_update
from autumn_mock.operations.billing.update_deciding import Decided, Replanned
from autumn_mock.operations.registry import Body
from autumn_mock.world import World


def after_update(
    world: World, holdings: Holdings, row: Subscription, decided: Decided, body: Body
) -> NextCycle | None:
    """What falls due next of what bills the row; the start of a free plan where nothing does."""
    if isinstance(decided, Replanned) and not has_next_cycle(decided.attachment):
        return None

    def update(apart: World) -> tuple[str, ...]:
        _, begun = carry_out_update(apart, holdings, row, decided, body)
        if isinstance(decided, Requantified):  # the reference tells of a lower quantity when it counts
            now = apart.store.subscriptions.must(row.id)
            apart.store.subscriptions.put(now.but(next_quantities={}))
        return *(each.id for each in begun), row.id

    found = following(world, holdings.customer, update)
    if found is not None or not isinstance(decided, Cancelling):
        return found
    follows = decided.intent == END_OF_CYCLE and decided.default is not None
    return NextCycle(starts_at=decided.default_at) if follows else None


def after_several(
    world: World,
    holdings: Holdings,
    decided: Sequence[tuple[Holdings, Cancelling]],
    together: Sequence[Cancelling],
) -> NextCycle | None:
    """What falls due next of what bills the rows `together`, once all that was decided is done."""

    def cancel(apart: World) -> list[str]:
        for scoped, each in decided:
            carry_out_cancel(apart, scoped, each)
        return [each.row.id for each in together]

    return following(world, holdings.customer, cancel)
