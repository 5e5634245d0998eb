"""Legacy routes that read, change and delete plans: cases K171, K188 and K207 to K211."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api

OLD = "1.2.0"


def post(api: Api, path: str, body: Any, version: str = "2.3.0") -> tuple[int, Any]:
    return api.request("POST", path, body, version=version)


def posted(api: Api, path: str, body: Any, version: str = "2.3.0") -> Any:
    status, shown = post(api, path, body, version)
    assert status == 200, shown
    return shown


def got(api: Api, plan_id: str) -> Any:
    return api("plans.get", plan_id=plan_id)


def test_an_old_update_changes_what_it_names(api: Api) -> None:
    metered(api, "words")
    plan(api, "classic", item("words", 10, "month"), price={"amount": 20, "interval": "month"}, group="g",
         free_trial={"duration_length": 7})  # fmt: skip

    first = posted(
        api,
        "/v1/products/classic",
        {"name": "Two", "items": [{"feature_id": "words", "included_usage": "inf"}]},
        OLD,
    )
    second = posted(api, "/v1/products/classic", {"free_trial": None, "is_add_on": True, "group": None}, OLD)

    assert (first["name"], [each["included_usage"] for each in first["items"]]) == ("Two", ["inf"])
    assert (second["is_add_on"], second["free_trial"], second["group"]) == (True, None, None)
    assert got(api, "classic")["price"] is None


def test_k208_an_old_update_leaves_a_plan_archived(api: Api) -> None:
    plan(api, "shelf")
    posted(api, "/v1/products/shelf", {"archived": True}, OLD)

    assert posted(api, "/v1/products/shelf", {"name": "Kept archived"}, OLD)["archived"] is True


def test_k209_absent_fields_mean_their_defaults_since_2_0(api: Api) -> None:
    metered(api, "miles")
    plan(api, "trip", item("miles", 100, "month"), description="Long way", group="road", auto_enable=True)

    shown = posted(api, "/v1/products/trip", {"name": "Trips"}, "2.1.0")

    assert (shown["description"], shown["auto_enable"]) == (None, False)
    assert (shown["group"], [each["included"] for each in shown["items"]]) == ("road", [100])


def test_k210_a_price_or_items_alone_are_the_whole_since_2_0(api: Api) -> None:
    metered(api, "miles")
    plan(api, "trip", item("miles", 100, "month"))

    priced = posted(api, "/v1/products/trip", {"price": {"amount": 9, "interval": "month"}})
    filled = posted(api, "/v1/products/trip", {"items": [item("miles", 50, "month")]})
    old = posted(api, "/v1/products/trip", {"items": [{"price": 4, "interval": "month"}]}, OLD)

    assert priced["items"] == []
    assert filled["price"] is None
    assert [each["type"] for each in old["items"]] == ["price"]


def test_k211_the_version_in_the_query_is_text(api: Api) -> None:
    plan(api, "trip")

    message = "version: must be a number (received string)"
    answer = api.refusal(post(api, "/v1/products/trip?version=1", {"name": "Versioned"}))
    assert answer == (400, "invalid_inputs", message)
    assert posted(api, "/v1/products/trip?version=1", {"name": "Versioned"}, OLD)["name"] == "Versioned"


def test_plans_are_read_in_the_version_of_the_call(api: Api) -> None:
    seats(api, "seats")
    posted(
        api,
        "/v1/products",
        {"id": "two", "name": "Two", "auto_enable": True, "items": [item("seats", 7)]},
        "2.0.0",
    )

    newest = api.request("GET", "/v1/products/two")[1]
    second = api.request("GET", "/v1/plans/two", version="2.0.0")[1]
    first = api.request("GET", "/v1/products", version=OLD)[1]["list"][0]

    assert (newest["auto_enable"], second["default"], first["is_default"]) == (True, True, True)
    assert [len(each) for each in (newest["items"], second["features"], first["items"])] == [1, 1, 1]


def test_patch_and_delete(api: Api) -> None:
    plan(api, "rest")

    status, shown = api.request("PATCH", "/v1/products/rest", {"archived": True}, version="2.0.0")

    assert (status, shown["archived"], "default" in shown) == (200, True, True)
    assert api.request("GET", "/v1/products")[1] == {"list": []}
    assert len(api.request("GET", "/v1/products?include_archived=true")[1]["list"]) == 1
    assert api.request("DELETE", "/v1/products/rest?all_versions=true") == (200, {"success": True})
    assert api.refusal(api.request("DELETE", "/v1/products/rest"))[0] == 404


def test_upsert_makes_a_plan_that_is_not_there(api: Api) -> None:
    shown = posted(
        api, "/v1/products/fresh?upsert=true", {"name": "Fresh", "price": {"amount": 3, "interval": "month"}}
    )

    assert (shown["id"], shown["version"], shown["price"]["amount"]) == ("fresh", 1, 3)


def test_a_copy_is_another_plan(api: Api) -> None:
    plan(api, "pro", price={"amount": 3, "interval": "month"})

    shown = posted(api, "/v1/products/pro/copy", {"id": "pro_copy", "name": "Copy", "env": "sandbox"})

    assert (shown["id"], shown["name"], shown["price"]["amount"]) == ("pro_copy", "Copy", 3)
    assert shown["price"]["price_id"] != got(api, "pro")["price"]["price_id"]
    status, answer = post(api, "/v1/products/pro/copy", {"id": "pro_live", "name": "Live", "env": "live"})
    assert (status, answer["code"]) == (501, "not_emulated")


def test_k171_k188_who_stands_against_a_deletion(api: Api) -> None:
    metered(api, "scans")
    plan(api, "scan", item("scans", 1, "month"), auto_enable=True)
    path = "/v1/products/scan/deletion_info"

    before = api.request("GET", path)[1]
    customer(api, "kim", name="Kim")
    after = api.request("GET", path)[1]

    assert before == {"numVersion": 1, "hasCusProducts": True, "hasCusProductsLatest": False}
    assert after == {
        "numVersion": 1, "hasCusProducts": True, "hasCusProductsLatest": True, "customerName": "Kim",
        "totalCount": "1",
    }  # fmt: skip
    unknown = api.refusal(api.request("GET", "/v1/products/none/deletion_info"))
    assert unknown == (404, "product_not_found", "Product none not found")
    assert api.request("GET", "/v1/features/scans/deletion_info") == (
        200, {"productName": "Scan", "totalCount": 1},
    )  # fmt: skip
    none = api.refusal(api.request("GET", "/v1/features/none/deletion_info"))
    assert none == (404, "feature_not_found", "Feature not found")


@pytest.mark.parametrize(
    ("facts", "would"),
    [
        ({"items": [item("scans", 2, "month")]}, True),
        ({"name": "Scan two", "items": [item("scans", 1, "month")]}, False),
        ({"billing_controls": {"overage_allowed": [{"feature_id": "scans", "enabled": True}]}}, True),
    ],
)
def test_k171_whether_an_update_would_make_a_version(api: Api, facts: Any, would: bool) -> None:
    metered(api, "scans")
    plan(api, "scan", item("scans", 1, "month"), auto_enable=True)
    path = "/v1/products/scan/has_customers"

    without = posted(api, path, {"id": "scan", **facts}, "2.1.0")
    customer(api, "kim")

    assert without == {"current_version": 1, "will_version": False, "archived": False}
    assert posted(api, path, {"id": "scan", **facts}, "2.1.0")["will_version"] is would
