"""The timeline of a move of the clock: what happened, oldest first, resets summed up by day.

Invariant: it keeps no more than `limit` entries, and counts everything; a walk and a jump over the same
time tell the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from autumn_mock.domain.periods import DAY, add_interval, iso, length_of
from autumn_mock.domain.records import Balance, JsonObject
from autumn_mock.domain.timeline.happenings import Change, happenings

RESETS = "balances_reset"
NameOf = Callable[[str], str | None]
"""The caller's id of a customer or an entity, by internal id."""
_Day = tuple[int, str, str | None]
"""A day (its number), a feature and the plan that grants it."""


class Timeline:
    """Collects while time passes; `told` afterwards."""

    def __init__(self, *, limit: int, name_of: NameOf) -> None:
        self.limit, self._name_of = limit, name_of
        self.counts: Counter[str] = Counter()
        self._entries: list[JsonObject] = []
        self._resets: dict[_Day, list[int]] = {}

    def note(self, at: int, changes: Iterable[Change], webhooks: Iterable[str]) -> None:
        """What an instant changed, and which webhooks tell of it."""
        changes, sent = list(changes), list(webhooks)
        told = list(happenings(changes))
        for index, each in enumerate(told):
            facts = {name: value for name, value in each.facts.items() if name != "entity"}
            if "entity" in each.facts:
                facts["entity_id"] = self._name_of(each.facts["entity"])
            self._add(at, each.what, each.customer, facts, sent if index == 0 else [])
        if sent and not told:
            self._add(at, "webhooks_sent", None, {}, sent)
        for before, after in changes:
            if isinstance(before, Balance) and isinstance(after, Balance) and _moved_on(before, after):
                self._count(after, at, at, 1)

    def note_resets(self, before: Balance, after: Balance) -> None:
        """A row that began anew by itself, at one boundary or at many."""
        for first, last, count in _boundaries(before, after):
            self._count(after, first, last, count)

    def _add(self, at: int, what: str, customer: str | None, facts: JsonObject, webhooks: list[str]) -> None:
        self.counts[what] += 1
        if len(self._entries) >= self.limit:
            return
        whose = {} if customer is None else {"customer_id": self._name_of(customer)}
        entry = {"at": at, "iso": iso(at), "what": what, **whose, **facts, "webhooks": webhooks}
        self._entries.append(entry)

    def _count(self, row: Balance, first: int, last: int, count: int) -> None:
        self.counts[RESETS] += count
        day = (first // DAY, row.feature_id, row.plan_id)
        span = self._resets.setdefault(day, [first, last, 0])
        span[0], span[1], span[2] = min(span[0], first), max(span[1], last), span[2] + count

    def told(self) -> JsonObject:
        """`timeline` and `counts`; `truncated` where there was more than the limit."""
        entries = sorted([*self._entries, *self._summed_up()], key=lambda entry: int(entry["at"]))
        happened = sum(count for what, count in self.counts.items() if what != RESETS) + len(self._resets)
        return {
            "timeline": entries[: self.limit],
            "counts": dict(sorted(self.counts.items())),
            "truncated": happened > self.limit,
        }

    def _summed_up(self) -> Iterator[JsonObject]:
        for (_, feature_id, plan_id), (first, last, count) in self._resets.items():
            whose: dict[str, Any] = {} if plan_id is None else {"plan_id": plan_id}
            yield {
                "at": first, "iso": iso(first), "what": RESETS, **whose, "feature_id": feature_id,
                "count": count, "until": last, "webhooks": [],
            }  # fmt: skip


def _moved_on(before: Balance, after: Balance) -> bool:
    """Its reset was taken, so the next one is a later one."""
    return (
        before.next_reset_at is not None
        and after.next_reset_at is not None
        and after.next_reset_at > before.next_reset_at
    )


def _boundaries(before: Balance, after: Balance) -> Iterator[tuple[int, int, int]]:
    """The resets between two states of a row: first, last and how many, day by day."""
    if not _moved_on(before, after) or before.reset is None:
        return
    at, end = before.next_reset_at or 0, after.next_reset_at or 0
    interval, count = before.reset.interval, before.reset.interval_count
    step = length_of(interval, count)
    while at < end:
        times = 1 if step is None else -((at - min((at // DAY + 1) * DAY, end)) // step)
        last = at if step is None else at + (times - 1) * step
        yield at, last, times
        at = add_interval(last, interval, count)
