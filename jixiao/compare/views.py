"""The views: each a question, what its figures are grouped by, which rows enter, and what is counted. One engine runs them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jixiao.compare.model import Column

SIGN = Column("sign", "≥ floor, ≤ ceiling, = exactly, … range, – without a sign")
BASE = Column("base_unit", "Unit that the statistics are in")
_UNITS = Column("units", "Units as printed")


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of figures and the SQL that makes it from the rows of a figure."""

    column: Column
    sql: str


@dataclass(frozen=True, slots=True)
class View:
    """A view. ``where`` says which rows can enter, ``unfit`` how those that cannot are called; ``concept`` that they must be
    mapped; ``doubtful`` that doubtful rows always enter, since they are what is counted. ``shares`` are measures of a
    figure against the declarations of its group, ``of`` those chosen or those that entered. ``order`` may name ``total``:
    the rows of all figures that are alike in the column ``total``. ``chart`` is ``ranges``, or the measures that are bars."""

    name: str
    question: str
    by: tuple[str, ...]
    keys: tuple[Column, ...] = ()
    measures: tuple[Measure, ...] = ()
    where: str = "true"
    unfit: str = ""
    concept: bool = False
    doubtful: bool = False
    shares: tuple[Measure, ...] = ()
    of: Literal["chosen", "entered"] = "chosen"
    total: str = "indicator_code"
    order: str = "rows DESC"
    chart: str = ""


def _count(name: str, description: str, sql: str) -> Measure:
    return Measure(Column(name, description, "count"), sql)


def _share(name: str, description: str, part: str, whole: str = "true") -> Measure:
    sql = f"count(*) FILTER (WHERE ({part}) AND ({whole})) / nullif(count(*) FILTER (WHERE {whole}), 0)"
    return Measure(Column(name, description, "share"), sql)


def _list(column: Column, of: str) -> Measure:
    return Measure(column, f"array_to_string(list_sort(list_distinct(list({of}) FILTER (WHERE {of} IS NOT NULL))), ' ')")


ROWS = _count("rows", "Number of rows", "count(*)")
DECLARATIONS = _count("declarations", "Number of declarations", "count(DISTINCT declaration_id)")
ORGANIZATIONS = _count("organizations", "Number of units that declare", "count(DISTINCT organization)")
_WHO = Measure(
    Column("who", "Units that declare, the first five by name"),
    "array_to_string(list_sort(list_distinct(list(organization) FILTER (WHERE organization IS NOT NULL)))[1:5], '; ')",
)
_NAMES = Measure(Column("names", "Printed names, the first three"), "array_to_string(list_sort(list_distinct(list(level3)))[1:3], '; ')")
_CITIES = _count("cities", "Number of cities", "count(DISTINCT city)")
_YEARS = Measure(Column("years", "First and last budget year"), "concat_ws('–', min(year)::VARCHAR, nullif(max(year), min(year))::VARCHAR)")


def _statistics(value: str, high: str, kind: str) -> tuple[Measure, ...]:
    parts = (
        ("min", "Least", f"min({value})"),
        ("q1", "First quartile", f"quantile_cont({value}, 0.25)"),
        ("median", "Median", f"median({value})"),
        ("q3", "Third quartile", f"quantile_cont({value}, 0.75)"),
        ("max", "Greatest; of ranges the upper bound", f"max({high})"),
        ("spread", "Third quartile less first", f"round(quantile_cont({value}, 0.75) - quantile_cont({value}, 0.25), 12)"),
    )
    kind_of = "quantity" if kind == "quantity" else "number"
    return tuple(Measure(Column(name, text, kind_of), sql) for name, text, sql in parts)  # type: ignore[arg-type]


_TARGETS = _statistics("quantity", "coalesce(quantity_high, quantity)", "quantity")
_WEIGHTS = _statistics("weight", "weight", "number")
_QUANTIFIED = "quantity IS NOT NULL OR value IS NOT NULL"
_BLANK = "coalesce(target_text, '') = '' AND NOT (" + _QUANTIFIED + ")"

