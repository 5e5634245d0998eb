"""Sums of events by bin and feature, and in all (reference: events.aggregate, reply).

Invariant: values are what was sent, not what could be deducted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from autumn_mock.domain.events.event_bins import bin_of, hour_of
from autumn_mock.domain.events.event_groups import GroupOf, in_group_order, largest
from autumn_mock.domain.events.event_windows import Window
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import Event, JsonObject


def within(events: Iterable[Event], start: int, end: int) -> list[Event]:
    """Events whose full hour lies between two instants."""
    return [event for event in events if start <= hour_of(event.timestamp) <= end]


def total(events: Iterable[Event], window: Window) -> JsonObject:
    """How many events each feature had, and their sum; a feature without events is absent."""
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for event in within(events, window.total_from, window.end):
        counts[event.name] += 1
        sums[event.name] += event.value
    return {name: {"count": counts[name], "sum": number(sums[name])} for name in counts}


def plain_list(
    events: Iterable[Event], names: Sequence[str], bins: Sequence[int], size: str
) -> list[JsonObject]:
    """Every bin with a sum for every feature."""
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for event in events:
        sums[bin_of(event.timestamp, size), event.name] += event.value
    return [
        {"period": at, "values": {name: number(sums.get((at, name), ZERO)) for name in names}} for at in bins
    ]


def grouped_list(
    events: Iterable[Event],
    names: Sequence[str],
    bins: Sequence[int],
    size: str,
    *,
    group_of: GroupOf,
    most: int,
) -> list[JsonObject]:
    """Every bin with a sum for every feature and group; no bins at all when nothing is in a group."""
    sums: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for event in events:
        group = group_of(event)
        if group is not None:
            sums[bin_of(event.timestamp, size), event.name][group] += event.value
    cut = {place: largest(groups, most) for place, groups in sums.items()}
    seen = in_group_order({group for groups in cut.values() for group in groups})
    if not seen:
        return []
    found = []
    for at in bins:
        here = {name: cut.get((at, name), {}) for name in names}
        found.append(
            {
                "period": at,
                "values": {name: number(sum(groups.values(), ZERO)) for name, groups in here.items()},
                "grouped_values": {
                    name: {group: number(groups.get(group, ZERO)) for group in seen}
                    for name, groups in here.items()
                },
            }
        )
    return found
