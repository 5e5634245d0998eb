"""The public link of an invoice, and the invoice as the provider shows it."""

from typing import Any

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue
from tests.builders import customer
from tests.conftest import Api
from tests.invoices import record


def open_link(api: Api, url: str) -> Any:
    """Follow a link as a browser does, without a key."""
    return api.client.get("/" + url.split("/", 3)[3])


def test_the_link_of_an_invoice_leads_to_its_page(api: Api) -> None:
    catalogue(api)
    stripe_id = attach(api, "k", "pro")["invoice"]["stripe_id"]
    [invoice] = api("customers.get", customer_id="k", expand=["invoices"])["invoices"]

    answer = open_link(api, invoice["hosted_invoice_url"])

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/invoice/{stripe_id}")


def test_s68_an_unknown_invoice_has_no_page(api: Api) -> None:
    answer = api.client.get("/invoices/hosted_invoice_url/inv_unknown")

    assert (answer.status_code, answer.get_json()) == (
        404, {"message": "Invoice not found", "code": "invalid_request", "env": "sandbox"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("invoice", "message"),
    [
        ({"processor_type": "revenuecat"}, "Hosted invoice URL is not available for this invoice"),
        ({"status": "draft"}, "This invoice is in draft status and has no URL"),
        ({}, "This invoice has no hosted invoice URL"),
    ],
)
def test_some_invoices_have_no_page(api: Api, invoice: dict[str, Any], message: str) -> None:
    customer(api, "ada")
    [made] = record(api, invoice)

    answer = api.client.get(f"/invoices/hosted_invoice_url/{made['id']}")

    assert (answer.status_code, answer.get_json()["message"]) == (404, message)
    assert answer.get_json()["code"] == "invalid_request"


def test_a_recorded_invoice_leads_to_the_page_of_its_system(api: Api) -> None:
    customer(api, "ada")
    [made] = record(api, {"hosted_invoice_url": "https://billing.example.com/1"})

    answer = api.client.get(f"/invoices/hosted_invoice_url/{made['id']}")

    assert answer.headers["Location"] == "https://billing.example.com/1"


def test_an_address_opens_ten_links_a_minute() -> None:
    with Emulator(Settings(rate_limits=True)) as emulator:
        api = Api(emulator)
        answers = [api.client.get("/invoices/hosted_invoice_url/inv_x") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert answers[0].headers["RateLimit-Policy"] == "10;w=60"
    assert [answer.headers["RateLimit-Remaining"] for answer in answers[-2:]] == ["0", "0"]
    assert int(answers[-1].headers["Retry-After"]) in range(1, 61)


def test_the_provider_shows_seconds_and_cents(api: Api) -> None:
    catalogue(api)
    stripe_id = attach(api, "k", "pro")["invoice"]["stripe_id"]

    status, raw = api.request("GET", f"/v1/invoices/{stripe_id}/stripe")

    assert status == 200
    expected = {
        "id": stripe_id, "object": "invoice", "total": 2000, "amount_paid": 2000, "amount_remaining": 0,
        "status": "paid", "created": 1_767_225_600, "currency": "usd", "livemode": False,
        "collection_method": "charge_automatically",
    }  # fmt: skip
    assert expected.items() <= raw.items()
    [line] = raw["lines"]["data"]
    assert (line["amount"], line["period"]) == (2000, {"start": 1_767_225_600, "end": 1_769_904_000})
    assert api.refusal(api.request("GET", "/v1/invoices/in_none/stripe")) == (
        404, "invalid_request", "Stripe invoice not found",
    )  # fmt: skip


def test_a_credit_note_is_a_page_of_pdf(api: Api) -> None:
    catalogue(api)
    body = {"customer_id": "k", "custom_line_items": [{"amount": 20, "description": "Set-up (Zoë)"}]}
    invoice = api("invoices.create", **body)["invoice"]
    lines = [{"id": invoice["items"][0]["id"], "amount": 5.5}]
    note = api("invoices.issue_credit_note", invoice_id=invoice["id"], lines=lines, memo="Sorry 😀")[
        "credit_note"
    ]

    answer = open_link(api, note["pdf"])

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = answer.get_data()
    assert document.startswith(b"%PDF-1.4")
    for text in (
        note["number"].encode(),
        rb"Set-up \(Zo\xeb\)".replace(rb"\xeb", b"\xeb"),
        b"5.50 USD",
        b"Sorry ?",
    ):
        assert text in document
    table = int(document.rpartition(b"startxref\n")[2].split()[0])
    assert document[table:].startswith(b"xref\n0 6\n")
    for number, entry in enumerate(document[table:].splitlines()[3:8], 1):
        assert document[int(entry[:10]) :].startswith(b"%d 0 obj" % number)
    assert api.client.get("/credit_notes/cn_none/pdf").status_code == 404


def test_the_provider_tells_when_an_invoice_changed(api: Api) -> None:
    catalogue(api)
    lines = [{"amount": 1, "description": "x"}]
    draft = api("invoices.create", customer_id="k", custom_line_items=lines, issue_method="draft")["invoice"]
    for operation in ("finalize", "pay"):
        api.advance("1 hour")
        api(f"invoices.{operation}", invoice_id=draft["id"])

    _, raw = api.request("GET", f"/v1/invoices/{draft['stripe_id']}/stripe")

    assert raw["status_transitions"] == {
        "finalized_at": raw["created"] + 3600, "marked_uncollectible_at": None,
        "paid_at": raw["created"] + 7200, "voided_at": None,
    }  # fmt: skip
