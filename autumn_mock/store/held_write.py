"""Writing to a file without letting other threads run meanwhile.

Python gives up its interpreter lock for every write. A journal line is a few microseconds of copying
into the page cache, but giving the lock up in the middle of a transaction lets the other threads of
the server queue for the world's lock, one after the other, and costs half of all requests. So the C
library's `write` is called with the interpreter lock held; where it can't be found, Python's own is.
"""

import ctypes
import os
from collections.abc import Callable

Write = Callable[[int, bytes], int]
"""File descriptor and text to the number of bytes written. Raises OSError."""


def held_write() -> Write:
    """The way to write that this platform has."""
    if os.name != "posix":
        return os.write
    try:
        call = ctypes.PyDLL(None, use_errno=True).write
    except (AttributeError, OSError):
        return os.write
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
    call.restype = ctypes.c_ssize_t

    def write(descriptor: int, text: bytes) -> int:
        wrote = call(descriptor, text, len(text))
        if wrote < 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))
        return int(wrote)

    return write
