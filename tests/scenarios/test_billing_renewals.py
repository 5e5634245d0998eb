"""What follows from plans as time passes, told by numbers: L148, L173 to L185, L262 to L266, L272 to L274."""

import pytest

from autumn_mock.domain.periods import add_interval, from_iso, iso
from tests.billing import (
    PACK,
    PER_CALL,
    attach,
    balance,
    catalogue,
    invoices,
    monthly,
    plans_of,
    preview,
    row_of,
    state,
    trial,
    update,
    use,
)
from tests.builders import item, metered, plan
from tests.conftest import Api

START = from_iso("2026-01-01T00:00:00Z")


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def instants(api: Api) -> list[str]:
    return [iso(each["created_at"]) for each in state(api, "k")["invoices"]]


@pytest.mark.parametrize(("began", "ends"), [("2026-01-31", "2026-02-28"), ("2028-01-31", "2028-02-29")])
def test_l148_a_trial_of_a_month_ends_with_a_short_month(api: Api, began: str, ends: str) -> None:
    plan(api, "try", **monthly(20), **trial(1, "month"))
    api.freeze(f"{began}T10:00:00Z")

    attach(api, "k", "try")

    assert iso(row_of(api, "k", "try")["trial_ends_at"])[:16] == f"{ends}T10:00"


def test_l173_a_plan_renews_at_its_time_of_day(api: Api) -> None:
    api.freeze("2026-01-15T10:00:00Z")
    attach(api, "k", "pro")
    use(api, "k", "credits", 300)

    api.advance("2 months")

    assert invoices(api, "k") == [("paid", 20)] * 3
    assert [at[:16] for at in instants(api)] == ["2026-03-15T10:00", "2026-02-15T10:00", "2026-01-15T10:00"]
    assert balance(api, "k") == (1000, 1000, 0)
    running = row_of(api, "k", "pro")
    assert [iso(running[key])[:10] for key in ("started_at", "current_period_start", "current_period_end")] == [
        "2026-01-15", "2026-03-15", "2026-04-15",
    ]  # fmt: skip


def test_l175_use_within_the_grant_is_not_billed(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 30)

    api.advance("1 month")

    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]
    assert balance(api, "k", "calls") == (100, 100, 0)


def test_l179_a_downgrade_takes_over_at_the_boundary(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "pro")
    use(api, "k", "credits", 4000)

    api.advance("1 month")

    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k") == [("paid", 20), ("paid", 50)]
    assert balance(api, "k") == (1000, 1000, 0)


@pytest.mark.parametrize("used", [0, 20, 4900])
def test_l181_a_downgrade_begins_with_fresh_balances(api: Api, used: int) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "mini")
    use(api, "k", "credits", used)

    api.advance("1 month")

    assert plans_of(api, "k") == [("mini", "active")]
    assert balance(api, "k") == (50, 50, 0)


