"""Entities: cases K139 to K166, K185 to K187, K196 and K197."""

from typing import Any

import pytest

from tests.builders import boolean, customer, item, metered, plan, seats
from tests.conftest import Api

COUNTED = ("granted", "remaining", "usage")


def entity(api: Api, entity_id: str, customer_id: str = "acme", feature_id: str = "seats", **facts: Any) -> Any:
    return api("entities.create", customer_id=customer_id, entity_id=entity_id, feature_id=feature_id, **facts)


def counted(shown: dict[str, Any], feature_id: str) -> tuple[Any, ...]:
    """Granted, remaining and usage of a balance."""
    balance = shown["balances"][feature_id]
    return tuple(balance[name] for name in COUNTED)


def get_customer(api: Api, customer_id: str = "acme") -> Any:
    return api("customers.get", customer_id=customer_id)


def get_entity(api: Api, entity_id: str, customer_id: str = "acme") -> Any:
    return api("entities.get", customer_id=customer_id, entity_id=entity_id)


# Making


def test_k139_an_unknown_customer_is_made_with_the_entity(api: Api) -> None:
    seats(api, "seats")

    entity(api, "lea", customer_data={"name": "Acme"})

    assert get_customer(api)["name"] == "Acme"


def test_k140_the_answer_has_no_feature_id(api: Api) -> None:
    seats(api, "seats")
    api.freeze("2026-11-25T09:00:00Z")

    made = entity(api, "lea", name="Lea")

    assert made == {
        "id": "lea",
        "name": "Lea",
        "customer_id": "acme",
        "created_at": api.world.now(),
        "env": "sandbox",
        "subscriptions": [],
        "purchases": [],
        "balances": {},
        "flags": {},
        "billing_controls": {},
    }


def test_k141_k142_get_shows_the_feature_with_and_without_the_customer(api: Api) -> None:
    seats(api, "seats")
    made = entity(api, "lea", name="Lea")

    found = get_entity(api, "lea")

    assert found == {**made, "feature_id": "seats"}
    assert api("entities.get", entity_id="lea") == found


@pytest.mark.parametrize("operation", ["entities.get", "entities.update", "entities.delete"])
def test_k143_an_id_of_two_customers_needs_the_customer(api: Api, operation: str) -> None:
    seats(api, "shops")
    for customer_id in ("north", "south"):
        entity(api, "main", customer_id, "shops")

    refusal = api.refused(operation, entity_id="main")

    assert refusal == (
        400,
        "entity_id_required",
        "More than one customer has an entity with ID 'main'. "
        "Include customer_id in the request so we know which one to use.",
    )


@pytest.mark.parametrize("feature_id", ["seats", "rooms"])
def test_k144_an_id_is_taken_for_every_feature(api: Api, feature_id: str) -> None:
    seats(api, "seats", "rooms")
    entity(api, "x")

    refusal = api.refused("entities.create", customer_id="acme", entity_id="x", feature_id=feature_id)

    assert refusal == (409, "entity_already_exists", "Entity x already exists")


def test_k145_a_consumable_feature_is_refused_and_the_customer_stays(api: Api) -> None:
    metered(api, "messages")

    refusal = api.refused("entities.create", customer_id="acme", entity_id="x", feature_id="messages")

    assert refusal == (
        400,
        "invalid_request",
        "Feature 'messages' is consumable (e.g. credits, API calls). "
        "Entities can only be created for non-consumable features (e.g. seats).",
    )
    assert get_customer(api)["id"] == "acme"


def test_k146_an_unknown_feature_is_refused_and_the_customer_stays(api: Api) -> None:
    refusal = api.refused("entities.create", customer_id="acme", entity_id="x", feature_id="nothing")

    assert refusal == (404, "feature_not_found", "Feature nothing not found")
    assert get_customer(api)["id"] == "acme"


def test_k147_a_boolean_feature_will_do(api: Api) -> None:
    boolean(api, "flag")

    entity(api, "x", feature_id="flag")

    assert get_entity(api, "x")["feature_id"] == "flag"


