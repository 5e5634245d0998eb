"""What happens next to a plan by itself, and that taking turns never stands still."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.billing.turns import Turn, next_turn
from autumn_mock.domain.records import Subscription


def held(**facts: object) -> Subscription:
    plan = {"id": "cus_prod_1", "customer": "cus_1", "plan": "prod_1", "plan_id": "pro"}
    return Subscription(**(plan | {"status": "active", "created_at": 0, "started_at": 0} | facts))


@pytest.mark.parametrize(
    ("facts", "turn"),
    [
        ({}, None),
        ({"status": "expired", "expires_at": 5_000, "current_period_end": 9_000}, None),
        ({"status": "scheduled", "started_at": 7_000}, (7_000, Turn.START)),
        ({"status": "paused", "current_period_end": 9_000}, None),
        ({"current_period_end": 9_000}, (9_000, Turn.RENEWAL)),
        ({"current_period_end": 9_000, "renews_at": 4_000}, (4_000, Turn.RENEWAL)),
        ({"trial_ends_at": 8_500, "current_period_end": 8_000}, (8_500, Turn.TRIAL_END)),
        (
            {"trial_ends_at": 8_500, "trial_ended": True, "current_period_end": 20_000},
            (20_000, Turn.RENEWAL),
        ),
        ({"expires_at": 9_000, "current_period_end": 8_000}, (8_000, Turn.RENEWAL)),
        ({"expires_at": 8_000, "current_period_end": 9_000}, (8_000, Turn.END)),
    ],
)
def test_the_next_turn(facts: dict[str, object], turn: tuple[int, Turn] | None) -> None:
    assert next_turn(held(**facts)) == turn


@pytest.mark.parametrize("end", [8_000, 8_250, 8_999])
def test_what_falls_into_the_second_of_the_end_is_cut_off(end: int) -> None:
    """The provider keeps whole seconds, the plan milliseconds; both mean one instant."""
    assert next_turn(held(expires_at=end, current_period_end=8_500)) == (end, Turn.END)


_instants = st.none() | st.integers(1, 50_000)


@given(
    status=st.sampled_from(["active", "past_due", "scheduled"]),
    expires_at=_instants,
    trial_ends_at=_instants,
    current_period_end=_instants,
    renews_at=_instants,
    started_at=st.integers(1, 50_000),
)
def test_an_end_is_never_passed_over(**facts: object) -> None:
    subscription = held(**facts)

    turn = next_turn(subscription)

    if subscription.expires_at is not None:
        assert turn is not None
        assert turn[0] <= subscription.expires_at
