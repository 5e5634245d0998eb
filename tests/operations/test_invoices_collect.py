"""Finalising, paying, voiding, crediting, reissuing and refunding invoices."""

from typing import Any

import pytest

from tests.billing import attach, balance, catalogue, give_card, invoices, pay, plans_of, state
from tests.builders import customer
from tests.conftest import Api
from tests.invoices import created, found, line_of, record

DAY = 86_400_000
JANUARY = 1_767_225_600_000


@pytest.fixture(autouse=True)
def ada(api: Api) -> None:
    catalogue(api)
    customer(api, "ada")


def act(api: Api, operation: str, invoice: Any, **more: Any) -> Any:
    return api(f"invoices.{operation}", invoice_id=invoice["id"], **more)["invoice"]


def refused(api: Api, operation: str, invoice: Any, **more: Any) -> tuple[int, str]:
    return api.refused(f"invoices.{operation}", invoice_id=invoice["id"], **more)[:2]


def by_invoice(api: Api, customer_id: str = "ada", plan_id: str = "pro", **mode: Any) -> Any:
    """Attach a plan that waits for its invoice; answers the invoice."""
    answer = attach(api, customer_id, plan_id, invoice_mode={"enabled": True, **mode})
    stripe_id = answer["invoice"]["stripe_id"]
    listed = api("invoices.list", customer_id=customer_id)["list"]
    return next(each for each in listed if each["stripe_id"] == stripe_id)


def paid_by_card(api: Api, customer_id: str = "k", plan_id: str = "pro") -> Any:
    attach(api, customer_id, plan_id)
    return api("invoices.list", customer_id=customer_id)["list"][0]


def test_s129_an_open_invoice_is_paid_elsewhere(api: Api) -> None:
    invoice = created(api, **line_of(20))

    for _ in range(2):
        paid = act(api, "pay", invoice)
        assert (paid["status"], paid["amount_paid"], paid["total"]) == ("paid", 20, 20)
    assert found(api, invoice["id"])["status"] == "paid"


def test_s130_an_open_invoice_is_voided(api: Api) -> None:
    invoice, other = created(api, **line_of(20)), created(api, **line_of(1))

    for _ in range(2):
        voided = act(api, "void", invoice)
        assert (voided["status"], voided["amount_paid"]) == ("void", 0)
    act(api, "pay", other)
    assert refused(api, "void", other) == (400, "invalid_request")
    assert refused(api, "pay", invoice) == (400, "invalid_request")
    assert refused(api, "finalize", invoice) == (400, "invalid_request")


@pytest.mark.parametrize("operation", ["pay", "void"])
def test_a_draft_is_not_collected(api: Api, operation: str) -> None:
    draft = created(api, **line_of(20), issue_method="draft")

    status, code, message = api.refused(f"invoices.{operation}", invoice_id=draft["id"])

    assert (status, code) == (400, "invalid_request")
    assert message.startswith(f"Invoice {draft['id']} is draft; only an invoice that is open")


def test_an_invoice_of_another_processor_is_not_touched(api: Api) -> None:
    [made] = record(api, {"status": "open", "processor_type": "revenuecat"})

    assert api.refused("invoices.pay", invoice_id=made["id"]) == (
        400, "invalid_request", f"Invoice {made['id']} is not a Stripe invoice",
    )  # fmt: skip


@pytest.mark.parametrize("operation", ["finalize", "pay", "void", "update", "reissue", "issue_credit_note"])
def test_s135_an_invoice_must_be_known(api: Api, operation: str) -> None:
    more = {"payment_method_types": ["card"]} if operation == "update" else {}

    assert api.refused(f"invoices.{operation}", invoice_id="inv_none", **more) == (
        404, "invoice_not_found", "Invoice inv_none not found",
    )  # fmt: skip
    assert api.refused(f"invoices.{operation}", **more) == (
        400, "invalid_inputs", "invoice_id: must be a string (received undefined)",
    )  # fmt: skip