@pytest.mark.parametrize(("given", "named"), [(None, "null"), (17, "number")])
def test_k148_an_id_is_text(api: Api, given: object, named: str) -> None:
    seats(api, "seats")

    refusal = api.refused("entities.create", customer_id="acme", entity_id=given, feature_id="seats")

    assert refusal == (400, "invalid_inputs", f"entity_id: must be a string (received {named})")


def test_problems_are_told_in_the_order_of_the_fields(api: Api) -> None:
    _, _, message = api.refused("entities.create")

    assert message == (
        "[Validation Errors] feature_id: must be a string (received undefined); "
        "customer_id: must be a string (received undefined); "
        "entity_id: must be a string (received undefined)"
    )


def test_a_control_is_given_once_for_each_feature(api: Api) -> None:
    seats(api, "seats")
    limit = {"feature_id": "seats", "enabled": True, "overage_limit": 5}

    refusal = api.refused(
        "entities.create",
        customer_id="acme",
        entity_id="x",
        feature_id="seats",
        billing_controls={"spend_limits": [limit, limit]},
    )

    assert refusal == (
        400,
        "invalid_inputs",
        "billing_controls.spend_limits.1.feature_id: Only one spend limit entry is allowed per feature_id",
    )


# Balances


def test_k149_seats_beyond_the_grant_are_counted_and_not_refused(api: Api) -> None:
    seats(api, "seats")
    plan(api, "team", item("seats", 2), auto_enable=True)
    customer(api, "acme")

    for entity_id in "abc":
        entity(api, entity_id)

    assert counted(get_customer(api), "seats") == (2, 0, 3)
    assert api("balances.check", customer_id="acme", feature_id="seats")["allowed"] is False


def test_k150_a_seat_is_free_again_and_its_id_too(api: Api) -> None:
    seats(api, "seats")
    plan(api, "team", item("seats", 2), auto_enable=True)
    for entity_id in "ab":
        entity(api, entity_id)

    answer = api("entities.delete", customer_id="acme", entity_id="a")

    assert answer == {"success": True}
    assert counted(get_customer(api), "seats") == (2, 1, 1)
    entity(api, "a")
    assert counted(get_customer(api), "seats") == (2, 0, 2)


@pytest.fixture
def bots(api: Api) -> Api:
    """A plan with 100 replies for each bot, and two bots."""
    seats(api, "bots")
    metered(api, "replies")
    replies = item("replies", 100, "month", entity_feature_id="bots")
    plan(api, "chat", item("bots", 5), replies, auto_enable=True)
    for entity_id in ("bot1", "bot2"):
        entity(api, entity_id, feature_id="bots")
    return api


def test_k151_each_entity_uses_its_own_share(bots: Api) -> None:
    bots("balances.track", customer_id="acme", entity_id="bot1", feature_id="replies", value=30)

    assert counted(get_entity(bots, "bot1"), "replies") == (100, 70, 30)
    assert counted(get_entity(bots, "bot2"), "replies") == (100, 100, 0)
    assert counted(get_customer(bots), "replies") == (200, 170, 30)


def test_k152_the_share_goes_with_the_entity(bots: Api) -> None:
    bots("balances.track", customer_id="acme", entity_id="bot1", feature_id="replies", value=30)

    bots("entities.delete", customer_id="acme", entity_id="bot1")

    assert counted(get_customer(bots), "replies") == (100, 100, 0)
    assert get_customer(bots)["balances"]["bots"]["usage"] == 1


def test_k153_a_plan_attached_later_counts_the_entities_that_are_there(api: Api) -> None:
    seats(api, "sites")
    metered(api, "visits")
    plan(api, "host", item("sites", 3), item("visits", 10, "month", entity_feature_id="sites"))
    for entity_id in "ab":
        entity(api, entity_id, feature_id="sites")

    api("billing.attach", customer_id="acme", plan_id="host")

    assert counted(get_customer(api), "sites") == (3, 1, 2)
    assert counted(get_customer(api), "visits") == (20, 20, 0)
    assert counted(get_entity(api, "a"), "visits") == (10, 10, 0)


