"""The Idempotency-Key header: cases C40 to C46."""

from tests.conftest import Api


def asked(api: Api, key: str, operation: str, **body: object) -> tuple[int, str]:
    status, answer = api.call(operation, body, headers={"Idempotency-Key": key})
    return status, answer.get("code", "")


def test_c40_a_second_request_with_the_key_is_a_duplicate(api: Api) -> None:
    first = asked(api, "k1", "customers.get_or_create", customer_id="a")
    answer = api.call("customers.get_or_create", {"customer_id": "a"}, headers={"idempotency-key": "k1"})

    assert first == (200, "")
    assert api.refusal(answer) == (
        409,
        "duplicate_idempotency_key",
        "Another request with idempotency key k1 has already been received",
    )


def test_c41_a_refused_request_frees_its_key(api: Api) -> None:
    answers = [asked(api, "k2", "customers.get_or_create", customer_id=name) for name in ("a b", "a", "a")]

    assert [status for status, _ in answers] == [400, 200, 409]


def test_c42_c43_a_key_belongs_to_the_world_not_to_the_operation(api: Api) -> None:
    asked(api, "k3", "customers.get_or_create", customer_id="a")

    other_operation = asked(api, "k3", "features.list")
    status, _ = api.call("features.list", key=f"am_sk_live_{api.org}", headers={"Idempotency-Key": "k3"})

    assert other_operation == (409, "duplicate_idempotency_key")
    assert status == 200


def test_c44_a_404_frees_the_key(api: Api) -> None:
    answers = [asked(api, "k4", "customers.get", customer_id="ghost") for _ in range(2)]

    assert answers == [(404, "customer_not_found")] * 2


def test_c45_a_409_keeps_the_key(api: Api) -> None:
    api("customers.get_or_create", customer_id="a")
    api("customers.get_or_create", customer_id="b")

    answers = [asked(api, "k5", "customers.update", customer_id="a", new_customer_id="b") for _ in range(2)]

    assert [code for _, code in answers] == ["customer_already_exists", "duplicate_idempotency_key"]


def test_c46_a_claim_lasts_24_hours(api: Api) -> None:
    api.freeze("2026-11-25T09:00:00Z")
    asked(api, "k6", "features.list")
    api.advance("23 hours")
    within = asked(api, "k6", "features.list")
    api.advance("2 hours")

    after = asked(api, "k6", "features.list")

    assert (within[0], after[0]) == (409, 200)


def test_an_empty_key_is_no_key(api: Api) -> None:
    assert [asked(api, "", "features.list")[0] for _ in range(2)] == [200, 200]


def test_an_unknown_operation_frees_the_key(api: Api) -> None:
    asked(api, "k7", "customers.nope")

    assert asked(api, "k7", "features.list")[0] == 200
