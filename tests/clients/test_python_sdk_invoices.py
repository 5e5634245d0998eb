"""Invoices through the official Python SDK, unmodified: each method of `sdk.invoices`."""

import asyncio
from typing import Any

import pytest
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import make_features
from tests.clients.releases import since_1_2

WORDS = {"interval": "month", "billing_units": 10, "billing_method": "usage_based", "amount": 1}
CHARGE = [{"amount": 20.5, "description": "Setup"}]


@pytest.fixture(autouse=True)
def ada(sdk: Autumn, autumn: AutumnOrg) -> None:
    """A customer with a card, and a plan of 20 dollars with messages at a dollar for ten."""
    make_features(autumn)
    item = {"feature_id": "messages", "included": 100, "price": WORDS}
    autumn.call(
        "plans.create", plan_id="pro", name="Pro", price={"amount": 20, "interval": "month"}, items=[item]
    )
    sdk.customers.get_or_create(customer_id="ada", name="Ada", email="ada@example.com")
    autumn.control("POST", "payment_methods", {"customer_id": "ada"})


def invoice_of(sdk: Autumn, **body: Any) -> Any:
    return sdk.invoices.create(customer_id="ada", custom_line_items=CHARGE, **body).invoice


@since_1_2
def test_a_purchase_is_listed_with_its_lines(sdk: Autumn) -> None:
    sdk.billing.attach(customer_id="ada", plan_id="pro")

    page = sdk.invoices.list(customer_id="ada", status=["paid"], limit=10)

    [invoice] = page.list
    assert (invoice.total, invoice.amount_paid, invoice.refunded_amount, page.next_cursor) == (20, 20, 0, None)
    assert [(item.plan_id, item.amount, item.entities) for item in invoice.items] == [("pro", 20, [])]
    assert sdk.invoices.list(invoice_id=invoice.id).list == sdk.invoices.list(stripe_id=invoice.stripe_id).list


def test_history_is_inserted(sdk: Autumn) -> None:
    one = {
        "customer_id": "ada",
        "stripe_id": "in_old",
        "status": "paid",
        "total": 9.5,
        "created_at": 1_750_000_000_000,
    }

    [made] = sdk.invoices.insert(invoices=[one]).invoices

    assert (made.customer_id, made.total, made.amount_paid, made.currency) == ("ada", 9.5, None, "usd")
    assert [invoice.id for invoice in sdk.invoices.list().list] == [made.id]


@since_1_2
def test_a_preview_tells_the_lines(sdk: Autumn) -> None:
    asked = {"feature_id": "messages", "billing_behavior": "usage_based", "quantity": 25}
    plans = [{"plan_id": "pro", "feature_quantities": [asked]}]

    answer = sdk.invoices.create(customer_id="ada", plans=plans, net_terms_days=7, preview=True)

    assert answer.invoice is None
    assert [(line.amount, line.quantity, line.prorated) for line in answer.preview.lines] == [
        (20, None, False), (3, 30, False),
    ]  # fmt: skip
    assert (answer.preview.total, answer.preview.tax) == (23, None)
    assert answer.preview.due_date - answer.preview.issue_date == 7 * 86_400_000


@since_1_2
def test_a_draft_is_finalised_changed_and_paid(sdk: Autumn) -> None:
    draft = invoice_of(sdk, issue_method="draft")

    opened = sdk.invoices.finalize(invoice_id=draft.id).invoice
    changed = sdk.invoices.update(invoice_id=draft.id, payment_method_types=["card", "link"]).invoice
    paid = sdk.invoices.pay(invoice_id=draft.id).invoice

    assert [each.status for each in (draft, opened, changed, paid)] == ["draft", "open", "open", "paid"]
    assert paid.amount_paid == 20.5


@since_1_2
def test_an_open_invoice_is_voided(sdk: Autumn) -> None:
    assert sdk.invoices.void(invoice_id=invoice_of(sdk).id).invoice.status == "void"


@since_1_2
def test_an_invoice_is_credited_by_line(sdk: Autumn) -> None:
    invoice = invoice_of(sdk)
    lines = [{"id": invoice.items[0].id, "amount": 5}]

    shown = sdk.invoices.issue_credit_note(invoice_id=invoice.id, lines=lines, preview=True).credit_note
    note = sdk.invoices.issue_credit_note(invoice_id=invoice.id, lines=lines, reason="duplicate").credit_note

    assert (shown.id, shown.pdf, shown.total) == (None, None, 5)
    assert (note.status, note.pre_payment_amount, note.reason) == ("issued", 5, "duplicate")
    assert note.lines[0].invoice_line_item_id == invoice.items[0].id


@since_1_2
def test_an_invoice_is_reissued(sdk: Autumn) -> None:
    invoice = invoice_of(sdk)
    changes = {"add": [{"amount": 4.5, "description": "Fee"}]}

    answer = sdk.invoices.reissue(
        invoice_id=invoice.id, lines=changes, update_customer_email="bills@example.com"
    )

    assert (answer.voided_invoice_id, answer.credit_note_id) == (invoice.id, None)
    assert (answer.invoice.total, answer.invoice.status, answer.preview.total) == (25, "open", 25)


@since_1_2
def test_templates_are_listed(sdk: Autumn, autumn: AutumnOrg) -> None:
    autumn.control("POST", "invoice_templates", {"name": "Bank", "footer": "IBAN", "net_terms_days": 14})

    page = sdk.invoices.list_templates(limit=5)

    assert (page.total, page.limit, page.has_more) == (1, 5, False)
    assert (page.list[0].name, page.list[0].footer, page.list[0].memo) == ("Bank", "IBAN", None)


@since_1_2
def test_the_async_methods_work(autumn: AutumnOrg) -> None:
    async def use() -> str:
        async with Autumn(secret_key=autumn.secret_key, server_url=autumn.url, fail_open=False) as sdk:
            answer = await sdk.invoices.create_async(customer_id="ada", plans=[{"plan_id": "pro"}])
            assert answer.invoice
            return (await sdk.invoices.pay_async(invoice_id=answer.invoice.id)).invoice.status

    assert asyncio.run(use()) == "paid"


@since_1_2
def test_an_unknown_invoice_is_refused(sdk: Autumn) -> None:
    with pytest.raises(errors.AutumnError) as refused:
        sdk.invoices.pay(invoice_id="inv_none")

    assert refused.value.status_code == 404
    assert '"code":"invoice_not_found"' in refused.value.body
