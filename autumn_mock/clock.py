"""The time of a world. Nothing else in the project reads the machine's clock.

A clock is *real* (it runs with the machine), *frozen* (it stands at an instant), or *offset*
(it runs, moved by a distance). Instants are epoch milliseconds.
"""

import time


class Clock:
    """Tells `now()` in epoch milliseconds; can be frozen, moved and let run again."""

    __slots__ = ("frozen_at", "offset")

    def __init__(self, frozen_at: int | None = None, offset: int = 0) -> None:
        self.frozen_at = frozen_at
        self.offset = offset

    def now(self) -> int:
        if self.frozen_at is not None:
            return self.frozen_at
        return machine_now() + self.offset

    def freeze(self, at: int) -> None:
        """Stand still at `at`."""
        self.frozen_at = at

    def move_to(self, at: int) -> None:
        """Go to `at`: a frozen clock stands there, a running one runs on from there."""
        if self.frozen_at is not None:
            self.frozen_at = at
        else:
            self.offset = at - machine_now()

    def run_real(self) -> None:
        """Follow the machine's clock again."""
        self.frozen_at = None
        self.offset = 0


def machine_now() -> int:
    """The machine's time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.perf_counter()
