"""Lands outcomes in a dataset: gathers them by shard and replaces the files of a shard together, ``documents`` last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from jixiao.lock import not_writable
from jixiao.outcome import Outcome
from jixiao.schema import to_arrow
from jixiao.shards import of_documents, read_shard, shard_change, shard_name, shard_of, shards_of
from jixiao.storage import Change, Place, storage_at
from normalize.record import TABLES, Record

DATA_TABLES = tuple(name for name in TABLES if name != "documents")
AUDITED = "findings"
BATCH = 512
BATCH_ROWS = 50_000


class Landing:
    """The writing end of a dataset. Outcomes land in batches of ``batch``; ``flush`` lands what is still waiting.

    The caller holds the dataset's lock."""

    def __init__(self, dataset: Place, batch: int = BATCH) -> None:
        self.storage = storage_at(dataset)
        self.batch = batch
        self._waiting: dict[str, Outcome] = {}
        self._waiting_rows = 0
        self.storage.tidy()

    def documents(self) -> dict[str, Record]:
        """The rows of documents as they are on disk, by document_id."""
        rows = (read_shard(self.storage, "documents", shard).to_pylist() for shard in shards_of(self.storage, "documents"))
        return {row["document_id"]: row for part in rows for row in part}

    def add(self, outcome: Outcome) -> None:
        self._waiting[outcome.document_id] = outcome
        self._waiting_rows += outcome.indicators
        if len(self._waiting) >= self.batch or self._waiting_rows >= BATCH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Lands all that waits. Raises NotWritableError."""
        by_shard: dict[str, list[Outcome]] = defaultdict(list)
        for document_id in sorted(self._waiting):
            by_shard[shard_of(document_id)].append(self._waiting[document_id])
        try:
            for shard, outcomes in by_shard.items():
                self._land(shard, outcomes)
        except OSError as error:
            raise not_writable(self.storage.shown, error) from error
        self._waiting.clear()
        self._waiting_rows = 0
        self.storage.tidy()

    def remove(self, document_ids: Iterable[str]) -> None:
        """Takes documents out of the dataset, their rows with them."""
        by_shard: dict[str, set[str]] = defaultdict(set)
        for document_id in document_ids:
            by_shard[shard_of(document_id)].add(document_id)
        try:
            for shard, gone in sorted(by_shard.items()):
                self._remove(shard, gone)
        except OSError as error:
            raise not_writable(self.storage.shown, error) from error

    def rename(self, document_id: str, source_path: str, other_paths: str | None) -> None:
        """Gives a document and its rows another name: the bytes are the same, the first path that has them is another."""
        name = source_path.rsplit("/", 1)[-1]
        shard = shard_of(document_id)
        try:
            changes = []
            for table in DATA_TABLES:
                rows = read_shard(self.storage, table, shard)
                changes.append(_change(table, shard, _renamed(rows, document_id, {"source_name": name})))
            new = {"source_name": name, "source_path": source_path, "other_paths": other_paths}
            rows = read_shard(self.storage, "documents", shard)
            changes.append(shard_change("documents", shard, _renamed(rows, document_id, new)))
            self.storage.apply(changes)
        except OSError as error:
            raise not_writable(self.storage.shown, error) from error

    def _land(self, shard: str, outcomes: list[Outcome]) -> None:
        documents = read_shard(self.storage, "documents", shard)
        here = set(documents["document_id"].to_pylist())
        new = {outcome.document_id for outcome in outcomes}
        kept = of_documents(documents, here - new)
        changes = [shard_change("documents", shard, kept)] if here & new else []  # one that is in the dataset is whole at any time
        for table in DATA_TABLES:
            old = of_documents(read_shard(self.storage, table, shard), here - new)
            changes.append(_change(table, shard, pa.concat_tables([old, _rows(table, outcomes)])))
        changes.append(shard_change("documents", shard, pa.concat_tables([kept, _rows("documents", outcomes)])))
        self.storage.apply(changes)

    def _remove(self, shard: str, gone: set[str]) -> None:
        documents = read_shard(self.storage, "documents", shard)
        kept = set(documents["document_id"].to_pylist()) - gone
        tables = ("documents", *DATA_TABLES)
        if not kept:
            self.storage.apply([Change(shard_name(table, shard)) for table in tables])
            return
        self.storage.apply([_change(table, shard, of_documents(read_shard(self.storage, table, shard), kept)) for table in tables])


def _change(table: str, shard: str, rows: pa.Table) -> Change:
    """The change to these rows; a file of findings that has none goes, since an empty table would say that an audit found nothing."""
    if table == AUDITED and not rows.num_rows:
        return Change(shard_name(table, shard))
    return shard_change(table, shard, rows)


def _rows(table: str, outcomes: list[Outcome]) -> pa.Table:
    return to_arrow(table, [row for outcome in outcomes for row in outcome.rows(table)])


def _renamed(rows: pa.Table, document_id: str, new: dict[str, str | None]) -> pa.Table:
    mine = pc.equal(rows["document_id"], document_id)
    for name, value in new.items():
        field = rows.schema.field(name)
        column = pc.if_else(mine, pa.scalar(value, field.type), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), field, column)
    return rows
