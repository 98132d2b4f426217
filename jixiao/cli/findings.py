"""Findings of an audit as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jixiao.audit.model import Finding, Report, Rule
from jixiao.cli.console import count

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_SHOWN_NOTES = 3
_SHOWN = 100
_SHOWN_SOURCES = 50


def show_report(console: Console, report: Report, *, not_checked: bool) -> None:
    """Findings by source, then what each rule saw."""
    by_source = groupby(report.open_findings, key=lambda finding: finding.declaration["source_name"])
    for name, group in islice(by_source, _SHOWN_SOURCES):
        console.print(Text(name, "bold"))
        console.print(_findings(list(group)))
    if more := sum(1 for _ in by_source):
        console.print(f"… and findings in {count(more, 'more source')}: write them all with --output", style="bold")
    waived = len(report.findings) - len(report.open_findings)
    if not_checked and report.not_checked:
        _show_not_checked(console, report)
    _show_tallies(console, report)
    _show_sum(console, report, waived)


def _findings(findings: Sequence[Finding]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for header in ("severity", "rule", "place"):
        table.add_column(header, no_wrap=header != "place")
    table.add_column("what does not add up", ratio=1, overflow="fold")
    table.add_column("finding", no_wrap=True)
    for finding in _shown(findings)[:_SHOWN]:
        place = finding.spots[0].place if finding.spots else ""
        table.add_row(
            Text(finding.severity, _STYLE[finding.severity]),
            finding.rule,
            place,
            Text(_in_short(finding.message)),
            Text(finding.finding_id, "dim"),
        )
    if len(_shown(findings)) > _SHOWN:
        table.add_row(
            "", "", "", Text(f"and {count(len(_shown(findings)) - _SHOWN, 'more finding')}: write them all with --output", "bold"), ""
        )
    for rule, more in _hidden(findings):
        table.add_row(Text("info", _STYLE["info"]), rule, "", Text(f"and {count(more, 'more note')} of this rule", "dim"), "")
    return table


_LONGEST = 300


def _in_short(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]} …"


def _notes(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    notes: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity == "info":
            notes.setdefault(finding.rule, []).append(finding)
    return notes


def _shown(findings: Sequence[Finding]) -> list[Finding]:
    """All that matters, and the first few notes of each rule."""
    few = {id(note) for notes in _notes(findings).values() for note in notes[:_SHOWN_NOTES]}
    return [finding for finding in findings if finding.severity != "info" or id(finding) in few]


def _hidden(findings: Sequence[Finding]) -> list[tuple[str, int]]:
    return [(rule, len(notes) - _SHOWN_NOTES) for rule, notes in _notes(findings).items() if len(notes) > _SHOWN_NOTES]


def _show_not_checked(console: Console, report: Report) -> None:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, title="Not checked", title_justify="left")
    for header in ("source", "rule", "place", "why"):
        table.add_column(header, overflow="fold")
    table.add_column("what stands there", ratio=1, overflow="fold")
    for one in report.not_checked:
        place = one.spots[0].place if one.spots else ""
        table.add_row(Text(one.declaration["source_name"]), one.rule, place, one.why, Text(one.detail))
    console.print(table)


def _show_tallies(console: Console, report: Report) -> None:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("rule")
    for header in ("checked", "agree", "found", "not checked"):
        table.add_column(header, justify="right")
    table.add_column("why not", ratio=1, overflow="fold")
    for code, tally in report.tallies.items():
        if tally.checked or tally.not_checked:
            whys = "; ".join(f"{why} ({number:,})" for why, number in sorted(tally.not_checked.items()))
            numbers = (tally.checked, tally.agreed, tally.found, tally.not_checked.total())
            table.add_row(code, *(f"{number:,}" if number else "" for number in numbers), Text(whys, "dim"))
    console.print(table)


def _show_sum(console: Console, report: Report, waived: int) -> None:
    counts = [
        count(sum(finding.severity == severity for finding in report.open_findings), noun)
        for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note"))
    ]
    checked = sum(tally.checked for tally in report.tallies.values())
    rest = sum(tally.not_checked.total() for tally in report.tallies.values())
    console.print(f"{', '.join(counts)}; {waived:,} waived. {checked:,} checks, {rest:,} not checked.", markup=False)


def show_rules(console: Console, rules: Iterable[tuple[Rule, bool, str]]) -> None:
    """Every rule with its severity, whether it is on, and its first line."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for header in ("rule", "severity", "on"):
        table.add_column(header, no_wrap=True)
    table.add_column("what it finds", ratio=1, overflow="fold")
    for rule, on, severity in rules:
        table.add_row(rule.code, Text(severity, _STYLE[severity]), "yes" if on else "no", Text(rule.doc.splitlines()[0]))
    console.print(table)
