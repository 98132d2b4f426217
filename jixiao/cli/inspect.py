"""``jixiao inspect``: what was understood of one file, and every doubt about it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.cli.options import knowledge, limit_options, reading, reading_options

if TYPE_CHECKING:
    from rich.console import Console

    from jixiao.pipeline import Understanding


@click.command("inspect")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--tables", is_flag=True, help="Draw the tables as they were read, before anything is understood of them.")
@click.option(
    "--overlay", type=click.Path(path_type=Path), metavar="OUT.png", help="Write the picture of a page with what was found on it."
)
@click.option("--page", type=click.IntRange(min=1), help="Page of the overlay.  [default: the first page of the first form]")
@limit_options
@reading_options
def command(
    file: Path,
    tables: bool,
    overlay: Path | None,
    page: int | None,
    timeout: float,
    memory: str | None,
    mappings_folder: Path | None,
    **how: Any,
) -> None:
    """Show what was understood of one file: which forms stand on which pages, which column was given which role, every doubt.

    The share of characters accounted for says how much of the printed tables of a form is in its records, or was left out for a reason.
    """
    from jixiao.cli.watched import watched

    if page is not None and overlay is None:
        raise click.UsageError("--page goes with --overlay.")
    watch, limits = watched(file, timeout, memory)
    from jixiao.archived import single_file
    from jixiao.cli.console import make_console
    from jixiao.cli.progress import PageProgress
    from jixiao.cli.report import show_understanding
    from jixiao.engine import understand_one

    options = reading(**how)
    mappings = knowledge(mappings_folder)
    with single_file(file) as document:
        with PageProgress(make_console(stderr=True)) as shown:
            how_read = partial(understand_one, mappings=mappings, options=options, drawing=overlay is not None)
            understood = how_read(document, watcher=watch.at(document, shown), limits=limits)
        watch.done()
        number = _page_to_draw(document, understood, page) if overlay is not None else None
        console = make_console()
        if tables:
            _show_tables(console, understood)
        show_understanding(console, understood, mappings)
        if overlay is not None and number is not None:
            _draw(console, document, understood, overlay, number)


def _show_tables(console: Console, understood: Understanding) -> None:
    from jixiao.cli.boxes import draw

    for page in understood.document.pages:
        for table in page.tables:
            where = f"page {page.number}" if page.number is not None else page.label or "the file"
            console.print(f"Table {table.index + 1}, {where}: {table.rows} rows, {table.columns} columns", markup=False, style="bold")
            console.print(draw(table, console.width), markup=False, no_wrap=True, overflow="ignore", crop=False)
            console.print()


def _page_to_draw(file: Path, understood: Understanding, page: int | None) -> int:
    """The page asked for, or the first page of the first form. Raises UsageError for a page or a source that has none."""
    from extract.problem import UsageError

    if understood.document.format not in ("pdf", "image"):
        raise UsageError(f"{file.name} has no page that could be drawn.", "--overlay is for PDF and pictures.")
    number = page or next((number for declaration in understood.declarations for number in declaration.pages), 1)
    numbers = [page.number for page in understood.document.pages]
    if number not in numbers:
        raise UsageError(f"{file.name} has no page {number}.", f"It has {len(numbers)}.")
    return number


def _draw(console: Console, file: Path, understood: Understanding, output: Path, number: int) -> None:
    """Writes the picture of a page. Raises UsageError for a suffix that is no picture's, NotWritableError."""
    from extract.problem import UsageError
    from jixiao.lock import not_writable
    from jixiao.overlay import draw_overlay

    picture = draw_overlay(file, number, understood.document, understood.declarations)
    try:
        picture.save(output)
    except ValueError as error:
        raise UsageError(f"{output.name} is of no kind of picture that can be written.", "Give a name that ends in .png.") from error
    except OSError as error:
        raise not_writable(output, error) from error
    console.print(f"Page {number} drawn in {output}", markup=False, soft_wrap=True)
