"""``jixiao taxonomy review | decide | decisions``: names that wait for a person, and what persons decided."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jixiao.cli.echo import echo
from jixiao.cli.options import FOLDER, decisions_option, knowledge, mappings_option

if TYPE_CHECKING:
    from mappings.decisions import Decision
    from normalize.decisions import Resolution

F = TypeVar("F", bound=Callable[..., Any])


def _day(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Today, or the day that is given."""
    try:
        return Date.today().isoformat() if value is None else Date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter("give the day as YYYY-MM-DD") from error


_date = click.option("--date", callback=_day, metavar="YYYY-MM-DD", help="Day of the decision.  [default: today]")


@click.command("review")
@click.argument("dataset", type=FOLDER)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="TODO.csv|.xlsx", help="Where the list goes.")
@click.option("--blind", is_flag=True, help="Hide scores and reasons, and put the candidates in an order that tells nothing.")
@click.option("--unmatched", is_flag=True, help="List also names that nothing in the taxonomy comes near to.")
@decisions_option
@mappings_option
def review(dataset: Path, output: Path, blind: bool, unmatched: bool, decisions_path: Path | None, mappings_folder: Path | None) -> None:
    """Write the names of a DATASET that wait for a person, each once, the most frequent first.

    A person fills the column decision: a code (or its Chinese name) for the concept that is meant, with `broad` before it
    for a wider one; `none` where no concept of the taxonomy can be meant; `new` where the taxonomy lacks it.
    """
    from jixiao.ledger import decisions_file, with_decisions
    from jixiao.sheet import write_sheet
    from jixiao.todo import todo_columns, todo_rows, waiting

    mappings = with_decisions(knowledge(mappings_folder), decisions_file(dataset, decisions_path))
    names = waiting(dataset, mappings, unmatched=unmatched)
    place = Path(os.path.relpath(dataset.absolute(), output.absolute().parent)).as_posix()
    rows = todo_rows(names, mappings, blind=blind, dataset=place)
    write_sheet(output, todo_columns(blind=blind), rows, wide=("decision", "comment"))
    echo(f"{len(names):,} names wait, which {sum(item.rows for item in names):,} rows bear: {output}")


@click.command("decide")
@click.argument("todo", type=click.Path(path_type=Path))
@click.option("--author", required=True, metavar="NAME", help="Who decided: a name, or an ORCID (orcid:0000-…).")
@click.option("--adjudicate", is_flag=True, help="These decisions settle conflicts: they hold whatever other persons said or say.")
@click.option("--overrule", is_flag=True, help="Take in decisions against names that the taxonomy or its aliases hold.")
@_date
@decisions_option
@mappings_option
def decide(
    todo: Path,
    author: str,
    adjudicate: bool,
    overrule: bool,
    date: str,
    decisions_path: Path | None,
    mappings_folder: Path | None,
) -> int:
    """Take in a list that a person filled. A row that is not in order is told and gives nothing; the others are taken.

    Ends with 1 where a row was refused.
    """
    from jixiao.decide import take_decisions

    into = decisions_path or _of_list(todo)
    taken = take_decisions(
        todo, into, knowledge(mappings_folder), author=_author(author), date=date, adjudicate=adjudicate, overrule=overrule
    )
    for row, reason in taken.refused:
        echo(f"{todo.name}, row {row}: {reason}.")
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in sorted(taken.counts.items()))
    echo(f"{len(taken.added):,} decisions added{f' ({kinds})' if kinds else ''} to {into}")
    echo(f"{taken.known:,} known before, {taken.blank:,} rows without a decision, {len(taken.refused):,} refused.")
    return 1 if taken.refused else 0


def _author(name: str) -> str:
    from extract.problem import UsageError

    cleaned = " ".join(name.split())
    if not cleaned:
        raise UsageError("The name of the author is blank.", "Say who decided: --author NAME.")
    return cleaned


def _of_list(todo: Path) -> Path:
    """The file of decisions of the dataset that the list was made from, where it lies as it lay then."""
    from extract.problem import UsageError
    from jixiao.ledger import decisions_file
    from jixiao.shards import shards_of
    from jixiao.sheet import read_sheet

    named = {row.get("dataset", "") for _, row in read_sheet(todo)} - {""}
    dataset = todo.absolute().parent / named.pop() if len(named) == 1 else None
    if dataset is None or not shards_of(dataset, "documents"):
        raise UsageError(f"The dataset of {todo.name} is not where it was.", "Say where decisions are kept: --decisions FILE.")
    return decisions_file(Path(os.path.relpath(dataset.resolve())))


@click.command("decisions")
@click.argument("place", type=click.Path(path_type=Path), metavar="DATASET|FILE")
@click.option("--list", "listed", is_flag=True, help="List every decision that stands, with its identity.")
@click.option("--conflicts", is_flag=True, help="List only names on which persons differ; end with 1 if there are any.")
@click.option("--agreement", is_flag=True, help="Show how far each two persons agree, with Cohen's kappa.")
@click.option("--sssom", type=click.Path(path_type=Path), metavar="OUT.tsv", help="Write the decisions that stand as SSSOM/TSV.")
@click.option("--license", "license_", metavar="URI", help="License of the mapping set, for --sssom.")
@click.option("--set-id", metavar="URI", help="Identity of the mapping set, for --sssom.")
@click.option("--undo", multiple=True, metavar="ID", help="Withdraw this decision; nothing is deleted. May be repeated.")
@click.option("--author", metavar="NAME", help="Who withdraws, for --undo.")
@click.option("--comment", default="", help="Why, for --undo.")
@_date
@decisions_option
@mappings_option
def decisions(place: Path, undo: tuple[str, ...], decisions_path: Path | None, mappings_folder: Path | None, **chosen: Any) -> int:
    """Show what persons decided: counts, conflicts, decisions whose code was given up, concepts that are missed."""
    from extract.problem import UnreadableError
    from jixiao.cli.decided import show
    from jixiao.ledger import decisions_file, resolution

    path = decisions_file(place, decisions_path) if place.is_dir() else place
    if not path.exists():
        raise UnreadableError(f"There are no decisions in {path}.", "Make some: jixiao taxonomy review, then decide.")
    if undo:
        _undo(undo, path, chosen["author"], chosen["date"], chosen["comment"])
    mappings = knowledge(mappings_folder)
    resolved = resolution(mappings, path)
    if chosen["sssom"] is not None:
        _export(chosen["sssom"], resolved, chosen["set_id"], chosen["license_"])
        return 0
    return show(path, resolved, mappings, listed=chosen["listed"], conflicts=chosen["conflicts"], agreement=chosen["agreement"])


def _undo(record_ids: tuple[str, ...], path: Path, author: str | None, date: str, comment: str) -> list[Decision]:
    from extract.problem import UsageError
    from jixiao.decide import withdraw

    if author is None:
        raise UsageError("Nobody is named who withdraws.", "Say who does: --author NAME.")
    rows = withdraw(record_ids, path, author=_author(author), date=date, comment=" ".join(comment.split()))
    for row in rows:
        echo(f"Withdrawn: {row.about} on {row.subject_label}")
    return rows


def _export(out: Path, resolved: Resolution, set_id: str | None, license_: str | None) -> None:
    from jixiao.lock import not_writable
    from jixiao.sssom import LICENSE, SET_ID, sssom_tsv

    try:
        out.write_text(sssom_tsv(resolved, set_id=set_id or SET_ID, license_=license_ or LICENSE), encoding="utf-8", newline="\n")
    except OSError as error:
        raise not_writable(out, error) from error
    echo(f"{sum(map(len, resolved.standing.values())):,} decisions: {out}")
