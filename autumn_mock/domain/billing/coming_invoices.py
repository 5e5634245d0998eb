"""The invoices that are to come, one for each Stripe subscription (reference: customers, invoice_previews).

First what the next cycle costs in advance, then what was used in the one that closes. Invariant: they
are shown from what stands now; nothing is charged or written.
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from autumn_mock.domain.billing.arrears import overage
from autumn_mock.domain.billing.attach_preview import discount_taken
from autumn_mock.domain.billing.cancelling import standing
from autumn_mock.domain.billing.cycles import cycle_at, whole_second
from autumn_mock.domain.billing.discounts import counting, discounted, starting
from autumn_mock.domain.billing.invoice_lines import Line, between, feature_word
from autumn_mock.domain.billing.line_rounding import in_whole_units
from autumn_mock.domain.billing.next_cycle import GoingOn, at_boundary, charged, plans_on, usage_closes
from autumn_mock.domain.billing.plan_changes import current_row
from autumn_mock.domain.billing.subscriptions import COUNTING, SCHEDULED, starting_balance
from autumn_mock.domain.catalog.pricing import (
    USAGE_BASED,
    in_minor_units,
    is_paid_recurring,
    item_amount,
    plan_prices,
)
from autumn_mock.domain.controls.limits_in_force import skips_overage_billing
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import (
    Balance,
    Discount,
    JsonObject,
    Plan,
    PlanItem,
    StripeSubscription,
    Subscription,
)

_CURRENCY = "usd"


def coming_invoices(
    holdings: Holdings,
    billed_by: Iterable[StripeSubscription],
    discount: Discount | None,
    *,
    now: int,
) -> list[JsonObject]:
    """`invoice_previews` of a customer object; subscriptions that bring nothing more are left out.
    `discount` is the customer's own."""
    shown = (_coming(holdings, shared, discount, now) for shared in billed_by)
    return [invoice for invoice in shown if invoice is not None]


def _coming(
    holdings: Holdings, shared: StripeSubscription, discount: Discount | None, now: int
) -> JsonObject | None:
    rows = [s for s in holdings.subscriptions if s.stripe_subscription_id == shared.id and s.status in COUNTING]
    boundary = _boundary(holdings, rows, shared, now)
    if boundary is None:
        return None
    lines = _recurring(holdings, shared, boundary, now)
    closing = [line for row in rows for line in _used(holdings, row, shared, boundary, now)]
    if not lines and not any(line.amount for line in closing):
        return None
    brought = [starting(each, boundary) for row in _waiting(holdings, shared, boundary) for each in row.brings]
    counts = counting(shared.discounts, discount, brought, at=boundary)
    charged = discounted([*lines, *closing], counts)
    amounts = in_whole_units([(line.amount, line.taken) for line in charged], _CURRENCY)
    told = [_shown(line, *each) for line, each in zip(charged, amounts, strict=True)]
    return {
        "plan_ids": list(dict.fromkeys(line["plan_id"] for line in told)),
        "invoice_at": boundary,
        "currency": _CURRENCY,
        "subtotal": number(sum((amount for amount, _ in amounts), ZERO)),
        "total": number(sum((amount - taken for amount, taken in amounts), ZERO)),
        "line_items": told,
    }


def _boundary(
    holdings: Holdings, rows: Iterable[Subscription], shared: StripeSubscription, now: int
) -> int | None:
    """When the next invoice is made: the end of the trial, or the first cycle of any price to end."""
    if shared.trial_ends_at is not None and shared.trial_ends_at > now:
        return shared.trial_ends_at
    prices = [price for row in rows for price in plan_prices(holdings.plan_of(row)) if price.recurring]
    ends = (
        cycle_at(shared.anchor, p.price.interval, p.price.interval_count, at=whole_second(now))[1]
        for p in prices
    )
    return min(ends, default=None)


def _recurring(holdings: Holdings, shared: StripeSubscription, boundary: int, now: int) -> list[Line]:
    """What is paid in advance, also for plans that begin with the boundary."""
    going_on = plans_on(shared.id, holdings)
    if shared.trial_ends_at == boundary:
        lines = charged(going_on, holdings, boundary, boundary)
    else:
        cycle = at_boundary(going_on, holdings, anchor=shared.anchor, now=whole_second(now))
        lines = list(cycle.lines) if cycle is not None and cycle.starts_at == boundary else []
    return lines + charged(_beginning(holdings, shared, boundary), holdings, boundary, boundary)