@pytest.fixture
def project(api: Api) -> Api:
    """A default plan of 5 events, and a plan of 50 on the entity p1."""
    seats(api, "projects")
    metered(api, "events")
    plan(api, "org", item("events", 5, "month"), auto_enable=True)
    plan(api, "project", item("events", 50, "month"), group="projects")
    entity(api, "p1", feature_id="projects")
    api("billing.attach", customer_id="acme", entity_id="p1", plan_id="project")
    return api


def scopes(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["plan_id"], each["scope"]) for each in shown["subscriptions"]]


def test_k154_plans_of_an_entity_and_of_its_customer_are_seen_together(project: Api) -> None:
    of_entity, of_customer = get_entity(project, "p1"), get_customer(project)

    assert scopes(of_entity) == [("project", "entity"), ("org", "customer")]
    assert scopes(of_customer) == [("org", "customer"), ("project", "entity")]
    assert of_entity["balances"]["events"]["granted"] == 55
    assert of_customer["balances"]["events"]["granted"] == 55


def test_k155_paid_seats_stop_at_their_limit(api: Api) -> None:
    api("features.create", feature_id="seats", name="Team seats", type="metered", consumable=False)
    price = {"amount": 5, "interval": "month", "billing_method": "usage_based", "max_purchase": 1}
    plan(api, "cap", item("seats", 1, price=price))
    customer(api, "acme")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "acme"})
    api("billing.attach", customer_id="acme", plan_id="cap")
    for entity_id in "abc":
        entity(api, entity_id)

    refusal = api.refused("entities.create", customer_id="acme", entity_id="d", feature_id="seats")

    assert refusal == (
        400,
        "feature_limit_reached",
        "Cannot create 1 entities for feature Team seats as it would exceed the usage limit.",
    )
    assert counted(get_customer(api), "seats") == (1, 0, 3)


def test_k185_the_answer_shows_the_seats_as_they_were_before(api: Api) -> None:
    seats(api, "seats")
    plan(api, "team", item("seats", 2), auto_enable=True)
    customer(api, "acme")

    made = entity(api, "a")

    assert counted(made, "seats") == (2, 2, 0)
    assert counted(get_customer(api), "seats") == (2, 1, 1)


def test_the_answer_shows_the_new_share_first(bots: Api) -> None:
    made = entity(bots, "bot3", feature_id="bots")

    assert list(made["balances"]) == ["replies", "bots"]
    assert counted(made, "replies") == (100, 100, 0)
    assert counted(made, "bots") == (5, 3, 2)


def test_k186_a_free_plan_of_a_deleted_entity_becomes_the_customers(project: Api) -> None:
    project("balances.track", customer_id="acme", entity_id="p1", feature_id="events", value=52)

    project("entities.delete", customer_id="acme", entity_id="p1")

    found = get_customer(project)
    assert sorted(scopes(found)) == [("org", "customer"), ("project", "customer")]
    assert counted(found, "events") == (55, 3, 52)


def test_a_paid_plan_of_a_deleted_entity_ends(api: Api) -> None:
    seats(api, "seats")
    plan(api, "pro", price={"amount": 20, "interval": "month"})
    entity(api, "a")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "acme"})
    api("billing.attach", customer_id="acme", entity_id="a", plan_id="pro")

    api("entities.delete", customer_id="acme", entity_id="a")

    found = api("customers.get", customer_id="acme", expand=["invoices"])
    assert found["subscriptions"] == []
    assert [invoice["total"] for invoice in found["invoices"]] == [20]


# Made on the way


