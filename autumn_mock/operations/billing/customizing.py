"""Reading `customize`: the plan as this customer shall have it (reference: customize)."""

from typing import Any

from autumn_mock.domain.billing.customizing import PATCHES, patched
from autumn_mock.domain.catalog import plan_checks
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.records import Plan
from autumn_mock.errors.billing import NegativePrice
from autumn_mock.operations.licenses.offers import customized_licenses
from autumn_mock.operations.plan_editing import new_content
from autumn_mock.world import World


def customized(world: World, plan: Plan, customize: dict[str, Any]) -> Plan:
    """The plan with this customer's own price, items, controls and licences; the same one where nothing
    is its own.

    Raises FeatureNotFound and what a plan of such a content is refused with.
    """
    sent: dict[str, Any] = {key: customize[key] for key in ("price", "items") if key in customize}
    patches = PATCHES & customize.keys()
    if "add_items" in patches:
        sent["items"] = customize["add_items"]
    content = new_content(world, sent)
    if patches:
        content["items"] = patched(plan.items, customize, content.get("items", ()), world.make_id)
    _check(world, plan, content, sent, added="add_items" in patches)
    if "billing_controls" in customize:
        content["billing_controls"] = {**plan.billing_controls, **customize["billing_controls"]}
    licenses = customized_licenses(world, plan, customize)
    if licenses != plan.licenses:
        content["licenses"] = licenses
    return plan.but(**content) if content else plan


def _check(world: World, plan: Plan, content: dict[str, Any], sent: dict[str, Any], *, added: bool) -> None:
    """What is sent is checked as in a plan of its own, then together with what stays."""
    if not content:
        return
    features, items = world.store.features.records, sent.get("items") or []
    after = plan.but(**content)
    fresh = after.items[len(after.items) - len(items) :] if added else after.items
    plan_checks.check_content(after.but(items=fresh), features, sent.get("price"), items)
    plan_checks.check_together(after.price, after.items)
    prices = [after.price, *(item.price for item in after.items)]
    if any(price is not None and price.amount is not None and price.amount < ZERO for price in prices):
        raise NegativePrice
