"""What a dataset knows already of the sources that are given: the rows of documents that a plan needs, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from jixiao.archived import INSIDE
from jixiao.shards import of_documents, read_shard, shard_of, shards_of
from jixiao.sources import Source
from jixiao.storage import Place
from normalize.record import Record

_NAMES = ("document_id", "source_path", "other_paths")
_NEEDED = (
    *_NAMES,
    *("status", "format", "reader", "ocr", "recognition", "contacts"),
    *("tool_version", "reading_version", "mappings_version", "decisions_version"),
)


def known_documents(dataset: Place, sources: Sequence[Source], archives: Collection[str] = ()) -> dict[str, Record]:
    """The documents that the sources may be, or may stand in the place of: those of their bytes and those of their paths.

    A row has the columns that a plan looks at. Of a dataset of any size little more than three columns are read."""
    names = [read_shard(dataset, "documents", shard, _NAMES) for shard in shards_of(dataset, "documents")]
    if not names:
        return {}
    by_shard: dict[str, list[str]] = defaultdict(list)
    for document_id in _touched(pa.concat_tables(names), sources, archives).to_pylist():
        by_shard[shard_of(document_id)].append(document_id)
    parts = (of_documents(read_shard(dataset, "documents", shard, _NEEDED), ids).to_pylist() for shard, ids in sorted(by_shard.items()))
    return {row["document_id"]: row for part in parts for row in part}


def _touched(rows: pa.Table, sources: Sequence[Source], archives: Collection[str]) -> pa.ChunkedArray:
    """The identities of the rows that are concerned. Those with several paths always are: they are few, and told apart line by line."""
    ids = pa.array([source.document_id for source in sources], pa.string())
    paths = pa.array([source.source_path for source in sources], pa.string())
    touched = pc.or_(pc.is_in(rows["document_id"], value_set=ids), pc.is_in(rows["source_path"], value_set=paths))
    touched = pc.or_(touched, pc.is_valid(rows["other_paths"]))
    if archives:
        inside = pc.match_substring(rows["source_path"], INSIDE)
        itself = pc.is_in(rows["source_path"], value_set=pa.array(sorted(archives), pa.string()))
        touched = pc.or_(touched, pc.or_(inside, itself))
    return rows.filter(touched)["document_id"]
