"""The emulator: the object that tests and the command line hold.

with Emulator(Settings(seed=("fixtures/starter.json",))) as emulator:
    emulator.start()
    requests.post(emulator.url + "/v1/customers.get_or_create", …)
"""

import logging
from collections.abc import Callable
from dataclasses import replace  # noqa: TID251 -- settings are a dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autumn_mock.operations.registry import load_operations
from autumn_mock.seeding import Seed, SeedError, files, plant, plant_all, read_file
from autumn_mock.seeding.watching import SeedWatch
from autumn_mock.settings import Settings
from autumn_mock.store import DataFile
from autumn_mock.store.documents import as_json
from autumn_mock.web.app import create_app
from autumn_mock.world import SANDBOX, World, Worlds

_log = logging.getLogger("autumn_mock")


class Emulator:
    """All worlds of one server, its data file and its WSGI application.

    Raises DataFileError and SeedError when it can't begin.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        path = self.settings.data_path
        self.data_file = DataFile(path, self.settings.durability) if path else None
        try:
            load_operations()
            self.template = self._planted()
            self.worlds = Worlds(self.settings, self._begin, self.data_file)
            self.worlds.load()
        except BaseException:
            self.close_file()
            raise
        self.app = create_app(self)
        self._stop: Callable[[], None] | None = None
        self._watch: SeedWatch | None = None
        self.url = self.settings.base_url

    def _planted(self) -> World:
        """The world that new ones are copies of: the seeds, run once. Raises SeedError."""
        seeds = [read_file(path) for name in self.settings.seed for path in files(name)]
        world = World("template", SANDBOX, self.settings)
        plant_all(world, seeds)
        return world

    def _begin(self, world: World) -> None:
        template = self.template
        world.store.become(template.store)
        if self.settings.id_seed is not None:
            world.ids.go_on_from(template.ids)

    def reset(self, world: World) -> None:
        """Put a world back to the seed: data, clock and log."""
        with world.lock:
            world.clock.set(self.settings.now, 0)
            self._begin(world)
            world.requests.clear()
            world.remember()

    def seed(self, world: World, content: Any) -> None:
        """Plant a seed in a world, beside what it has. Raises SeedError."""
        plant(world, Seed(content))

    @staticmethod
    def records(world: World) -> dict[str, list[Any]]:
        """All records of a world by table, as JSON, each as the data file has it."""
        with world.lock:
            snapshot = world.store.snapshot()
        return as_json(snapshot)

    def watch(self) -> None:
        """Pick up changed seed files: new worlds and resets use them. A broken one is told and passed over."""
        self._watch = SeedWatch(self._seed_files, self._replant)

    def _seed_files(self) -> list[Path]:
        try:
            return [path for name in self.settings.seed for path in files(name)]
        except SeedError:  # gone for a moment, as while an editor replaces it
            return []

    def _replant(self) -> None:
        try:
            self.template = self._planted()
            _log.info("the changed seed is in use for new organisations and resets")
        except SeedError as error:
            _log.error("%s; the seed of before stays in use", error)

    def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve from this process, in the background; returns the URL. For tests."""
        from autumn_mock.web.serving import serve_in_thread

        self.url, self._stop = serve_in_thread(self.app, host, port)
        if self.settings.public_url is None:
            self._be_known_as(self.url)
        return self.url

    def _be_known_as(self, url: str) -> None:
        """Pages that answers name (checkouts, invoices) are at the port that was really taken."""
        self.settings = replace(self.settings, public_url=url)
        self.worlds.settings = self.settings
        for world in self.worlds.all():
            world.settings = self.settings

    def stop(self) -> None:
        """Stop serving, finish what is running."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._stop is not None:
            self._stop()
            self._stop = None

    def close(self) -> None:
        """Stop, fold the journal and give the data file free. Raises DataFileError."""
        self.stop()
        self.worlds.stop_deliveries()
        try:
            self.worlds.fold()
        finally:
            self.close_file()

    def close_file(self) -> None:
        if self.data_file is not None:
            self.data_file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def world(self, org: str, env: str = "sandbox") -> World:
        return self.worlds.get(org, env)

    def forget(self, org: str) -> None:
        """Let go of an organisation that nobody will ask for again. For tests."""
        self.worlds.forget(org)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)