VIEWS = {
    view.name: view
    for view in (
        View(
            "targets",
            "Which targets are set for a concept, side by side in base units?",
            ("city",),
            keys=(Column("indicator_code", "Concept"), Column("indicator_name", "Name of the concept"), BASE, SIGN),
            measures=(ROWS, DECLARATIONS, ORGANIZATIONS, *_TARGETS, _list(_UNITS, "unit")),
            where="quantity IS NOT NULL",
            unfit="without a number that has a unit",
            concept=True,
            order="total DESC",
            chart="ranges",
        ),
        View(
            "who",
            "Which indicators are set by whom, and by which share of the declarations?",
            ("city",),
            keys=(Column("indicator_code", "Concept"), Column("indicator_name", "Name of the concept")),
            measures=(ROWS, DECLARATIONS, ORGANIZATIONS, _WHO),
            concept=True,
            shares=(
                Measure(
                    Column("share_of_declarations", "Share of the group's declarations that set it", "share"),
                    "declarations / nullif(whole, 0)",
                ),
            ),
            order="total DESC",
            chart="share_of_declarations",
        ),
        View(
            "names",
            "Under which printed names does a concept stand?",
            (),
            keys=(
                Column("indicator_code", "Concept"),
                Column("indicator_name", "Name of the concept"),
                Column("level3", "Printed name"),
            ),
            measures=(ROWS, DECLARATIONS, ORGANIZATIONS, _CITIES, _YEARS),
            concept=True,
            order="total DESC, indicator_code, rows DESC",
            chart="rows",
        ),
        View(
            "quantified",
            "Which share of the targets is a number, has a unit, has a date?",
            ("city",),
            measures=(
                ROWS,
                _share("share_quantified", "Share of targets that are numbers", _QUANTIFIED),
                _share(
                    "share_qualitative", "Share of targets in words alone", f"NOT ({_QUANTIFIED}) AND deadline IS NULL AND NOT ({_BLANK})"
                ),
                _share("share_deadline", "Share of targets that name a date", "deadline IS NOT NULL"),
                _share("share_blank", "Share of rows without a target", f"{_BLANK} AND deadline IS NULL"),
                _share("share_unit", "Share of the numbers that have a unit", "unit IS NOT NULL", _QUANTIFIED),
                _share("share_sign", "Share of the numbers that say floor, ceiling or exactly", "sign <> '–'", _QUANTIFIED),
            ),
            chart="share_quantified share_deadline share_qualitative share_blank",
        ),
        View(
            "weights",
            "How are the points spread over the levels?",
            ("city",),
            keys=(Column("level1_code", "Level 1"), Column("level1_name", "Its name")),
            measures=(
                ROWS,
                DECLARATIONS,
                *_WEIGHTS,
                Measure(Column("points", "Shares of the points of their declarations, summed up", "number"), "round(sum(weight_share), 9)"),
            ),
            where="weight > 0",
            unfit="without a weight",
            of="entered",
            shares=(
                Measure(
                    Column("share_of_points", "Mean share of the points of a declaration, of those that are compared", "share"),
                    "points / nullif(sheets, 0)",
                ),
            ),
            order="level1_code",
            chart="share_of_points",
        ),
        View(
            "cost",
            "What does one head, day, square metre or piece cost?",
            ("city",),
            keys=(BASE, SIGN),
            measures=(ROWS, DECLARATIONS, ORGANIZATIONS, *_TARGETS, _NAMES),
            where="quantity IS NOT NULL AND dimension LIKE 'money/%'",
            unfit="that are no cost for each of something",
            total="base_unit",
            order="total DESC",
            chart="ranges",
        ),
        View(
            "coverage",
            "How much was read and mapped: what can be compared at all?",
            ("city",),
            measures=(
                ROWS,
                DECLARATIONS,
                _share("share_doubtful", "Share of rows that a person should look at", "needs_review"),
                _share("share_mapped", "Share of rows with a concept", "indicator_code IS NOT NULL"),
                _share("share_levels", "Share of rows with an official level 2", "level2_code IS NOT NULL"),
                _share("share_year", "Share of rows with a budget year", "year IS NOT NULL"),
                _share("share_quantity", "Share of rows with a number in a base unit", "quantity IS NOT NULL"),
            ),
            doubtful=True,
            chart="share_mapped share_levels share_quantity",
        ),
    )
}
"""Every view but ``change``, which pairs rows of two years (jixiao/compare/change.py)."""
