"""``jixiao ingest``: files and folders into a dataset, with a progress bar and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from jixiao.cli.options import PLACE, decisions_option, knowledge, limit_options, limits_of, reading, reading_options, wait_option

if TYPE_CHECKING:
    from jixiao.cluster.fleet import Fleet
    from jixiao.watcher import Watcher

ENGINES = ("local", "dask")


@click.command("ingest")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--into", required=True, type=PLACE, metavar="DATASET", help="Folder or URL of the dataset; made if it is not there.")
@click.option("--jobs", type=click.IntRange(min=1), help="Number of processes.  [default: one a processor]")
@limit_options
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who does the work: this machine, or a cluster."
)
@click.option(
    "--scheduler", envvar="DASK_SCHEDULER_ADDRESS", show_envvar=True, metavar="ADDRESS", help="Of the cluster, like tcp://HOST:8786."
)
@click.option("--again", is_flag=True, help="Convert unchanged sources too.")
@wait_option
@click.option("--quiet", is_flag=True, help="Tell failures only.")
@decisions_option
@reading_options
def command(
    sources: tuple[str, ...],
    into: str | Path,
    jobs: int | None,
    timeout: float,
    memory: str | None,
    engine: str,
    scheduler: str | None,
    again: bool,
    wait: bool,
    quiet: bool,
    decisions_path: Path | None,
    mappings_folder: Path | None,
    **how: Any,
) -> int:
    """Take files, folders and globs into the dataset DATASET. Each of them may be a URL, like s3://bucket/folder.

    Unchanged sources are skipped; their names are mapped again where tables or decisions about names changed. A source that
    changed replaces its own rows. A source that cannot be read, hangs, takes too much memory or ends the process that reads it is
    told, kept in the table documents with its reason in problems, and does not stop the others.
    """
    from jixiao.cli.console import make_console
    from jixiao.cli.progress import Progress
    from jixiao.cli.summary import show_summary
    from jixiao.intake import ingest

    limits = limits_of(timeout, memory)
    console = make_console(stderr=True)
    with Progress(console, quiet=quiet) as watcher, fleet_of(engine, scheduler, watcher) as fleet:
        run = partial(ingest, sources, into, jobs=jobs, limits=limits, again=again, decisions=decisions_path, wait=wait)
        summary = run(mappings=knowledge(mappings_folder), options=reading(**how), watcher=watcher, fleet=fleet)
    show_summary(summary, make_console(), quiet=quiet)
    return summary.exit_code


@contextmanager
def fleet_of(engine: str, scheduler: str | None, watcher: Watcher) -> Iterator[Fleet | None]:
    """The workers that do the work in the place of processes of this machine, None where those do it. Raises UsageError."""
    from extract.problem import UsageError

    given = click.get_current_context().get_parameter_source("scheduler") == ParameterSource.COMMANDLINE
    if engine != "dask":
        if given:
            raise UsageError("A scheduler is asked for work by one engine only.", "Add: --engine dask")
        yield None
        return
    if not scheduler:
        raise UsageError("The engine dask needs the address of a scheduler.", "Give it with: --scheduler tcp://HOST:8786")
    from jixiao.cluster.dask_fleet import DaskFleet

    with DaskFleet(scheduler, tell=watcher.warned) as fleet:
        yield fleet
