"""A small catalog: what the client tests are about."""

from typing import Any

from autumn_mock.testing import AutumnOrg

MESSAGES = {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True}
SEATS = {"feature_id": "seats", "name": "Seats", "type": "metered", "consumable": False}
SSO = {"feature_id": "sso", "name": "SSO", "type": "boolean"}


def make_features(autumn: AutumnOrg) -> None:
    """Of 1.2.0, `features.*` can't be imported, so the features come without the SDK."""
    for feature in (MESSAGES, SEATS, SSO):
        autumn.call("features.create", **feature)


def billing_catalog(autumn: AutumnOrg, *, now: int) -> None:
    """Plans of several kinds, a coupon of a tenth, and Ada, who has a card that works."""
    autumn.freeze(now)
    make_features(autumn)
    autumn.call("features.create", feature_id="calls", name="Calls", type="metered", consumable=True)
    granted = {"feature_id": "messages", "included": 100, "reset": {"interval": "month"}}
    packs = {"interval": "month", "billing_units": 100, "billing_method": "prepaid", "amount": 10}
    per_call = {"interval": "month", "billing_units": 1, "billing_method": "usage_based", "amount": 0.5}
    metered = [
        {"feature_id": "messages", "price": packs},
        {"feature_id": "calls", "included": 5, "price": per_call},
    ]
    trial = {"duration_length": 14, "duration_type": "day", "card_required": True}
    _plan(autumn, "pro", 20, [granted])
    _plan(autumn, "premium", 50, [granted])
    _plan(autumn, "tried", 20, [granted], free_trial=trial)
    _plan(autumn, "extra", 8, [{"feature_id": "sso"}], add_on=True)
    _plan(autumn, "metered", 30, metered)
    duration = {"type": "forever", "length": None}
    coupon = {"id": "tenth", "name": "Tenth", "type": "percentage_discount", "value": 10, "duration": duration}
    autumn.call("rewards.create", coupon={**coupon, "plan_ids": None, "promo_codes": [{"code": "TENTH"}]})
    autumn.call("customers.get_or_create", customer_id="ada", name="Ada", email="ada@example.com")
    autumn.payment_methods.put("ada")


def _plan(autumn: AutumnOrg, plan_id: str, amount: float, items: list[dict[str, Any]], **more: Any) -> None:
    price = {"amount": amount, "interval": "month"}
    autumn.call("plans.create", plan_id=plan_id, name=plan_id.title(), price=price, items=items, **more)
