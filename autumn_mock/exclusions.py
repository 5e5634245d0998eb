"""What of a world may not run twice at the same time (reference: billing, locks).

Invariant: who comes second is refused at once and never waits; whatever becomes of the first one, it
gives way to the next.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from autumn_mock.clock import monotonic
from autumn_mock.errors import ApiError

HELD_AT_MOST_SECONDS = 120
Refuse = Callable[[], ApiError]
"""Makes the failure of whoever comes second."""


class Exclusions:
    """The names that are held now. Claimed before the lock of the world is waited for."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, Refuse]] = {}
        self._mutex = Lock()

    @contextmanager
    def held(self, name: str, refuse: Refuse) -> Iterator[None]:
        """Hold a name. Raises what the one that holds it already refuses with."""
        mine = (monotonic(), refuse)
        with self._mutex:
            since, refusal = self._held.get(name, (None, refuse))
            if since is not None and mine[0] - since < HELD_AT_MOST_SECONDS:
                raise refusal()
            self._held[name] = mine
        try:
            yield
        finally:
            with self._mutex:
                if self._held.get(name) is mine:
                    del self._held[name]

    def __len__(self) -> int:
        return len(self._held)
