"""Whether the payment provider and a customer's plans agree (reference: billing.verify).

The provider that is inside bills plans as they stand, so prices, quantities and schedules can't differ;
what can is whether both know of each other. Invariant: what was attached here is correct.
"""

from collections.abc import Collection, Iterable, Mapping

from autumn_mock.domain.billing.subscriptions import COUNTING
from autumn_mock.domain.billing.turns import PAUSED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, JsonObject, StripeSubscription

_LINKED = COUNTING | {PAUSED}


def verified(
    holdings: Holdings,
    running: Mapping[str, StripeSubscription],
    *,
    only: Collection[str] | None = None,
) -> list[JsonObject]:
    """An entry for each Stripe subscription that the Stripe customer has or a plan names, those that no
    plan knows first. `only` leaves the others out."""
    linked: dict[str, None] = {}
    for row in holdings.subscriptions:
        if row.stripe_subscription_id is not None and row.status in _LINKED:
            linked[row.stripe_subscription_id] = None
    unknown = [name for name in running if name not in linked]
    found = [_entry(name, [_UNLINKED]) for name in unknown]
    found += [_entry(name, [] if name in running else [_STALE]) for name in linked]
    return [each for each in found if only is None or each["stripe_subscription_id"] in only]


def shared_stripe_customer(customer: Customer, others: Iterable[Customer]) -> list[JsonObject]:
    """The mismatch of a Stripe customer that several customers are linked to."""
    sharing = [each for each in others if each.internal_id != customer.internal_id]
    if customer.stripe_id is None or not sharing:
        return []
    names = [each.id or each.internal_id for each in sharing]
    told = f"Stripe customer {customer.stripe_id} is also linked to Autumn customer(s): {', '.join(names)}"
    return [
        {
            "type": "shared_stripe_customer",
            "stripe_customer_id": customer.stripe_id,
            "other_customer_ids": names,
            "other_customers": [
                {"id": name, "name": each.name, "email": each.email}
                for name, each in zip(names, sharing, strict=True)
            ],
            "message": told,
            "severity": "warning",
        }
    ]


_UNLINKED: JsonObject = {
    "type": "stripe_sub_not_in_autumn",
    "message": "Active Stripe subscription has no linked Autumn products",
    "severity": "warning",
}
_STALE: JsonObject = {
    "type": "stale_subscription_link",
    "message": "Autumn products link to a Stripe subscription that is not in the customer's active set",
    "severity": "error",
}


def _entry(subscription_id: str, mismatches: list[JsonObject]) -> JsonObject:
    return {
        "stripe_subscription_id": subscription_id,
        "status": "mismatched" if mismatches else "correct",
        "mismatches": mismatches,
    }
