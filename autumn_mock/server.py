"""The server program of `autumn-mock serve`: a thin parent and one worker that holds the emulator.

Granian's parent process binds nothing but a reservation of the port; its worker loads the emulator,
serves it, and folds the data file when it is told to stop. The parent says what went wrong, in one
line, and answers the exit status. Nothing here imports Flask or the emulator before the worker does.
"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace  # noqa: TID251 -- settings are a dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.util import Finalize
from threading import Thread
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.mp import MPServer

from autumn_mock.settings import Settings

THREADS = 4
"""Python threads of the worker. They share one interpreter, so more don't answer more: one thread
alone would answer half more. But a slow request holds up its thread, and organisations must not wait
for each other (measured: see CONTRIBUTING)."""
_KILL_AFTER_SECONDS = 20
_POLL_SECONDS = 0.002
_STOP_AGAIN_SECONDS = 0.3
Announce = Callable[[str, int, Settings], None]
"""Called in the worker with URL, process id to signal, and settings, once requests are answered."""


class CannotServe(Exception):
    """The server can't begin, or ended by itself; the message is one readable line."""


def serve(settings: Settings, announce: Announce) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotServe."""
    gc.disable()  # until the worker has loaded: collecting meanwhile costs a tenth of the start
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
    address, reserved = _reserve(settings.host, settings.port)
    settings = replace(settings, port=reserved.getsockname()[1])
    told, tell = multiprocessing.Pipe(duplex=False)
    server = _Server(
        "autumn_mock",
        address=address,
        port=settings.port,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        log_enabled=False,
        workers_kill_timeout=_KILL_AFTER_SECONDS,
    )
    with reserved:
        if sys.platform != "linux":
            reserved.close()  # elsewhere Granian binds in this process, without sharing
        with suppress(SystemExit):
            server.serve(
                target_loader=partial(_load, settings, announce, tell, server.stopping), wrap_loader=False
            )
    for late in (signal.SIGINT, signal.SIGTERM):
        signal.signal(late, signal.SIG_IGN)  # the end is near; one more must not spoil the exit status
    if told.poll():
        raise CannotServe(told.recv())
    if not server.interrupt_signal:
        raise CannotServe(
            "the server process ended by itself; every change it answered is in the data file's journal"
        )


class _Server(MPServer):
    """Tells the worker that it is to stop by a pipe too: a signal that comes in the very moment in
    which Granian begins to serve can get lost in the worker."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stopping, self._stop = multiprocessing.Pipe(duplex=False)

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]
        self._stop.send_bytes(b"stop")

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """SIGHUP: the terminal is gone. A second worker could not open the data file anyway."""
        self.signal_handler_interrupt(*args, **kwargs)


def _reserve(host: str, port: int) -> tuple[str, socket.socket]:
    """The address of a host, and a socket that keeps its port ours. Raises CannotServe.

    Granian binds with SO_REUSEPORT, which would let a second server take a used port in silence. So
    the port is bound without it first; that fails if anyone uses the port. Setting it afterwards
    lets our own worker in, and 0 has become a number by then.
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise CannotServe(f"--host {host}: {getattr(error, 'strerror', error)}") from None
    reserved = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(where)
        if sys.platform == "linux":
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        reserved.close()
        raise CannotServe(
            f"port {port} of {host} can't be used: {error.strerror}; choose another one with --port"
        ) from None
    return str(where[0]), reserved


def _load(settings: Settings, announce: Announce, tell: Connection, stopping: Connection) -> Any:
    """In the worker: the application, ready. What goes wrong is told to the parent."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C reaches the parent only, which then stops this process in order
    logging.basicConfig(level=logging.INFO, format="autumn-mock: %(message)s", stream=sys.stderr)

    from autumn_mock.emulator import Emulator
    from autumn_mock.seeding import SeedError
    from autumn_mock.store import DataFileError

    try:
        emulator = Emulator(settings)
    except (DataFileError, SeedError) as error:
        tell.send(str(error))
        raise SystemExit(1) from None

    def close() -> None:
        try:
            emulator.close()
        except DataFileError as error:
            tell.send(str(error))

    if settings.watch:
        emulator.watch()
    Finalize(None, close, exitpriority=10)
    gc.enable()
    gc.freeze()  # what was loaded stays, so no collection need walk it again
    parent = os.getppid()
    Thread(target=_follow_parent, args=(settings, stopping), daemon=True).start()
    Thread(target=_announce, args=(settings, parent, announce), daemon=True).start()
    return emulator.app


def _follow_parent(settings: Settings, stopping: Connection) -> None:
    """Stop when the parent says so or is gone, however it ended (`kill -9` included).

    Granian's parent sends SIGTERM itself, which can get lost in the moment in which serving begins.
    It must not be repeated once the worker is stopping, so it is only while connections are taken.
    """
    parent = multiprocessing.parent_process()
    sentinels = [parent.sentinel] if parent else []
    gone = wait([stopping, *sentinels]) != [stopping]
    while True:
        if not gone:
            time.sleep(_STOP_AGAIN_SECONDS)
        if gone or _answers(settings):
            os.kill(os.getpid(), signal.SIGTERM)
        gone = False


def _answers(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.reachable_host, settings.port), 1).close()
    except OSError:
        return False
    return True


def _announce(settings: Settings, parent: int, announce: Announce) -> None:
    """Say so once a connection is taken."""
    while not _answers(settings):
        time.sleep(_POLL_SECONDS)
    announce(settings.base_url, parent, settings)
