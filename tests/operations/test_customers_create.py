"""`customers.get_or_create`, `get` and `delete`: cases C59 to C78, C121, C122, C130, C131, C161 to C164."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api


def test_c59_a_new_customer_is_as_it_was_sent_and_nothing_more(api: Api) -> None:
    api.freeze(1_795_587_181_808)

    made = customer(api, "cus-ada", name="Ada", email="ada@example.com")

    assert list(made.items()) == [
        ("id", "cus-ada"),
        ("name", "Ada"),
        ("email", "ada@example.com"),
        ("created_at", 1_795_587_181_808),
        ("fingerprint", None),
        ("stripe_id", None),
        ("env", "sandbox"),
        ("metadata", {}),
        ("send_email_receipts", False),
        ("billing_controls", {}),
        ("subscriptions", []),
        ("purchases", []),
        ("licenses", []),
        ("balances", {}),
        ("flags", {}),
        ("config", {}),
    ]


def test_c60_asking_again_changes_nothing_that_is_there(api: Api) -> None:
    first = customer(api, "cus-ada", name="Ada", email="ada@example.com")

    again = customer(api, "cus-ada", name="Eve", email="eve@example.com", metadata={"a": 1}, fingerprint="fp")

    assert again == first


def test_c61_an_empty_name_and_email_are_filled_in(api: Api) -> None:
    customer(api, "bare")

    filled = customer(api, "bare", name="Late", email="Late@Example.com")

    assert (filled["name"], filled["email"]) == ("Late", "Late@Example.com")
    assert api("customers.get", customer_id="bare") == filled


def test_c62_receipts_are_set_whenever_given(api: Api) -> None:
    customer(api, "a")

    seen = [
        customer(api, "a", **given)["send_email_receipts"]
        for given in ({"send_email_receipts": True}, {}, {"send_email_receipts": False})
    ]

    assert seen == [True, True, False]


def test_c63_a_customer_without_an_id_is_found_by_its_email(api: Api) -> None:
    first = customer(api, None, email="only@example.com")  # type: ignore[arg-type]

    again = customer(api, None, email="ONLY@example.com")  # type: ignore[arg-type]

    assert again == first
    assert (first["id"], first["email"]) == (None, "only@example.com")


def test_c64_c65_an_id_claims_the_customer_of_its_email(api: Api) -> None:
    nameless = customer(api, None, email="only@example.com", with_autumn_id=True)  # type: ignore[arg-type]

    claimed = customer(api, "claimer", email="Only@Example.com", name="N", with_autumn_id=True)
    another = customer(api, None, email="only@example.com", with_autumn_id=True)  # type: ignore[arg-type]

    assert claimed == {**nameless, "id": "claimer", "name": "N"}
    assert another["autumn_id"] != nameless["autumn_id"]


def test_c66_two_customers_with_ids_may_share_an_email(api: Api) -> None:
    customer(api, "a", email="ada@example.com")
    customer(api, "b", email="ada@example.com")

    assert {c["id"] for c in api("customers.list")["list"]} == {"a", "b"}


def test_c67_c163_a_customer_is_reached_by_its_internal_id(api: Api) -> None:
    made = customer(api, None, email="only@example.com", with_autumn_id=True)  # type: ignore[arg-type]
    internal = made.pop("autumn_id")

    assert api("customers.get", customer_id=internal) == made
    assert customer(api, internal) == made
    assert api("customers.update", customer_id=internal, new_customer_id="real")["id"] == "real"
    assert api("customers.delete", customer_id=internal) == {"success": True}
    assert api("customers.list")["list"] == []


def test_c68_to_c72_getting(api: Api) -> None:
    customer(api, "a")

    assert api.refused("customers.get", customer_id="ghost")[2] == "Customer ghost not found"
    assert api.refused("customers.get", customer_id=None)[2] == "customer_id: must be a string (received null)"
    assert api("customers.get", customer_id="a", expand="entities")["entities"] == []
    assert "invoices" not in api("customers.get", customer_id="a", expand="invoices,rewards")
    assert api.refused("customers.get", customer_id="a b")[:2] == (400, "invalid_inputs")
    assert api.refusal(api.request("GET", "/v1/customers/ghost"))[2] == "Customer ghost not found"


def test_c73_to_c75_one_stripe_customer_however_often_it_is_asked_for(api: Api) -> None:
    first = customer(api, "s1", create_in_stripe=True)
    again = customer(api, "s1", create_in_stripe=True)
    customer(api, "s2")
    later = customer(api, "s2", create_in_stripe=True)

    assert first["stripe_id"].startswith("cus_")
    assert len(first["stripe_id"]) == len("cus_") + 14
    assert first["processors"] == {"stripe": {"id": first["stripe_id"]}}
    assert again["stripe_id"] == first["stripe_id"]
    assert later["stripe_id"] not in {None, first["stripe_id"]}


def test_c76_c77_a_given_stripe_id(api: Api) -> None:
    real = customer(api, "s1", create_in_stripe=True)["stripe_id"]

    assert customer(api, "s2", stripe_id="cus_doesnotexist1")["stripe_id"] == "cus_doesnotexist1"
    assert customer(api, "s3", stripe_id=real)["stripe_id"] == real
    replaced = customer(api, "s4", stripe_id="cus_doesnotexist1", create_in_stripe=True)["stripe_id"]
    assert replaced not in {None, "cus_doesnotexist1"}
    assert customer(api, "s2", stripe_id=real)["stripe_id"] == "cus_doesnotexist1"


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
def test_the_documented_profile_creates_in_stripe_unless_told_not_to(api: Api) -> None:
    assert customer(api, "a")["stripe_id"] is not None
    assert customer(api, "b", create_in_stripe=False)["stripe_id"] is None


def test_c121_c122_a_deleted_customer_leaves_its_id_free(api: Api) -> None:
    api.freeze("2026-11-25T09:00:00Z")
    first = customer(api, "a", name="First")
    assert api("customers.delete", customer_id="a") == {"success": True}
    assert api.refused("customers.get", customer_id="a")[1] == "customer_not_found"
    assert api.refused("customers.delete", customer_id="a")[2] == "Customer a not found"
    api.advance("1 minute")

    second = customer(api, "a")

    assert second["created_at"] > first["created_at"]
    assert second["name"] is None


def test_c130_c131_the_entity_of_the_request_is_made_if_it_is_told_how(api: Api) -> None:
    seats(api, "seats")

    refused = api.refused("customers.get_or_create", customer_id="org", entity_id="seat-a")
    unknown = api.refused(
        "customers.get_or_create", customer_id="org", entity_id="x", entity_data={"feature_id": "nope"}
    )
    made = customer(
        api,
        "org",
        entity_id="seat-a",
        entity_data={"feature_id": "seats", "name": "Seat A"},
        expand=["entities"],
    )

    assert refused == (
        400,
        "invalid_inputs",
        "Entity with id seat-a not found. To automatically create this entity, please pass in 'feature_id' "
        "into the 'entity_data' field of the request body.",
    )
    assert unknown == (404, "feature_not_found", "Feature nope not found")
    assert [(e["id"], e["name"], e["feature_id"]) for e in made["entities"]] == [("seat-a", "Seat A", "seats")]
    assert customer(api, "org", entity_id="seat-a")["id"] == "org"


def test_c130_the_customer_stays_although_its_entity_was_refused(api: Api) -> None:
    api.refused("customers.get_or_create", customer_id="org", entity_id="seat-a")

    assert api("customers.get", customer_id="org")["id"] == "org"


def test_c161_other_processors_show_no_secrets(api: Api) -> None:
    vercel = {"installation_id": "icfg", "access_token": "secret", "account_id": "acc"}

    made = customer(api, "v", processors={"vercel": vercel, "revenuecat": {"id": "rc"}})

    assert made["processors"] == {"vercel": {"installation_id": "icfg", "account_id": "acc"}}
    assert "processors" not in api("customers.update", customer_id="v", processors=None)


def test_c162_ids_are_case_sensitive(api: Api) -> None:
    customer(api, "e1", name="small")

    assert customer(api, "E1")["name"] is None


def test_multi_currency_is_off(api: Api) -> None:
    assert api.refused("customers.get_or_create", customer_id="a", currency="eur") == (
        400,
        "invalid_request",
        "Multi-currency is not enabled for this organization",
    )
    assert api.refused("customers.get", customer_id="a")[0] == 404


def test_64_parallel_calls_make_one_customer_with_one_set_of_defaults(api: Api) -> None:
    metered(api, "messages")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)

    def ask(_: int) -> object:
        return Api(api.emulator, api.org)(
            "customers.get_or_create", customer_id="one", create_in_stripe=True, with_autumn_id=True
        )

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(64)))

    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]["subscriptions"]) == 1  # type: ignore[index]
    assert len(api("customers.list")["list"]) == 1
    assert len(api.world.store.stripe_customers) == 1
