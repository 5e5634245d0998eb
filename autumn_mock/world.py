"""A world: one organisation in one environment, with everything that it is made of.

It only holds things. Two worlds share nothing but the immutable records that both began with, and
the two environments of an organisation their clock: time passes for an organisation as a whole.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from threading import Lock, RLock, Thread
from typing import Any

from autumn_mock.clock import Clock
from autumn_mock.domain.records import Customer, WorldState
from autumn_mock.domain.timeline.timeline import Timeline
from autumn_mock.exclusions import Exclusions
from autumn_mock.ids import Ids
from autumn_mock.request_log import RequestLog
from autumn_mock.settings import Profile, Settings
from autumn_mock.store import Change, DataFile, DataFileError, Keep, Snapshots, Store, extract
from autumn_mock.webhooks.delivery import Courier

_log = logging.getLogger("autumn_mock.world")
SANDBOX, LIVE = "sandbox", "live"
_STATE = "world"


class World:
    """One organisation's sandbox or live environment. `lock` is held for one operation at a time."""

    def __init__(
        self, org: str, env: str, settings: Settings, keep: Keep | None = None, clock: Clock | None = None
    ) -> None:
        self.org, self.env, self.settings = org, env, settings
        self.clock = clock or Clock(frozen_at=settings.now)
        self._as_of: int | None = None
        self.rehearses = False
        """What happens here is only looked at; whatever falls due is paid."""
        self.ids = Ids(settings.id_seed)
        self.lock = RLock()
        self.exclusions = Exclusions()
        self.being_told: set[str] = set()
        """Customers of whom what changes is being gathered, to be told at the end."""
        self.requests = RequestLog()
        self.timeline: Timeline | None = None
        """Is told what happens as time passes, while somebody listens."""
        self.rate_windows: dict[tuple[str, str], Any] = {}
        """Requests counted by limit and customer (`--rate-limits`)."""
        self.store = Store(keep)
        self.courier = Courier(self.store, self.lock, self.clock)
        self.store.afterwards = self.courier.wake

    @property
    def rules(self) -> Profile:
        return self.settings.rules

    @property
    def is_sandbox(self) -> bool:
        return self.env == SANDBOX

    def now(self) -> int:
        """The instant as of which things are done, to whom holds the lock; others ask the clock."""
        return self.clock.now() if self._as_of is None else self._as_of

    @contextmanager
    def standing_at(self, at: int) -> Iterator[None]:
        """For what is done as of an instant that has passed. The clock, which another world shares, goes
        on meanwhile. `lock` is held."""
        before, self._as_of = self._as_of, at
        try:
            yield
        finally:
            self._as_of = before

    def make_id(self, prefix: str) -> str:
        return self.ids.make(prefix, self.now())

    def make_public_id(self, prefix: str) -> str:
        """An id that no other world has, even one of the same seed: what is found by it without a key
        (hosted pages) must not be another organisation's."""
        own = f"{self.org}/{self.env}/{self.ids.token('')}".encode()
        return prefix + blake2b(own, digest_size=20).hexdigest()

    def make_sorted_public_id(self, prefix: str) -> str:
        """The same for an id that sorts by the instant of its making."""
        made = self.make_id(prefix)
        own = blake2b(f"{self.org}/{self.env}/{made}".encode(), digest_size=8).hexdigest()
        return made[: -len(own)] + own

    def rehearsal(self, customer: Customer) -> "World":
        """A world of a customer alone that stands at this instant: what comes may happen in it, and
        nobody is any the wiser."""
        apart = World(self.org, self.env, self.settings, clock=Clock(frozen_at=self.now()))
        apart.rehearses = True
        extract(self.store, customer, into=apart.store)
        return apart

    def remember(self) -> None:
        """Keep how the clock stands, so that a restart goes on from there."""
        state = self.store.world_states.get(_STATE)
        made = state.created_at if state else self.now()
        with self.store.transaction():
            self.store.world_states.put(
                WorldState(
                    id=_STATE,
                    created_at=made,
                    frozen_at=self.clock.frozen_at,
                    offset=self.clock.offset,
                    revision=self.clock.revision,
                )
            )

    def recall(self) -> None:
        """Set the clock as it was kept, unless the other environment remembers a later change."""
        state = self.store.world_states.get(_STATE)
        if state is not None and state.revision >= self.clock.revision:
            self.clock.set(state.frozen_at, state.offset)
            self.clock.revision = state.revision


