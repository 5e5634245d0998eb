"""Rewards and referral programs of a pushed catalog: what a push makes of each (reference: catalog.update).

Invariant: kind, type, value and duration of a reward stay as it was made; a push that says others is
refused as a whole.
"""

from typing import Any

import msgspec

from autumn_mock.domain.records import JsonObject, ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import is_coupon
from autumn_mock.domain.rewards.program_reading import new_program
from autumn_mock.domain.rewards.reward_objects import reward_object
from autumn_mock.domain.rewards.reward_reading import (
    new_coupon,
    new_feature_grant,
    with_coupon_facts,
    with_grant_facts,
)
from autumn_mock.errors.http import NotEmulated

Facts = dict[str, Any]

CREATED, UPDATED, DELETED, NONE = "created", "updated", "deleted", "none"
_AS_MADE = ("type", "value", "duration_type", "duration_length")


class PushedReward(msgspec.Struct, frozen=True):
    """A reward of the body: what is there, and what it becomes."""

    before: Reward | None
    after: Reward

    @property
    def action(self) -> str:
        if self.before is None:
            return CREATED
        return NONE if reward_object(self.before) == reward_object(self.after) else UPDATED


class PushedProgram(msgspec.Struct, frozen=True):
    """A referral program of the body: what is there, and what it becomes."""

    before: ReferralProgram | None
    after: ReferralProgram
    reward_id: str
    """Of the reward that it comes to give, which may be made by the same push."""

    @property
    def action(self) -> str:
        if self.before is None:
            return CREATED
        return NONE if self.before == self.after else UPDATED


def stated_id(sent: Facts) -> str:
    """The id of a reward of the body."""
    return str((sent.get("coupon") or sent["feature_grant"])["id"])


def pushed_reward(sent: Facts, before: Reward | None, *, now: int) -> PushedReward:
    """What is sent beside the reward of the same id, if there is one. Raises NotEmulated."""
    coupon = sent.get("coupon")
    if coupon is not None:
        made = new_coupon(coupon, internal_id="", now=now)
    else:
        made = new_feature_grant(sent["feature_grant"], internal_id="", now=now)
    if before is None:
        return PushedReward(None, made)
    if any(getattr(before, name) != getattr(made, name) for name in _AS_MADE):
        raise NotEmulated(operation=f"Changing type, value or duration of reward {before.id} by a push")
    change = with_coupon_facts if is_coupon(before) else with_grant_facts
    return PushedReward(before, change(before, sent.get("coupon") or sent["feature_grant"]))


def pushed_program(facts: Facts, before: ReferralProgram | None, reward: Reward, *, now: int) -> PushedProgram:
    """What is sent stands in place of all that a program of the same id is."""
    same, made = ("", now) if before is None else (before.internal_id, before.created_at)
    after = new_program(facts, reward, internal_id=same, now=made)
    return PushedProgram(before, after, reward.id)


def change(named: str, action: str) -> JsonObject:
    """How a preview tells of a reward or a program."""
    return {"id": named, "action": action}
