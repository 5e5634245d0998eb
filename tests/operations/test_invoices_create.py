"""`invoices.create`: stand-alone invoices of plans at catalogue prices and of other charges."""

from typing import Any

import pytest

from tests.billing import PACK, PER_CALL, attach, catalogue, give_card, preview
from tests.builders import customer, item, metered, plan
from tests.conftest import Api
from tests.discounts import coupon
from tests.invoices import created, found, line_of, listed

JANUARY, FEBRUARY, MARCH = 1_767_225_600_000, 1_769_904_000_000, 1_772_323_200_000
DAY = 86_400_000
MONTH = {"period_start": JANUARY, "period_end": FEBRUARY}
HALF = {"period_start": JANUARY, "period_end": JANUARY + 31 * DAY // 2}


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    catalogue(api)
    customer(api, "ada")


def shown(api: Api, **body: Any) -> Any:
    answer = api("invoices.create", customer_id="ada", preview=True, **body)
    assert answer["invoice"] is None
    return answer["preview"]


def lines(api: Api, **body: Any) -> list[tuple[str, Any, Any]]:
    """Description, amount and quantity of each line."""
    found = shown(api, **body)["lines"]
    return [(line["description"], line["amount"], line["quantity"]) for line in found]


def feature(feature_id: str, method: str, **more: Any) -> dict[str, Any]:
    return {"feature_id": feature_id, "billing_behavior": method, **more}


def of_plan(plan_id: str, *features: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"plans": [{"plan_id": plan_id, "feature_quantities": list(features), **more}]}


def test_s125_a_preview_of_a_charge(api: Api) -> None:
    answer = shown(api, **line_of(10.5))

    assert answer == {
        "currency": "usd",
        "lines": [
            {
                "plan_id": None, "feature_id": None, "entity_id": None, "description": "Setup",
                "amount": 10.5, "amount_after_discounts": 10.5, "quantity": None, "prorated": False,
                "period_start": None, "period_end": None,
            }
        ],
        "subtotal": 10.5, "discount_total": 0, "tax": None, "total": 10.5, "amount_due": 10.5,
        "issue_date": JANUARY, "due_date": JANUARY + 30 * DAY,
    }  # fmt: skip
    assert listed(api) == []
    assert api("customers.get", customer_id="ada")["stripe_id"] is None


def test_s126_a_charge_is_invoiced_or_left_a_draft(api: Api) -> None:
    sent = created(api, **line_of(10.5))
    draft = created(api, **line_of(3), issue_method="draft")

    assert (sent["status"], sent["total"], sent["amount_paid"]) == ("open", 10.5, 0)
    assert (draft["status"], draft["total"]) == ("draft", 3)
    expanded = api("customers.get", customer_id="ada", expand=["invoices"])["invoices"]
    assert {each["stripe_id"] for each in expanded} == {sent["stripe_id"], draft["stripe_id"]}
    for _ in range(2):
        opened = api("invoices.finalize", invoice_id=draft["id"])["invoice"]
        assert (opened["status"], opened["id"]) == ("open", draft["id"])
    assert found(api, draft["id"])["status"] == "open"


def test_s127_a_plan_is_invoiced_at_its_price_and_nothing_else_happens(api: Api) -> None:
    before = api("customers.get", customer_id="ada")

    invoice = created(api, plans=[{"plan_id": "pro"}])

    [line] = invoice["items"]
    assert (invoice["total"], invoice["plan_ids"]) == (20, ["pro"])
    assert line.pop("id").startswith("invoice_li_")
    assert line == {
        "description": "Pro - Base Price", "period_start": None, "period_end": None, "plan_id": "pro",
        "feature_id": None, "feature_name": None, "quantity": None, "amount": 20, "entities": [],
    }  # fmt: skip
    after = api("customers.get", customer_id="ada")
    assert (after["subscriptions"], after["balances"]) == (before["subscriptions"], before["balances"])


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"net_terms_days": 5, "due_date": FEBRUARY}, "net_terms_days cannot be combined with due_date"),
        ({"due_date": JANUARY}, "due_date must be in the future"),
        ({"issue_date": JANUARY + 1}, "issue_date cannot be in the future"),
        ({"period_start": JANUARY}, "period_start and period_end must be given together"),
        ({"period_start": FEBRUARY, "period_end": JANUARY}, "period_end must be after period_start"),
        ({"tax_rate_id": "txr_1"}, "No such tax rate: 'txr_1'"),
    ],
)
def test_s128_terms_must_make_sense(api: Api, terms: dict[str, Any], message: str) -> None:
    body = {"customer_id": "ada", **line_of(1), **terms}

    assert api.refused("invoices.create", **body) == (400, "invalid_request", message)
    assert listed(api) == []


