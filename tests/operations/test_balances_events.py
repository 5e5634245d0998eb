"""Events that feed several features: cases B59 to B62."""

import pytest

from tests.balances import events, taken, track
from tests.builders import customer, item, plan
from tests.conftest import Api


@pytest.fixture
def fed(api: Api) -> Api:
    """Two features fed by one event and one of them by another, too."""
    for feature_id, names in (("words", ["chat"]), ("turns", ["chat", "turn"])):
        api(
            "features.create", feature_id=feature_id, name=feature_id, type="metered", consumable=True,
            event_names=names,
        )  # fmt: skip
    plan(api, "free", item("words", 100, "month"), item("turns", 10, "month"), auto_enable=True)
    customer(api, "ada")
    return api


def test_b59_b60_an_event_feeds_its_features(fed: Api) -> None:
    both = track(fed, 4, event_name="chat")
    one = track(fed, event_name="turn")

    assert (both["event_name"], both["balance"], taken(both)) == ("chat", None, [4, 4])
    assert {key: shown["remaining"] for key, shown in both["balances"].items()} == {"words": 96, "turns": 6}
    assert (one["balance"]["remaining"], "balances" in one) == (5, False)
    assert [name for name, _, _ in events(fed)] == ["chat", "turn"]


def test_b61_an_event_can_not_reject(fed: Api) -> None:
    refused = fed.refused("balances.track", customer_id="ada", event_name="chat", overage_behavior="reject")

    assert refused[:2] == (400, "invalid_request")
    assert "is not supported with event_name" in refused[2]


def test_b62_each_feature_of_an_event_is_capped_alone(fed: Api) -> None:
    answer = track(fed, 15, event_name="chat")

    assert taken(answer) == [15, 10]
    assert {key: shown["remaining"] for key, shown in answer["balances"].items()} == {"words": 85, "turns": 0}
