"""Reads a dataset: a folder of tables, each a folder of Parquet files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from extract.problem import UnreadableError
from jixiao.schema import schema
from jixiao.shards import of_documents, read_shard, shards_of


def open_dataset(path: str | Path) -> Dataset:
    """The dataset in a folder. Raises UnreadableError where there is none."""
    path = Path(path)
    if not shards_of(path, "documents"):
        raise UnreadableError(
            f"{path} is no dataset: it has no table documents.", "Make one with: jixiao ingest SOURCE --into " + str(path)
        )
    return Dataset(path)


@dataclass(frozen=True)
class Dataset:
    """The tables of a dataset as Arrow tables, in a fixed order of rows. Rows of a source that is not in documents
    (what an ingest that was cut off may leave behind) are not shown."""

    path: Path

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

    @cached_property
    def _document_ids(self) -> frozenset[str]:
        return frozenset(self.documents()["document_id"].to_pylist())

    def _whole(self, table: str) -> pa.Table:
        parts = [read_shard(self.path, table, shard) for shard in shards_of(self.path, table)]
        return pa.concat_tables(parts) if parts else schema(table).empty_table()

    def _table(self, table: str) -> pa.Table:
        return of_documents(self._whole(table), self._document_ids)
