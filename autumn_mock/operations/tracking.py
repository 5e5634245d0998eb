"""`balances.track` and `balances.batch_track` (reference: balances, track)."""

from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.balances.credit_systems import fed_by
from autumn_mock.domain.balances.overage import REJECT
from autumn_mock.domain.balances.tracked import deduction_object, deductions_of
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ONE, decimal, exact
from autumn_mock.domain.records import Deduction, Feature, JsonObject
from autumn_mock.errors import ApiError
from autumn_mock.errors.balances import NoFeatureOfEvent, RejectNeedsFeature, TimestampInFuture
from autumn_mock.errors.http import DuplicateIdempotencyKey
from autumn_mock.operations.balance_expand import read_expand
from autumn_mock.operations.balance_locks import hold, may_hold
from autumn_mock.operations.deducting import Order, Taken, balances_after, set_off, take
from autumn_mock.operations.loading import find_feature
from autumn_mock.operations.recording import Happened, claim, record_event
from autumn_mock.operations.registry import Answer, Body, Call, Reply, operation
from autumn_mock.operations.subjects import find_subject
from autumn_mock.schemas.balances import BatchTrack, Track
from autumn_mock.versions.checks import track_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """A track that was read: its features are known, its customer is not looked up yet."""

    body: Body
    features: list[Feature]
    value: Decimal
    properties: JsonObject
    taken: Decimal | None = None
    """What is deducted where that is not the value."""

    @property
    def amount(self) -> Decimal:
        return self.value if self.taken is None else self.taken

    @property
    def name(self) -> str:
        """What the event is called."""
        return str(self.body.get("feature_id") or self.body["event_name"])

    def happened(self, deductions: tuple[Deduction, ...]) -> Happened:
        """The event to record of it."""
        return Happened(
            name=self.name,
            value=self.value,
            properties=self.properties,
            deductions=deductions,
            at=self.body.get("timestamp"),
        )


@operation(
    "balances.track",
    body=Track(),
    reply=track_in_version,
    missing="invoices at once for what is held of items that old products bill with proration: it is billed "
    "at the renewal",
)
def track(world: World, body: Body, call: Call) -> Reply:
    """Use an amount of a feature, or of all features that an event feeds."""
    expand = read_expand(call, ("balance.feature",))
    return carry_out(world, read_track(world, body, call), call, expanded="balance.feature" in expand)


def carry_out(world: World, asked: Tracking, call: Call, *, expanded: bool = False) -> Reply:
    """Do a track that was read, at once or (answered before it is done) in the background."""
    if asked.body["queued"]:
        in_background(world, asked, call)
        return Answer(_echo(asked) | {"balance": None}, 202)
    takes, deductions = _tracked(world, asked, call)

    reply = {
        **_echo(asked),
        **balances_after(takes, expanded=expanded),
        "deductions": [deduction_object(each) for each in deductions],
    }
    for taken in takes:
        set_off(world, taken, call)
    return reply


@operation("balances.batch_track", body=BatchTrack())
def batch_track(world: World, bodies: Any, call: Call) -> Reply:
    """Many tracks, each on its own; all are read before the first is done."""
    asked = [read_track(world, body, call) for body in bodies]
    for each in asked:
        in_background(world, each, call)
    return Answer({"success": True}, 202 if world.rules.batch_track_answers_202 else 200)


def read_track(world: World, body: Body, call: Call) -> Tracking:
    """Raises TimestampInFuture, FeatureNotFound and NoFeatureOfEvent."""
    if body.get("timestamp", 0) > world.now():
        raise TimestampInFuture
    if body.get("feature_id"):
        features = [find_feature(world, body["feature_id"])]
    else:
        features = fed_by(body["event_name"], world.store.features.records)
        if not features:
            raise NoFeatureOfEvent(event_name=body["event_name"])
    value = body.get("value")
    properties = body.get("properties") or {}
    if call.version < Version.V2_0 and "value" in properties:
        if value is None:
            value = _number_in(properties["value"])
        properties = {key: each for key, each in properties.items() if key != "value"}
    return Tracking(body=body, features=features, value=ONE if value is None else value, properties=properties)


def _number_in(value: object) -> Decimal | None:
    """A number that an old client put into the properties; None for anything else."""
    try:
        if isinstance(value, str):
            found = Decimal(value.strip() or 0)
        elif isinstance(value, int | float):
            found = decimal(value)
        else:
            return None
    except ArithmeticError:
        return None
    return found if found.is_finite() else None


def in_background(world: World, asked: Tracking, call: Call) -> None:
    """Do a queued track at once; what refuses it now is told to nobody."""
    try:
        takes, _ = _tracked(world, asked, call)
    except DuplicateIdempotencyKey:
        return
    except ApiError:
        if asked.body.get("idempotency_key") is not None:
            world.store.claims.delete(_key_of(asked.body))
        return
    for taken in takes:
        set_off(world, taken, call)


def _tracked(world: World, asked: Tracking, call: Call) -> tuple[list[Taken], tuple[Deduction, ...]]:
    """Deduct and record."""
    body = asked.body
    if body.get("idempotency_key") is not None:
        claim(world, _key_of(body))
    if not body.get("feature_id") and body["overage_behavior"] == REJECT:
        raise RejectNeedsFeature
    holdings = find_subject(world, body, call)
    lock = body.get("lock")
    behavior = body["overage_behavior"]
    if lock is not None:
        may_hold(world, lock, asked.features)
        behavior = REJECT

    takes = take_all(world, holdings, asked, behavior)
    takings = [taking for taken in takes for taking in taken.outcome.takings]
    deductions = deductions_of(takings, holdings)
    if not body["skip_event"]:
        record_event(world, holdings, asked.happened(deductions))
    if lock is not None:
        hold(world, lock, takes[0])
    return takes, deductions


def take_all(world: World, holdings: Holdings, asked: Tracking, behavior: str) -> list[Taken]:
    """One deduction after the other, each from what the one before left."""
    takes: list[Taken] = []
    for feature in asked.features:
        order = Order(feature=feature, amount=asked.amount, behavior=behavior, properties=asked.properties)
        taken = take(world, holdings, order)
        takes.append(taken)
        holdings = taken.holdings
    return takes


def _key_of(body: Body) -> str:
    """A key in the body and the same text as a header are two keys."""
    return f"track:{body['idempotency_key']}"


def _echo(asked: Tracking) -> JsonObject:
    body = asked.body
    told: JsonObject = {"customer_id": body["customer_id"]}
    for word in ("entity_id", "event_name"):
        if body.get(word) is not None:
            told[word] = body[word]
    told["value"] = exact(asked.value)
    return told
