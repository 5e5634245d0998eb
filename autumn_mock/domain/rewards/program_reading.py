"""From checked bodies to referral programs, whichever of the routes they came by.

Invariant: a program without plans is one of no plans at all, which is stored and shown in its own way.
"""

from typing import Any

from autumn_mock.domain.records import ReferralProgram, Reward
from autumn_mock.domain.rewards.referrals import NO_PLANS

Facts = dict[str, Any]
_LEGACY_NAMES = {"when": "redeem_on", "product_ids": "plan_ids"}
_PLAIN = ("redeem_on", "received_by", "max_redemptions", "exclude_trial")


def from_legacy(facts: Facts) -> Facts:
    """The facts of a legacy body by their newer names."""
    return {_LEGACY_NAMES.get(name, name): value for name, value in facts.items()}


def new_program(facts: Facts, reward: Reward, *, internal_id: str, now: int) -> ReferralProgram:
    """What is left out or null has its usual value."""
    return ReferralProgram(
        internal_id=internal_id,
        id=facts["id"],
        reward=reward.internal_id,
        redeem_on=facts["redeem_on"],
        received_by=facts["received_by"],
        created_at=now,
        max_redemptions=facts.get("max_redemptions"),
        plan_ids=NO_PLANS if facts.get("plan_ids") is None else tuple(facts["plan_ids"]),
        exclude_trial=bool(facts.get("exclude_trial")),
    )


def with_facts(program: ReferralProgram, facts: Facts, reward: Reward | None) -> ReferralProgram:
    """A program with what is given; what is left out stays, and so do plans where null is given."""
    changes: Facts = {name: facts[name] for name in _PLAIN if name in facts}
    if "exclude_trial" in changes:
        changes["exclude_trial"] = bool(changes["exclude_trial"])
    if facts.get("plan_ids") is not None:
        changes["plan_ids"] = tuple(facts["plan_ids"])
    if reward is not None:
        changes["reward"] = reward.internal_id
    return program.but(**changes)
