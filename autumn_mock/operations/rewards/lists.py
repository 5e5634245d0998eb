"""The lists of rewards and referral programs: empty, for nothing can make one yet (reference: rewards)."""

from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import Nothing
from autumn_mock.world import World

_MISSING = "rewards and referral programs can't be made yet, so there is nothing to list"


@operation("rewards.list", body=Nothing(), missing=_MISSING)
def list_rewards(world: World, body: Body, call: Call) -> Reply:
    """All rewards by kind."""
    return {"coupons": [], "feature_grants": []}


@operation("referral_programs.list", body=Nothing(), missing=_MISSING)
def list_referral_programs(world: World, body: Body, call: Call) -> Reply:
    """All referral programs."""
    return {"list": []}
