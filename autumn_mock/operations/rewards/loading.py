"""Finding rewards and referral programs."""

from autumn_mock.domain.records import ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import FREE_PRODUCT
from autumn_mock.errors.rewards import RewardIsFreeProduct, RewardNotFound
from autumn_mock.world import World


def look_up_reward(world: World, reward_id: str) -> Reward | None:
    """By id, else by internal id."""
    rewards = world.store.rewards
    return rewards.first("id", reward_id) or rewards.get(reward_id)


def find_reward(world: World, reward_id: str) -> Reward:
    """Raises RewardNotFound."""
    reward = look_up_reward(world, reward_id)
    if reward is None:
        raise RewardNotFound(reward_id=reward_id)
    return reward


def find_shown_reward(world: World, reward_id: str) -> Reward:
    """A reward that the RPC operations know. Raises RewardNotFound or RewardIsFreeProduct."""
    reward = find_reward(world, reward_id)
    if reward.type == FREE_PRODUCT:
        raise RewardIsFreeProduct(reward_id=reward_id)
    return reward


def look_up_program(world: World, program_id: str) -> ReferralProgram | None:
    """By id, else by internal id."""
    programs = world.store.referral_programs
    return programs.first("id", program_id) or programs.get(program_id)


def other_rewards(world: World, reward: Reward) -> list[Reward]:
    """All rewards but this one: those it may share no name with."""
    return [each for each in world.store.rewards if each.internal_id != reward.internal_id]
