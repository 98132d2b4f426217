"""The writing end of a dataset: what has been converted is staged at once, and merged into the tables now and then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from jixiao.lock import writing
from jixiao.merge import Merged, merge, recover, untold
from jixiao.outcome import Outcome
from jixiao.shards import read_shard, shards_of
from jixiao.staging import Rename, Rows, Segment, stage
from jixiao.storage import Place, storage_at

T = TypeVar("T")
BATCH = 512
BATCH_ROWS = 50_000
LEAST_MERGED = 8192


class Landing:
    """Takes outcomes into a dataset. What is staged lands, whatever comes; ``flush`` brings it all into the tables, and ``told`` is
    told of its parts that are in there.

    The caller holds the dataset. All methods raise NotWritableError."""

    def __init__(self, dataset: Place, batch: int = BATCH, told: Merged = untold) -> None:
        self.storage = storage_at(dataset)
        self._told = told
        self.batch = batch
        self._rows = Rows()
        self._removals: list[str] = []
        self._renames: list[Rename] = []
        self._staged: list[Segment] = []
        self._staged_documents = 0
        self._on_disk(lambda: recover(self.storage, told))

    def add(self, outcome: Outcome) -> None:
        """Takes an outcome in; it replaces what the dataset has of the same document."""
        if outcome.document_id in self._rows.document_ids:
            self.stage()
        self._rows.add(outcome)
        if len(self._rows.document_ids) >= self.batch or self._rows.indicators >= BATCH_ROWS:
            self.stage()
            self._merge_if_many()

    def remove(self, document_ids: Iterable[str]) -> None:
        """Takes documents out of the dataset with the next flush, their rows with them."""
        self._removals.extend(document_ids)

    def rename(self, document_id: str, source_path: str, other_paths: str | None) -> None:
        """Gives a document and its rows another name with the next flush."""
        self._renames.append(Rename(document_id, source_path, other_paths))

    def stage(self) -> None:
        """Puts what waits in memory where a kill does not lose it."""
        if not (self._rows.document_ids or self._removals or self._renames):
            return
        name, removals, renames = f"{len(self._staged):08}", self._removals, self._renames
        segment = self._on_disk(lambda: stage(self.storage, name, self._rows, removals=removals, renames=renames))
        self._staged.append(segment)
        self._staged_documents += len(self._rows.document_ids)
        self._rows, self._removals, self._renames = Rows(), [], []

    def flush(self) -> None:
        """Brings all into the tables."""
        self.stage()
        self._on_disk(lambda: merge(self.storage, self._staged, self._told))
        self._on_disk(self.storage.tidy)
        self._staged, self._staged_documents = [], 0

    def _merge_if_many(self) -> None:
        """As many as there are in the tables: so each row is written again only as often as the dataset doubles. Few are not worth
        a merge, which writes every file of the dataset, and lose nothing where they are."""
        if self._staged_documents >= max(self._landed, LEAST_MERGED):
            self._landed += self._staged_documents
            self.flush()

    @cached_property
    def _landed(self) -> int:
        """About how many documents the tables have."""
        shards = shards_of(self.storage, "documents")
        return sum(read_shard(self.storage, "documents", shard, ["document_id"]).num_rows for shard in shards)

    def _on_disk(self, work: Callable[[], T]) -> T:
        with writing(self.storage.shown):
            return work()
