"""A copy of a dataset at a URL in a folder of this machine, for what reads files and not URLs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from extract.problem import UnreadableError
from extract.scratch import scratch
from jixiao.storage import Storage, storage_at
from jixiao.urls import is_url, plain
from normalize.record import TABLES

_AT_ONCE = 16


@contextmanager
def folder_of(dataset: str | Path) -> Iterator[Path]:
    """The folder of a dataset; of one at a URL a copy, which goes when the context ends. Raises UnreadableError."""
    place = plain(dataset)
    if not (isinstance(place, str) and is_url(place)):
        yield Path(place)
        return
    with scratch("copy") as own:
        folder = Path(own, place.rstrip("/").rsplit("/", 1)[-1])
        copy(storage_at(place), folder)
        yield folder


def copy(storage: Storage, folder: Path) -> None:
    """Copies the tables of a dataset, and what lies beside them, into a folder: ``documents`` first, since whoever writes meanwhile puts
    the rows of a document before it. Raises UnreadableError."""
    others = ("", *(table for table in TABLES if table != "documents"))
    try:
        for table in ("documents", *others):
            (folder / table).mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for tables in (("documents",), others):
                names = [f"{table}/{name}" if table else name for table in tables for name in storage.names(table)]
                list(pool.map(lambda name: (folder / name).write_bytes(storage.open(name).read()), names))
    except OSError as error:
        raise UnreadableError(f"{storage.shown} could not be read: {error}.", "Check the address and the credentials.") from error
