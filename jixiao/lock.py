"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from extract.problem import NotWritableError

if sys.platform == "win32":
    import msvcrt

    def take_lock(file: IO[Any], *, wait: bool = False) -> None:
        """Holds the file until it is closed. Raises OSError where another process holds it, unless we ``wait``."""
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def take_lock(file: IO[Any], *, wait: bool = False) -> None:
        """Holds the file until it is closed. Raises OSError where another process holds it, unless we ``wait``."""
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder for this process alone. Raises NotWritableError where another one holds it, or it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("a+", encoding="ascii")
    except OSError as error:
        raise not_writable(folder, error) from error
    with file:
        try:
            take_lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise NotWritableError(
                f"Another ingest (process {holder}) is writing to {folder}.", "Wait until it is done, or write into another folder."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def not_writable(path: Path, error: OSError) -> NotWritableError:
    """The sentence for an output that the system does not let us write."""
    return NotWritableError(f"{path} cannot be written: {error.strerror or error}.", "Choose another place, or free it.")
