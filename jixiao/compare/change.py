"""What a unit changed from one declared year to the next: indicators added and dropped, targets raised and lowered, names changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from jixiao.compare.model import KEYS, ROW_COLUMNS, Column, Comparison, Selection, Tally
from normalize.names import name_key

if TYPE_CHECKING:
    import duckdb

CHANGE = "change"
QUESTION = "What did a unit add, drop, raise, lower or rename from one year to the next?"

_COLUMNS = (
    Column("figure", "Number of the figure", "count"),
    Column("city", "City"),
    Column("organization", "Unit that declares"),
    Column("form", "Kind of form"),
    Column("subject", "Project"),
    Column("horizon", "Time the target is set for"),
    Column("before", "Earlier year"),
    Column("after", "Later year"),
    Column("indicator_code", "Concept; blank where the name alone pairs the rows"),
    Column("indicator_name", "Name of the concept, or the printed name"),
    Column("kind", "added, dropped, raised, lowered, unchanged, restated: not comparable in number"),
    Column("renamed", "True where the same concept stands under another name"),
    Column("name_before", "Printed name in the earlier year"),
    Column("name_after", "Printed name in the later year"),
    Column("target_before", "Printed target of the earlier year"),
    Column("target_after", "Printed target of the later year"),
    Column("sign", "≥ floor, ≤ ceiling, = exactly, … range, – without a sign"),
    Column("base_unit", "Unit of the change"),
    Column("change", "Later target less earlier one", "quantity"),
    Column("ratio", "Change as a share of the earlier target", "share"),
)
_BY = (Column("before", "Earlier year"), Column("after", "Later year"), Column("kind", "What happened"))

_SHEET = "organization, form, coalesce(subject, ''), horizon"
_ITEMS = f"""
CREATE TEMP TABLE items AS
WITH sizes AS (SELECT {_SHEET} AS_SHEET, year, declaration_id, count(*) AS n FROM chosen WHERE year IS NOT NULL AND organization IS NOT NULL GROUP BY ALL),
     first AS (SELECT *, row_number() OVER (PARTITION BY organization, form, subject, horizon, year ORDER BY n DESC, declaration_id) AS place FROM sizes),
     years AS (SELECT * EXCLUDE (place, n), lag(year) OVER w AS earlier, lead(year) OVER w AS later
               FROM first WHERE place = 1 WINDOW w AS (PARTITION BY organization, form, subject, horizon ORDER BY year))
SELECT c.*, y.earlier, y.later, coalesce(y.subject, '') AS sheet_subject, coalesce(indicator_code, 'name:' || k.key) AS concept, k.key,
       row_number() OVER (PARTITION BY c.declaration_id, c.horizon, coalesce(indicator_code, 'name:' || k.key), k.key ORDER BY c.row_index) AS place
FROM chosen c JOIN years y ON y.declaration_id = c.declaration_id AND y.horizon IS NOT DISTINCT FROM c.horizon
JOIN name_keys k ON k.level3 IS NOT DISTINCT FROM c.level3
""".replace(f"{_SHEET} AS_SHEET", "organization, form, coalesce(subject, '') AS subject, horizon")

_SAME = "a.organization = b.organization AND a.form = b.form AND a.sheet_subject = b.sheet_subject AND a.horizon IS NOT DISTINCT FROM b.horizon AND b.year = a.later AND a.concept = b.concept"
_PAIRS = f"""
CREATE TEMP TABLE pairs AS
WITH exact AS (SELECT a.indicator_id AS a, b.indicator_id AS b FROM items a JOIN items b ON {_SAME} AND a.key = b.key AND a.place = b.place),
     rest_a AS (SELECT *, count(*) OVER (PARTITION BY declaration_id, horizon, concept) AS n FROM items
                WHERE later IS NOT NULL AND indicator_id NOT IN (SELECT a FROM exact)),
     rest_b AS (SELECT *, count(*) OVER (PARTITION BY declaration_id, horizon, concept) AS n FROM items
                WHERE earlier IS NOT NULL AND indicator_id NOT IN (SELECT b FROM exact)),
     renamed AS (SELECT a.indicator_id AS a, b.indicator_id AS b FROM rest_a a JOIN rest_b b ON {_SAME} AND a.n = 1 AND b.n = 1)
