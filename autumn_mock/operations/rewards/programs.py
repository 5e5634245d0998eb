"""`referral_programs.*` (reference: referral programs)."""

from autumn_mock.domain.records import ReferralProgram, Reward
from autumn_mock.domain.rewards.kinds import FREE_PRODUCT
from autumn_mock.domain.rewards.program_reading import new_program, with_facts
from autumn_mock.domain.rewards.referrals import check_program
from autumn_mock.domain.rewards.reward_objects import program_object
from autumn_mock.errors.rewards import (
    FreeProductReferral,
    ReferralProgramExists,
    ReferralProgramNotFound,
    RewardProgramNotFound,
)
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.loading import find_reward, look_up_program
from autumn_mock.operations.rewards.removing import remove_program
from autumn_mock.schemas.common import Nothing
from autumn_mock.schemas.referrals import CreateProgram, GetProgram, UpdateProgram
from autumn_mock.world import World


@operation("referral_programs.create", body=CreateProgram())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a program that gives a reward. Its plans need not exist."""
    if world.store.referral_programs.first("id", body["id"]) is not None:
        raise ReferralProgramExists(program_id=body["id"])
    reward = _givable(world, body["reward_id"])

    program = new_program(body, reward, internal_id=world.make_id("rs_"), now=world.now())
    world.store.referral_programs.put(program)
    return program_object(program, reward)


@operation("referral_programs.list", body=Nothing())
def list_all(world: World, body: Body, call: Call) -> Reply:
    """All programs, oldest first; the body is not looked at."""
    programs = sorted(world.store.referral_programs, key=lambda each: each.created_at)
    return {"list": [_shown(world, each) for each in programs]}


@operation("referral_programs.get", body=GetProgram())
def get(world: World, body: Body, call: Call) -> Reply:
    """One program."""
    return _shown(world, _find(world, body["referral_program_id"]))


@operation("referral_programs.update", body=UpdateProgram())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what is given; the id stays."""
    program = _find(world, body["referral_program_id"])
    reward = _givable(world, body["reward_id"]) if "reward_id" in body else None

    changed = with_facts(program, body, reward)
    check_program(changed)

    world.store.referral_programs.put(changed)
    return _shown(world, changed)


@operation("referral_programs.delete", body=GetProgram())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove a program with its codes and redemptions."""
    program = look_up_program(world, body["referral_program_id"])
    if program is None:
        raise RewardProgramNotFound

    remove_program(world, program)
    return {"success": True}


def _find(world: World, program_id: str) -> ReferralProgram:
    program = look_up_program(world, program_id)
    if program is None:
        raise ReferralProgramNotFound(program_id=program_id)
    return program


def _givable(world: World, reward_id: str) -> Reward:
    """Raises RewardNotFound or FreeProductReferral."""
    reward = find_reward(world, reward_id)
    if reward.type == FREE_PRODUCT:
        raise FreeProductReferral
    return reward


def _shown(world: World, program: ReferralProgram) -> Reply:
    return program_object(program, world.store.rewards.must(program.reward))
