"""Billing operations of one customer that come at the same time: cases L186 to L189."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from autumn_mock.emulator import Emulator
from autumn_mock.errors.billing import BillingLocked
from autumn_mock.exclusions import HELD_AT_MOST_SECONDS, Exclusions
from tests.billing import attach, catalogue, give_card, plans_of
from tests.builders import customer
from tests.conftest import Api

WORDS = "{} already in progress for this customer, try again in a few seconds"
PRO = {"customer_id": "k", "plan_id": "pro"}
BODIES: dict[str, dict[str, Any]] = {
    "billing.attach": PRO,
    "billing.multi_attach": {"customer_id": "k", "plans": [{"plan_id": "pro"}]},
    "billing.update": {**PRO, "cancel_action": "cancel_immediately"},
    "billing.multi_update": {
        "customer_id": "k",
        "updates": [{"plan_id": "pro", "cancel_action": "cancel_immediately"}],
    },
    "billing.create_schedule": {
        "customer_id": "k",
        "phases": [{"starts_at": "now", "plans": [{"plan_id": "pro"}]}],
    },
    "attach": {"customer_id": "k", "product_id": "pro"},
    "cancel": {"customer_id": "k", "product_id": "pro"},
}
DOING = {
    "billing.attach": "Attach",
    "billing.multi_attach": "Multi-attach",
    "billing.update": "Update subscription",
    "billing.multi_update": "Multi-update",
    "billing.create_schedule": "Create schedule",
    "attach": "Attach",
    "cancel": "Cancel",
}
PREVIEWS = ("preview_attach", "preview_multi_attach", "preview_update", "preview_multi_update",
            "preview_create_schedule")  # fmt: skip


class Callers:
    """Clients of a running server, each with a thread of its own."""

    def __init__(self, api: Api, url: str, threads: ThreadPoolExecutor) -> None:
        self.api, self.url, self.threads = api, url, threads

    def send(self, path: str, body: dict[str, Any]) -> "Future[httpx.Response]":
        headers = {"Authorization": f"Bearer am_sk_test_{self.api.org}", "x-api-version": "2.3.0"}
        return self.threads.submit(httpx.post, self.url + path, json=body, headers=headers, timeout=30)

    def call(self, operation: str, **other: Any) -> "Future[httpx.Response]":
        return self.send(f"/v1/{operation}", BODIES[operation] | other)

    @contextmanager
    def busy_world(self) -> Iterator[None]:
        """The world has something else to do, so that what comes has to wait for it."""
        held, free = Event(), Event()

        def hold() -> None:
            with self.api.world.lock:
                held.set()
                free.wait(30)

        self.threads.submit(hold)
        assert held.wait(10)
        try:
            yield
        finally:
            free.set()

    def wait_until_claimed(self) -> None:
        wait_until(lambda: len(self.api.world.exclusions) > 0, "nothing claims the customer")


def wait_until(happened: Callable[[], bool], otherwise: str) -> None:
    until = monotonic() + 10
    while not happened():
        assert monotonic() < until, otherwise
        sleep(0.002)


@pytest.fixture
def callers(emulator: Emulator, api: Api) -> Iterator[Callers]:
    catalogue(api)
    with ThreadPoolExecutor(12) as threads:
        yield Callers(api, emulator.start(), threads)


def refusals(answers: list["Future[httpx.Response]"]) -> list[dict[str, Any]]:
    """What those were told that came too early."""
    return [answer.result().json() for answer in answers if answer.result().status_code == 423]


def told(doing: str) -> dict[str, str]:
    return {"message": WORDS.format(doing), "code": "lock_already_exists", "env": "sandbox"}


def test_l186_of_several_attaches_of_one_customer_one_runs(callers: Callers) -> None:
    with callers.busy_world():
        answers = [callers.call("billing.attach") for _ in range(4)]
        wait_until(lambda: sum(answer.done() for answer in answers) == 3, "the refused wait for the first one")

    assert sorted(answer.result().status_code for answer in answers) == [200, 423, 423, 423]
    assert refusals(answers) == [told("Attach")] * 3
    assert plans_of(callers.api, "k") == [("pro", "active")]


@pytest.mark.parametrize("second", BODIES)
@pytest.mark.parametrize("first", BODIES)
def test_l187_who_comes_second_is_told_what_the_first_one_does(
    callers: Callers, first: str, second: str
) -> None:
    with callers.busy_world():
        running = callers.call(first)
        callers.wait_until_claimed()
        late = callers.call(second).result()

    assert (late.status_code, late.json()) == (423, told(DOING[first]))
    assert running.result().status_code in (200, 404)


def test_l188_other_customers_and_previews_are_not_refused(callers: Callers) -> None:
    customer(callers.api, "second")
    give_card(callers.api, "second")
    with callers.busy_world():
        running = callers.call("billing.attach")
        callers.wait_until_claimed()
        other = callers.call("billing.attach", customer_id="second")
        previews = [callers.send(f"/v1/billing.{name}", _body_of_preview(name)) for name in PREVIEWS]

    statuses = [answer.result().status_code for answer in (running, other, *previews)]
    assert statuses[:2] == [200, 200]
    assert 423 not in statuses


def _body_of_preview(name: str) -> dict[str, Any]:
    return BODIES["billing." + name.removeprefix("preview_")]


def test_l188_another_organisation_has_a_customer_of_the_same_name(callers: Callers) -> None:
    elsewhere = Api(callers.api.emulator)
    catalogue(elsewhere)
    with callers.busy_world():
        running = callers.call("billing.attach")
        callers.wait_until_claimed()
        attach(elsewhere, "k", "pro")

    assert running.result().status_code == 200


def test_l189_while_a_page_is_paid_nothing_else_is_attached(callers: Callers) -> None:
    page = attach(callers.api, "c", "pro")["payment_url"]

    with callers.busy_world():
        paying = callers.send("/_mock/checkouts/complete", {"url": page})
        callers.wait_until_claimed()
        late = callers.call("billing.attach", customer_id="c", plan_id="premium").result()

    words = "A checkout session for this customer was just completed and is still being processed"
    assert (late.status_code, late.json()["code"], late.json()["message"]) == (
        423,
        "lock_already_exists",
        words,
    )
    assert paying.result().status_code == 200
    assert plans_of(callers.api, "c") == [("pro", "active")]


@pytest.mark.parametrize("operation", BODIES)
def test_a_failure_leaves_nothing_claimed(callers: Callers, operation: str) -> None:
    missing = callers.call(operation, customer_id="ghost").result()

    again = callers.call(operation, customer_id="ghost").result()
    misshapen = callers.send(f"/v1/{operation}", {"customer_id": 7}).result()

    assert (missing.status_code, again.status_code, misshapen.status_code) == (404, 404, 400)
    assert len(callers.api.world.exclusions) == 0


def test_one_after_the_other_nothing_is_refused(callers: Callers) -> None:
    statuses = [callers.call("billing.attach", plan_id="extra").result().status_code for _ in range(3)]

    assert statuses == [200, 200, 200]


def test_a_claim_counts_for_two_minutes_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    monkeypatch.setattr("autumn_mock.exclusions.monotonic", lambda: seconds[0])
    exclusions = Exclusions()

    def refuse() -> BillingLocked:
        return BillingLocked(doing="Attach")

    with exclusions.held("k", refuse):
        seconds[0] = HELD_AT_MOST_SECONDS - 0.1
        with pytest.raises(BillingLocked), exclusions.held("k", refuse):
            pass
        seconds[0] = HELD_AT_MOST_SECONDS
        with exclusions.held("k", refuse):
            assert len(exclusions) == 1
        assert len(exclusions) == 0