SELECT a, b, false AS renamed FROM exact
UNION ALL SELECT a, b, true FROM renamed
UNION ALL SELECT indicator_id, NULL, false FROM rest_a WHERE indicator_id NOT IN (SELECT a FROM renamed)
UNION ALL SELECT NULL, indicator_id, false FROM rest_b WHERE indicator_id NOT IN (SELECT b FROM renamed)
"""

_ONE_UNIT = (
    "a.base_unit = b.base_unit AND a.dimension = b.dimension AND a.sign = b.sign AND a.quantity IS NOT NULL AND b.quantity IS NOT NULL"
)
_EQUAL = "abs(a.quantity - b.quantity) <= 1e-9 * greatest(abs(a.quantity), abs(b.quantity)) AND a.quantity_high IS NOT DISTINCT FROM b.quantity_high"
_CHANGES = f"""
CREATE TEMP TABLE changes AS
SELECT p.a, p.b, p.renamed, coalesce(a.city, b.city) AS city, coalesce(a.province, b.province) AS province,
       coalesce(a.organization, b.organization) AS organization, coalesce(a.form, b.form) AS form, coalesce(a.subject, b.subject) AS subject,
       coalesce(a.horizon, b.horizon) AS horizon, coalesce(b.level1_code, a.level1_code) AS level1_code, coalesce(b.level1_name, a.level1_name) AS level1_name,
       coalesce(b.level2_code, a.level2_code) AS level2_code, coalesce(b.level2_name, a.level2_name) AS level2_name,
       coalesce(a.year, b.earlier) AS before, coalesce(b.year, a.later) AS after, coalesce(b.year, a.later) AS year,
       coalesce(a.indicator_code, b.indicator_code) AS indicator_code,
       coalesce(a.indicator_name, b.indicator_name, b.level3, a.level3) AS indicator_name,
       CASE WHEN b IS NULL THEN 'dropped' WHEN a IS NULL THEN 'added'
            WHEN {_ONE_UNIT} AND {_EQUAL} THEN 'unchanged'
            WHEN {_ONE_UNIT} AND b.quantity > a.quantity THEN 'raised' WHEN {_ONE_UNIT} AND b.quantity < a.quantity THEN 'lowered'
            WHEN a.quantity IS NULL AND b.quantity IS NULL AND a.target_text IS NOT DISTINCT FROM b.target_text THEN 'unchanged'
            ELSE 'restated' END AS kind,
       a.level3 AS name_before, b.level3 AS name_after, a.target_text AS target_before, b.target_text AS target_after,
       CASE WHEN {_ONE_UNIT} THEN a.sign END AS sign, CASE WHEN {_ONE_UNIT} THEN a.base_unit END AS base_unit,
       CASE WHEN {_ONE_UNIT} THEN b.quantity - a.quantity END AS change,
       CASE WHEN {_ONE_UNIT} THEN (b.quantity - a.quantity) / nullif(abs(a.quantity), 0) END AS ratio,
       coalesce(a.needs_review, false) OR coalesce(b.needs_review, false) AS doubtful,
       coalesce(b.level3, a.level3) AS level3, coalesce(b.unit, a.unit) AS unit, coalesce(b.source_name, a.source_name) AS source_name
