"""The time of a world. Nothing else in the project reads the machine's clock.

A clock is *real* (it runs with the machine), *frozen* (it stands at an instant), or *offset*
(it runs, moved by a distance). Instants are epoch milliseconds.
"""

import time


class Clock:
    """Tells `now()` in epoch milliseconds; can be frozen, moved and let run again.

    `revision` counts the changes, so that of two memories of one clock the later is known.
    """

    __slots__ = ("frozen_at", "offset", "revision")

    def __init__(self, frozen_at: int | None = None, offset: int = 0) -> None:
        self.frozen_at = frozen_at
        self.offset = offset
        self.revision = 0

    def now(self) -> int:
        if self.frozen_at is not None:
            return self.frozen_at
        return machine_now() + self.offset

    def freeze(self, at: int) -> None:
        """Stand still at `at`."""
        self.set(at, 0)

    def move_to(self, at: int) -> None:
        """Go to `at`: a frozen clock stands there, a running one runs on from there."""
        if self.frozen_at is not None:
            self.set(at, 0)
        else:
            self.set(None, at - machine_now())

    def run_real(self) -> None:
        """Follow the machine's clock again."""
        self.set(None, 0)

    def set(self, frozen_at: int | None, offset: int) -> None:
        """Stand as told: frozen at an instant, or running moved by a distance."""
        self.frozen_at, self.offset = frozen_at, offset
        self.revision += 1


def machine_now() -> int:
    """The machine's time in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.perf_counter()
