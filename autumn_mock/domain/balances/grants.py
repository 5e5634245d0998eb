"""Grants made by `balances.create`: what may be granted, and the row that it makes (reference: create).

Invariant: a grant with an expiry resets only when its first reset was named.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from autumn_mock.domain.balances.sight import look
from autumn_mock.domain.billing.subscriptions import MakeId
from autumn_mock.domain.catalog.features import BOOLEAN, METERED
from autumn_mock.domain.holdings import Holdings
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import add_interval, iso
from autumn_mock.domain.records import Balance, Feature, Reset, RolloverRule
from autumn_mock.errors.balances import (
    BalanceIdInUse,
    BooleanAlreadyGranted,
    EntityOfSameFeature,
    ExpiresBeforeRollover,
    GrantDoesNotFit,
    NextResetAfterExpiry,
    NextResetInPast,
    NextResetWithoutReset,
    RolloverOfContinuousUse,
    RolloverWithoutReset,
)


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What `balances.create` asks for."""

    feature: Feature
    included: Decimal | None
    unlimited: bool
    reset: Reset | None
    """None as well when it was `one_off`."""
    names_reset: bool
    rollover: RolloverRule | None
    expires_at: int | None
    next_reset_at: int | None
    balance_id: str | None


def read_grant(body: dict[str, Any], feature: Feature) -> Grant:
    """The grant that a checked body describes."""
    reset = Reset(**body["reset"]) if "reset" in body else None
    return Grant(
        feature=feature,
        included=body.get("included_grant", body.get("granted_balance")),
        unlimited=body.get("unlimited", False),
        reset=None if reset is None or reset.interval == "one_off" else reset,
        names_reset=reset is not None,
        rollover=_rollover(body["rollover"]) if "rollover" in body else None,
        expires_at=body.get("expires_at"),
        next_reset_at=body.get("next_reset_at"),
        balance_id=body.get("balance_id"),
    )


def _rollover(body: dict[str, Any]) -> RolloverRule:
    return RolloverRule(
        max=body.get("max"),
        max_percentage=body.get("max_percentage"),
        expiry_duration_type=body["duration"],
        expiry_duration_length=body["length"],
    )


def check_amount(grant: Grant) -> None:
    """Raises GrantDoesNotFit unless the amount is of the feature's kind."""
    given = (grant.included is not None, grant.unlimited)
    if grant.feature.type == BOOLEAN:
        fits = not any(given) and not grant.names_reset
    elif grant.feature.type == METERED:
        fits = sum(given) == 1 and not (grant.unlimited and grant.names_reset)
    else:
        fits = not all(given) and not (grant.unlimited and grant.names_reset)
    if not fits:
        raise GrantDoesNotFit


def check_grant(grant: Grant, holdings: Holdings, rows: Iterable[Balance], *, now: int) -> None:
    """Raises what forbids a grant to these holdings; `rows` are all of the customer, dead ones too."""
    feature, entity = grant.feature, holdings.entity
    if feature.type == BOOLEAN and look(holdings, now=now, feature_ids={feature.id}).rows:
        raise BooleanAlreadyGranted(feature_id=feature.id, internal_id=holdings.customer.internal_id)
    if entity is not None and entity.feature_id == feature.id:
        raise EntityOfSameFeature
    if grant.rollover is not None:
        _check_rollover(grant, now)
    if grant.next_reset_at is not None:
        _check_next_reset(grant, grant.next_reset_at, now)
    if grant.balance_id is not None and any(row.external_id == grant.balance_id for row in rows):
        raise BalanceIdInUse(balance_id=grant.balance_id)


def _check_rollover(grant: Grant, now: int) -> None:
    if not grant.feature.consumable:
        raise RolloverOfContinuousUse
    if grant.reset is None:
        raise RolloverWithoutReset
    following = grant.next_reset_at or add_interval(now, grant.reset.interval, grant.reset.interval_count)
    if grant.expires_at is not None and following > grant.expires_at:
        raise ExpiresBeforeRollover(expires_at=iso(grant.expires_at), next_reset_at=iso(following))


def _check_next_reset(grant: Grant, next_reset_at: int, now: int) -> None:
    if grant.reset is None:
        raise NextResetWithoutReset
    if next_reset_at <= now:
        raise NextResetInPast
    if grant.expires_at is not None and next_reset_at >= grant.expires_at:
        raise NextResetAfterExpiry(next_reset_at=iso(next_reset_at), expires_at=iso(grant.expires_at))


def granted_row(grant: Grant, holdings: Holdings, *, now: int, make_id: MakeId) -> Balance:
    """The loose row of a grant, full."""
    included = ZERO if grant.unlimited or grant.included is None else grant.included
    return Balance(
        id=make_id("cus_ent_"),
        customer=holdings.customer.internal_id,
        entity=holdings.entity.internal_id if holdings.entity else None,
        feature_id=grant.feature.id,
        entitlement_id=make_id("ent_"),
        created_at=now,
        external_id=grant.balance_id,
        included=included,
        balance=included,
        unlimited=grant.unlimited,
        reset=grant.reset,
        rollover=grant.rollover,
        next_reset_at=_first_reset(grant, now),
        expires_at=grant.expires_at,
    )


def _first_reset(grant: Grant, now: int) -> int | None:
    if grant.next_reset_at is not None:
        return grant.next_reset_at
    if grant.reset is None or grant.expires_at is not None or not grant.feature.consumable:
        return None
    return add_interval(now, grant.reset.interval, grant.reset.interval_count)
