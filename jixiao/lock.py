"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO

from extract.locking import take_lock
from extract.problem import NotWritableError

_IN_THE_WAY = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR)
_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextmanager
def locked(folder: Path, wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """The folder for this process alone. Raises NotWritableError where another one holds it, or it cannot be written.

    With ``wait`` that is told who holds it, and then it is waited for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("a+b", buffering=0)
    except OSError as error:
        raise not_writable(folder, error) from error
    with file:
        _take(file, folder, wait)
        _sign(file, folder)
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """A file for this process alone, once whoever holds it has done. A hidden file beside it says so meanwhile. Raises OSError."""
    beside = path.with_name(f".{path.name}.lock")
    while True:
        with beside.open("ab") as file:
            take_lock(file, wait=True)
            if not _is_at(file, beside):  # whoever held it before took it away
                continue
            try:
                yield
            finally:
                with suppress(OSError):  # where an open file cannot be removed it stays, and is used again
                    beside.unlink()
            return


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _sign(file: FileIO, folder: Path) -> None:
    try:
        file.truncate(0)
        file.write(str(os.getpid()).encode())
    except OSError as error:
        raise not_writable(folder, error) from error


def _take(file: FileIO, folder: Path, wait: Callable[[str], None] | None) -> None:
    try:
        take_lock(file)
    except OSError as error:
        if error.errno not in _HELD:
            raise not_writable(folder, error) from error
        file.seek(0)
        holder = f"process {file.read().decode('ascii', 'replace').strip() or 'unknown'}"
        if wait is None:
            raise NotWritableError(
                f"Another ingest ({holder}) is writing to {folder}.",
                "Wait until it is done, with --wait, or write into another folder.",
            ) from error
        wait(holder)
        take_lock(file, wait=True)


@contextmanager
def writing(path: object) -> Iterator[None]:
    """Has NotWritableError say what the system refuses while a dataset is written. For that alone: an error of reading a source is none."""
    try:
        yield
    except OSError as error:
        raise not_writable(path, error) from error


def not_writable(path: object, error: OSError) -> NotWritableError:
    """The sentence for an output that the system does not let us write."""
    which = f", {error.filename}" if error.errno in _IN_THE_WAY and error.filename else ""
    return NotWritableError(f"{path} cannot be written: {error.strerror or error}{which}.", "Choose another place, or free it.")
