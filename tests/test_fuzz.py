"""No body, path or query makes the server fail: every answer is a reply, a refusal by name, or the 501.

Bodies are made from each operation's own shape, then spoiled. Seeded: a failure can be run again.
"""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema

from autumn_mock.emulator import Emulator
from autumn_mock.operations.registry import OPERATIONS, load_operations
from autumn_mock.schemas import fields
from autumn_mock.versions.version import Version
from autumn_mock.web.rest import ROUTES
from tests.conftest import Api

WORLDS, BODIES = 6, 25
"""For each operation: so many worlds, and so many bodies in each."""
DEEP: Any = "leaf"
for _ in range(60):
    DEEP = {"deeper": [DEEP]}
NASTY: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3, 0.1, -0.0, 1e308, -1e308, 5e-324, 10**30, -(10**30), 2**53, 2**63, 2**64,
    1_750_000_000_000, 253_402_300_800_000, 9e15, -9e15, "", " ", "\x00", "é", "𝒳", "\ud800", "null", "NaN",
    "1e999", "-1", "0x10", "x" * 3_000, "../..", "__proto__", "%s%n", "{{x}}", "2026-02-30", "ada@example.com",
    "ada", "messages", [], {}, [[]], [None], {"": None}, {"id": {}}, ["a"] * 300, DEEP,
)  # fmt: skip
USUAL = {"customer_id", "feature_id", "plan_id"}
"""Asked for by most operations, whether or not the shape says so."""
KNOWN: dict[str, tuple[Any, ...]] = {
    "customer_id": ("ada", "ada", "ada", "bob", "nobody"),
    "entity_id": ("seat1", "seat2", "nobody"),
    "feature_id": ("messages", "messages", "seats", "credits", "sso", "nothing"),
    "metered_feature_id": ("messages", "seats"),
    "plan_id": ("free", "pro", "addon", "nothing"),
    "base_plan_id": ("free", "pro"),
    "auto_enable_plan_id": ("free", "pro"),
    "event_name": ("messages", "sent"),
    "lock_id": ("lock1",),
    "interval": ("day", "week", "month", "quarter", "year", "one_off", "lifetime"),
    "start_cursor": ("", "bm90aGluZw", "e30", "W10"),
    "expand": (["invoices"], ["entities", "rewards"], ["balances.feature"], []),
    "id": ("ada", "messages", "free", "new"),
    "url": ("http://127.0.0.1:9/hook", "http://localhost:9"),
    "type": ("boolean", "metered", "credit_system", "ai_credit_system"),
    "timestamp": (0, 1_750_000_000_000, 10**14),
    "version": (1, 2, 0, -1),
    "reward_id": ("sale", "gift", "nothing"),
    "internal_reward_id": ("sale", "gift", "free", "nothing"),
    "program_id": ("friends", "buyers", "nothing"),
    "referral_program_id": ("friends", "buyers", "nothing"),
    "promo_code": ("GIFT", "SALE"),
    "code": ("GIFT", "SALE", "NEW1", "no!"),
}
RAW = (
    b"", b"{", b"null", b"[]", b'"text"', b"1e999", b"NaN", b"\xff\xfe", b"[" * 20_000, b'{"a":' * 20_000,
    b'{"customer_id":"\\ud800"}', b'{"customer_id":1e400}', b'{"customer_id":"a","customer_id":"b"}',
    b'\xef\xbb\xbf{"customer_id":"ada"}', b'{"customer_id":' + b"9" * 5_000 + b"}",
)  # fmt: skip
QUERIES = (
    "", "?limit=x", "?limit=-1&offset=1e9", "?expand=a,b&expand=c", "?a[b][c][d][e][f][g]=1", "?%ff=%00",
    "?customer_id=ada", "?0[1]=2", "?limit=1&customer_id=ada&version=2", "?" + "a=b&" * 500,
)  # fmt: skip
VERSIONS = ("0.1", "0.2", "1.1", "1.2", "1.4", "2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", None)

load_operations()


