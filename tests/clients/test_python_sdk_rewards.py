"""`rewards.*`, `referrals.*` and referral programs by the official Python SDK."""

import pytest
from autumn_sdk import Autumn, errors

from autumn_mock.testing import AutumnOrg
from tests.clients.catalog import make_features

GRANTS = [{"feature_id": "messages", "included": 50, "expiry": {"type": "month", "length": 1}}]


@pytest.fixture
def gift(sdk: Autumn, autumn: AutumnOrg) -> str:
    """A feature grant with the code GIFT, and three customers."""
    make_features(autumn)
    for name in ("ada", "bob", "cyd"):
        sdk.customers.get_or_create(customer_id=name, name=name.capitalize())
    made = sdk.rewards.create(
        feature_grant={
            "id": "gift",
            "name": "Gift",
            "grants": GRANTS,
            "promo_codes": [{"code": "GIFT", "max_uses": 1}],
        }
    )
    assert made.feature_grant is not None
    return made.feature_grant.id


def test_a_coupon_is_made_found_listed_changed_and_deleted(sdk: Autumn) -> None:
    made = sdk.rewards.create(
        coupon={
            "id": "summer",
            "name": "Summer",
            "type": "percentage_discount",
            "value": 20,
            "duration": {"type": "months", "length": 3},
            "plan_ids": None,
            "promo_codes": [{"code": "SUMMER20"}],
        }
    ).coupon

    changed = sdk.rewards.update(reward_id="summer", coupon={"name": "Late summer"}).coupon
    found = sdk.rewards.get(reward_id="summer").coupon
    listed = sdk.rewards.list()

    assert made is not None
    assert changed is not None
    assert (made.id, made.value, made.duration.length) == ("summer", 20, 3)
    assert changed.name == "Late summer"
    assert changed.promo_codes[0].code == "SUMMER20"
    assert found is not None
    assert (found.name, found.created_at) == ("Late summer", made.created_at)
    assert [each.id for each in listed.coupons] == ["summer"]
    assert listed.feature_grants == []
    assert sdk.rewards.delete(reward_id="summer").success is True
    with pytest.raises(errors.AutumnError) as refused:
        sdk.rewards.get(reward_id="summer")
    assert refused.value.status_code == 404


def test_a_promo_code_is_redeemed(sdk: Autumn, gift: str) -> None:
    redeemed = sdk.rewards.redeem_code(code="GIFT", customer_id="ada")

    assert redeemed.reward_id == gift
    assert [(each.feature_id, each.balance) for each in redeemed.entitlements_granted] == [("messages", 50)]
    assert sdk.check(customer_id="ada", feature_id="messages", required_balance=50).allowed is True
    with pytest.raises(errors.AutumnError) as refused:
        sdk.rewards.redeem_code(code="GIFT", customer_id="bob")
    assert "referral_code_max_redemptions_reached" in refused.value.body


def test_a_referral_program_is_made_found_listed_changed_and_deleted(sdk: Autumn, gift: str) -> None:
    made = sdk.referrals.create_program(
        id="friends", reward_id=gift, redeem_on="customer_creation", received_by="all", max_redemptions=3
    )

    changed = sdk.referrals.update_program(
        referral_program_id="friends", redeem_on="checkout", plan_ids=["pro"], exclude_trial=True
    )
    found = sdk.referrals.get_program(referral_program_id="friends")
    listed = sdk.referrals.list_programs()

    assert (made.id, made.reward_id, made.max_redemptions, made.exclude_trial) == ("friends", gift, 3, False)
    assert (changed.redeem_on, changed.plan_ids, changed.exclude_trial) == ("checkout", ["pro"], True)
    assert found.received_by == "all"
    assert [each.id for each in listed.list] == ["friends"]
    assert sdk.referrals.delete_program(referral_program_id="friends").success is True
    assert sdk.referrals.list_programs().list == []


def test_a_friend_is_referred(sdk: Autumn, gift: str) -> None:
    sdk.referrals.create_program(
        id="friends", reward_id=gift, redeem_on="customer_creation", received_by="referrer"
    )

    code = sdk.referrals.create_code(customer_id="ada", program_id="friends")
    redeemed = sdk.referrals.redeem_code(code=code.code, customer_id="bob")
    ada = sdk.customers.get(customer_id="ada", expand=["referrals"])

    assert (redeemed.customer_id, redeemed.reward_id) == ("bob", gift)
    assert ada.balances["messages"].remaining == 50
    assert ada.referrals is not None
    [brought] = ada.referrals
    assert (brought.program_id, brought.customer.id, brought.reward_applied) == ("friends", "bob", True)
