"""Files and folders that are written aside first and then put in place: each is the old one or the new one at any time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jixiao.lock import writing

_OLD = ".old"


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A path beside ``path`` at which a file or folder is written, to take its place when the context ends. What writers that were
    killed left beside it goes, or back to its place where they had just moved it away.

    Raises NotWritableError where the system refuses something meanwhile."""
    with writing(path):
        real = path.resolve()  # a link stays one
        aside = real.with_name(f".{os.getpid()}.{real.name}")
        for left in _left(real):
            _clear(left, real)
        try:
            aside.touch()  # what cannot be written is known before there is anything to write
            aside.unlink()
            yield aside
            _replace(aside, real)
        finally:
            _remove(aside)


def _left(path: Path) -> Iterator[Path]:
    """What writers that are dead left beside a path."""
    mark = re.compile(rf"\.(\d+)\.{re.escape(path.name)}({re.escape(_OLD)})?")
    with os.scandir(path.parent) as entries:
        found = [(int(match[1]), Path(entry.path)) for entry in entries if (match := mark.fullmatch(entry.name))]
    for writer, left in found:
        import psutil

        if writer == os.getpid() or not psutil.pid_exists(writer):  # in a container each process may have the same number
            yield left


def _clear(left: Path, path: Path) -> None:
    """Removes what a dead writer left; a folder that it had moved out of the way of one that never came goes back to its place."""
    if left.name.endswith(_OLD) and left.is_dir() and not os.path.lexists(path):
        os.replace(left, path)
    _remove(left)


def _replace(aside: Path, target: Path) -> None:
    """Puts what was written in the place of what stands there; a folder goes only once the new one is in its place."""
    if not target.is_dir():
        os.replace(aside, target)
        return
    old = aside.with_name(f"{aside.name}{_OLD}")
    os.replace(target, old)
    try:
        os.replace(aside, target)
    except OSError:
        os.replace(old, target)
        raise
    shutil.rmtree(old)


def _remove(place: Path) -> None:
    """Removes a file or folder as far as that can be done."""
    if os.path.isdir(place):
        shutil.rmtree(place, ignore_errors=True)
    with suppress(OSError):
        place.unlink(missing_ok=True)
