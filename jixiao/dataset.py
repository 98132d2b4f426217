"""Reads a dataset: a folder of tables, each a folder of Parquet files."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

import pyarrow as pa

from extract.problem import ToolMissingError, UnreadableError, UsageError
from jixiao.copied import folder_of
from jixiao.query import connect
from jixiao.schema import schema
from jixiao.shards import of_documents, read_shard, shards_of
from jixiao.storage import Place, storage_at
from jixiao.urls import is_url, plain
from normalize.record import TABLES

if TYPE_CHECKING:
    import pandas
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


def open_dataset(path: str | Path) -> Dataset:
    """The dataset in a folder or at a URL. Raises UnreadableError where there is none."""
    place = path if is_url(path) else Path(plain(path))
    check_dataset(place)
    return Dataset(place)


def check_dataset(place: Place) -> None:
    """Raises UnreadableError where no dataset is, or none that may be read."""
    shown = storage_at(place).shown
    try:
        shards = shards_of(place, "documents")
    except OSError as error:
        raise UnreadableError(f"{shown} could not be read: {error.strerror or error}.", "Check the place, and who may read it.") from error
    if not shards:
        raise UnreadableError(f"{shown} is no dataset: it has no table documents.", f"Make one with: jixiao ingest SOURCE --into {shown}")


@dataclass(frozen=True)
class Dataset:
    """The tables of a dataset as Arrow tables, in a fixed order of rows. Rows of a source that is not in documents
    (what an ingest that was cut off may leave behind) are not shown."""

    path: str | Path

    def documents(self) -> pa.Table:
        return self._whole("documents")

    def declarations(self) -> pa.Table:
        return self._table("declarations")

    def indicators(self) -> pa.Table:
        return self._table("indicators")

    def goals(self) -> pa.Table:
        return self._table("goals")

    def amounts(self) -> pa.Table:
        return self._table("amounts")

    def facts(self) -> pa.Table:
        return self._table("facts")

    def problems(self) -> pa.Table:
        return self._table("problems")

    def findings(self) -> pa.Table:
        """What an audit found; none before ``jixiao audit`` was run."""
        return self._table("findings")

    def table(self, name: str) -> pa.Table:
        """The table of this name, as Arrow. Raises UsageError for a name that is none."""
        if name not in TABLES:
            raise UsageError(f"There is no table {name}.", f"The tables are {', '.join(TABLES)}.")
        return self._whole(name) if name == "documents" else self._table(name)

    def frame(self, name: str) -> pandas.DataFrame:
        """The table of this name as a pandas DataFrame. Raises ToolMissingError without pandas."""
        try:
            import pandas  # noqa: F401
        except ImportError as error:
            raise ToolMissingError("pandas is not installed.", "Get it with: pip install pandas") from error
        frame: pandas.DataFrame = self.table(name).to_pandas()
        return frame

    def duckdb(self) -> DuckDBPyConnection:
        """A new connection of DuckDB in which each table is a view of its name; it can read nothing else of the disk.

        What lies at a URL is copied to this machine first, for as long as the connection is there."""
        stack = ExitStack()
        connection = connect(stack.enter_context(folder_of(self.path)))
        finalize(connection, stack.close)
        return connection

    def sql(self, query: str) -> DuckDBPyRelation:
        """The relation that a query over the tables gives: ``.df()`` for pandas, ``.arrow()``, ``.fetchall()``."""
        return self._connection.sql(query)

    @cached_property
    def _connection(self) -> DuckDBPyConnection:
        return self.duckdb()

    @cached_property
    def _document_ids(self) -> frozenset[str]:
        return frozenset(self.documents()["document_id"].to_pylist())

    def _whole(self, table: str) -> pa.Table:
        parts = [read_shard(self.path, table, shard) for shard in shards_of(self.path, table)]
        return pa.concat_tables(parts) if parts else schema(table).empty_table()

    def _table(self, table: str) -> pa.Table:
        return of_documents(self._whole(table), self._document_ids)
