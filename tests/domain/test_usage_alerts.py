"""Alerts fire at crossings, and only there."""

from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.controls.usage_alerts import fired
from autumn_mock.domain.records import JsonObject

KINDS = st.sampled_from(["usage", "usage_percentage", "remaining", "remaining_percentage"])


def balance(granted: int, usage: int) -> JsonObject:
    return {
        "granted": granted, "usage": usage, "remaining": max(0, granted - usage), "unlimited": False
    }  # fmt: skip


def alert(kind: str, threshold: int, enabled: bool = True) -> JsonObject:
    return {"enabled": enabled, "threshold": threshold, "threshold_type": kind}


@given(KINDS, st.integers(1, 99), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_while_use_only_grows_an_alert_fires_at_most_once(kind: str, threshold: int, steps: list[int]) -> None:
    watching, used, count = [alert(kind, threshold)], 0, 0

    for step in steps:
        count += len(fired(watching, balance(100, used), balance(100, used + step)))
        used += step

    measured = {
        "usage": used, "usage_percentage": used,
        "remaining": max(0, 100 - used), "remaining_percentage": max(0, 100 - used),
    }[kind]  # fmt: skip
    beyond = measured >= threshold if kind.startswith("usage") else measured <= threshold
    assert count == (1 if beyond else 0)


@given(KINDS, st.integers(0, 100), st.integers(0, 150), st.integers(1, 150))
def test_a_refund_never_fires(kind: str, threshold: int, used: int, back: int) -> None:
    before, after = balance(100, used), balance(100, used - back)

    assert fired([alert(kind, threshold)], before, after) == []


@given(KINDS, st.integers(0, 150), st.integers(0, 150))
def test_a_share_of_nothing_is_none(kind: str, used: int, step: int) -> None:
    found = fired([alert(kind, 50)], balance(0, used), balance(0, used + step))

    assert found == [] or not kind.endswith("percentage")


def test_disabled_alerts_and_unknown_balances_are_passed_over() -> None:
    before, after = balance(100, 0), balance(100, 90)

    assert fired([alert("usage", 50, enabled=False)], before, after) == []
    assert fired([alert("usage", 50)], None, after) == []
    assert fired([alert("usage", 50)], before, after | {"unlimited": True}) == []
