"""What the tests of invoices share."""

from typing import Any

from tests.conftest import Api


def record(api: Api, *invoices: dict[str, Any]) -> list[Any]:
    """Record history: each invoice with what it is about, the rest filled in."""
    usual = {"customer_id": "ada", "status": "paid", "total": 1, "created_at": 1_750_000_000_000}
    numbered = [{**usual, "stripe_id": f"in_{n}", **each} for n, each in enumerate(invoices)]
    made: list[Any] = api("invoices.insert", invoices=numbered)["invoices"]
    return made


def listed(api: Api, **filters: Any) -> list[str]:
    """Ids at the provider, as `invoices.list` orders them."""
    return [each["stripe_id"] for each in api("invoices.list", **filters)["list"]]


def created(api: Api, customer_id: str = "ada", **body: Any) -> Any:
    """A stand-alone invoice."""
    return api("invoices.create", customer_id=customer_id, **body)["invoice"]


def line_of(amount: float, description: str = "Setup", **more: Any) -> dict[str, Any]:
    return {"custom_line_items": [{"amount": amount, "description": description}], **more}


def found(api: Api, invoice_id: str) -> Any:
    """An invoice as the list shows it."""
    cursor = ""
    while True:
        page = api("invoices.list", start_cursor=cursor)
        for each in page["list"]:
            if each["id"] == invoice_id:
                return each
        cursor = page["next_cursor"]
        assert cursor, f"{invoice_id} is in no page"
