"""A dataset in a folder of this machine."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import IO

from jixiao.lock import held, locked
from jixiao.storage import ASIDE, SEGMENT, Change, Waiting
from normalize.record import TABLES

_TOGETHER = 4

Before = Callable[[str, Path], None]
"""Told the name of a step and the path that it changes, before it is done."""


def _nothing(step: str, path: Path) -> None: ...


class Local:
    """The files in a folder. ``before`` is called before each step that changes the disk, so that a test can end us there."""

    def __init__(self, root: Path, before: Before = _nothing) -> None:
        self.root = root
        self._before = before

    @property
    def shown(self) -> str:
        return str(self.root)

    def names(self, folder: str) -> list[str]:
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")

    def apply(self, changes: Sequence[Change]) -> None:
        aside: list[Path | None] = []
        try:
            for change in changes:
                aside.append(self._aside(change))
            _together(_sync_file, [path for path in aside if path is not None])
            for change, path in zip(changes, aside, strict=True):
                self._put(change, path)
            _together(_sync_folder, sorted({(self.root / change.name).parent for change in changes}))
        except OSError:
            self._clear(path for path in aside if path is not None)
            raise

    def replace(self, name: str, data: bytes) -> None:
        """Puts a file in the folder in the place of the one of its name, aside first. Raises OSError."""
        path = self.root / name
        aside = path.with_name(f".{name}.aside")
        self._before("write", aside)
        try:
            aside.write_bytes(data)
            if path.exists():
                shutil.copymode(path, aside)
            _sync_file(aside)
            self._before("rename", path)
            os.replace(aside, path)
        except OSError:
            self._clear([aside])
            raise
        _sync_folder(self.root)

    def hold(self, wait: Waiting | None = None) -> AbstractContextManager[None]:
        return locked(self.root, wait)

    def tidy(self) -> None:
        for name in self.names(ASIDE):
            if not name.endswith(SEGMENT):
                self._delete(self.root / ASIDE / name)
        for folder in (self.root / name for name in (ASIDE, *TABLES)):
            if folder.is_dir() and not any(folder.iterdir()):
                self._before("rmdir", folder)
                folder.rmdir()

    def _aside(self, change: Change) -> Path | None:
        """The path at which the bytes of a change are, beside a folder to which they can go."""
        if change.data is None:
            return None
        path = self.root / ASIDE / uuid.uuid4().hex
        for folder in (path.parent, (self.root / change.name).parent):
            if not folder.is_dir():
                self._before("mkdir", folder)
                folder.mkdir(parents=True, exist_ok=True)
        self._before("write", path)
        try:
            with path.open("xb") as file:
                file.write(change.data)
        except OSError:
            self._clear([path])
            raise
        return path

    def _put(self, change: Change, aside: Path | None) -> None:
        path = self.root / change.name
        if aside is None:
            self._delete(path)
        else:
            self._before("rename", path)
            os.replace(aside, path)

    def _delete(self, path: Path) -> None:
        self._before("delete", path)
        path.unlink(missing_ok=True)

    def _clear(self, paths: Iterable[Path]) -> None:
        """Removes what is left aside as far as that can be done; the next writer removes the rest."""
        for path in paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def extend_file(path: Path, make: Callable[[bytes], bytes]) -> None:
    """Has a file that others may extend too say what ``make`` gives, when it is told what the file says now. Raises OSError.

    Nobody else extends it meanwhile, and it is the old one or the new one at any time."""
    path = path.resolve()
    with held(path):
        there = path.read_bytes() if path.exists() else b""
        new = make(there)
        if new != there:
            Local(path.parent).replace(path.name, new)


def _together(sync: Callable[[Path], None], paths: Sequence[Path]) -> None:
    """Waits until all are on the disk; at the same time, which costs little more than one."""
    if paths:
        with ThreadPoolExecutor(_TOGETHER) as pool:
            list(pool.map(sync, paths))


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """What the folder is told of, where the system lets us wait for that."""
    if os.name != "posix" or not path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no such thing
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