def test_l183_an_add_on_that_ends_is_not_renewed(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    attach(api, "k", "pro")
    api.advance("15 days")

    bought = attach(api, "k", "extra")
    update(api, "k", "extra", cancel_action="cancel_end_of_cycle")
    api.advance("15 days")

    assert bought["invoice"]["total"] == 4
    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k") == [("paid", 20), ("paid", 4), ("paid", 20)]


def test_l185_an_upgrade_in_mid_cycle_keeps_the_boundary(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    attach(api, "k", "pro")
    api.advance("10 days")

    answer = attach(api, "k", "premium")

    assert answer["invoice"]["total"] == 20
    assert iso(row_of(api, "k", "premium")["current_period_end"])[:10] == "2026-05-01"
    api.advance("20 days")
    assert invoices(api, "k")[0] == ("paid", 50)


def test_l185_ending_in_mid_cycle_gives_back_what_is_left(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    attach(api, "k", "pro")
    api.advance("12 days")

    assert update(api, "k", "pro", cancel_action="cancel_immediately")["invoice"]["total"] == -12


def test_l185_packs_bought_in_mid_cycle_are_renewed_whole(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    attach(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 300}])
    use(api, "k", "credits", 40)
    api.advance("15 days")

    more = update(api, "k", "packs", feature_quantities=[{"feature_id": "credits", "quantity": 500}])
    assert more["invoice"]["total"] == 10
    assert balance(api, "k") == (500, 460, 40)
    api.advance("15 days")

    assert invoices(api, "k")[0] == ("paid", 70)
    assert balance(api, "k") == (500, 500, 0)


def test_l262_seats_above_the_grant_are_billed_as_long_as_they_are_held(api: Api) -> None:
    attach(api, "k", "team")
    use(api, "k", "seats", 5)

    api.advance("1 month")
    held = balance(api, "k", "seats")
    use(api, "k", "seats", -2)
    api.advance("1 month")

    assert held[2] == 5
    assert invoices(api, "k") == [("paid", 50), ("paid", 70), ("paid", 40)]


def test_l263_use_of_the_plan_that_goes_is_billed_with_the_one_that_comes(api: Api) -> None:
    plan(api, "small", item("calls", 100, "month"), **monthly(20))
    attach(api, "k", "scale")
    use(api, "k", "calls", 1100)
    attach(api, "k", "small")

    api.advance("1 month")

    newest = state(api, "k")["invoices"][0]
    assert (newest["total"], newest["plan_ids"]) == (45, ["small", "scale"])
    assert balance(api, "k", "calls") == (100, 100, 0)


def test_l264_entities_are_renewed_by_one_invoice(api: Api) -> None:
    for entity_id, plan_id in (("red", "pro"), ("blue", "premium")):
        api("entities.create", customer_id="k", entity_id=entity_id, name=entity_id, feature_id="seats")
        attach(api, "k", plan_id, entity_id=entity_id)
        api.advance("3 seconds")

    api.advance("1 month")
    together = state(api, "k")["invoices"][0]
    update(api, "k", "pro", entity_id="red", cancel_action="cancel_end_of_cycle")
    api.advance("1 month")

    assert (together["total"], together["plan_ids"]) == (70, ["premium", "pro"])
    assert invoices(api, "k")[0] == ("paid", 50)
    red = api("entities.get", customer_id="k", entity_id="red")
    assert (red["subscriptions"], red["balances"]) == ([], {})


def test_l265_a_later_start_is_charged_then(api: Api) -> None:
    starts = add_interval(START, "day", 10)
    attach(api, "k", "pro", starts_at=starts)
    assert invoices(api, "k") == []

    api.advance("10 days")

    running = row_of(api, "k", "pro")
    assert (running["status"], running["current_period_start"]) == ("active", starts)
    assert invoices(api, "k") == [("paid", 20)]
    assert balance(api, "k") == (1000, 1000, 0)


def test_l266_a_cancellation_taken_back_leaves_no_trace(api: Api) -> None:
    plan(api, "fallback", item("credits", 5, "month"), auto_enable=True)
    attach(api, "k", "pro")
    update(api, "k", "pro", cancel_action="cancel_end_of_cycle")
    api.advance("20 days")
    update(api, "k", "pro", cancel_action="uncancel")

    api.advance("1 month")

    assert plans_of(api, "k") == [("pro", "active")]
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def test_l272_use_is_billed_monthly_beside_a_yearly_price(api: Api) -> None:
    by_call = {**PER_CALL, "amount": 0.5}
    plan(api, "annual", item("calls", 100, "month", price=by_call), price={"amount": 120, "interval": "year"})
    attach(api, "k", "annual")

    use(api, "k", "calls", 120)
    api.advance("1 month")
    use(api, "k", "calls", 130)
    api.advance("1 month")

    assert invoices(api, "k") == [("paid", 15), ("paid", 10), ("paid", 120)]


def test_l272_a_monthly_add_on_beside_a_yearly_plan(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    plan(api, "annual", price={"amount": 120, "interval": "year"})
    attach(api, "k", "annual")
    api.advance("10 days")

    bought = attach(api, "k", "extra")
    use(api, "k", "credits", 4)
    api.advance("20 days")

    assert bought["invoice"]["total"] == 5.33
    assert invoices(api, "k")[0] == ("paid", 8)
    assert balance(api, "k") == (10, 10, 0)


def test_l272_a_weekly_plan_renews_every_seven_days(api: Api) -> None:
    plan(api, "weekly", item("credits", 10, "week"), price={"amount": 7, "interval": "week"})
    attach(api, "k", "weekly")
    use(api, "k", "credits", 10)

    api.advance("21 days")

    assert invoices(api, "k") == [("paid", 7)] * 4
    assert [at[:10] for at in instants(api)] == ["2026-01-22", "2026-01-15", "2026-01-08", "2026-01-01"]
    assert balance(api, "k") == (10, 10, 0)


def test_l273_what_was_rolled_over_moves_to_the_new_plan(api: Api) -> None:
    metered(api, "notes")
    for plan_id, included, most, price in (("small", 100, 50, 10), ("large", 500, 200, 50)):
        rollover = {"max": most, "expiry_duration_type": "month", "expiry_duration_length": 3}
        plan(api, plan_id, item("notes", included, "month", rollover=rollover), **monthly(price))
    attach(api, "k", "small")
    use(api, "k", "notes", 30)
    api.advance("1 month")
    assert balance(api, "k", "notes")[1] == 150
    api.advance("2 days")

    answer = attach(api, "k", "large")

    assert answer["invoice"]["total"] == round(40 * 26 / 28, 2)
    assert balance(api, "k", "notes")[1] == 550


def test_l274_use_is_billed_when_a_plan_ends_with_its_cycle(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 140)
    update(api, "k", "basic", cancel_action="cancel_end_of_cycle")

    api.advance("2 months")

    assert plans_of(api, "k") == []
    assert invoices(api, "k") == [("paid", 20), ("paid", 20)]


def test_l274_use_is_billed_when_a_free_plan_takes_over(api: Api) -> None:
    plan(api, "gratis", item("calls", 10, "month"), auto_enable=True)
    attach(api, "k", "basic")
    use(api, "k", "calls", 130)

    shown = preview(api, "k", "gratis")
    attach(api, "k", "gratis")
    api.advance("1 month")

    assert shown["total"] == 0
    assert plans_of(api, "k") == [("gratis", "active")]
    assert invoices(api, "k") == [("paid", 15), ("paid", 20)]


def test_l274_use_is_never_billed_when_a_plan_ends_at_once(api: Api) -> None:
    api.freeze("2026-04-01T00:00:00Z")
    attach(api, "k", "basic")
    use(api, "k", "calls", 160)
    api.advance("10 days")

    answer = update(api, "k", "basic", cancel_action="cancel_immediately")
    api.advance("2 months")

    assert answer["invoice"]["total"] == -13.33
    assert invoices(api, "k") == [("paid", -13.33), ("paid", 20)]


TIERS = [{"to": 100, "amount": 10}, {"to": 300, "amount": 5}, {"to": "inf", "amount": 1}]


@pytest.mark.parametrize("behavior", ["graduated", "volume"])
@pytest.mark.parametrize(
    ("included", "bought", "told"),
    [
        (0, 100, "10 × Tiered - Credits (Tier 1 at $10.00 / month)"),
        (0, 110, "11 × Tiered - Credits (Tier 2 at $5.00 / month)"),
        (0, 310, "31 × Tiered - Credits (Tier 3 at $1.00 / month)"),
        (50, 100, "5 × Tiered - Credits (Tier 2 at $10.00 / month)"),
        (50, 400, "35 × Tiered - Credits (Tier 4 at $1.00 / month)"),
    ],
)
def test_the_provider_names_the_tier_of_the_last_unit(
    api: Api, behavior: str, included: int, bought: int, told: str
) -> None:
    price = {**PACK, "billing_units": 10, "tiers": TIERS, "tier_behavior": behavior}
    del price["amount"]
    plan(api, "tiered", item("credits", included, "month", price=price), **monthly(9))
    attach(api, "k", "tiered", feature_quantities=[{"feature_id": "credits", "quantity": bought}])

    api.advance("1 month")

    newest = max(api.world.store.invoices, key=lambda invoice: invoice.created_at)
    assert [line.description for line in newest.lines] == ["1 × Tiered (at $9.00 / month)", told]
