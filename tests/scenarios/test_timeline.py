"""Moving the clock tells what happened meanwhile, oldest first."""

from typing import Any

import pytest

from autumn_mock.domain.periods import from_iso, iso
from autumn_mock.store import DataFileError
from tests.billing import attach, catalogue, give_card, invoices, use
from tests.builders import customer, item, metered, plan
from tests.conftest import Api

Told = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def _catalogue(api: Api) -> None:
    catalogue(api)


def move(api: Api, by: str, **more: Any) -> Any:
    status, answer = api.request("POST", "/_mock/clock", {"advance": by, **more})
    assert status == 200, answer
    return answer


def happened(answer: Any, *, but: tuple[str, ...] = ("balances_reset",)) -> Told:
    """Day, kind, customer and plan or amount of each entry."""
    return [
        (entry["iso"][:10], entry["what"], entry.get("customer_id"), entry.get("plan_id", entry.get("amount")))
        for entry in answer["timeline"]
        if entry["what"] not in but
    ]


def test_a_renewal_and_its_invoice(api: Api) -> None:
    attach(api, "k", "basic")
    use(api, "k", "calls", 104)

    answer = move(api, "1 month")

    assert happened(answer) == [
        ("2026-02-01", "plan_renewed", "k", "basic"),
        ("2026-02-01", "invoice_paid", "k", 22),
    ]
    entry = answer["timeline"][1]
    assert entry["at"] == from_iso("2026-02-01T00:00:00Z")
    assert (entry["iso"], entry["currency"]) == (iso(entry["at"]), "usd")
    assert entry["invoice"].startswith("in_")
    assert answer["truncated"] is False


def test_a_card_that_fails_until_the_plan_ends(api: Api) -> None:
    plan(api, "free", item("credits", 5, "month"), auto_enable=True)
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")

    answer = move(api, "2 months")

    assert happened(answer) == [
        ("2026-02-01", "plan_renewed", "k", "pro"),
        ("2026-02-01", "plan_past_due", "k", "pro"),
        ("2026-02-01", "invoice_open", "k", 20),
        ("2026-02-04", "payment_failed", "k", 20),
        ("2026-02-09", "payment_failed", "k", 20),
        ("2026-02-16", "payment_failed", "k", 20),
        ("2026-02-16", "plan_ended", "k", "pro"),
        ("2026-02-16", "plan_started", "k", "free"),
    ]
    assert answer["counts"]["payment_failed"] == 3


def test_a_card_that_works_again(api: Api) -> None:
    attach(api, "k", "pro")
    give_card(api, "k", "decline:card_declined")
    move(api, "32 days")
    give_card(api, "k")

    answer = move(api, "5 days")

    assert happened(answer) == [
        ("2026-02-04", "invoice_paid", "k", 20),
        ("2026-02-04", "plan_recovered", "k", "pro"),
    ]


def test_trials_that_end_with_and_without_a_card(api: Api) -> None:
    attach(api, "k", "pro_t")
    attach(api, "c", "pro_n")

    answer = move(api, "1 month")

    assert happened(answer) == [
        ("2026-01-15", "trial_ended", "k", "pro_t"),
        ("2026-01-15", "invoice_paid", "k", 20),
        ("2026-02-01", "plan_ended", "c", "pro_n"),
    ]


def test_a_scheduled_plan_takes_the_place_of_another(api: Api) -> None:
    attach(api, "k", "premium")
    attach(api, "k", "mini")

    answer = move(api, "1 month")

    assert happened(answer) == [
        ("2026-02-01", "plan_ended", "k", "premium"),
        ("2026-02-01", "plan_started", "k", "mini"),
        ("2026-02-01", "invoice_paid", "k", 5),
    ]
    assert answer["timeline"][0]["webhooks"] == [
        "billing.updated", "customer.products.updated", "customer.products.updated",
    ]  # fmt: skip


def test_a_lock_that_is_let_go(api: Api) -> None:
    attach(api, "c", "starter")
    held = {"enabled": True, "lock_id": "job", "expires_at": from_iso("2026-01-01T09:00:00Z")}
    api("balances.check", customer_id="c", feature_id="credits", required_balance=3, lock=held)

    [entry] = move(api, "3 days")["timeline"]

    assert (entry["what"], entry["feature_id"], entry["lock_id"]) == ("lock_released", "credits", "job")


def test_the_plan_of_an_entity_names_it(api: Api) -> None:
    api("entities.create", customer_id="k", entity_id="e", feature_id="seats")
    attach(api, "k", "pro", entity_id="e")

    answer = move(api, "1 month")

    assert answer["timeline"][0]["what"] == "plan_renewed"
    assert answer["timeline"][0]["entity_id"] == "e"


def test_resets_are_summed_up_by_day_feature_and_plan(api: Api) -> None:
    metered(api, "ticks")
    plan(api, "clockwork", item("ticks", 5, "hour"), add_on=True)
    for number in range(30):
        customer(api, f"n{number}")
        attach(api, f"n{number}", "clockwork")

    answer = move(api, "36 hours")

    assert [
        (each["what"], each["feature_id"], each["plan_id"], each["count"]) for each in answer["timeline"]
    ] == [
        ("balances_reset", "ticks", "clockwork", 30 * 23),
        ("balances_reset", "ticks", "clockwork", 30 * 13),
    ]
    assert answer["counts"] == {"balances_reset": 30 * 36}
    assert [iso(each["until"])[:13] for each in answer["timeline"]] == ["2026-01-01T23", "2026-01-02T12"]


@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_is_told_than_was_asked_for_but_all_is_counted(api: Api, limit: int) -> None:
    attach(api, "k", "pro")

    answer = move(api, "1 year", limit=limit)

    assert len(answer["timeline"]) == limit
    assert answer["truncated"] is True
    assert (answer["counts"]["plan_renewed"], answer["counts"]["invoice_paid"]) == (12, 12)
    assert answer["timeline"][0]["iso"][:10] == "2026-02-01"


def test_nothing_is_collected_for_nobody(api: Api) -> None:
    attach(api, "k", "pro")

    answer = move(api, "1 month", limit=0)

    assert set(answer) == {"now", "iso", "state"}
    assert api.world.timeline is None


@pytest.mark.parametrize("limit", [-1, 10_001, True, "many"])
def test_a_limit_is_a_whole_number(api: Api, limit: Any) -> None:
    answer = api.request("POST", "/_mock/clock", {"advance": "1 day", "limit": limit})

    assert api.refusal(answer) == (400, "invalid_inputs", "limit: must be a whole number from 0 to 10000")


def test_nobody_listens_any_more_after_a_move_that_failed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(api, "k", "pro")
    before = api.world.now()

    def refuse(changes: Any) -> None:
        raise DataFileError("the disk is full")

    monkeypatch.setattr(api.world.store, "keep", refuse)
    status, _ = api.request("POST", "/_mock/clock", {"advance": "1 month"})
    monkeypatch.setattr(api.world.store, "keep", None)

    assert status >= 500
    assert (api.world.timeline, api.world.now()) == (None, before)
    assert invoices(api, "k") == [("paid", 20)]
