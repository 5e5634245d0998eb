"""The legacy routes of rewards, referral programs, redemptions and coupons of customers."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, give_card, invoices, monthly, plans_of
from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api
from tests.rewards import applied, coupon, feature_grant, granted, granting, program, refer, referrals

NOON = "2026-01-01T12:00:00Z"


@pytest.fixture(autouse=True)
def _people(api: Api) -> None:
    api.freeze(NOON)
    metered(api, "credits")
    for name in ("c1", "c2"):
        customer(api, name, name=name.upper(), create_in_stripe=True)


def call(api: Api, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    return api.request(method, path, body, version="1.2.0")


def done(api: Api, method: str, path: str, body: Any = None) -> Any:
    status, answer = call(api, method, path, body)
    assert status == 200, answer
    return answer


def refused(api: Api, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
    return api.refusal(call(api, method, path, body))


def old(reward_id: str, kind: str, **facts: Any) -> dict[str, Any]:
    return {"id": reward_id, "name": reward_id.capitalize(), "type": kind, "promo_codes": [], **facts}


def discount(value: float, **facts: Any) -> dict[str, Any]:
    return {"discount_value": value, "duration_type": "one_off", "duration_value": 0, **facts}


# Codes and redemptions


def test_s119_both_routes_give_the_same_code(api: Api) -> None:
    feature_grant(api, "bonus", granting("credits", 5))
    program(api, "friends", "bonus")
    asked = {"customer_id": "c1", "program_id": "friends"}

    code = done(api, "POST", "/v1/referrals/code", asked)

    assert code == api("referrals.create_code", **asked)
    redeemed = done(api, "POST", "/v1/referrals/redeem", {"code": code["code"], "customer_id": "c2"})
    assert (redeemed["customer_id"], redeemed["referrer"]["id"]) == ("c2", "c1")
    assert (granted(api, "c1"), granted(api, "c2")) == (5, 5)


def test_s120_a_redemption_is_shown_as_stored(api: Api) -> None:
    feature_grant(api, "bonus", granting("credits", 5))
    program(api, "friends", "bonus")
    redemption_id = refer(api, "c1", "c2", "friends")["id"]

    row = done(api, "GET", f"/v1/redemptions/{redemption_id}")

    assert row["referral_code_id"].startswith("rc_")
    assert row["internal_reward_program_id"].startswith("rs_")
    assert row["internal_customer_id"].startswith("cus_")
    assert {name: row[name] for name in row if "_id" not in name} == {
        "id": redemption_id,
        "created_at": from_iso(NOON),
        "updated_at": from_iso(NOON),
        "triggered": True,
        "applied": True,
        "redeemer_applied": True,
        "promo_code": None,
    }
    assert row["reward_internal_id"] is None
    unknown = (404, "reward_redemption_not_found", "Reward redemption rr_none not found")
    assert refused(api, "GET", "/v1/redemptions/rr_none") == unknown


# Rewards


def test_invoice_credits_are_made_and_shown_as_a_coupon(api: Api) -> None:
    [row] = done(api, "POST", "/v1/rewards", old("credit10", "invoice_credits", discount_config=discount(10)))

    assert row["internal_id"].startswith("rew_")
    assert (row["org_id"], row["env"], row["created_at"]) == (api.org, "sandbox", from_iso(NOON))
    assert (row["entitlements"], row["promo_codes"], row["free_product_id"]) == ([], [], None)
    assert row["discount_config"] == {
        "price_ids": [],
        "apply_to_all": True,
        "duration_type": "one_off",
        "discount_value": 10,
        "duration_value": 0,
        "should_rollover": True,
    }
    [shown] = api("rewards.list")["coupons"]
    assert (shown["type"], shown["value"]) == ("invoice_credits", 10)
    assert shown["duration"] == {"type": "one_off", "length": None}
    assert done(api, "GET", "/v1/rewards/credit10") == row
    assert done(api, "GET", f"/v1/rewards/{row['internal_id']}") == row


def test_a_coupon_of_prices_is_one_of_their_plans(api: Api) -> None:
    price_ids = [plan(api, "team", **monthly(20))["price"]["price_id"]]
    limited = discount(10, price_ids=price_ids, apply_to_all=False)

    [row] = done(api, "POST", "/v1/rewards", old("teams", "percentage_discount", discount_config=limited))

    assert (row["discount_config"]["price_ids"], row["discount_config"]["apply_to_all"]) == (price_ids, False)
    assert api("rewards.get", reward_id="teams")["coupon"]["plan_ids"] == ["team"]
    made = coupon(api, "other", plan_ids=["team"])
    assert done(api, "GET", f"/v1/rewards/{made['id']}")["discount_config"]["price_ids"] == price_ids


def test_a_feature_grant_by_the_old_route(api: Api) -> None:
    boolean(api, "sso")
    entitlements = [
        {"internal_feature_id": "credits", "allowance": 7, "expiry": {"duration": "day", "length": 3}},
        {"internal_feature_id": api.world.store.features.must("sso").internal_id},
    ]
    codes = [{"code": "GIFT", "max_redemptions": 4}]

    [row] = done(
        api, "POST", "/v1/rewards", old("gift", "feature_grant", entitlements=entitlements, promo_codes=codes)
    )

    assert [(each["feature_id"], each["allowance"]) for each in row["entitlements"]] == [
        ("credits", 7), ("sso", None),
    ]  # fmt: skip
    assert row["discount_config"] is None
    shown = api("rewards.get", reward_id="gift")["feature_grant"]
    assert shown["grants"] == [granting("credits", 7, ("day", 3)), granting("sso")]
    assert shown["promo_codes"] == [{"code": "GIFT", "max_uses": 4}]
    api("rewards.redeem", code="GIFT", customer_id="c1")
    assert granted(api, "c1") == 7


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"name": "", "discount_config": discount(1)}, "invalid_reward", "Reward ID and name are required"),
        ({"id": None, "discount_config": discount(1)}, "invalid_reward", "Reward ID and name are required"),
        ({"type": "free_product"}, "invalid_reward", "Select a free product"),
        (
            {"type": "feature_grant", "entitlements": [{"allowance": 1}]},
            "invalid_reward",
            "Each entitlement must have a feature",
        ),
        (
            {
                "type": "feature_grant",
                "entitlements": [{"internal_feature_id": "credits", "allowance": -1}],
            },
            "invalid_reward",
            "Each entitlement must have a non-negative allowance",
        ),
        (
            {"discount_config": discount(1, price_ids=["pr_none"])},
            "invalid_price_id",
            "One or more reward prices are invalid",
        ),
        ({"id": "taken"}, "duplicate_reward_id", "Reward id taken is already in use"),
    ],
)
def test_what_the_old_route_refuses(api: Api, body: dict[str, Any], code: str, message: str) -> None:
    coupon(api, "taken")
    usual = old("x", "percentage_discount")

    assert refused(api, "POST", "/v1/rewards", usual | body) == (400, code, message)


def test_an_old_reward_is_changed(api: Api) -> None:
    coupon(api, "sale", promo_codes=[{"code": "SALE"}])

    row = done(
        api,
        "POST",
        "/v1/rewards/sale",
        {"name": "Sale!", "discount_config": discount(35, duration_type="forever")},
    )

    assert (row["name"], row["discount_config"]["discount_value"]) == ("Sale!", 35)
    shown = api("rewards.get", reward_id="sale")["coupon"]
    assert (shown["name"], shown["value"], shown["duration"]["type"]) == ("Sale!", 35, "forever")
    assert [each["code"] for each in shown["promo_codes"]] == ["SALE"]
    assert refused(api, "POST", "/v1/rewards/nope", {"name": "X"})[0] == 404


def test_a_free_product_is_not_shown_by_the_rpc_operations(api: Api) -> None:
    [row] = done(api, "POST", "/v1/rewards", old("free", "free_product", free_product_id="pro"))

    assert (row["free_product_id"], row["discount_config"]) == ("pro", None)
    assert api("rewards.list") == {"coupons": [], "feature_grants": []}
    told = "Reward free is a free product reward, which is not available on the API"
    assert api.refused("rewards.get", reward_id="free") == (400, "invalid_request", told)
    linked = api.refused(
        "referral_programs.create", id="p", reward_id="free", redeem_on="customer_creation", received_by="all"
    )
    assert linked == (
        400,
        "invalid_request",
        "Free product rewards are deprecated for referral programs. "
        "Use a feature grant or discount reward instead.",
    )


def test_s124_an_unknown_reward(api: Api) -> None:
    assert refused(api, "DELETE", "/v1/rewards/nope") == (404, "invalid_request", "Reward nope not found")
    assert done(api, "GET", "/v1/rewards/nope") is None


def test_the_old_route_deletes_a_reward_with_its_programs(api: Api) -> None:
    feature_grant(api, "bonus", granting("credits", 5))
    program(api, "friends", "bonus")
    refer(api, "c1", "c2", "friends")

    answer = done(api, "DELETE", "/v1/rewards/bonus")

    assert answer == {"success": True, "message": "Reward deleted successfully"}
    assert api("referral_programs.list") == {"list": []}
    assert referrals(api, "c1") == []
    assert granted(api, "c1") == 5


# Referral programs


def old_program(program_id: str, reward_id: str, **facts: Any) -> dict[str, Any]:
    usual = {"when": "customer_creation", "received_by": "all"}
    return {"id": program_id, "internal_reward_id": reward_id, **usual, **facts}


def test_a_program_by_the_old_route(api: Api) -> None:
    feature_grant(api, "bonus", granting("credits", 5))
    reward = done(api, "GET", "/v1/rewards/bonus")["internal_id"]

    row = done(api, "POST", "/v1/reward_programs", old_program("friends", reward, max_redemptions=2))

    assert row.pop("internal_id").startswith("rs_")
    assert row == {
        "id": "friends",
        "created_at": from_iso(NOON),
        "internal_reward_id": reward,
        "max_redemptions": 2,
        "unlimited_redemptions": False,
        "org_id": api.org,
        "env": "sandbox",
        "when": "customer_creation",
        "product_ids": [""],
        "exclude_trial": False,
        "received_by": "all",
    }
    assert api("referral_programs.get", referral_program_id="friends")["reward_id"] == "bonus"
    refer(api, "c1", "c2", "friends")
    assert granted(api, "c2") == 5


def test_what_the_old_route_of_programs_refuses(api: Api) -> None:
    coupon(api, "sale")
    program(api, "friends", "sale")

    def made(**facts: Any) -> tuple[int, str, str]:
        return refused(api, "POST", "/v1/reward_programs", old_program("p", "sale") | facts)

    assert made(id="friends") == (400, "invalid_request", "Program with ID friends already exists")
    assert made(internal_reward_id="nope") == (400, "invalid_request", "Reward nope not found")
    needs_maximum = "When `Redeem On` is set to `Checkout`, max redemptions must be greater than 0"
    assert made(when="checkout") == (400, "invalid_request", needs_maximum)


def test_an_old_program_is_changed_and_deleted(api: Api) -> None:
    coupon(api, "sale")
    coupon(api, "other")
    program(api, "friends", "sale")
    changes = {"when": "checkout", "max_redemptions": 3, "product_ids": ["pro"], "internal_reward_id": "other"}

    row = done(api, "PUT", "/v1/reward_programs/friends", changes)

    assert (row["when"], row["max_redemptions"], row["product_ids"]) == ("checkout", 3, ["pro"])
    shown = api("referral_programs.get", referral_program_id="friends")
    assert (shown["reward_id"], shown["redeem_on"]) == ("other", "checkout")
    assert done(api, "DELETE", "/v1/reward_programs/friends")["id"] == "friends"
    assert refused(api, "PUT", "/v1/reward_programs/friends", {})[2] == "Reward program friends not found"
    assert refused(api, "DELETE", "/v1/reward_programs/friends")[2] == "Reward program not found"


@pytest.mark.parametrize(
    ("config", "later"),
    [
        (None, [("pro", "active")]),
        ({"duration_type": "forever", "duration_value": 0}, [("pro", "active")]),
        ({"duration_type": "months", "duration_value": 2}, []),
    ],
)
def test_a_referral_gives_a_plan_for_nothing(
    api: Api, config: dict[str, Any] | None, later: list[tuple[str, str]]
) -> None:
    plan(api, "pro", item("credits", 100, "month"), **monthly(20))
    free = old("free", "free_product", free_product_id="pro", free_product_config=config)
    done(api, "POST", "/v1/rewards", free)
    done(api, "POST", "/v1/reward_programs", old_program("friends", "free"))

    refer(api, "c1", "c2", "friends")

    for customer_id in ("c1", "c2"):
        assert plans_of(api, customer_id) == [("pro", "active")]
        assert granted(api, customer_id) == 100
    assert invoices(api, "c1") == []
    assert applied(api, "c1") == [("c2", True)]
    api.advance("3 months")
    assert plans_of(api, "c1") == later
    assert invoices(api, "c1") == []


def test_a_plan_that_a_customer_has_is_not_given_again(api: Api) -> None:
    plan(api, "pro", item("credits", 100, "month"), **monthly(20))
    done(api, "POST", "/v1/rewards", old("free", "free_product", free_product_id="pro"))
    done(api, "POST", "/v1/rewards", old("gone", "free_product", free_product_id="ghost"))
    done(api, "POST", "/v1/reward_programs", old_program("friends", "free"))
    done(api, "POST", "/v1/reward_programs", old_program("ghosts", "gone"))
    give_card(api, "c1")
    attach(api, "c1", "pro")

    refer(api, "c1", "c2", "friends")
    refer(api, "c1", "c2", "ghosts")

    assert plans_of(api, "c1") == plans_of(api, "c2") == [("pro", "active")]
    shown = {each["program_id"]: each["reward_applied"] for each in referrals(api, "c1")}
    assert shown == {"friends": False, "ghosts": False}


# Coupons of a customer


def test_s123_a_coupon_is_put_on_a_customer_and_taken_off(api: Api) -> None:
    coupon(api, "vip", 40, duration={"type": "months", "length": 2})

    given = done(api, "POST", "/v1/customers/c1/coupons/vip", {})

    assert (given["customer"]["id"], given["coupon"]["id"]) == ("c1", "vip")
    assert given["customer"]["processor"]["type"] == "stripe"
    assert given["customer"]["email"] == ""
    assert discounts(api, "c1") == [
        {
            "id": "vip",
            "name": "Vip",
            "type": "percentage_discount",
            "discount_value": 40,
            "currency": None,
            "start": from_iso(NOON) // 1000,
            "end": from_iso("2026-03-01T12:00:00Z") // 1000,
            "subscription_id": None,
            "duration_type": "months",
            "duration_value": 2,
        }
    ]
    taken = done(api, "DELETE", "/v1/customers/c1/coupons")
    assert taken == {"customer": given["customer"]}
    assert discounts(api, "c1") == []


def discounts(api: Api, customer_id: str) -> Any:
    return api("customers.get", customer_id=customer_id, expand=["rewards"])["rewards"]["discounts"]


def test_another_coupon_takes_the_place_of_the_first(api: Api) -> None:
    for reward_id in ("one", "two"):
        coupon(api, reward_id)
        done(api, "POST", f"/v1/customers/c1/coupons/{reward_id}")

    assert [each["id"] for each in discounts(api, "c1")] == ["two"]


def test_invoice_credits_are_a_discount_of_one_invoice(api: Api) -> None:
    config = discount(10, duration_type="forever")
    done(api, "POST", "/v1/rewards", old("credit10", "invoice_credits", discount_config=config))

    done(api, "POST", "/v1/customers/c1/coupons/credit10")

    [shown] = discounts(api, "c1")
    assert (shown["type"], shown["discount_value"], shown["currency"]) == ("fixed_discount", 10, "usd")
    assert (shown["duration_type"], shown["end"]) == ("one_off", None)


def test_a_feature_grant_is_put_on_a_customer_by_its_code(api: Api) -> None:
    feature_grant(api, "bonus", granting("credits", 5))

    without = refused(api, "POST", "/v1/customers/c1/coupons/bonus", {})
    given = done(api, "POST", "/v1/customers/c1/coupons/bonus", {"promo_code": "BONUS"})

    assert without == (400, "invalid_request", "Promo code is required for feature grant rewards")
    assert given["coupon"]["entitlements"][0]["allowance"] == 5
    assert granted(api, "c1") == 5
    again = refused(api, "POST", "/v1/customers/c1/coupons/bonus", {"promo_code": "BONUS"})
    assert again[1] == "customer_already_redeemed_referral_code"


def test_whom_a_coupon_can_not_be_given_to_or_taken_from(api: Api) -> None:
    coupon(api, "vip")
    customer(api, "nostripe")

    nobody = refused(api, "POST", "/v1/customers/nobody/coupons/vip", {})
    unknown = refused(api, "POST", "/v1/customers/c1/coupons/nope", {})
    without = refused(api, "DELETE", "/v1/customers/nostripe/coupons")

    assert nobody == (404, "customer_not_found", "Customer nobody not found")
    assert unknown == (404, "reward_not_found", "Reward nope not found")
    assert without == (400, "invalid_request", "Customer has no Stripe customer to remove a coupon from")


def test_what_a_changed_discount_does_not_name_stays(api: Api) -> None:
    plan(api, "pro", price={"amount": 20, "interval": "month"})
    lasts = {"type": "months", "length": 3}
    coupon(api, "sale", duration=lasts, plan_ids=["pro"])

    row = done(api, "POST", "/v1/rewards/sale", {"discount_config": {"discount_value": 35}})

    shown = api("rewards.get", reward_id="sale")["coupon"]
    assert (shown["value"], shown["duration"], shown["plan_ids"]) == (35, lasts, ["pro"])
    assert (row["discount_config"]["duration_value"], row["discount_config"]["apply_to_all"]) == (3, False)
    done(api, "POST", "/v1/rewards/sale", {"discount_config": {"apply_to_all": True}})
    assert api("rewards.get", reward_id="sale")["coupon"]["plan_ids"] is None
