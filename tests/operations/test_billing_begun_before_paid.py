"""Plans that begin before their hosted page is paid: `enable_plan_immediately`."""

from typing import Any

import pytest
from msgspec.structs import replace

from autumn_mock.domain.periods import from_iso
from tests.billing import PACK, attach, balance, catalogue, invoices, monthly, plans_of, state, trial
from tests.builders import item, plan
from tests.checkouts import complete, completed, expire, page, public, settle
from tests.conftest import Api

FEBRUARY, MARCH = (from_iso(f"2026-0{month}-01T00:00:00Z") for month in (2, 3))
AT_ONCE = {"enable_plan_immediately": True}


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)
    plan(api, "mail", item("calls", 300, "month"), group="mail", **monthly(15))


def multi_attach(api: Api, *plan_ids: str, **more: Any) -> Any:
    plans = [{"plan_id": plan_id} for plan_id in plan_ids]
    return api("billing.multi_attach", customer_id="c", plans=plans, **AT_ONCE, **more)


def schedule(api: Api, *plan_ids: str, **more: Any) -> Any:
    """These plans now, premium in a month."""
    phases = [
        {"starts_at": "now", "plans": [{"plan_id": plan_id} for plan_id in plan_ids]},
        {
            "starting_after": {"duration_type": "month", "duration_count": 2},
            "plans": [{"plan_id": "premium"}],
        },
    ]
    return api("billing.create_schedule", customer_id="c", phases=phases, **AT_ONCE, **more)


def begun(api: Api) -> list[tuple[str, str]]:
    return sorted(plans_of(api, "c"))


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_all_begin_at_once_and_are_billed_when_their_page_is_paid(api: Api, ask: Any) -> None:
    answer = ask(api, "pro", "mail")
    before = begun(api), invoices(api, "c"), len(api.world.store.stripe_subscriptions)
    rows = {each["plan_id"]: each["id"] for each in state(api, "c")["subscriptions"]}
    api.advance("5 minutes")

    completed(api, answer["payment_url"])

    after = {each["plan_id"]: each for each in state(api, "c")["subscriptions"] if each["plan_id"] in rows}
    assert "/checkout/cs_test_" in answer["payment_url"]
    assert "invoice" not in answer
    assert before == ([("mail", "active"), ("pro", "active")], [], 0)
    assert {plan_id: each["id"] for plan_id, each in after.items()} == rows
    assert invoices(api, "c") == [("paid", 35)]
    assert state(api, "c")["invoices"][0]["plan_ids"] == ["pro", "mail"]
    [billed_by] = api.world.store.stripe_subscriptions
    billed = api.world.store.subscriptions.find("customer", billed_by.customer)
    assert {row.stripe_subscription_id for row in billed} == {billed_by.id}
    assert {each["current_period_start"] for each in after.values()} == {api.world.now()}


def test_what_was_begun_renews_together(api: Api) -> None:
    completed(api, multi_attach(api, "pro", "mail")["payment_url"])

    api.advance("1 month")

    assert invoices(api, "c") == [("paid", 35), ("paid", 35)]


@pytest.mark.parametrize("several", [True, False])
def test_its_cycles_are_counted_from_the_payment(api: Api, *, several: bool) -> None:
    answer = multi_attach(api, "premium", "mail") if several else attach(api, "c", "premium", **AT_ONCE)
    api.advance("30 minutes")
    complete(api, answer["payment_url"])

    attach(api, "c", "pro")

    shown = {each["plan_id"]: each for each in state(api, "c")["subscriptions"]}
    ends = from_iso("2026-02-01T00:30:00Z")
    assert shown["premium"]["current_period_end"] == shown["premium"]["expires_at"] == ends
    assert shown["pro"]["started_at"] == ends
    api.freeze(ends)
    assert invoices(api, "c")[0] == ("paid", 35 if several else 20)


def test_the_later_phases_wait_for_the_payment(api: Api) -> None:
    answer = schedule(api, "pro")
    before = begun(api)

    completed(api, answer["payment_url"])

    assert (answer["status"], answer["schedule_id"], answer["phases"]) == ("pending_payment", None, [])
    assert before == [("pro", "active")]
    shown = {each["plan_id"]: each for each in state(api, "c")["subscriptions"]}
    assert (shown["pro"]["expires_at"], shown["premium"]["status"]) == (MARCH, "scheduled")
    api.freeze("2026-03-02T00:00:00Z")
    assert invoices(api, "c") == [("paid", 50), ("paid", 20), ("paid", 20)]


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_the_same_request_again_answers_the_same_page(api: Api, ask: Any) -> None:
    url = ask(api, "extra", "bonus")["payment_url"]

    again = ask(api, "extra", "bonus")["payment_url"]

    assert again == url
    assert begun(api) == [("bonus", "active"), ("extra", "active")]


