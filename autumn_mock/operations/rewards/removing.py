"""What goes with a reward, a referral program or a customer that is deleted.

Invariant: no code is left without its program and its owner, no redemption without its reward and
both its customers.
"""

from autumn_mock.domain.records import Customer, ReferralProgram, Reward
from autumn_mock.world import World


def remove_reward(world: World, reward: Reward) -> None:
    """A reward with the programs that give it; its id and codes are free again."""
    store = world.store
    for program in store.referral_programs.find("reward", reward.internal_id):
        remove_program(world, program)
    for redemption in store.redemptions.find("reward", reward.internal_id):
        if redemption.program is None:
            store.redemptions.delete(redemption.id)
    store.rewards.delete(reward.internal_id)


def remove_program(world: World, program: ReferralProgram) -> None:
    """A program with its codes and redemptions."""
    store = world.store
    for code in store.referral_codes.find("program", program.internal_id):
        store.referral_codes.delete(code.code)
    for redemption in store.redemptions.find("program", program.internal_id):
        store.redemptions.delete(redemption.id)
    store.referral_programs.delete(program.internal_id)


def forget_customer(world: World, customer: Customer) -> None:
    """The codes of a customer, and the redemptions in which it took part."""
    store, key = world.store, customer.internal_id
    for code in store.referral_codes.find("customer", key):
        store.referral_codes.delete(code.code)
    for side in ("customer", "referrer"):
        for redemption in store.redemptions.find(side, key):
            store.redemptions.delete(redemption.id)