@pytest.mark.parametrize(
    ("terms", "issued", "due"),
    [
        ({}, JANUARY, JANUARY + 30 * DAY),
        ({"net_terms_days": 7}, JANUARY, JANUARY + 7 * DAY),
        ({"due_date": MARCH}, JANUARY, MARCH),
        ({"issue_date": JANUARY - DAY, "net_terms_days": 10}, JANUARY - DAY, JANUARY + 9 * DAY),
    ],
)
def test_an_invoice_is_due_by_its_terms(api: Api, terms: dict[str, Any], issued: int, due: int) -> None:
    answer = shown(api, **line_of(1), **terms)

    assert (answer["issue_date"], answer["due_date"]) == (issued, due)


def test_units_cost_what_they_cost_when_a_plan_is_attached(api: Api) -> None:
    attached = preview(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 500}])

    invoiced = shown(api, **of_plan("packs", feature("credits", "prepaid", quantity=400)))

    assert invoiced["total"] == attached["total"] == 70
    assert [line["description"] for line in invoiced["lines"]] == ["Packs - Base Price", "Packs - 400 Credits"]


def test_units_are_billed_in_whole_packs(api: Api) -> None:
    metered(api, "words")
    tiers = [{"to": 100, "amount": 1}, {"to": "inf", "amount": 0.5}]
    tiered = {"interval": "month", "billing_units": 10, "billing_method": "usage_based", "tiers": tiers}
    plan(api, "writer", item("words", 0, "month", price=tiered))

    [line] = lines(api, **of_plan("writer", feature("words", "usage_based", quantity=121)))

    assert line == ("Writer - 130 Words", 11.5, 130)


def test_use_is_not_prorated_and_what_is_paid_in_advance_is(api: Api) -> None:
    plan(api, "both", item("credits", 0, "month", price=PACK), item("calls", 0, "month", price={
        **PER_CALL, "amount": 2}), price={"amount": 20, "interval": "month"})  # fmt: skip
    asked = of_plan(
        "both", feature("credits", "prepaid", quantity=100), feature("calls", "usage_based", quantity=3)
    )

    halved = shown(api, **asked, **HALF)

    told = [(line["amount"], line["prorated"]) for line in halved["lines"]]
    assert told == [(10, True), (5, True), (6, False)]
    assert {(line["period_start"], line["period_end"]) for line in halved["lines"]} == {
        (HALF["period_start"], HALF["period_end"])
    }
    assert [amount for _, amount, _ in lines(api, **asked)] == [20, 10, 6]


@pytest.mark.parametrize(
    ("period", "amount"),
    [
        (MONTH, 20),
        ({"period_start": JANUARY, "period_end": MARCH}, 40),
        (HALF, 10),
        ({"period_start": JANUARY, "period_end": FEBRUARY + 14 * DAY}, 30),
    ],
)
def test_a_period_costs_as_many_intervals_as_it_has(api: Api, period: dict[str, int], amount: float) -> None:
    [line] = shown(api, plans=[{"plan_id": "pro"}], **period)["lines"]

    assert line["amount"] == amount
    assert line["description"].startswith("Pro - Base Price (from 01 Jan 2026 to ")
    [whole] = shown(api, plans=[{"plan_id": "pro", "prorate": False}], **period)["lines"]
    assert (whole["amount"], whole["prorated"]) == (20, False)


def test_periods_are_inherited_and_stay_within_the_invoice(api: Api) -> None:
    asked = of_plan("packs", feature("credits", "prepaid", quantity=100), **HALF)

    assert [line["period_end"] for line in shown(api, **asked, **MONTH)["lines"]] == [HALF["period_end"]] * 2
    [custom] = shown(api, **line_of(5), **MONTH)["lines"]
    assert custom["period_start"] is None
    outside = {"plans": [{"plan_id": "pro", "period_start": JANUARY, "period_end": MARCH}], **MONTH}
    assert api.refused("invoices.create", customer_id="ada", **outside)[1:] == (
        "invalid_request", "The period of each line must lie within the period of the invoice",
    )  # fmt: skip


