"""The tables of a dataset in parts, so that a dataset of any size is written with little memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from jixiao.dataset import open_dataset
from jixiao.schema import schema
from jixiao.shards import of_documents, read_shard, shards_of
from normalize.record import TABLES, Record

PART = 5_000
"""Rows that are held as Python values at a time."""

ORDER = ("documents", *(name for name in TABLES if name != "documents"))


@dataclass(frozen=True)
class Tables:
    """The tables of the dataset, shard by shard, always in the same order; rows of a source that is not in documents are left out."""

    dataset: Path

    @classmethod
    def of(cls, dataset: Path) -> Tables:
        """The tables of the dataset in a folder. Raises UnreadableError where there is none."""
        open_dataset(dataset)
        return cls(dataset)

    def parts(self, table: str) -> Iterator[pa.Table]:
        """The rows of a table, a shard at a time."""
        for shard in shards_of(self.dataset, table):
            rows = read_shard(self.dataset, table, shard)
            if table != "documents":  # the rows of a document and its own row lie in shards of one name
                rows = of_documents(rows, read_shard(self.dataset, "documents", shard)["document_id"].to_pylist())
            yield rows

    def records(self, table: str) -> Iterator[Record]:
        """The rows of a table as dictionaries."""
        for part in self.parts(table):
            for batch in part.to_batches(max_chunksize=PART):
                yield from batch.to_pylist()

    def count(self, table: str) -> int:
        """The number of rows of a table."""
        return sum(part.num_rows for part in self.parts(table))

    def longest(self, table: str) -> dict[str, int]:
        """The bytes of the longest text of each column of text."""
        names = [field.name for field in schema(table) if field.type == pa.string()]
        found = dict.fromkeys(names, 0)
        for part in self.parts(table):
            for name in names:
                found[name] = max(found[name], pc.max(pc.binary_length(part[name])).as_py() or 0)
        return found
