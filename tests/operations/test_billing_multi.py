"""Several plans at once: cases L151 to L159."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import (
    PACK,
    attach,
    catalogue,
    give_card,
    invoices,
    lines,
    monthly,
    pay,
    plans_of,
    state,
)
from tests.builders import item, plan
from tests.conftest import Api

A_MONTH_ON = from_iso("2026-02-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)
    plan(api, "mail", item("calls", 300, "month"), group="mail", **monthly(15))


def multi_attach(api: Api, customer_id: str, *plan_ids: str, **more: Any) -> Any:
    return api(
        "billing.multi_attach",
        customer_id=customer_id,
        plans=[{"plan_id": plan_id} for plan_id in plan_ids],
        **more,
    )


def refused(api: Api, *plan_ids: str, **more: Any) -> tuple[int, str, str]:
    plans = [{"plan_id": plan_id} for plan_id in plan_ids]
    return api.refused("billing.multi_attach", customer_id="k", plans=plans, **more)


def cancel(plan_id: str, action: str, **more: Any) -> dict[str, Any]:
    return {"plan_id": plan_id, "cancel_action": action, **more}


def test_l151_all_begin_together_by_one_invoice(api: Api) -> None:
    answer = multi_attach(api, "k", "pro", "mail", "boost")

    found = state(api, "k")
    assert answer["invoice"]["total"] == 85
    assert found["invoices"][0]["plan_ids"] == ["pro", "mail", "boost"]
    assert sorted(plans_of(api, "k")) == [("mail", "active"), ("pro", "active")]
    assert [each["plan_id"] for each in found["purchases"]] == ["boost"]
    assert len(api.world.store.stripe_subscriptions) == 1


def test_l152_the_preview_adds_them_up(api: Api) -> None:
    shown = api(
        "billing.preview_multi_attach", customer_id="k", plans=[{"plan_id": "pro"}, {"plan_id": "mail"}]
    )

    assert [total for _, total in lines(shown)] == [20, 15]
    assert shown["total"] == 35
    assert [each["plan_id"] for each in shown["incoming"]] == ["pro", "mail"]
    assert "next_cycle" not in shown


def test_each_replaces_what_runs_in_its_group(api: Api) -> None:
    attach(api, "k", "pro")

    answer = multi_attach(api, "k", "premium", "mail")

    assert answer["invoice"]["total"] == 45
    assert sorted(plans_of(api, "k")) == [("mail", "active"), ("premium", "active")]


def test_a_failed_charge_leaves_everything_as_it_was(api: Api) -> None:
    answer = multi_attach(api, "d", "pro", "mail")
    before = plans_of(api, "d")

    pay(api, answer["payment_url"])

    assert answer["invoice"]["status"] == "open"
    assert before == []
    assert sorted(plans_of(api, "d")) == [("mail", "active"), ("pro", "active")]
    assert invoices(api, "d") == [("paid", 35)]


def test_without_a_card_all_wait_for_one_page(api: Api) -> None:
    url = multi_attach(api, "c", "pro", "mail")["payment_url"]
    before = plans_of(api, "c")

    pay(api, url)

    assert before == []
    assert sorted(plans_of(api, "c")) == [("mail", "active"), ("pro", "active")]


def test_plans_may_go_to_different_entities(api: Api) -> None:
    for entity_id in ("north", "south"):
        api("entities.create", customer_id="k", entity_id=entity_id, feature_id="seats")
    plans = [{"plan_id": "pro", "entity_id": "north"}, {"plan_id": "pro", "entity_id": "south"}]

    api("billing.multi_attach", customer_id="k", plans=plans)

    for entity_id in ("north", "south"):
        found = api("entities.get", customer_id="k", entity_id=entity_id)
        assert [each["plan_id"] for each in found["subscriptions"]] == ["pro"]


def test_what_bills_a_plan_goes_on_though_the_plan_that_it_billed_before_is_replaced(api: Api) -> None:
    api("entities.create", customer_id="k", entity_id="north", feature_id="seats")
    attach(api, "k", "premium")
    [billed_by] = api.world.store.stripe_subscriptions
    plans = [{"plan_id": "starter"}, {"plan_id": "pro", "entity_id": "north"}]

    api("billing.multi_attach", customer_id="k", plans=plans)

    [standing] = api.world.store.stripe_subscriptions
    assert (standing.id, standing.status) == (billed_by.id, "active")
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 20)


def test_a_trial_is_given_to_all(api: Api) -> None:
    answer = multi_attach(api, "k", "pro", "mail", free_trial={"duration_length": 7, "duration_type": "day"})

    ends = {each["trial_ends_at"] for each in state(api, "k")["subscriptions"]}
    assert answer["invoice"]["total"] == 0
    assert ends == {from_iso("2026-01-08T00:00:00Z")}


def test_l153_a_plan_that_runs_is_refused(api: Api) -> None:
    attach(api, "k", "pro")

    assert refused(api, "pro")[2] == (
        'Cannot attach plan "pro" because the customer already has this product active.'
    )


@pytest.mark.parametrize(
    ("plan_ids", "given", "status", "code", "message"),
    [
        (
            ("pro", "premium"),
            {},
            400,
            "invalid_request",
            'Multi-attach supports at most one plan per group and scope, but plans "pro", "premium" conflict.',
        ),
        ((), {}, 400, "invalid_inputs", "plans: At least one plan must be provided"),
        (("nope",), {}, 404, "product_not_found", "Product nope not found"),
        (
            ("pro",),
            {"starts_at": 4102444800000},
            400,
            "invalid_request",
            "Multi-attach starts_at only supports past timestamps.",
        ),
        (
            ("pro", "boost"),
            {"starts_at": 1000},
            400,
            "invalid_request",
            "Past starts_at requires a paid recurring plan and does not support one-off plans.",
        ),
        (
            ("boost",),
            {"billing_cycle_anchor": "now"},
            400,
            "invalid_request",
            "billing_cycle_anchor is not supported when every plan is one-off. "
            "One-off plans do not have a recurring billing cycle.",
        ),
    ],
    ids=["l154", "l155", "unknown", "future", "past", "anchor"],
)
def test_what_makes_no_sense_is_refused(
    api: Api, plan_ids: tuple[str, ...], given: dict[str, Any], status: int, code: str, message: str
) -> None:
    assert refused(api, *plan_ids, **given) == (status, code, message)


def test_l156_redirecting_always_needs_a_subscription_of_its_own(api: Api) -> None:
    attach(api, "k", "pro")

    assert refused(api, "mail", redirect_mode="always") == (
        400,
        "invalid_redirect_mode",
        'redirect_mode cannot be "always" if customer has an existing Stripe subscription. '
        "Pass new_billing_subscription: true to create a new subscription.",
    )


@pytest.mark.parametrize(
    ("ids", "status", "message"),
    [
        (("a", "a"), 400, "Duplicate subscription_id 'a' in the same request"),
        (("a", "old"), 409, "subscription_id 'old' is already in use for this customer"),
    ],
)
def test_subscription_ids_are_given_once(api: Api, ids: tuple[str, str], status: int, message: str) -> None:
    attach(api, "k", "extra", subscription_id="old")
    plans = [
        {"plan_id": plan_id, "subscription_id": id} for plan_id, id in zip(("pro", "mail"), ids, strict=True)
    ]

    refusal = api.refused("billing.multi_attach", customer_id="k", plans=plans)

    assert refusal == (status, "duplicate_subscription_id", message)


# Updates


@pytest.fixture
def both(api: Api) -> Api:
    multi_attach(api, "k", "pro", "mail")
    return api


UPDATES = [cancel("pro", "cancel_end_of_cycle"), cancel("mail", "cancel_immediately")]


def test_l157_several_are_cancelled_with_one_invoice(both: Api) -> None:
    answer = both("billing.multi_update", customer_id="k", updates=UPDATES)

    [subscription] = state(both, "k")["subscriptions"]
    assert answer["invoice"]["total"] == -15
    assert state(both, "k")["invoices"][0]["plan_ids"] == ["mail"]
    assert (subscription["plan_id"], subscription["expires_at"]) == ("pro", A_MONTH_ON)


def test_l157_the_preview_has_an_entry_for_each_subscription(both: Api) -> None:
    attach(both, "k", "bonus")

    shown = both(
        "billing.preview_multi_update",
        customer_id="k",
        updates=[*UPDATES, cancel("bonus", "cancel_immediately")],
    )

    [entry] = shown["subscriptions"]
    now = both.world.now()
    assert (shown["object"], shown["total"]) == ("multi_update_preview", -15)
    assert entry["plan_ids"] == ["pro", "mail"]
    assert [(each["plan_id"], each["canceled_at"], each["expires_at"]) for each in entry["incoming"]] == [
        ("pro", now, A_MONTH_ON),
        ("mail", now, now),
    ]
    assert "next_cycle" not in entry
    assert sorted(plans_of(both, "k")) == [("bonus", "active"), ("mail", "active"), ("pro", "active")]


def test_l158_one_wrong_entry_and_nothing_is_done(both: Api) -> None:
    refusal = both.refused(
        "billing.multi_update", customer_id="k", updates=[*UPDATES, cancel("premium", "uncancel")]
    )

    assert refusal == (
        404,
        "cus_product_not_found",
        "No active subscription found for plan 'premium' on customer 'k'",
    )
    assert sorted(plans_of(both, "k")) == [("mail", "active"), ("pro", "active")]
    assert invoices(both, "k") == [("paid", 35)]


def test_l159_an_update_is_needed(both: Api) -> None:
    refusal = both.refused("billing.multi_update", customer_id="k", updates=[])

    assert refusal == (400, "invalid_inputs", "updates: At least one update must be provided")


def test_an_update_waits_for_its_open_invoice(api: Api) -> None:
    attach(api, "k", "packs")
    give_card(api, "k", "decline:card_declined")
    more = [{"feature_id": "credits", "quantity": 500}]
    url = api("billing.update", customer_id="k", plan_id="packs", feature_quantities=more)["payment_url"]
    before = state(api, "k")["balances"]["credits"]["granted"]

    pay(api, url)

    assert before == 100
    assert state(api, "k")["balances"]["credits"]["granted"] == 500
    assert invoices(api, "k") == [("paid", 40), ("paid", 30)]


def test_without_proration_nothing_is_billed_now(api: Api) -> None:
    attach(api, "k", "pro")
    asked = {"customer_id": "k", "plans": [{"plan_id": "premium"}, {"plan_id": "extra"}]}

    shown = api("billing.preview_multi_attach", **asked, billing_behavior="none")
    answer = api("billing.multi_attach", **asked, billing_behavior="none")

    assert (shown["line_items"], shown["total"]) == ([], 0)
    assert answer == {"customer_id": "k", "payment_url": None}
    api.advance("1 month")
    assert invoices(api, "k")[0] == ("paid", 58)


def test_a_page_takes_no_plans_of_several_intervals(api: Api) -> None:
    plan(api, "mail_year", item("calls", 300, "month"), group="mail", price={"amount": 99, "interval": "year"})
    body = {"plans": [{"plan_id": "pro"}, {"plan_id": "mail_year"}]}

    without = [
        api.refused(operation, customer_id="c", **body)
        for operation in ("billing.multi_attach", "billing.preview_multi_attach")
    ]
    with_card = api("billing.preview_multi_attach", customer_id="k", **body)

    assert (
        without
        == [
            (
                400,
                "invalid_request",
                "Cannot create Stripe checkout when there are multiple intervals that require payment upfront. "
                "Please use direct billing or separate the purchases.",
            )
        ]
        * 2
    )
    assert (with_card["total"], with_card["redirect_to_checkout"]) == (119, False)


def test_an_interval_in_which_nothing_is_bought_does_not_count(api: Api) -> None:
    yearly = {"price": {"amount": 120, "interval": "year"}}
    plan(api, "annual", item("credits", 100, "month", price=PACK), **yearly)

    nothing = attach(api, "c", "annual")
    packs = api.refused(
        "billing.attach",
        customer_id="c",
        plan_id="annual",
        feature_quantities=[{"feature_id": "credits", "quantity": 200}],
    )

    assert "/checkout/cs_test_" in nothing["payment_url"]
    assert packs[2].startswith("Cannot create Stripe checkout when there are multiple intervals")


def test_a_plan_that_is_paid_once_and_customised_to_be_paid_monthly_takes_a_place(api: Api) -> None:
    own = {"price": {"amount": 3, "interval": "month"}}

    refused = api.refused(
        "billing.multi_attach",
        customer_id="k",
        plans=[{"plan_id": "boost", "customize": own}, {"plan_id": "pro"}],
    )

    said = 'Multi-attach supports at most one plan per group and scope, but plans "boost", "pro" conflict.'
    assert refused == (400, "invalid_request", said)


def test_the_preview_leaves_out_of_the_next_cycle_what_any_of_the_plans_replaces(api: Api) -> None:
    plan(api, "post", item("calls", 100, "month"), group="mail", **monthly(25))
    multi_attach(api, "k", "pro", "mail", "extra")
    plans = [{"plan_id": "premium"}, {"plan_id": "post"}]

    shown = api("billing.preview_multi_attach", customer_id="k", plans=plans)["next_cycle"]
    multi_attach(api, "k", "premium", "post")
    api.freeze(A_MONTH_ON + 1000)

    assert (shown["starts_at"], shown["total"]) == (A_MONTH_ON, 83)
    assert invoices(api, "k")[0] == ("paid", 83)


def test_a_page_that_is_open_is_answered_again_though_there_is_a_card_now(api: Api) -> None:
    url = multi_attach(api, "c", "pro", "mail")["payment_url"]
    give_card(api, "c")

    again = multi_attach(api, "c", "pro", "mail")["payment_url"]

    assert again == url
    assert plans_of(api, "c") == []


def test_a_page_that_was_asked_for_always_is_paid_whatever_came_before(api: Api) -> None:
    url = multi_attach(api, "k", "mail", redirect_mode="always")["payment_url"]
    attach(api, "k", "pro")

    pay(api, url)

    assert sorted(plans_of(api, "k")) == [("mail", "active"), ("pro", "active")]


def test_two_updates_of_one_plan_mean_two_rows_of_it(api: Api) -> None:
    for _ in range(2):
        attach(api, "k", "extra")
    updates = [cancel("extra", "cancel_immediately")] * 2

    shown = api("billing.preview_multi_update", customer_id="k", updates=updates)
    answer = api("billing.multi_update", customer_id="k", updates=updates)

    assert shown["total"] == answer["invoice"]["total"] == -16
    assert state(api, "k")["subscriptions"] == []


def test_what_an_update_before_has_ended_is_there_no_more(api: Api) -> None:
    attach(api, "k", "pro")
    updates = [cancel("pro", "cancel_immediately")] * 2

    refusal = api.refused("billing.multi_update", customer_id="k", updates=updates)

    assert refusal == (
        404,
        "cus_product_not_found",
        "No active subscription found for plan 'pro' on customer 'k'",
    )
    assert [each["plan_id"] for each in state(api, "k")["subscriptions"]] == ["pro"]


def test_the_currency_is_looked_at_last(api: Api) -> None:
    attach(api, "k", "pro")

    assert refused(api, "pro", currency="eur")[2].startswith('Cannot attach plan "pro"')
    assert refused(api, "mail", currency="eur")[2].startswith("Multi-currency")