def test_k156_an_unknown_entity_needs_its_data_in_old_versions(api: Api) -> None:
    seats(api, "pods")
    customer(api, "acme")
    about = {"customer_id": "acme", "entity_id": "pod1", "feature_id": "pods"}

    refusal = api.refusal(api.call("balances.check", about, version="2.0.0"))

    assert refusal == (
        400,
        "invalid_inputs",
        "Entity with id pod1 not found. To automatically create this entity, please pass in "
        "'feature_id' into the 'entity_data' field of the request body.",
    )


def test_k156_entity_data_makes_the_entity_in_old_versions_only(api: Api) -> None:
    seats(api, "pods")
    customer(api, "acme")
    about = {"customer_id": "acme", "feature_id": "pods", "entity_data": {"feature_id": "pods", "name": "One"}}

    newest = api.refused("balances.check", entity_id="pod1", **about)
    api("balances.check", version="2.0.0", entity_id="pod1", **about)

    assert newest == (404, "entity_not_found", "Entity pod1 not found")
    assert get_entity(api, "pod1")["name"] == "One"


def test_an_entity_of_a_paid_feature_is_not_made_on_the_way(api: Api) -> None:
    seats(api, "pods")
    price = {"amount": 5, "interval": "month", "billing_method": "usage_based"}
    plan(api, "cloud", item("pods", 1, price=price))
    customer(api, "acme")
    api.request("POST", "/_mock/payment_methods", {"customer_id": "acme"})
    api("billing.attach", customer_id="acme", plan_id="cloud")

    refusal = api.refused(
        "customers.get_or_create",
        customer_id="acme",
        entity_id="pod1",
        entity_data={"feature_id": "pods"},
    )

    text = "Failed to auto create entity for feature Pods because it is a paid feature."
    assert refusal == (400, "invalid_inputs", text)


# Lists


@pytest.fixture
def four(api: Api) -> Api:
    """Four entities, a second between each and the next."""
    seats(api, "repos")
    api.freeze("2026-11-25T09:00:00Z")
    for customer_id, entity_id, name in (
        ("omega", "api", "The API"),
        ("omega", "web", "Web shop"),
        ("omega", "ios", None),
        ("delta", "cms", "Web cms"),
    ):
        entity(api, entity_id, customer_id, "repos", name=name)
        api.advance("1 second")
    return api


def ids(page: dict[str, Any]) -> list[str]:
    return [each["id"] for each in page["list"]]


def test_k157_a_cursor_goes_on_where_the_page_ended(four: Api) -> None:
    first = four("entities.list", limit=3)

    second = four("entities.list", limit=3, start_cursor=first["next_cursor"])

    assert (ids(first), ids(second)) == (["cms", "ios", "web"], ["api"])
    assert second["next_cursor"] is None


def test_a_cursor_goes_on_within_one_customer(four: Api) -> None:
    first = four("entities.list", customer_id="omega", limit=2)

    second = four("entities.list", customer_id="omega", limit=2, start_cursor=first["next_cursor"])

    assert (ids(first), ids(second)) == (["ios", "web"], ["api"])
    assert ids(four("entities.list", customer_id="nobody")) == []


def test_k158_search_finds_ids_and_names(four: Api) -> None:
    assert ids(four("entities.list", search="WEB")) == ["cms", "web"]


def test_lists_are_narrowed_to_plans(four: Api) -> None:
    plan(four, "host", item("repos", 9))
    four("billing.attach", customer_id="delta", plan_id="host")

    assert ids(four("entities.list", plans=[{"id": "host"}])) == ["cms"]
    assert ids(four("entities.list", plans=[{"id": "host", "versions": [2]}])) == []
    assert ids(four("entities.list", plans=[{"id": "host"}], subscription_status="scheduled")) == []


def test_lists_are_narrowed_to_processors(four: Api) -> None:
    four.request("POST", "/_mock/payment_methods", {"customer_id": "delta"})

    assert ids(four("entities.list", processors=["stripe"])) == ["cms"]