Begin = Callable[[World], None]
"""Fills a world that has just come into being."""


class Worlds:
    """All worlds of a server by organisation and environment; unknown ones come into being."""

    def __init__(self, settings: Settings, begin: Begin, data_file: DataFile | None = None) -> None:
        self.settings, self.data_file, self._begin = settings, data_file, begin
        self._worlds: dict[tuple[str, str], World] = {}
        self._clocks: dict[str, Clock] = {}
        self._latest: World | None = None
        self._mutex = RLock()
        self._growing = Lock()

    def get(self, org: str, env: str) -> World:
        found = self._worlds.get((org, env))
        if found is not None:
            self._latest = found
            return found
        with self._mutex:
            found = self._worlds.get((org, env))
            if found is None:
                found = World(org, env, self.settings, self._keeper(org, env), self._clock(org))
                self._begin(found)
                found.remember()
                self._worlds[org, env] = found
            self._latest = found
            return found

    def _clock(self, org: str) -> Clock:
        return self._clocks.setdefault(org, Clock(frozen_at=self.settings.now))

    def all(self) -> list[World]:
        return list(self._worlds.values())

    def with_page(self, page_id: str) -> World | None:
        """The world that handed out a hosted page (`cs_test_…`, `co_…`, `bps_…`)."""
        return self.holding(lambda world: page_id in world.store.checkouts)

    def with_invoice(self, invoice_id: str) -> World | None:
        """The world of an invoice, by the id of its link (`inv_…`) or of its page (`in_…`)."""
        return self.holding(
            lambda world: (
                invoice_id in world.store.invoices
                or world.store.invoices.first("invoice_id", invoice_id) is not None
            )
        )

    def holding(self, has: Callable[[World], bool]) -> World | None:
        """The world that has something; a look into each world's index, for pages are opened without a
        key. What came with a seed is in all of them: then it is the one whose key was used last."""
        worlds = sorted(self.all(), key=lambda world: world is not self._latest)
        return next((world for world in worlds if has(world)), None)

    def forget(self, org: str) -> None:
        """Let go of an organisation's worlds, kept ones excepted: its next request begins afresh."""
        if self.data_file is None:
            for env in (SANDBOX, LIVE):
                world = self._worlds.pop((org, env), None)
                if world is not None:
                    world.courier.stop()
            self._clocks.pop(org, None)

    def stop_deliveries(self) -> None:
        """Begin no more deliveries of webhooks."""
        for world in self.all():
            world.courier.stop()

    def load(self) -> None:
        """Bring back the worlds of the data file. Raises DataFileError."""
        if self.data_file is None:
            return
        for (org, env), snapshot in self.data_file.load().items():
            world = World(org, env, self.settings, self._keeper(org, env), self._clock(org))
            world.store.load(snapshot)
            world.recall()
            if self.settings.id_seed is not None:  # the ids of the first run are taken
                world.ids = Ids(self.settings.id_seed + sum(map(len, snapshot.values())))
            self._worlds[org, env] = world
        self.fold()
        for world in self.all():
            world.courier.wake()

    def fold(self) -> None:
        """Write all worlds into the data file, unless it has everything. Raises DataFileError."""
        if self.data_file is not None and self.data_file.has_changed:
            self.data_file.fold(self._snapshots)

    def _snapshots(self) -> Snapshots:
        with self._mutex:  # so that a world which is just coming into being is among them
            worlds = self.all()
        for world in worlds:
            with world.lock:
                snapshot = world.store.snapshot()
            yield (world.org, world.env), snapshot

    def _keeper(self, org: str, env: str) -> Keep | None:
        """What makes a world's changes last."""
        data_file = self.data_file
        if data_file is None:
            return None

        def keep(changes: list[Change]) -> None:
            data_file.append((org, env), changes)
            if data_file.has_grown and self._growing.acquire(blocking=False):
                Thread(target=self._fold_aside, name="fold", daemon=True).start()

        return keep

    def _fold_aside(self) -> None:
        """Fold while requests go on."""
        try:
            self.fold()
        except DataFileError as error:
            _log.error("%s", error)
        finally:
            self._growing.release()
