"""``jixiao taxonomy``: the tree of concepts, why a name maps to one, and how well that is done."""

from __future__ import annotations

from pathlib import Path

import click

from jixiao.cli.decisions import decide, decisions, review
from jixiao.cli.echo import echo
from jixiao.cli.options import knowledge

_mappings = click.option(
    "--mappings",
    "mappings_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of knowledge tables (.csv) that stand in for the shipped ones of the same name.",
)


@click.group("taxonomy")
def command() -> None:
    """Look into the taxonomy of indicators, and into how printed names map onto it."""


@command.command("list")
@click.argument("under", required=False)
@_mappings
def list_(under: str | None, mappings_folder: Path | None) -> None:
    """List the concepts as a tree, or those UNDER a code (P1, satisfaction)."""
    from extract.problem import UsageError
    from jixiao.taxonomy_view import tree_lines

    mappings = knowledge(mappings_folder)
    if under is not None and under not in mappings.levels.tree and under not in mappings.taxonomy.concepts:
        raise UsageError(f"There is no code {under}.", "jixiao taxonomy list shows them all.")
    for line in tree_lines(mappings, under):
        echo(line)


@command.command("explain")
@click.argument("name")
@click.option("--level2", help="Printed level-2 indicator, or its code.")
@click.option("--unit", help="Printed unit.")
@click.option(
    "--decisions", "decisions_path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File of persons' decisions."
)
@_mappings
def explain(name: str, level2: str | None, unit: str | None, decisions_path: Path | None, mappings_folder: Path | None) -> None:
    """Say why a printed NAME maps to its concept, or to none."""
    from jixiao.ledger import with_decisions
    from jixiao.taxonomy_view import explain_lines

    mappings = knowledge(mappings_folder)
    for line in explain_lines(name, level2, unit, with_decisions(mappings, decisions_path) if decisions_path else mappings):
        echo(line)


@command.command("lint")
@_mappings
def lint(mappings_folder: Path | None) -> int:
    """Check the tables: sorted, unique, every code alive, nothing said twice. Ends with 1 where something is wrong."""
    from jixiao.taxonomy_lint import faults

    found = faults(knowledge(mappings_folder))
    for fault in found:
        echo(fault)
    echo(f"{len(found)} faults." if found else "Nothing is wrong.")
    return 1 if found else 0


@command.command("unused")
@click.argument("dataset", type=click.Path(exists=True, path_type=Path))
@_mappings
def unused(dataset: Path, mappings_folder: Path | None) -> None:
    """List concepts and aliases that no name of a DATASET (or of a text file, one name a line) comes to."""
    from jixiao.taxonomy_lint import unused_rows

    for line in unused_rows(dataset, knowledge(mappings_folder)):
        echo(line)


@command.command("diff")
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_mappings
def diff(old: Path, mappings_folder: Path | None) -> int:
    """Show what changed since the tables of the folder OLD: codes that came and went, names that mean another concept."""
    from jixiao.taxonomy_lint import changes

    found = changes(knowledge(old), knowledge(mappings_folder))
    for line in found:
        echo(line)
    return 1 if found else 0


_labels = click.Path(exists=True, dir_okay=False, path_type=Path)


@command.command("evaluate")
@click.option("--labels", type=_labels, required=True, help="Labelled names (.yml or .csv).")
@click.option("--page", type=click.Path(path_type=Path), help="Write the figures into this page, between its markers.")
@_mappings
def evaluate(labels: Path, page: Path | None, mappings_folder: Path | None) -> None:
    """Measure the mapping on labelled names, beside plain edit distance and TF-IDF."""
    from jixiao.taxonomy_evaluate import measure, page_text, write_page

    mappings = knowledge(mappings_folder)
    text = page_text(measure(labels, mappings))
    echo(text)
    if page is not None:
        write_page(page, text, labels, mappings)


@command.command("fit")
@click.option("--labels", type=_labels, multiple=True, required=True, help="Labelled names (.yml or .csv) to learn from.")
@click.option("--held", type=_labels, multiple=True, required=True, help="Labelled names by which no table was mended.")
@_mappings
def fit(labels: tuple[Path, ...], held: tuple[Path, ...], mappings_folder: Path | None) -> None:
    """Learn from labelled names: writes opinion.csv, weights.csv and thresholds.csv."""
    from jixiao.taxonomy_evaluate import read_labels
    from jixiao.taxonomy_fit import fit as fit_tables

    mappings = knowledge(mappings_folder)
    told, kept = ([label for file in files for label in read_labels(file, mappings)] for files in (labels, held))
    for line in fit_tables(told, kept, mappings):
        echo(line)


for _more in (review, decide, decisions):
    command.add_command(_more)
