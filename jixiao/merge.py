"""Merges segments into the files of a dataset, shard by shard. To do it again changes nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from jixiao.schema import schema
from jixiao.shards import find_shard, joined_in_order, of_documents, read_shard, shard_change, shard_name, shard_of
from jixiao.staging import Rename, Segment, drop, segments, staged_rows
from jixiao.storage import Change, Storage
from normalize.record import TABLES

DATA_TABLES = tuple(name for name in TABLES if name != "documents")
AUDITED = "findings"
Merged: TypeAlias = Callable[[int, int], None]
"""Told how many shards are merged, and of how many."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What becomes of the documents of a shard: those whose rows come from which segment, those that go, other names."""

    owners: Mapping[str, int]
    removals: frozenset[str]
    renames: Mapping[str, Rename]


def untold(done: int, total: int) -> None:
    """The Merged of those who need not be told."""


def recover(storage: Storage, told: Merged = untold) -> None:
    """Lands what an earlier writer that was cut off had staged, and removes what else it left. For the one writer. Raises OSError."""
    merge(storage, segments(storage), told)
    storage.tidy()


def merge(storage: Storage, staged: Sequence[Segment], told: Merged = untold) -> None:
    """Brings segments into the tables and removes them. Raises OSError; what is not merged then is merged by the next writer."""
    shards = sorted({shard for segment in staged for shard in segment.shards})
    for done, shard in enumerate(shards, start=1):
        merge_shard(storage, shard, staged)
        told(done, len(shards))
    drop(storage, staged)


def merge_shard(storage: Storage, shard: str, staged: Sequence[Segment]) -> None:
    """Brings what segments have of one shard into its files, ``documents`` last; later segments go before earlier ones.

    Shards share no file: several may be merged at the same time."""
    mine = [segment for segment in staged if shard in segment.shards]
    rows = [staged_rows(storage, segment, shard) for segment in mine]
    turn = _turn(shard, mine, rows)
    documents = read_shard(storage, "documents", shard)
    here = set(documents["document_id"].to_pylist())
    kept = here - turn.owners.keys() - turn.removals
    if not kept and not turn.owners:
        storage.apply([Change(shard_name(table, shard)) for table in ("documents", *DATA_TABLES)])
        return
    data = [change for table in DATA_TABLES for change in _change(storage, table, shard, kept, turn, rows)]
    last = _change(storage, "documents", shard, kept, turn, rows)
    if data and here - kept:  # a document that is in the dataset is whole at any time: out with it, and in again
        without = shard_change("documents", shard, of_documents(documents, kept))
        data.insert(0, without)
        last = last or [shard_change("documents", shard, documents)]
    storage.apply([*data, *last])


def _turn(shard: str, mine: Iterable[Segment], rows: Iterable[Mapping[str, pa.Table]]) -> _Turn:
    owners: dict[str, int] = {}
    removals: set[str] = set()
    renames: dict[str, Rename] = {}
    for number, (segment, tables) in enumerate(zip(mine, rows, strict=True)):
        own = set(tables["documents"]["document_id"].to_pylist())
        owners |= dict.fromkeys(own, number)
        gone = {document_id for document_id in segment.removals if shard_of(document_id) == shard}
        owners = {document_id: owner for document_id, owner in owners.items() if document_id not in gone}
        removals = (removals - own) | gone
        renames = {document_id: rename for document_id, rename in renames.items() if document_id not in own}
        renames |= {rename.document_id: rename for rename in segment.renames if shard_of(rename.document_id) == shard}
    return _Turn(owners, frozenset(removals), renames)


def _change(storage: Storage, table: str, shard: str, kept: set[str], turn: _Turn, rows: Sequence[Mapping[str, pa.Table]]) -> list[Change]:
    """The change of one table's file; none where it is so already."""
    old = find_shard(storage, table, shard)
    there = schema(table).empty_table() if old is None else of_documents(old, kept)
    parts = [schema(table).empty_table()]
    for number, tables in enumerate(rows):
        own = [document_id for document_id, owner in turn.owners.items() if owner == number]
        if table in tables and own:
            parts.append(of_documents(tables[table], own))
    new = _renamed(joined_in_order(there, pa.concat_tables(parts)), table, turn.renames)
    if table == AUDITED and not new.num_rows:  # an empty table would say that an audit found nothing
        return [] if old is None else [Change(shard_name(table, shard))]
    return [] if old is not None and new.equals(old) else [shard_change(table, shard, new)]


def _renamed(rows: pa.Table, table: str, renames: Mapping[str, Rename]) -> pa.Table:
    """The rows with the names that their documents have now."""
    if not renames:
        return rows
    which = pc.index_in(rows["document_id"], value_set=pa.array(renames.keys(), pa.string()))
    columns: dict[str, list[str | None]] = {"source_name": [rename.source_path.rsplit("/", 1)[-1] for rename in renames.values()]}
    if table == "documents":
        columns["source_path"] = [rename.source_path for rename in renames.values()]
        columns["other_paths"] = [rename.other_paths for rename in renames.values()]
    for name, values in columns.items():
        field = rows.schema.field(name)
        column = pc.if_else(pc.is_valid(which), pa.array(values, field.type).take(which.combine_chunks()), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), field, column)
    return rows