def test_a_plan_waits_for_its_invoice_and_begins_when_that_is_paid(api: Api) -> None:
    invoice = by_invoice(api)
    assert (invoice["status"], plans_of(api, "ada")) == ("open", [])

    act(api, "pay", invoice)

    assert plans_of(api, "ada") == [("pro", "active")]
    assert balance(api, "ada") == (1000, 1000, 0)
    assert invoices(api, "ada") == [("paid", 20)]


def test_a_plan_waits_for_a_draft_too(api: Api) -> None:
    draft = by_invoice(api, finalize=False)
    assert draft["status"] == "draft"

    opened = act(api, "finalize", draft)
    assert (opened["status"], plans_of(api, "ada")) == ("open", [])
    act(api, "pay", draft)

    assert plans_of(api, "ada") == [("pro", "active")]


def test_the_page_of_a_draft_can_not_be_paid(api: Api) -> None:
    draft = by_invoice(api, finalize=False)

    answer = api.request("POST", "/_mock/checkouts/complete", {"url": f"/invoice/{draft['stripe_id']}"})

    assert answer[0] == 404
    assert plans_of(api, "ada") == []


def test_a_plan_whose_invoice_is_voided_never_begins(api: Api) -> None:
    invoice = by_invoice(api)

    act(api, "void", invoice)

    assert plans_of(api, "ada") == []
    url = f"/invoice/{invoice['stripe_id']}"
    assert api.request("POST", "/_mock/checkouts/complete", {"url": url})[0] >= 400
    assert plans_of(api, "ada") == []


def test_voiding_what_is_owed_makes_a_subscription_active_again(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("1 month")
    [owed] = api("invoices.list", customer_id="k", status=["open"])["list"]
    assert [each["past_due"] for each in state(api, "k")["subscriptions"]] == [True]

    act(api, "void", owed)

    assert [each["past_due"] for each in state(api, "k")["subscriptions"]] == [False]


def test_s132_a_credit_note_on_a_paid_invoice_goes_to_the_balance(api: Api) -> None:
    invoice = paid_by_card(api)

    note = api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=5, memo="Sorry")["credit_note"]

    assert note.pop("id").startswith("cn_")
    assert note.pop("number").endswith("-0001-CN-01")
    assert note.pop("pdf").endswith("/pdf")
    assert note == {
        "invoice_id": invoice["id"], "status": "issued", "currency": "usd", "subtotal": 5,
        "discount_amount": 0, "tax_amount": 0, "total": 5, "pre_payment_amount": 0,
        "post_payment_amount": 5, "refund_amount": 0, "credit_amount": 5, "out_of_band_amount": 0,
        "reason": None, "memo": "Sorry",
        "lines": [{"invoice_line_item_id": None, "description": None, "quantity": None, "amount": 5,
                   "discount_amount": 0}],
    }  # fmt: skip
    after = found(api, invoice["id"])
    assert (after["status"], after["total"], after["refunded_amount"]) == ("paid", 20, 0)
    shown = api("invoices.create", customer_id="k", **line_of(8), preview=True)["preview"]
    assert shown["invoice_credits"] == {"balance": 5, "currency": "usd", "applied": 5}


def test_s132_a_credit_note_can_refund_the_card(api: Api) -> None:
    invoice = paid_by_card(api)
    body = {"invoice_id": invoice["id"], "destination": "refund"}

    note = api("invoices.issue_credit_note", amount=5, reason="duplicate", **body)["credit_note"]

    assert (note["refund_amount"], note["credit_amount"], note["reason"]) == (5, 0, "duplicate")
    assert found(api, invoice["id"])["refunded_amount"] == 5
    assert api.refused("invoices.issue_credit_note", amount=15.01, **body)[2] == (
        "The credit exceeds what is left of the invoice, 15 USD"
    )


