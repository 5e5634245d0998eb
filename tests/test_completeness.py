"""Every published operation is accounted for, and every one that is there is called by a test."""

import re

import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.operations.registry import OPERATIONS, PUBLISHED, load_operations, standing
from autumn_mock.web.rest import ROUTES
from autumn_mock.web.rest.route import Route
from tests.conftest import Api
from tests.generated import ROOT

load_operations()

TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("operations", "scenarios", "clients", "web")
    for path in sorted((ROOT / "tests" / folder).rglob("test_*.py"))
)


def test_the_published_operations_are_these() -> None:
    """Counted by namespace, so that one is neither lost nor made up."""
    counts: dict[str, int] = {}
    for name in PUBLISHED:
        counts[name.partition(".")[0]] = counts.get(name.partition(".")[0], 0) + 1

    assert counts == {
        "balances": 9, "billing": 13, "customers": 6, "entities": 5, "events": 2, "features": 5,
        "invoices": 10, "keys": 3, "licenses": 4, "logs": 1, "plans": 5, "platform": 5, "purchases": 1,
        "referral_programs": 5, "referrals": 2, "rewards": 6, "sandboxes": 4, "subscriptions": 1, "webhooks": 7,
    }  # fmt: skip
    assert len(set(PUBLISHED)) == len(PUBLISHED)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_is_called_by_a_test(name: str) -> None:
    if name in TESTS:
        return
    paths = [route.path for route in ROUTES if route.operation == name]

    assert any(_called(path) for path in paths), f"no test calls {name}"


def _called(path: str) -> bool:
    """Whether a test names this legacy route, whatever stands for its arguments."""
    pattern = re.sub(r"<[^>]+>", "[^/?]+", "/v1" + path) + "[\"'?{]"
    return re.search(pattern, TESTS) is not None


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_says_what_it_does(name: str) -> None:
    assert OPERATIONS[name].run.__doc__, f"{name} has no docstring"


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name not in OPERATIONS])
def test_what_is_not_emulated_says_so_by_name(name: str, api: Api) -> None:
    assert api.refused(name) == (501, "not_emulated", f"{name} is not emulated yet")


def test_the_server_tells_what_is_emulated(emulator: Emulator) -> None:
    answer = emulator.app.test_client().get("/_mock/operations").get_json()

    assert answer == {"list": standing()}
    assert [each["operation"] for each in answer["list"]] == list(PUBLISHED)


@pytest.mark.parametrize(
    "route", [pytest.param(r, id=f"{r.method} {r.path}") for r in ROUTES if r.operation not in OPERATIONS]
)
def test_a_legacy_route_that_is_not_emulated_says_so_by_name(route: Route, api: Api) -> None:
    answer = api.request(route.method, "/v1" + re.sub(r"<[^>]+>", "x", route.path), {})

    assert api.refusal(answer)[:2] == (501, "not_emulated")
