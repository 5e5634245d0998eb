"""Everything that pays an invoice tells of it once, in the moment in which it is paid."""

import pytest

from autumn_mock.domain.records import Customer, Invoice
from autumn_mock.operations.billing import paid_invoices
from autumn_mock.operations.billing.paid_invoices import when_paid
from autumn_mock.world import World
from tests.billing import attach, catalogue, give_card, pay
from tests.conftest import Api

Told = list[tuple[str, float, str]]


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Who paid how much, and how the invoice stood in the store by then."""
    heard: Told = []
    monkeypatch.setattr(paid_invoices, "_FOLLOWERS", [])

    @when_paid
    def hear(world: World, customer: Customer, invoice: Invoice) -> None:
        stored = world.store.invoices.must(invoice.id)
        heard.append((customer.id or "", float(invoice.total), stored.status))

    return heard


@pytest.fixture(autouse=True)
def plans(api: Api) -> None:
    catalogue(api)


def test_an_attach_and_a_renewal_are_told_once_each(api: Api, told: Told) -> None:
    attach(api, "k", "pro")
    api.advance("1 month")

    assert told == [("k", 20, "paid"), ("k", 20, "paid")]


def test_the_invoice_of_nothing_of_a_trial_is_told(api: Api, told: Told) -> None:
    attach(api, "k", "pro_t")

    assert told == [("k", 0, "paid")]


def test_an_invoice_that_stays_open_is_told_when_its_page_is_paid(api: Api, told: Told) -> None:
    page = attach(api, "d", "pro")["payment_url"]
    assert told == []

    pay(api, page)

    assert told == [("d", 20, "paid")]


def test_a_renewal_paid_by_a_later_try_is_told_then(api: Api, told: Told) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    api.advance("1 month")
    assert len(told) == 1

    give_card(api, "k")
    api.advance("3 days")

    assert told[1:] == [("k", 20, "paid")]
