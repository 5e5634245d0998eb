"""`balances.check`: may this customer use so much of a feature, and, if asked, use it (reference: check)."""

from decimal import Decimal

import msgspec

from autumn_mock.domain.balances.access import Answer as Verdict
from autumn_mock.domain.balances.access import answer_check, feature_looked_at, holds
from autumn_mock.domain.balances.balances import balance_in, flag_object, of_feature
from autumn_mock.domain.balances.credit_systems import cost_in, costs_of, credit_systems_of
from autumn_mock.domain.balances.limits import Limits
from autumn_mock.domain.balances.overage import REJECT
from autumn_mock.domain.balances.sight import Sight, look
from autumn_mock.domain.balances.tracked import deductions_of
from autumn_mock.domain.catalog.features import BOOLEAN
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ONE, exact
from autumn_mock.domain.records import Feature, JsonObject
from autumn_mock.errors.balances import (
    InsufficientBalance,
    SendEventNeedsSecretKey,
    SendEventOfBoolean,
)
from autumn_mock.operations.balance_expand import read_expand
from autumn_mock.operations.balance_locks import hold, may_hold
from autumn_mock.operations.check_previews import preview_of
from autumn_mock.operations.deducting import Order, Taken, balances_after, set_off, take
from autumn_mock.operations.limits import after_check, limits_of
from autumn_mock.operations.loading import find_feature
from autumn_mock.operations.product_checks import check_product
from autumn_mock.operations.recording import Happened, record_event
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.subjects import find_subject
from autumn_mock.schemas.balances import Check
from autumn_mock.versions.checks import check_in_version
from autumn_mock.versions.version import Version
from autumn_mock.world import World

EXPANDS = ("balance.feature", "flag.feature")


class Checking(msgspec.Struct, frozen=True, kw_only=True):
    """A check that was read, and what its subject holds."""

    body: Body
    feature: Feature
    systems: list[Feature]
    required: Decimal
    sight: Sight
    limits: Limits
    expand: frozenset[str]

    @property
    def holdings(self) -> Holdings:
        return self.sight.holdings


@operation("balances.check", body=Check(), reply=check_in_version)
def check(world: World, body: Body, call: Call) -> Reply:
    """Whether the balance covers `required_balance`; with `send_event` or a lock it is taken at once."""
    expand = read_expand(call, EXPANDS)
    if body.get("product_id"):
        return check_product(world, body, call)
    feature = find_feature(world, body["feature_id"])
    checking = _load(world, body, feature, call, expand)

    if body["send_event"] or "lock" in body:
        if call.public:
            raise SendEventNeedsSecretKey
        return _take(world, checking, call)
    verdict = answer_check(checking.sight, feature, checking.systems, checking.required, checking.limits)
    return _answered(world, checking, verdict)


def _load(world: World, body: Body, feature: Feature, call: Call, expand: frozenset[str]) -> Checking:
    holdings = find_subject(world, body, call)
    systems = credit_systems_of(feature, holdings.features)
    costs = costs_of(feature, systems)
    required: Decimal | None = body.get("required_balance", body.get("required_quantity"))
    if call.version < Version.V2_0:
        expand = frozenset(EXPANDS)
    return Checking(
        body=body,
        feature=feature,
        systems=systems,
        required=ONE if required is None else required,
        sight=look(holdings, now=world.now(), feature_ids=costs, first=feature.id),
        limits=limits_of(world, holdings, costs, body.get("properties") or {}),
        expand=expand,
    )


def _take(world: World, checking: Checking, call: Call) -> Reply:
    """Check and track in one step."""
    body, feature, sight = checking.body, checking.feature, checking.sight
    lock = body.get("lock")
    used = feature_looked_at(sight, feature, checking.systems, checking.required, checking.limits)
    if feature.type == BOOLEAN:
        raise SendEventOfBoolean
    if lock is not None:
        may_hold(world, lock, [used])
    if not holds(sight, used.id) and checking.required > 0:
        verdict = Verdict(feature=used, required=checking.required, allowed=False)
        return _answered(world, checking, verdict)
    required = checking.required
    if used.id != feature.id:
        required *= cost_in(used, feature.id)
    taken = _deducted(world, checking)
    verdict = Verdict(feature=used, required=required, allowed=taken is not None)
    if taken is None:
        return _answered(world, checking, verdict)

    if lock is not None:
        hold(world, lock, taken)
    shown = balances_after([taken], expanded="balance.feature" in checking.expand)
    reply = _reply(world, checking, verdict, shown)
    set_off(world, taken, call)
    return reply


def _answered(world: World, checking: Checking, verdict: Verdict) -> Reply:
    """The answer of a check that took nothing; what it sets off comes after it."""
    reply = _reply(world, checking, verdict)
    after_check(world, checking.holdings, {checking.feature.id, verdict.feature.id})
    return reply


def _deducted(world: World, checking: Checking) -> Taken | None:
    """None when the balance does not cover it: nothing has changed then."""
    body, properties = checking.body, checking.body.get("properties") or {}
    order = Order(feature=checking.feature, amount=checking.required, behavior=REJECT, properties=properties)
    try:
        taken = take(world, checking.holdings, order)
    except InsufficientBalance:
        return None
    if not body["skip_event"]:
        happened = Happened(
            name=checking.feature.id,
            value=checking.required,
            properties=properties,
            deductions=deductions_of(taken.outcome.takings, checking.holdings),
        )
        record_event(world, checking.holdings, happened)
    return taken


def _reply(world: World, checking: Checking, verdict: Verdict, shown: JsonObject | None = None) -> JsonObject:
    """`shown` are the balances after a deduction; without them those that were found."""
    body, used = checking.body, verdict.feature
    reply: JsonObject = {"allowed": verdict.allowed, "customer_id": body["customer_id"]}
    if body.get("entity_id") is not None:
        reply["entity_id"] = body["entity_id"]
    reply["required_balance"] = exact(verdict.required)
    flag = None
    if used.type == BOOLEAN:
        if rows := of_feature(checking.sight, used.id).rows:
            flag = flag_object(rows[0], used, expanded="flag.feature" in checking.expand)
        reply["balance"] = None
    elif shown is not None:
        reply |= shown
    else:
        reply["balance"] = balance_in(checking.sight, used, expanded="balance.feature" in checking.expand)
    reply["flag"] = flag
    if body["with_preview"]:
        has_balance = reply["balance"] is not None
        reply["preview"] = (
            None if verdict.allowed else preview_of(world, checking.holdings, used, has_balance=has_balance)
        )
    return reply
