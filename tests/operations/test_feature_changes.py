"""Changing and deleting features: cases K20 to K36, K196 and K197."""

from typing import Any

import pytest

from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api


def update(api: Api, feature_id: str, **facts: Any) -> Any:
    return api("features.update", feature_id=feature_id, **facts)


def refused(api: Api, feature_id: str, **facts: Any) -> tuple[int, str, str]:
    return api.refused("features.update", feature_id=feature_id, **facts)


def credit_system(api: Api, feature_id: str, of: str) -> None:
    api(
        "features.create",
        feature_id=feature_id,
        name=feature_id.capitalize(),
        type="credit_system",
        credit_schema=[{"metered_feature_id": of, "credit_cost": 1}],
    )


def only_item(api: Api, plan_id: str) -> Any:
    [shown] = api("plans.get", plan_id=plan_id)["items"]
    return shown


def test_k20_only_what_is_given_changes(api: Api) -> None:
    made = api(
        "features.create", feature_id="calls", name="Calls", type="metered", consumable=True, event_names=["x"]
    )

    assert update(api, "calls", event_names=[]) == made | {"event_names": []}


def test_k21_an_unknown_feature_can_not_be_changed(api: Api) -> None:
    assert refused(api, "nothing", name="X") == (404, "feature_not_found", "Feature nothing not found")


def test_k22_an_unused_feature_changes_its_usage_kind(api: Api) -> None:
    seats(api, "storage")

    assert update(api, "storage", consumable=True)["consumable"] is True


def test_k23_metered_needs_consumable(api: Api) -> None:
    metered(api, "calls")

    message = "Consumable is required when changing type to metered"
    assert refused(api, "calls", type="metered") == (400, "invalid_request", message)


def test_k24_nothing_becomes_a_credit_system(api: Api) -> None:
    boolean(api, "export")

    message = "Cannot change type of feature export from boolean to credit_system"
    answer = refused(api, "export", type="credit_system", credit_schema=[])
    assert answer == (400, "invalid_request", message)


def test_k25_an_id_that_is_taken(api: Api) -> None:
    metered(api, "calls", "export")

    message = "Feature calls already exists"
    assert refused(api, "export", new_feature_id="calls") == (409, "duplicate_feature_id", message)


def test_k26_plans_and_credit_schemas_follow_a_new_id(api: Api) -> None:
    metered(api, "pages", "other")
    credit_system(api, "points", "pages")
    price = {"amount": 0.1, "interval": "month", "billing_method": "usage_based"}
    plan(api, "reader", item("pages", 50, price=price))
    plan(api, "each", item("other", 5, entity_feature_id="pages"))

    update(api, "pages", new_feature_id="sheets")

    assert only_item(api, "reader")["feature_id"] == "sheets"
    assert only_item(api, "each")["entity_feature_id"] == "sheets"
    [line] = api("features.get", feature_id="points")["credit_schema"]
    assert line["metered_feature_id"] == "sheets"


def test_k27_k28_a_feature_in_a_credit_schema_keeps_its_kind_and_type(api: Api) -> None:
    metered(api, "clips")
    credit_system(api, "coins", "clips")

    assert refused(api, "clips", consumable=False) == (
        400,
        "invalid_feature",
        "Cannot set to continuous use because it is used in credit system coins",
    )
    assert refused(api, "clips", type="boolean") == (
        400,
        "invalid_feature",
        "Cannot change type of feature clips because it is used in a credit system",
    )


def test_k29_an_entity_feature_keeps_its_kind_and_type(api: Api) -> None:
    metered(api, "clips")
    seats(api, "members")
    plan(api, "team", item("clips", 3, "month", entity_feature_id="members"), item("members", 2))

    assert refused(api, "members", consumable=True)[2] == (
        "Cannot set to single use because it is used as an entity by Clips"
    )
    assert refused(api, "members", type="boolean")[2] == (
        "Cannot change type of feature members because it is used in an entity feature by Clips"
    )