def test_a_schedule_of_main_plans_again_answers_the_same_page(api: Api) -> None:
    url = schedule(api, "pro", "mail")["payment_url"]

    again = schedule(api, "pro", "mail")

    assert (again["status"], again["payment_url"]) == ("pending_payment", url)


def test_what_runs_already_is_not_attached_again(api: Api) -> None:
    multi_attach(api, "pro", "mail")

    refused = api.refused(
        "billing.multi_attach", customer_id="c", plans=[{"plan_id": "pro"}, {"plan_id": "mail"}], **AT_ONCE
    )

    assert refused[2] == 'Cannot attach plan "pro" because the customer already has this product active.'


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_a_page_that_is_over_leaves_what_began(api: Api, ask: Any) -> None:
    url = ask(api, "pro", "mail")["payment_url"]

    expire(api, url)

    assert Api.refusal(complete(api, url))[2] == f"The checkout page {url} is expired"
    assert begun(api) == [("mail", "active"), ("pro", "active")]
    assert invoices(api, "c") == []


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_a_card_that_declines_changes_nothing(api: Api, ask: Any) -> None:
    url = ask(api, "pro", "mail")["payment_url"]

    refused = Api.refusal(complete(api, url, outcome="decline:card_declined"))

    assert refused[:2] == (402, "payment_failed")
    assert page(api, url)["status"] == "open"
    assert begun(api) == [("mail", "active"), ("pro", "active")]
    assert invoices(api, "c") == []


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_a_paid_page_may_be_settled_later(api: Api, ask: Any) -> None:
    url = ask(api, "pro", "mail")["payment_url"]

    completed(api, url, settle=False)
    before = invoices(api, "c")
    settle(api, url)

    assert (before, invoices(api, "c")) == ([], [("paid", 35)])


def test_one_that_ended_meanwhile_begins_again_beside_the_other(api: Api) -> None:
    url = multi_attach(api, "pro", "mail")["payment_url"]
    ids = {each["plan_id"]: each["id"] for each in state(api, "c")["subscriptions"]}
    api("billing.update", customer_id="c", plan_id="mail", cancel_action="cancel_immediately")

    completed(api, url)

    after = {each["plan_id"]: each["id"] for each in state(api, "c")["subscriptions"]}
    assert (after["pro"] == ids["pro"], after["mail"] == ids["mail"]) == (True, False)
    assert invoices(api, "c") == [("paid", 35)]


def test_what_was_used_before_the_payment_stays_used(api: Api) -> None:
    url = multi_attach(api, "pro", "mail")["payment_url"]
    api("balances.track", customer_id="c", feature_id="credits", value=40)

    completed(api, url)

    assert balance(api, "c") == (1000, 960, 40)


def test_the_free_plan_that_gave_way_stays_away(api: Api) -> None:
    attach(api, "c", "starter")

    url = multi_attach(api, "pro", "mail")["payment_url"]
    before = begun(api)
    completed(api, url)

    assert before == begun(api) == [("mail", "active"), ("pro", "active")]


def test_entities_begin_at_once_too(api: Api) -> None:
    for entity_id in ("north", "south"):
        api("entities.create", customer_id="c", entity_id=entity_id, feature_id="seats")
    plans = [{"plan_id": "pro", "entity_id": "north"}, {"plan_id": "pro", "entity_id": "south"}]

    url = api("billing.multi_attach", customer_id="c", plans=plans, **AT_ONCE)["payment_url"]
    scopes = [row.entity for row in api.world.store.subscriptions]
    completed(api, url)

    assert len(set(scopes)) == 2
    assert [row.entity for row in api.world.store.subscriptions] == scopes
    assert invoices(api, "c") == [("paid", 40)]


def test_one_off_and_free_plans_begin_with_them(api: Api) -> None:
    url = multi_attach(api, "starter", "boost")["payment_url"]
    before = begun(api), [each["plan_id"] for each in state(api, "c")["purchases"]]

    completed(api, url)

    assert before == ([("starter", "active")], ["boost"])
    assert page(api, url)["mode"] == "payment"
    assert invoices(api, "c") == [("paid", 50)]
    assert [each["plan_id"] for each in state(api, "c")["purchases"]] == ["boost"]


