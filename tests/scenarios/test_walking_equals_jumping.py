"""Whether the clock ran past every boundary or jumped over all of them, the world is the same."""

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.periods import DAY, HOUR, from_iso
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.builders import customer, item, metered, plan, seats
from tests.conftest import Api
from tests.discounts import by_reward, coupon
from tests.scenarios.stories import grant, track

START = from_iso("2027-01-31T10:30:00.250Z")
MONTHLY = {"amount": 20, "interval": "month"}
USAGE = {"amount": 1, "interval": "month", "billing_units": 1, "billing_method": "usage_based"}
TRIAL = {"duration_length": 10, "duration_type": "day", "card_required": False}
KEPT = {"max": 30, "expiry_duration_type": "month", "expiry_duration_length": 2}
_MADE_UP = re.compile(r"\b(cus|cus_ent|cus_prod|ent|evt|in|inv|pr|roll|sub)_[A-Za-z0-9]{12,}")


def people(api: Api) -> None:
    """One customer for everything that time changes by itself."""
    api.freeze(START)
    metered(api, "notes", "calls")
    seats(api, "seats")
    plan(api, "starter", item("notes", 100, "month", rollover=KEPT), auto_enable=True)
    plan(api, "pro", item("notes", 90, "week"), item("calls", 5, "month", price=USAGE), price=MONTHLY)
    plan(api, "mini", item("notes", 9, "month"), price={"amount": 5, "interval": "month"})
    plan(api, "tryout", item("notes", 70, "month"), price=MONTHLY, free_trial=TRIAL)
    for name in ("joe", "payer", "broke", "trier", "leaver", "seated", "saver", "flaky", "aged"):
        customer(api, name)
    track(api, 40)
    grant(api, 7, "day", 3, balance_id="daily")
    grant(api, 5, balance_id="gift", expires_at=START + 20 * DAY)
    _lock(api, START + 9 * HOUR)
    for name, plan_id in (("payer", "pro"), ("broke", "pro"), ("trier", "tryout"), ("leaver", "pro")):
        if name != "trier":
            _card(api, name, "ok")
        api("billing.attach", customer_id=name, plan_id=plan_id)
    _card(api, "saver", "ok")
    coupon(api, "three", percent=33, months=3)
    api("billing.attach", customer_id="saver", plan_id="pro", **by_reward("three"))
    _cards_that_fail_at_times(api)
    per_seat = item("notes", 10, "month", entity_feature_id="seats", rollover=KEPT)
    plan(api, "team", per_seat, item("seats", 9), add_on=True)
    api("billing.attach", customer_id="seated", plan_id="team")
    for seat in ("s1", "s2"):
        api("entities.create", customer_id="seated", entity_id=seat, feature_id="seats", name=seat)
    track(api, 8, who="seated", entity_id="s2")
    track(api, 12, "calls", "payer")
    track(api, 11, "calls", "leaver")
    _card(api, "broke", "decline:card_declined")
    api("billing.attach", customer_id="leaver", plan_id="mini")


def _cards_that_fail_at_times(api: Api) -> None:
    plan(api, "weekly", item("notes", 10, "week"), price={"amount": 7, "interval": "week"})
    lost = "decline:lost_card"
    script = ["succeed x3", lost, "requires_action", "succeed x2", f"{lost} x2", "succeed"]
    api.request("POST", "/_mock/payment_methods", {"customer_id": "flaky", "script": script})
    _card(api, "aged", "expires_in:60 days")
    for name, plan_id in (("flaky", "weekly"), ("aged", "pro")):
        api("billing.attach", customer_id=name, plan_id=plan_id)


def _card(api: Api, who: str, outcome: str) -> None:
    api.request("POST", "/_mock/payment_methods", {"customer_id": who, "outcome": outcome})


def _lock(api: Api, expires_at: int) -> None:
    held = {"enabled": True, "lock_id": "job", "expires_at": expires_at}
    api("balances.check", customer_id="joe", feature_id="notes", required_balance=3, lock=held)


def seen(api: Api) -> Any:
    """Everything that the API shows, ids that were made up left out."""
    who = [c["id"] for c in api("customers.list")["list"]]
    shown = [api("customers.get", customer_id=name, expand=["invoices", "trials_used"]) for name in who]
    events = api("events.list")["list"]
    return masked(repr([shown, events]))


def masked(text: str) -> str:
    return _MADE_UP.sub("made-up", text)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stops=st.lists(st.integers(0, 400 * DAY), min_size=1, max_size=12).map(sorted))
def test_a_walk_ends_where_a_jump_does(stops: list[int]) -> None:
    with Emulator(Settings(profile="server", id_seed=7)) as emulator:
        walker, jumper = Api(emulator), Api(emulator)
        people(walker)
        people(jumper)

        for stop in stops:
            walker.freeze(START + stop)
        jumper.freeze(START + stops[-1])

        assert seen(walker) == seen(jumper)