def test_prices_of_one_invoice_leave_the_catalogue_alone(api: Api) -> None:
    cheaper = {
        "price": {"amount": 15, "interval": "month"},
        "items": [{"feature_id": "credits", "price": {**PACK, "amount": 4}}],
    }
    asked = of_plan("packs", feature("credits", "prepaid", quantity=200), customize=cheaper)

    assert [amount for _, amount, _ in lines(api, **asked)] == [15, 8]
    asked["plans"][0]["customize"]["price"] = None
    assert [amount for _, amount, _ in lines(api, **asked)] == [8]
    assert api("plans.get", plan_id="packs")["price"]["amount"] == 30


def test_credits_are_counted_by_the_use_of_other_features(api: Api) -> None:
    metered(api, "small")
    metered(api, "large")
    schema = [
        {"metered_feature_id": "small", "credit_cost": 1},
        {"metered_feature_id": "large", "credit_cost": 5},
    ]
    api("features.create", feature_id="tokens", name="Tokens", type="credit_system", credit_schema=schema)
    plan(api, "ai", item("tokens", 0, "month", price={**PER_CALL, "amount": 0.1}))
    usage = [{"feature_id": "small", "quantity": 10}, {"feature_id": "large", "quantity": 4}]
    asked = of_plan("ai", feature("tokens", "usage_based", usage=usage))

    assert lines(api, **asked) == [("Ai - 30 Tokens", 3, 30)]

    rate = {"metered_feature_id": "small", "credit_cost": 2}
    own = {"items": [{"feature_id": "tokens", "feature_override": {"credit_schema": [rate]}}]}
    asked["plans"][0]["customize"] = own
    assert api.refused("invoices.create", customer_id="ada", **asked)[2] == (
        "Feature tokens has no credit rate for feature large"
    )
    asked["plans"][0]["feature_quantities"][0]["usage"] = usage[:1]
    assert lines(api, **asked) == [("Ai - 20 Tokens", 2, 20)]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, (400, "invalid_request")),
        (line_of(0), (400, "invalid_request")),
        (of_plan("ghost"), (404, "product_not_found")),
        (of_plan("pro", entity_id="e"), (404, "entity_not_found")),
        (of_plan("pro", feature("none", "prepaid", quantity=1)), (404, "feature_not_found")),
        (of_plan("pro", feature("credits", "prepaid", quantity=1)), (400, "invalid_request")),
        (of_plan("packs", feature("credits", "usage_based", quantity=1)), (400, "invalid_request")),
        (of_plan("packs", feature("credits", "prepaid")), (400, "invalid_request")),
        (of_plan("packs", feature("credits", "prepaid", quantity=1, usage=[])), (400, "invalid_request")),
        (
            of_plan("pro", license_quantities=[{"license_plan_id": "seat", "quantity": 1}]),
            (400, "invalid_request"),
        ),
        ({**line_of(1), "invoice_template_id": "none"}, (404, "invoice_template_not_found")),
        ({**line_of(1), "issue_method": "mail"}, (400, "invalid_inputs")),
        ({**line_of(1), "payment_method_types": []}, (400, "invalid_inputs")),
        (of_plan("pro", feature("credits", "prepaid", quantity=-1)), (400, "invalid_inputs")),
    ],
)
def test_what_fits_nothing_is_refused(api: Api, asked: dict[str, Any], refusal: tuple[int, str]) -> None:
    assert api.refused("invoices.create", customer_id="ada", **asked)[:2] == refusal
    assert listed(api) == []


def test_an_unknown_customer_is_not_made(api: Api) -> None:
    assert api.refused("invoices.create", customer_id="nobody", **line_of(1))[:2] == (404, "customer_not_found")


def test_an_invoice_is_of_an_entity_that_all_its_plans_are_billed_to(api: Api) -> None:
    for entity_id in ("one", "two"):
        api("entities.create", customer_id="ada", entity_id=entity_id, name=entity_id, feature_id="seats")
    pro, other = {"plan_id": "pro"}, {"plan_id": "lite", "entity_id": "two"}

    alone = created(api, entity_id="one", plans=[pro])
    mixed = created(api, entity_id="one", plans=[pro, other, {"plan_id": "mini", "entity_id": None}])

    assert (alone["entity_id"], mixed["entity_id"]) == ("one", None)
    assert alone["items"][0]["entities"] == [{"entity_id": "one", "quantity": None, "amount": 20}]
    assert [each["entities"] for each in mixed["items"]] == [
        [{"entity_id": "one", "quantity": None, "amount": 20}],
        [{"entity_id": "two", "quantity": None, "amount": 12}],
        [],
    ]
    assert mixed["items"][0]["description"] == "Pro - Base Price (one)"


