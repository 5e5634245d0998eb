"""Random lives of paying customers: walked through or jumped over, they end alike and are told alike."""

from itertools import groupby
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.periods import DAY, HOUR
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import attach, catalogue, give_card, monthly
from tests.builders import customer, item, plan
from tests.conftest import Api
from tests.scenarios.test_walking_equals_jumping import START, masked, seen

CARDS = ("ok", "decline:card_declined")
PLANS = ("pro", "pro_year", "packs", "basic", "team", "pro_t", "pro_n", "boost", "club", "premium")
SPAN = 130 * DAY

person = st.fixed_dictionaries(
    {
        "plan": st.sampled_from(PLANS),
        "add_on": st.sampled_from((None, "extra", "bonus")),
        "used": st.integers(0, 250),
        "next": st.sampled_from((None, "mini", "lite", "starter", "cancel", "premium")),
        "then": st.sampled_from(CARDS),
        "seats": st.integers(0, 3),
    }
)


def live(api: Api, name: str, how: dict[str, Any]) -> None:
    """Give somebody a plan and more, as far as that is allowed."""
    customer(api, name)
    give_card(api, name)
    prepaid = {"feature_quantities": [{"feature_id": "credits", "quantity": 300}]}
    more = prepaid if how["plan"] == "packs" else _seats(how["seats"]) if how["plan"] == "club" else {}
    attach(api, name, how["plan"], **more)
    if how["add_on"]:
        attach(api, name, how["add_on"])
    for feature_id in ("credits", "calls"):
        api.call("balances.track", {"customer_id": name, "feature_id": feature_id, "value": how["used"]})
    if how["plan"] == "club":
        entities = [{"entity_id": "e1", "feature_id": "seats"}]
        api("licenses.attach", customer_id=name, plan_id="seat", entities=entities)
    if how["next"] == "cancel":
        cancel = {"customer_id": name, "plan_id": how["plan"], "cancel_action": "cancel_end_of_cycle"}
        api.call("billing.update", cancel)
    elif how["next"]:
        api.call("billing.attach", {"customer_id": name, "plan_id": how["next"]})
    give_card(api, name, how["then"])


def _seats(paid: int) -> dict[str, Any]:
    return {"license_quantities": [{"license_plan_id": "seat", "quantity": 1 + paid}]}


def people(api: Api, lives: list[dict[str, Any]]) -> None:
    catalogue(api)
    plan(api, "free", item("credits", 7, "week"), auto_enable=True, group="free")
    plan(api, "seat", item("credits", 50, "month"), **monthly(10))
    plan(api, "club", licenses=[{"license_plan_id": "seat", "included": 1}], **monthly(15))
    api.freeze(START)
    for number, how in enumerate(lives):
        live(api, f"p{number}", how)
        api.advance("7 hours")


def told(api: Api, stop: int) -> list[dict[str, Any]]:
    _, answer = api.request("POST", "/_mock/clock", {"now": stop, "limit": 10_000})
    assert answer["truncated"] is False
    return list(answer["timeline"])


def joined(timeline: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """A timeline of several moves as that of one: resets of a day that were told in parts are summed up."""
    resets = [each for each in timeline if each["what"] == "balances_reset"]
    resets.sort(key=_day)
    sums = [(day, sum(each["count"] for each in parts)) for day, parts in groupby(resets, key=_day)]
    return [masked(repr(each)) for each in timeline if each["what"] != "balances_reset"], sums


def _day(reset: dict[str, Any]) -> tuple[str, str, str]:
    return reset["iso"][:10], reset["feature_id"], reset.get("plan_id", "")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lives=st.lists(person, min_size=1, max_size=4),
    stops=st.lists(st.integers(0, SPAN), min_size=1, max_size=8).map(sorted),
)
def test_a_walk_and_a_jump_are_told_alike(lives: list[dict[str, Any]], stops: list[int]) -> None:
    with Emulator(Settings(profile="server", id_seed=7)) as emulator:
        walker, jumper = Api(emulator), Api(emulator)
        people(walker, lives)
        people(jumper, lives)
        begin = START + len(lives) * 7 * HOUR

        walked = [entry for stop in stops for entry in told(walker, begin + stop)]
        jumped = told(jumper, begin + stops[-1])

        assert joined(walked) == joined(jumped)
        assert [each["at"] for each in jumped] == sorted(each["at"] for each in jumped)
        assert seen(walker) == seen(jumper)


def test_month_by_month_is_told_as_all_at_once() -> None:
    lives = [
        {"plan": name, "add_on": "extra", "used": 150, "next": None, "then": card, "seats": 2}
        for name in ("basic", "packs", "club", "pro_t")
        for card in CARDS
    ]
    with Emulator(Settings(profile="server", id_seed=7)) as emulator:
        walker, jumper = Api(emulator), Api(emulator)
        people(walker, lives)
        people(jumper, lives)
        begin = walker.world.now()

        walked = [entry for month in range(1, 7) for entry in told(walker, begin + month * 30 * DAY)]
        jumped = told(jumper, begin + 180 * DAY)

    kinds = {each["what"] for each in jumped}
    assert joined(walked) == joined(jumped)
    assert {
        "plan_renewed", "invoice_paid", "invoice_open", "payment_failed", "plan_past_due", "plan_ended",
        "trial_ended", "seat_ended", "balances_reset",
    } <= kinds  # fmt: skip
