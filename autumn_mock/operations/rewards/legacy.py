"""Legacy routes of rewards and redemptions, which show the rows as stored."""

from autumn_mock.domain.records import Feature, Reward
from autumn_mock.domain.rewards.legacy_objects import prices_of, redemption_row, reward_row
from autumn_mock.domain.rewards.legacy_reading import new_reward, with_facts
from autumn_mock.domain.rewards.reward_names import check_codes, check_codes_differ, check_names
from autumn_mock.errors.rewards import RedemptionNotFound
from autumn_mock.errors.rewards_legacy import LegacyRewardNotFound
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.loading import look_up_reward, other_rewards
from autumn_mock.operations.rewards.removing import remove_reward
from autumn_mock.schemas.rewards_legacy import OldReward, OldRewardUpdate, RedemptionInPath, RewardInPath
from autumn_mock.world import World


@operation("POST /rewards", body=OldReward())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a reward of any kind. Answers a list of one."""
    prices = prices_of(world.store.plans)
    made = new_reward(body, _features(world), prices, internal_id=world.make_id("rew_"), now=world.now())
    _check(world, made)

    world.store.rewards.put(made)
    return [shown_row(world, made)]


@operation("GET /rewards/{reward_id}", body=RewardInPath())
def get(world: World, body: Body, call: Call) -> Reply:
    """One reward of any kind; null if there is none."""
    reward = look_up_reward(world, body["reward_id"])
    return None if reward is None else shown_row(world, reward)


@operation("POST /rewards/{reward_id}", body=OldRewardUpdate())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what is given."""
    reward = _find(world, body["reward_id"])
    changed = with_facts(reward, body, _features(world), prices_of(world.store.plans))
    _check(world, changed)

    world.store.rewards.put(changed)
    return shown_row(world, changed)


@operation("DELETE /rewards/{reward_id}", body=RewardInPath())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove a reward with the programs that give it."""
    remove_reward(world, _find(world, body["reward_id"]))
    return {"success": True, "message": "Reward deleted successfully"}


@operation("GET /redemptions/{redemption_id}", body=RedemptionInPath())
def get_redemption(world: World, body: Body, call: Call) -> Reply:
    """One redemption."""
    found = world.store.redemptions.get(body["redemption_id"])
    if found is None:
        raise RedemptionNotFound(redemption_id=body["redemption_id"])
    return redemption_row(found, world.store.referral_codes.get(found.code or ""))


def shown_row(world: World, reward: Reward) -> Reply:
    """The row of a reward; a coupon for plans names their prices."""
    price_ids = reward.legacy.get("price_ids") or []
    if not price_ids and reward.plan_ids is not None:
        active = [plan for plan in world.store.plans if plan.active and plan.id in reward.plan_ids]
        price_ids = list(prices_of(active))
    return reward_row(reward, price_ids, world.store.features.records, org=world.org, env=world.env)


def _check(world: World, reward: Reward) -> None:
    check_codes(reward.promo_codes)
    check_codes_differ(reward.promo_codes)
    check_names(reward, other_rewards(world, reward))


def _features(world: World) -> dict[str, Feature]:
    """By id and by internal id."""
    found = {}
    for feature in world.store.features:
        found[feature.id] = found[feature.internal_id] = feature
    return found


def _find(world: World, reward_id: str) -> Reward:
    reward = look_up_reward(world, reward_id)
    if reward is None:
        raise LegacyRewardNotFound(reward_id=reward_id)
    return reward
