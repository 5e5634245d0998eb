"""The courier of a world: it carries messages of the outbox to endpoints, in the background.

Each endpoint has a thread of its own while something waits for it, so a slow one delays no other.
The world's lock is held to look and to write down, never while a request is on its way. What is
due follows the world's clock: `wake` is called after every transaction, so also after a move of the
clock. An attempt counts as made when it was due, so a jump of the clock plays the whole schedule. Signatures
carry the machine's time, because receivers compare it with their own.
"""

import logging
from collections.abc import Callable
from threading import Condition, RLock, Thread
from typing import NamedTuple

import msgspec

from autumn_mock.clock import Clock, machine_now
from autumn_mock.domain.records import Try, WebhookEndpoint, WebhookMessage
from autumn_mock.store import Store
from autumn_mock.webhooks.schedule import after_try, endpoint_after, with_delivery
from autumn_mock.webhooks.sending import Sent, send
from autumn_mock.webhooks.signing import signed_headers
from autumn_mock.webhooks.waiting import give_up

_log = logging.getLogger("autumn_mock.webhooks")
_encode = msgspec.json.Encoder(decimal_format="number").encode

_LONGEST_WAIT = 1.0
"""Seconds after which a thread looks again."""

Send = Callable[[str, dict[str, str], bytes], Sent]


class Job(NamedTuple):
    """One attempt to be made."""

    endpoint: WebhookEndpoint
    message: WebhookMessage
    due_at: int


class Courier:
    """Delivers the due messages of one world."""

    def __init__(self, store: Store, lock: RLock, clock: Clock, send: Send = send) -> None:
        self._store, self._clock, self._send = store, clock, send
        self._changed = Condition(lock)
        """Of the world's lock: something new may be due, or an attempt is over."""
        self._threads: dict[str, Thread] = {}
        self._under_way = 0
        self._stopped = False

    def wake(self) -> None:
        """See to what is due, now or later. Costs next to nothing when nothing waits."""
        waiting = self._store.webhook_messages.soonest("due") is not None
        if not waiting and not self._threads:
            return
        with self._changed:
            for endpoint in self._store.webhook_endpoints if waiting and not self._stopped else ():
                if endpoint.id not in self._threads:
                    thread = Thread(target=self._serve, args=(endpoint.id,), daemon=True)
                    self._threads[endpoint.id] = thread
                    thread.start()
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until every attempt that is due was made; False when that took too long."""
        with self._changed:
            self.wake()
            return self._changed.wait_for(self._is_idle, seconds)

    def stop(self) -> None:
        """Begin no more attempts."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _is_idle(self) -> bool:
        soonest = self._store.webhook_messages.soonest("due")
        return not self._under_way and (soonest is None or soonest[0] > self._clock.now())

    def _serve(self, endpoint_id: str) -> None:
        """Make the attempts of an endpoint one after another, until nothing waits any more."""
        try:
            while (job := self._next_job(endpoint_id)) is not None:
                self._attempt(job)
        except Exception:
            _log.exception("delivery to %s stopped; this is a bug of autumn-mock", endpoint_id)
            with self._changed:
                self._threads.pop(endpoint_id, None)

    def _next_job(self, endpoint_id: str) -> Job | None:
        """The next attempt as soon as it is due; None when there is nothing to wait for."""
        with self._changed:
            while not self._stopped:
                job = self._due_job(endpoint_id)
                if job is not None:
                    self._under_way += 1
                    return job
                soonest = self._store.webhook_messages.soonest("due")
                if soonest is None or endpoint_id not in self._store.webhook_endpoints:
                    break
                self._changed.wait(self._seconds_until(soonest[0]))
            self._threads.pop(endpoint_id, None)
            return None

    def _due_job(self, endpoint_id: str) -> Job | None:
        endpoint = self._store.webhook_endpoints.get(endpoint_id)
        if endpoint is None:
            return None
        now = self._clock.now()
        for message in self._store.webhook_messages.ordered("due"):
            if message.due_at is None or message.due_at > now:
                return None
            delivery = message.deliveries.get(endpoint_id)
            if delivery is not None and delivery.due_at is not None and delivery.due_at <= now:
                return Job(endpoint, message, delivery.due_at)
        return None

    def _seconds_until(self, at: int) -> float:
        """Never long, for a clock can be moved by the other environment of the organisation; never 0,
        for what is due may be another endpoint's."""
        if self._clock.frozen_at is not None:
            return _LONGEST_WAIT
        return min(_LONGEST_WAIT, max(0.05, (at - self._clock.now()) / 1_000))

    def _attempt(self, job: Job) -> None:
        body = _encode(job.message.payload)
        headers = signed_headers(job.endpoint.secret, job.message.id, body, seconds=machine_now() // 1_000)
        sent = self._send(job.endpoint.url, headers, body)
        with self._changed:
            self._under_way -= 1
            if not self._stopped:
                self._write_down(job, sent)
            self._changed.notify_all()

    def _write_down(self, job: Job, sent: Sent) -> None:
        """Keep what came of an attempt, unless message or endpoint are gone meanwhile."""
        store = self._store
        message = store.webhook_messages.get(job.message.id)
        endpoint = store.webhook_endpoints.get(job.endpoint.id)
        if message is None or endpoint is None or job.endpoint.id not in message.deliveries:
            return
        attempt = Try(at=job.due_at, status=sent.status, error=sent.error)
        delivery = after_try(message.deliveries[endpoint.id], attempt, final=sent.aborted)
        with store.transaction():
            store.webhook_messages.put(with_delivery(message, endpoint.id, delivery))
            if (changed := endpoint_after(endpoint, attempt)) is not endpoint:
                store.webhook_endpoints.put(changed)
            if changed.disabled:
                give_up(store, endpoint.id)
