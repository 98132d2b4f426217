"""The Parquet files of a dataset: where the rows of a document lie, and how a file is written and read.

Every table is a folder; the rows of one document lie in one file of it, named by the first two hex digits of the
document's SHA-256, so that a table has at most 256 files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.problem import UnreadableError
from jixiao.schema import schema
from jixiao.storage import Change, Place, storage_at

DIGITS = 2
ROW_GROUP = 1 << 17
"""Rows that a tool reads together, and skips together by their statistics."""
FEW = 64
"""Documents that are put between those that are there; where they are more, all rows are sorted."""

_SUFFIX = ".parquet"
_SHARD = re.compile(f"[0-9a-f]{{{DIGITS}}}" + re.escape(_SUFFIX))
_AGAIN = "Remove it and ingest the sources again."
_REACH = "Check the place, and who may read it, then try again."


def shard_of(document_id: str) -> str:
    """The name of the shard that holds the rows of a document."""
    return document_id[:DIGITS]


def shard_path(dataset: Path, table: str, shard: str) -> Path:
    """The file of a table's shard."""
    return dataset / table / f"{shard}.parquet"


def shard_name(table: str, shard: str) -> str:
    """The name in the dataset of the file of a table's shard."""
    return f"{table}/{shard}{_SUFFIX}"


def shards_of(dataset: Place, table: str) -> list[str]:
    """The names of the shards that a table has, in order."""
    return [name.removesuffix(_SUFFIX) for name in storage_at(dataset).names(table) if _SHARD.fullmatch(name)]


def read_shard(dataset: Place, table: str, shard: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one shard, none where the file is not there; ``columns`` are those that are wanted, by default all.

    Raises UnreadableError for a file of another shape."""
    rows = find_shard(dataset, table, shard, columns)
    return _of_columns(table, columns).empty_table() if rows is None else rows


def find_shard(dataset: Place, table: str, shard: str, columns: Sequence[str] | None = None) -> pa.Table | None:
    """The rows of one shard, None where the file is not there. Raises UnreadableError for a file of another shape."""
    storage, name = storage_at(dataset), shard_name(table, shard)
    try:
        file = storage.open(name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:  # which says nothing about the file
        raise UnreadableError(f"{storage.shown}/{name} could not be read: {error}.", _REACH) from error
    try:
        with file:
            parquet = pq.ParquetFile(file)
            _check_columns(f"{storage.shown}/{name}", table, parquet.schema_arrow)
            rows = parquet.read(columns=columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{storage.shown}/{name} is no readable Parquet file: {error}.", _AGAIN) from error
    wanted = _of_columns(table, columns)
    return rows.select(wanted.names).replace_schema_metadata(None).cast(wanted)


def _of_columns(table: str, columns: Sequence[str] | None) -> pa.Schema:
    return schema(table) if columns is None else pa.schema([schema(table).field(column) for column in columns])


def check_shape(path: Path, table: str) -> None:
    """Raises UnreadableError where the file is no Parquet file, or not of the columns of the table."""
    try:
        columns = pq.read_schema(path)
    except PermissionError as error:
        raise UnreadableError(f"{path} could not be read: {error.strerror or error}.", _REACH) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{path} is no readable Parquet file: {error}.", _AGAIN) from error
    _check_columns(str(path), table, columns)


def _check_columns(path: str, table: str, columns: pa.Schema) -> None:
    if not columns.equals(schema(table)):
        raise UnreadableError(
            f"{path} was written by another version of jixiao: its columns differ.", "Ingest the sources into a new folder."
        )


def shard_change(table: str, shard: str, rows: pa.Table) -> Change:
    """The change that puts the rows, which are in order, in the place of the shard's file; the same rows give the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(rows.combine_chunks(), sink, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)
    return Change(shard_name(table, shard), sink.getvalue())


def in_order(rows: pa.Table) -> pa.Table:
    """The rows sorted by document, those of one document in the order in which they came, in one chunk."""
    order = rows.select(["document_id"]).append_column("at", pa.array(range(rows.num_rows), pa.int64()))
    indices = pc.sort_indices(order, sort_keys=[("document_id", "ascending"), ("at", "ascending")])
    return rows.take(indices).combine_chunks()


def joined_in_order(there: pa.Table, more: pa.Table) -> pa.Table:
    """The rows of both as ``in_order`` has them, where ``there`` is in order and has none of the documents of ``more``.

    A few documents find their places among many rows by bisection, which sorting all of them would cost a fifth of a landing."""
    more = in_order(more)
    runs = pc.run_end_encode(more["document_id"].combine_chunks()) if more.num_rows else None
    if runs is None:
        return there.combine_chunks()
    if len(runs.values) > FEW:
        return in_order(pa.concat_tables([there, more]))
    there = there.combine_chunks()
    parts: list[pa.Table] = []
    begun = start = 0
    for document_id, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        at = bisect_left(there["document_id"], document_id, lo=start, key=lambda value: value.as_py())
        parts += [there.slice(start, at - start), more.slice(begun, end - begun)]
        start, begun = at, end
    return pa.concat_tables([*parts, there.slice(start)]).combine_chunks()


def of_documents(rows: pa.Table, document_ids: Iterable[str]) -> pa.Table:
    """Only the rows of these documents."""
    mine = pc.is_in(rows["document_id"], value_set=pa.array(sorted(document_ids), pa.string()))
    return rows if pc.all(mine, min_count=0).as_py() else rows.filter(mine)
