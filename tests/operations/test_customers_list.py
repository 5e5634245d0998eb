"""`customers.list`: cases C89 to C102."""

from typing import Any

import pytest

from tests.builders import customer, item, metered, plan
from tests.conftest import Api


@pytest.fixture
def three(api: Api) -> Api:
    """Customers a, b and c, made a second apart."""
    api.freeze("2026-11-25T09:00:00Z")
    for name in "abc":
        customer(api, name)
        api.advance("1 second")
    return api


def ids(page: dict[str, Any]) -> list[str]:
    return [shown["id"] for shown in page["list"]]


def test_c89_nobody(api: Api) -> None:
    assert api("customers.list") == {"list": [], "next_cursor": None}


def test_c90_pages_follow_each_other(three: Api) -> None:
    first = three("customers.list", limit=2)
    second = three("customers.list", limit=2, start_cursor=first["next_cursor"])

    assert (ids(first), ids(second)) == (["c", "b"], ["a"])
    assert second["next_cursor"] is None


def test_c91_a_page_that_holds_all_has_no_cursor(three: Api) -> None:
    page = three("customers.list", limit=3)

    assert ids(page) == ["c", "b", "a"]
    assert page["next_cursor"] is None


def test_c92_the_other_way_round(three: Api) -> None:
    first = three("customers.list", limit=2, sort_order="asc")
    second = three("customers.list", limit=2, sort_order="asc", start_cursor=first["next_cursor"])

    assert (ids(first), ids(second)) == (["a", "b"], ["c"])


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        pytest.param("ADA", ["x3", "x2", "ada-1"], id="c93 in id, name or e-mail"),
        pytest.param("  grace ", ["ada-1"], id="trimmed"),
        pytest.param("  ", ["x3", "x2", "ada-1"], id="c94 blank is no filter"),
        pytest.param("nobody", [], id="none"),
    ],
)
def test_c93_c94_search(api: Api, search: str, expected: list[str]) -> None:
    api.freeze("2026-11-25T09:00:00Z")
    customer(api, "ada-1", name="Grace", email="g@example.com")
    api.advance("1 second")
    customer(api, "x2", name="Ada L")
    api.advance("1 second")
    customer(api, "x3", name="Bob", email="bob@ADA.org")

    assert ids(api("customers.list", search=search)) == expected


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        pytest.param(
            {"limit": 1001}, (400, "invalid_request", "limit 1001 exceeds max of 1000 for this org"), id="c95"
        ),
        pytest.param(
            {"start_cursor": "!!!"}, (400, "invalid_cursor", "cursor payload is not valid JSON"), id="c96"
        ),
    ],
)
def test_c95_c96_refusals(api: Api, body: Any, refusal: tuple[int, str, str]) -> None:
    assert api.refusal(api.call("customers.list", body)) == refusal


def test_c97_a_cursor_of_another_shape_lists_what_is_wrong(api: Api) -> None:
    status, code, message = api.refused("customers.list", start_cursor="e30")

    assert (status, code) == (400, "invalid_cursor")
    assert message.startswith('cursor shape mismatch: [\n  {\n    "code": "invalid_value",\n    "values": [\n')
    assert message.count('"invalid_type"') == 2


def test_c98_to_c100_filters(api: Api) -> None:
    metered(api, "messages")
    plan(api, "hobby", item("messages", 10, "month"))
    customer(api, "plain")
    customer(api, "paying", create_in_stripe=True)
    customer(api, "hobbyist", auto_enable_plan_id="hobby")

    assert ids(api("customers.list", processors=["stripe"])) == ["paying"]
    assert ids(api("customers.list", plans=[{"id": "hobby"}])) == ["hobbyist"]
    assert ids(api("customers.list", plans=[{"id": "hobby", "versions": [1]}])) == ["hobbyist"]
    assert ids(api("customers.list", plans=[{"id": "hobby", "versions": [2]}])) == []


def test_a_status_alone_narrows_what_is_shown_not_who(api: Api) -> None:
    metered(api, "messages")
    plan(api, "hobby", item("messages", 10, "month"))
    customer(api, "hobbyist", auto_enable_plan_id="hobby")

    [shown] = api("customers.list", subscription_status="scheduled")["list"]

    assert shown["id"] == "hobbyist"
    assert shown["subscriptions"] == []
    assert shown["balances"] == {}


def test_a_range_of_creation(three: Api) -> None:
    middle = three("customers.get", customer_id="b")["created_at"]

    assert ids(three("customers.list", created_at_range={"start": middle})) == ["c", "b"]
    assert ids(three("customers.list", created_at_range={"end": str(middle)})) == ["b", "a"]
    assert ids(three("customers.list", created_at_range={"end": middle}, sort_order="asc")) == ["a", "b"]


def test_c102_offset_pages_before_2_3(three: Api) -> None:
    page = three("customers.list", version="2.2", limit=2)

    assert ids(page) == ["c", "b"]
    assert {key: value for key, value in page.items() if key != "list"} == {
        "total": 2,
        "total_count": 3,
        "total_filtered_count": 3,
        "limit": 2,
        "offset": 0,
        "has_more": True,
    }
    assert three("customers.list", version="2.2", limit=2, offset=2)["has_more"] is False
    assert three("customers.list", version="2.2", search="b")["total_filtered_count"] == 1


def test_the_legacy_list_has_no_has_more(three: Api) -> None:
    status, page = three.request("GET", "/v1/customers?limit=10&offset=1")
    refused = three.refusal(three.request("GET", "/v1/customers?limit=5"))

    assert (status, ids(page)) == (200, ["b", "a"])
    assert "has_more" not in page
    assert refused[2] == "limit: Too small: expected number to be >=10"


def test_customers_of_the_same_instant_are_all_listed_once(api: Api) -> None:
    api.freeze("2026-11-25T09:00:00Z")
    for n in range(7):
        customer(api, f"c{n}")
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = api("customers.list", limit=3, start_cursor=cursor)
        seen += ids(page)
        cursor = page["next_cursor"]

    assert seen == [f"c{n}" for n in reversed(range(7))]
