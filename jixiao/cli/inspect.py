"""``jixiao inspect``: what was understood of one file, and every doubt about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jixiao.cli.options import knowledge, reading, reading_options

if TYPE_CHECKING:
    from rich.console import Console

    from jixiao.pipeline import Understanding


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tables", is_flag=True, help="Draw the tables as they were read, before anything is understood of them.")
@click.option(
    "--overlay", type=click.Path(path_type=Path), metavar="OUT.png", help="Write the picture of a page with what was found on it."
)
@click.option("--page", type=click.IntRange(min=1), help="Page of the overlay.  [default: the first page of the first form]")
@reading_options
def command(
    file: Path,
    tables: bool,
    overlay: Path | None,
    page: int | None,
    keep_contacts: bool,
    pdf_engine: str,
    mappings_folder: Path | None,
) -> None:
    """Show what was understood of one file: which forms stand on which pages, which column was given which role, every doubt.

    The share of characters accounted for says how much of the printed tables of a form is in its records, or was left out for a reason.
    """
    from jixiao.cli.console import make_console
    from jixiao.cli.report import show_understanding
    from jixiao.pipeline import understand

    if page is not None and overlay is None:
        raise click.UsageError("--page goes with --overlay.")
    options = reading(keep_contacts, pdf_engine)
    understood = understand(file, mappings=knowledge(mappings_folder), options=options, drawing=overlay is not None)
    console = make_console()
    if tables:
        _show_tables(console, understood)
    show_understanding(console, understood)
    if overlay is not None:
        _draw(console, file, understood, overlay, page)


def _show_tables(console: Console, understood: Understanding) -> None:
    from jixiao.cli.boxes import draw

    for page in understood.document.pages:
        for table in page.tables:
            where = f"page {page.number}" if page.number is not None else page.label or "the file"
            console.print(f"Table {table.index + 1}, {where}: {table.rows} rows, {table.columns} columns", markup=False, style="bold")
            console.print(draw(table, console.width), markup=False, no_wrap=True, overflow="ignore", crop=False)
            console.print()


def _draw(console: Console, file: Path, understood: Understanding, output: Path, page: int | None) -> None:
    """Writes the picture of a page. Raises UsageError for a page that is not there, or a source without pages."""
    from extract.problem import UsageError
    from jixiao.lock import not_writable
    from jixiao.overlay import draw_overlay

    if understood.document.format != "pdf":
        raise UsageError(f"{file.name} has no page that could be drawn.", "--overlay is for PDF.")
    numbers = [p.number for p in understood.document.pages]
    first = next((number for declaration in understood.declarations for number in declaration.pages), 1)
    number = page or first
    if number not in numbers:
        raise UsageError(f"{file.name} has no page {number}.", f"It has {len(numbers)}.")
    picture = draw_overlay(file, number, understood.document, understood.declarations)
    try:
        picture.save(output)
    except ValueError as error:
        raise UsageError(f"{output.name} is of no kind of picture that can be written.", "Give a name that ends in .png.") from error
    except OSError as error:
        raise not_writable(output, error) from error
    console.print(f"Page {number} drawn in {output}", markup=False, soft_wrap=True)