def test_k159_older_lists_go_by_offset(four: Api) -> None:
    page = four("entities.list", version="2.2.0", limit=2, offset=1)

    assert ids(page) == ["ios", "web"]
    assert {key: page[key] for key in page if key != "list"} == {
        "total": 2,
        "total_count": 4,
        "total_filtered_count": 4,
        "limit": 2,
        "offset": 1,
        "has_more": True,
    }


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"limit": 0}, "invalid_inputs", "limit: Too small: expected number to be >=1"),
        ({"limit": 5001}, "invalid_inputs", "limit: Too big: expected number to be <=5000"),
        ({"start_cursor": "nonsense"}, "invalid_cursor", "cursor payload is not valid JSON"),
    ],
)
def test_k160_bad_pages_are_refused(api: Api, given: dict[str, Any], code: str, message: str) -> None:
    assert api.refused("entities.list", **given) == (400, code, message)


# Legacy routes


def rest(api: Api, method: str, path: str = "", body: Any = None, version: str = "1.2.0") -> Any:
    return api.request(method, f"/v1/customers/gamma/entities{path}", body, version=version)


@pytest.fixture
def gamma(api: Api) -> Api:
    seats(api, "users")
    customer(api, "gamma")
    return api


def test_k161_an_array_answers_a_list_and_one_answers_itself(gamma: Api) -> None:
    several = rest(
        gamma, "POST", body=[{"id": "u1", "feature_id": "users"}, {"id": "u2", "feature_id": "users"}]
    )
    alone = rest(gamma, "POST", body=[{"id": "u3", "name": "Three", "feature_id": "users"}])
    oldest = rest(gamma, "POST", body={"id": "u4", "feature_id": "users"}, version="1.1.0")

    assert ids(several[1]) == ["u1", "u2"]
    assert alone[1] == {
        "id": "u3",
        "name": "Three",
        "customer_id": "gamma",
        "created_at": alone[1]["created_at"],
        "env": "sandbox",
        "products": [],
        "features": {},
    }
    assert oldest == (200, {"success": True})


def test_k162_the_next_entity_takes_the_place_of_the_nameless_one(gamma: Api) -> None:
    status, nameless = rest(
        gamma, "POST", body={"id": None, "name": "X", "feature_id": "users"}, version="2.3.0"
    )
    second = Api.refusal(rest(gamma, "POST", body={"id": None, "feature_id": "users"}))
    gamma.advance("1 minute")

    named = entity(gamma, "u6", "gamma", "users", name="Six")

    assert (status, nameless["id"]) == (200, None)
    assert second == (
        400,
        "entity_id_required",
        "Each entity must have a unique id; only one entity per customer may omit an id.",
    )
    assert (named["created_at"], named["name"]) == (nameless["created_at"], "Six")
    assert len(rest(gamma, "GET")[1]["list"]) == 1


def test_an_empty_id_is_none(gamma: Api) -> None:
    assert entity(gamma, "", "gamma", "users")["id"] is None


def test_k163_a_number_becomes_text(gamma: Api) -> None:
    rest(gamma, "POST", body={"id": 3, "feature_id": "users"})

    assert rest(gamma, "GET", "/3", version="2.3.0")[1]["id"] == "3"


def test_k187_one_id_twice_in_a_batch_is_refused(gamma: Api) -> None:
    twice = [{"id": "u7", "feature_id": "users"}] * 2

    refusal = Api.refusal(rest(gamma, "POST", body=twice))

    assert refusal == (409, "entity_already_exists", "Entity with ID u7 already exists")
    assert rest(gamma, "GET")[1] == {"list": []}


def test_the_legacy_list_shows_raw_entities(gamma: Api) -> None:
    limit = {"feature_id": "users", "enabled": True, "overage_limit": 5}
    entity(gamma, "u1", "gamma", "users", billing_controls={"spend_limits": [limit]})

    [raw] = rest(gamma, "GET")[1]["list"]

    assert raw.pop("internal_id").startswith("ety_")
    assert raw.pop("internal_customer_id").startswith("cus_")
    assert raw.pop("internal_feature_id").startswith("fe_")
    assert raw == {
        "id": "u1",
        "org_id": f"org_{gamma.org}",
        "created_at": raw["created_at"],
        "env": "sandbox",
        "name": None,
        "deleted": False,
        "usage_limits": None,
        "overage_allowed": None,
        "feature_id": "users",
        "billing_controls": {"spend_limits": [limit]},
    }


