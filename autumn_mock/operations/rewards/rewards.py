"""`rewards.*` but redeeming (reference: rewards).

Operations of one world come one after another, so the reference's lock between those that change
rewards never shows here.
"""

from collections.abc import Iterable

from autumn_mock.domain.records import Reward
from autumn_mock.domain.rewards.kinds import FEATURE_GRANT, FREE_PRODUCT, is_coupon
from autumn_mock.domain.rewards.reward_grants import check_grants
from autumn_mock.domain.rewards.reward_names import check_codes, check_codes_differ, check_names
from autumn_mock.domain.rewards.reward_objects import coupon_object, feature_grant_object, reward_object
from autumn_mock.domain.rewards.reward_reading import (
    new_coupon,
    new_feature_grant,
    with_coupon_facts,
    with_grant_facts,
)
from autumn_mock.errors.rewards import RewardIsLinked, RewardOfOtherKind
from autumn_mock.operations.loading import find_plan
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.loading import find_shown_reward, other_rewards
from autumn_mock.operations.rewards.removing import remove_reward
from autumn_mock.schemas.common import Nothing
from autumn_mock.schemas.rewards import CreateReward, GetReward, UpdateReward
from autumn_mock.world import World

_MOST_LISTED = 500


@operation("rewards.create", body=CreateReward())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a coupon or a feature grant."""
    internal_id = world.make_id("rew_")
    if "coupon" in body:
        made = new_coupon(body["coupon"], internal_id=internal_id, now=world.now())
    else:
        made = new_feature_grant(body["feature_grant"], internal_id=internal_id, now=world.now())

    check_plans(world, made.plan_ids or ())
    check_grants(made.grants, world.store.features.records)
    check_codes(made.promo_codes)
    check_names(made, other_rewards(world, made))

    world.store.rewards.put(made)
    return reward_object(made)


@operation("rewards.get", body=GetReward())
def get(world: World, body: Body, call: Call) -> Reply:
    """One reward by id or internal id."""
    return reward_object(find_shown_reward(world, body["reward_id"]))


@operation("rewards.list", body=Nothing())
def list_all(world: World, body: Body, call: Call) -> Reply:
    """All rewards by kind, newest first; the body is not looked at."""
    shown = [each for each in world.store.rewards if each.type != FREE_PRODUCT]
    newest = sorted(shown, key=lambda each: each.created_at)[::-1][:_MOST_LISTED]
    return {
        "coupons": [coupon_object(each) for each in newest if is_coupon(each)],
        "feature_grants": [feature_grant_object(each) for each in newest if each.type == FEATURE_GRANT],
    }


@operation("rewards.update", body=UpdateReward())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change a reward's name, what it applies to or grants, and its codes."""
    reward = find_shown_reward(world, body["reward_id"])
    _check_kind(reward, body)

    changed = _changed(world, reward, body)
    check_codes_differ(changed.promo_codes)
    check_names(changed, other_rewards(world, reward))

    world.store.rewards.put(changed)
    return reward_object(changed)


@operation("rewards.delete", body=GetReward())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove a reward that no referral program gives; what was granted stays."""
    reward = find_shown_reward(world, body["reward_id"])
    linked = world.store.referral_programs.find("reward", reward.internal_id)
    if linked:
        raise RewardIsLinked(reward_id=body["reward_id"], programs=", ".join(each.id for each in linked))

    remove_reward(world, reward)
    return {"success": True}


def check_plans(world: World, plan_ids: Iterable[str]) -> None:
    """Raises ProductNotFound for the first that does not exist."""
    for plan_id in plan_ids:
        find_plan(world, plan_id)


def _check_kind(reward: Reward, body: Body) -> None:
    """Raises RewardOfOtherKind."""
    kind, field = ("coupon", "coupon") if is_coupon(reward) else ("feature grant", "feature_grant")
    if field not in body:
        raise RewardOfOtherKind(reward_id=body["reward_id"], kind=kind, field=field)


def _changed(world: World, reward: Reward, body: Body) -> Reward:
    """The reward with what is given; only what is given is checked. The codes of a grant may have any
    characters from then on, as in the reference."""
    if is_coupon(reward):
        changed = with_coupon_facts(reward, body["coupon"])
        check_plans(world, body["coupon"].get("plan_ids") or ())
        check_codes(changed.promo_codes)
        return changed
    changed = with_grant_facts(reward, body["feature_grant"])
    if "grants" in body["feature_grant"]:
        check_grants(changed.grants, world.store.features.records)
    return changed
