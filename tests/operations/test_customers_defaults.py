"""Plans that a new customer gets by itself: cases C78 to C88, C123 to C127."""

import pytest

from autumn_mock.domain.periods import DAY
from tests.builders import boolean, customer, item, metered, plan
from tests.conftest import Api

TRIAL = {"duration_length": 3, "duration_type": "day", "card_required": False}


@pytest.fixture
def catalog(api: Api) -> Api:
    """A free default plan, an add-on default of another group, a gift that is no default, a paid plan."""
    metered(api, "messages")
    boolean(api, "sso", "SSO")
    plan(api, "free", item("messages", 100, "month"), item("sso"), auto_enable=True)
    plan(api, "side", item("messages", 5), group="g2", add_on=True, auto_enable=True)
    plan(api, "gift", item("messages", 7), add_on=True)
    plan(api, "pro", price={"amount": 20, "interval": "month"})
    return api


def plan_ids(shown: dict[str, list[dict[str, str]]]) -> list[str]:
    return [subscription["plan_id"] for subscription in shown["subscriptions"]]


def test_c78_a_free_default_plan_is_active_at_once(api: Api) -> None:
    metered(api, "messages")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    api.freeze("2026-11-25T09:00:00Z")

    made = customer(api, "a")

    [subscription] = made["subscriptions"]
    assert subscription.pop("id").startswith("cus_prod_")
    assert subscription == {
        "plan_id": "free",
        "auto_enable": True,
        "add_on": False,
        "status": "active",
        "past_due": False,
        "canceled_at": None,
        "expires_at": None,
        "trial_ends_at": None,
        "started_at": api.world.now(),
        "current_period_start": None,
        "current_period_end": None,
        "quantity": 1,
        "scope": "customer",
    }
    assert made["balances"]["messages"]["granted"] == 100
    assert made["stripe_id"] is None


def test_c79_a_customer_that_was_there_before_gets_nothing(api: Api) -> None:
    customer(api, "before")
    metered(api, "messages")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)

    assert customer(api, "before")["subscriptions"] == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, ["free", "side"], id="c81 one of each group, main plan first"),
        pytest.param({"disable_defaults": True}, [], id="c80"),
        pytest.param({"default_group": "g2"}, ["side"], id="c82"),
        pytest.param({"default_group": "none"}, [], id="no such group"),
        pytest.param({"default_group": "g2", "disable_defaults": True}, ["side"], id="the group wins"),
    ],
)
def test_c80_to_c82_which_defaults(catalog: Api, options: dict[str, object], expected: list[str]) -> None:
    assert plan_ids(customer(catalog, "a", internal_options=options)) == expected


def test_c83_c86_a_named_plan_comes_instead_of_the_defaults(catalog: Api) -> None:
    made = customer(catalog, "a", auto_enable_plan_id="gift")

    assert plan_ids(made) == ["gift"]
    assert made["subscriptions"][0]["auto_enable"] is False
    assert made["subscriptions"][0]["add_on"] is True


@pytest.mark.parametrize(
    ("plan_id", "refusal"),
    [
        pytest.param("nope", (404, "product_not_found", "Product nope not found"), id="c84"),
        pytest.param(
            "pro",
            (
                400,
                "invalid_request",
                "Auto-enable plan must be a free product, or have a free trial with 'card_required' as false",
            ),
            id="c85",
        ),
    ],
)
def test_c84_c85_c88_a_refused_plan_leaves_no_customer(
    catalog: Api, plan_id: str, refusal: tuple[int, str, str]
) -> None:
    assert catalog.refused("customers.get_or_create", customer_id="a", auto_enable_plan_id=plan_id) == refusal
    assert catalog.refused("customers.get", customer_id="a")[0] == 404


def test_c87_on_an_existing_customer_the_named_plan_is_ignored(catalog: Api) -> None:
    before = customer(catalog, "a")

    assert customer(catalog, "a", auto_enable_plan_id="gift") == before
    assert customer(catalog, "a", auto_enable_plan_id="nope") == before


def test_c123_new_customers_get_the_newest_version(api: Api) -> None:
    metered(api, "calls")
    plan(api, "free", item("calls", 1), auto_enable=True)
    customer(api, "old")
    api("plans.update", plan_id="free", items=[item("calls", 9)])

    assert customer(api, "new")["balances"]["calls"]["granted"] == 9
    assert customer(api, "old")["balances"]["calls"]["granted"] == 1


@pytest.mark.parametrize("change", [{"auto_enable": False}, {"archived": True}])
def test_c124_a_default_that_is_off_or_archived_is_not_given(api: Api, change: dict[str, bool]) -> None:
    metered(api, "calls")
    plan(api, "free", item("calls", 1), auto_enable=True)
    api("plans.update", plan_id="free", **change)

    assert customer(api, "a")["subscriptions"] == []


