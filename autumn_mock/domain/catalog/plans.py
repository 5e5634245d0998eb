"""Plans: what one may be, and how it is shown (reference: plans)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from autumn_mock.domain.alphabet import alphabetical
from autumn_mock.domain.catalog.features import feature_object
from autumn_mock.domain.catalog.plan_display import base_price_display, item_display
from autumn_mock.domain.numbers import ZERO, number
from autumn_mock.domain.records import (
    BasePrice,
    Feature,
    FreeTrial,
    ItemPrice,
    JsonObject,
    Plan,
    PlanItem,
    PlanLicense,
    Reset,
    Subscription,
    Tier,
)


def items_of(subscription: Subscription, plan: Plan) -> tuple[PlanItem, ...]:
    """The items that a customer's plan has: its own copy's when it was customised."""
    return subscription.items if subscription.custom else plan.items


def has_prices(plan: Plan) -> bool:
    """Some price stands in the plan, a base price of 0 included."""
    if plan.price is not None or any(item.price for item in plan.items):
        return True
    return any(seats.price and seats.paid for seats in plan.seats)


def is_free(plan: Plan) -> bool:
    """All its prices together come to nothing."""
    if plan.price is not None and plan.price.amount:
        return False
    if any(seats.paid and seats.price and seats.price.amount for seats in plan.seats):
        return False
    for item in plan.items:
        if item.price is None:
            continue
        if item.price.amount or any(t.amount or t.flat_amount for t in item.price.tiers or ()):
            return False
    return True


def is_one_off(plan: Plan) -> bool:
    """It has prices, and every one is paid once."""
    items = (item.price for item in plan.items)
    seats = (seats.price for seats in plan.seats if seats.paid)
    prices = [p for p in (plan.price, *items, *seats) if p is not None]
    return bool(prices) and not is_free(plan) and all(p.interval == "one_off" for p in prices)


def plan_object(
    plan: Plan,
    features: Mapping[str, Feature],
    *,
    env: str = "sandbox",
    expanded: bool = False,
) -> JsonObject:
    """The plan as the newest version shows it, `customer_eligibility` left out.

    `expanded` puts the feature object into each item: versions before 2.1 are made from such a plan.
    `base_variant_id` is null even for variants, whose base stands in `variant_details`.
    """
    shown: JsonObject = {
        "id": plan.id,
        "name": plan.name,
        "description": plan.description or None,
        "group": plan.group or None,
        "version": plan.version,
        "add_on": plan.add_on,
        "auto_enable": plan.auto_enable,
        "price": plan.price and base_price_object(plan.price),
        "items": item_objects(plan.items, features, expanded=expanded),
    }
    if plan.free_trial is not None:
        shown["free_trial"] = free_trial_object(plan.free_trial, paid=has_prices(plan))
    shown |= {
        "created_at": plan.created_at,
        "env": env,
        "archived": plan.archived,
        "config": {"ignore_past_due": bool(plan.config.get("ignore_past_due"))},
        "billing_controls": plan.billing_controls,
        "metadata": plan.metadata,
        "base_variant_id": None,
    }
    if plan.licenses:
        shown["licenses"] = [license_object(each) for each in plan.licenses]
    return shown


def license_object(of: PlanLicense) -> JsonObject:
    """`customize` where the licence differs from its plan."""
    shown: JsonObject = {
        "license_plan_id": of.license_plan_id,
        "version": of.version,
        "included": of.included,
        "prepaid_only": of.prepaid_only,
    }
    return shown if of.customize is None else {**shown, "customize": of.customize}


def base_price_object(price: BasePrice) -> JsonObject:
    """`{amount, interval, interval_count?, price_id, display}`."""
    return {
        "amount": number(price.amount),
        **_interval(price),
        "price_id": price.id,
        "display": base_price_display(price),
    }


def free_trial_object(trial: FreeTrial, *, paid: bool) -> JsonObject:
    """A plan without a price needs no card, whatever its trial says."""
    return {
        "duration_length": trial.duration_length,
        "duration_type": trial.duration_type,
        "card_required": trial.card_required and paid,
        "on_end": None,
    }


def item_objects(
    items: Iterable[PlanItem], features: Mapping[str, Feature], *, expanded: bool = False
) -> list[JsonObject]:
    """Items as shown and in the order shown: priced ones first, then by the feature's name."""
    known = [item for item in items if item.feature_id in features]
    known.sort(key=lambda i: (i.price is None, alphabetical(features[i.feature_id].name)))
    return [item_object(item, features[item.feature_id], expanded=expanded) for item in known]


def item_object(item: PlanItem, feature: Feature, *, expanded: bool = False) -> JsonObject:
    """One item as the newest version shows it."""
    shown: JsonObject = {"feature_id": item.feature_id}
    if expanded:
        shown |= {"feature": feature_object(feature), "keeps_usage": item.keeps_usage}
    shown |= {
        "included": number(item.included),
        "unlimited": item.unlimited,
        "pooled": item.pooled,
        "reset": _interval(item.reset) if item.reset and feature.consumable else None,
        "price": item.price and _price_object(item.price, item.included),
        "display": item_display(item, feature),
    }
    if item.rollover is not None:
        shown["rollover"] = {
            "max": _optional(item.rollover.max),
            "max_percentage": _optional(item.rollover.max_percentage),
            "expiry_duration_type": item.rollover.expiry_duration_type,
            "expiry_duration_length": item.rollover.expiry_duration_length,
        }
    if item.entity_feature_id is not None:
        shown["entity_feature_id"] = item.entity_feature_id
    shown["entitlement_id"] = item.entitlement_id
    if item.price is not None:
        shown["price_id"] = item.price.id
    return shown


def _price_object(price: ItemPrice, included: Decimal) -> JsonObject:
    shown: JsonObject = {}
    if price.tiers:
        shown["tiers"] = [tier_object(tier, included) for tier in price.tiers]
    else:
        shown["amount"] = number(price.amount or ZERO)
    if price.tier_behavior is not None:
        shown["tier_behavior"] = price.tier_behavior
    return shown | {
        **_interval(price),
        "billing_units": number(price.billing_units),
        "billing_method": price.billing_method,
        "max_purchase": _optional(price.max_purchase),
    }


def tier_object(tier: Tier, included: Decimal) -> JsonObject:
    """Tiers are shown counted from the first unit, included ones too."""
    shown: JsonObject = {
        "to": "inf" if tier.to is None else number(tier.to + included),
        "amount": number(tier.amount),
    }
    if tier.flat_amount is not None:
        shown["flat_amount"] = number(tier.flat_amount)
    return shown


def _interval(of: Reset | ItemPrice | BasePrice) -> JsonObject:
    """`{interval, interval_count?}`: a count of 1 goes without saying."""
    if of.interval_count == 1:
        return {"interval": of.interval}
    return {"interval": of.interval, "interval_count": of.interval_count}


def _optional(value: Decimal | None) -> int | float | None:
    return None if value is None else number(value)
