"""``jixiao compare``: targets, coverage, weights, costs and changes of a dataset side by side."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.cli.options import PLACE
from normalize.record import FORMS

if TYPE_CHECKING:
    from rich.console import Console

    from jixiao.compare.model import Column, Comparison

    YearsBase = click.ParamType[tuple[int, ...]]
else:
    YearsBase = click.ParamType  # before click 8.4 it takes no subscript

VIEWS = ("targets", "who", "names", "quantified", "weights", "cost", "coverage", "change")
_NARROW = frozenset({"indicator_code", "level1_code", "level2_code", "q1", "q3", "points", "indicator_id", "needs_review"})
_NARROW_CHANGE = frozenset({"city", "form", "horizon", "sign", "ratio", "name_before", "name_after"})
"""What the terminal has no room for; files have it."""


class Years(YearsBase):
    """A year, or two with a stroke between."""

    name = "year"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        found = re.fullmatch(r"((?:19|20)\d\d)(?:[-–:]((?:19|20)\d\d))?", value)
        if found is None or int(found[2] or found[1]) < int(found[1]):
            self.fail(f"{value!r} is neither a year nor a span such as 2020-2026.", param, ctx)
        return tuple(range(int(found[1]), int(found[2] or found[1]) + 1))


def _words(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(word.strip() for word in value.split(",") if word.strip())


@click.command("compare")
@click.argument("dataset", type=PLACE)
@click.option("--view", type=click.Choice(VIEWS), default="targets", show_default=True, help="What is asked; docs/questions.md shows each.")
@click.option("--by", callback=_words, metavar="KEY,...", help="Group by city, province, year, organization, form, subject, source, "
              "horizon, level1, level2, concept, name, unit.  [default: as the view has it]")  # fmt: skip
@click.option("--indicator", "indicators", multiple=True, help="A concept by its code or Chinese name, or all under a level's code.")
@click.option("--city", "cities", multiple=True, help="A city, or a part of its name.")
@click.option("--year", "years", type=Years(), multiple=True, help="A budget year, or a span such as 2020-2026.")
@click.option("--organization", "organizations", multiple=True, help="A unit that declares, or a part of its name.")
@click.option("--form", "forms", type=click.Choice(FORMS), multiple=True, help="A kind of form.")
@click.option("--where", help="An expression of SQL over the columns of indicators and declarations.")
@click.option("--with-doubtful", is_flag=True, help="Take in rows that a person should look at, and say how many.")
@click.option("--pooled", is_flag=True, help="Put floors (≥), ceilings (≤) and the rest into one statistic; their signs are listed.")
@click.option("--rows", "show_rows", is_flag=True, help="Show the rows behind the figures.")
@click.option("--figure", type=click.IntRange(min=1), help="The rows behind the figure of this number alone.")
@click.option("--limit", type=click.IntRange(min=1), default=40, show_default=True, help="How many lines are shown in the terminal.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .xlsx, .csv, .html, .png or .svg.")
def command(
    dataset: str | Path,
    view: str,
    by: tuple[str, ...] | None,
    show_rows: bool,
    figure: int | None,
    limit: int,
    output: Path | None,
    years: tuple[tuple[int, ...], ...],
    where: str | None,
    with_doubtful: bool,
    pooled: bool,
    **lists: tuple[str, ...],
) -> None:
    """Compare the indicators of a dataset: a figure a line, each leading back to its rows (--rows, --figure).

    Only rows whose reading and concept are sure are compared. Targets of different units, and floors and ceilings,
    are never in one statistic. Numbers are in base units (yuan, day, per cent).
    """
    from jixiao.cli.console import make_console
    from jixiao.compare import Selection, compare
    from jixiao.compare.files import check_output, write_comparison

    if output is not None:
        check_output(output)
    selection = Selection(
        years=tuple(year for span in years for year in span), where=where, with_doubtful=with_doubtful, pooled=pooled, **lists
    )
    wanted = show_rows or figure is not None or (output is not None and output.suffix.lower() not in (".png", ".svg"))
    made = compare(dataset, view, by=by, selection=selection, rows=wanted)
    console = make_console()
    if output is not None:
        written = write_comparison(made, selection, output)
        console.print(f"{made.figures.num_rows:,} figures. Written to {', '.join(map(str, written))}", markup=False, soft_wrap=True)
    elif show_rows or figure is not None:
        _show_rows(console, made, figure, limit)
    else:
        _show_figures(console, made, limit)
    _show_notes(console, made)


def _show_figures(console: Console, made: Comparison, limit: int) -> None:
    console.print(made.question, style="bold")
    _show(console, made, made.columns, made.figures.slice(0, limit).to_pylist())
    _show_rest(console, made.figures.num_rows, limit)


def _show_rows(console: Console, made: Comparison, figure: int | None, limit: int) -> None:
    """Rows behind all figures, or behind one. Raises UsageError for a figure that is none."""
    from extract.problem import UsageError
    from jixiao.compare.model import ROW_COLUMNS

    if figure is not None and figure > made.figures.num_rows:
        raise UsageError(f"There is no figure {figure}.", f"The figures are 1 to {made.figures.num_rows}.")
    assert made.rows is not None
    rows = made.rows_of(figure) if figure is not None else made.rows.slice(0, limit).to_pylist()
    _show(console, made, ROW_COLUMNS, rows[:limit])
    _show_rest(console, len(rows) if figure is not None else made.rows.num_rows, limit)


def _show(console: Console, made: Comparison, columns: tuple[Column, ...], rows: list[dict[str, object]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from jixiao.compare.shown import header, shown

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    narrow = _NARROW | _NARROW_CHANGE if made.view == "change" and not made.by else _NARROW
    seen = [column for column in columns if column.name not in narrow]
    if rows:
        seen = [column for column in seen if any(row[column.name] is not None for row in rows)]
    for column in seen:
        table.add_column(header(column), justify="left" if column.kind == "text" else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(row, column, made.unit_names)) for column in seen))
    console.print(table)


def _show_rest(console: Console, count: int, limit: int) -> None:
    if count > limit:
        console.print(f"{count - limit:,} more: --limit {count}, or -o OUT.xlsx", style="dim", markup=False)


def _show_notes(console: Console, made: Comparison) -> None:
    from jixiao.compare.shown import left_out

    for text in left_out(made.tally):
        console.print(f"{text}.", style="dim", markup=False, soft_wrap=True)
