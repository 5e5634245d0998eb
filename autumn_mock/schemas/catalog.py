"""Shapes of `catalog.*`, the calls with which the official CLI pushes a whole catalog."""

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Loaded, Shape
from autumn_mock.schemas.features import CreateFeature
from autumn_mock.schemas.plans import UpdatePlan
from autumn_mock.schemas.referrals import CreateProgram
from autumn_mock.schemas.rewards import CreateReward

_MISSING = (
    "Referral program {} references missing reward {}. Remove the referral program or restore the reward."
)


class CatalogPlan(UpdatePlan):
    """A plan that is made or changed, whichever it takes."""

    include_versions = fields.Boolean()
    include_variants = fields.Boolean()

    class Meta(Shape.Meta):
        fields = (*UpdatePlan.Meta.fields, "include_versions", "include_variants")


class CatalogUpdate(Shape):
    features = fields.Array(fields.Object(CreateFeature), load_default=list)
    plans = fields.Array(fields.Object(CatalogPlan), load_default=list)
    rewards = fields.Array(fields.Object(CreateReward))
    referral_programs = fields.Array(fields.Object(CreateProgram))
    skip_deletions = fields.Boolean(load_default=True)
    skip_feature_ids = fields.Array(fields.String(), load_default=list)
    skip_plan_ids = fields.Array(fields.String(), load_default=list)
    expand = fields.Array(fields.String(), load_default=list)
    migration = fields.Anything()

    @validates_schema
    def agrees(self, data: Loaded, **_: Any) -> None:
        """Rewards and programs are named once, and programs give rewards that are sent with them."""
        if problems := dict(_problems(data)):
            raise ValidationError(problems)


def _problems(data: Loaded) -> Iterator[tuple[str, Any]]:
    programs = data.get("referral_programs") or []
    rewards = [(each.get("coupon") or each["feature_grant"])["id"] for each in data.get("rewards") or ()]
    missing = {
        index: {"reward_id": [_MISSING.format(each["id"], each["reward_id"])]}
        for index, each in enumerate(programs)
        if each["reward_id"] not in rewards
    }
    if len(set(rewards)) < len(rewards):
        yield "rewards", ["rewards IDs must be unique"]
    if len({each["id"] for each in programs}) < len(programs):
        yield "referral_programs", ["referral_programs IDs must be unique"]
    elif missing and "rewards" in data:
        yield "referral_programs", missing
