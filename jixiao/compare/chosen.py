"""The rows that were asked for, as the table ``chosen`` of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
from rapidfuzz import process

from extract.problem import UsageError
from jixiao.compare.model import Selection
from mappings.loader import Mappings

if TYPE_CHECKING:
    import duckdb

_DECLARATION_ONLY = "d.* EXCLUDE (declaration_id, document_id, source_name, declaration_index, city, fiscal_year, organization, subject)"
_SIGNS = "CASE operator WHEN 'ge' THEN '≥' WHEN 'gt' THEN '≥' WHEN 'le' THEN '≤' WHEN 'lt' THEN '≤' WHEN 'eq' THEN '=' WHEN 'between' THEN '…' ELSE '–' END"
_BASE = "CASE WHEN dimension = 'count' OR contains(unit_code, '/') THEN unit_code ELSE coalesce(b.base, unit_code) END"
_CHOSEN = f"""
CREATE TEMP TABLE chosen AS
SELECT indicator_id, declaration_id, source_name, row_index, page, sheet, cell, city, province, fiscal_year AS year, organization, subject, form,
       horizon, level1_code, l1.name AS level1_name, level2_code, l2.name AS level2_name, indicator_code, indicator_name, level3, target_text,
       unit, value, quantity, quantity_high, dimension, {_BASE} AS base_unit, {_SIGNS} AS sign, deadline, weight,
       weight / nullif(sum(weight) OVER (PARTITION BY declaration_id, horizon), 0) AS weight_share,
       coalesce(needs_review, false) AS needs_review
FROM wanted LEFT JOIN base_units b USING (unit_code) LEFT JOIN level_names l1 ON l1.code = level1_code LEFT JOIN level_names l2 ON l2.code = level2_code
"""


def choose(connection: duckdb.DuckDBPyConnection, selection: Selection, mappings: Mappings) -> None:
    """Makes the table ``chosen``. Raises UsageError for a filter that makes no sense or fits nothing."""
    _register_names(connection, mappings)
    wanted = connection.sql(f"SELECT i.*, {_DECLARATION_ONLY} FROM indicators i LEFT JOIN declarations d USING (declaration_id)")
    for column, values in _lists(connection, selection, mappings).items():
        wanted = wanted.filter(f"{column} IN ({', '.join(map(_literal, values))})")
    if selection.where:
        wanted = _filtered(wanted, selection.where)
    wanted.create_view("wanted")
    connection.execute(_CHOSEN)


def _lists(connection: duckdb.DuckDBPyConnection, selection: Selection, mappings: Mappings) -> dict[str, tuple[str | int, ...]]:
    """The values that each filtered column may have; names of cities and units may be given in part."""
    found: dict[str, tuple[str | int, ...]] = {}
    if selection.indicators:
        found["indicator_code"] = _codes(connection, selection.indicators, mappings)
    for column, asked in (("city", selection.cities), ("organization", selection.organizations)):
        if asked:
            found[column] = _in_part(connection, column, asked)
    if selection.years:
        found["fiscal_year"] = selection.years
    if selection.forms:
        found["form"] = selection.forms
    return found


def _filtered(rows: duckdb.DuckDBPyRelation, where: str) -> duckdb.DuckDBPyRelation:
    """The rows for which the expression holds. It can only be an expression: DuckDB parses it as one."""
    import duckdb

    try:
        rows = rows.filter(where)
        rows.limit(0).fetchall()
    except duckdb.Error as error:
        first = str(error).split("\n\n", maxsplit=1)[0]
        raise UsageError(
            f"--where {where!r} is not understood: {first}", "It is an expression of SQL, such as: weight >= 10 AND form = 'project'"
        ) from error
    return rows


def _codes(connection: duckdb.DuckDBPyConnection, asked: tuple[str, ...], mappings: Mappings) -> tuple[str, ...]:
    """Codes of concepts for codes, codes of levels above them, and Chinese names."""
    taxonomy = mappings.taxonomy
    here = dict(
        connection.sql("SELECT DISTINCT indicator_code, indicator_name FROM indicators WHERE indicator_code IS NOT NULL").fetchall()
    )
    above = {code: _ancestors(code, mappings) for code in {*here, *taxonomy.concepts}}
    found: set[str] = set()
    for word in asked:
        by_name = {term.code for term in taxonomy.by_text.get(word, ())} | {code for code, name in here.items() if name == word}
        mine = {code for code, chain in above.items() if word in chain or by_name & chain}
        if not mine:
            near = [name for name, *_ in process.extract(word, sorted({*here, *filter(None, here.values())}), limit=3)]
            raise UsageError(
                f"There is no indicator {word}.", f"Near to it are {', '.join(near)}." if near else "The dataset has no mapped indicator."
            )
        found |= mine
    return tuple(sorted(found))


def _ancestors(code: str, mappings: Mappings) -> frozenset[str]:
    """The code and every code above it."""
    chain = set()
    tree, concepts = mappings.levels.tree, mappings.taxonomy.concepts
    above: str | None = code
    while above and above not in chain:
        chain.add(above)
        above = concepts[above].parent if above in concepts else tree[above].parent if above in tree else None
    return frozenset(chain)


def _in_part(connection: duckdb.DuckDBPyConnection, column: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The values of the column that hold one of the words. Raises UsageError for a word that none holds."""
    values = [
        value for (value,) in connection.sql(f"SELECT DISTINCT {column} FROM declarations WHERE {column} IS NOT NULL ORDER BY 1").fetchall()
    ]
    for word in asked:
        if not any(word in value for value in values):
            near = [name for name, *_ in process.extract(word, values, limit=3)]
            raise UsageError(
                f"No declaration has {column} {word}.", f"Near to it are {', '.join(near)}." if near else f"None has a {column}."
            )
    return tuple(value for value in values if any(word in value for word in asked))


def _register_names(connection: duckdb.DuckDBPyConnection, mappings: Mappings) -> None:
    """Names of levels, and the base unit of each code of a unit."""
    units = {entry.code: entry.base for entry in (mappings.units.get(unit) for unit in mappings.units) if entry is not None}
    connection.register("base_units", pa.table({"unit_code": list(units), "base": list(units.values())}))
    tree = mappings.levels.tree
    connection.register("level_names", pa.table({"code": list(tree), "name": [level.name for level in tree.values()]}))


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
