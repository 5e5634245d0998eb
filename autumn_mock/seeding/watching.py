"""Noticing that a seed file changed (`--watch`)."""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Event, Thread

_EVERY_SECONDS = 0.3
_State = tuple[int, int] | None


class SeedWatch:
    """Calls back, from a thread of its own, some moments after one of the files changed.

    `files` says which ones there are; it is asked each time, since folders get new ones.
    """

    def __init__(self, files: Callable[[], Iterable[Path]], changed: Callable[[], None]) -> None:
        self._files, self._changed = files, changed
        self._stopped = Event()
        self._seen = self._look()
        self._thread = Thread(target=self._run, name="seed watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_EVERY_SECONDS):
            found = self._look()
            if found != self._seen:
                self._seen = found
                self._changed()

    def _look(self) -> dict[Path, _State]:
        return {path: _state(path) for path in self._files()}


def _state(path: Path) -> _State:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
