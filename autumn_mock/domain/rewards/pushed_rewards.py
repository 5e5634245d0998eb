"""Rewards and referral programs of a pushed catalog: what a push makes of each (reference: catalog.update).

Invariant: kind, type, value and duration of a reward stay as it was made; a push that says others is
refused as a whole.
"""

from typing import Any

import msgspec

from autumn_mock.domain.records import JsonObject, ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import is_coupon
from autumn_mock.domain.rewards.referrals import NO_PLANS
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
    """A referral program of the body. `reward_id` is that of the reward it comes to give; `gave` that of
    the reward which the program that is there gives."""

    before: ReferralProgram | None
    facts: Facts
    gave: str | None = None

    @property
    def id(self) -> str:
        return str(self.facts["id"])

    @property
    def reward_id(self) -> str:
        return str(self.facts["reward_id"])

    @property
    def action(self) -> str:
        if self.before is None:
            return CREATED
        same = self.gave == self.reward_id and self.before == self.before.but(**program_changes(self.facts))
        return NONE if same else UPDATED


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


def program_changes(facts: Facts) -> Facts:
    """The fields of a program but its id and reward; what is left out is as in a new one."""
    return {
        "redeem_on": facts["redeem_on"],
        "received_by": facts["received_by"],
        "max_redemptions": facts.get("max_redemptions"),
        "plan_ids": NO_PLANS if facts.get("plan_ids") is None else tuple(facts["plan_ids"]),
        "exclude_trial": bool(facts.get("exclude_trial")),
    }


def change(named: str, action: str) -> JsonObject:
    """How a preview tells of a reward or a program."""
    return {"id": named, "action": action}
