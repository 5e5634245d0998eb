"""Rewards and referral programs of a pushed catalog (reference: catalog.update, step 3).

Invariant: a preview and a push decide alike; what the body leaves out as a whole is not touched, nor
are rewards that give a plan.
"""

from collections.abc import Iterable, Mapping

import msgspec

from autumn_mock.domain.records import Feature, JsonObject, ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import FREE_PRODUCT
from autumn_mock.domain.rewards.pushed_rewards import (
    DELETED,
    NONE,
    PushedProgram,
    PushedReward,
    change,
    pushed_program,
    pushed_reward,
    stated_id,
)
from autumn_mock.domain.rewards.reward_grants import check_grants
from autumn_mock.domain.rewards.reward_names import check_codes, check_names
from autumn_mock.domain.rewards.reward_objects import program_object, reward_object
from autumn_mock.errors.catalog import ProductNotFound
from autumn_mock.errors.rewards import FreeProductReferral, RewardIsLinked, RewardNotFound
from autumn_mock.operations.loading import look_up_plan
from autumn_mock.operations.registry import Body
from autumn_mock.operations.rewards.removing import remove_program, remove_reward
from autumn_mock.world import World


class RewardPush(msgspec.Struct, frozen=True):
    """What a push makes of rewards and programs: those sent, in their order, and those that go."""

    rewards: tuple[PushedReward, ...]
    gone_rewards: tuple[Reward, ...]
    programs: tuple[PushedProgram, ...]
    gone_programs: tuple[ReferralProgram, ...]


def planned_rewards(world: World, body: Body, features: Mapping[str, Feature]) -> RewardPush:
    """`features` are those that there are after the push. Raises what creating or changing each raises."""
    pushed, gone = _rewards(world, body)
    for each in pushed:
        if each.action != NONE:
            _check_reward(world, each.after, body, features)
    after = _rewards_after(world, pushed, gone)
    for each in pushed:
        check_names(each.after, [other for other in after if other is not each.after])
    push = RewardPush(pushed, gone, *_programs(world, body, {each.id: each for each in after}))
    _check_linked(world, push)
    return push


def told(push: RewardPush) -> JsonObject:
    """`reward_changes` and `referral_program_changes` of a preview."""
    return {
        "reward_changes": [
            *(change(each.after.id, each.action) for each in push.rewards),
            *(change(each.id, DELETED) for each in push.gone_rewards),
        ],
        "referral_program_changes": [
            *(change(each.after.id, each.action) for each in push.programs),
            *(change(each.id, DELETED) for each in push.gone_programs),
        ],
    }


def push_rewards(world: World, push: RewardPush) -> JsonObject:
    """Apply it: `rewards` and `referral_programs` of the answer, in the order sent."""
    store = world.store
    for gone in push.gone_programs:
        remove_program(world, gone)
    for each in push.rewards:
        store.rewards.put(each.after if each.before else each.after.but(internal_id=world.make_id("rew_")))
    programs = [_put_program(world, each) for each in push.programs]
    for reward in push.gone_rewards:
        remove_reward(world, reward)
    return {
        "rewards": [reward_object(each.after) for each in push.rewards],
        "referral_programs": [program_object(each, store.rewards.must(each.reward)) for each in programs],
    }


def _rewards(world: World, body: Body) -> tuple[tuple[PushedReward, ...], tuple[Reward, ...]]:
    if body.get("rewards") is None:
        return (), ()
    shown = {each.id: each for each in world.store.rewards if each.type != FREE_PRODUCT}
    pushed = [pushed_reward(sent, shown.get(stated_id(sent)), now=world.now()) for sent in body["rewards"]]
    stated = {each.after.id for each in pushed}
    gone = () if body["skip_deletions"] else (each for each in shown.values() if each.id not in stated)
    return tuple(pushed), tuple(gone)


def _rewards_after(world: World, pushed: Iterable[PushedReward], gone: Iterable[Reward]) -> list[Reward]:
    """All rewards as the push leaves them."""
    touched = {each.before.internal_id for each in pushed if each.before} | {each.internal_id for each in gone}
    staying = (each for each in world.store.rewards if each.internal_id not in touched)
    return [*staying, *(each.after for each in pushed)]


def _programs(
    world: World, body: Body, rewards: Mapping[str, Reward]
) -> tuple[tuple[PushedProgram, ...], tuple[ReferralProgram, ...]]:
    """Raises RewardNotFound or FreeProductReferral."""
    if body.get("referral_programs") is None:
        return (), ()
    there = {each.id: each for each in world.store.referral_programs}
    pushed = []
    for facts in body["referral_programs"]:
        reward = rewards.get(facts["reward_id"])
        if reward is None:
            raise RewardNotFound(reward_id=facts["reward_id"])
        if reward.type == FREE_PRODUCT:
            raise FreeProductReferral
        pushed.append(pushed_program(facts, there.get(facts["id"]), reward, now=world.now()))
    stated = {each.after.id for each in pushed}
    gone = () if body["skip_deletions"] else (each for each in there.values() if each.id not in stated)
    return tuple(pushed), tuple(gone)


def _check_reward(world: World, reward: Reward, body: Body, features: Mapping[str, Feature]) -> None:
    """Raises ProductNotFound, or what grants and codes raise."""
    sent = {each["plan_id"] for each in body["plans"]}
    for plan_id in reward.plan_ids or ():
        if plan_id not in sent and look_up_plan(world, plan_id) is None:
            raise ProductNotFound(plan_id=plan_id)
    check_grants(reward.grants, features)
    check_codes(reward.promo_codes)


def _check_linked(world: World, push: RewardPush) -> None:
    """No program that stays as it is gives a reward that goes. Raises RewardIsLinked."""
    moved = {each.after.id for each in push.programs} | {each.id for each in push.gone_programs}
    for reward in push.gone_rewards:
        giving = world.store.referral_programs.find("reward", reward.internal_id)
        if left := [each.id for each in giving if each.id not in moved]:
            raise RewardIsLinked(reward_id=reward.id, programs=", ".join(left))


def _put_program(world: World, pushed: PushedProgram) -> ReferralProgram:
    [reward] = world.store.rewards.find("id", pushed.reward_id)
    made = pushed.after.internal_id or world.make_id("rs_")
    program = pushed.after.but(internal_id=made, reward=reward.internal_id)
    world.store.referral_programs.put(program)
    return program
