"""What a customer has, told in every version: each state of a plan in each shape (customers, older versions;
billing L257), with nothing in an older version that only a newer one knows."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.billing import attach, catalogue, give_card, monthly
from tests.builders import item, plan
from tests.conftest import Api
from tests.discounts import coupon

Json = dict[str, Any]
Facts = tuple[str, str, bool]
"""Plan, what 1.2 calls its status, and whether it is set to end."""

VERSIONS = ("0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3")
_FIRST_KNOWN = {
    "customer": ("0.1", "1.0"), "add_ons": ("0.1", "1.0"), "entitlements": ("0.1", "1.0"),
    "products": ("0.1", "1.2"), "features": ("1.1", "1.2"), "rewards": ("1.1", "2.3"),
    "entities": ("1.1", "2.3"), "scheduled_subscriptions": ("2.0", "2.0"), "subscriptions": ("2.0", "2.3"),
    "balances": ("2.0", "2.3"), "billing_controls": ("2.0", "2.3"), "purchases": ("2.1", "2.3"),
    "licenses": ("2.1", "2.3"), "flags": ("2.1", "2.3"), "config": ("2.1", "2.3"),
    "processors": ("2.1", "2.3"), "invoices": ("0.1", "2.3"), "trials_used": ("0.1", "2.3"),
}  # fmt: skip
"""The first and the last version that shows a key of the customer."""


def _downgrade(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "lite")


def _canceling(api: Api) -> None:
    attach(api, "k", "pro")
    api("billing.update", customer_id="k", plan_id="pro", cancel_action="cancel_end_of_cycle")


def _past_due(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("33 days")


def _add_on(api: Api) -> None:
    attach(api, "k", "pro")
    attach(api, "k", "extra")


def _of_an_entity(api: Api) -> None:
    attach(api, "k", "team")
    api("entities.create", customer_id="k", entity_id="desk", name="Desk", feature_id="seats")
    attach(api, "k", "pro", entity_id="desk")


def _seat_of_a_licence(api: Api) -> None:
    plan(api, "seat", item("credits", 7, "month"))
    plan(api, "office", **monthly(30), licenses=[{"license_plan_id": "seat", "included": 2}])
    attach(api, "k", "office")
    desk = {"entity_id": "desk", "feature_id": "seats", "name": "Desk"}
    api("licenses.attach", customer_id="k", plan_id="seat", entities=[desk])


def _discounted(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "pro", discounts=[{"reward_id": "half"}])


# What was done, the plans that are had by it (add-ons and purchases last), and the invoices, newest first.
STATES: dict[str, tuple[Callable[[Api], None], list[Facts], list[tuple[str, float]]]] = {
    "downgrade": (
        _downgrade, [("premium", "active", True), ("lite", "scheduled", False)], [("paid", 50)],
    ),
    "canceling": (_canceling, [("pro", "active", True)], [("paid", 20)]),
    "trialing": (lambda api: attach(api, "k", "pro_t"), [("pro_t", "trialing", False)], [("paid", 0)]),
    "past_due": (_past_due, [("pro", "past_due", False)], [("open", 20), ("paid", 20)]),
    "add_on": (
        _add_on, [("pro", "active", False), ("extra", "active", False)], [("paid", 8), ("paid", 20)],
    ),
    "one_off": (lambda api: attach(api, "k", "boost"), [("boost", "active", False)], [("paid", 50)]),
    "entity": (
        _of_an_entity, [("team", "active", False), ("pro", "active", False)], [("paid", 20), ("paid", 40)],
    ),
    "licence": (_seat_of_a_licence, [("office", "active", False)], [("paid", 30)]),
    "discounted": (_discounted, [("pro", "active", False)], [("paid", 10)]),
}  # fmt: skip
PAID_ONCE = {"boost"}
ADD_ONS = {"extra", "boost"}


@pytest.mark.parametrize("state", STATES)
def test_every_version_tells_the_same_of_a_plan(api: Api, state: str) -> None:
    catalogue(api)
    arrange, had, billed = STATES[state]

    arrange(api)

    for version in VERSIONS:
        shown = _customer(api, version)
        assert _plans(shown, version) == had, version
        assert [(each["status"], each["total"]) for each in shown["invoices"]] == billed, version
        for invoice in shown["invoices"]:
            assert ("product_ids" in invoice, "plan_ids" in invoice) == (version < "2.0", version >= "2.0")
            assert ("processor_type" in invoice) == (version >= "2.0"), version
        _add_ons_stand_where_the_version_has_them(shown, version)


@pytest.mark.parametrize("state", STATES)
def test_no_version_shows_what_it_does_not_know(api: Api, state: str) -> None:
    catalogue(api)

    STATES[state][0](api)

    for version in VERSIONS:
        keys = _customer(api, version).keys() & _FIRST_KNOWN.keys()
        known = {key for key, (first, last) in _FIRST_KNOWN.items() if first <= version <= last}
        assert keys == known, version


@pytest.mark.parametrize("state", STATES)
def test_the_operations_answer_in_every_version(api: Api, state: str) -> None:
    catalogue(api)
    STATES[state][0](api)
    previews = []

    for version in VERSIONS:
        old = version < "2.0"
        asked = {"customer_id": "k", "product_id" if old else "plan_id": "mini"}
        read = api("customers.get", version=version, customer_id="k")
        assert api("customers.get_or_create", version=version, customer_id="k") == read
        assert api("customers.list", version=version, limit=10)["list"]
        previews.append(api("billing.preview_attach", version=version, **asked))
        for path in ("/v1/attach/preview", "/v1/checkout") if old else ():
            status, answer = api.request("POST", path, asked, version=version)
            assert (status, answer["product"]["id"]) == (200, "mini"), (version, path)
        if state in {"entity", "licence"}:
            entity = api("entities.get", version=version, customer_id="k", entity_id="desk")
            assert {"products", "subscriptions"} & entity.keys() == {"products" if old else "subscriptions"}

    assert all(preview == previews[-1] for preview in previews), "replies have one shape in all versions"


@pytest.mark.parametrize("version", VERSIONS)
def test_l257_a_change_is_answered_alike_in_all_versions(api: Api, version: str) -> None:
    catalogue(api)
    asked = {"customer_id": "k", "product_id" if version < "2.0" else "plan_id": "pro"}
    nothing_to_pay = {"customer_id": "k", "payment_url": None}

    attached = api("billing.attach", version=version, **asked)
    canceled = api("billing.update", version=version, **asked, cancel_action="cancel_end_of_cycle")
    kept = api("billing.update", version=version, **asked, cancel_action="uncancel")

    invoice = attached.pop("invoice")
    assert list(invoice) == ["status", "stripe_id", "total", "currency", "hosted_invoice_url"]
    assert (invoice["status"], invoice["total"]) == ("paid", 20)
    assert (attached, canceled, kept) == (nothing_to_pay,) * 3
    assert _plans(_customer(api, version), version) == [("pro", "active", False)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plan_is_named_as_the_version_names_it(api: Api, version: str) -> None:
    catalogue(api)
    old = version < "2.0"
    asked = {"customer_id": "k", "plan_id" if old else "product_id": "pro"}

    refusal = api.refusal(api.call("billing.attach", asked, version=version))

    missing = "product_id" if old else "plan_id"
    assert refusal == (400, "invalid_inputs", f"{missing}: must be a string (received undefined)")


def _customer(api: Api, version: str) -> Json:
    path = "/v1/customers/k?expand=invoices,trials_used,entities,rewards"
    status, shown = api.request("GET", path, version=version)
    assert status == 200, (version, shown)
    return dict(shown)


def _plans(shown: Json, version: str) -> list[Facts]:
    """Plans in the order of 1.2, in its words."""
    if version < "2.0":
        listed = [*shown["products"], *shown.get("add_ons", [])]
        return [(each["id"], each["status"], each["canceled_at"] is not None) for each in listed]
    listed = [*shown["subscriptions"], *shown.get("scheduled_subscriptions", [])]
    bought = [(each["plan_id"], "active", False) for each in shown.get("purchases", [])]
    return [
        (each["plan_id"], _in_words_of_1_2(each), each["canceled_at"] is not None) for each in listed
    ] + bought


def _in_words_of_1_2(subscription: Json) -> str:
    """Since 2.0 a plan on trial or not paid for is active."""
    assert subscription["status"] in {"active", "scheduled"}
    if subscription["past_due"]:
        return "past_due"
    return "trialing" if subscription["trial_ends_at"] else str(subscription["status"])


def _add_ons_stand_where_the_version_has_them(shown: Json, version: str) -> None:
    if version < "1.1":
        assert {each["id"] for each in shown["add_ons"]} <= ADD_ONS
        assert not {each["id"] for each in shown["products"]} & ADD_ONS
    elif version < "2.0":
        assert all(each["is_add_on"] == (each["id"] in ADD_ONS) for each in shown["products"])
    elif version == "2.0":
        assert all(each["add_on"] == (each["plan_id"] in ADD_ONS) for each in shown["subscriptions"])
        assert all("id" not in each and "scope" not in each for each in shown["subscriptions"])
    else:
        assert not {each["plan_id"] for each in shown["subscriptions"]} & PAID_ONCE
        assert {each["plan_id"] for each in shown["purchases"]} <= PAID_ONCE
