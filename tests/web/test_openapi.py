"""The exported OpenAPI: only what works, and true to what the shapes accept."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import openapi

from autumn_mock.emulator import Emulator
from autumn_mock.operations.registry import OPERATIONS, load_operations
from autumn_mock.settings import Settings
from autumn_mock.web.openapi import document, field_schema
from tests.conftest import Api

EXPORTED = openapi.from_dict(document("http://localhost"))
OFFERED = sorted(name for name, found in load_operations().items() if found.published)


def body_schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = document("http://localhost")["paths"][f"/v1/{name}"]["post"]["requestBody"][
        "content"
    ]["application/json"]["schema"]
    return schema


@pytest.fixture(scope="module")
def shared() -> Iterator[Api]:
    with Emulator(Settings(seed=("starter",), id_seed=1)) as emulator:
        yield Api(emulator)


def test_it_is_served(api: Api) -> None:
    status, served = api.request("GET", "/_mock/openapi.json")

    assert status == 200
    assert served["openapi"] == "3.1.0"
    assert sorted(served["paths"]) == sorted(f"/v1/{name}" for name in OFFERED)


def test_only_what_is_emulated_is_listed() -> None:
    listed = {path.removeprefix("/v1/") for path in document("http://x")["paths"]}

    assert listed == {name for name, found in OPERATIONS.items() if found.published}


@pytest.mark.parametrize("name", OFFERED)
def test_every_body_is_a_valid_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(body_schema(name))


def test_required_nullable_and_choices() -> None:
    schema = body_schema("customers.get_or_create")

    assert schema["required"] == ["customer_id"]
    assert schema["properties"]["customer_id"]["type"] == ["string", "null"]
    assert schema["properties"]["create_in_stripe"] == {"type": "boolean"}
    assert "invoices" in schema["properties"]["expand"]["items"]["enum"]


def test_a_field_of_an_unknown_kind_takes_anything() -> None:
    from autumn_mock.schemas import fields

    assert field_schema(fields.Anything()) == {}


@pytest.mark.parametrize("name", OFFERED)
@settings(
    max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(data=st.data())
def test_no_body_of_the_schema_breaks_the_server(shared: Api, name: str, data: st.DataObject) -> None:
    case = data.draw(EXPORTED[f"/v1/{name}"]["POST"].as_strategy())

    status, answer = shared.call(name, case.body if isinstance(case.body, dict) else {})

    assert status == 501 or status < 500, answer
    if status >= 400:
        assert set(answer) == {"message", "code", "env"}
