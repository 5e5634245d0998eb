"""Legacy routes of referral programs, which show the rows as stored."""

from autumn_mock.domain.records import ReferralProgram, Reward
from autumn_mock.domain.rewards.legacy_objects import program_row
from autumn_mock.domain.rewards.program_reading import from_legacy, new_program, with_facts
from autumn_mock.domain.rewards.referrals import check_program
from autumn_mock.errors.rewards import RewardProgramNotFound
from autumn_mock.errors.rewards_legacy import LegacyProgramNotFound, ProgramIdExists, ProgramRewardUnknown
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.operations.rewards.loading import look_up_program, look_up_reward
from autumn_mock.operations.rewards.removing import remove_program
from autumn_mock.schemas.rewards_legacy import OldProgram, OldProgramUpdate, ProgramInPath
from autumn_mock.world import World


@operation("POST /reward_programs", body=OldProgram())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a program; it may give a free product."""
    if world.store.referral_programs.first("id", body["id"]) is not None:
        raise ProgramIdExists(program_id=body["id"])
    reward = _reward(world, body["internal_reward_id"])
    made = new_program(from_legacy(body), reward, internal_id=world.make_id("rs_"), now=world.now())
    return _put(world, made)


@operation("PUT /reward_programs/{program_id}", body=OldProgramUpdate())
def update(world: World, body: Body, call: Call) -> Reply:
    """Change what is given."""
    program = look_up_program(world, body["program_id"])
    if program is None:
        raise LegacyProgramNotFound(program_id=body["program_id"])
    reward = _reward(world, body["internal_reward_id"]) if "internal_reward_id" in body else None
    return _put(world, with_facts(program, from_legacy(body), reward))


@operation("DELETE /reward_programs/{program_id}", body=ProgramInPath())
def delete(world: World, body: Body, call: Call) -> Reply:
    """Remove a program with its codes and redemptions."""
    program = look_up_program(world, body["program_id"])
    if program is None:
        raise RewardProgramNotFound

    remove_program(world, program)
    return program_row(program, org=world.org, env=world.env)


def _put(world: World, program: ReferralProgram) -> Reply:
    check_program(program)

    world.store.referral_programs.put(program)
    return program_row(program, org=world.org, env=world.env)


def _reward(world: World, reward_id: str) -> Reward:
    reward = look_up_reward(world, reward_id)
    if reward is None:
        raise ProgramRewardUnknown(reward_id=reward_id)
    return reward
