"""Files and folders that are written aside first and then put in place: each is the old one or the new one at any time."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jixiao.lock import writing


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A path beside ``path`` at which a file or folder is written, to take its place when the context ends. What writers that were
    killed left beside it goes.

    Raises NotWritableError where the system refuses something meanwhile."""
    with writing(path):
        real = path.resolve()  # a link stays one
        aside = real.with_name(f".{os.getpid()}.{real.name}")
        for left in _left(real):
            _remove(left)
        try:
            aside.touch()  # what cannot be written is known before there is anything to write
            aside.unlink()
            yield aside
            _replace(aside, real)
        finally:
            _remove(aside)


def _left(path: Path) -> Iterator[Path]:
    """What writers that are dead left beside a path."""
    mark = re.compile(rf"\.(\d+)\.{re.escape(path.name)}(\.old)?")
    with os.scandir(path.parent) as entries:
        found = [(match, Path(entry.path)) for entry in entries if (match := mark.fullmatch(entry.name))]
    for match, left in found:
        import psutil

        if not psutil.pid_exists(int(match[1])):
            yield left


def _replace(aside: Path, target: Path) -> None:
    """Puts what was written in the place of what stands there; a folder goes only once the new one is in its place."""
    if not target.is_dir():
        os.replace(aside, target)
        return
    old = aside.with_name(f"{aside.name}.old")
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
