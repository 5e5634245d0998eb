"""Whatever is asked of a plan that runs: its update does what the preview said, now and at the next cycle,
and is refused for the same reason, leaving everything as it was."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autumn_mock.domain.periods import DAY, SECOND, from_iso
from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings
from tests.billing import NOON, PACK, give_card, monthly, use
from tests.builders import item, metered
from tests.conftest import Api
from tests.scenarios.test_previews_are_true import ACTIONS, ATTACH, PLANS, done_as_previewed, prepare

JAN_6 = from_iso(NOON) + 5 * DAY
ONCE = {"amount": 4, "interval": "one_off", "billing_units": 10, "billing_method": "prepaid"}
ADD_STAMPS = {"customize": {"add_items": [item("stamps", price=ONCE)]}}
PACKED = {"items": [item("credits", 100, "month", price=PACK)], **monthly(25)}
ADD_FLAG = {"customize": {"add_items": [item("sso")]}}
NO_TRIAL = {"customize": {"free_trial": None}}


def _trial(days: int) -> dict[str, Any]:
    return {"free_trial": {"duration_length": days, "duration_type": "day"}}


CUSTOMIZE = (
    monthly(45), monthly(0), {"price": {"amount": 200, "interval": "year"}}, {"price": None},
    {"items": [item("credits", 1500, "month")]}, PACKED, ADD_FLAG["customize"], ADD_STAMPS["customize"],
    _trial(3), _trial(20), {"free_trial": None},
)  # fmt: skip
_changes: dict[str, Any] = {
    "cancel_action": st.sampled_from(ACTIONS),
    "customize": st.sampled_from(CUSTOMIZE),
    "version": st.sampled_from((1, 2)),
    "billing_cycle_anchor": st.sampled_from(("now", JAN_6)),
    "discounts": st.sampled_from(("ten", "five")).map(lambda reward: [{"reward_id": reward}]),
    "feature_quantities": st.builds(
        lambda feature, units: [{"feature_id": feature, "quantity": units}],
        st.sampled_from(("credits", "calls", "stamps")), st.sampled_from((0, 7, 100, 150, 333)),
    ),
}  # fmt: skip
_how: dict[str, Any] = {
    "plan_id": st.sampled_from(PLANS),
    "entity_id": st.just("e"),
    "proration_behavior": st.just("none"),
    "no_billing_changes": st.just(True),
    "invoice_mode": st.sampled_from(({"enabled": True}, {"enabled": True, "enable_plan_immediately": True})),
}
UPDATE = st.builds(
    lambda change, more, how: ("update", {**change, **more, **how}),
    st.sampled_from(sorted(_changes)).flatmap(lambda name: st.fixed_dictionaries({name: _changes[name]})),
    st.fixed_dictionaries({}, optional=_changes).filter(lambda more: len(more) < 3),
    st.fixed_dictionaries({}, optional=_how).filter(lambda how: len(how) < 3),
)
SEVERAL = st.lists(
    st.fixed_dictionaries({"plan_id": st.sampled_from(PLANS), "cancel_action": st.sampled_from(ACTIONS)}),
    min_size=1,
    max_size=3,
).map(lambda updates: ("multi_update", {"updates": updates}))
USE = st.sampled_from((("use", {"feature": "calls", "value": 120}), ("use", {"feature": "seats", "value": 3})))
WAIT = st.sampled_from((("wait", {"advance": "3 days"}), ("wait", {"advance": "31 days"})))
STEPS = st.lists(st.one_of(ATTACH, UPDATE, UPDATE, SEVERAL, USE, WAIT), min_size=1, max_size=5).map(
    lambda steps: [("attach", {"plan_id": "packs"}), *steps]
)


def _attach(plan_id: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "attach", {"plan_id": plan_id, **more}


def _update(**more: Any) -> tuple[str, dict[str, Any]]:
    return "update", more


AT_ITS_END = {"plan_schedule": "end_of_cycle"}
FIVE, TEN = ({"discounts": [{"reward_id": reward}]} for reward in ("five", "ten"))
ENDS_NOW = {"plan_id": "packs", "cancel_action": "cancel_immediately"}
ENDS_LATER = {"plan_id": "packs", "cancel_action": "cancel_end_of_cycle"}
UNBILLED = {"no_billing_changes": True}
MORE = {"feature_quantities": [{"feature_id": "credits", "quantity": 150}]}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
@example(steps=[_attach("pro_year"), _update(**NO_TRIAL, **UNBILLED)])
@example(steps=[_attach("packs"), _update(billing_cycle_anchor=JAN_6, **UNBILLED)])
@example(steps=[_attach("packs"), _update(**MORE, **ADD_STAMPS)])
@example(steps=[_attach("packs"), _attach("mini"), _update(cancel_action="uncancel")])
@example(steps=[_attach("packs"), _attach("mini"), _update(cancel_action="uncancel", **MORE)])
@example(steps=[_attach("packs"), _attach("mini"), _update(billing_cycle_anchor=JAN_6)])
@example(steps=[_attach("packs"), _attach("mini", **FIVE), _update(**ADD_FLAG)])
@example(steps=[_attach("extra"), ("wait", {"advance": "3 days"}), _attach("weekly", **AT_ITS_END)])
@example(
    steps=[_attach("extra"), ("wait", {"advance": "3 days"}), _attach("weekly", **AT_ITS_END), _update(**TEN)]
)
@example(
    steps=[
        _attach("mini"),
        _attach("pro", entity_id="e", **FIVE),
        _attach("premium", **AT_ITS_END),
        _update(customize={"price": None}),
    ]
)
@example(steps=[_attach("starter"), _attach("pro", entity_id="e"), _update(customize=monthly(9), **UNBILLED)])
def test_what_is_previewed_happens(steps: list[tuple[str, Any]]) -> None:
    with Emulator(Settings(profile="server", id_seed=7, invariants=True)) as emulator:
        api = Api(emulator)
        prepare(api)
        metered(api, "stamps")
        shown: dict[str, Any] | None = None

        for name, body in steps:
            shown = _step(api, name, body)

        if shown is not None and "next_cycle" in shown:
            _check_next_cycle(api, shown["next_cycle"])


def _step(api: Api, name: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """Do a step, checking what was foreseen of it. Answers its preview, where it happened."""
    if name == "wait":
        api.advance(body["advance"])
        return None
    if name == "use":
        use(api, "k", body["feature"], body["value"])
        return None
    happened = done_as_previewed(api, name, body)
    if happened is None:
        return None
    foreseen, made = happened
    waits = any(invoice.status != "paid" for invoice in made)
    return None if waits or name == "multi_update" else foreseen


def _check_next_cycle(api: Api, told: dict[str, Any]) -> None:
    """The invoice of the next cycle comes as it is told, where one Stripe subscription makes it and no
    use is to be counted."""
    store = api.world.store
    running = [each for each in store.stripe_subscriptions if each.status != "canceled"]
    if len(running) > 1 or told["usage_line_items"]:
        return
    known = set(store.invoices.records)
    give_card(api, "k")

    api.request("POST", "/_mock/clock", {"now": told["starts_at"] + SECOND})

    came = [
        made.total
        for key, made in store.invoices.records.items()
        if key not in known and abs(made.created_at - told["starts_at"]) < 2 * SECOND
    ]
    assert abs(sum(came, Decimal(0)) - Decimal(str(told["total"]))) <= Decimal("0.02")
