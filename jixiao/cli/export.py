"""``jixiao export``: a dataset for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from jixiao.cli.options import PLACE

FORMATS = ("csv", "xlsx", "dta", "sqlite", "duckdb", "json")


@click.command("export")
@click.argument("dataset", type=PLACE)
@click.option("--to", required=True, type=click.Choice(FORMATS), help="csv, dta (Stata) and json are a folder with a file a table.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write.  [default: beside the dataset]")
def command(dataset: str | Path, to: str, output: Path | None) -> None:
    """Write all tables of a dataset for another program, with the codebook.

    Codes become value labels in Stata, dates are dates, and texts stay texts: nothing in a workbook is a formula.
    """
    from jixiao.cli.console import make_console
    from jixiao.export import export

    made = export(dataset, to, output)
    make_console().print(f"Written to {made}", markup=False, soft_wrap=True)
