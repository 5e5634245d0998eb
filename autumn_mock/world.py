"""A world: one organisation in one environment, with everything that it is made of.

It only holds things. Two worlds share nothing but the immutable records that both began with.
"""

from collections.abc import Callable
from threading import RLock
from typing import Any

from autumn_mock.clock import Clock
from autumn_mock.domain.records import WorldState
from autumn_mock.ids import Ids
from autumn_mock.request_log import RequestLog
from autumn_mock.settings import Profile, Settings
from autumn_mock.store import DataFile, Store

SANDBOX, LIVE = "sandbox", "live"
_STATE = "world"


class World:
    """One organisation's sandbox or live environment. `lock` is held for one operation at a time."""

    def __init__(self, org: str, env: str, settings: Settings, data_file: DataFile | None = None) -> None:
        self.org, self.env, self.settings = org, env, settings
        self.clock = Clock(frozen_at=settings.now)
        self.ids = Ids(settings.id_seed)
        self.lock = RLock()
        self.requests = RequestLog()
        keep = None
        if data_file is not None:
            name = (org, env)

            def keep(changes: list[Any]) -> None:
                data_file.append(name, changes)

        self.store = Store(keep)

    @property
    def rules(self) -> Profile:
        return self.settings.rules

    @property
    def is_sandbox(self) -> bool:
        return self.env == SANDBOX

    def now(self) -> int:
        return self.clock.now()

    def make_id(self, prefix: str) -> str:
        return self.ids.make(prefix, self.clock.now())

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
                )
            )

    def recall(self) -> None:
        """Set the clock as it was kept."""
        state = self.store.world_states.get(_STATE)
        if state is not None:
            self.clock.frozen_at, self.clock.offset = state.frozen_at, state.offset


Begin = Callable[[World], None]
"""Fills a world that has just come into being."""


class Worlds:
    """All worlds of a server by organisation and environment; unknown ones come into being."""

    def __init__(self, settings: Settings, begin: Begin, data_file: DataFile | None = None) -> None:
        self.settings, self.data_file, self._begin = settings, data_file, begin
        self._worlds: dict[tuple[str, str], World] = {}
        self._mutex = RLock()

    def get(self, org: str, env: str) -> World:
        found = self._worlds.get((org, env))
        if found is not None:
            return found
        with self._mutex:
            found = self._worlds.get((org, env))
            if found is None:
                found = World(org, env, self.settings, self.data_file)
                self._begin(found)
                found.remember()
                self._worlds[org, env] = found
            return found

    def all(self) -> list[World]:
        return list(self._worlds.values())

    def load(self) -> None:
        """Bring back the worlds of the data file."""
        if self.data_file is None:
            return
        for (org, env), changes in self.data_file.load().items():
            world = World(org, env, self.settings, self.data_file)
            world.store.load(changes)
            world.recall()
            self._worlds[org, env] = world

    def fold(self) -> None:
        """Write all worlds into the data file, none of them changing meanwhile."""
        if self.data_file is None:
            return
        held = self.all()
        for world in held:
            world.lock.acquire()
        try:
            self.data_file.fold(((w.org, w.env), w.store) for w in held)
        finally:
            for world in held:
                world.lock.release()
