"""The list of names that wait for a person: made from a dataset, the same name once."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from jixiao.dataset import open_dataset
from jixiao.shards import of_documents, read_shard, shards_of
from mappings.decisions import Key
from mappings.loader import Mappings
from normalize.decisions import key_of, match_decided
from normalize.mapped import query_of
from normalize.taxonomy import Match, Query

CANDIDATES = 5
ROWS = 5000
_COLUMNS = ["level1", "level2", "level3", "unit", "city", "source_name", "page"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A name that waits: under what key, how often and where it is printed, and what the matcher says of it."""

    key: Key
    example: str
    unit: str
    units: tuple[str, ...]
    rows: int
    cities: int
    source: str
    page: int | None
    match: Match


@dataclass(slots=True)
class _Seen:
    """Where one wording of a name with its unit stands; the place is that of its first row."""

    rows: int
    cities: set[str]
    source: str
    page: int | None


@dataclass(slots=True)
class _Group:
    """The wordings of one key, with their matches."""

    wordings: list[tuple[Query, _Seen, Match]] = field(default_factory=list)


def waiting(dataset: Path, mappings: Mappings, *, unmatched: bool = False) -> list[Waiting]:
    """The names that a person should look at, most frequent first; with ``unmatched`` also those that nothing comes
    near to. They are matched anew: what has been decided or learned since the last mapping does not wait."""
    seen = _wordings(dataset, mappings)
    queries = sorted(seen, key=lambda query: (query.name, query.level2 or "", query.unit or ""))
    groups: dict[Key, _Group] = defaultdict(_Group)
    for start in range(0, len(queries), ROWS):
        part = queries[start : start + ROWS]
        for query, match in zip(part, match_decided(part, mappings), strict=True):
            groups[key_of(query, mappings)].wordings.append((query, seen[query], match))
    found = [_waiting(key, group) for key, group in groups.items() if key.name and _waits(group, unmatched)]
    return sorted(found, key=lambda item: (-item.rows, item.key))


def _waits(group: _Group, unmatched: bool) -> bool:
    return any(match.needs_review or (unmatched and match.code is None and match.method == "none") for _, _, match in group.wordings)


def _waiting(key: Key, group: _Group) -> Waiting:
    """One line for all wordings of a key, shown by the most frequent one that waits."""
    open_ones = [item for item in group.wordings if item[2].needs_review] or group.wordings
    query, shown, match = max(open_ones, key=lambda item: item[1].rows)
    units: Counter[str] = Counter()
    for other, place, _ in group.wordings:
        units[other.unit or ""] += place.rows
    return Waiting(
        key=key,
        example=query.name,
        unit=query.unit or "",
        units=tuple(unit for unit, _ in units.most_common() if unit),
        rows=sum(place.rows for _, place, _ in group.wordings),
        cities=len(set().union(*(place.cities for _, place, _ in group.wordings))),
        source=shown.source,
        page=shown.page,
        match=match,
    )


def _wordings(dataset: Path, mappings: Mappings) -> dict[Query, _Seen]:
    """Each wording that the dataset prints, with its rows."""
    seen: dict[Query, _Seen] = {}
    for row in _rows(dataset):
        query = query_of(row, mappings)
        place = seen.get(query)
        if place is None:
            place = seen[query] = _Seen(0, set(), row["source_name"], row["page"])
        place.rows += 1
        if row["city"]:
            place.cities.add(row["city"])
    return seen


def _rows(dataset: Path) -> Iterator[dict[str, Any]]:
    open_dataset(dataset)  # tells where there is none
    for shard in shards_of(dataset, "documents"):
        documents = read_shard(dataset, "documents", shard)["document_id"].to_pylist()
        rows: pa.Table = of_documents(read_shard(dataset, "indicators", shard), documents).select(_COLUMNS)
        for batch in rows.to_batches(max_chunksize=ROWS):
            yield from batch.to_pylist()


def identity(key: Key) -> str:
    """Hex digits by which a line of the list is known to be whole when it comes back."""
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:8]


def todo_rows(names: Sequence[Waiting], mappings: Mappings, *, blind: bool, dataset: str) -> list[dict[str, str]]:
    """The lines of the list. ``blind``: without scores and reasons, the candidates in an order that tells nothing."""
    return [_line(item, mappings, blind, dataset) for item in names]


def _line(item: Waiting, mappings: Mappings, blind: bool, dataset: str) -> dict[str, str]:
    level = mappings.levels.tree.get(item.key.level2)
    line = {
        "name": item.key.name,
        "example": item.example,
        "level2": f"{level.code} {level.name}" if level else "",
        "unit": item.unit,
        "units": " ".join(item.units),
        "rows": str(item.rows),
        "cities": str(item.cities),
        "source": item.source,
        "page": "" if item.page is None else str(item.page),
        **_candidates(item, mappings, blind),
        "decision": "",
        "comment": "",
        "dimension": item.key.dimension,
        "id": identity(item.key),
        "dataset": dataset,
    }
    return line


def _candidates(item: Waiting, mappings: Mappings, blind: bool) -> dict[str, str]:
    concepts = mappings.taxonomy.concepts
    shown = [c for c in item.match.candidates if c.code in concepts][:CANDIDATES]
    if blind:
        Random(identity(item.key)).shuffle(shown)
    columns: dict[str, str] = {} if blind else {"why": "; ".join(item.match.reasons)}
    for number in range(1, CANDIDATES + 1):
        candidate = shown[number - 1] if number <= len(shown) else None
        columns[f"candidate_{number}"] = f"{candidate.code} {concepts[candidate.code].name}" if candidate else ""
        if not blind:
            columns[f"score_{number}"] = f"{candidate.score:.2f}" if candidate else ""
    return columns


def todo_columns(*, blind: bool) -> tuple[str, ...]:
    """The columns of the list, in their order."""
    scored = [(f"candidate_{n}",) if blind else (f"candidate_{n}", f"score_{n}") for n in range(1, CANDIDATES + 1)]
    why = () if blind else ("why",)
    front = ("name", "example", "level2", "unit", "units", "rows", "cities", "source", "page", *why)
    return (*front, *(name for pair in scored for name in pair), "decision", "comment", "dimension", "id", "dataset")
