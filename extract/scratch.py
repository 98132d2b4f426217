"""Private folders for a while: they go with the work, and those of a process that was killed go with a later run."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from extract.locking import is_locked, take_lock
from extract.problem import NotWritableError

PREFIX = "jixiao-"
OLD = 600.0
"""Seconds after which a folder that nobody holds is nobody's: one that is just being made is held in a moment."""

_OWNER = ".owner"
_ELSEWHERE = "Free some room there, or name another folder in TMPDIR."


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """A new folder for temporary files that is gone afterwards; as long as this process lives, nobody clears it.

    Raises NotWritableError where none can be made."""
    with ExitStack() as stack:
        try:
            name = stack.enter_context(TemporaryDirectory(prefix=f"{PREFIX}{purpose}-", ignore_cleanup_errors=True))
            take_lock(stack.enter_context(Path(name, _OWNER).open("wb")))
        except OSError as error:
            raise NotWritableError(f"No temporary file can be written: {error.strerror or error}.", _ELSEWHERE) from error
        yield Path(name)


def clear_abandoned(older_than: float = OLD) -> list[Path]:
    """Removes the folders whose process was killed, and gives their paths; those of other users are let alone."""
    found = [path for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if _is_abandoned(path, older_than)]
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
    return found


def _is_abandoned(path: Path, older_than: float) -> bool:
    try:
        about = path.lstat()
        if not stat.S_ISDIR(about.st_mode) or time.time() - about.st_mtime < older_than:
            return False
        if hasattr(os, "getuid") and about.st_uid != os.getuid():
            return False
        with os.fdopen(os.open(path / _OWNER, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)), "r+b") as mark:
            return not is_locked(mark)
    except OSError:  # gone meanwhile, or none of those that scratch makes
        return False