def test_seats_of_a_licence_are_lines_of_their_plan(api: Api) -> None:
    plan(api, "seat", price={"amount": 10, "interval": "month"}, add_on=False)
    plan(api, "crew", price={"amount": 30, "interval": "month"}, licenses=[
        {"license_plan_id": "seat", "included": 2}])  # fmt: skip

    invoice = created(api, **of_plan("crew", license_quantities=[{"license_plan_id": "seat", "quantity": 3}]))

    told = [(each["description"], each["amount"], each["plan_id"]) for each in invoice["items"]]
    assert told == [("Crew - Base Price", 30, "crew"), ("Seat - 3x Base Price", 30, "seat")]
    assert (invoice["total"], invoice["plan_ids"]) == (60, ["crew"])


def test_credit_that_covers_an_invoice_pays_it(api: Api) -> None:
    give_card(api, "ada")
    given = created(api, **line_of(-25, "Goodwill"))
    assert (given["status"], given["total"], given["amount_paid"]) == ("paid", -25, 0)

    covered = api("invoices.create", customer_id="ada", **line_of(10))
    part = shown(api, **line_of(40))

    assert covered["preview"]["invoice_credits"] == {"balance": 25, "currency": "usd", "applied": 10}
    assert (covered["invoice"]["status"], covered["preview"]["amount_due"]) == ("paid", 0)
    assert part["invoice_credits"] == {"balance": 15, "currency": "usd", "applied": 15}
    assert (part["total"], part["amount_due"]) == (40, 25)


def test_a_template_gives_an_invoice_its_words_and_terms(api: Api) -> None:
    facts = {"name": "Bank", "memo": "Hello", "footer": "IBAN", "net_terms_days": 14}
    status, template = api.request("POST", "/_mock/invoice_templates", facts)
    assert status == 200

    answer = api("invoices.create", customer_id="ada", invoice_template_id=template["id"], **line_of(1))

    assert answer["preview"]["due_date"] == JANUARY + 14 * DAY
    _, raw = api.request("GET", f"/v1/invoices/{answer['invoice']['stripe_id']}/stripe")
    assert (raw["description"], raw["footer"]) == ("Hello", "IBAN")
    assert raw["due_date"] == (JANUARY + 14 * DAY) // 1000


def test_s134_templates_are_listed_newest_first(api: Api) -> None:
    none = {"list": [], "total": 0, "limit": 10, "offset": 0, "has_more": False}
    assert api("invoices.listTemplates") == none

    for name in ("old", "new"):
        api.request("POST", "/_mock/invoice_templates", {"name": name})
        api.advance("1 second")

    page = api("invoices.listTemplates", limit=1)
    assert ([each["name"] for each in page["list"]], page["total"], page["has_more"]) == (["new"], 1, True)
    assert set(page["list"][0]) == {"id", "name", "created_at"}
    assert [each["name"] for each in api("invoices.listTemplates", offset=1)["list"]] == ["old"]


def test_sending_an_invoice_has_it_reminded_of(api: Api) -> None:
    methods = {}
    for method in ("draft", "finalize", "send"):
        invoice = created(api, **line_of(1), issue_method=method, payment_method_types=["card", "link"])
        _, raw = api.request("GET", f"/v1/invoices/{invoice['stripe_id']}/stripe")
        methods[method] = (raw["status"], raw["auto_advance"])

    assert methods == {"draft": ("draft", True), "finalize": ("open", False), "send": ("open", True)}
    assert raw["payment_settings"] == {"payment_method_types": ["card", "link"]}
    assert raw["collection_method"] == "send_invoice"


