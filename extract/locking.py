"""A lock on a file that ends with the process that holds it, however that ends."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def take_lock(file: IO[Any], *, wait: bool = False) -> None:
        """Holds the file until it is closed. Raises OSError where another process holds it, unless we ``wait``."""
        while wait:
            with suppress(OSError):  # it gives up after ten seconds
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def take_lock(file: IO[Any], *, wait: bool = False) -> None:
        """Holds the file until it is closed. Raises OSError where another process holds it, unless we ``wait``."""
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def is_locked(file: IO[Any]) -> bool:
    """Whether a process holds the file; where none does, this one holds it from now on."""
    with suppress(OSError):
        take_lock(file)
        return False
    return True
