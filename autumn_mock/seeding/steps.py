"""From the entries of a seed to steps: one operation each, at its instant, oldest first.

An entry is the body of an operation and, for a customer, what happens to it. Nothing is guessed: a
key that no operation knows is an error.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from marshmallow import Schema

from autumn_mock.domain import spans
from autumn_mock.operations.registry import OPERATIONS
from autumn_mock.schemas import fields
from autumn_mock.seeding.reading import Seed, Where
from autumn_mock.versions.version import NEWEST

CARD = "payment_method"
"""Not an operation of the API: a person gives a card."""
REFERRAL = "referred_by"
"""Two operations: another customer gets its code of a program, and this one redeems it."""
_NOTES = frozenset({"note"})
"""For the reader of the file."""
_PARTS = {
    "cards": CARD,
    "entities": "entities.create",
    "attach": "billing.attach",
    "balances": "balances.create",
    "redeem": "rewards.redeem",
    "referred_by": REFERRAL,
    "track": "balances.track",
}
"""What may happen to a customer, in the order in which it does at one instant."""
_SHORT = {"attach": "plan_id", "redeem": "code"}
"""Parts whose entries may be a text: the value of this key."""
_CATALOG = {
    "features": "features.create",
    "plans": "plans.create",
    "rewards": "rewards.create",
    "referral_programs": "referral_programs.create",
}
"""What there is before the first customer, in the order in which it is made."""
_OWN_SHAPES = {CARD: frozenset({"outcome"}), REFERRAL: frozenset({"referrer_id", "program_id"})}
"""The keys of what is no operation."""
_EXTRAS = frozenset({"at", "payment_method", "calls", *_PARTS, *_NOTES})
_TOP = frozenset({*_CATALOG, "customers", "calls", "description"})


class Step(NamedTuple):
    """One operation at an instant; `where` is the entry that says so."""

    at: int
    where: Where
    operation: str
    body: dict[str, Any]


def steps_of(seed: Seed, now: int) -> list[Step]:
    """All steps of a seed planted at `now`, oldest first. Raises SeedError."""
    content = _object(seed, (), seed.content)
    _check_keys(seed, (), content, _TOP)
    people = list(_customers(seed, content, now))
    begins = min((step.at for step in people), default=now)
    catalog = [
        Step(begins, where, operation, _body(seed, where, entry, operation))
        for name, operation in _CATALOG.items()
        for where, entry in _list(seed, (), content, name)
    ]
    calls = _calls(seed, (), content, now, {}, (0, now))
    return [*catalog, *sorted([*people, *calls], key=lambda step: step.at)]


def _customers(seed: Seed, content: dict[str, Any], now: int) -> Iterator[Step]:
    for where, entry in _list(seed, (), content, "customers"):
        made_at = _at(seed, where, entry, now, (0, now), now)
        body = _body(seed, where, entry, "customers.get_or_create", _EXTRAS)
        yield Step(made_at, where, "customers.get_or_create", body)
        yield from _life(seed, where, entry, (made_at, now))


def _life(seed: Seed, where: Where, entry: dict[str, Any], life: tuple[int, int]) -> Iterator[Step]:
    """What happens to a customer; `life` is when it was made, and now."""
    made_at, now = life
    whose = {"customer_id": entry.get("customer_id")}
    parts = [*_PARTS, "payment_method", "calls"]
    if whose["customer_id"] is None and (given := [part for part in parts if part in entry]):
        raise seed.error((*where, given[0]), "only a customer with a customer_id can have this")
    if "payment_method" in entry:
        card = entry["payment_method"]
        asked = card if isinstance(card, dict) else {"outcome": card}
        yield Step(made_at, (*where, CARD), CARD, {**asked, **whose})
    for part, operation in _PARTS.items():
        for at_entry, inner in _list(seed, where, entry, part, short=_SHORT.get(part)):
            at = _at(seed, at_entry, inner, now, life, made_at)
            body = _body(seed, at_entry, inner, operation, _NOTES | {"at"}, whose)
            yield Step(at, at_entry, operation, body)
    yield from _calls(seed, where, entry, now, whose, life)


def _calls(
    seed: Seed, where: Where, entry: dict[str, Any], now: int, whose: dict[str, Any], life: tuple[int, int]
) -> Iterator[Step]:
    """Any operation by its name: `{"operation": "billing.update", "body": {…}}`."""
    for at_entry, call in _list(seed, where, entry, "calls"):
        _check_keys(seed, at_entry, call, {"operation", "body", "at", *_NOTES})
        at = _at(seed, at_entry, call, now, life, life[0] if where else now)
        body = _object(seed, (*at_entry, "body"), call.get("body", {}))
        yield Step(at, (*at_entry, "body"), str(call.get("operation")), {**whose, **body})


def _body(
    seed: Seed, where: Where, entry: dict[str, Any], operation: str,
    extras: Iterable[str] = _NOTES, whose: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The operation's own part of an entry; every key of it must be known."""
    extras = frozenset(extras)
    body = {key: value for key, value in entry.items() if key not in extras}
    if operation in _OWN_SHAPES:
        _check_keys(seed, where, entry, {*_OWN_SHAPES[operation], *extras})
    elif operation in OPERATIONS:
        _check_shape(seed, where, body, OPERATIONS[operation].shape(NEWEST), extras)
    return {**(whose or {}), **body}