def test_s132_a_credit_note_on_an_open_invoice_lowers_what_is_owed(api: Api) -> None:
    invoice = created(api, **line_of(20))
    note = api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=5)["credit_note"]

    assert (note["pre_payment_amount"], note["post_payment_amount"], note["credit_amount"]) == (5, 0, 0)
    _, raw = api.request("GET", f"/v1/invoices/{invoice['stripe_id']}/stripe")
    assert (raw["total"], raw["amount_remaining"], raw["pre_payment_credit_notes_amount"]) == (2000, 1500, 500)
    assert act(api, "pay", invoice)["amount_paid"] == 15


def test_an_open_invoice_that_is_credited_whole_is_paid(api: Api) -> None:
    invoice = by_invoice(api)

    api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=20)

    after = found(api, invoice["id"])
    assert (after["status"], after["amount_paid"]) == ("paid", 0)
    assert plans_of(api, "ada") == [("pro", "active")]


def test_s132_a_preview_of_a_credit_note_stores_nothing(api: Api) -> None:
    invoice = paid_by_card(api)

    for _ in range(2):
        note = api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=20, preview=True)
        shown = note["credit_note"]
        assert [shown[name] for name in ("id", "number", "status", "pdf")] == [None] * 4
        assert shown["total"] == 20


def test_lines_are_credited_by_amount_and_by_units(api: Api) -> None:
    asked = [{"feature_id": "credits", "billing_behavior": "prepaid", "quantity": 300}]
    invoice = created(api, plans=[{"plan_id": "packs", "feature_quantities": asked}])
    base, packs = (each["id"] for each in invoice["items"])

    lines = [{"id": base, "amount": 12}, {"id": packs, "quantity": 100}]
    note = api("invoices.issue_credit_note", invoice_id=invoice["id"], lines=lines)["credit_note"]

    told = [(each["invoice_line_item_id"], each["amount"], each["quantity"]) for each in note["lines"]]
    assert (note["total"], told) == (22, [(base, 12, None), (packs, 10, 100)])
    rest = api("invoices.issue_credit_note", invoice_id=invoice["id"], lines=[{"id": packs}])["credit_note"]
    assert rest["total"] == 20
    over = [{"id": base, "amount": 18.01}]
    assert api.refused("invoices.issue_credit_note", invoice_id=invoice["id"], lines=over)[2] == (
        f"Line {base}: the credit exceeds what is left of it, 18"
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "invalid_request"),
        ({"amount": 5, "lines": [{"id": "x"}]}, "invalid_request"),
        ({"amount": 21}, "invalid_request"),
        ({"lines": [{"id": "invoice_li_none"}]}, "invalid_request"),
        ({"lines": [{"id": "FIRST", "quantity": 1}]}, "invalid_request"),
        ({"lines": [{"id": "FIRST", "quantity": 1, "amount": 1}]}, "invalid_request"),
        ({"amount": 0}, "invalid_inputs"),
        ({"lines": []}, "invalid_inputs"),
        ({"amount": 1, "destination": "cash"}, "invalid_inputs"),
        ({"amount": 1, "reason": "mood"}, "invalid_inputs"),
    ],
)
def test_s132_what_is_credited_must_fit(api: Api, asked: dict[str, Any], code: str) -> None:
    invoice = created(api, **line_of(20))
    for line in asked.get("lines") or []:
        line["id"] = line["id"].replace("FIRST", invoice["items"][0]["id"])

    assert refused(api, "issue_credit_note", invoice, **asked) == (400, code)


def test_an_invoice_paid_elsewhere_has_no_charge_to_refund(api: Api) -> None:
    invoice = created(api, **line_of(20))
    assert (
        refused(api, "issue_credit_note", created(api, **line_of(1), issue_method="draft"), amount=1)[0] == 400
    )
    act(api, "pay", invoice)

    for preview in (True, False):
        body = {"invoice_id": invoice["id"], "amount": 5, "destination": "refund", "preview": preview}
        assert api.refused("invoices.issue_credit_note", **body)[2] == (
            "This invoice has no associated charge to refund"
        )
    note = api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=5, destination="out_of_band")
    assert note["credit_note"]["out_of_band_amount"] == 5


