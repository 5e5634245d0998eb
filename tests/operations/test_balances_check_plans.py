"""What a refused check suggests, and the check of a product: cases B29 to B34 and B40."""

import pytest

from tests.balances import check
from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api

PER_USE = {"amount": 0.5, "interval": "month", "billing_method": "usage_based", "billing_units": 1}


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada on plan `free` with 100 messages a month, which starts by itself."""
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    customer(api, "ada")
    return api


def offers(api: Api) -> None:
    """A dearer plan and an add-on that hold more messages."""
    boolean(api, "sso", "SSO")
    monthly, once = {"amount": 20, "interval": "month"}, {"amount": 5, "interval": "one_off"}
    plan(api, "pro", item("messages", 500, "month"), item("sso"), price=monthly)
    plan(api, "pack", item("messages", 50), price=once, add_on=True)


def test_b29_b30_a_refused_check_suggests_plans(ada: Api) -> None:
    offers(ada)

    enough = check(ada, with_preview=True)
    short = check(ada, 101, with_preview=True)["preview"]

    assert enough["preview"] is None
    assert [product["id"] for product in short["products"]] == ["pro", "pack"]
    assert {product["scenario"] for product in short["products"]} == {"new"}
    assert (short["scenario"], short["title"], short["upgrade_product_id"]) == (
        "usage_limit",
        "Upgrade to Pro",
        "pro",
    )
    assert short["message"] == (
        "You have reached the usage limit for messages. Please upgrade to Pro to continue using this "
        "feature. Alternatively, you can purchase the Pack add on."
    )


def test_b31_a_missing_boolean_suggests_plans(ada: Api) -> None:
    offers(ada)

    preview = check(ada, feature_id="sso", with_preview=True)["preview"]

    assert (preview["scenario"], preview["feature_name"]) == ("feature_flag", "SSO")
    assert preview["message"] == (
        "Your current plan does not include the SSO feature. Please upgrade to Pro to use this feature."
    )


@pytest.mark.parametrize(("feature_id", "scenario", "message"), [
    (
        "messages", "usage_limit",
        "You have reached the usage limit for Messages. Please contact us to increase your limit.",
    ),
    (
        "other", "feature_flag",
        "Other is not available for your account. Please contact us to enable it.",
    ),
])  # fmt: skip
def test_b32_nothing_to_offer(ada: Api, feature_id: str, scenario: str, message: str) -> None:
    preview = check(ada, 101, feature_id=feature_id, with_preview=True)["preview"]

    assert preview == {
        "scenario": scenario,
        "title": "Feature Unavailable",
        "feature_id": feature_id,
        "feature_name": feature_id.capitalize(),
        "message": message,
        "products": [],
        "upgrade_product_id": None,
    }


def test_b33_b34_titles_of_trials_and_add_ons(ada: Api) -> None:
    once = {"amount": 5, "interval": "one_off"}
    plan(ada, "pack", item("messages", 50), price=once, add_on=True)

    add_on_only = check(ada, 101, with_preview=True)["preview"]
    plan(
        ada, "pro", item("messages", 500, "month"), price={"amount": 20, "interval": "month"},
        free_trial={"duration_type": "day", "duration_length": 7},
    )  # fmt: skip
    with_trial = check(ada, 101, with_preview=True)["preview"]

    assert (add_on_only["title"], add_on_only["upgrade_product_id"]) == ("Purchase Pack", "pack")
    assert add_on_only["message"].endswith("Please purchase the Pack add on to continue using this feature.")
    assert with_trial["title"] == "Start trial for Pro"


def test_b40_the_legacy_check_of_a_product(ada: Api) -> None:
    plan(ada, "gold", item("messages", 500, "month"), price={"amount": 30, "interval": "month"})

    owned = check(ada, product_id="free")
    missing = check(ada, product_id="gold")

    head = {"customer_id": "ada", "code": "product_found"}
    assert owned == {**head, "product_id": "free", "allowed": True, "status": "active"}
    assert missing == {**head, "product_id": "gold", "allowed": False}
    refused = ada.refused("balances.check", customer_id="ada", product_id="nothing")
    assert refused == (404, "product_not_found", "Product nothing not found")
