"""Maps the names of a landed dataset again, from its own columns: no source is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jixiao.dataset import check_dataset
from jixiao.lock import not_writable
from jixiao.merge import recover
from jixiao.shards import of_documents, read_shard, shard_change, shard_of, shards_of
from jixiao.storage import Place, Storage, Waiting, storage_at
from mappings.loader import Mappings
from normalize.mapped import BASIS, MAPPED, mapped_columns
from normalize.record import Record

ROWS = 5000


@dataclass(slots=True)
class Changes:
    """What a remapping changed. ``changed`` counts pairs of codes; ``other`` rows whose code stayed and whose score,
    method or candidates did not; ``other_reading`` documents that were read by other tables or by another version."""

    documents: int = 0
    rows: int = 0
    coded: int = 0
    newly_coded: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    decided: int = 0
    review_opened: int = 0
    review_closed: int = 0
    waiting: int = 0
    other: int = 0
    renamed: int = 0
    other_reading: int = 0

    @property
    def any(self) -> bool:
        """True where any row is another than before."""
        return bool(self.newly_coded or self.changed or self.lost or self.review_opened or self.review_closed or self.other or self.renamed)

    def add(self, old: Record, new: Record) -> None:
        """Counts one row."""
        before, after = old["indicator_code"], new["indicator_code"]
        self.rows += 1
        self.coded += after is not None
        self.decided += new["match_method"] == "decision"
        self.waiting += new["needs_review"]
        self.review_opened += new["needs_review"] and not old["needs_review"]
        self.review_closed += old["needs_review"] and not new["needs_review"]
        if before != after:
            self._count_codes(before, after)
        elif old["indicator_name"] != new["indicator_name"]:
            self.renamed += 1
        elif any(old[name] != new[name] for name in MAPPED if name != "needs_review"):
            self.other += 1

    def _count_codes(self, before: str | None, after: str | None) -> None:
        if before is None and after is not None:
            self.newly_coded[after] += 1
        elif before is not None and after is None:
            self.lost[before] += 1
        elif before is not None and after is not None:
            self.changed[before, after] += 1


def remap(dataset: Place, mappings: Mappings, *, dry_run: bool = False, wait: Waiting | None = None) -> Changes:
    """Maps every row again by these tables and decisions; with ``dry_run`` says what would change and changes nothing.

    The result is what an ingest of the sources by the same tables gives, byte for byte, where the tables that the reading
    stands on are the same; those rows keep what was read. Raises UnreadableError and NotWritableError."""
    check_dataset(dataset)
    storage = storage_at(dataset)
    if dry_run:
        return _all_shards(storage, mappings, None, write=False)
    with storage.hold(wait):
        try:
            recover(storage)
        except OSError as error:
            raise not_writable(storage.shown, error) from error
        return remap_documents(storage, mappings)


def remap_documents(dataset: Place, mappings: Mappings, only: Set[str] | None = None, *, tidy: bool = True) -> Changes:
    """Maps the rows of all documents again, or of ``only`` these. The caller holds the dataset's lock, and has not to ``tidy`` where
    others remap other shards at the same time."""
    storage = storage_at(dataset)
    try:
        changes = _all_shards(storage, mappings, only, write=True)
        if tidy:
            storage.tidy()
    except OSError as error:
        raise not_writable(storage.shown, error) from error
    return changes


def _all_shards(storage: Storage, mappings: Mappings, only: Set[str] | None, *, write: bool) -> Changes:
    changes = Changes()
    shards = shards_of(storage, "documents") if only is None else sorted({shard_of(document_id) for document_id in only})
    for shard in shards:
        _remap_shard(storage, shard, mappings, only, changes, write)
    return changes


def _remap_shard(storage: Storage, shard: str, mappings: Mappings, only: Set[str] | None, changes: Changes, write: bool) -> None:
    """One shard. A document whose names are of two versions, since we were cut off, says that they are of none."""
    documents = read_shard(storage, "documents", shard)
    mine = [row for row in documents.to_pylist() if only is None or row["document_id"] in only]
    if not mine:
        return
    changes.documents += len(mine)
    changes.other_reading += sum(row["reading_version"] != mappings.reading_version for row in mine)
    ids = [row["document_id"] for row in mine]
    rows = of_documents(read_shard(storage, "indicators", shard), documents["document_id"].to_pylist())
    new_rows = _remapped(rows, set(ids), mappings, changes)
    new_documents = _stamped(documents, ids, mappings.version, mappings.decisions_version)
    if not write or (new_rows.equals(rows) and new_documents.equals(documents)):
        return
    steps = [shard_change("documents", shard, new_documents)]
    if not new_rows.equals(rows):
        between = _stamped(documents, ids, None, None)
        steps = [shard_change("documents", shard, between), shard_change("indicators", shard, new_rows), *steps]
    storage.apply(steps)


def _remapped(rows: pa.Table, ids: set[str], mappings: Mappings, changes: Changes) -> pa.Table:
    """The rows with new mapped columns for these documents. Python sees only the columns that it needs, some rows at once."""
    needed = ["document_id", *dict.fromkeys((*BASIS, *MAPPED))]
    columns: dict[str, list[Any]] = {name: [] for name in MAPPED}
    for batch in rows.select(needed).to_batches(max_chunksize=ROWS):
        old = batch.to_pylist()
        mine = [row["document_id"] in ids for row in old]
        new = iter(mapped_columns([row for row, is_mine in zip(old, mine, strict=True) if is_mine], mappings))
        for row, is_mine in zip(old, mine, strict=True):
            after = next(new) if is_mine else row
            if is_mine:
                changes.add(row, after)
            for name in MAPPED:
                columns[name].append(after[name])
    for name, values in columns.items():
        at = rows.schema.get_field_index(name)
        field = rows.schema.field(at)
        rows = rows.set_column(at, field, pa.array(values, field.type))
    return rows


def _stamped(documents: pa.Table, ids: list[str], mappings_version: str | None, decisions_version: str | None) -> pa.Table:
    """The rows of documents with these versions of what their names are mapped by."""
    mine = pc.is_in(documents["document_id"], value_set=pa.array(ids, pa.string()))
    for name, value in (("mappings_version", mappings_version), ("decisions_version", decisions_version)):
        at = documents.schema.get_field_index(name)
        field = documents.schema.field(at)
        documents = documents.set_column(at, field, pc.if_else(mine, pa.scalar(value, field.type), documents[name]))
    return documents


def decided_versions(dataset: Place) -> list[str | None]:
    """The versions of decisions by which the documents of the dataset were mapped, each once; none where there is no dataset."""
    found: set[str | None] = set()
    for shard in shards_of(dataset, "documents"):
        found |= set(read_shard(dataset, "documents", shard, ["decisions_version"])["decisions_version"].unique().to_pylist())
    return sorted(found, key=lambda version: version or "")
