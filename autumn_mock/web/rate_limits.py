"""The reference's rate limits (off unless `--rate-limits`): fixed windows on the world's clock.

A window begins with its first request. Most limits count per organisation, some per customer, whose
id may stand in the path, the query or the body.
"""

import math
import re
from typing import Any, NamedTuple, Protocol

from flask import Response

from autumn_mock.domain.periods import SECOND
from autumn_mock.errors.http import RateLimitExceeded
from autumn_mock.versions.version import NEWEST, Version
from autumn_mock.web.answers import read_json
from autumn_mock.web.query import read_query
from autumn_mock.world import World

_MOST_WINDOWS = 10_000


class Asked(Protocol):
    """What is looked at of a request; `path` has `/v1`."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def query(self) -> str: ...
    @property
    def version(self) -> Version: ...


class Limit(NamedTuple):
    """So many requests in so many seconds."""

    name: str
    limit: int
    seconds: int
    per_customer: bool = False


CHECK = Limit("check", 10_000, 1, per_customer=True)
CHECK_ORGANISATION = Limit("check of the organisation", 240_000, 60)
TRACK = Limit("track", 10_000, 1, per_customer=True)
BATCH_TRACK = Limit("batch track", 10, 1)
ATTACH = Limit("attach", 30, 60, per_customer=True)
LIST = Limit("list", 50, 1)
LIST_OLDER = Limit("list of older versions", 5, 1)
EVENTS = Limit("events", 5, 1, per_customer=True)
ENTITY_GET = Limit("entity get", 50, 1, per_customer=True)
ENTITY_GET_ORGANISATION = Limit("entity get of the organisation", 90_000, 60)
LOGS = Limit("logs", 10, 1)
GENERAL = Limit("general", 25, 1)
CHECKOUT = Limit("checkout", 10, 60, per_customer=True)

_OPERATIONS: dict[Limit, str] = {
    CHECK: "balances.check customers.get customers.get_or_create check entitled",
    TRACK: "balances.track balances.track_tokens balances.finalize balances.update "
    "events track track_tokens usage balances/update",
    BATCH_TRACK: "balances.batch_track balances.batch_track_tokens",
    ATTACH: "billing.attach billing.multi_attach billing.update billing.setup_payment "
    "cancel setup_payment attach",
    LIST: "customers.list entities.list customers/list",
    EVENTS: "events.list events.aggregate events/list events/aggregate query",
    ENTITY_GET: "entities.get",
    LOGS: "logs.search logs.query",
}
_POSTED = {name: limit for limit, names in _OPERATIONS.items() for name in names.split()}
_CUSTOMER_PATH = re.compile(r"customers/([^/]+)(?:/entities/[^/]+)?")
_REFUSED_AS_JSON = {"customers.get", "customers.get_or_create", "customers"}
"""Refused over the organisation's check limit; checks themselves are not."""


class Window:
    """Requests counted since `starts_at`."""

    __slots__ = ("count", "starts_at")

    def __init__(self, starts_at: int, count: int = 0) -> None:
        self.starts_at, self.count = starts_at, count


def count(world: World, ask: Asked, told: dict[str, str]) -> Response | None:
    """Count a request; the 429 when it is over the limit. Adds the four headers to `told`.

    Raises RateLimitExceeded over the organisation's check limit.
    """
    name = ask.path[4:]
    limit = limit_of(ask.method, name, ask.version)
    whose = _customer(ask, name) if limit.per_customer else ""
    with world.lock:
        used, ends_in = _count(world, limit, whose)
        organisation = {CHECK: CHECK_ORGANISATION, ENTITY_GET: ENTITY_GET_ORGANISATION}.get(limit)
        shared = organisation is not None and _count(world, organisation, "")[0] > organisation.limit
    told.update(headers_of(limit, used, ends_in))
    if used > limit.limit or (shared and limit == ENTITY_GET):
        return too_many(told, ends_in)
    if shared and (ask.method == "GET" or name in _REFUSED_AS_JSON):
        raise RateLimitExceeded
    return None


def count_checkout(world: World, checkout_id: str, told: dict[str, str]) -> Response | None:
    """The same for a checkout page, which has a limit of its own."""
    with world.lock:
        used, ends_in = _count(world, CHECKOUT, checkout_id)
    told.update(headers_of(CHECKOUT, used, ends_in))
    return too_many(told, ends_in) if used > CHECKOUT.limit else None


def headers_of(limit: Limit, used: int, ends_in: int) -> dict[str, str]:
    """How an answer tells of a limit: what is left, and in how many seconds it begins anew."""
    return {
        "RateLimit-Policy": f"{limit.limit};w={limit.seconds}",
        "RateLimit-Limit": str(limit.limit),
        "RateLimit-Remaining": str(max(0, limit.limit - used)),
        "RateLimit-Reset": str(ends_in),
    }


def limit_of(method: str, name: str, version: Version) -> Limit:
    """The class that a request counts in; `name` is its path without `/v1/`."""
    if method == "POST":
        found = _POSTED.get(name, CHECK if name == "customers" else GENERAL)
    elif method == "GET" and name == "customers":
        found = LIST
    elif method == "GET" and _CUSTOMER_PATH.fullmatch(name):
        found = CHECK
    else:
        found = GENERAL
    return LIST_OLDER if found == LIST and version < NEWEST else found


def _count(world: World, limit: Limit, whose: str) -> tuple[int, int]:
    """How many requests the window holds now, and in how many seconds it ends."""
    now, windows = world.clock.now(), world.rate_windows
    window = windows.get((limit.name, whose))
    length = limit.seconds * SECOND
    if window is None or not window.starts_at <= now < window.starts_at + length:
        if len(windows) > _MOST_WINDOWS:
            windows.clear()
        window = windows[limit.name, whose] = Window(now)
    window.count += 1
    return window.count, math.ceil((window.starts_at + length - now) / SECOND)


def _customer(ask: Asked, name: str) -> str:
    """The customer that a request is about; empty if it names none."""
    if found := _CUSTOMER_PATH.fullmatch(name):
        return found[1]
    body: Any = read_json(ask.raw)
    named = body.get("customer_id", body.get("id")) if isinstance(body, dict) else None
    if named is None and ask.query:
        named = read_query(ask.query).get("customer_id")
    return str(named or "")


def too_many(told: dict[str, str], ends_in: int) -> Response:
    told["Retry-After"] = str(ends_in)
    return Response(
        "Too many requests, please try again later.",
        429,
        headers=told,
        content_type="text/plain; charset=UTF-8",
    )
