"""How an invoice that is to come is shown (reference: customers, invoice_previews).

First what is paid in advance, then what was used. Invariant: it comes to what the invoice will come to.
"""

from collections.abc import Sequence
from decimal import Decimal

from autumn_mock.domain.billing.attach_preview import discount_taken
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.billing.line_rounding import in_whole_units, parts_of
from autumn_mock.domain.billing.next_cycle import usage_closes
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import JsonObject


def coming_invoice(lines: Sequence[Line], *, at: int) -> JsonObject:
    """The invoice of lines that fall due at `at`, lowered by their discounts."""
    charged = sorted(lines, key=lambda line: line.used is not None)
    amounts = in_whole_units([(line.amount, line.taken) for line in charged], OWN_CURRENCY)
    return {
        "plan_ids": list(dict.fromkeys(line.plan_id for line in charged)),
        "invoice_at": at,
        "currency": OWN_CURRENCY,
        "subtotal": number(sum((amount for amount, _ in amounts), ZERO)),
        "total": number(sum((amount - taken for amount, taken in amounts), ZERO)),
        "line_items": [_shown(line, *each) for line, each in zip(charged, amounts, strict=True)],
    }


def _shown(line: Line, amount: Decimal, taken: Decimal) -> JsonObject:
    starts, ends = _period(line)
    parts = parts_of(taken, [each.amount for each in line.discounts])
    return {
        "display_name": line.display_name,
        "description": line.description,
        "subtotal": number(amount),
        "total": number(amount - taken),
        "discounts": [discount_taken(*each) for each in zip(line.discounts, map(number, parts), strict=True)],
        "plan_id": line.plan_id,
        "feature_id": line.feature_id,
        "period": {"start": starts, "end": ends},
        "quantity": number(line.quantity if line.used is None else line.used),
    }


def _period(line: Line) -> tuple[int, int] | tuple[None, None]:
    if line.period is None:
        return None, None
    return line.period if line.used is None else (line.period[0], usage_closes(line.period))
