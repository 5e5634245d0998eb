"""Discounts at work as a customer shows them (reference: customer expand rewards).

Invariant: what has ended or was used up is not shown.
"""

from collections.abc import Iterable

from autumn_mock.domain.billing.discounts import in_force, reward_id
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.periods import SECOND
from autumn_mock.domain.records import Discount, JsonObject, StripeSubscription


def rewards_object(
    holdings: Holdings, billed_by: Iterable[StripeSubscription], own: Discount | None, *, now: int
) -> JsonObject:
    """`rewards` of a customer object: the discounts of what bills its plans, in the order of the plans,
    then the customer's own."""
    running = {shared.id: shared for shared in billed_by}
    named = dict.fromkeys(row.stripe_subscription_id or "" for row in holdings.subscriptions)
    found = [
        _shown(each, shared_id)
        for shared_id in named
        if shared_id in running
        for each in in_force(running[shared_id].discounts, at=now)
    ]
    return {"discounts": found + [_shown(each, None) for each in in_force([own] if own else [], at=now)]}


def _shown(discount: Discount, subscription_id: str | None) -> JsonObject:
    """Instants in seconds, as the payment provider has them."""
    by_amount = discount.amount_off is not None
    value = discount.amount_off if by_amount else discount.percent_off
    return {
        "id": reward_id(discount),
        "name": discount.name,
        "type": "fixed_discount" if by_amount else "percentage_discount",
        "discount_value": number(value or ZERO),
        "currency": discount.currency,
        "start": discount.starts_at // SECOND,
        "end": None if discount.ends_at is None else discount.ends_at // SECOND,
        "subscription_id": subscription_id,
        "duration_type": discount.duration_type,
        "duration_value": discount.duration_length,
    }
