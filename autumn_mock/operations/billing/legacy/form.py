"""Reading a body of the old attach: which products, and what `billing.attach` would have been sent.

Invariant: quantities there leave the included amount out, and each prepaid feature has one.
"""

from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.catalog.pricing import PREPAID, plan_prices
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Customer, Plan
from autumn_mock.errors import billing_legacy as errors
from autumn_mock.operations.billing.customizing import customized
from autumn_mock.operations.billing.legacy.older_form import as_json, customize_of
from autumn_mock.operations.loading import find_customer, find_entity, find_plan, load_holdings
from autumn_mock.operations.registry import Body
from autumn_mock.world import World


class Asked(msgspec.Struct, frozen=True):
    """What an old body asks for, by whom."""

    body: Body
    plans: list[Plan]
    customer: Customer
    holdings: Holdings
    customize: dict[str, Any]


def read_asked(world: World, body: Body) -> Asked:
    """Raises ProductIdRequired, and what is not found."""
    named = [body["product_id"]] if "product_id" in body else body.get("product_ids") or []
    if not named:
        raise errors.ProductIdRequired
    version = body.get("version") if len(named) == 1 else None
    plans = [find_plan(world, plan_id, version) for plan_id in named]
    customer = find_customer(world, body["customer_id"])
    entity = find_entity(world, customer, body["entity_id"]) if body.get("entity_id") else None
    return Asked(body, plans, customer, load_holdings(world, customer, entity), customize_of(world, body))


def attach_body(world: World, asked: Asked, plan: Plan) -> Body:
    """The body for one of the products as `billing.attach` takes it."""
    body = asked.body
    newest: Body = {
        "customer_id": body["customer_id"],
        "plan_id": plan.id,
        "version": plan.version,
        "redirect_mode": "always" if body.get("force_checkout") else "if_required",
    }
    if body.get("entity_id"):
        newest["entity_id"] = body["entity_id"]
    if body.get("success_url"):
        newest["success_url"] = body["success_url"]
    if asked.customize:
        newest["customize"] = asked.customize
    if given := quantities(customized(world, plan, asked.customize), body):
        newest["feature_quantities"] = [
            {"feature_id": feature_id, "quantity": quantity} for feature_id, quantity in given.items()
        ]
    if body.get("invoice"):
        at_once = bool(body.get("enable_product_immediately"))
        newest["invoice_mode"] = {"enabled": True, "enable_plan_immediately": at_once, "finalize": True}
    if body.get("reward"):
        newest["discounts"] = [_discount(world, reward) for reward in _listed(body["reward"])]
    return newest


def multi_attach_body(world: World, asked: Asked) -> Body:
    """The body for several products as `billing.multi_attach` takes it."""
    each = [attach_body(world, asked, plan) for plan in asked.plans]
    own = ("plan_id", "version", "customize", "feature_quantities")
    shared = {key: value for key, value in each[0].items() if key not in own}
    plans = [{key: body[key] for key in own if key in body} for body in each]
    return {**shared, "plans": plans}


def kept(body: Body) -> Body:
    """A body as a hosted page keeps it."""
    plain: Body = as_json(body)
    return plain


def quantities(plan: Plan, body: Body) -> dict[str, Decimal]:
    """Quantities with the included amount, of every prepaid feature. Raises InvalidOptions."""
    sent = {each["feature_id"]: each.get("quantity") for each in body.get("options") or []}
    prices = plan_prices(plan)
    found: dict[str, Decimal] = {}
    for item in plan.items:
        if item.price is None or item.price.billing_method != PREPAID:
            continue
        if item.price.tiers and item.price.tier_behavior == "volume":
            raise errors.VolumeInOldAttach
        quantity = sent.get(item.feature_id)
        if quantity is None:
            raise errors.QuantityMissing(feature_id=item.feature_id)
        if quantity < 0:
            raise errors.QuantityNegative
        if quantity == 0 and len(prices) == 1:
            raise errors.QuantityZero
        found[item.feature_id] = quantity + item.included
    return found


def _listed(reward: Any) -> list[str]:
    return [str(each) for each in reward] if isinstance(reward, list) else [str(reward)]


def _discount(world: World, named: str) -> dict[str, str]:
    """A reward by its id, else by the code that the customer was told."""
    known = world.store.rewards.first("id", named) is not None
    return {"reward_id": named} if known else {"promotion_code": named}
