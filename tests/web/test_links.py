"""Links in answers: they lead to this server under the name by which the caller reached it."""

from collections.abc import Iterator

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue, pay, state
from tests.conftest import Api


@pytest.fixture
def behind_a_proxy() -> Iterator[Api]:
    with Emulator(Settings(profile="server", public_url="https://billing.example.com/")) as started:
        yield Api(started)


def test_a_page_lies_where_the_caller_called(api: Api) -> None:
    catalogue(api)

    body = {"customer_id": "c", "plan_id": "pro"}
    _, answer = api.call("billing.attach", body, headers={"Host": "127.0.0.1:8788"})

    assert answer["payment_url"].startswith("http://127.0.0.1:8788/checkout/cs_test_")


def test_the_same_page_is_told_under_each_name(api: Api) -> None:
    catalogue(api)
    body = {"customer_id": "c", "plan_id": "pro"}

    _, here = api.call("billing.attach", body, headers={"Host": "localhost:1"})
    _, there = api.call("billing.attach", body, headers={"Host": "acme.localhost:2"})
    pay(api, there["payment_url"])

    assert here["payment_url"].removeprefix("http://localhost:1") == there["payment_url"].removeprefix(
        "http://acme.localhost:2"
    )
    [invoice] = state(api, "c")["invoices"]
    assert invoice["hosted_invoice_url"].startswith("http://localhost/invoices/hosted_invoice_url/")


def test_a_public_url_stands_before_the_name_that_was_called(behind_a_proxy: Api) -> None:
    catalogue(behind_a_proxy)

    answer = attach(behind_a_proxy, "c", "pro")

    assert answer["payment_url"].startswith("https://billing.example.com/checkout/cs_test_")


def test_organisations_of_one_seed_have_pages_of_their_own(emulator: Emulator) -> None:
    pages = []
    for org in ("one", "two"):
        api = Api(emulator, org)
        catalogue(api)
        pages.append(attach(api, "c", "pro")["payment_url"])

    assert pages[0] != pages[1]
