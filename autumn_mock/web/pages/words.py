"""How amounts, instants and quantities read on a page."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.periods import iso

_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def money(amount: Decimal, currency: str) -> str:
    """`$1,234.50`, `-€3.00`, `12.00 CHF`."""
    figure = f"{abs(in_minor_units(amount, currency)):,f}"
    sign = "-" if amount < 0 else ""
    if currency in _SIGNS:
        return f"{sign}{_SIGNS[currency]}{figure}"
    return f"{sign}{figure} {currency.upper()}"


def day(at: int) -> str:
    """`15 January 2026`, in UTC."""
    moment = datetime.fromtimestamp(at / 1_000, UTC)
    return f"{moment.day} {moment:%B %Y}"


def counted(amount: Decimal) -> str:
    """`1,000`, `2.5`."""
    return f"{amount.normalize():,f}"


def listed(names: Sequence[str]) -> str:
    """`Pro`, `Pro and Boost`, `Pro, Boost and Extra`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


WORDS = {"money": money, "day": day, "iso": iso, "counted": counted, "listed": listed}
"""What templates may call."""
