"""A dataset as tables of DuckDB, for queries that need no more memory than they are given."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

from extract.scratch import scratch
from jixiao.schema import schema
from jixiao.shards import check_shape, shard_path, shards_of
from normalize.record import TABLES

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
_GLOB_SIGNS = str.maketrans({sign: f"[{sign}]" for sign in "*?["})


def connect(dataset: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A connection that has each table of the dataset as a view, and can read nothing else of the disk.

    Rows of a source that is not in documents are not shown. What needs more than ``memory`` is put aside on disk.
    Raises UnreadableError where a file is of another shape."""
    import duckdb

    connection = duckdb.connect()
    stack = ExitStack()
    spill = stack.enter_context(scratch("spill"))
    finalize(connection, stack.close)
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute(f"SET temp_directory = {quoted(str(spill / 'spill'))}")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET python_enable_replacements = false")
    _make_view(connection, dataset, "documents", "")
    for table in TABLES:
        if table != "documents":
            _make_view(connection, dataset, table, "WHERE document_id IN (SELECT document_id FROM documents)")
    own = str(dataset.resolve())
    connection.execute(f"SET allowed_directories = [{quoted(own)}, {quoted(own.translate(_GLOB_SIGNS))}]")
    connection.execute("SET enable_external_access = false")
    return connection


def _make_view(connection: duckdb.DuckDBPyConnection, dataset: Path, table: str, where: str) -> None:
    """The view of a table, in the order of columns of the schema."""
    files = [shard_path(dataset, table, shard) for shard in shards_of(dataset, table)]
    for file in files:
        check_shape(file, table)
    if not files:
        connection.register(table, schema(table).empty_table())
        return
    names = ", ".join(quoted(str(file.resolve()).translate(_GLOB_SIGNS)) for file in files)
    columns = ", ".join(column.name for column in TABLES[table])
    connection.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM read_parquet([{names}]) {where}")


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
