"""The emulator: the object that tests and the command line hold.

with Emulator(Settings(seed=("fixtures/starter.json",))) as emulator:
    emulator.start()
    requests.post(emulator.url + "/v1/customers.get_or_create", …)
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from autumn_mock import seeding
from autumn_mock.settings import Settings
from autumn_mock.store import DataFile
from autumn_mock.web.app import create_app
from autumn_mock.world import World, Worlds


class Emulator:
    """All worlds of one server, its data file and its WSGI application.

    Raises DataFileError and SeedError when it can't begin.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        path = self.settings.data_path
        self.data_file = DataFile(path, self.settings.durability) if path else None
        try:
            self.seeds = [seeding.read(Path(name)) for name in self.settings.seed]
            self.worlds = Worlds(self.settings, self._begin, self.data_file)
            self.template = self._template()
            self.worlds.load()
        except BaseException:
            self.close_file()
            raise
        self.app = create_app(self)
        self._stop: Callable[[], None] | None = None
        self.url = self.settings.base_url

    def _template(self) -> World:
        """The world that new ones are copies of: the seed, run once."""
        world = World("template", "sandbox", self.settings)
        seeding.plant_all(world, self.seeds)
        return world

    def _begin(self, world: World) -> None:
        world.store.become(self.template.store)

    def reset(self, world: World) -> None:
        """Put a world back to the seed: data, clock and log."""
        with world.lock:
            world.clock.set(self.settings.now, 0)
            world.store.become(self.template.store)
            world.requests.clear()
            world.remember()

    def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve from this process, in the background; returns the URL. For tests."""
        from autumn_mock.web.serving import serve_in_thread

        self.url, self._stop = serve_in_thread(self.app, host, port)
        return self.url

    def stop(self) -> None:
        """Stop serving, finish what is running."""
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