def test_s133_an_open_invoice_is_reissued(api: Api) -> None:
    original = created(api, **line_of(20), net_terms_days=10)

    answer = api("invoices.reissue", invoice_id=original["id"])

    new = answer["invoice"]
    assert (answer["voided_invoice_id"], answer["credit_note_id"]) == (original["id"], None)
    assert (new["status"], new["total"], new["id"] == original["id"]) == ("open", 20, False)
    assert [(each["description"], each["amount"]) for each in new["items"]] == [("Setup", 20)]
    assert answer["preview"]["due_date"] == JANUARY + 10 * DAY
    assert found(api, original["id"])["status"] == "void"
    _, raw = api.request("GET", f"/v1/invoices/{new['stripe_id']}/stripe")
    assert raw["from_invoice"]["invoice"] == original["stripe_id"]


def test_s133_a_preview_of_a_reissue_retires_nothing(api: Api) -> None:
    original = created(api, **line_of(20))

    answer = api("invoices.reissue", invoice_id=original["id"], preview=True)

    retired = (answer["invoice"], answer["voided_invoice_id"], answer["credit_note_id"])
    assert (retired, answer["preview"]["total"]) == ((None, None, None), 20)
    assert found(api, original["id"])["status"] == "open"


def test_a_paid_invoice_is_credited_and_its_replacement_paid_from_that(api: Api) -> None:
    original = paid_by_card(api)
    extra = {"add": [{"amount": 5, "description": "Fee"}, {"plan_id": "mini"}]}

    shown = api("invoices.reissue", invoice_id=original["id"], preview=True)["preview"]
    same = api("invoices.reissue", invoice_id=original["id"])
    more = api("invoices.reissue", invoice_id=same["invoice"]["id"], lines=extra)

    assert (shown["invoice_credits"]["applied"], shown["amount_due"]) == (20, 0)
    assert (same["voided_invoice_id"], same["invoice"]["status"]) == (None, "paid")
    assert same["credit_note_id"].startswith("cn_")
    assert [(each["amount"], each["plan_id"]) for each in more["invoice"]["items"]] == [
        (20, "pro"), (5, "mini"), (5, None),
    ]  # fmt: skip
    assert more["invoice"]["plan_ids"] == ["pro", "mini"]
    assert plans_of(api, "k") == [("pro", "active")]
    assert found(api, original["id"])["status"] == "paid"


def test_what_waited_for_an_invoice_waits_for_its_replacement(api: Api) -> None:
    original = by_invoice(api)

    new = api("invoices.reissue", invoice_id=original["id"])["invoice"]
    assert plans_of(api, "ada") == []
    pay(api, f"/invoice/{new['stripe_id']}")

    assert plans_of(api, "ada") == [("pro", "active")]
    assert sorted(invoices(api, "ada")) == [("paid", 20), ("void", 20)]


def test_lines_are_changed_and_left_off_when_an_invoice_is_reissued(api: Api) -> None:
    two = [{"amount": 20, "description": "Setup"}, {"amount": 3, "description": "Post"}]
    original = created(api, custom_line_items=two)
    first, second = (each["id"] for each in original["items"])
    changes = {"update": [{"id": first, "amount": 15.5, "description": "Set-up"}], "remove": [second]}

    answer = api("invoices.reissue", invoice_id=original["id"], lines=changes)

    assert [(each["description"], each["amount"]) for each in answer["invoice"]["items"]] == [("Set-up", 15.5)]
    assert answer["invoice"]["total"] == 15.5
    gone = {"remove": [first]}
    assert refused(api, "reissue", answer["invoice"], lines=gone) == (400, "invalid_request")
    rest = {"remove": [answer["invoice"]["items"][0]["id"]]}
    assert refused(api, "reissue", answer["invoice"], lines=rest) == (400, "invalid_request")


