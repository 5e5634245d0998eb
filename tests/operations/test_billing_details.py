"""Who is billed, and what is printed on invoices: `billing_details`, from API version 2.4 on."""

from typing import Any

import pytest

from tests.billing import attach, catalogue
from tests.builders import customer
from tests.conftest import Api

BERLIN = {"line1": "Weg 1", "line2": None, "city": "Berlin", "state": None, "postal_code": "10115",
          "country": "DE"}  # fmt: skip
VAT, OTHER = {"type": "eu_vat", "value": "DE123456789"}, {"type": "gb_vat", "value": "GB123456789"}
ORDER = {"name": "PO Number", "value": "7"}
VAT_FIELD = {"name": "VAT", "value": "DE1"}
NOTHING = {"address": None, "tax_ids": [], "tax_exempt": "none", "invoice_settings": {"custom_fields": []}}


def update(api: Api, *, version: str = "2.5.0", **details: Any) -> Any:
    return api("customers.update", customer_id="a", billing_details=details, version=version)


def details_of(api: Api, customer_id: str = "a") -> Any:
    shown = api("customers.get", customer_id=customer_id, expand=["billing_details"], version="2.4.0")
    return shown["billing_details"]


@pytest.mark.parametrize("version", ["2.4.0", "2.5.0"])
def test_a_customer_is_made_with_its_details(api: Api, version: str) -> None:
    given = {
        "address": {"line1": "Weg 1", "city": "Berlin", "postal_code": "10115", "country": "DE"},
        "tax_ids": {"add": [VAT]},
        "tax_exempt": "reverse",
        "invoice_settings": {"custom_fields": [ORDER]},
    }

    made = api(
        "customers.get_or_create", customer_id="a", create_in_stripe=False, billing_details=given,
        expand=["billing_details"], version=version,
    )  # fmt: skip

    assert made["stripe_id"].startswith("cus_")
    assert made["billing_details"] == {
        "address": BERLIN,
        "tax_ids": [VAT],
        "tax_exempt": "reverse",
        "invoice_settings": {"custom_fields": [ORDER]},
    }
    assert details_of(api) == made["billing_details"]


def test_they_are_shown_only_when_expanded_and_null_without_a_stripe_customer(api: Api) -> None:
    bare = api("customers.get_or_create", customer_id="a", create_in_stripe=False, version="2.5.0")

    assert "billing_details" not in bare
    assert details_of(api) is None


def test_an_update_makes_the_stripe_customer_that_is_missing(api: Api) -> None:
    api("customers.get_or_create", customer_id="a", create_in_stripe=False)

    updated = update(api, tax_exempt="exempt")

    assert updated["stripe_id"].startswith("cus_")
    assert details_of(api) == {**NOTHING, "tax_exempt": "exempt"}
    assert api("customers.get", customer_id="a")["stripe_id"] == updated["stripe_id"]


def test_what_a_change_does_not_name_stays(api: Api) -> None:
    customer(api, "a")
    update(api, address=BERLIN, tax_exempt="exempt", tax_ids={"add": [VAT]})

    update(api, invoice_settings={"custom_fields": [ORDER]})
    update(api, invoice_settings={})
    api("customers.get_or_create", customer_id="a", billing_details={}, version="2.5.0")

    assert details_of(api) == {
        "address": BERLIN,
        "tax_ids": [VAT],
        "tax_exempt": "exempt",
        "invoice_settings": {"custom_fields": [ORDER]},
    }


def test_an_address_is_replaced_as_a_whole_and_cleared_by_null(api: Api) -> None:
    customer(api, "a")
    update(api, address=BERLIN)

    update(api, address={"city": "Paris"})
    replaced = details_of(api)["address"]
    update(api, address=None)

    assert replaced == {**dict.fromkeys(BERLIN), "city": "Paris"}
    assert details_of(api) == NOTHING


@pytest.mark.parametrize(
    ("change", "left"),
    [
        pytest.param({"add": [OTHER]}, [VAT, OTHER], id="added"),
        pytest.param({"add": [VAT, VAT]}, [VAT], id="there already"),
        pytest.param({"remove": [OTHER]}, [VAT], id="not there"),
        pytest.param({"remove": [{**VAT, "type": "gb_vat"}]}, [VAT], id="another type"),
        pytest.param({"remove": [VAT]}, [], id="removed"),
        pytest.param({"remove": [VAT], "add": [OTHER]}, [OTHER], id="exchanged"),
        pytest.param({}, [VAT], id="nothing"),
    ],
)
def test_tax_ids_are_added_and_removed(api: Api, change: Any, left: Any) -> None:
    customer(api, "a")
    update(api, tax_ids={"add": [VAT]})

    update(api, tax_ids=change)

    assert details_of(api)["tax_ids"] == left


def test_custom_fields_are_replaced_and_cleared_by_null(api: Api) -> None:
    customer(api, "a")
    update(api, invoice_settings={"custom_fields": [ORDER]})

    update(api, invoice_settings={"custom_fields": [VAT_FIELD]})
    replaced = details_of(api)["invoice_settings"]
    update(api, invoice_settings={"custom_fields": None})

    assert replaced == {"custom_fields": [VAT_FIELD]}
    assert details_of(api) == NOTHING


