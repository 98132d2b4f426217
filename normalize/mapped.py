"""The columns of an indicator that say which concept it is. They follow from other columns of the same row alone, so that a
row can be mapped again without its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mappings.loader import Mappings
from normalize.decisions import match_decided
from normalize.levels import read_levels
from normalize.record import Record
from normalize.taxonomy import Match, Query

# The columns that the mapping reads, and those that it writes.
BASIS = ("level1", "level2", "level3", "unit", "read_review")
MAPPED = ("indicator_code", "indicator_name", "match_score", "match_method", "match_candidates", "needs_review")


def query_of(row: Mapping[str, Any], mappings: Mappings) -> Query:
    """What the matcher is asked about a row of indicators."""
    levels = read_levels(row["level1"], row["level2"], mappings.levels)
    return Query(row["level3"] or "", levels.level2_code or levels.level1_code, row["unit"], bool(levels.repairs))


def mapped_columns(rows: Sequence[Mapping[str, Any]], mappings: Mappings) -> list[Record]:
    """The columns MAPPED of each row that has the columns BASIS. Rows that ask the same are matched once."""
    queries = [query_of(row, mappings) for row in rows]
    distinct = list(dict.fromkeys(queries))
    matches = dict(zip(distinct, match_decided(distinct, mappings), strict=True))
    return [_columns(matches[query], row["read_review"]) for query, row in zip(queries, rows, strict=True)]


def _columns(match: Match, read_review: bool) -> Record:
    return {
        "indicator_code": match.code,
        "indicator_name": match.name,
        "match_score": match.score,
        "match_method": match.method,
        "match_candidates": "; ".join(f"{c.code}={c.score:.2f}" for c in match.candidates) or None,
        "needs_review": read_review or match.needs_review,
    }
