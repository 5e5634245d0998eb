"""Plans as previews show them to old clients, and the suggestion of a refused check."""

from collections.abc import Mapping

from autumn_mock.domain.balances.preview import FEATURE_FLAG, USAGE_LIMIT, offers, preview_object
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.catalog.plans import plan_object
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.records import Feature, JsonObject, Plan
from autumn_mock.versions.plans import plan_1_2
from autumn_mock.world import World


def preview_of(world: World, holdings: Holdings, feature: Feature, *, has_balance: bool) -> JsonObject:
    """What to offer to somebody who lacks `feature`."""
    active = [plan for plan in world.store.plans if plan.active]
    mains, add_ons = offers(holdings, feature, active)
    products = {plan.internal_id: product_of(world, plan) for plan in (*mains, *add_ons)}
    scenario = USAGE_LIMIT if has_balance else FEATURE_FLAG
    return preview_object(feature, scenario, mains, add_ons, products)


def product_of(world: World, plan: Plan, scenario: str = "new") -> JsonObject:
    """The product of a preview. Seen without a customer, every plan is a new one."""
    features = world.store.features.records
    shown = plan_1_2(plan_object(plan, features, env=world.env, expanded=True))
    properties = shown.pop("properties")
    shown["items"] = [_item(each, features) for each in shown["items"]]
    shown["billing_controls"] = plan.billing_controls
    shown["scenario"] = scenario
    shown["properties"] = properties
    return shown


def _item(item: JsonObject, features: Mapping[str, Feature]) -> JsonObject:
    """An item of a product, its feature in few words, which always has a name to display."""
    if item["feature"] is None:
        return item
    feature = features[item["feature_id"]]
    named = {"singular": feature.name, "plural": feature.name}
    display = item["feature"]["display"] or named
    words = {key: item["feature"][key] for key in ("id", "name", "type")} | {"display": display}
    if feature.type == BOOLEAN:
        kept = ("type", "feature_id", "feature_type", "feature", "entity_feature_id", "display")
        return {key: item[key] for key in kept} | {"feature": words}
    shown: JsonObject = {}
    for key, value in item.items():
        shown[key] = words if key == "feature" else value
        if key == "interval" and "interval_count" not in item:
            shown["interval_count"] = 1
    return shown