@pytest.mark.parametrize(
    ("details", "problem"),
    [
        ({"tax_exempt": "no"}, "billing_details.tax_exempt: must be one of: none, exempt, reverse"),
        ({"address": {"city": 5}}, "billing_details.address.city: must be a string (received number)"),
        (
            {"address": {"country": "Germany"}},
            "billing_details.address.country: Too big: expected string to have <=2 characters",
        ),
        (
            {"tax_ids": {"add": [{"type": "eu_vat"}]}},
            "billing_details.tax_ids.add.0.value: must be a string (received undefined)",
        ),
        (
            {"invoice_settings": {"custom_fields": [ORDER] * 5}},
            "billing_details.invoice_settings.custom_fields: Too big: expected array to have <=4 items",
        ),
        (None, "billing_details: Invalid input: expected object, received null"),
    ],
)
@pytest.mark.parametrize("operation", ["customers.update", "customers.get_or_create"])
def test_what_does_not_fit_is_refused(api: Api, operation: str, details: Any, problem: str) -> None:
    body = {"customer_id": "a", "billing_details": details}

    refused = api.refusal(api.call(operation, body, version="2.5.0"))

    assert refused == (400, "invalid_inputs", problem)


def test_before_2_4_nothing_of_it_is_known(api: Api) -> None:
    wrong = {"tax_exempt": 5}
    made = api("customers.get_or_create", customer_id="a", create_in_stripe=False, billing_details=wrong)
    api("customers.update", customer_id="a", billing_details=wrong)

    refused = api.refused("customers.get", customer_id="a", expand=["billing_details"])

    assert made["stripe_id"] is None
    assert refused[:2] == (400, "invalid_inputs")
    assert "payment_method, subscriptions.plan" in refused[2]
    assert details_of(api) is None


@pytest.mark.parametrize(("version", "told"), [("2.3.0", False), ("2.4.0", True)])
def test_an_update_whose_expand_is_not_checked_shows_it_from_2_4_on(api: Api, version: str, told: bool) -> None:
    customer(api, "a")

    updated = api("customers.update", customer_id="a", expand=["billing_details"], version=version)

    assert ("billing_details" in updated) is told


def test_expand_names_it_after_the_payment_method(api: Api) -> None:
    body = {"customer_id": "a", "expand": ["foo"]}

    told = api.refusal(api.call("customers.get", body, version="2.4.0"))[2]

    assert "referrals, payment_method, billing_details, subscriptions.plan" in told


def test_the_legacy_routes_know_it_too(api: Api) -> None:
    path = "/v1/customers/a"
    body = {"id": "a", "billing_details": {"tax_ids": {"add": [VAT]}}}
    api.request("POST", "/v1/customers", body, version="2.5.0")
    api.request("PATCH", path, {"billing_details": {"tax_exempt": "exempt"}}, version="2.5.0")

    status, shown = api.request("GET", f"{path}?expand=billing_details", version="2.5.0")

    assert status == 200
    assert shown["billing_details"] == {**NOTHING, "tax_ids": [VAT], "tax_exempt": "exempt"}


def raw_invoice(api: Api, stripe_id: str) -> Any:
    status, raw = api.request("GET", f"/v1/invoices/{stripe_id}/stripe")
    assert status == 200
    return raw


def test_invoices_are_printed_as_their_payer_wants_it(api: Api) -> None:
    catalogue(api)
    details = {"address": BERLIN, "invoice_settings": {"custom_fields": [ORDER]}}
    api("customers.update", customer_id="k", billing_details=details, version="2.5.0")
    first = attach(api, "k", "pro")["invoice"]["stripe_id"]
    later = {"invoice_settings": {"custom_fields": [VAT_FIELD]}}
    api("customers.update", customer_id="k", billing_details=later, version="2.5.0")

    second = attach(api, "k", "boost")["invoice"]["stripe_id"]

    assert raw_invoice(api, first)["custom_fields"] == [ORDER]
    assert raw_invoice(api, first)["customer_address"] == BERLIN
    assert raw_invoice(api, second)["custom_fields"] == [VAT_FIELD]


def test_reissuing_changes_the_same_details(api: Api) -> None:
    catalogue(api)
    details = {"invoice_settings": {"custom_fields": [ORDER]}}
    api("customers.update", customer_id="k", billing_details=details, version="2.5.0")
    attach(api, "k", "pro")
    [original] = api("invoices.list", customer_id="k")["list"]
    person = {"address": {"city": "Berlin"}, "tax_ids": [VAT], "invoice_settings_custom_fields": [VAT_FIELD]}

    again = api("invoices.reissue", invoice_id=original["id"], customer=person)["invoice"]

    assert raw_invoice(api, again["stripe_id"])["custom_fields"] == [VAT_FIELD]
    assert details_of(api, "k") == {
        "address": {**dict.fromkeys(BERLIN), "city": "Berlin"},
        "tax_ids": [VAT],
        "tax_exempt": "none",
        "invoice_settings": {"custom_fields": [VAT_FIELD]},
    }
