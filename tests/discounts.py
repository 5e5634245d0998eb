"""Coupons as tests are given them."""

from decimal import Decimal
from typing import Any

from autumn_mock.domain.records import Discount, PromoCode, Reward
from autumn_mock.stripe.coupons import begin_discount, set_customer_discount
from autumn_mock.stripe.customers import ensure_stripe_customer
from tests.conftest import Api


def coupon(
    api: Api,
    reward_id: str,
    *,
    percent: float | None = None,
    amount: float | None = None,
    months: int | None = None,
    once: bool = False,
    plan_ids: tuple[str, ...] | None = None,
    code: PromoCode | str | None = None,
    kind: str | None = None,
) -> Reward:
    """A coupon that takes a share or an amount off, forever unless it says how long."""
    promo = PromoCode(code=code) if isinstance(code, str) else code
    lasts = "months" if months else "one_off" if once else "forever"
    value = percent if percent is not None else amount
    reward = Reward(
        internal_id=api.world.make_id("rew_"),
        id=reward_id,
        name=reward_id.capitalize(),
        type=kind or ("percentage_discount" if percent is not None else "fixed_discount"),
        created_at=api.world.now(),
        value=Decimal(str(value)),
        duration_type=lasts,
        duration_length=months,
        plan_ids=plan_ids,
        promo_codes=(promo,) if promo else (),
    )
    with api.world.store.transaction():
        api.world.store.rewards.put(reward)
    return reward


def give_coupon(api: Api, customer_id: str, reward: Reward) -> Discount:
    """Put a coupon on all invoices of a customer, as a referral does."""
    world = api.world
    customer = world.store.customers.first("id", customer_id)
    assert customer is not None
    discount = begin_discount(reward, world.ids, currency="usd", now=world.now())
    with world.store.transaction():
        set_customer_discount(
            world.store, ensure_stripe_customer(world.store, world.ids, customer, now=world.now()), discount
        )
    return discount


def by_reward(*reward_ids: str) -> dict[str, Any]:
    return {"discounts": [{"reward_id": reward_id} for reward_id in reward_ids]}


def by_code(code: str) -> dict[str, Any]:
    return {"discounts": [{"promotion_code": code}]}


def at_work(api: Api, customer_id: str) -> list[dict[str, Any]]:
    """The discounts of the `rewards` expand."""
    found: list[dict[str, Any]] = api("customers.get", customer_id=customer_id, expand=["rewards"])["rewards"][
        "discounts"
    ]
    return found


def coming(api: Api, customer_id: str) -> Any:
    """The one coming invoice."""
    shown = api("customers.get", customer_id=customer_id, expand=["invoice_previews"])
    return shown["invoice_previews"][0]
