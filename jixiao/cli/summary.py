"""The summary at the end of an ingest."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.cli.console import count
from jixiao.intake import Summary
from jixiao.outcome import Failure

MOST = 5
MOST_FAILURES = 20


def show_summary(summary: Summary, console: Console, *, quiet: bool) -> None:
    """Prints what was read, what is doubtful, what was left out and why, and each failure in a sentence."""
    if not quiet:
        console.print(_counts(summary))
        _doubts(summary, console)
        _list("No declaration found in", summary.without_declaration, console)
        _list("Replaced, since the bytes changed", summary.replaced, console)
        _list("Same bytes as another source", [f"{path} = {first}" for path, first in summary.duplicates], console)
        _skipped(summary, console)
        console.print()
    failures = summary.closed + summary.failures
    shown = failures if quiet else failures[:MOST_FAILURES]
    for path, failure in shown:
        console.print(_failure(path, failure, kept=path in summary.kept), soft_wrap=True)
    if len(shown) < len(failures):
        console.print(f"… and {count(len(failures) - len(shown), 'other')} that failed: see the table problems, or --quiet.")
    if not quiet:
        console.print(Text.assemble("Dataset: ", (str(summary.dataset), "bold")), soft_wrap=True)


def _counts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column()
    failed = len(summary.failures)
    table.add_row(f"{summary.sources:,}", "sources")
    table.add_row(f"{summary.converted - failed:,}", "read")
    more = (
        (summary.unchanged, "unchanged, skipped"),
        (summary.remapped, "of them with names mapped again"),
        (len(summary.duplicates), "same bytes as another, rows kept once"),
    )
    for number, words in more:
        if number:
            table.add_row(f"{number:,}", words)
    if failed:
        table.add_row(Text(f"{failed:,}", "bold red"), Text("failed", "red"))
    table.add_row(f"{summary.declarations:,}", "declarations")
    table.add_row(f"{summary.indicators:,}", "indicators")
    table.add_row(f"{sum(number for _, number in summary.doubts):,}", "doubts")
    return table


def _doubts(summary: Summary, console: Console) -> None:
    if not summary.doubts:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="yellow")
    table.add_column()
    for code, number in summary.doubts:
        table.add_row(f"{number:,}", code)
    console.print("\nDoubts by code (each is a row of the table problems):")
    console.print(table)


def _skipped(summary: Summary, console: Console) -> None:
    for reason, number in sorted(Counter(reason for _, reason in summary.skipped).items()):
        names = [path for path, why in summary.skipped if why == reason]
        _list(f"Left out, {reason}", names, console, number)


def _list(title: str, names: list[str] | tuple[str, ...], console: Console, number: int | None = None) -> None:
    """A title and at most some names below it."""
    if not names:
        return
    console.print(f"\n{title} ({number or len(names):,}):", markup=False)
    for name in names[:MOST]:
        console.print(f"  {name}", markup=False, soft_wrap=True)
    if len(names) > MOST:
        console.print(f"  … and {count(len(names) - MOST, 'other')}")


def _failure(path: str, failure: Failure, *, kept: bool) -> Text:
    more = " What was read of it before stays." if kept else ""
    return Text.assemble(("Failed: ", "bold red"), (path, "bold"), f"\n  {failure.message} {failure.remedy}{more}".rstrip())
