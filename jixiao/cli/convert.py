"""``jixiao convert``: one file to one table, in a file or in the terminal."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jixiao.cli.echo import echo
from jixiao.cli.errors import SourceFailed
from jixiao.cli.options import knowledge, limit_options, reading, reading_options

if TYPE_CHECKING:
    from jixiao.outcome import Outcome


@click.command("convert")
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .xlsx, .csv, .json or .parquet.")
@click.option("--jobs", type=click.IntRange(min=1), help="Number of processes that recognise pages.  [default: one a processor]")
@limit_options
@reading_options
def command(
    file: Path,
    output: Path | None,
    jobs: int | None,
    timeout: float,
    memory: str | None,
    mappings_folder: Path | None,
    **how: Any,
) -> None:
    """Turn one file into one table of indicators, with the facts of their declaration in front.

    Without --output the table is shown in the terminal. Rows that need a look are marked.
    """
    from jixiao.cli.watched import watched

    watch, limits = watched(file, timeout, memory)
    from jixiao.archived import single_file
    from jixiao.cli.late import LateProgress
    from jixiao.engine import convert_one

    if output is not None:
        from jixiao.files import check_output

        check_output(output)
    with single_file(file) as document, LateProgress() as shown:
        watcher = watch.at(document, shown)
        how_read = partial(convert_one, mappings=knowledge(mappings_folder), options=reading(**how), watcher=watcher)
        outcome = how_read(document, workers=jobs, limits=limits)
        watcher.done()
    if outcome.failure is not None:
        raise SourceFailed(outcome.failure)
    if output is not None and outcome.declarations:
        from jixiao.files import write_outcome

        write_outcome(outcome, output)
    _show(outcome, output)


def _show(outcome: Outcome, output: Path | None) -> None:
    from jixiao.text import count

    if output is not None and outcome.declarations:
        doubts = sum(problem.severity != "info" for problem in outcome.problems)
        rows = f"{count(outcome.declarations, 'declaration')}, {count(outcome.indicators, 'indicator')}, {count(doubts, 'doubt')}"
        echo(f"{outcome.source_name}: {rows}. Written to {output}")
        return
    from jixiao.cli.console import make_console
    from jixiao.cli.tables import show_declarations, show_nothing_found, show_problems

    console = make_console()
    if not outcome.declarations:
        show_nothing_found(console, outcome.source_name, outcome.problems)
        return
    show_declarations(console, outcome)
    show_problems(console, outcome.rows("problems"))
