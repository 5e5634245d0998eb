"""One process per data file: a lock beside it that goes with its process, however that ends."""

import os
import sys
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


_PATIENCE_SECONDS, _AGAIN_SECONDS = 15.0, 0.05


class TakenError(Exception):
    """Another process holds the lock; `owner` is its process id as text, or empty."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        super().__init__(owner)


class FileLock:
    """Held from making to `release`. Raises TakenError, or OSError where no file can be made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = self._take()

    def _take(self) -> IO[bytes]:
        patience = _PATIENCE_SECONDS
        while True:
            opened = self.path.open("a+b")
            try:
                _lock(opened)
            except OSError:
                opened.seek(0)
                owner = opened.read(20).decode("ascii", "replace").strip()
                opened.close()
                if patience <= 0 or _is_running(owner):
                    raise TakenError(owner) from None
                patience -= _AGAIN_SECONDS  # its worker is still finishing
                time.sleep(_AGAIN_SECONDS)
                continue
            if _same_file(opened, self.path):
                break
            opened.close()  # its last owner removed it between the two steps
        opened.truncate(0)
        opened.write(str(_owner()).encode())
        opened.flush()
        return opened

    def release(self) -> None:
        if not self._file.closed:
            self.path.unlink(missing_ok=True)
            self._file.close()


def _owner() -> int:
    """The process that a user started: of a server's worker its parent."""
    parent = parent_process()
    return os.getpid() if parent is None or parent.pid is None else parent.pid


def _is_running(owner: str) -> bool:
    if sys.platform == "win32":  # there 0 is no harmless signal
        return True
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError):
        pass
    return True


def _lock(opened: IO[bytes]) -> None:
    if sys.platform == "win32":
        opened.seek(1_000)  # locks bytes there, so that the owner's number stays readable
        msvcrt.locking(opened.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _same_file(opened: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened.fileno()), path.stat())
    except FileNotFoundError:
        return False
