"""Discounts at work: which count on an invoice, and what they take off its lines (reference: rewards,
what a coupon means at the provider).

Invariant: a discount lowers charges only, and never below nothing; a credit gives back what was paid.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from autumn_mock.domain.billing.cycles import whole_second
from autumn_mock.domain.billing.invoice_lines import Line, Taken
from autumn_mock.domain.catalog.pricing import in_minor_units
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.numbers import ZERO
from autumn_mock.domain.periods import add_interval
from autumn_mock.domain.records import Discount
from autumn_mock.errors.billing_discounts import CodeForOtherPlans

ONCE, MONTHS, FOREVER = "one_off", "months", "forever"
ROLLED = "_roll_"
"""What follows in the id of a coupon is not part of the reward's id."""


def starting(discount: Discount, at: int) -> Discount:
    """The discount as it is when it begins at an instant: its months are counted from there."""
    begins = whole_second(at)
    ends = add_interval(begins, "month", discount.duration_length) if discount.duration_type == MONTHS else None
    return discount.but(starts_at=begins, ends_at=ends)


def in_force(discounts: Iterable[Discount], *, at: int) -> tuple[Discount, ...]:
    """Those that have begun and not ended; the second in which one ends is not discounted."""
    second = whole_second(at)
    return tuple(
        each
        for each in discounts
        if each.starts_at <= second and (each.ends_at is None or second < each.ends_at)
    )


def counting(
    billed_by: Iterable[Discount], payer: Discount | None, given: Iterable[Discount] = (), *, at: int
) -> tuple[Discount, ...]:
    """What counts on an invoice: the discounts of the Stripe subscription, or else the one of the
    customer, and those that are given with the request. A coupon counts once."""
    own = in_force(billed_by, at=at)
    found = list(own or in_force([payer] if payer else [], at=at))
    for each in in_force(given, at=at):
        if each.coupon_id not in {known.coupon_id for known in found}:
            found.append(each)
    return tuple(found)


def discounted(
    lines: Sequence[Line], discounts: Iterable[Discount], currency: str = OWN_CURRENCY
) -> list[Line]:
    """The lines with what each discount takes off what those before it have left."""
    found = list(lines)
    for discount in discounts:
        for index, amount in enumerate(_shares(found, discount, currency)):
            if amount > ZERO:
                line = found[index]
                found[index] = replace(line, discounts=(*line.discounts, Taken(discount, amount)))
    return found


def _shares(lines: Sequence[Line], discount: Discount, currency: str) -> list[Decimal]:
    """A percentage of every line that the coupon is for; an amount spread over them by what they are of."""
    bases = [line.net if _is_for(discount, line) else ZERO for line in lines]
    if discount.percent_off is not None:
        return [min(base, base * discount.percent_off / 100) for base in bases]
    off, total = discount.amount_off, sum(bases, ZERO)
    if off is None or discount.currency != currency:
        return [ZERO for _ in bases]
    return [base if off >= total else min(base, off * base / total) for base in bases]


def _is_for(discount: Discount, line: Line) -> bool:
    if line.amount <= ZERO:
        return False
    return discount.plan_ids is None or line.plan_id in discount.plan_ids


def left_over(discounts: Iterable[Discount], lines: Sequence[Line]) -> tuple[Discount, ...]:
    """What goes on once the lines were invoiced: a coupon for one invoice is used up by the first that
    it lowers; of one that rolls over the rest is left."""
    found = []
    for discount in discounts:
        taken = taken_by(discount, lines)
        rest = (discount.amount_off or ZERO) - taken
        if taken == ZERO or not (discount.duration_type == ONCE or discount.rolls_over):
            found.append(discount)
        elif discount.rolls_over and rest > ZERO:
            coupon_id = f"{reward_id(discount)}{ROLLED}{discount.id}"
            found.append(discount.but(amount_off=rest, coupon_id=coupon_id))
    return tuple(found)


def taken_by(discount: Discount, lines: Iterable[Line]) -> Decimal:
    """What a discount takes off all lines together, in whole minor units."""
    return in_minor_units(
        sum((each.amount for line in lines for each in line.discounts if each.discount.id == discount.id), ZERO)
    )


def reward_id(discount: Discount) -> str:
    """The id of the reward that it comes from."""
    return discount.coupon_id.split(ROLLED, maxsplit=1)[0]


def check_codes(discounts: Iterable[Discount], plan_ids: Iterable[str]) -> None:
    """A promotion code must be for one of the plans in the order. Raises CodeForOtherPlans."""
    ordered = set(plan_ids)
    for each in discounts:
        if each.promotion_code is not None and each.plan_ids is not None and ordered.isdisjoint(each.plan_ids):
            raise CodeForOtherPlans