def test_an_invoice_past_its_due_date_needs_new_terms(api: Api) -> None:
    original = created(api, **line_of(20), net_terms_days=10)
    api.advance("11 days")

    assert refused(api, "reissue", original) == (400, "invalid_request")
    again = api("invoices.reissue", invoice_id=original["id"], net_terms_days=7)["preview"]

    assert again["due_date"] == JANUARY + 18 * DAY


def test_a_replacement_is_printed_and_sent_as_asked(api: Api) -> None:
    original = created(api, **line_of(20))
    own = {"memo": "PO 7", "footer": None, "custom_fields": [{"name": "PO", "value": "7"}]}
    person = {"name": "Ada Ltd", "address": {"city": "London"}}

    new = api("invoices.reissue", invoice_id=original["id"], invoice=own, customer=person,
              update_customer_email="bills@example.com", issue_method="draft")["invoice"]  # fmt: skip

    assert new["status"] == "draft"
    _, raw = api.request("GET", f"/v1/invoices/{new['stripe_id']}/stripe")
    assert (raw["description"], raw["custom_fields"]) == ("PO 7", own["custom_fields"])
    assert (raw["customer_name"], raw["customer_email"]) == ("Ada Ltd", "bills@example.com")
    assert raw["customer_address"] == {"city": "London"}
    both = {"update_customer_email": "a@example.com", "customer": {"email": "b@example.com"}}
    act(api, "finalize", new)
    assert refused(api, "reissue", new, **both) == (400, "invalid_request")


def test_an_invoice_that_a_card_was_to_pay_is_charged_again_or_sent(api: Api) -> None:
    attach(api, "d", "pro")
    [declined] = api("invoices.list", customer_id="d")["list"]
    give_card(api, "d")

    sent = api("invoices.reissue", invoice_id=declined["id"], net_terms_days=5)
    charged = api("invoices.reissue", invoice_id=sent["invoice"]["id"], net_terms_days=5, preview=True)

    assert (sent["invoice"]["status"], sent["preview"]["due_date"]) == ("open", JANUARY + 5 * DAY)
    assert charged["preview"]["total"] == 20
    attach(api, "k", "basic")
    give_card(api, "k", "decline:card_declined")
    attach(api, "k", "scale")
    [open_one] = api("invoices.list", customer_id="k", status=["open"])["list"]
    give_card(api, "k")
    again = api("invoices.reissue", invoice_id=open_one["id"])
    assert (again["preview"]["due_date"], again["invoice"]["status"]) == (None, "paid")
    assert plans_of(api, "k") == [("scale", "active")]


def refund(api: Api, stripe_id: str, **body: Any) -> tuple[int, Any]:
    return api.request("POST", f"/v1/customers/k/invoices/{stripe_id}/refund", body, version="1.2.0")


def test_s136_a_part_of_a_charge_is_refunded(api: Api) -> None:
    invoice = paid_by_card(api)

    status, answer = refund(api, invoice["stripe_id"], mode="partial", amount=5)

    assert status == 200
    assert answer.pop("refund_id").startswith("re_")
    assert answer.pop("charge_id").startswith("ch_")
    assert answer == {"amount": 5, "currency": "usd", "status": "succeeded"}
    after = found(api, invoice["id"])
    assert (after["refunded_amount"], after["status"], after["amount_paid"]) == (5, "paid", 20)


def test_s137_a_charge_is_refunded_up_to_what_is_left_of_it(api: Api) -> None:
    invoice = paid_by_card(api)
    stripe_id = invoice["stripe_id"]
    _, first = refund(api, stripe_id, mode="partial", amount=5)

    refusals = [
        api.refusal(refund(api, stripe_id, **body))
        for body in ({"mode": "partial", "amount": 50}, {"mode": "partial"}, {"mode": "some"})
    ]
    _, rest = refund(api, stripe_id, mode="full")

    assert refusals == [
        (400, "invalid_request", "Refund amount exceeds the refundable balance of 15 USD"),
        (400, "invalid_request", "Amount is required for partial refunds"),
        (400, "invalid_inputs", "mode: must be one of: full, partial"),
    ]
    assert (rest["amount"], rest["charge_id"]) == (15, first["charge_id"])
    assert found(api, invoice["id"])["refunded_amount"] == 20
    assert api.refusal(refund(api, stripe_id, mode="full")) == (
        400, "invalid_request", "This charge has already been fully refunded",
    )  # fmt: skip


