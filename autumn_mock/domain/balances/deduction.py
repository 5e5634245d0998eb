"""Taking an amount out of rows, or giving it back (reference: deduction).

A use drains rollovers, then what rows hold above 0, then goes below 0 where it may. A refund heals
debts, then fills rows up to what a reset would give. Invariant: what was taken and the rest together
are the amount asked; without `overflow` no refund lifts a row above its grant.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from autumn_mock.domain.balances.holders import Holder, holders_of, rollover_holders, rows_after
from autumn_mock.domain.balances.limits import NO_LIMITS, Limits
from autumn_mock.domain.balances.overage import (
    CAP,
    OVERFLOW,
    depth_of,
    may_go_below,
    natively_below,
    overage_of,
)
from autumn_mock.domain.balances.sight import Sight
from autumn_mock.domain.numbers import ONE, ZERO, rounded
from autumn_mock.domain.records import Balance


class Use(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is asked: `amount` units of a feature, below 0 to give back."""

    feature_id: str
    amount: Decimal
    costs: Mapping[str, Decimal]
    """What a unit costs, by the feature of the row that pays."""
    behavior: str = CAP


class Taking(NamedTuple):
    """What one row (or its rollover) gave, in its own unit, at this cost; below 0 it was given back."""

    row: Balance
    rollover_id: str | None
    entity: str | None
    value: Decimal
    cost: Decimal


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a deduction would do; nothing is done yet."""

    changed: Mapping[str, Balance] = {}
    """The rows that change, by id, as they are then."""
    takings: tuple[Taking, ...] = ()
    rest: Decimal = ZERO
    """Units that nothing could cover."""
    used: Mapping[str, Decimal] = {}
    """What counts towards usage limits, by feature, in its unit."""


def deduct(sight: Sight, use: Use, limits: Limits = NO_LIMITS) -> Outcome:
    """What the rows of a sight, in their order, give of an amount."""
    if not sight.rows or not use.amount:
        return Outcome(rest=max(ZERO, use.amount))
    run = _Run(sight, use, limits)
    if run.endless is not None:
        run.move(run.endless, use.amount * run.endless.cost)
        return run.outcome(counted=False)
    if use.amount > 0:
        run.use_rollovers()
        run.use_what_is_there()
        run.use_overage()
    else:
        run.heal()
        run.refill()
    return run.outcome(counted=use.amount > 0)


class _Run:
    """One deduction under way: `left` units are still to be covered (below 0: to be given back)."""

    def __init__(self, sight: Sight, use: Use, limits: Limits) -> None:
        self.sight, self.use, self.limits = sight, use, limits
        self.holders = holders_of(sight, use.costs)
        self.endless = next((h for h in self.holders if h.row.unlimited), None)
        self.left = use.amount
        self.withheld = ZERO
        self.takings: list[tuple[Holder, Decimal]] = []
        self.room: dict[str, Decimal] = {}
        if use.amount > 0 and use.behavior != OVERFLOW and limits.headroom and self.endless is None:
            self._withhold(limits)

    def _withhold(self, limits: Limits) -> None:
        """Usage limits: of the feature on the whole amount, of a credit system on what it gives."""
        self.room = dict(limits.headroom)
        own = self.room.pop(self.use.feature_id, None)
        if own is not None and own < self.left:
            self.withheld = self.left - max(ZERO, own)
            self.left -= self.withheld

    def move(self, holder: Holder, value: Decimal) -> None:
        """Take `value` (in the holder's unit; below 0 it is given) out of a holder."""
        holder.balance -= value
        units = value if holder.cost == ONE else _tidy(value / holder.cost)
        self.left -= units
        if (room := self.room.get(holder.row.feature_id)) is not None:
            self.room[holder.row.feature_id] = room - value
        self.takings.append((holder, value))

    def use_rollovers(self) -> None:
        for holder in rollover_holders(self.sight, self.use.costs):
            if self.left <= 0:
                return
            self._take(holder, holder.balance)

    def use_what_is_there(self) -> None:
        for holder in self.holders:
            if self.left <= 0:
                return
            self._take(holder, holder.balance)

    def use_overage(self) -> None:
        if self.left <= 0:
            return
        natively = natively_below(self.sight.rows)
        features, behavior = self.sight.holdings.features, self.use.behavior
        spendable = {
            feature_id: limit - overage_of(self.sight.rows, feature_id, self.sight.entity)
            for feature_id, limit in self.limits.spend.items()
        }
        for holder in self.holders:
            row = holder.row
            native = row.feature_id in natively
            if not may_go_below(row, features[row.feature_id], behavior, self.limits, native):
                continue
            if row.feature_id in spendable:
                spendable[row.feature_id] -= self._take(holder, spendable[row.feature_id])
            else:
                depth = depth_of(row, behavior)
                self._take(holder, None if depth is None else depth + holder.balance)
            if self.left <= 0:
                return

    def heal(self) -> None:
        for holder in self.holders:
            self._give(holder, -holder.balance)

    def refill(self) -> None:
        for holder in self.holders:
            if self.use.behavior == OVERFLOW:
                self._give(holder, None)
            else:
                self._give(holder, holder.ceiling - holder.balance)

    def _take(self, holder: Holder, most: Decimal | None) -> Decimal:
        """Take what is left, at most `most`; answers what was taken."""
        value = _tidy(self.left * holder.cost)
        if most is not None and most < value:
            value = most
        room = self.room.get(holder.row.feature_id)
        if room is not None and room < value:
            value = room
        if value <= 0:
            return ZERO
        self.move(holder, value)
        return value

    def _give(self, holder: Holder, most: Decimal | None) -> None:
        """Give back what is left, at most `most`."""
        value = _tidy(-self.left * holder.cost)
        if most is not None and most < value:
            value = most
        if value > 0:
            self.move(holder, -value)

    def outcome(self, *, counted: bool) -> Outcome:
        takings = tuple([Taking(h.row, h.rollover_id, h.entity, value, h.cost) for h, value in self.takings])
        used: dict[str, Decimal] = {}
        if counted and takings:
            used[self.use.feature_id] = self.use.amount - self.withheld - self.left
            for taking in takings:
                if (paid := taking.row.feature_id) != self.use.feature_id:
                    used[paid] = used.get(paid, ZERO) + taking.value
        return Outcome(
            changed=rows_after([holder for holder, _ in self.takings]),
            takings=takings,
            rest=max(ZERO, rounded(self.left + self.withheld)),
            used=used,
        )


_DUST = Decimal("1E-15")


def _tidy(value: Decimal) -> Decimal:
    """Cut off the endless digits of a division, so that rows hold exact numbers."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -15 and value.adjusted() < 12:
        return value.quantize(_DUST)
    return value
