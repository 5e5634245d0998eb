"""Rows as `GET /balances/list` tells them: each with its own fields, its grant and its plan (reference: list).

Invariant: only loose rows and those of customised plans are told.
"""

from autumn_mock.domain.balances.balance_amounts import usage_limit
from autumn_mock.domain.balances.balance_order import takes_overage
from autumn_mock.domain.balances.sight import live_rows
from autumn_mock.domain.catalog.features import AI_CREDIT_SYSTEM, BOOLEAN, CREDIT_SYSTEM
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import number
from autumn_mock.domain.records import Balance, Feature, JsonObject, RolloverRule, Subscription


def raw_balances(holdings: Holdings, *, now: int, org: str, env: str) -> list[JsonObject]:
    """`org` and `env` are those of the world."""
    plans = {each.id: each for each in holdings.subscriptions}
    return [
        _raw(row, holdings, plan, org, env)
        for row in live_rows(holdings, now=now)
        for plan in [plans.get(row.subscription or "")]
        if plan is None or plan.custom
    ]


def _raw(row: Balance, holdings: Holdings, plan: Subscription | None, org: str, env: str) -> JsonObject:
    feature = holdings.features[row.feature_id]
    return {
        "id": row.id,
        "customer_product_id": row.subscription,
        "entitlement_id": row.entitlement_id,
        "internal_customer_id": row.customer,
        "internal_entity_id": row.entity,
        "internal_feature_id": feature.internal_id,
        "unlimited": row.unlimited,
        "balance": number(row.balance),
        "created_at": row.created_at,
        "reset_cycle_anchor": row.reset_anchor,
        "next_reset_at": row.next_reset_at,
        "usage_allowed": takes_overage(row),
        "separate_interval": False,
        "is_pooled_balance": row.pool,
        "pooled_balance_id": None,
        "pooled_contribution_id": None,
        "adjustment": number(row.adjustment),
        "additional_balance": 0,
        "entities": _shares(row),
        "expires_at": row.expires_at,
        "cache_version": 0,
        "customer_id": holdings.customer.id,
        "feature_id": row.feature_id,
        "external_id": row.external_id,
        "expired": None,
        "reset_by_invoice": None,
        "entitlement": _entitlement(row, feature, plan, org, env),
        "customer_product": None if plan is None else _plan(plan),
    }


def _shares(row: Balance) -> JsonObject | None:
    if row.entity_feature_id is None:
        return None
    return {
        entity: {
            "id": entity,
            "balance": number(share.balance),
            "adjustment": number(share.adjustment),
            "additional_balance": 0,
        }
        for entity, share in row.entities.items()
    }


def _entitlement(row: Balance, feature: Feature, plan: Subscription | None, org: str, env: str) -> JsonObject:
    limit = usage_limit(row)
    kind = "fixed" if feature.type != BOOLEAN else None
    reset = row.reset
    return {
        "id": row.entitlement_id,
        "created_at": row.created_at,
        "internal_feature_id": feature.internal_id,
        "internal_product_id": plan.plan if plan else None,
        "internal_reward_id": None,
        "is_custom": True,
        "allowance_type": "unlimited" if row.unlimited else kind,
        "allowance": None if row.unlimited or kind is None else number(row.included),
        "interval": None if kind is None else reset.interval if reset else "lifetime",
        "interval_count": reset.interval_count if reset else 1,
        "carry_from_previous": False,
        "entity_feature_id": row.entity_feature_id,
        "pooled": row.pooled,
        "org_id": org,
        "feature_id": feature.id,
        "usage_limit": None if limit is None else number(limit),
        "expiry_duration": None,
        "expiry_length": None,
        "rollover": _rollover(row.rollover),
        "feature": _feature(feature, org, env),
    }


def _rollover(rule: RolloverRule | None) -> JsonObject | None:
    if rule is None:
        return None
    return {
        "max": None if rule.max is None else number(rule.max),
        "max_percentage": None if rule.max_percentage is None else number(rule.max_percentage),
        "duration": rule.expiry_duration_type,
        "length": rule.expiry_duration_length,
    }


def _feature(feature: Feature, org: str, env: str) -> JsonObject:
    display = feature.display
    return {
        "internal_id": feature.internal_id,
        "org_id": org,
        "created_at": feature.created_at,
        "env": env,
        "id": feature.id,
        "name": feature.name,
        "type": feature.type,
        "config": _config(feature),
        "display": display and {"singular": display.singular, "plural": display.plural},
        "archived": feature.archived,
        "event_names": list(feature.event_names),
        "model_markups": feature.model_markups,
        "stripe_meter": None,
    }


def _config(feature: Feature) -> JsonObject | None:
    if feature.type == BOOLEAN:
        return None
    if feature.type in {CREDIT_SYSTEM, AI_CREDIT_SYSTEM}:
        schema = [
            {"metered_feature_id": line.metered_feature_id, "credit_amount": number(line.credit_cost)}
            for line in feature.credit_schema or ()
        ]
        return {"schema": schema, "usage_type": "single_use"}
    return {"usage_type": "single_use" if feature.consumable else "continuous_use"}


def _plan(plan: Subscription) -> JsonObject:
    return {
        "id": plan.id,
        "internal_customer_id": plan.customer,
        "internal_product_id": plan.plan,
        "product_id": plan.plan_id,
        "internal_entity_id": plan.entity,
        "status": plan.status,
        "created_at": plan.created_at,
        "starts_at": plan.started_at,
        "canceled_at": plan.canceled_at,
        "ended_at": plan.ended_at,
        "trial_ends_at": plan.trial_ends_at,
        "quantity": plan.quantity,
        "is_custom": plan.custom,
    }