def test_only_a_charge_of_the_customer_is_refunded(api: Api) -> None:
    attach(api, "d", "pro")
    [declined] = api("invoices.list", customer_id="d")["list"]

    assert api.refusal(refund(api, "in_nope", mode="full")) == (
        404,
        "invalid_request",
        "Stripe invoice not found",
    )
    assert api.refusal(refund(api, declined["stripe_id"], mode="full"))[0] == 404
    path = f"/v1/customers/d/invoices/{declined['stripe_id']}/refund"
    assert api.refusal(api.request("POST", path, {"mode": "full"}))[2] == (
        "This invoice has no associated charge to refund"
    )
    ghost = api.request("POST", "/v1/customers/ghost/invoices/in_1/refund", {"mode": "full"})
    assert api.refusal(ghost) == (404, "customer_not_found", "Customer ghost not found")


def test_what_a_customer_had_goes_with_it(api: Api) -> None:
    invoice = created(api, **line_of(20))
    api("invoices.issue_credit_note", invoice_id=invoice["id"], amount=5)

    api("customers.delete", customer_id="ada")

    assert api("invoices.list")["list"] == []
    assert len(api.world.store.credit_notes) == 0
    assert state(api, "k")["invoices"] == []


def raw(api: Api, invoice: Any) -> Any:
    return api.request("GET", f"/v1/invoices/{invoice['stripe_id']}/stripe")[1]


def test_a_plan_waits_for_its_invoice_until_that_is_due(api: Api) -> None:
    invoice = by_invoice(api, net_terms_days=10)
    assert raw(api, invoice)["due_date"] == (JANUARY + 10 * DAY) // 1000
    api.advance("10 days")

    pay(api, f"/invoice/{invoice['stripe_id']}")

    assert invoices(api, "ada") == [("paid", 20)]
    assert plans_of(api, "ada") == []


def test_the_days_of_a_draft_are_counted_from_when_it_is_opened(api: Api) -> None:
    draft = by_invoice(api, net_terms_days=10, finalize=False)
    api.advance("40 days")

    act(api, "finalize", draft)
    api.advance("9 days")
    act(api, "pay", draft)

    assert raw(api, draft)["due_date"] == (JANUARY + 50 * DAY) // 1000
    assert plans_of(api, "ada") == [("pro", "active")]


def test_a_template_is_printed_on_the_invoice_of_a_plan(api: Api) -> None:
    _, template = api.request("POST", "/_mock/invoice_templates", {"name": "Bank", "footer": "IBAN"})

    invoice = by_invoice(api, invoice_template_id=template["id"])

    shown = raw(api, invoice)
    assert (shown["footer"], shown["due_date"]) == ("IBAN", (JANUARY + 30 * DAY) // 1000)
    unknown = {"enabled": True, "invoice_template_id": "none"}
    answer = api.refused("billing.attach", customer_id="c", plan_id="pro", invoice_mode=unknown)
    assert answer[:2] == (404, "invoice_template_not_found")


def test_a_stand_alone_invoice_is_paid_on_its_page(api: Api) -> None:
    invoice = created(api, **line_of(20))
    assert api.request("GET", f"/invoice/{invoice['stripe_id']}")[0] == 200

    pay(api, f"/invoice/{invoice['stripe_id']}")

    after = found(api, invoice["id"])
    assert (after["status"], after["amount_paid"]) == ("paid", 20)
    assert refund_of(api, invoice) == 200


def refund_of(api: Api, invoice: Any) -> int:
    path = f"/v1/customers/ada/invoices/{invoice['stripe_id']}/refund"
    return api.request("POST", path, {"mode": "full"})[0]
