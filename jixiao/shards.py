"""The Parquet files of a dataset: where the rows of a document lie, and how a file is written and read.

Every table is a folder; the rows of one document lie in one file of it, named by the first two hex digits of the
document's SHA-256, so that a table has at most 256 files. A file is written aside and then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.problem import UnreadableError
from jixiao.schema import schema

DIGITS = 2
_ASIDE = ".landing"
_AGAIN = "Remove it and ingest the sources again."


def shard_of(document_id: str) -> str:
    """The name of the shard that holds the rows of a document."""
    return document_id[:DIGITS]


def shard_path(dataset: Path, table: str, shard: str) -> Path:
    """The file of a table's shard."""
    return dataset / table / f"{shard}.parquet"


def shards_of(dataset: Path, table: str) -> list[str]:
    """The names of the shards that a table has, in order."""
    return sorted(path.stem for path in (dataset / table).glob("[0-9a-f]" * DIGITS + ".parquet"))


def read_shard(dataset: Path, table: str, shard: str) -> pa.Table:
    """The rows of one shard, none where the file is not there. Raises UnreadableError for a file of another shape."""
    path = shard_path(dataset, table, shard)
    if not path.exists():
        return schema(table).empty_table()
    try:
        rows = pq.ParquetFile(path).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{path} is no readable Parquet file: {error}.", _AGAIN) from error
    _check_columns(path, table, rows.schema)
    return rows.replace_schema_metadata(None).cast(schema(table))


def check_shape(path: Path, table: str) -> None:
    """Raises UnreadableError where the file is no Parquet file, or not of the columns of the table."""
    try:
        columns = pq.read_schema(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{path} is no readable Parquet file: {error}.", _AGAIN) from error
    _check_columns(path, table, columns)


def _check_columns(path: Path, table: str, columns: pa.Schema) -> None:
    if not columns.equals(schema(table)):
        raise UnreadableError(
            f"{path} was written by another version of jixiao: its columns differ.", "Ingest the sources into a new folder."
        )


def write_shard(dataset: Path, table: str, shard: str, rows: pa.Table) -> None:
    """Puts the rows in the place of the shard's file, sorted by document; the same rows give the same bytes."""
    path = shard_path(dataset, table, shard)
    aside = dataset / _ASIDE / f"{table}-{shard}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(in_order(rows), aside, compression="zstd", compression_level=3, row_group_size=1 << 20)
    os.replace(aside, path)


def remove_shard(dataset: Path, table: str, shard: str) -> None:
    """Removes the file of a table's shard, where there is one."""
    shard_path(dataset, table, shard).unlink(missing_ok=True)


def clear_aside(dataset: Path) -> None:
    """Removes what an ingest that was cut off left aside."""
    for path in (dataset / _ASIDE).glob("*.parquet"):
        path.unlink()
    if (dataset / _ASIDE).is_dir():
        (dataset / _ASIDE).rmdir()


def in_order(rows: pa.Table) -> pa.Table:
    """The rows sorted by document, those of one document in the order in which they came, in one chunk."""
    order = rows.select(["document_id"]).append_column("at", pa.array(range(rows.num_rows), pa.int64()))
    indices = pc.sort_indices(order, sort_keys=[("document_id", "ascending"), ("at", "ascending")])
    return rows.take(indices).combine_chunks()


def of_documents(rows: pa.Table, document_ids: Iterable[str]) -> pa.Table:
    """Only the rows of these documents."""
    return rows.filter(pc.is_in(rows["document_id"], value_set=pa.array(sorted(document_ids), pa.string())))
