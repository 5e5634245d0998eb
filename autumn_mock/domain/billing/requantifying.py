"""Changing how much of prepaid features a running plan has (reference: billing.update, quantities).

Invariant: usage is never touched; what was bought before is given back whole for what is left.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

import msgspec

from autumn_mock.domain.billing.cancelling import Cancelling, standing
from autumn_mock.domain.billing.credits import credits, ending
from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.billing.discounts import discounted
from autumn_mock.domain.billing.invoice_lines import Line, charges, feature_word, for_entity
from autumn_mock.domain.billing.plan_changes import is_in_trial, row_anchor
from autumn_mock.domain.billing.quantities import with_units
from autumn_mock.domain.billing.waiting_lines import cut, kept
from autumn_mock.domain.catalog.plans import is_one_off
from autumn_mock.domain.catalog.pricing import ONE_OFF, PREPAID, item_amount, packs_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import (
    Balance,
    Discount,
    Invoice,
    ItemPrice,
    Plan,
    PlanItem,
    Subscription,
)
from autumn_mock.errors.billing_update import QuantityOfOneOff, TwoTopups

_WAITS = frozenset({"none", "no_prorations"})
_LATER = frozenset({"prorate_next_cycle", "bill_next_cycle"})
"""What is charged or given back comes on the next invoice."""
_IN_FULL = frozenset({"bill_immediately", "bill_next_cycle"})
"""The whole cycle is charged whenever it is bought."""
_CENT = Decimal("0.01")


def is_topup(plan: Plan, asked: Collection[str]) -> bool:
    """Whether quantities of these features buy units that are paid once, beside a plan that goes on."""
    return not is_one_off(plan) and any(
        item.price is not None
        and item.price.billing_method == PREPAID
        and item.price.interval == ONE_OFF
        and item.feature_id in asked
        for item in plan.items
    )


class Requantified(msgspec.Struct, frozen=True, kw_only=True):
    """A decided change of quantities: the row and its balances afterwards, and what it charges."""

    row: Subscription
    after: Subscription
    balances: tuple[Balance, ...]
    lines: tuple[Line, ...]
    gives: tuple[Discount, ...] = ()
    """Coupons that are given with it."""
    tops_up: bool = False
    """Units were bought beside the plan, which is as it was."""
    end: Cancelling | None = None
    """Its end, or that it has none any more, decided in the same step."""


class QuantityChange(msgspec.Struct, frozen=True, kw_only=True):
    """What new quantities of a row do. `given` counts the included amounts."""

    row: Subscription
    holdings: Holdings
    given: Mapping[str, Decimal]
    invoices: Sequence[Invoice]
    now: int
    discounts: tuple[Discount, ...] = ()
    """What counts on its invoice."""
    prorates: bool = True
    bills: bool = True
    """False: nothing is done at the payment provider."""

    def decide(self) -> Requantified:
        """Raises QuantityOfOneOff, TwoTopups."""
        plan = self.holdings.plan_of(self.row)
        if is_one_off(plan):
            raise QuantityOfOneOff
        asked = [
            (item, item.price)
            for item in plan.items
            if item.price and item.price.billing_method == PREPAID and item.feature_id in self.given
        ]
        once = [(item, price) for item, price in asked if price.interval == ONE_OFF]
        if not once:
            return self._changed(asked)
        if len(asked) > 1:
            raise TwoTopups
        return self._topped_up(*once[0])

    def _topped_up(self, item: PlanItem, price: ItemPrice) -> Requantified:
        """Units that are paid once are added to those that are there."""
        feature = self.holdings.features[item.feature_id]
        plan = self.holdings.plan_of(self.row)
        packs = (self.given[feature.id] / price.billing_units).to_integral_value(rounding=ROUND_CEILING)
        units = packs * price.billing_units
        entity = standing(self.row, self.holdings, at=self.now).entity
        words = f"{plan.name} - {units.normalize():,f} {feature_word(feature, units)}"
        line = Line(
            description=words + for_entity(entity),
            amount=item_amount(item, units),
            plan_id=plan.id,
            display_name=feature.name,
            price_id=price.id,
            feature_id=feature.id,
            quantity=units,
        )
        bought = self.row.feature_quantities.get(feature.id, ZERO) + units
        return Requantified(
            row=self.row,
            after=self._with_units({feature.id: bought}),
            balances=self._balances({feature.id: bought}),
            lines=tuple(discounted([line] if units and self.bills else [], self.discounts)),
            tops_up=True,
        )

    def _changed(self, asked: list[tuple[PlanItem, ItemPrice]]) -> Requantified:
        now_on: dict[str, Decimal] = {}
        waiting = dict(self.row.next_quantities)
        lines: list[Line] = []
        later = self.row.waiting_lines
        for item, price in asked:
            new = packs_of(item, self.given[item.feature_id]) * price.billing_units
            old = self.row.feature_quantities.get(item.feature_id, ZERO)
            waiting.pop(item.feature_id, None)
            if new < old and (item.proration or {}).get("on_decrease") in _WAITS:
                waiting[item.feature_id] = new
                continue
            now_on[item.feature_id] = new
            if new != old:
                how = _proration(item, rises=new > old)
                at = self._counted_from(price) if how in _IN_FULL else self.now
                told = self._lines(item, new, at=at)
                later = cut(later, at=at, price_id=price.id) if self._charges else later
                if how in _LATER:
                    later += kept(told)
                else:
                    lines += told
        lines = discounted(lines, self.discounts)
        if abs(sum((line.net for line in lines), ZERO)) < _CENT:
            lines = []
        return Requantified(
            row=self.row,
            after=self._with_units(now_on).but(next_quantities=waiting, waiting_lines=later),
            balances=self._balances(now_on),
            lines=tuple(lines),
        )

    @property
    def _charges(self) -> bool:
        return self.prorates and not is_in_trial(self.row, now=self.now)

    def _counted_from(self, price: ItemPrice) -> int:
        """The begin of the running cycle of a price."""
        return cycle_at(row_anchor(self.row), price.interval, price.interval_count, at=self.now)[0]

    def _lines(self, item: PlanItem, units: Decimal, *, at: int) -> list[Line]:
        """What the old quantity gives back and the new one charges for the cycle from `at` on."""
        if not self._charges:
            return []
        holdings = self.holdings
        alone = holdings.plan_of(self.row).but(price=None, items=(item,), seats=())
        before = standing(self.row, holdings, at=at)
        after = standing(self._with_units({item.feature_id: units}), holdings, at=at)
        given_back = credits(ending(self.row, alone, before, holdings.features, self.invoices))
        return given_back + charges(alone, holdings.features, after)

    def _with_units(self, units: Mapping[str, Decimal]) -> Subscription:
        return self.row.but(feature_quantities={**self.row.feature_quantities, **units})

    def _balances(self, units: Mapping[str, Decimal]) -> tuple[Balance, ...]:
        """The row's balances with so many units bought, their usage as it was."""
        return tuple(
            with_units(balance, units[balance.feature_id])
            for balance in self.holdings.rows
            if balance.subscription == self.row.id
            and balance.price is not None
            and balance.price.billing_method == PREPAID
            and balance.feature_id in units
        )


def _proration(item: PlanItem, *, rises: bool) -> str:
    rules: Mapping[str, str] = item.proration or {}
    return rules.get("on_increase" if rises else "on_decrease", "prorate_immediately")