def test_c125_a_trial_default_comes_instead_of_the_free_one(api: Api) -> None:
    metered(api, "calls")
    plan(api, "free", item("calls", 1), auto_enable=True)
    price = {"amount": 5, "interval": "month"}
    plan(api, "trial", item("calls", 3), auto_enable=True, price=price, free_trial=TRIAL)

    made = customer(api, "a")

    [subscription] = made["subscriptions"]
    assert subscription["plan_id"] == "trial"
    assert subscription["trial_ends_at"] == subscription["started_at"] + 3 * DAY
    assert subscription["current_period_start"] % 1000 == 0
    assert subscription["current_period_end"] - subscription["current_period_start"] == 3 * DAY
    assert made["stripe_id"] is not None


def test_c126_a_free_plan_may_have_a_trial(api: Api) -> None:
    metered(api, "messages")
    trial = {"duration_length": 1, "duration_type": "month", "card_required": False}
    plan(api, "taster", item("messages", 50, "month"), free_trial=trial)
    api.freeze("2026-11-25T09:00:00Z")

    made = customer(api, "a", auto_enable_plan_id="taster")

    [subscription] = made["subscriptions"]
    assert subscription["current_period_start"] == subscription["started_at"]
    assert subscription["current_period_end"] == subscription["trial_ends_at"]
    assert subscription["trial_ends_at"] - subscription["started_at"] == 30 * DAY
    assert made["stripe_id"] is None


def test_c127_a_claimed_customer_keeps_what_it_has(catalog: Api) -> None:
    nameless = customer(catalog, None, email="d@example.com")  # type: ignore[arg-type]

    claimed = customer(catalog, "claimed", email="d@example.com", auto_enable_plan_id="gift")

    assert claimed["subscriptions"] == nameless["subscriptions"]


def test_a_fingerprint_is_not_looked_at_by_the_server(api: Api) -> None:
    metered(api, "calls")
    price = {"amount": 5, "interval": "month"}
    plan(api, "trial", item("calls", 3), auto_enable=True, price=price, free_trial=TRIAL)
    customer(api, "a", fingerprint="same")

    second = customer(api, "b", fingerprint="same")

    assert second["subscriptions"][0]["trial_ends_at"] is not None


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
def test_a_used_fingerprint_withholds_the_trial_by_the_documentation(api: Api) -> None:
    metered(api, "calls")
    price = {"amount": 5, "interval": "month"}
    plan(api, "trial", item("calls", 3), auto_enable=True, price=price, free_trial=TRIAL)
    customer(api, "a", fingerprint="same")

    second = customer(api, "b", fingerprint="same")

    assert all(s["trial_ends_at"] is None for s in second["subscriptions"])


def test_c128_a_shared_fingerprint_does_not_withhold_the_trial_on_attach(api: Api) -> None:
    metered(api, "calls")
    price = {"amount": 5, "interval": "month"}
    plan(api, "try", item("calls", 3), price=price, free_trial=TRIAL)
    for name in ("f1", "f2"):
        customer(api, name, fingerprint="same")
        api("billing.attach", customer_id=name, plan_id="try")

    [second] = api("customers.get", customer_id="f2")["subscriptions"]

    assert second["trial_ends_at"] is not None


def test_c129_a_trial_is_given_once_to_a_customer(api: Api) -> None:
    metered(api, "calls")
    price = {"amount": 5, "interval": "month"}
    plan(api, "try", item("calls", 3), price=price, free_trial=TRIAL)
    customer(api, "f3")
    api("billing.attach", customer_id="f3", plan_id="try")
    api("billing.update", customer_id="f3", plan_id="try", cancel_action="cancel_immediately")

    again = api("billing.attach", customer_id="f3", plan_id="try")

    assert again["payment_url"].startswith("http")
    assert api("customers.get", customer_id="f3", expand=["trials_used"])["trials_used"] == [
        {"plan_id": "try", "customer_id": "f3", "fingerprint": None}
    ]


@pytest.mark.parametrize("profile", ["documented"], indirect=True)
def test_a_shared_fingerprint_withholds_the_trial_on_attach_by_the_documentation(api: Api) -> None:
    metered(api, "calls")
    plan(api, "try", item("calls", 3), price={"amount": 5, "interval": "month"}, free_trial=TRIAL)
    customer(api, "f1", fingerprint="same")
    customer(api, "f2", fingerprint="same")
    api("billing.attach", customer_id="f1", plan_id="try")

    second = api("billing.attach", customer_id="f2", plan_id="try")

    assert second["payment_url"] is not None
    assert api("customers.get", customer_id="f2")["subscriptions"] == []
