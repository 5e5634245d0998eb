"""Discounts that are asked for, and those at work: read, given, used up (reference: rewards, coupons).

Invariant: a discount is at work on a Stripe subscription or a Stripe customer, and is used up there by
the invoice that it lowers, wherever the invoice comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autumn_mock.domain.billing import discounts as rules
from autumn_mock.domain.billing.attaching import Attachment
from autumn_mock.domain.billing.invoice_lines import Line
from autumn_mock.domain.currencies import OWN_CURRENCY
from autumn_mock.domain.records import Customer, Discount, Plan, Reward, StripeSubscription
from autumn_mock.domain.rewards.kinds import is_coupon
from autumn_mock.domain.rewards.promo_codes import coupon_of_code
from autumn_mock.errors.billing_discounts import UnknownCoupon
from autumn_mock.stripe.coupons import begin_discount
from autumn_mock.world import World

Wanted = Iterable[Mapping[str, Any]]
"""`{"reward_id"}` or `{"promotion_code"}` each."""


def read_discounts(
    world: World, customer: Customer, wanted: Wanted, plans: Iterable[Plan]
) -> tuple[Discount, ...]:
    """The discounts that an order of `plans` asks for, from now on; nothing is written.

    Raises UnknownCoupon, UnknownPromotionCode, CodeForFirstPurchase, CodeForOtherPlans.
    """
    found = find_discounts(world, customer, wanted)
    rules.check_codes(found, [plan.id for plan in plans])
    return found


def find_discounts(world: World, customer: Customer, wanted: Wanted) -> tuple[Discount, ...]:
    """The discounts that are asked for, whatever they are for. Raises as `read_discounts`, but for
    CodeForOtherPlans."""
    found, invoices = [], world.store.invoices.find("customer", customer.internal_id)
    for each in wanted:
        code = None if "reward_id" in each else each["promotion_code"]
        if code is None:
            reward = _coupon(world, each["reward_id"])
        else:
            reward = coupon_of_code(world.store.rewards, code, invoices)
        found.append(
            begin_discount(
                reward,
                world.ids,
                currency=OWN_CURRENCY,
                now=world.now(),
                promotion_code=code,
                plans=world.store.plans,
            )
        )
    return tuple(found)


def _coupon(world: World, reward_id: str) -> Reward:
    found = [reward for reward in world.store.rewards.find("id", reward_id) if is_coupon(reward)]
    if not found:
        raise UnknownCoupon(reward_id=reward_id)
    return found[0]


def discounts_of(
    world: World, customer: Customer, billed_by: str | None, given: Iterable[Discount] = ()
) -> tuple[Discount, ...]:
    """What counts now on an invoice of a Stripe subscription, or of the customer alone."""
    shared = world.store.stripe_subscriptions.get(billed_by) if billed_by else None
    own = shared.discounts if shared is not None else ()
    return rules.counting(own, own_discount(world, customer), given, at=world.now())


def own_discount(world: World, customer: Customer) -> Discount | None:
    """The coupon that counts on all invoices of a customer."""
    payer = world.store.stripe_customers.get(customer.stripe_id) if customer.stripe_id else None
    return None if payer is None else payer.discount


def give(
    world: World,
    customer: Customer,
    billed_by: str | None,
    given: Sequence[Discount],
    lines: Sequence[Line] = (),
) -> None:
    """Put discounts to work on what bills a plan from now on. `lines` were invoiced with them.

    The customer's own discount stands beside them, for alone it would give way to them. Writes the
    Stripe subscription; of a purchase nothing is left to write.
    """
    shared = world.store.stripe_subscriptions.get(billed_by) if billed_by else None
    if not given or shared is None:
        return
    before = rules.counting(shared.discounts, own_discount(world, customer), at=world.now())
    together = rules.counting(before, None, given, at=world.now())
    fresh = rules.left_over(together[len(before) :], lines)
    world.store.stripe_subscriptions.put(shared.but(discounts=before + fresh))


def give_with(
    world: World,
    customer: Customer,
    steps: Sequence[tuple[Attachment, list[Line]]],
    billed_by: Sequence[str | None],
) -> None:
    """Put the coupons of attaches that were carried out together to work, and count their codes. A plan
    that is to come keeps its own until then; where nothing is billed they are not used."""
    first, lines = steps[0][0], [line for _, of_step in steps for line in of_step]
    shared = next(filter(None, billed_by), None)
    if not first.wish.bills or (first.immediate and shared is None and not lines):
        return
    known = {each.id for each in first.discounts}
    count_codes(world, [each for each in first.wish.discounts if each.id in known])
    if first.immediate:
        give(world, customer, shared, first.wish.discounts, lines)


def count_codes(world: World, given: Iterable[Discount]) -> None:
    """Note that the promotion codes of discounts were used once more. Writes their rewards."""
    for discount in given:
        reward, code = world.store.rewards.get(discount.reward), discount.promotion_code
        if reward is not None and code is not None:
            uses = {**reward.redeemed, code: reward.redeemed.get(code, 0) + 1}
            world.store.rewards.put(reward.but(redeemed=uses))


def use_up(world: World, customer: Customer, billed_by: str | None, lines: Sequence[Line]) -> None:
    """Coupons for one invoice that the lines were lowered by count no more. Writes where they stand."""
    store = world.store
    if not any(line.discounts for line in lines):
        return
    shared = store.stripe_subscriptions.get(billed_by) if billed_by else None
    if shared is not None:
        store.stripe_subscriptions.put(_after(shared, lines))
    payer = store.stripe_customers.get(customer.stripe_id) if customer.stripe_id else None
    if payer is not None and payer.discount is not None:
        left = rules.left_over([payer.discount], lines)
        store.stripe_customers.put(payer.but(discount=left[0] if left else None))


def _after(shared: StripeSubscription, lines: Sequence[Line]) -> StripeSubscription:
    return shared.but(discounts=rules.left_over(shared.discounts, lines))
