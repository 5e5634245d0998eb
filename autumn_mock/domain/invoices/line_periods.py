"""Which period a line of a stand-alone invoice covers, and what of a price it costs (reference:
invoices.create).

Invariant: a line's period lies within that of the invoice, and a period as long as a price's interval
costs the price.
"""

from decimal import Decimal

from autumn_mock.domain.catalog.pricing import ONE_OFF
from autumn_mock.domain.numbers import ONE, ZERO
from autumn_mock.domain.periods import MINUTE, add_interval, minutes_of
from autumn_mock.domain.records import BasePrice, ItemPrice, JsonObject
from autumn_mock.errors.invoices import PeriodBackwards, PeriodIncomplete, PeriodOutside

Period = tuple[int, int]


def period_of(sent: JsonObject) -> Period | None:
    """The period that is given. Raises PeriodIncomplete, PeriodBackwards."""
    starts, ends = sent.get("period_start"), sent.get("period_end")
    if starts is None and ends is None:
        return None
    if starts is None or ends is None:
        raise PeriodIncomplete
    if ends <= starts:
        raise PeriodBackwards
    return starts, ends


def line_period(sent: JsonObject, parent: Period | None, invoice: Period | None) -> Period | None:
    """The line's own period, else its parent's. Raises also PeriodOutside."""
    own = period_of(sent)
    if own is None:
        return parent
    if invoice is not None and not (invoice[0] <= own[0] and own[1] <= invoice[1]):
        raise PeriodOutside
    return own


def share_of(price: BasePrice | ItemPrice, period: Period | None) -> Decimal:
    """How often a period contains the interval of a price, counted from its start."""
    if period is None or price.interval == ONE_OFF:
        return ONE
    starts, ends = period
    whole = _surely_whole(price, ends - starts)
    begun, following = _after(price, starts, whole), _after(price, starts, whole + 1)
    while begun < following <= ends:  # where the calendar ends, boundaries no longer move on
        whole += 1
        begun, following = following, _after(price, starts, whole + 1)
    return whole + (Decimal(ends - begun) / Decimal(following - begun) if following > begun else ZERO)


def _surely_whole(price: BasePrice | ItemPrice, span: int) -> int:
    """A number of intervals that is not more than those that fit into a span, and nearly as many."""
    length = minutes_of(price.interval, max(1, price.interval_count)) * MINUTE
    return max(0, span * 30 // (length * 31) - 1)


def _after(price: BasePrice | ItemPrice, starts: int, intervals: int) -> int:
    return add_interval(starts, price.interval, max(1, price.interval_count) * intervals)
