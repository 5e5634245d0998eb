"""Coupons as tests are given them."""

from typing import Any

from tests.conftest import Api


def coupon(
    api: Api,
    reward_id: str,
    *,
    percent: float | None = None,
    amount: float | None = None,
    months: int | None = None,
    once: bool = False,
    plan_ids: list[str] | None = None,
    code: dict[str, Any] | str | None = None,
) -> None:
    """A coupon that takes a share or an amount off, forever unless it says how long."""
    promo = {"code": code} if isinstance(code, str) else code
    made = {
        "id": reward_id,
        "name": reward_id.capitalize(),
        "type": "percentage_discount" if percent is not None else "fixed_discount",
        "value": percent if percent is not None else amount,
        "duration": {"type": "months" if months else "one_off" if once else "forever", "length": months},
        "plan_ids": plan_ids,
        "promo_codes": [promo] if promo else [],
    }
    api("rewards.create", coupon=made)


def credits(api: Api, reward_id: str, amount: float, *, rolls_over: bool = True) -> None:
    """A fixed amount that is drawn on by one invoice after the other."""
    config = {
        "discount_value": amount, "duration_type": "one_off", "duration_value": 0,
        "should_rollover": rolls_over, "apply_to_all": True, "price_ids": [],
    }  # fmt: skip
    body = {
        "id": reward_id, "name": reward_id.capitalize(), "type": "invoice_credits", "promo_codes": [],
        "discount_config": config,
    }  # fmt: skip
    status, answer = api.request("POST", "/v1/rewards", body)
    assert status == 200, answer


def give_coupon(api: Api, customer_id: str, reward_id: str) -> None:
    """Put a coupon on all invoices of a customer."""
    status, answer = api.request("POST", f"/v1/customers/{customer_id}/coupons/{reward_id}", {})
    assert status == 200, answer


def by_reward(*reward_ids: str) -> dict[str, Any]:
    return {"discounts": [{"reward_id": reward_id} for reward_id in reward_ids]}


def by_code(code: str) -> dict[str, Any]:
    return {"discounts": [{"promotion_code": code}]}


def at_work(api: Api, customer_id: str) -> list[dict[str, Any]]:
    """The discounts of the `rewards` expand."""
    shown = api("customers.get", customer_id=customer_id, expand=["rewards"])
    found: list[dict[str, Any]] = shown["rewards"]["discounts"]
    return found


def names_at_work(api: Api, customer_id: str) -> list[str]:
    return [each["id"] for each in at_work(api, customer_id)]


def coming(api: Api, customer_id: str) -> Any:
    """The one coming invoice."""
    shown = api("customers.get", customer_id=customer_id, expand=["invoice_previews"])
    return shown["invoice_previews"][0]
