"""The plans of a customer as the API shows them: `subscriptions` and `purchases` (reference: customers).

A plan whose prices are all paid once is a purchase; everything else, free add-ons too, is a
subscription. Invariant: an attachment is in exactly one of the two lists.
"""

from collections.abc import Container, Iterable

from autumn_mock.domain.billing.subscriptions import ACTIVE, EXPIRED, SCHEDULED
from autumn_mock.domain.billing.turns import PAUSED, RELEASED
from autumn_mock.domain.catalog.plans import has_prices, is_one_off, plan_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import JsonObject, Plan, Subscription

Attached = tuple[Subscription, Plan]
PLAN_FEATURES = "features of plan items"
"""In `expand`: items of plans come with their feature object, which older shapes tell facts of."""
PURCHASES_PLAN = "purchases.plan alone"
"""In `expand`: plans of purchases are shown although those of subscriptions are not (profile `documented`)."""
_UNSEEN = frozenset({PAUSED, RELEASED})
_NO_PERIOD = {"current_period_start": None, "current_period_end": None}
"""Plans of entities stand for several attachments in the customer's own view."""


def plans_of_customer(
    holdings: Holdings,
    *,
    now: int,
    listed: bool = False,
    expand: Container[str] = (),
) -> tuple[list[JsonObject], list[JsonObject]]:
    """`subscriptions` and `purchases`, seen by the customer, by one entity, or as `customers.list` does."""
    shown = _in_order(_seen(holdings, listed), holdings, listed)
    subscriptions, purchases = [], []
    for subscription, plan in shown:
        if is_one_off(plan):
            if subscription.status != "scheduled":
                purchases.append(purchase_object(subscription, plan, holdings, expand))
        else:
            found = subscription_object(subscription, plan, holdings, now, expand)
            aggregated = subscription.entity is not None and holdings.entity is None and not listed
            subscriptions.append(found | _NO_PERIOD if aggregated else found)
    return subscriptions, purchases


def _seen(holdings: Holdings, listed: bool) -> list[Attached]:
    """What this view shows: an entity its own plans, its seats among them, and the customer's; the
    customer every plan of its entities once, the newest, and no seats; the list each attachment."""
    attached = [(s, holdings.plan_of(s)) for s in holdings.subscriptions if s.status not in _UNSEEN]
    if holdings.entity is None:
        attached = [(s, p) for s, p in attached if s.parent is None]
    if not attached or listed:
        return attached
    if holdings.entity is not None:
        own = holdings.entity.internal_id
        return [(s, p) for s, p in attached if s.entity in {None, own}]
    of_customer = [(s, p) for s, p in attached if s.entity is None]
    newest: dict[str, Attached] = {}
    for subscription, plan in attached:
        if subscription.entity is None:
            continue
        other = newest.get(plan.id)
        if other is None or subscription.created_at >= other[0].created_at:
            newest[plan.id] = (subscription, plan)
    return [*of_customer, *newest.values()]


def _in_order(attached: Iterable[Attached], holdings: Holdings, listed: bool) -> list[Attached]:
    """Own scope first, plans with prices before those without, main before add-on, newest first."""
    own_entity_first = holdings.entity is not None

    def position(each: Attached) -> tuple[object, ...]:
        subscription, plan = each
        age = -subscription.created_at
        if listed:
            return (plan.add_on, age)
        foreign = (subscription.entity is None) if own_entity_first else subscription.entity is not None
        return (foreign, not has_prices(plan), plan.add_on, age)

    return sorted(attached, key=position)


def _status(subscription: Subscription) -> str:
    return subscription.status if subscription.status in {SCHEDULED, EXPIRED} else ACTIVE


def trial_end(subscription: Subscription, *, now: int) -> int | None:
    """When its trial ends; null once that is over."""
    at = subscription.trial_ends_at
    return at if at is not None and at > now else None


def subscription_object(
    subscription: Subscription, plan: Plan, holdings: Holdings, now: int, expand: Container[str]
) -> JsonObject:
    trial_ends_at = trial_end(subscription, now=now)
    period = (subscription.current_period_start, subscription.current_period_end)
    if period[1] is None and trial_ends_at is not None:
        period = (subscription.started_at, trial_ends_at)
    shown: JsonObject = {"id": subscription.subscription_id or subscription.id}
    if "subscriptions.plan" in expand:
        shown["plan"] = _plan(subscription, plan, holdings, expanded=PLAN_FEATURES in expand)
    return shown | {
        "plan_id": plan.id,
        "auto_enable": subscription.auto_enable,
        "add_on": plan.add_on,
        "status": _status(subscription),
        "past_due": subscription.status == "past_due",
        "canceled_at": subscription.canceled_at,
        "expires_at": subscription.expires_at,
        "trial_ends_at": trial_ends_at,
        "started_at": subscription.started_at,
        "current_period_start": period[0],
        "current_period_end": period[1],
        "quantity": subscription.quantity,
        "scope": "customer" if subscription.entity is None else "entity",
    }


def _plan(subscription: Subscription, plan: Plan, holdings: Holdings, *, expanded: bool) -> JsonObject:
    """The plan; `expanded` for older shapes, whose prepaid items also tell how much was bought."""
    shown = plan_object(plan, holdings.features, env=holdings.env, expanded=expanded)
    bought = subscription.feature_quantities
    if not expanded or not bought:
        return shown
    items = [
        {**item, "quantity": number(bought[item["feature_id"]])}
        if item["feature_id"] in bought and item["price"] and item["price"]["billing_method"] == "prepaid"
        else item
        for item in shown["items"]
    ]
    return shown | {"items": items}


def purchase_object(
    subscription: Subscription, plan: Plan, holdings: Holdings, expand: Container[str]
) -> JsonObject:
    shown: JsonObject = {}
    if "subscriptions.plan" in expand or PURCHASES_PLAN in expand:
        shown["plan"] = _plan(subscription, plan, holdings, expanded=PLAN_FEATURES in expand)
    return shown | {
        "plan_id": plan.id,
        "expires_at": subscription.expires_at,
        "started_at": subscription.started_at,
        "quantity": subscription.quantity,
        "scope": "customer" if subscription.entity is None else "entity",
    }
