"""The cycle that follows a change, as previews tell it (reference: billing.preview_attach, next_cycle).

Invariant: it names what falls due first of what is billed together.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.invoice_lines import Line, charges
from autumn_mock.domain.billing.wishes import NOW
from autumn_mock.domain.catalog.plans import is_free, is_one_off
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.periods import MINUTE
from autumn_mock.domain.records import JsonObject

_USAGE_CLOSES_EARLY = 30 * MINUTE
"""Use is billed up to half an hour before the cycle ends."""


class NextCycle(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: int
    lines: Sequence[Line] = ()
    """What is paid in advance, and given back, less discounts."""
    usage: Sequence[JsonObject] = ()
    """Prices that are paid after the use, as they are shown."""


def has_next_cycle(decided: Attachment) -> bool:
    """Whether the cycle that follows an attach is told of: not where the plan's first one begins now, and
    nothing is there to follow it."""
    plan = decided.wish.plan
    if not decided.immediate:
        return decided.current is not None or decided.joins is not None
    if is_free(plan) or is_one_off(plan):
        return False
    if decided.trial.ends_at is not None:
        return True
    waits_for_anchor = isinstance(decided.wish.anchor, int)
    if decided.wish.anchor == NOW or decided.trial.ends_running:
        return False
    return decided.joins is not None or waits_for_anchor or decided.at < decided.now


def as_if_it_went_on(decided: Attachment, holdings: Holdings) -> NextCycle:
    """After a trial that gives way to the plan before it: the reference tells what the plan would charge."""
    ends = decided.trial.ends_at or decided.now
    start = replace(decided.start, at=ends, anchor=ends, trial_ends_at=None)
    return NextCycle(starts_at=ends, lines=charges(decided.wish.plan, holdings.features, start))


def usage_closes(cycle: tuple[int, int]) -> int:
    """Until when use is billed with the cycle."""
    return cycle[1] - _USAGE_CLOSES_EARLY
