"""What ``jixiao taxonomy decisions`` and ``jixiao remap`` print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.cli.echo import echo

if TYPE_CHECKING:
    from jixiao.remap import Changes
    from mappings.decisions import Key
    from mappings.loader import Mappings
    from normalize.decisions import Resolution

MOST = 15


def show(path: Path, resolved: Resolution, mappings: Mappings, *, listed: bool, conflicts: bool, agreement: bool) -> int:
    """Prints what was asked for, else all in short; 1 where conflicts were asked for and there are some."""
    if agreement:
        _agreement(path)
    elif conflicts:
        _conflicts(resolved)
        return 1 if resolved.in_state("conflict") else 0
    elif listed:
        _list(resolved)
    else:
        _short(resolved, mappings)
    return 0


def _agreement(path: Path) -> None:
    from jixiao.agreement import agreements
    from mappings.decisions import read_decisions

    found = agreements(read_decisions(path))
    if not found:
        echo("No two persons decided on the same name.")
    for pair in found:
        kappa = "undefined" if pair.kappa is None else f"{pair.kappa:.2f}"
        echo(
            f"{pair.first} and {pair.second}: {pair.alike:,} of {pair.names:,} names alike ({pair.alike / pair.names:.0%}), "
            f"Cohen's kappa {kappa}"
        )


def _conflicts(resolved: Resolution) -> None:
    keys = resolved.in_state("conflict")
    echo(f"{len(keys):,} names on which persons differ, which are not mapped until it is settled (decide --adjudicate):")
    for key in keys:
        echo(f"  {named(key)}")
        for decision in resolved.standing[key]:
            comment = f"  {decision.comment}" if decision.comment else ""
            echo(f"    {decision.record_id}  {decision.author_id}, {decision.mapping_date}: {decision.object}{comment}")


def _list(resolved: Resolution) -> None:
    for key, group in resolved.standing.items():
        for decision in group:
            mark = "" if decision.action == "decide" else "  (adjudicates)"
            echo(f"{decision.record_id}  {named(key)}  ->  {decision.object}  {decision.author_id}, {decision.mapping_date}{mark}")


def _short(resolved: Resolution, mappings: Mappings) -> None:
    from normalize.decisions import contradicted

    states = Counter(resolved.rulings[key].state for key in resolved.standing)
    echo(f"{len(resolved.standing):,} names decided: {states['code']:,} mapped, {states['none']:,} none, {states['new']:,} new.")
    for state, words in (("conflict", "persons differ, not applied"), ("gone", "code given up without a successor, open again")):
        _some(words, [f"{named(key)}: {resolved.rulings[key].reason}" for key in resolved.in_state(state)])
    moved = [f"{named(m.decision.key)}: {m.decision.object_id} -> {m.successor}" for m in resolved.moved]
    _some("code given up, its successor taken", moved)
    others = [
        f"{named(key)}: decided {resolved.rulings[key].code or 'none'}, known as {m.code}" for key, m in contradicted(resolved, mappings)
    ]
    _some("names that the tables hold for another concept, the decision goes before them", others)
    _some("concepts that the taxonomy lacks", [named(key) for key in resolved.in_state("new")])


def _some(title: str, lines: list[str]) -> None:
    if not lines:
        return
    echo(f"\n{len(lines):,} {title}:")
    for line in lines[:MOST]:
        echo(f"  {line}")
    if len(lines) > MOST:
        echo(f"  … and {len(lines) - MOST:,} more")


def named(key: Key) -> str:
    """A key as a person reads it: the name, and in brackets level and dimension where they are known."""
    beside = ", ".join(part for part in (key.level2, key.dimension) if part)
    return f"{key.name} ({beside})" if beside else key.name


def show_changes(changes: Changes, mappings: Mappings, *, dry_run: bool) -> None:
    """Prints what a remapping changed, or would change."""
    names = mappings.taxonomy.concepts

    def called(code: str) -> str:
        return f"{code} {names[code].name}" if code in names else code

    would = "would be " if dry_run else ""
    where = f"{changes.rows:,} rows of {changes.documents:,} documents"
    echo(f"{where}: {changes.coded:,} have a concept, {changes.decided:,} were decided by persons.")
    echo(f"{changes.waiting:,} wait for a person: {changes.review_opened:,} more than before, {changes.review_closed:,} no more.")
    if not changes.any:
        echo("Nothing would change." if dry_run else "Nothing changed.")
    pairs = [f"{number:,}  {called(old)} -> {called(new)}" for (old, new), number in changes.changed.most_common()]
    _counted(f"{would}given another concept", changes.changed.total(), pairs)
    _counted(f"{would}newly given one", changes.newly_coded.total(), _codes(changes.newly_coded, called))
    _counted(f"{would}without one now", changes.lost.total(), _codes(changes.lost, called))
    if changes.renamed or changes.other:
        echo(f"\n{changes.renamed:,} rows: the concept has another name. {changes.other:,} rows: another score, way or candidates.")
    if changes.other_reading:
        echo(
            f"\n{changes.other_reading:,} documents were read by other tables than those of now: their names are mapped; to read "
            "them anew, ingest their sources."
        )


def _counted(title: str, total: int, lines: list[str]) -> None:
    if total:
        echo(f"\n{total:,} rows {title}:")
        for line in lines[:MOST]:
            echo(f"  {line}")
        if len(lines) > MOST:
            echo(f"  … and {len(lines) - MOST:,} more")


def _codes(counts: Counter[str], called: Callable[[str], str]) -> list[str]:
    return [f"{number:,}  {called(code)}" for code, number in counts.most_common()]
