"""What is on its way into a dataset: segments, each one file aside that holds the rows of many documents, shard by shard.

A segment that is there is whole, and is landed as far as a kill is concerned: whoever writes to the dataset next merges it. It
lies in the order magic-free bytes of the shards, index as JSON, length of the index, mark."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.problem import UnreadableError
from jixiao.outcome import Outcome
from jixiao.schema import schema, to_arrow
from jixiao.shards import DIGITS, in_order, shard_of
from jixiao.storage import ASIDE, SEGMENT, Change, Storage
from normalize.record import TABLES

STAGED = tuple(name for name in TABLES if name != "findings")
_MARK = b"jixiao-1"
_LENGTH = 8
_TOGETHER = 64
"""Outcomes that are held as Python values before they become rows of Arrow, which take a fraction of the memory."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Another name for a document: the bytes are the same, the first path that has them is another."""

    document_id: str
    source_path: str
    other_paths: str | None


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment holds: where the rows of each shard lie in it (start, bytes, bytes unpacked, bytes of each table), documents
    that go, and those that are called otherwise."""

    name: str
    places: Mapping[str, tuple[int, ...]]
    removals: tuple[str, ...] = ()
    renames: tuple[Rename, ...] = ()

    @property
    def shards(self) -> tuple[str, ...]:
        """The shards that change with it."""
        renamed = [rename.document_id for rename in self.renames]
        return tuple(sorted({*self.places, *map(shard_of, self.removals), *map(shard_of, renamed)}))


class Rows:
    """The rows of outcomes as Arrow, a table each."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self._parts: dict[str, list[pa.Table]] = {table: [] for table in STAGED}
        self._fresh: list[Outcome] = []
        self.document_ids: set[str] = set()
        self.indicators = 0
        for outcome in outcomes:
            self.add(outcome)

    def add(self, outcome: Outcome) -> None:
        """Takes an outcome in. Raises ValueError where a row is not in order."""
        self._fresh.append(outcome)
        self.document_ids.add(outcome.document_id)
        self.indicators += outcome.indicators
        if len(self._fresh) >= _TOGETHER:
            self._settle()

    def tables(self) -> dict[str, pa.Table]:
        self._settle()
        return {table: pa.concat_tables([schema(table).empty_table(), *parts]) for table, parts in self._parts.items()}

    def _settle(self) -> None:
        for table, parts in self._parts.items():
            rows = [row for outcome in self._fresh for row in outcome.rows(table)]
            if rows:
                parts.append(to_arrow(table, rows))
        self._fresh.clear()


def stage(
    storage: Storage, name: str, rows: Rows | Iterable[Outcome] = (), *, removals: Sequence[str] = (), renames: Sequence[Rename] = ()
) -> Segment:
    """The segment of this name, put into the storage: rows that replace those of their documents, documents that go, other names.

    A document comes once in it, or more often with the same rows in one outcome. Raises OSError."""
    tables = (rows if isinstance(rows, Rows) else Rows(rows)).tables()
    parts = {table: dict(_by_shard(table_rows)) for table, table_rows in tables.items()}
    packed = [_packed(shard, parts) for shard in sorted(parts["documents"])]
    starts = accumulate((len(data) for _, _, data in packed), initial=0)
    places = {shard: (start, len(data), *sizes) for start, (shard, sizes, data) in zip(starts, packed, strict=False)}
    segment = Segment(name, places, tuple(sorted(removals)), tuple(sorted(renames, key=lambda rename: rename.document_id)))
    head = _head(segment)
    data = b"".join([*(data for _, _, data in packed), head, len(head).to_bytes(_LENGTH), _MARK])
    storage.apply([Change(_path(name), data)])
    return segment


def segments(storage: Storage) -> list[Segment]:
    """The segments that wait in a storage, in the order of their names. Raises UnreadableError."""
    names = [name.removesuffix(SEGMENT) for name in storage.names(ASIDE) if name.endswith(SEGMENT)]
    return [read_segment(storage, name) for name in names]


