"""Tracks that are done once, later, or many at a time: cases B63 to B70."""

from typing import Any

import pytest

from tests.balances import left, reject, track
from tests.builders import customer, item, metered, plan
from tests.conftest import Api


@pytest.fixture
def ada(api: Api) -> Api:
    """Customer ada on plan `free` with 100 messages a month, which starts by itself."""
    metered(api, "messages", "other")
    plan(api, "free", item("messages", 100, "month"), auto_enable=True)
    customer(api, "ada")
    return api


def body_of(api: Api, **more: Any) -> Any:
    return {"customer_id": "ada", "feature_id": "messages", "value": 5, **more}


def test_b63_b66_a_key_is_used_once_in_body_and_header(ada: Api) -> None:
    keyed, header = body_of(ada, idempotency_key="job-1"), {"Idempotency-Key": "job-1"}

    statuses = [
        ada.call("balances.track", keyed)[0],
        ada.call("balances.track", keyed)[0],
        ada.call("balances.track", body_of(ada), headers=header)[0],
        ada.call("balances.track", body_of(ada), headers=header)[0],
    ]

    assert statuses == [200, 409, 200, 409]
    assert ada.refused("balances.track", **keyed) == (
        409,
        "duplicate_idempotency_key",
        "Another request with idempotency key track:job-1 has already been received",
    )
    assert left(ada) == 90


def test_b65_a_refused_request_frees_its_key(ada: Api) -> None:
    reject(ada, 500, idempotency_key="job-3")

    assert track(ada, 5, idempotency_key="job-3")["balance"]["remaining"] == 95


def test_a_key_lasts_a_day(ada: Api) -> None:
    ada.freeze("2026-11-25T09:00:00Z")
    track(ada, 5, idempotency_key="job-1")

    ada.advance("24 hours")

    assert track(ada, 5, idempotency_key="job-1")["balance"]["remaining"] == 90


def test_b67_b68_a_queued_track_answers_before_it_is_done(ada: Api) -> None:
    answer = ada.call("balances.track", body_of(ada, **{"async": True}))
    unknown = ada.refused("balances.track", customer_id="ada", feature_id="nope", **{"async": True})
    nobody, _ = ada.call("balances.track", body_of(ada, customer_id="nobody", **{"async": True}))

    assert answer == (202, {"customer_id": "ada", "value": 5, "balance": None})
    assert unknown[:2] == (404, "feature_not_found")
    assert nobody == 202
    assert left(ada) == 95


def test_b69_a_batch_is_done_one_by_one(ada: Api) -> None:
    answer = ada.call(
        "balances.batch_track", [body_of(ada), body_of(ada, customer_id="nobody"), body_of(ada, value=3)]
    )

    assert answer == (200, {"success": True})
    assert left(ada) == 92


@pytest.mark.parametrize(("batch", "status", "message"), [
    ([], 400, "input: Too small: expected array to have >=1 items"),
    ({"customer_id": "ada"}, 400, "input: Invalid input: expected array, received object"),
    (
        [
            {"customer_id": "ada", "feature_id": "messages"},
            {"customer_id": "ada", "feature_id": "nope"},
        ],
        404, "Feature nope not found",
    ),
    ([{"feature_id": "messages"}], 400, "0.customer_id: must be a string (received undefined)"),
])  # fmt: skip
def test_b70_a_batch_with_a_fault_is_refused_whole(ada: Api, batch: Any, status: int, message: str) -> None:
    found = ada.refusal(ada.call("balances.batch_track", batch))

    assert (found[0], found[2]) == (status, message)
    assert left(ada) == 100


def test_a_batch_holds_a_thousand_at_most(ada: Api) -> None:
    found = ada.refusal(ada.call("balances.batch_track", [body_of(ada, value=0)] * 1_001))

    assert found[2] == "input: Too big: expected array to have <=1000 items"
