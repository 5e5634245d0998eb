"""What a change bills that is to come to the difference of whole periods (published contract:
`bill_difference`).

Invariant: of the difference of whole periods and that of what is left of them the larger one is billed:
a dearer plan costs the whole difference, a cheaper one gives back for the time that is left.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.billing.invoice_lines import Line, between
from autumn_mock.domain.catalog.pricing import PlanPrice
from autumn_mock.domain.numbers import ONE, ZERO


def larger(
    back: Sequence[Line], new: Sequence[Line], prices: Iterable[PlanPrice], *, anchor: int | None, at: int
) -> tuple[list[Line], list[Line]]:
    """What is given back and what is charged: for whole periods or for what is left of them."""
    by_id = {of.id: of for of in prices}
    whole_back = [_whole(line, by_id.get(line.price_id), anchor, at) for line in back]
    whole_new = [_whole(line, by_id.get(line.price_id), anchor, at) for line in new]
    if _sum(whole_back) + _sum(whole_new) > _sum(back) + _sum(new):
        return whole_back, whole_new
    return list(back), list(new)


def _whole(line: Line, of: PlanPrice | None, anchor: int | None, at: int) -> Line:
    """The line for the whole period that it is a part of; what is paid once is whole. Of a plan that ends
    its price is given back, whatever the charge came to that paid for what is left of it."""
    if of is None or line.period is None or line.period[1] <= line.period[0]:
        return line
    period = cycle_at(anchor, of.price.interval, of.price.interval_count, at=at)
    scale = Decimal(period[1] - period[0]) / Decimal(line.period[1] - line.period[0])
    words = line.description.replace(between(*line.period), between(*period))
    of_charge = line.gives_back if scale == ONE else None
    return replace(line, amount=line.amount * scale, period=period, description=words, gives_back=of_charge)


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
