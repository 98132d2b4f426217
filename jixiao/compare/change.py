"""What a unit changed from one declared year to the next: indicators added and dropped, targets raised and lowered, names changed."""

from __future__ import annotations

from importlib.resources import files
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

_PAIRING = files("jixiao.compare").joinpath("change.sql")
_ORDER = "city NULLS LAST, organization, form, subject NULLS LAST, horizon, before, kind = 'unchanged', indicator_name, coalesce(b, a)"


def compare_years(connection: duckdb.DuckDBPyConnection, by: tuple[str, ...], selection: Selection, rows: bool) -> Comparison:
    """A figure for each indicator of each two years that follow each other; with ``by`` one for each kind of change in each group."""
    names = connection.sql("SELECT DISTINCT level3 FROM chosen").to_arrow_table()["level3"].to_pylist()
    numbers: dict[str, int] = {}
    keys = [numbers.setdefault(name_key(name), len(numbers) + 1) for name in names]
    connection.register("name_keys", pa.table({"level3": pa.array(names, pa.string()), "key": pa.array(keys, pa.int64())}))
    connection.execute(_PAIRING.read_text(encoding="utf-8"))
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
            JOIN items i ON i.item = s.id ORDER BY s.figure, i.year, i.indicator_id"""
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