def _check_shape(seed: Seed, where: Where, body: Any, shape: Schema, extras: frozenset[str]) -> None:
    """Refuse keys that a shape does not have, at every depth; the values are the operation's business."""
    if not isinstance(body, dict):
        return
    named = {field.data_key or name: field for name, field in shape.fields.items()}
    _check_keys(seed, where, body, {*named, *extras})
    for key, value in body.items():
        _check_value(seed, (*where, key), value, named[key])


def _check_value(seed: Seed, where: Where, value: Any, field: Any) -> None:
    if isinstance(field, fields.Object):
        _check_shape(seed, where, value, field.shape, frozenset())
    elif isinstance(field, fields.Array) and isinstance(value, list):
        for index, each in enumerate(value):
            _check_value(seed, (*where, index), each, field.item)


def _check_keys(seed: Seed, where: Where, entry: dict[str, Any], known: Iterable[str]) -> None:
    allowed = sorted(known)
    for key in entry:
        if key not in allowed:
            close = get_close_matches(key, allowed, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(allowed)}"
            raise seed.error((*where, key), f"not a key that is known here; {hint}")


def _list(
    seed: Seed, where: Where, entry: dict[str, Any], name: str, short: str | None = None
) -> Iterator[tuple[Where, dict[str, Any]]]:
    """The objects of a list; with `short`, a text stands for an object with that one key."""
    listed = entry.get(name, [])
    if not isinstance(listed, list):
        raise seed.error((*where, name), "must be a list")
    for index, each in enumerate(listed):
        at_entry = (*where, name, index)
        yield at_entry, {short: each} if short and isinstance(each, str) else _object(seed, at_entry, each)


def _object(seed: Seed, where: Where, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise seed.error(where, "must be an object")
    return value


def _at(seed: Seed, where: Where, entry: dict[str, Any], now: int, span: tuple[int, int], default: int) -> int:
    """The instant of an entry: `2 months ago`, ISO 8601 or epoch milliseconds; within `span`."""
    if "at" not in entry:
        return default
    value = entry["at"]
    try:
        at = _ago(value, now) if isinstance(value, str) and value.endswith(" ago") else spans.instant(value)
    except ValueError:
        reason = "must be like '2 months ago', an ISO 8601 instant or epoch milliseconds"
        raise seed.error((*where, "at"), reason) from None
    if at > span[1]:
        raise seed.error((*where, "at"), "is in the future")
    if at < span[0]:
        raise seed.error((*where, "at"), "is before the customer was made")
    return at


def _ago(text: str, now: int) -> int:
    return spans.move(now, text.removesuffix(" ago"), -1)