def test_an_internal_id_and_invoices_are_shown_when_asked_for(gamma: Api) -> None:
    entity(gamma, "u1", "gamma", "users")

    shown = rest(gamma, "GET", "/u1?with_autumn_id=true&expand=invoices", version="2.2.0")[1]

    assert shown["autumn_id"].startswith("ety_")
    assert shown["invoices"] == []


def test_k164_older_versions_have_products_and_features(project: Api) -> None:
    by_rpc = project("entities.get", version="1.2.0", customer_id="acme", entity_id="p1")
    _, by_rest = project.request("GET", "/v1/customers/acme/entities/p1", version="1.2.0")
    middle = project("entities.get", version="2.0.0", customer_id="acme", entity_id="p1")

    assert [product["id"] for product in by_rpc["products"]] == ["project", "org"]
    assert by_rpc["products"][0]["items"] is None
    assert by_rest["products"][0]["name"] == "Project"
    assert by_rpc["features"]["events"]["balance"] == 55
    assert {"balances", "subscriptions", "purchases", "flags"}.isdisjoint(by_rpc)
    assert middle["balances"]["events"]["current_balance"] == 55
    assert middle["scheduled_subscriptions"] == []


# Changing


def test_k165_only_controls_change_list_by_list(api: Api) -> None:
    seats(api, "seats")
    spend = {"feature_id": "seats", "enabled": True, "overage_limit": 50}
    alert = {"feature_id": "seats", "threshold": 5, "threshold_type": "usage"}
    entity(api, "lea", name="Lea", billing_controls={"spend_limits": [spend]})

    changed = api("entities.update", entity_id="lea", name="Other", billing_controls={"usage_alerts": [alert]})

    assert changed["name"] == "Lea"
    assert changed["billing_controls"]["spend_limits"] == [spend]
    assert changed["billing_controls"]["usage_alerts"][0]["threshold"] == 5


@pytest.mark.parametrize(
    ("operation", "customer_id", "code", "message"),
    [
        ("entities.get", "nobody", "entity_not_found", "Entity x not found"),
        ("entities.update", "nobody", "customer_not_found", "Customer nobody not found"),
        ("entities.delete", "nobody", "customer_not_found", "Customer nobody not found"),
        ("entities.get", "beta", "entity_not_found", "Entity x not found"),
        ("entities.update", "beta", "customer_not_found", "Customer beta not found"),
        ("entities.delete", "beta", "entity_not_found", "Entity x not found"),
    ],
)
def test_k166_each_operation_names_what_is_missing(
    api: Api, operation: str, customer_id: str, code: str, message: str
) -> None:
    customer(api, "beta")

    assert api.refused(operation, customer_id=customer_id, entity_id="x") == (404, code, message)


def test_an_entity_of_nobody_is_not_found(api: Api) -> None:
    assert api.refused("entities.get", entity_id="x") == (404, "entity_not_found", "Entity x not found")


def test_k196_an_entity_keeps_the_name_its_feature_had(api: Api) -> None:
    seats(api, "rigs")
    entity(api, "r1", feature_id="rigs")
    api("features.update", feature_id="rigs", new_feature_id="towers")

    assert get_entity(api, "r1")["feature_id"] == "rigs"
    refusal = api.refused("entities.delete", customer_id="acme", entity_id="r1")
    assert refusal == (404, "feature_not_found", "Feature rigs not found")


def test_k197_entities_go_with_their_feature(api: Api) -> None:
    seats(api, "rigs")
    entity(api, "r1", feature_id="rigs")

    api("features.delete", feature_id="rigs")

    assert ids(api("entities.list")) == []
