"""A dataset at a URL: whole objects put and deleted in their order, and a lock that is an object.

An object store has no rename and no lock that ends with its process. What it has is enough: an object is put whole or not
at all, and one can be made only where there is none. So ``documents`` is put last as in a folder, and the one writer renews its lock;
a lock that is not renewed is taken over. Before each change it is looked whether the lock is still the writer's own."""

from __future__ import annotations

import getpass
import io
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

from extract.problem import NotWritableError, UsageError
from jixiao.lock import not_writable
from jixiao.storage import Change, Waiting
from jixiao.urls import Tree, faults, protocol_of, tree_at

LOCK = ".lock"
BEAT_SECONDS = 5.0
DEAD_AFTER = 4  # beats
_WHOLE = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "r2", "memory"))

Before = Callable[[str, str], None]


class Remote:
    """The files of a dataset below a URL. ``holder`` is the token of the run that holds its lock, for those who write on its behalf;
    ``before`` is called with the kind and the name of every change that is about to be made.

    Raises UsageError for a protocol that cannot put a file whole."""

    def __init__(self, url: str, *, holder: str | None = None, beat: float | None = None, before: Before | None = None) -> None:
        if protocol_of(url) not in _WHOLE:
            raise UsageError(
                f"A dataset cannot lie at {url}: {protocol_of(url)} has no way to put a file whole in one step.",
                "Put it into a folder, or into an object store (s3, gs, az); sources can lie anywhere.",
            )
        self.shown = url.rstrip("/")
        self.holder = holder
        self._beat = beat or BEAT_SECONDS
        self._before = before or _nothing
        self._tree: Tree = tree_at(self.shown)

    def names(self, folder: str) -> list[str]:
        path = self._tree.below(folder)
        try:
            with faults(self.shown):
                found = self._tree.files.ls(path, detail=True)
        except FileNotFoundError:
            return []
        return sorted(str(info["name"]).rsplit("/", 1)[-1] for info in found if info["type"] == "file" and info["name"] != path)

    def open(self, name: str) -> IO[bytes]:
        with faults(f"{self.shown}/{name}"):
            return io.BytesIO(self._tree.files.cat_file(self._tree.below(name)))

    def apply(self, changes: Sequence[Change]) -> None:
        """Every change is one request; those of documents are made by the holder of the lock at that moment."""
        for number, change in enumerate(changes):
            if number == 0 or change.name.startswith("documents/"):
                self._still_ours()
            self._before("put" if change.data is not None else "delete", change.name)
            if change.data is None:
                self._delete(change.name)
            else:
                self._put(change.name, bytes(change.data))

    @contextmanager
    def hold(self, wait: Waiting | None = None) -> Iterator[None]:
        self.holder = f"{_user()}@{socket.gethostname()}, process {os.getpid()}, {uuid.uuid4().hex[:12]}"
        try:
            self._take(wait)
        except OSError as error:
            raise not_writable(self.shown, error) from error
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(done,), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
            with suppress(OSError):  # who cannot release it lets it end
                if self._holder() == self.holder:
                    self._delete(LOCK)
            self.holder = None

    def tidy(self) -> None:
        """Nothing is left aside: what is put is there whole, what is cut off is not there."""

    def _take(self, wait: Waiting | None) -> None:
        told = False
        while True:
            with suppress(FileExistsError):
                self._put(LOCK, self._mark(0), mode="create")
                return
            before = self._lock()
            if before is None:
                continue
            if not self._dead(before):
                if wait is None:
                    raise NotWritableError(
                        f"Another ingest ({_who(before)}) is writing to {self.shown}.",
                        "Wait until it is done, or write into another place.",
                    )
                if not told:
                    wait(_who(before))
                    told = True
            elif self._lock() == before:
                self._delete(LOCK)

    def _dead(self, before: bytes) -> bool:
        """Whether a lock is not renewed for so long that its holder has ended."""
        for _ in range(DEAD_AFTER):
            time.sleep(self._beat)
            if self._lock() != before:
                return False
        return True

    def _keep(self, done: threading.Event) -> None:
        """Renews the lock until the run is done, or finds it taken over; the next change will find that too."""
        beat = 0
        while not done.wait(self._beat):
            with suppress(OSError):  # a store that is away for a while: the next beat may reach it
                if self._holder() != self.holder:
                    return
                beat += 1
                self._put(LOCK, self._mark(beat))

    def _mark(self, beat: int) -> bytes:
        return json.dumps({"holder": self.holder, "beat": beat}).encode()

    def _lock(self) -> bytes | None:
        try:
            return self.open(LOCK).read()
        except FileNotFoundError:
            return None

    def _holder(self) -> str | None:
        content = self._lock()
        return _who(content) if content is not None else None

    def _still_ours(self) -> None:
        if self.holder is not None and self._holder() != self.holder:
            raise NotWritableError(
                f"The lock of {self.shown} is not held by this run any more ({self.holder}).",
                "It was taken over by another one because this run did not answer; run the command again.",
            )

    def _put(self, name: str, data: bytes, **how: Any) -> None:
        with faults(f"{self.shown}/{name}"):
            self._tree.files.pipe_file(self._tree.below(name), data, **how)

    def _delete(self, name: str) -> None:
        with faults(f"{self.shown}/{name}"), suppress(FileNotFoundError):
            self._tree.files.rm_file(self._tree.below(name))


def _who(content: bytes) -> str:
    try:
        return str(json.loads(content)["holder"])
    except (ValueError, KeyError, TypeError):
        return "unknown"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user, who has a number and no name
        return f"user {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def _nothing(step: str, name: str) -> None: ...
