"""Checks that use what they find: cases B20 to B23."""

import pytest

from tests.balances import check, events, track
from tests.builders import customer, item, metered, plan
from tests.conftest import Api

PER_USE = {"amount": 0.5, "interval": "month", "billing_method": "usage_based", "billing_units": 1}


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada on plan `free` with 100 messages a month, which starts by itself."""
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    customer(api, "ada")
    return api


def test_b20_send_event_uses_what_it_checks(ada: Api) -> None:
    first = check(ada, send_event=True)
    second = check(ada, 60, send_event=True)
    third = check(ada, 40, send_event=True)

    assert [a["balance"]["remaining"] for a in (first, second, third)] == [99, 39, 39]
    assert [a["allowed"] for a in (first, second, third)] == [True, True, False]
    assert events(ada) == [("messages", 1, {}), ("messages", 60, {})]


def test_b21_skip_event_records_nothing(ada: Api) -> None:
    answer = check(ada, 5, send_event=True, skip_event=True)

    assert answer["balance"]["remaining"] == 95
    assert events(ada) == []


def test_b22_a_negative_send_event_gives_back(ada: Api) -> None:
    track(ada, 15)

    assert check(ada, -10, send_event=True)["balance"]["remaining"] == 95
    assert check(ada, -10, send_event=True)["balance"]["remaining"] == 100


def test_b23_send_event_without_a_balance(ada: Api) -> None:
    nothing = check(ada, send_event=True, feature_id="other")
    zero = check(ada, 0, send_event=True, feature_id="other")

    assert (nothing["allowed"], zero["allowed"], zero["balance"]) == (False, True, None)
    assert events(ada) == [("other", 0, {})]
