"""Lines of a change that wait for the next invoice of what bills the plan (reference: billing,
quantities; the proration of an item).

Invariant: a plan's waiting lines come on one invoice, all at once. One that is replaced before charges
only the time until then, so that nothing of it has to be given back.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Subscription, WaitingLine


def kept(lines: Iterable[Line]) -> tuple[WaitingLine, ...]:
    """As they are stored with the plan. Discounts are taken off on the invoice."""
    return tuple(
        WaitingLine(
            description=line.description,
            display_name=line.display_name,
            amount=line.amount,
            plan_id=line.plan_id,
            price_id=line.price_id,
            feature_id=line.feature_id,
            quantity=line.quantity,
            starts_at=line.period[0] if line.period else None,
            ends_at=line.period[1] if line.period else None,
            gives_back=line.gives_back,
        )
        for line in lines
    )


def waiting(row: Subscription, *, ends_at: int | None = None) -> list[Line]:
    """What its next invoice charges and gives back beside everything else; of a plan that ends, only
    until then."""
    lines = row.waiting_lines if ends_at is None else cut(row.waiting_lines, at=ends_at)
    return [replace(_line(each), row=row.id) for each in lines]


def cut(lines: Iterable[WaitingLine], *, at: int, price_id: str | None = None) -> tuple[WaitingLine, ...]:
    """The lines with those charges (of one price, if it is named) shortened whose period runs at `at`."""
    shortened = (_cut(line, at) if price_id in (None, line.price_id) else line for line in lines)
    return tuple(line for line in shortened if line.amount != ZERO)


def _cut(line: WaitingLine, at: int) -> WaitingLine:
    starts, ends = line.starts_at, line.ends_at
    if line.amount <= ZERO or starts is None or ends is None or not starts <= at < ends:
        return line
    return line.but(amount=line.amount * Decimal(at - starts) / Decimal(ends - starts), ends_at=at)


def _line(kept: WaitingLine) -> Line:
    period = None
    if kept.starts_at is not None and kept.ends_at is not None:
        period = kept.starts_at, kept.ends_at
    return Line(
        description=kept.description,
        amount=kept.amount,
        plan_id=kept.plan_id,
        display_name=kept.display_name,
        price_id=kept.price_id,
        feature_id=kept.feature_id,
        quantity=kept.quantity,
        period=period,
        gives_back=kept.gives_back,
    )