def test_k30_k31_what_a_customer_holds_keeps_id_type_and_kind(api: Api) -> None:
    seats(api, "members")
    plan(api, "team", item("members", 2), auto_enable=True)
    customer(api, "ada")

    answers = [
        refused(api, "members", **change)[2]
        for change in ({"new_feature_id": "people"}, {"type": "boolean"}, {"consumable": True})
    ]

    assert answers == [
        "Cannot change id of feature members because a customer is using it or has used it before",
        "Cannot change type of feature members because it has been attached to a customer before",
        "Cannot set to single use because it is / was used by customers",
    ]
    assert update(api, "members", name="Team members")["name"] == "Team members"


def test_a_priced_feature_keeps_its_type(api: Api) -> None:
    metered(api, "calls")
    plan(api, "pro", item("calls", price={"amount": 1, "interval": "month", "billing_method": "prepaid"}))

    message = "Cannot change type of feature calls because it has a usage price set"
    assert refused(api, "calls", type="boolean") == (400, "invalid_feature", message)


@pytest.mark.parametrize(
    ("kind", "change", "included", "unlimited", "reset"),
    [
        ("boolean", {"type": "metered", "consumable": True}, 0, True, {"interval": "one_off"}),
        ("metered", {"consumable": False}, 20, False, None),
        ("metered", {"type": "boolean"}, 0, False, None),
        ("seats", {"consumable": True}, 20, False, {"interval": "one_off"}),
    ],
    ids=["k32_boolean_to_metered", "k33_consumable_to_not", "metered_to_boolean", "not_to_consumable"],
)
def test_k32_k33_items_follow_a_change_of_their_feature(
    api: Api, kind: str, change: Any, included: int, unlimited: bool, reset: Any
) -> None:
    {"boolean": boolean, "metered": metered, "seats": seats}[kind](api, "boards")
    plan(api, "studio", item("boards", 20, "month"))

    update(api, "boards", **change)

    shown = only_item(api, "studio")
    assert (shown["included"], shown["unlimited"], shown["reset"]) == (included, unlimited, reset)


def test_a_usage_price_makes_items_of_a_feature_that_becomes_consumable_reset(api: Api) -> None:
    seats(api, "desks")
    price = {"amount": 5, "interval": "month", "billing_method": "usage_based"}
    plan(api, "office", item("desks", 1, price=price))

    update(api, "desks", consumable=True)

    assert only_item(api, "office")["reset"] == {"interval": "month"}


def test_k34_k35_k36_a_feature_in_use_is_not_deleted(api: Api) -> None:
    metered(api, "pages")
    credit_system(api, "points", "pages")
    plan(api, "reader", item("pages", 50))

    first = api.refused("features.delete", feature_id="pages")
    api("features.delete", feature_id="points")
    second = api.refused("features.delete", feature_id="pages")
    api("plans.delete", plan_id="reader")

    assert first == (409, "invalid_request", "Feature pages is used by credit system points")
    assert second == (
        409,
        "invalid_request",
        "Feature pages is used in a product. You must delete the product first, or archive it instead.",
    )
    assert api("features.delete", feature_id="pages") == {"success": True}
    assert api.refused("features.delete", feature_id="pages")[0] == 404


def test_k196_k197_entities_keep_the_old_id_and_go_with_their_feature(api: Api) -> None:
    seats(api, "rigs")
    api("entities.create", customer_id="xen", entity_id="r1", feature_id="rigs")

    update(api, "rigs", new_feature_id="towers")

    assert api("entities.get", customer_id="xen", entity_id="r1")["feature_id"] == "rigs"
    gone = api.refused("entities.delete", customer_id="xen", entity_id="r1")
    assert gone == (404, "feature_not_found", "Feature rigs not found")
    assert api("features.delete", feature_id="towers") == {"success": True}
    assert api("entities.list")["list"] == []
