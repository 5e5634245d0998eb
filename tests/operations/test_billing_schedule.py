"""Schedules of several phases: cases L160 to L164."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso
from tests.billing import attach, balance, catalogue, invoices, lines, pay, plans_of, state
from tests.checkouts import completed, public
from tests.conftest import Api
from tests.discounts import by_reward, coupon

FEBRUARY, MARCH, APRIL = (from_iso(f"2026-0{month}-01T00:00:00Z") for month in (2, 3, 4))


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def phase(*plan_ids: str, **start: Any) -> dict[str, Any]:
    return {**start, "plans": [{"plan_id": plan_id} for plan_id in plan_ids]}


def after(count: int, unit: str = "month") -> dict[str, Any]:
    return {"starting_after": {"duration_type": unit, "duration_count": count}}


def schedule(api: Api, customer_id: str, *phases: dict[str, Any], **more: Any) -> Any:
    return api("billing.create_schedule", customer_id=customer_id, phases=list(phases), **more)


def refused(api: Api, *phases: dict[str, Any], **more: Any) -> tuple[int, str, str]:
    return api.refused("billing.create_schedule", customer_id="k", phases=list(phases), **more)


def rows(api: Api, customer_id: str) -> list[tuple[str, str, int, int | None]]:
    return [
        (each["plan_id"], each["status"], each["started_at"], each["expires_at"])
        for each in state(api, customer_id)["subscriptions"]
    ]


def test_l160_the_first_phase_begins_and_the_second_waits(api: Api) -> None:
    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(2)))

    now = api.world.now()
    assert answer.pop("schedule_id").startswith("sched_")
    assert [each.pop("phase_id")[:6] for each in answer["phases"]] == ["phase_", "phase_"]
    assert answer["status"] == "created"
    assert answer["entity_id"] is None
    assert answer["invoice"]["total"] == 20
    assert [each["starts_at"] for each in answer["phases"]] == [now, MARCH]
    assert rows(api, "k") == [("pro", "active", now, MARCH), ("premium", "scheduled", MARCH, None)]
    shown = [each["id"] for each in state(api, "k")["subscriptions"]]
    assert [each["customer_product_ids"] for each in answer["phases"]] == [[id] for id in shown]


def test_the_second_phase_takes_over_at_its_time(api: Api) -> None:
    schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(2)))

    api.freeze("2026-03-05T00:00:00Z")

    assert rows(api, "k") == [("premium", "active", MARCH, None)]
    assert balance(api, "k") == (5000, 5000, 0)
    assert invoices(api, "k") == [("paid", 50), ("paid", 20), ("paid", 20)]


def test_a_plan_goes_on_through_the_phases_that_name_it(api: Api) -> None:
    answer = schedule(
        api,
        "k",
        phase("pro", "extra", starts_at="now"),
        phase("premium", "extra", **after(1)),
        phase("premium", **after(1)),
    )

    by_plan = {plan_id: (status, expires_at) for plan_id, status, _, expires_at in rows(api, "k")}
    assert by_plan == {
        "pro": ("active", FEBRUARY),
        "extra": ("active", MARCH),
        "premium": ("scheduled", None),
    }
    first, second, third = ([*each["customer_product_ids"]] for each in answer["phases"])
    assert second[1] == first[1]
    assert third == [second[0]]


def test_a_plan_that_runs_already_goes_on(api: Api) -> None:
    attach(api, "k", "pro")

    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **after(1)))

    assert "invoice" not in answer
    assert {(plan_id, expires_at) for plan_id, _, _, expires_at in rows(api, "k")} == {
        ("premium", None),
        ("pro", FEBRUARY),
    }


def test_a_start_close_to_a_boundary_is_that_boundary(api: Api) -> None:
    near = from_iso("2026-02-01T11:00:00Z")

    answer = schedule(api, "k", phase("pro", starts_at="now"), phase("premium", starts_at=near))

    assert answer["phases"][1]["starts_at"] == FEBRUARY


MIDDLE = from_iso("2026-01-16T12:00:00Z")


def test_a_phase_within_a_cycle_gives_back_and_charges_for_the_rest(api: Api) -> None:
    schedule(api, "k", phase("pro", starts_at="now"), phase("premium", starts_at=MIDDLE))

    api.freeze(MIDDLE)

    assert rows(api, "k") == [("premium", "active", MIDDLE, None)]
    assert invoices(api, "k") == [("paid", 15), ("paid", 20)]
    assert balance(api, "k") == (5000, 5000, 0)
    [row] = state(api, "k")["subscriptions"]
    assert row["current_period_end"] == FEBRUARY
    api.freeze(FEBRUARY)
    assert invoices(api, "k")[0] == ("paid", 50)


CYCLE_ANEW = {"starts_at": MIDDLE, "billing_cycle_anchor": "phase_start"}


@pytest.mark.parametrize("runs_already", [False, True], ids=["begins", "runs"])
@pytest.mark.parametrize(
    ("first", "second", "start"),
    [
        ("pro", "premium", {"starts_at": MIDDLE}),
        ("pro", "mini", {"starts_at": MIDDLE}),
        ("packs", "premium", {"starts_at": MIDDLE}),
        ("starter", "pro", {"starts_at": MIDDLE}),
        ("pro", "premium", CYCLE_ANEW),
    ],
)
def test_the_preview_tells_the_charge_of_a_phase_within_a_cycle(
    api: Api, first: str, second: str, start: dict[str, Any], runs_already: bool
) -> None:
    if runs_already:
        attach(api, "k", first)
    phases = [phase(first, starts_at="now"), phase(second, **start)]
    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)
    schedule(api, "k", *phases)
    before = len(invoices(api, "k"))

    api.freeze(MIDDLE)

    made = state(api, "k")["invoices"]
    assert len(made) == before + 1
    assert shown["next_cycle"]["starts_at"] == MIDDLE
    assert shown["next_cycle"]["total"] == made[0]["total"]


def test_what_begins_beside_in_a_later_phase_is_in_the_preview(api: Api) -> None:
    phases = [phase("pro", starts_at="now"), phase("pro", "extra", starts_at=MIDDLE)]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)
    schedule(api, "k", *phases)
    api.freeze(MIDDLE)

    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (MIDDLE, 4)
    assert invoices(api, "k") == [("paid", 4), ("paid", 20)]


def test_the_preview_counts_from_the_cycle_that_runs(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("10 days")
    phases = [phase("pro", starts_at="now"), phase("premium", **after(3))]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)

    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEBRUARY, 20)


def test_a_phase_may_begin_the_cycle_anew(api: Api) -> None:
    anew = {"starts_at": MIDDLE, "billing_cycle_anchor": "phase_start"}
    schedule(api, "k", phase("pro", starts_at="now"), phase("premium", **anew))

    api.freeze(MIDDLE)

    assert invoices(api, "k") == [("paid", 40), ("paid", 20)]
    [row] = state(api, "k")["subscriptions"]
    assert row["current_period_end"] == from_iso("2026-02-16T12:00:00Z")


def test_the_first_phase_may_begin_the_cycle_anew(api: Api) -> None:
    attach(api, "k", "pro")
    api.advance("15 days")

    answer = schedule(
        api, "k", phase("premium", starts_at="now"), phase("pro", **after(1)), billing_cycle_anchor="now"
    )

    assert answer["invoice"]["total"] == 39.68
    assert answer["phases"][1]["starts_at"] == from_iso("2026-02-16T00:00:00Z")


def test_the_first_phase_may_be_free_of_prorations(api: Api) -> None:
    attach(api, "k", "pro")

    answer = schedule(
        api, "k", phase("premium", starts_at="now"), phase("pro", **after(1)), billing_behavior="none"
    )

    assert "invoice" not in answer
    assert plans_of(api, "k") == [("premium", "active"), ("pro", "scheduled")]


def test_without_billing_changes_nothing_is_ever_billed(api: Api) -> None:
    answer = schedule(
        api, "c", phase("pro", starts_at="now"), phase("premium", **after(1)), no_billing_changes=True
    )

    assert (answer["status"], answer["payment_url"]) == ("created", None)
    assert state(api, "c")["stripe_id"] is None
    api.advance("2 months")
    assert plans_of(api, "c") == [("premium", "active")]
    assert invoices(api, "c") == []


def test_the_preview_names_the_plan_that_the_first_phase_replaces(api: Api) -> None:
    attach(api, "k", "pro")
    phases = [phase("premium", starts_at="now"), phase("mini", **after(1))]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases, expand=["outgoing.plan"])

    [gone] = shown["outgoing"]
    assert (gone["plan_id"], gone["plan"]["name"], gone["effective_at"]) == ("pro", "Pro", api.world.now())
    assert [each["plan_id"] for each in shown["incoming"]] == ["premium", "mini"]


def test_a_phase_before_now_is_out_of_order(api: Api) -> None:
    past = api.world.now() - 86_400_000

    assert refused(api, phase("pro", starts_at="now"), phase("premium", starts_at=past)) == (
        400, "invalid_inputs", "phases.1.starts_at: Phase starts_at values must be strictly increasing",
    )  # fmt: skip


def test_a_phase_is_billed_by_what_bills_the_plan_that_it_replaces(api: Api) -> None:
    attach(api, "k", "company")
    [billed_by] = api.world.store.stripe_subscriptions
    schedule(api, "k", phase("boost", starts_at="now"), phase("pro", starts_at=MIDDLE))

    api.freeze(MIDDLE)

    [still] = api.world.store.stripe_subscriptions
    assert (still.id, still.status) == (billed_by.id, "active")
    assert invoices(api, "k")[0] == ("paid", -50)  # half of 20, less half of 120


def test_a_code_is_not_used_up_where_nothing_is_billed(api: Api) -> None:
    coupon(api, "half", percent=50, code={"code": "HALF", "global_max_redemption": 1})
    with_code = {"discounts": [{"promotion_code": "HALF"}]}

    schedule(api, "c", phase("pro", starts_at="now"), no_billing_changes=True, **with_code)

    assert attach(api, "k", "pro", **with_code)["invoice"]["total"] == 10


def test_a_later_start_without_billing_changes_is_not_billed_either(api: Api) -> None:
    attach(api, "k", "extra")
    attach(api, "k", "pro", starts_at=MIDDLE, no_billing_changes=True)

    api.freeze(MIDDLE)

    assert ("pro", "active") in plans_of(api, "k")
    assert invoices(api, "k") == [("paid", 8)]


def test_plans_outside_the_schedule_are_billed_with_it_and_stay(api: Api) -> None:
    phases = (phase("pro", starts_at="now"), phase("premium", **after(1)))
    beside = {"unscheduled_plans": [{"plan_id": "extra"}]}
    shown = api("billing.preview_create_schedule", customer_id="k", phases=list(phases), **beside)

    answer = schedule(api, "k", *phases, **beside)

    assert (shown["total"], answer["invoice"]["total"]) == (28, 28)
    assert [(each["plan_id"], each["expires_at"]) for each in shown["incoming"]] == [
        ("pro", FEBRUARY),
        ("extra", None),
        ("premium", None),
    ]
    assert shown["next_cycle"]["total"] == 58
    assert [len(each["customer_product_ids"]) for each in answer["phases"]] == [1, 1]
    api.freeze(FEBRUARY)
    assert sorted(plans_of(api, "k")) == [("extra", "active"), ("premium", "active")]
    assert invoices(api, "k")[0] == ("paid", 58)


def test_what_a_later_phase_replaces_is_not_outside_the_schedule(api: Api) -> None:
    beside = {"unscheduled_plans": [{"plan_id": "lite"}]}

    claimed = refused(api, phase("extra", starts_at="now"), phase("premium", **after(1)), **beside)
    doubled = refused(api, phase("pro", starts_at="now"), phase("extra", **after(1)), **beside)

    assert claimed[2] == (
        'Plan "lite" is in unscheduled_plans, but a later phase schedules its group and scope. '
        "Move it into the phases or drop it from the phase that claims it."
    )
    assert doubled[2] == (
        'Create schedule supports at most one plan per group and scope, but plans "pro", "lite" conflict.'
    )


def test_a_failed_charge_schedules_nothing(api: Api) -> None:
    answer = schedule(api, "d", phase("pro", starts_at="now"), phase("premium", **after(1)))

    assert (answer["status"], answer["schedule_id"], answer["phases"]) == ("pending_payment", None, [])
    assert answer["required_action"]["code"] == "payment_failed"
    assert rows(api, "d") == []


def test_the_preview_shows_all_phases(api: Api) -> None:
    phases = [phase("pro", starts_at="now"), phase("premium", **after(2))]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)

    assert [total for _, total in lines(shown)] == [20]
    assert (shown["next_cycle"]["starts_at"], shown["next_cycle"]["total"]) == (FEBRUARY, 20)
    assert [(each["plan_id"], each["effective_at"], each["expires_at"]) for each in shown["incoming"]] == [
        ("pro", None, MARCH),
        ("premium", MARCH, None),
    ]
    assert rows(api, "k") == []


@pytest.mark.parametrize(
    ("phases", "code", "message"),
    [
        (
            [phase("pro", starts_at=4102444800000)],
            "invalid_request",
            "The first phase must start immediately",
        ),
        (
            [phase("pro", "premium", starts_at="now")],
            "invalid_request",
            'Create schedule supports at most one plan per group and scope, but plans "pro", "premium" '
            "conflict.",
        ),
        (
            [phase("pro", **after(1))],
            "invalid_inputs",
            "phases.0.starting_after: starting_after cannot be used on the first phase",
        ),
        (
            [phase("pro")],
            "invalid_inputs",
            "phases.0.starts_at: Each phase must include exactly one of starts_at or starting_after",
        ),
        ([], "invalid_inputs", "phases.0: Invalid input: expected object, received undefined"),
        (
            [phase("pro", starts_at="now"), phase("premium", starts_at="now")],
            "invalid_inputs",
            "phases.1.starts_at: starts_at: 'now' can only be used on the first phase",
        ),
        (
            [phase("starter", starts_at=1000)],
            "invalid_request",
            "Past first phase starts_at is only supported for paid recurring plans.",
        ),
    ],
    ids=["l161", "l162", "l163", "l164", "none", "now", "past"],
)
def test_what_makes_no_sense_is_refused(
    api: Api, phases: list[dict[str, Any]], code: str, message: str
) -> None:
    assert refused(api, *phases) == (400, code, message)


def test_a_trial_does_not_give_back_what_was_there(api: Api) -> None:
    revert = {"duration_length": 7, "duration_type": "day", "on_end": "revert"}

    refusal = refused(api, phase("pro", starts_at="now"), free_trial=revert)

    assert refusal[2] == "Cannot use on_end: 'revert' with create_schedule."


# A first phase that has to be paid on a page

IN_A_MONTH = {"starting_after": {"duration_type": "month", "duration_count": 1}}


def two_phases(**first: Any) -> list[dict[str, Any]]:
    now = {"starts_at": "now", "plans": [{"plan_id": "pro", **first}]}
    return [now, {**IN_A_MONTH, "plans": [{"plan_id": "premium"}]}]


def test_without_a_card_the_first_phase_waits_for_its_page(api: Api) -> None:
    answer = api("billing.create_schedule", customer_id="c", phases=two_phases())

    assert "/checkout/cs_test_" in answer.pop("payment_url")
    assert answer == {
        "customer_id": "c", "entity_id": None, "status": "pending_payment", "schedule_id": None, "phases": [],
    }  # fmt: skip
    assert plans_of(api, "c") == []


def test_the_preview_says_that_a_page_has_to_be_paid(api: Api) -> None:
    shown = api("billing.preview_create_schedule", customer_id="c", phases=two_phases())

    assert (shown["redirect_to_checkout"], shown["checkout_type"]) == (True, "stripe_checkout")


def test_paying_the_page_makes_the_schedule(api: Api) -> None:
    url = api("billing.create_schedule", customer_id="c", phases=two_phases())["payment_url"]
    again = api("billing.create_schedule", customer_id="c", phases=two_phases())["payment_url"]
    api.advance("50 minutes")

    pay(api, url)
    first = sorted(plans_of(api, "c")), invoices(api, "c")
    api.advance("1 month")

    assert again == url
    assert first == ([("premium", "scheduled"), ("pro", "active")], [("paid", 20)])
    assert plans_of(api, "c") == [("premium", "active")]
    assert invoices(api, "c") == [("paid", 50), ("paid", 20)]


def test_a_first_phase_whose_card_fails_waits_for_its_invoice(api: Api) -> None:
    answer = api("billing.create_schedule", customer_id="d", phases=two_phases())
    before = plans_of(api, "d")

    pay(api, answer["payment_url"])

    assert (answer["status"], answer["required_action"]["code"]) == ("pending_payment", "payment_failed")
    assert before == []
    assert plans_of(api, "d") == [("pro", "active"), ("premium", "scheduled")]
    assert invoices(api, "d") == [("paid", 20)]


def test_a_free_first_phase_is_confirmed_if_it_is_asked_for(api: Api) -> None:
    phases = two_phases()
    phases[0]["plans"] = [{"plan_id": "starter"}]
    url = api("billing.create_schedule", customer_id="k", phases=phases, redirect_mode="always")["payment_url"]
    path = "/checkouts/" + url.rpartition("/")[2]

    _, shown = public(api, "GET", path)
    status, answer = public(api, "POST", path + "/confirm")

    assert "/c/co_" in url
    assert (shown["action"], [each["plan_id"] for each in shown["preview"]["incoming"]]) == (
        "create_schedule",
        ["starter", "premium"],
    )
    assert (status, answer["success"], answer["status"], answer["product_id"]) == (
        200,
        True,
        "created",
        "starter",
    )
    assert sorted(plans_of(api, "k")) == [("premium", "scheduled"), ("starter", "active")]


def test_the_quantity_of_a_first_phase_may_be_left_open(api: Api) -> None:
    sent = [{"feature_id": "credits", "quantity": 300, "adjustable": True}]
    phases = two_phases(plan_id="packs", feature_quantities=sent)
    url = api("billing.create_schedule", customer_id="c", phases=phases)["payment_url"]

    completed(api, url, quantities={"credits": 500})

    assert invoices(api, "c") == [("paid", 70)]


def test_the_page_shows_what_the_first_phase_costs(api: Api) -> None:
    url = api("billing.create_schedule", customer_id="c", phases=two_phases())["payment_url"]

    shown = api.client.get(url.removeprefix("http://localhost")).text

    assert "Pro" in shown
    assert "$20.00" in shown
    assert "Then $50.00 on" in shown


def test_what_goes_on_into_a_phase_that_begins_the_cycle_anew_is_paid_anew(api: Api) -> None:
    anew = {"starts_at": MIDDLE, "billing_cycle_anchor": "phase_start"}
    phases = [phase("pro", "extra", starts_at="now"), phase("premium", "extra", **anew)]
    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)
    schedule(api, "k", *phases)

    api.freeze(MIDDLE + 1000)
    at_start = state(api, "k")["invoices"][0]
    api.advance("1 month")

    assert sorted(total for _, total in lines({"line_items": shown["next_cycle"]["line_items"]})) == [
        -10,
        -4,
        8,
        50,
    ]
    assert (shown["next_cycle"]["total"], at_start["total"]) == (44, 44)
    assert invoices(api, "k") == [("paid", 58), ("paid", 44), ("paid", 28)]


def test_what_stands_outside_the_schedule_is_paid_anew_with_it(api: Api) -> None:
    attach(api, "k", "extra")
    anew = {"starts_at": MIDDLE, "billing_cycle_anchor": "phase_start"}
    phases = [phase("pro", starts_at="now"), phase("premium", **anew)]
    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases)
    schedule(api, "k", *phases)

    api.freeze(MIDDLE + 1000)

    assert (shown["next_cycle"]["total"], invoices(api, "k")[0]) == (44, ("paid", 44))


# What else a schedule is beside


def next_cycle(api: Api, **body: Any) -> tuple[int, Any]:
    shown = api("billing.preview_create_schedule", customer_id="k", **body)["next_cycle"]
    return shown["starts_at"], shown["total"]


def test_the_preview_tells_what_is_billed_with_the_schedule(api: Api) -> None:
    attach(api, "k", "extra")
    phases = [phase("pro", starts_at="now"), phase("premium", **after(1))]

    told = next_cycle(api, phases=phases)
    schedule(api, "k", *phases)
    api.freeze(FEBRUARY + 1000)

    assert told == (FEBRUARY, 58)
    assert invoices(api, "k")[0] == ("paid", 58)


def test_the_preview_counts_coupons_that_are_at_work(api: Api) -> None:
    coupon(api, "half", percent=50)
    attach(api, "k", "extra", **by_reward("half"))
    phases = [phase("pro", starts_at="now"), phase("premium", **after(2))]

    told = next_cycle(api, phases=phases)
    schedule(api, "k", *phases)
    api.freeze(FEBRUARY + 1000)

    assert told == (FEBRUARY, 14)
    assert invoices(api, "k")[0] == ("paid", 14)


def test_a_yearly_plan_that_a_phase_replaces_within_its_year_gives_back_for_the_rest_of_the_cycle(
    api: Api,
) -> None:
    attach(api, "k", "pro_year")
    phases = [phase("pro_year", starts_at="now"), phase("pro", starts_at=MIDDLE)]

    told = next_cycle(api, phases=phases)
    schedule(api, "k", *phases)
    api.freeze(MIDDLE + 1000)

    assert told == (MIDDLE, invoices(api, "k")[0][1])


def test_without_billing_changes_nothing_comes(api: Api) -> None:
    phases = [phase("pro", starts_at="now"), phase("premium", **after(1))]

    shown = api("billing.preview_create_schedule", customer_id="k", phases=phases, no_billing_changes=True)

    assert "next_cycle" not in shown


def test_whether_plans_conflict_is_told_by_what_they_are_customised_to(api: Api) -> None:
    recurring = {"price": {"amount": 7, "interval": "month"}}
    plans = [{"plan_id": "boost", "customize": recurring}, {"plan_id": "pro"}]

    of_schedule = refused(api, {"starts_at": "now", "plans": plans})
    at_once = api.refused("billing.multi_attach", customer_id="k", plans=plans)

    assert of_schedule[2].endswith('at most one plan per group and scope, but plans "boost", "pro" conflict.')
    assert at_once[2].endswith('at most one plan per group and scope, but plans "boost", "pro" conflict.')


@pytest.mark.parametrize("beside", [[], [{"plan_id": "extra"}]], ids=["alone", "beside"])
def test_the_invoice_of_a_first_phase_charges_the_plans_that_it_begins(
    api: Api, beside: list[dict[str, Any]]
) -> None:
    answer = api("billing.create_schedule", customer_id="d", phases=two_phases(), unscheduled_plans=beside)

    pay(api, answer["payment_url"])

    begun = {row.id for row in api.world.store.subscriptions if row.status == "active"}
    [invoice] = api.world.store.invoices
    assert len(begun) == 1 + len(beside)
    assert {key for line in invoice.lines for key in line.subscriptions} == begun


@pytest.mark.parametrize("trial", [None, {"duration_length": 7, "duration_type": "day"}], ids=["none", "week"])
@pytest.mark.parametrize("operation", ["multi_attach", "create_schedule"])
def test_a_page_keeps_the_trial_that_is_asked_for(api: Api, operation: str, trial: Any) -> None:
    plans = [{"plan_id": "pro_t"}]
    named = (
        {"plans": plans} if operation == "multi_attach" else {"phases": [{"starts_at": "now", "plans": plans}]}
    )
    url = api(f"billing.{operation}", customer_id="c", free_trial=trial, **named)["payment_url"]

    status, shown = public(api, "GET", url[url.index("/checkout/") :])
    pay(api, url)

    assert (status, "$20.00" in shown) == (200, True)
    [row] = state(api, "c")["subscriptions"]
    assert row["trial_ends_at"] == (from_iso("2026-01-08T00:00:00Z") if trial else None)
    assert {total for _, total in invoices(api, "c")} == ({0} if trial else {20})
