"""Names of rewards, grants and how long they last, and when a referral counts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.periods import from_iso, iso
from autumn_mock.domain.records import (
    Balance,
    Customer,
    Feature,
    Invoice,
    PromoCode,
    Redemption,
    ReferralCode,
    ReferralProgram,
    Reward,
    RewardGrant,
)
from autumn_mock.domain.rewards.kinds import given_until
from autumn_mock.domain.rewards.promo_codes import coupon_of_code
from autumn_mock.domain.rewards.referrals import check_redeemable, is_triggered, is_used_up
from autumn_mock.domain.rewards.reward_books import RewardBooks, broken_rewards
from autumn_mock.domain.rewards.reward_grants import expiry_of, granted_rows
from autumn_mock.domain.rewards.reward_names import check_codes, check_names, names_of
from autumn_mock.errors import ApiError
from autumn_mock.errors.billing_discounts import CodeForFirstPurchase, UnknownPromotionCode
from autumn_mock.errors.rewards import DuplicatePromoCode, DuplicateRewardId, InvalidReward

NAMES = st.text("abA1", min_size=1, max_size=3)
ANN = Customer(internal_id="cus_ann", id="ann", created_at=0, fingerprint="device")
BEN = Customer(internal_id="cus_ben", id="ben", created_at=0)
MESSAGES = Feature(id="messages", internal_id="fe_1", name="Messages", type="metered", created_at=0)


def reward(reward_id: str, codes: list[str], *grants: RewardGrant) -> Reward:
    return Reward(
        internal_id=f"rew_{reward_id}",
        id=reward_id,
        name=reward_id,
        type="feature_grant",
        created_at=0,
        promo_codes=tuple(PromoCode(code=code) for code in codes),
        grants=grants,
    )


def program(**facts: object) -> ReferralProgram:
    usual = ReferralProgram(
        internal_id="rs_1", id="friends", reward="rew_1", redeem_on="checkout", received_by="all",
        created_at=0, plan_ids=("pro", "team"), max_redemptions=2,
    )  # fmt: skip
    return usual.but(**facts)


def redemption(number: int = 1, *, customer: str = "cus_cyd", triggered: bool = False) -> Redemption:
    return Redemption(
        id=f"rr_{number}", customer=customer, reward="rew_1", created_at=0, updated_at=0, program="rs_1",
        triggered=triggered,
    )  # fmt: skip


def invoice(*plan_ids: str) -> Invoice:
    return Invoice(
        id="in_1", customer="cus_ben", created_at=0, status="paid", total=Decimal(0), plan_ids=plan_ids
    )


# Names


@given(
    st.tuples(NAMES, st.lists(NAMES, max_size=3, unique=True)),
    st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3)), max_size=4),
)
def test_a_reward_is_refused_exactly_when_a_name_is_taken(
    new: tuple[str, list[str]], others: list[tuple[str, list[str]]]
) -> None:
    made = reward(*new)
    there = [reward(*other) for other in others]
    taken = {name for other in there for name in names_of(other)}

    refused: type[ApiError] | None = None
    try:
        check_names(made, there)
    except ApiError as error:
        refused = type(error)

    if made.id in taken:
        assert refused is DuplicateRewardId
    elif taken & set(new[1]):
        assert refused is DuplicatePromoCode
    else:
        assert refused is None


@given(st.text(max_size=6))
def test_codes_are_ascii_letters_and_digits(code: str) -> None:
    fits = code != "" and code.isascii() and code.isalnum()

    if fits:
        check_codes([PromoCode(code=code)])
    else:
        with pytest.raises(InvalidReward):
            check_codes([PromoCode(code=code)])


# Grants


@pytest.mark.parametrize(
    ("expiry", "length", "ends"),
    [
        ("day", 1, "2028-02-01T10:00:00.000Z"),
        ("week", 2, "2028-02-14T10:00:00.000Z"),
        ("month", 1, "2028-02-29T10:00:00.000Z"),
        ("month", 13, "2029-02-28T10:00:00.000Z"),
        ("year", 1, "2029-01-31T10:00:00.000Z"),
    ],
)
def test_how_long_a_grant_lasts(expiry: str, length: int, ends: str) -> None:
    grant = RewardGrant(feature_id="messages", expiry_type=expiry, expiry_length=length)

    expires_at = expiry_of(grant, now=from_iso("2028-01-31T10:00:00Z"))

    assert expires_at is not None
    assert iso(expires_at) == ends


def test_a_grant_without_expiry_lasts() -> None:
    assert expiry_of(RewardGrant(feature_id="messages"), now=0) is None


def test_grants_of_features_that_are_gone_give_nothing() -> None:
    gift = reward(
        "gift",
        ["GIFT"],
        RewardGrant(feature_id="gone", included=Decimal(1)),
        RewardGrant(feature_id="messages", included=Decimal(7)),
    )

    rows: list[Balance] = granted_rows(
        gift, ANN, {"messages": MESSAGES}, source="reward_GIFT", now=5, make_id=lambda prefix: f"{prefix}1"
    )

    assert [(row.feature_id, row.included, row.balance, row.subscription) for row in rows] == [
        ("messages", 7, 7, None)
    ]
    assert rows[0].external_id == "reward_GIFT_messages_bal_1"


# Referrals


@pytest.mark.parametrize(
    ("maximum", "triggered", "waiting", "used_up"),
    [(None, 9, 0, False), (2, 1, 5, False), (2, 2, 0, True), (1, 3, 0, True)],
)
def test_only_given_rewards_use_a_code_up(
    maximum: int | None, triggered: int, waiting: int, used_up: bool
) -> None:
    of_code = [redemption(number, triggered=number < triggered) for number in range(triggered + waiting)]

    assert is_used_up(program(max_redemptions=maximum), of_code) is used_up


@pytest.mark.parametrize(
    ("redeemer", "of_code", "of_redeemer", "code"),
    [
        (BEN, [], [], None),
        (BEN, [redemption(triggered=True)], [], None),
        (BEN, [redemption(1, triggered=True), redemption(2, triggered=True)], [redemption(3)], "max"),
        (BEN, [], [redemption(customer="cus_ben")], "already"),
        (BEN, [], [redemption(customer="cus_ben").but(program="rs_other")], None),
        (BEN, [], [redemption(customer="cus_ben").but(program=None)], None),
        (ANN, [], [redemption(customer="cus_ann")], "already"),
        (ANN, [], [], "own"),
        (BEN.but(fingerprint="device"), [], [], "own"),
        (BEN.but(fingerprint="other"), [], [], None),
    ],
)
def test_who_may_redeem_a_code_of_ann(
    redeemer: Customer, of_code: list[Redemption], of_redeemer: list[Redemption], code: str | None
) -> None:
    if code is None:
        check_redeemable(program(), ANN, redeemer, of_code, of_redeemer)
        return
    with pytest.raises(ApiError) as refused:
        check_redeemable(program(), ANN, redeemer, of_code, of_redeemer)
    assert code in refused.value.code


def test_customers_without_a_fingerprint_are_not_the_same() -> None:
    check_redeemable(program(), ANN.but(fingerprint=None), BEN, [], [])


@pytest.mark.parametrize(
    ("facts", "plans", "in_trial", "triggered"),
    [
        ({}, ("pro",), False, True),
        ({}, ("extra", "team"), False, True),
        ({}, ("extra",), False, False),
        ({}, (), False, False),
        ({}, ("pro",), True, True),
        ({"exclude_trial": True}, ("pro",), True, False),
        ({"exclude_trial": True}, ("pro",), False, True),
        ({"redeem_on": "customer_creation"}, ("pro",), False, False),
    ],
)
def test_which_invoice_is_the_purchase_of_a_program(
    facts: dict[str, object], plans: tuple[str, ...], in_trial: bool, triggered: bool
) -> None:
    assert is_triggered(program(**facts), invoice(*plans), in_trial=in_trial) is triggered


# What must always hold


def books(**facts: Any) -> RewardBooks:
    """One reward, its program, Ann's code and one redemption of Ben's, with something else in place."""
    sound: dict[str, Any] = {
        "rewards": [reward("gift", ["GIFT", "gift"])],
        "programs": [program(reward="rew_gift")],
        "codes": [ReferralCode(code="AAAAAA", program="rs_1", customer="cus_ann", created_at=0)],
        "redemptions": [redemption(customer="cus_ben", triggered=True).but(referrer="cus_ann", applied=True)],
        "customers": {"cus_ann", "cus_ben"},
    }
    return RewardBooks(**sound | facts)


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ({}, 0),
        ({"rewards": [reward("gift", []), reward("other", ["gift"])]}, 1),
        ({"rewards": []}, 1),
        ({"programs": []}, 2),
        ({"customers": {"cus_ben"}}, 2),
        ({"customers": {"cus_ann"}}, 1),
        ({"redemptions": [redemption(customer="cus_ben").but(program=None)]}, 1),
        ({"redemptions": [redemption(customer="cus_ben").but(redeemer_applied=True)]}, 1),
        ({"redemptions": [redemption(customer="cus_ben", triggered=True).but(due_at=1)]}, 1),
    ],
)
def test_what_does_not_hold_is_told(facts: dict[str, Any], problems: int) -> None:
    assert len(broken_rewards(books(**facts))) == problems


# Codes on a purchase


@pytest.mark.parametrize(
    ("promo", "redeemed", "status", "error"),
    [
        ({}, 0, "paid", None),
        ({"max_uses": 2}, 1, "paid", None),
        ({"max_uses": 2}, 2, "paid", UnknownPromotionCode),
        ({"first_time_transaction": True}, 0, "void", None),
        ({"first_time_transaction": True}, 0, "draft", None),
        ({"first_time_transaction": True}, 0, "open", CodeForFirstPurchase),
        ({"first_time_transaction": True, "max_uses": 1}, 1, "paid", UnknownPromotionCode),
    ],
)
def test_who_may_use_the_code_of_a_coupon(
    promo: dict[str, Any], redeemed: int, status: str, error: type[ApiError] | None
) -> None:
    gift = reward("gift", ["GIFT"])
    sale = reward("sale", []).but(
        type="fixed_discount", promo_codes=(PromoCode(code="SALE", **promo),), redeemed={"SALE": redeemed}
    )
    before = Invoice(id="in_1", customer="cus_ben", created_at=0, status=status, total=Decimal(20))

    if error is None:
        assert coupon_of_code([gift, sale], "SALE", [before]) is sale
    else:
        with pytest.raises(error):
            coupon_of_code([gift, sale], "SALE", [before])
    with pytest.raises(UnknownPromotionCode):
        coupon_of_code([gift, sale], "GIFT", [])


def test_history_from_elsewhere_is_no_purchase() -> None:
    promo = PromoCode(code="SALE", first_time_transaction=True)
    sale = reward("sale", []).but(type="fixed_discount", promo_codes=(promo,))
    recorded = Invoice(
        id="in_1", customer="cus_ben", created_at=0, status="paid", total=Decimal(20), recorded=True
    )

    assert coupon_of_code([sale], "SALE", [recorded]) is sale


@pytest.mark.parametrize(
    ("config", "until"),
    [
        ({"duration_type": "months", "duration_value": 1}, "2028-02-29T10:00:00.000Z"),
        ({"duration_type": "months", "duration_value": 0}, None),
        ({"duration_type": "forever", "duration_value": 3}, None),
        (None, None),
    ],
)
def test_how_long_a_free_product_is_given(config: dict[str, Any] | None, until: str | None) -> None:
    gift = reward("gift", []).but(type="free_product", legacy={"free_product_config": config})

    ends_at = given_until(gift, now=from_iso("2028-01-31T10:00:00Z"))

    assert (None if ends_at is None else iso(ends_at)) == until
