"""``jixiao remap``: the names of a dataset mapped again, without its sources."""

from __future__ import annotations

from pathlib import Path

import click

from jixiao.cli.echo import echo
from jixiao.cli.options import FOLDER, decisions_option, knowledge, mappings_option, wait_option


@click.command("remap")
@click.argument("dataset", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Only say what would change; end with 1 if anything would.")
@wait_option
@decisions_option
@mappings_option
def command(dataset: Path, dry_run: bool, wait: bool, decisions_path: Path | None, mappings_folder: Path | None) -> int:
    """Apply taxonomy, aliases and persons' decisions to a landed DATASET. No source is read."""
    from extract.problem import EXIT_DONE, EXIT_FINDINGS
    from jixiao.cli.decided import show_changes
    from jixiao.dataset import open_dataset
    from jixiao.ledger import check_given, decisions_file, with_decisions
    from jixiao.remap import decided_versions, remap

    open_dataset(dataset)
    ledger = decisions_file(dataset, decisions_path)
    check_given(ledger, decided_versions(dataset), dataset)
    mappings = with_decisions(knowledge(mappings_folder), ledger)
    changes = remap(dataset, mappings, dry_run=dry_run, wait=_say if wait else None)
    show_changes(changes, mappings, dry_run=dry_run)
    return EXIT_FINDINGS if dry_run and changes.any else EXIT_DONE


def _say(holder: str) -> None:
    echo(f"Waiting until {holder} has done writing to the dataset.", err=True)