def read_segment(storage: Storage, name: str) -> Segment:
    """What the segment of this name holds. Raises UnreadableError for one of another version."""
    with storage.open(_path(name)) as file:
        size = file.seek(0, 2)
        file.seek(size - _LENGTH - len(_MARK))
        length, mark = int.from_bytes(file.read(_LENGTH)), file.read()
        if mark != _MARK:
            raise _strange(storage, name)
        file.seek(size - _LENGTH - len(_MARK) - length)
        head = json.loads(file.read(length))
    if head["columns"] != _columns():
        raise _strange(storage, name)
    places = {shard: tuple(numbers) for shard, numbers in head["places"].items()}
    return Segment(name, places, tuple(head["removals"]), tuple(Rename(*rename) for rename in head["renames"]))


def staged_rows(storage: Storage, segment: Segment, shard: str) -> dict[str, pa.Table]:
    """The rows of a shard in a segment, a table each; none where it has none."""
    if shard not in segment.places:
        return {table: schema(table).empty_table() for table in STAGED}
    start, length, unpacked, *sizes = segment.places[shard]
    with storage.open(_path(segment.name)) as file:
        data = _codec().decompress(_read(file, start, length), unpacked)
    starts = accumulate(sizes, initial=0)
    return {table: _table(table, data.slice(at, size)) for table, at, size in zip(STAGED, starts, sizes, strict=False)}


def drop(storage: Storage, merged: Iterable[Segment]) -> None:
    """Removes segments that are merged, the earliest first: one that is left is no older than what it would be merged into."""
    storage.apply([Change(_path(segment.name)) for segment in sorted(merged, key=lambda segment: segment.name)])


def _path(name: str) -> str:
    return f"{ASIDE}/{name}{SEGMENT}"


def _by_shard(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each shard, sorted by document."""
    rows = in_order(rows)
    runs = pc.run_end_encode(pc.utf8_slice_codeunits(rows["document_id"].combine_chunks(), 0, DIGITS)) if rows.num_rows else None
    start = 0
    for shard, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True) if runs is not None else ():
        yield shard, rows.slice(start, end - start)
        start = end


def _packed(shard: str, parts: Mapping[str, Mapping[str, pa.Table]]) -> tuple[str, tuple[int, ...], bytes]:
    """The shard, its bytes unpacked and those of each table, and its rows packed."""
    tables = [_bytes(parts[table].get(shard)) for table in STAGED]
    together = b"".join(tables)
    return shard, (len(together), *map(len, tables)), _codec().compress(together, asbytes=True)


def _bytes(rows: pa.Table | None) -> bytes:
    if rows is None:
        return b""
    (batch,) = rows.combine_chunks().to_batches()
    return bytes(batch.serialize())


def _table(table: str, data: pa.Buffer) -> pa.Table:
    if not data.size:
        return schema(table).empty_table()
    return pa.Table.from_batches([pa.ipc.read_record_batch(data, schema(table))])


def _read(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _codec() -> Any:
    return pa.Codec("zstd", compression_level=1)


def _head(segment: Segment) -> bytes:
    renames = [(rename.document_id, rename.source_path, rename.other_paths) for rename in segment.renames]
    head = {"columns": _columns(), "places": segment.places, "removals": segment.removals, "renames": renames}
    return json.dumps(head).encode()


@cache
def _columns() -> str:
    """A mark for the columns of all tables: a segment of others is none of ours."""
    columns = [(table, column.name, column.type) for table in STAGED for column in TABLES[table]]
    return hashlib.sha256(repr(columns).encode()).hexdigest()


def _strange(storage: Storage, name: str) -> UnreadableError:
    return UnreadableError(
        f"{storage.shown}/{_path(name)}, which an ingest that was cut off left, was written by another version of jixiao.",
        "Remove it and ingest its sources again.",
    )
