"""The transport without a socket, and the official SDK on it."""

import asyncio

import httpx
import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from autumn_mock.testing import AutumnOrg, InProcess
from tests.conftest import Api


def test_httpx_reaches_the_server_without_a_socket(autumn: AutumnOrg) -> None:
    with httpx.Client(transport=autumn.transport(), base_url="http://localhost") as client:
        response = client.get("/_mock/health")

    assert response.json()["status"] == "ok"


def test_an_async_client_does_too() -> None:
    async def ask(server: InProcess) -> httpx.Response:
        async with httpx.AsyncClient(transport=server.transport()) as client:
            key = {"Authorization": "Bearer am_sk_test_async"}
            return await client.post("http://localhost/v1/features.list", json={}, headers=key)

    with InProcess() as server:
        response = asyncio.run(ask(server))

    assert response.json() == {"list": []}


def test_the_official_client_is_ready(autumn: AutumnOrg) -> None:
    pytest.importorskip("autumn_sdk")

    customer = autumn.client().customers.get_or_create(customer_id="ada", name="Ada")

    assert customer.name == "Ada"
    assert autumn.requests[-1]["path"] == "/v1/customers.get_or_create"


def test_the_official_client_does_not_fail_open(autumn: AutumnOrg) -> None:
    errors = pytest.importorskip("autumn_sdk.errors")

    with pytest.raises(errors.AutumnError):
        autumn.client().check(customer_id="nobody", feature_id="nothing")


def test_the_official_async_client_is_ready(autumn: AutumnOrg) -> None:
    pytest.importorskip("autumn_sdk")

    customer = asyncio.run(autumn.client().customers.get_or_create_async(customer_id="ada"))

    assert customer.id == "ada"


def test_pages_are_at_the_port_that_was_taken() -> None:
    with Emulator(Settings(profile="server")) as emulator:
        url = emulator.start()
        api = Api(emulator)
        api("plans.create", plan_id="pro", name="Pro", price={"amount": 20, "interval": "month"})
        api("customers.get_or_create", customer_id="ada")

        page = api("billing.attach", customer_id="ada", plan_id="pro")["payment_url"]

    assert page.startswith(f"{url}/checkout/")