def test_s131_an_open_invoice_takes_other_payment_methods(api: Api) -> None:
    invoice = created(api, **line_of(1))
    changed = api("invoices.update", invoice_id=invoice["id"], payment_method_types=["card"])["invoice"]

    assert changed["id"] == invoice["id"]
    _, raw = api.request("GET", f"/v1/invoices/{invoice['stripe_id']}/stripe")
    assert raw["payment_settings"] == {"payment_method_types": ["card"]}
    give_card(api, "ada")
    attach(api, "ada", "pro")
    [paid] = api("invoices.list", status=["paid"])["list"]
    wanted = {"invoice_id": paid["id"], "payment_method_types": ["card"]}
    assert api.refused("invoices.update", **wanted)[:2] == (400, "invalid_request")
    for wrong in ([], ["cash"]):
        body = {"invoice_id": invoice["id"], "payment_method_types": wrong}
        assert api.refused("invoices.update", **body)[:2] == (400, "invalid_inputs")


def test_discounts_lower_the_lines_that_they_are_for(api: Api) -> None:
    coupon(api, "tenth", percent=10)
    coupon(api, "half", percent=50)
    pro, lite = {"plan_id": "pro", "discounts": [{"reward_id": "half"}]}, {"plan_id": "lite"}

    answer = api("invoices.create", customer_id="ada", plans=[pro, lite], discounts=[{"reward_id": "tenth"}])

    told = [(line["amount"], line["amount_after_discounts"]) for line in answer["preview"]["lines"]]
    assert told == [(20, 9), (12, 10.8)]
    sums = [answer["preview"][name] for name in ("subtotal", "discount_total", "total", "amount_due")]
    assert sums == [32, 12.2, 19.8, 19.8]
    invoice = answer["invoice"]
    assert (invoice["total"], [each["amount"] for each in invoice["items"]]) == (19.8, [20, 12])
    note = {"invoice_id": invoice["id"], "lines": [{"id": invoice["items"][0]["id"], "amount": 10}]}
    credited = api("invoices.issue_credit_note", **note)["credit_note"]
    assert (credited["subtotal"], credited["discount_amount"], credited["total"]) == (10, 5.5, 4.5)
    again = api("invoices.reissue", invoice_id=invoice["id"])
    assert (again["invoice"]["total"], again["preview"]["discount_total"]) == (19.8, 12.2)


def test_an_unknown_coupon_is_refused(api: Api) -> None:
    body = {"customer_id": "ada", **line_of(5), "discounts": [{"reward_id": "none"}]}

    assert api.refused("invoices.create", **body) == (400, "invalid_request", 'Invalid coupon ID: "none"')
    assert api.refused("invoices.create", **body | {"discounts": [{}]})[:2] == (400, "invalid_inputs")


def tax_rate(api: Api, percentage: float, *, inclusive: bool = False) -> str:
    status, made = api.request("POST", "/_mock/tax_rates", {"percentage": percentage, "inclusive": inclusive})
    assert status == 200
    return str(made["id"])


def test_tax_comes_on_top_and_is_credited_and_inherited(api: Api) -> None:
    vat = tax_rate(api, 20)

    answer = api("invoices.create", customer_id="ada", plans=[{"plan_id": "pro"}], tax_rate_id=vat)

    shown, invoice = answer["preview"], answer["invoice"]
    assert shown["tax"] == {"total": 4, "amount_inclusive": 0, "amount_exclusive": 4, "status": "complete"}
    assert (shown["subtotal"], shown["total"], invoice["total"]) == (20, 24, 24)
    note = {"invoice_id": invoice["id"], "preview": True}
    by_line = api("invoices.issue_credit_note", lines=[{"id": invoice["items"][0]["id"], "amount": 5}], **note)
    flat = api("invoices.issue_credit_note", amount=12, **note)
    sums = [
        (each["credit_note"]["subtotal"], each["credit_note"]["tax_amount"], each["credit_note"]["total"])
        for each in (by_line, flat)
    ]
    assert sums == [(5, 1, 6), (10, 2, 12)]
    again = api("invoices.reissue", invoice_id=invoice["id"])["invoice"]
    assert again["total"] == 24
    without = api("invoices.reissue", invoice_id=again["id"], invoice={"tax_rate_id": None})
    assert (without["invoice"]["total"], without["preview"]["tax"]) == (20, None)


def test_an_inclusive_tax_is_part_of_the_price(api: Api) -> None:
    answer = shown(
        api, plans=[{"plan_id": "pro"}, {"plan_id": "mini"}], tax_rate_id=tax_rate(api, 25, inclusive=True)
    )

    assert answer["tax"] == {"total": 5, "amount_inclusive": 5, "amount_exclusive": 0, "status": "complete"}
    assert (answer["subtotal"], answer["total"]) == (25, 25)
