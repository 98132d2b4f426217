"""Runs a view over a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.problem import UsageError
from jixiao.compare.change import CHANGE, compare_years
from jixiao.compare.chosen import choose
from jixiao.compare.model import KEYS, OF_DECLARATIONS, ROW_COLUMNS, Column, Comparison, Selection, Tally
from jixiao.compare.shown import unit_names
from jixiao.compare.views import SIGN, VIEWS, View
from jixiao.dataset import open_dataset
from mappings.loader import Mappings, default_mappings

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

NAMES = (*VIEWS, CHANGE)
_POINTS = ", weight / sum(weight) OVER (PARTITION BY declaration_id, horizon) AS weight_share"
_REPEATED = """
SELECT count(*) - count(DISTINCT (organization, form, subject, year, n, text)) FROM (
    SELECT any_value(organization) AS organization, any_value(form) AS form, any_value(subject) AS subject, any_value(year) AS year,
           count(*) AS n, md5(string_agg(coalesce(level3, ''), '|' ORDER BY row_index)) AS text
    FROM chosen GROUP BY declaration_id)
"""


def compare(
    dataset: str | Path,
    view: str = "targets",
    *,
    by: Sequence[str] | None = None,
    selection: Selection | None = None,
    rows: bool = True,
    mappings: Mappings | None = None,
) -> Comparison:
    """The figures of a view over the dataset, each with the rows that it was made from unless ``rows`` is False.

    Raises UsageError for a view, key or filter that is none, and UnreadableError for what is no dataset."""
    if view not in NAMES:
        raise UsageError(f"There is no view {view}.", f"The views are {', '.join(NAMES)}.")
    unknown = [key for key in by or () if key not in KEYS]
    if unknown:
        raise UsageError(f"Figures cannot be grouped by {', '.join(unknown)}.", f"They can by {', '.join(KEYS)}.")
    selection = selection or Selection()
    mappings = mappings or default_mappings()
    with open_dataset(dataset).duckdb() as connection:
        choose(connection, selection, mappings)
        if view == CHANGE:
            made = compare_years(connection, tuple(by or ()), selection, rows)
        else:
            made = _compare(connection, VIEWS[view], tuple(by if by is not None else VIEWS[view].by), selection, rows)
    return replace(made, unit_names=unit_names(mappings))


def _compare(connection: duckdb.DuckDBPyConnection, view: View, by: tuple[str, ...], selection: Selection, rows: bool) -> Comparison:
    tally = _enter(connection, view, selection)
    keys = _keys(view, by, selection)
    columns = [*keys, *(measure.column for measure in view.measures)]
    connection.execute(_figures(view, keys, by))
    if selection.pooled and SIGN in view.keys:
        columns.append(Column("signs", "Signs of the targets that are in one statistic"))
    columns += [share.column for share in view.shares]
    names = ["figure", *(column.name for column in columns)]
    figures = connection.sql(f"SELECT {', '.join(names)} FROM figures ORDER BY figure").to_arrow_table()
    head = Column("figure", "Number of the figure", "count")
    behind = _behind(connection, keys) if rows else None
    return Comparison(view.name, view.question, by, (head, *columns), figures, behind, tally)


def _enter(connection: duckdb.DuckDBPyConnection, view: View, selection: Selection) -> Tally:
    """Makes the table ``entered`` of the rows that the view counts, and tells how many were left out and why."""
    sure = "true" if view.doubtful or selection.with_doubtful else "NOT needs_review"
    mapped = "indicator_code IS NOT NULL" if view.concept else "true"
    points = _POINTS if view.of == "entered" else ""
    connection.execute(f"CREATE TEMP VIEW entered AS SELECT *{points} FROM chosen WHERE {sure} AND {mapped} AND ({view.where})")
    ((chosen, doubtful, unmapped, unfit, compared),) = connection.sql(
        f"""SELECT count(*), count(*) FILTER (WHERE needs_review AND {mapped} AND ({view.where})),
                   count(*) FILTER (WHERE {sure} AND NOT ({mapped})),
                   count(*) FILTER (WHERE {sure} AND {mapped} AND coalesce(NOT ({view.where}), true)),
                   count(*) FILTER (WHERE {sure} AND {mapped} AND ({view.where})) FROM chosen"""
    ).fetchall()
    notes = (f"{unfit:,} rows are left out {view.unfit}",) if view.unfit and unfit else ()
    ((repeated,),) = connection.sql(_REPEATED).fetchall()
    return Tally(
        chosen,
        doubtful,
        unmapped,
        unfit,
        compared,
        with_doubtful=selection.with_doubtful or view.doubtful,
        repeated_declarations=repeated,
        notes=notes,
    )


def _keys(view: View, by: tuple[str, ...], selection: Selection) -> list[Column]:
    """The columns that figures are grouped by: those of the view, then those asked for."""
    own = [column for column in view.keys if not (selection.pooled and column == SIGN)]
    taken = {column.name for column in own}
    return own + [Column(name, f"The {key} of the rows") for key in by for name in KEYS[key] if name not in taken]


def _figures(view: View, keys: Sequence[Column], by: tuple[str, ...]) -> str:
    """The statement that makes the table ``figures``. Groups of no key are one figure; no row gives none."""
    names = ", ".join(column.name for column in keys)
    measures = ", ".join(f"{measure.sql} AS {measure.column.name}" for measure in view.measures)
    signs = ", array_to_string(list_sort(list_distinct(list(sign))), ' ') AS signs"
    grouped = (
        f"SELECT {names + ', ' if names else ''}{measures}{signs} FROM entered {'GROUP BY ' + names if names else 'HAVING count(*) > 0'}"
    )
    by_time = "year" in by and not view.keys
    order = ", ".join((*(() if by_time else (view.order,)), *(f"{column.name} NULLS LAST" for column in keys)))
    shares = "".join(f", {share.sql} AS {share.column.name}" for share in view.shares)
    whole = _whole(by, view.of) if view.shares else ""
    total = f"sum(rows) OVER (PARTITION BY {view.total})" if "total" in view.order else "rows"
    ranked = f"SELECT g.*{shares}, {total} AS total FROM ({grouped}) g {whole}"
    return f"CREATE TEMP TABLE figures AS SELECT row_number() OVER (ORDER BY {order}) AS figure, * FROM ({ranked})"


def _whole(by: tuple[str, ...], of: str) -> str:
    """A join that gives each figure the declarations of its group, whatever indicators they have."""
    shared = [name for key in by if key in OF_DECLARATIONS for name in KEYS[key]]
    counted = ", ".join([*shared, "count(DISTINCT declaration_id) AS whole", "count(DISTINCT (declaration_id, horizon)) AS sheets"])
    on = " AND ".join(f"w.{name} IS NOT DISTINCT FROM g.{name}" for name in shared) or "true"
    return f"JOIN (SELECT {counted} FROM {of} {'GROUP BY ' + ', '.join(shared) if shared else ''}) w ON {on}"


def _behind(connection: duckdb.DuckDBPyConnection, keys: Sequence[Column]) -> pa.Table:
    """Every row with the number of the figure that it is part of."""
    on = " AND ".join(f"f.{column.name} IS NOT DISTINCT FROM e.{column.name}" for column in keys) or "true"
    names = ", ".join(column.name if column.name == "figure" else f"e.{column.name}" for column in ROW_COLUMNS)
    return connection.sql(f"SELECT {names} FROM figures f JOIN entered e ON {on} ORDER BY figure, indicator_id").to_arrow_table()