def _beginning(holdings: Holdings, shared: StripeSubscription, boundary: int) -> list[GoingOn]:
    """Paid plans that wait for the boundary."""
    return [
        GoingOn(
            holdings.plan_of(row),
            standing(row, holdings, at=boundary),
        )
        for row in _waiting(holdings, shared, boundary)
    ]


def _waiting(holdings: Holdings, shared: StripeSubscription, boundary: int) -> list[Subscription]:
    """Paid plans that begin with the boundary and are billed by this Stripe subscription."""
    return [
        row
        for row in holdings.subscriptions
        if row.status == SCHEDULED and whole_second(row.started_at) == boundary
        if is_paid_recurring(holdings.plan_of(row)) and _billed_by(holdings, row) in (None, shared.id)
    ]


def _billed_by(holdings: Holdings, waiting: Subscription) -> str | None:
    """What bills a plan that is to come: the Stripe subscription of the plan whose place it takes."""
    entity = next((each for each in holdings.entities if each.internal_id == waiting.entity), None)
    running = current_row(holdings, holdings.plan_of(waiting), entity)
    return (running.stripe_subscription_id if running else None) or waiting.stripe_subscription_id


def _used(
    holdings: Holdings, row: Subscription, shared: StripeSubscription, boundary: int, now: int
) -> list[Line]:
    """What the closing cycle was used for, also where that was nothing. The use of a trial is not billed."""
    if shared.trial_ends_at == boundary:
        return []
    plan = holdings.plan_of(row)
    items = {item.entitlement_id: item for item in plan.items if item.price}
    found = []
    for balance in holdings.rows:
        item = items.get(balance.entitlement_id or "")
        if balance.subscription != row.id or item is None or item.price is None:
            continue
        if item.price.billing_method != USAGE_BASED or _goes_on_held(holdings, row, balance, boundary):
            continue
        if skips_overage_billing(holdings, balance.feature_id, now=now):
            continue
        begins, ends = cycle_at(
            shared.anchor, item.price.interval, item.price.interval_count, at=whole_second(now)
        )
        if ends == boundary:
            found.append(_usage_line(holdings, plan, item, balance, (begins, ends)))
    return found


def _goes_on_held(holdings: Holdings, row: Subscription, balance: Balance, boundary: int) -> bool:
    """What is held is not used up: a last invoice doesn't bill it, what follows holds on to it."""
    is_last = row.expires_at is not None and whole_second(row.expires_at) <= boundary
    return is_last and not holdings.features[balance.feature_id].consumable


def _usage_line(
    holdings: Holdings, plan: Plan, item: PlanItem, balance: Balance, cycle: tuple[int, int]
) -> Line:
    feature = holdings.features[balance.feature_id]
    over = overage(balance)
    used = starting_balance(balance) - balance.balance
    units = item.price.billing_units if item.price else Decimal(1)
    counted = (used / units).to_integral_value(rounding=ROUND_CEILING) * units
    return Line(
        description=f"{plan.name} - {counted:,f} {feature_word(feature, counted)}{between(*cycle)}",
        amount=item_amount(item, over) if over > ZERO else ZERO,
        plan_id=plan.id,
        display_name=feature.name,
        price_id=item.price.id if item.price else "",
        feature_id=feature.id,
        quantity=used,
        period=(cycle[0], usage_closes(cycle)),
    )


def _shown(line: Line, amount: Decimal, taken: Decimal) -> JsonObject:
    starts, ends = line.period or (None, None)
    return {
        "display_name": line.display_name,
        "description": line.description,
        "subtotal": number(amount),
        "total": number(amount - taken),
        "discounts": [discount_taken(each, number(in_minor_units(each.amount))) for each in line.discounts],
        "plan_id": line.plan_id,
        "feature_id": line.feature_id,
        "period": {"start": starts, "end": ends},
        "quantity": number(line.quantity),
    }
