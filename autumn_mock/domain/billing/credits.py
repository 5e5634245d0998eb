"""What a plan that ends early gives back (reference: billing, amounts).

Invariant: a charge is given back once at most, for the time that is left of the period it paid.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from autumn_mock.domain.billing.cycles import cycle_at
from autumn_mock.domain.billing.invoice_lines import (
    DISCOUNTED,
    Line,
    between,
    charged_plan,
    display_name,
    for_entity,
    full_charge,
)
from autumn_mock.domain.billing.subscriptions import Start
from autumn_mock.domain.catalog.pricing import PlanPrice, plan_prices
from autumn_mock.domain.invoices.charged_lines import charged_lines
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Feature, Invoice, InvoiceLine, Plan, Subscription, WaitingLine

UNUSED = "Unused "
_WAITS = "waiting:"
"""How the keys of lines begin that wait for their invoice: they are shortened rather than given back."""


class Ending(msgspec.Struct, frozen=True):
    """A row that ends: its plan, how it stands (`start.at` is now), and what it was charged."""

    row: Subscription
    plan: Plan
    start: Start
    features: Mapping[str, Feature]
    charged: Mapping[str, InvoiceLine]
    """Stored lines of the row by their keys."""


def ending(
    row: Subscription, plan: Plan, start: Start, features: Mapping[str, Feature], invoices: Iterable[Invoice]
) -> Ending:
    charged = {key: line for key, line in charged_lines(invoices).items() if row.id in line.subscriptions}
    charged |= {f"{_WAITS}{index}": _as_charged(row, line) for index, line in enumerate(row.waiting_lines)}
    return Ending(row, plan, start, features, charged)


def _as_charged(row: Subscription, line: WaitingLine) -> InvoiceLine:
    """A line that waits for its invoice: it will be there."""
    return InvoiceLine(
        description=line.description,
        amount=line.amount,
        plan_id=line.plan_id,
        price_id=line.price_id,
        feature_id=line.feature_id,
        quantity=line.quantity,
        gives_back=line.gives_back,
        subscriptions=(row.id,),
        starts_at=line.starts_at,
        ends_at=line.ends_at,
    )


def credits(end: Ending) -> list[Line]:
    """What the row's running periods give back."""
    found: list[Line | None] = []
    for price in plan_prices(end.plan):
        if not price.recurring or price.usage_based:
            continue
        stored = [key for key, line in end.charged.items() if _runs(line, price, end.start.at)]
        found += [_given_back(end, key, price) for key in stored] if stored else [_unstored(end, price)]
    return [replace(line, row=end.row.id) for line in found if line is not None]


def _runs(line: InvoiceLine, price: PlanPrice, now: int) -> bool:
    """Whether a stored line charged this price for a period that contains now."""
    charged = line.amount + line.discounted
    if line.price_id != price.id or charged <= ZERO or line.starts_at is None or line.ends_at is None:
        return False
    return line.starts_at <= now < line.ends_at


def _given_back(end: Ending, key: str, price: PlanPrice) -> Line | None:
    line, now = end.charged[key], end.start.at
    starts, ends = line.starts_at or 0, line.ends_at or 0
    left = line.amount / len(line.subscriptions)
    was_given_back = any(other.gives_back == key for other in end.charged.values())
    if left <= ZERO or was_given_back or key.startswith(_WAITS):
        return None
    suffix = for_entity(end.start.entity)
    words = line.description.removesuffix(DISCOUNTED).removesuffix(suffix) + suffix
    return Line(
        description=UNUSED + words + (DISCOUNTED if line.discounted else ""),
        amount=-left * Decimal(ends - now) / Decimal(ends - starts),
        plan_id=charged_plan(end.plan, price),
        display_name=display_name(end.plan, price, end.features),
        price_id=price.id,
        feature_id=line.feature_id,
        quantity=_shown_quantity(end, line, price),
        period=(now, ends),
        gives_back=key,
    )


def _shown_quantity(end: Ending, line: InvoiceLine, price: PlanPrice) -> Decimal:
    """Of a prepaid item the units that were bought."""
    if price.item is None:
        return line.quantity
    return (end.start.feature_quantities or {}).get(price.item.feature_id, line.quantity)


def _unstored(end: Ending, price: PlanPrice) -> Line | None:
    """Of a price that no stored line charged: by its amount."""
    now = end.start.at
    amount, words, quantity = full_charge(end.plan, price, end.features, end.start)
    if amount == ZERO:
        return None
    starts, ends = cycle_at(end.start.anchor, price.price.interval, price.price.interval_count, at=now)
    return Line(
        description=UNUSED + words + between(now, ends) + for_entity(end.start.entity),
        amount=-amount * Decimal(ends - now) / Decimal(ends - starts),
        plan_id=charged_plan(end.plan, price),
        display_name=display_name(end.plan, price, end.features),
        price_id=price.id,
        feature_id=price.item.feature_id if price.item else None,
        quantity=quantity,
        period=(now, ends),
    )


def without_equal_pairs(lines: list[Line]) -> list[Line]:
    """A credit and a charge of the same price that come to nothing together both vanish."""
    gone: set[int] = set()
    for i, credit in enumerate(lines):
        if credit.amount >= ZERO or i in gone:
            continue
        for k, charge in enumerate(lines):
            same = k not in gone and charge.amount > ZERO and charge.price_id == credit.price_id
            if same and charge.price_id and abs(credit.amount + charge.net) < Decimal("0.01"):
                gone |= {i, k}
                break
    return [line for i, line in enumerate(lines) if i not in gone]
