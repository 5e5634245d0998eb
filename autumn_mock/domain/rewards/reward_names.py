"""Ids and promo codes of rewards: what a code may look like, and that nothing is named twice.

Invariant: ids and codes of all rewards share one name space, in which case counts.
"""

import re
from collections.abc import Iterable, Sequence

from autumn_mock.domain.records import PromoCode, Reward
from autumn_mock.errors.rewards import (
    DuplicatePromoCode,
    DuplicateRewardId,
    PromoCodeCharacters,
    PromoCodeTooLong,
    PromoCodeTwice,
)

_LETTERS_AND_DIGITS = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 500


def check_codes(codes: Iterable[PromoCode]) -> None:
    """Raises PromoCodeCharacters or PromoCodeTooLong."""
    for each in codes:
        if not _LETTERS_AND_DIGITS.fullmatch(each.code):
            raise PromoCodeCharacters
        if len(each.code) > _LONGEST:
            raise PromoCodeTooLong


def check_codes_differ(codes: Sequence[PromoCode]) -> None:
    """Raises PromoCodeTwice."""
    if len({each.code for each in codes}) < len(codes):
        raise PromoCodeTwice


def check_names(reward: Reward, others: Iterable[Reward]) -> None:
    """Whether a reward may be called so beside all `others`, its id first.

    Raises DuplicateRewardId or DuplicatePromoCode.
    """
    taken = {name for other in others for name in names_of(other)}
    if reward.id in taken:
        raise DuplicateRewardId(reward_id=reward.id)
    for each in reward.promo_codes:
        if each.code in taken:
            raise DuplicatePromoCode(code=each.code)


def names_of(reward: Reward) -> tuple[str, ...]:
    return reward.id, *(each.code for each in reward.promo_codes)


def with_plan_renamed(reward: Reward, before: str, after: str) -> Reward:
    """A coupon goes on discounting a plan whose id changes."""
    plan_ids = [after if plan_id == before else plan_id for plan_id in reward.plan_ids or ()]
    return reward.but(plan_ids=tuple(dict.fromkeys(plan_ids)))
