"""Pure rules of plans: differences, order, trials and changes of features."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.billing.trials import trial_is_available
from autumn_mock.domain.catalog.plan_differences import content_differs, items_differ, keep_ids, missing_items
from autumn_mock.domain.catalog.plan_items import new_item
from autumn_mock.domain.catalog.plan_order import in_list_order, is_upgrade
from autumn_mock.domain.catalog.variants import customized, propagated
from autumn_mock.domain.records import BasePrice, Feature, FreeTrial, Plan, PlanItem, Reset, Subscription

FEATURES = {
    name: Feature(
        id=name, internal_id=f"fe_{name}", name=name, type="metered", created_at=0, consumable=name != "seats"
    )
    for name in ("calls", "notes", "seats")
}


def ids(prefix: str) -> str:
    return f"{prefix}new"


def sent(feature_id: str, included: int = 0, **more: Any) -> PlanItem:
    facts = {"feature_id": feature_id, "included": Decimal(included), **more}
    return new_item(facts, FEATURES, ids)


def plan(plan_id: str = "p", amount: Any = None, interval: str = "month", **more: Any) -> Plan:
    price = None if amount is None else BasePrice(id="pr_1", amount=Decimal(amount), interval=interval)
    return Plan(
        internal_id=f"prod_{plan_id}", id=plan_id, name=plan_id, version=1, created_at=0, price=price, **more
    )


def usage(amount: int = 1, feature_id: str = "calls") -> PlanItem:
    price = {"amount": Decimal(amount), "interval": "month", "billing_method": "usage_based"}
    return sent(feature_id, price=price)


items = st.lists(
    st.builds(sent, st.sampled_from(["calls", "notes", "seats"]), st.integers(0, 5)), max_size=6
).map(tuple)


@given(items)
def test_items_do_not_differ_from_themselves_in_another_order(of: tuple[PlanItem, ...]) -> None:
    renamed = tuple(item.but(entitlement_id="ent_other") for item in reversed(of))

    assert not items_differ(of, renamed)
    assert {item.entitlement_id for item in keep_ids(renamed, of)} <= {"ent_new"}


@given(items, items)
def test_what_is_missing_makes_the_one_the_other(
    one: tuple[PlanItem, ...], other: tuple[PlanItem, ...]
) -> None:
    gone, come = missing_items(one, other), missing_items(other, one)

    kept = [item for item in one if not any(item is each for each in gone)]
    assert not items_differ((*kept, *come), other)
    assert items_differ(one, other) is bool(gone or come)


@pytest.mark.parametrize(
    "change",
    [
        {"price": BasePrice(id="x", amount=Decimal(6), interval="month")},
        {"items": (sent("calls", 1),)},
        {"free_trial": FreeTrial(duration_length=3, duration_type="day")},
    ],
)
def test_price_items_and_trial_are_the_content(change: Any) -> None:
    before = plan(amount=5)

    assert content_differs(before, before.but(**change))
    assert not content_differs(before, before.but(name="Other", metadata={"a": 1}))


@pytest.mark.parametrize(
    ("current", "new", "up"),
    [
        (plan(), plan(amount=1), True),
        (plan(amount=1), plan(), False),
        (plan(amount=50), plan(amount=1, interval="one_off"), True),
        (plan(amount=50), plan(amount=10, interval="year"), True),
        (plan(amount=100, interval="year"), plan(amount=5), False),
        (plan(amount=100, interval="year"), plan(amount=50), True),
        (plan(amount=20), plan(amount=20), True),
        (plan(amount=20), plan(amount=19), False),
        (plan(items=(usage(5),)), plan(items=(usage(1),)), True),
        (plan(amount=20), plan(amount=10, items=(usage(99),)), False),
        (plan(amount=20), plan(amount=10, items=(usage(11, "seats"),)), True),
    ],
)
def test_upgrades(current: Plan, new: Plan, up: bool) -> None:
    assert is_upgrade(current, new) is up


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.booleans()), max_size=8))
def test_listing_loses_nothing_and_puts_add_ons_last(facts: list[tuple[str, int, bool]]) -> None:
    plans = [plan(f"{name}{n}", amount, add_on=add_on) for n, (name, amount, add_on) in enumerate(facts)]

    listed = in_list_order(plans)

    assert sorted(each.id for each in listed) == sorted(each.id for each in plans)
    assert [each.add_on for each in listed] == sorted(each.add_on for each in plans)


@pytest.mark.parametrize(
    ("feature_id", "facts", "reset"),
    [
        ("calls", {}, Reset(interval="one_off")),
        (
            "calls",
            {"reset": {"interval": "day", "interval_count": Decimal(2)}},
            Reset(interval="day", interval_count=2),
        ),
        ("seats", {"reset": {"interval": "day"}}, None),
    ],
)
def test_when_an_item_resets(feature_id: str, facts: Any, reset: Reset | None) -> None:
    assert sent(feature_id, 1, **facts).reset == reset


def held(status: str = "active", trial: bool = True, plan_id: str = "p", **more: Any) -> Subscription:
    return Subscription(
        id="s", customer="c", plan="prod_p", plan_id=plan_id, status=status, created_at=0, started_at=0,
        trial_ends_at=5 if trial else None, **more,
    )  # fmt: skip


TRIED = plan(amount=5, free_trial=FreeTrial(duration_length=1, duration_type="day"))
ONCE = TRIED.but(free_trial=FreeTrial(duration_length=1, duration_type="day", unique_fingerprint=True))


@pytest.mark.parametrize(
    ("of", "own", "alike", "how", "available"),
    [
        (plan(amount=5), [], [], {}, False),
        (TRIED, [], [], {}, True),
        (TRIED, [held("expired")], [], {}, False),
        (TRIED, [held("scheduled")], [], {}, True),
        (TRIED, [held(trial=False)], [], {}, True),
        (TRIED, [held(plan_id="other")], [], {}, True),
        (TRIED, [held(entity="e1")], [], {"entity": "e2"}, True),
        (TRIED, [held(entity="e1")], [], {"entity": "e1"}, False),
        (TRIED, [], [held()], {}, True),
        (TRIED, [], [held()], {"by_fingerprint": True}, False),
        (ONCE, [], [held()], {}, False),
    ],
)
def test_a_trial_is_had_once(of: Plan, own: Any, alike: Any, how: Any, available: bool) -> None:
    assert trial_is_available(of, own, alike, **how) is available


@given(items, items)
def test_a_variant_without_anything_of_its_own_follows_its_base(before: Any, after: Any) -> None:
    base = plan(items=before)

    followed = propagated(base, base, base.but(items=after), ids)

    if len({(item.feature_id, item.reset) for item in after}) == len(after):
        assert not items_differ(followed.items, after)


def test_a_patch_takes_items_away_and_adds_others() -> None:
    base = plan(amount=5, items=(sent("calls", 1), usage(feature_id="notes")))
    patch = {
        "remove_items": [{"feature_id": "notes", "billing_method": "usage_based", "interval": "month"}],
        "add_items": [{"feature_id": "seats", "included": Decimal(2)}],
        "price": None,
    }

    content = customized(base, patch, FEATURES, ids)

    assert content["price"] is None
    assert [(item.feature_id, item.included) for item in content["items"]] == [("calls", 1), ("seats", 2)]