def test_a_plan_that_began_in_its_trial_is_not_charged_when_its_page_is_paid(api: Api) -> None:
    url = attach(api, "c", "pro_t", **AT_ONCE)["payment_url"]
    ends = [each["trial_ends_at"] for each in state(api, "c")["subscriptions"]]

    completed(api, url)

    assert {total for _, total in invoices(api, "c")} == {0}
    assert [each["trial_ends_at"] for each in state(api, "c")["subscriptions"]] == ends
    api.advance("14 days")
    assert invoices(api, "c")[0] == ("paid", 20)


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_a_trial_of_several_is_kept_by_their_page(api: Api, ask: Any) -> None:
    url = ask(api, "pro", "mail", free_trial={"duration_length": 7, "duration_type": "day"})["payment_url"]

    completed(api, url)

    ends = {each["trial_ends_at"] for each in state(api, "c")["subscriptions"] if each["status"] == "active"}
    assert {total for _, total in invoices(api, "c")} == {0}
    assert ends == {from_iso("2026-01-08T00:00:00Z")}
    api.freeze("2026-01-09T00:00:00Z")
    assert invoices(api, "c")[0] == ("paid", 35)


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_with_an_invoice_all_begin_at_once_and_nothing_waits(api: Api, ask: Any) -> None:
    answer = ask(api, "pro", "mail", invoice_mode={"enabled": True})

    assert answer["invoice"]["status"] == "open"
    assert answer["payment_url"] == answer["invoice"]["hosted_invoice_url"]
    assert "required_action" not in answer
    assert [each for each in begun(api) if each[1] == "active"] == [("mail", "active"), ("pro", "active")]
    completed(api, answer["payment_url"])
    assert invoices(api, "c") == [("paid", 35)]


def test_with_an_invoice_the_schedule_is_there_at_once(api: Api) -> None:
    answer = schedule(api, "pro", invoice_mode={"enabled": True})

    assert (answer["status"], len(answer["phases"])) == ("created", 2)
    assert begun(api) == [("premium", "scheduled"), ("pro", "active")]


@pytest.mark.parametrize("ask", [multi_attach, schedule])
def test_the_page_shows_what_begins_with_it(api: Api, ask: Any) -> None:
    url = ask(api, "pro", "mail")["payment_url"]

    status, shown = public(api, "GET", url[url.index("/checkout/") :])

    assert status == 200
    assert all(words in shown for words in ("Pro", "Mail", "$35.00"))


def test_the_preview_is_that_of_plans_that_wait(api: Api) -> None:
    plans = [{"plan_id": "pro"}, {"plan_id": "mail"}]
    asked = {"customer_id": "c", "plans": plans}

    at_once = api("billing.preview_multi_attach", **asked, **AT_ONCE)

    assert at_once == api("billing.preview_multi_attach", **asked)
    assert (at_once["total"], at_once["redirect_to_checkout"]) == (35, True)


def test_a_page_holds_on_to_the_versions_of_its_plans(api: Api) -> None:
    url = multi_attach(api, "pro", "mail")["payment_url"]
    api("plans.update", plan_id="pro", price={"amount": 99, "interval": "month"})

    completed(api, url)

    assert invoices(api, "c") == [("paid", 35)]


def test_a_page_of_an_older_data_file_names_the_one_plan_that_began(api: Api) -> None:
    url = attach(api, "c", "pro", **AT_ONCE)["payment_url"]
    store = api.world.store
    [kept] = store.checkouts
    with store.transaction():
        store.checkouts.put(replace(kept, rows=(), row=kept.rows[0]))

    completed(api, url)

    assert begun(api) == [("pro", "active")]
    assert invoices(api, "c") == [("paid", 20)]


def test_quantities_can_not_be_left_open(api: Api) -> None:
    plan(api, "stamps", item("calls", 0, "month", price=PACK), group="stamps", **monthly(1))
    packs = [{"feature_id": "calls", "quantity": 100, "adjustable": True}]
    plans = [{"plan_id": "pro"}, {"plan_id": "stamps", "feature_quantities": packs}]

    refused = api.refused("billing.multi_attach", customer_id="c", plans=plans, **AT_ONCE)

    assert refused == (
        400,
        "invalid_request",
        "enable_plan_immediately cannot be used with adjustable feature quantities — set "
        "adjustable_quantity to false on each option, or remove enable_plan_immediately.",
    )
    assert plans_of(api, "c") == []


def test_a_trial_had_before_is_not_had_again(api: Api) -> None:
    plan(api, "tried", item("calls", 10, "month"), group="tried", **monthly(9), **trial(7))
    attach(api, "k", "tried")
    api("billing.update", customer_id="k", plan_id="tried", cancel_action="cancel_immediately")

    again = attach(api, "k", "tried")

    assert again["invoice"]["total"] == 9
