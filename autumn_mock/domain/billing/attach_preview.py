"""An attach that was decided, as its preview tells it (reference: billing.preview_attach).

Invariant: the preview's total is the total of the invoice that attaching makes, but for the rounding
of single lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.discounts import reward_id
from autumn_mock.domain.billing.invoice_lines import Line, Taken
from autumn_mock.domain.billing.next_cycle import NextCycle
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, in_units, number
from autumn_mock.domain.records import JsonObject, Plan, Subscription

_CENT = Decimal("0.01")


def preview_object(
    decided: Attachment,
    holdings: Holdings,
    lines: list[Line],
    following: NextCycle | None,
    *,
    credit: Decimal | None,
) -> JsonObject:
    """The preview. `credit` is what stands to the customer's credit; None without a Stripe customer."""
    shown = money_object(holdings, lines, following, credit=credit)
    shown["incoming"] = _incoming(decided, holdings)
    shown["outgoing"] = outgoing(decided, holdings)
    shown["redirect_to_checkout"] = decided.checkout is not None
    shown["checkout_type"] = decided.checkout
    return shown | credit_object(credit)


def multi_preview_object(
    decided: Sequence[Attachment],
    holdings: Holdings,
    lines: list[Line],
    following: NextCycle | None,
    *,
    credit: Decimal | None,
) -> JsonObject:
    """The preview of several plans that are attached in one step."""
    shown = money_object(holdings, lines, following, credit=credit)
    shown["incoming"] = [entry for each in decided for entry in _incoming(each, holdings)]
    shown["outgoing"] = [entry for each in decided for entry in outgoing(each, holdings)]
    pages = [each.checkout for each in decided if each.checkout is not None]
    shown["redirect_to_checkout"] = bool(pages)
    shown["checkout_type"] = pages[0] if pages else None
    return shown | credit_object(credit)


def money_object(
    holdings: Holdings,
    lines: Sequence[Line],
    following: NextCycle | None,
    *,
    credit: Decimal | None,
    currency: str = OWN_CURRENCY,
) -> JsonObject:
    """The part of every preview that is about money: lines, sums, the next cycle."""
    total = _after_credit(summed(lines), credit or ZERO)
    shown: JsonObject = {
        "customer_id": holdings.customer.id or holdings.customer.internal_id,
        "line_items": [line_object(line) for line in lines],
        "subtotal": number(_in_cents(line.amount for line in lines)),
        "total": number(total),
        "currency": currency,
    }
    if following is not None:
        shown["next_cycle"] = _next_cycle(following)
    return shown


def credit_object(credit: Decimal | None, currency: str = OWN_CURRENCY) -> JsonObject:
    """What stands to the customer's credit, last in a preview."""
    return {} if credit is None else {"invoice_credits": {"balance": number(credit), "currency": currency}}


def line_object(line: Line) -> JsonObject:
    shown: JsonObject = {
        "display_name": line.display_name,
        "description": line.words,
        "subtotal": _unrounded(line.amount),
        "total": _unrounded(line.net),
        "discounts": [discount_taken(each, _unrounded(each.amount)) for each in line.discounts],
        "plan_id": line.plan_id,
        "feature_id": line.feature_id,
        "quantity": number(line.quantity),
    }
    if line.period is not None:
        shown["period"] = {"start": line.period[0], "end": line.period[1]}
    return shown


def summed(lines: Iterable[Line]) -> Decimal:
    """What raw lines come to after discounts, rounded to cents."""
    return _in_cents(line.net for line in lines)


def discount_taken(taken: Taken, amount: int | float) -> JsonObject:
    """A discount of a line; `amount` is what it takes off, as it is shown."""
    shown: JsonObject = {"amount_off": amount}
    if taken.discount.percent_off is not None:
        shown["percent_off"] = number(taken.discount.percent_off)
    return shown | {"reward_id": reward_id(taken.discount), "reward_name": taken.discount.name}


def _in_cents(amounts: Iterable[Decimal]) -> Decimal:
    return in_units(sum(amounts, ZERO), _CENT)


def _unrounded(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _after_credit(total: Decimal, credit: Decimal) -> Decimal:
    return total if total <= ZERO else max(ZERO, total - credit)


def _next_cycle(following: NextCycle) -> JsonObject:
    return {
        "starts_at": following.starts_at,
        "subtotal": number(_in_cents(line.amount for line in following.lines)),
        "total": number(summed(following.lines)),
        "line_items": [line_object(line) for line in following.lines],
        "usage_line_items": list(following.usage),
    }


def _incoming(decided: Attachment, holdings: Holdings) -> list[JsonObject]:
    """The new plan; of a later one also the row that goes on until then."""
    new = plan_object(
        decided.wish.plan,
        decided.start.feature_quantities or {},
        effective_at=None if decided.at <= decided.now else decided.at,
    )
    current = decided.current
    if decided.immediate or current is None:
        return [new]
    staying = plan_object(
        holdings.plan_of(current),
        current.feature_quantities,
        canceled_at=decided.now,
        expires_at=decided.at,
    )
    return [new, staying]


def outgoing(decided: Attachment, holdings: Holdings) -> list[JsonObject]:
    """The plans that go, now or when the new one comes."""
    going = [decided.current] if decided.current is not None else []
    return [
        _leaving(row, holdings, decided.now if decided.immediate else decided.at)
        for row in (*going, *decided.wish.removed)
    ]


def _leaving(row: Subscription, holdings: Holdings, effective_at: int) -> JsonObject:
    return plan_object(
        holdings.plan_of(row),
        row.feature_quantities,
        effective_at=effective_at,
        canceled_at=row.canceled_at,
        expires_at=row.expires_at,
    )


def plan_object(
    plan: Plan,
    units: Mapping[str, Decimal],
    *,
    effective_at: int | None = None,
    canceled_at: int | None = None,
    expires_at: int | None = None,
) -> JsonObject:
    """One entry of `incoming` or `outgoing`; quantities count the included amount."""
    included = {item.feature_id: item.included for item in plan.items if item.feature_id in units}
    return {
        "plan_id": plan.id,
        "feature_quantities": [
            {"feature_id": feature_id, "quantity": number(granted + units[feature_id])}
            for feature_id, granted in included.items()
        ],
        "effective_at": effective_at,
        "canceled_at": canceled_at,
        "expires_at": expires_at,
    }
