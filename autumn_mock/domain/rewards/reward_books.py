"""What must always hold between rewards, programs, codes and redemptions, and in words what does not.

Pure, and never a reason to refuse a request: a broken invariant is a fault of this program.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator

import msgspec

from autumn_mock.domain.records import Redemption, ReferralCode, ReferralProgram, Reward
from autumn_mock.domain.rewards.reward_names import names_of


class RewardBooks(msgspec.Struct, frozen=True, kw_only=True):
    """All of one world; `customers` are the internal ids of those that exist."""

    rewards: Iterable[Reward]
    programs: Iterable[ReferralProgram]
    codes: Iterable[ReferralCode]
    redemptions: Iterable[Redemption]
    customers: Container[str]


def broken_rewards(books: RewardBooks) -> list[str]:
    """What points nowhere, what is named twice, and what was given before its time."""
    return [*_names(books), *_programs_and_codes(books), *_redemptions(books)]


def _names(books: RewardBooks) -> Iterator[str]:
    named = Counter(name for reward in books.rewards for name in set(names_of(reward)))
    yield from (f"several rewards are named {name}" for name, times in named.items() if times > 1)


def _programs_and_codes(books: RewardBooks) -> Iterator[str]:
    rewards = {reward.internal_id for reward in books.rewards}
    programs = {program.internal_id for program in books.programs}
    for program in books.programs:
        if program.reward not in rewards:
            yield f"program {program.id} gives reward {program.reward}, which does not exist"
    for code in books.codes:
        if code.program not in programs:
            yield f"code {code.code} is of program {code.program}, which does not exist"
        if code.customer not in books.customers:
            yield f"code {code.code} is of customer {code.customer}, who does not exist"


def _redemptions(books: RewardBooks) -> Iterator[str]:
    rewards = {reward.internal_id for reward in books.rewards}
    programs = {program.internal_id for program in books.programs}
    for each in books.redemptions:
        for side in (each.customer, each.referrer):
            if side is not None and side not in books.customers:
                yield f"redemption {each.id} is of customer {side}, who does not exist"
        if each.program is None and each.reward not in rewards:
            yield f"redemption {each.id} is of reward {each.reward}, which does not exist"
        if each.program is not None and each.program not in programs:
            yield f"redemption {each.id} is of program {each.program}, which does not exist"
        if (each.applied or each.redeemer_applied) and not each.triggered:
            yield f"redemption {each.id} gave its reward before it was triggered"
        if each.triggered and each.due_at is not None:
            yield f"redemption {each.id} waits for an invoice though its reward was given"