class Bodies:
    """Makes bodies of a shape: mostly fitting, partly spoiled."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.density, self.nastiness = 0.3, 0.0

    def next(self, shape: Schema) -> Any:
        """A body: sparse or full, fitting, a little off, or spoiled."""
        self.density = self.chance.choice((0.05, 0.15, 0.3, 0.6))
        self.nastiness = self.chance.choice((0.0, 0.0, 0.0, 0.03, 0.15))
        body = self.of(shape)
        return self.spoiled(body) if self.chance.random() < 0.2 else body

    def of(self, shape: Schema, depth: int = 0) -> Any:
        made = {}
        for name, field in shape.fields.items():
            wanted = 1.0 - self.nastiness if field.required or name in USUAL else self.density
            if self.chance.random() < wanted:
                made[field.data_key or name] = self.value(name, field, depth)
        return made

    def value(self, name: str, field: Any, depth: int) -> Any:
        if self.chance.random() < self.nastiness or depth > 6:
            return self.chance.choice(NASTY)
        if name in KNOWN and not isinstance(field, fields.Choice) and self.chance.random() < 0.9:
            return self.chance.choice(KNOWN[name])
        make = self._by_kind(field)
        return make(field, name, depth) if make else self.chance.choice(NASTY)

    def _by_kind(self, field: Any) -> Callable[[Any, str, int], Any] | None:
        kinds: tuple[tuple[type, Callable[[Any, str, int], Any]], ...] = (
            (fields.Choice, lambda f, n, d: self.chance.choice(f.words)),
            (fields.Literal, lambda f, n, d: f.only),
            (fields.Boolean, lambda f, n, d: self.chance.random() < 0.5),
            (fields.Number, lambda f, n, d: self.chance.choice((0, 1, 2, 5, 100, 0.5, -3, 1_000_000))),
            (fields.Array, self._array),
            (fields.Object, lambda f, n, d: self.of(f.shape, d + 1)),
            (fields.OneOf, lambda f, n, d: self.value(n, self.chance.choice(f.kinds), d + 1)),
            (fields.Map, self._map),
            (fields.Email, lambda f, n, d: "ada@example.com"),
            (fields.Url, lambda f, n, d: "http://127.0.0.1:9/hook"),
            (fields.String, lambda f, n, d: self.chance.choice(("ada", "messages", "pro", "new", "x_1"))),
        )  # fmt: skip
        return next((make for kind, make in kinds if isinstance(field, kind)), None)

    def _array(self, field: Any, name: str, depth: int) -> Any:
        return [self.value(name, field.item, depth + 1) for _ in range(self.chance.choice((0, 1, 1, 2)))]

    def _map(self, field: Any, name: str, depth: int) -> Any:
        inner = field.value_field
        keys = self.chance.sample(("a", "messages", "", "__proto__"), self.chance.choice((0, 1, 2)))
        return {key: self.value("", inner, depth + 1) if inner else self.chance.choice(NASTY) for key in keys}

    def spoiled(self, body: Any) -> Any:
        """One value somewhere replaced by a nasty one."""
        if not isinstance(body, dict | list) or not body or self.chance.random() < 0.3:
            return self.chance.choice(NASTY)
        where = self.chance.choice(list(body) if isinstance(body, dict) else range(len(body)))
        copy = dict(body) if isinstance(body, dict) else list(body)
        copy[where] = self.spoiled(copy[where])
        return copy


def furnish(api: Api) -> None:
    """A world in which most ids of KNOWN mean something. Operations that are not there yet are skipped."""
    api.freeze("2026-01-31T12:00:00Z")
    for feature in (
        {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True},
        {"feature_id": "seats", "name": "Seats", "type": "metered", "consumable": False},
        {"feature_id": "sso", "name": "SSO", "type": "boolean"},
        {
            "feature_id": "credits", "name": "Credits", "type": "credit_system",
            "credit_schema": [{"metered_feature_id": "messages", "credit_cost": 2}],
        },
    ):  # fmt: skip
        api.call("features.create", feature)
    month = {"interval": "month"}
    items = [{"feature_id": "messages", "included": 100, "reset": month}, {"feature_id": "sso"}]
    paid = {
        "feature_id": "seats",
        "included": 1,
        "price": {"amount": 5, "interval": "month", "billing_method": "usage_based"},
    }
    api.call("plans.create", {"plan_id": "free", "name": "Free", "auto_enable": True, "items": items})
    api.call(
        "plans.create",
        {
            "plan_id": "pro",
            "name": "Pro",
            "price": {"amount": 20, "interval": "month"},
            "items": [*items, paid],
        },
    )
    api.call(
        "plans.create",
        {
            "plan_id": "addon",
            "name": "Extra",
            "add_on": True,
            "items": [{"feature_id": "credits", "included": 10}],
        },
    )
    api.call("customers.get_or_create", {"customer_id": "ada", "email": "ada@example.com"})
    api.call("customers.get_or_create", {"customer_id": "bob"})
    api.request("POST", "/_mock/payment_methods", {"customer_id": "ada"})
    api.call(
        "entities.create", {"customer_id": "ada", "entity_id": "seat1", "feature_id": "seats", "name": "One"}
    )
    api.call("billing.attach", {"customer_id": "ada", "plan_id": "pro"})
    api.call(
        "balances.check",
        {"customer_id": "ada", "feature_id": "messages", "lock": {"enabled": True, "lock_id": "lock1"}},
    )

    furnish_rewards(api)


def furnish_rewards(api: Api) -> None:
    """A coupon, a grant that bob redeemed, a free product, and two programs with a code of ada."""
    codes = [{"code": "GIFT", "max_uses": None}]
    grants = [{"feature_id": "messages", "included": 5, "expiry": {"type": "month", "length": 1}}]
    gift = {"id": "gift", "name": "Gift", "grants": grants, "promo_codes": codes}
    sale = {
        "id": "sale", "name": "Sale", "type": "percentage_discount", "value": 10, "plan_ids": None,
        "duration": {"type": "forever", "length": None}, "promo_codes": [{"code": "SALE"}],
    }  # fmt: skip
    free = {"id": "free", "name": "Free", "type": "free_product", "free_product_id": "pro"}
    api.call("rewards.create", {"coupon": sale})
    api.call("rewards.create", {"feature_grant": gift})
    api.request("POST", "/v1/rewards", free)
    both = {"received_by": "all", "max_redemptions": 5}
    program = {"id": "friends", "reward_id": "sale", "redeem_on": "customer_creation", **both}
    api.call("referral_programs.create", program)
    program = {"id": "buyers", "reward_id": "gift", "redeem_on": "checkout", "plan_ids": ["pro"], **both}
    api.call("referral_programs.create", program)
    api.call("rewards.redeem", {"code": "GIFT", "customer_id": "bob"})
    for program_id in ("friends", "buyers"):
        _, made = api.call("referrals.create_code", {"customer_id": "ada", "program_id": program_id})
        api.call("referrals.redeem_code", {"code": made["code"], "customer_id": "bob"})


def assert_answered(answer: tuple[int, Any], asked: str) -> None:
    status, body = answer
    if status < 400:
        return
    assert status < 500 or (status == 501 and body["code"] == "not_emulated"), f"{asked} → {status} {body}"
    assert set(body) == {"message", "code", "env"}, f"{asked} → {body}"


@pytest.fixture
def furnished(api: Api) -> Api:
    furnish(api)
    return api


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_body_makes_an_operation_fail(name: str, emulator: Emulator) -> None:
    bodies = Bodies(name)
    for _ in range(WORLDS):
        api = Api(emulator)
        furnish(api)
        for _ in range(BODIES):
            version = bodies.chance.choice(VERSIONS)
            text = json.dumps(bodies.next(OPERATIONS[name].shape(Version.V2_3)))

            answer = api.request("POST", f"/v1/{name}", raw=text.encode(), version=version)

            assert_answered(answer, f"{name} ({version}) {text[:2_000]}")


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_bytes_make_an_operation_fail(name: str, furnished: Api) -> None:
    for raw in RAW:
        answer = furnished.request("POST", f"/v1/{name}", raw=raw)

        assert_answered(answer, f"{name} {raw[:80]!r}")


def filled(path: str, chance: random.Random) -> str:
    parts = (
        "ada",
        "messages",
        "pro",
        "seat1",
        "sale",
        "gift",
        "friends",
        "nobody",
        "%00",
        "%ff",
        "a%2Fb",
        "x" * 300,
        "é",
    )
    return "/".join(chance.choice(parts) if part.startswith("<") else part for part in path.split("/"))


@pytest.mark.parametrize("route", [pytest.param(route, id=f"{route.method} {route.path}") for route in ROUTES])
def test_no_legacy_request_makes_the_server_fail(route: Any, furnished: Api) -> None:
    bodies = Bodies(route.method + route.path)
    operation = OPERATIONS.get(route.operation)
    for _ in range(2 * BODIES):
        version = bodies.chance.choice(VERSIONS)
        body = bodies.next(operation.shape(Version.V1_2)) if operation else {}
        path = "/v1" + filled(route.path, bodies.chance) + bodies.chance.choice(QUERIES)
        raw = None if route.method == "GET" else json.dumps(body).encode()

        answer = furnished.request(route.method, path, raw=raw, version=version)

        assert_answered(answer, f"{route.method} {path[:200]} ({version}) {(raw or b'')[:2_000]!r}")


@pytest.mark.parametrize("route", ["clock", "seed", "payment_methods", "checkouts/complete", "reset"])
def test_no_body_makes_a_control_route_fail(route: str, furnished: Api) -> None:
    bodies = Bodies(route)
    for key in ("now", "advance", "real", "customer_id", "url", "outcome", "features", "plans", "customers"):
        for value in NASTY:
            raw = json.dumps(
                {key: value, "customer_id": "ada"} if bodies.chance.random() < 0.3 else {key: value}
            )

            answer = furnished.request("POST", f"/_mock/{route}", raw=raw.encode())

            assert_answered(answer, f"{route} {raw[:200]}")


def test_no_key_version_or_method_makes_the_server_fail(api: Api) -> None:
    keys = (
        "",
        "am_sk_test_",
        "am_sk_test_é",
        "am_sk_live_x" * 200,
        "am_pk_test_",
        "am_jwt_",
        "x",
        "am_sk_test_a b",
    )
    for key in keys:
        for version in ("", "2", "2.3", "9.9.9", "latest", "1" * 400, "2026-01-01", "½", "²", "2.³"):
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
                headers = {"Authorization": f"Bearer {key}".encode().decode("latin-1")}
                headers["x-api-version"] = version.encode().decode("latin-1")
                status, body = api.request(method, "/v1/customers.get", headers=headers)

                asked = f"{method} {key[:40]} {version}"
                assert status < 500, f"{asked} → {body}"