FROM pairs p LEFT JOIN items a ON a.indicator_id = p.a LEFT JOIN items b ON b.indicator_id = p.b
"""
_ORDER = "city NULLS LAST, organization, form, subject NULLS LAST, horizon, before, kind = 'unchanged', indicator_name, coalesce(b, a)"


def compare_years(connection: duckdb.DuckDBPyConnection, by: tuple[str, ...], selection: Selection, rows: bool) -> Comparison:
    """A figure for each indicator of each two years that follow each other; with ``by`` one for each kind of change in each group."""
    names = connection.sql("SELECT DISTINCT level3 FROM chosen").to_arrow_table()["level3"].to_pylist()
    keys = pa.table({"level3": pa.array(names, pa.string()), "key": pa.array([name_key(name) for name in names], pa.string())})
    connection.register("name_keys", keys)
    for statement in (_ITEMS, _PAIRS, _CHANGES):
        connection.execute(statement)
    entered = "true" if selection.with_doubtful else "NOT doubtful"
    tally = _tally(connection, entered, selection)
    grouping = tuple(dict.fromkeys((*(name for key in by for name in KEYS[key]), *(column.name for column in _BY))))
    columns = _make_grouped(connection, grouping, entered) if by else _make_single(connection, entered)
    figures = connection.sql(f"SELECT {', '.join(column.name for column in columns)} FROM figures ORDER BY figure").to_arrow_table()
    behind = _behind(connection, grouping if by else (), entered) if rows else None
    return Comparison(CHANGE, QUESTION, by, columns, figures, behind, tally)


def _make_single(connection: duckdb.DuckDBPyConnection, entered: str) -> tuple[Column, ...]:
    connection.execute(
        f"CREATE TEMP TABLE figures AS SELECT row_number() OVER (ORDER BY {_ORDER}) AS figure, * FROM changes WHERE {entered}"
    )
    return _COLUMNS


def _make_grouped(connection: duckdb.DuckDBPyConnection, grouping: tuple[str, ...], entered: str) -> tuple[Column, ...]:
    names = ", ".join(grouping)
    order = ", ".join(f"{name} NULLS LAST" for name in grouping)
    connection.execute(
        f"""CREATE TEMP TABLE figures AS SELECT row_number() OVER (ORDER BY {order}) AS figure, * FROM (
            SELECT {names}, count(*) AS rows, count(DISTINCT organization) AS organizations, count(*) FILTER (WHERE renamed) AS renamed_rows
            FROM changes WHERE {entered} GROUP BY {names})"""
    )
    told = {column.name: column for column in _BY}
    return (
        _COLUMNS[0],
        *(told.get(name, Column(name, f"The {name} of the rows")) for name in grouping),
        Column("rows", "Number of changes", "count"),
        Column("organizations", "Number of units that declare", "count"),
        Column("renamed_rows", "How many of them stand under another name", "count"),
    )


def _behind(connection: duckdb.DuckDBPyConnection, grouping: tuple[str, ...], entered: str) -> pa.Table:
    """The one or two rows of each change."""
    on = " AND ".join(f"f.{name} IS NOT DISTINCT FROM g.{name}" for name in grouping)
    sides = f"(SELECT f.figure, g.a, g.b FROM figures f JOIN changes g ON {on} AND {entered})" if grouping else "figures"
    names = ", ".join("s.figure" if column.name == "figure" else f"i.{column.name}" for column in ROW_COLUMNS)
    return connection.sql(
        f"""SELECT {names} FROM (SELECT figure, a AS id FROM {sides} UNION ALL SELECT figure, b FROM {sides}) s
            JOIN items i ON i.indicator_id = s.id ORDER BY s.figure, i.year, i.indicator_id"""
    ).to_arrow_table()


def _tally(connection: duckdb.DuckDBPyConnection, entered: str, selection: Selection) -> Tally:
    ((chosen, doubtful, unmapped, unfit, compared),) = connection.sql(
        f"""SELECT (SELECT count(*) FROM chosen), (SELECT count(*) FROM changes WHERE doubtful), 0,
                   (SELECT count(*) FROM chosen) - (SELECT count(*) FROM items WHERE earlier IS NOT NULL OR later IS NOT NULL),
                   (SELECT count(*) FROM changes WHERE {entered})"""
    ).fetchall()
    notes = ["an indicator without a concept is paired by its printed name: under another name it counts as dropped and added"]
    if unfit:
        notes.append(f"{unfit:,} rows are of units, forms or projects that declared in one year only, or of no known year")
    return Tally(chosen, doubtful, unmapped, unfit, compared, with_doubtful=selection.with_doubtful, notes=tuple(notes))
