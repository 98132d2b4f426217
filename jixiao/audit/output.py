"""An audit as rows: in the dataset, as CSV."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from jixiao.audit.model import Figure, Finding, NotChecked, Report
from jixiao.describe import describe
from jixiao.lock import not_writable
from jixiao.merge import AUDITED, recover
from jixiao.schema import to_arrow
from jixiao.shards import in_order, shard_change, shard_name, shard_of, shards_of
from jixiao.storage import Change, Place, storage_at
from jixiao.text import whole_characters
from normalize.record import FINDINGS, Record

_HEAD = ("finding_id", "severity", "rule", "message", "figures", "rows", "places", "waived", "source_name")
_TAIL = ("organization", "subject", "fiscal_year", "city", "document_id")
COLUMNS = (*_HEAD, *_TAIL)
NOT_CHECKED = ("rule", "why", "detail", "rows", "places", "source_name", *_TAIL)
CHECKS = ("rule", "checked", "agreed", "found", "not_checked", "why")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def finding_rows(findings: Sequence[Finding]) -> list[Record]:
    """The findings as rows of the table findings."""
    return [_finding_row(finding) for finding in findings]


def _finding_row(finding: Finding) -> Record:
    first = finding.spots[0] if finding.spots else None
    shared = {column.name: finding.declaration.get(column.name) for column in FINDINGS}
    return shared | {
        "finding_id": finding.finding_id,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "figures": figures_text(finding.figures),
        "rows": "; ".join(dict.fromkeys(spot.text for spot in finding.spots)),
        "places": "; ".join(dict.fromkeys(spot.place for spot in finding.spots)),
        "waived": finding.waived,
        "row_index": first.row_index if first else None,
        "page": first.page if first else None,
    }


def figures_text(figures: Sequence[Figure]) -> str:
    """What was compared: ``资金总额=394.03万元; 金额合计=404.03万元``."""
    return "; ".join(f"{figure.label}={figure.text}" for figure in figures)


def not_checked_rows(report: Report) -> list[Record]:
    """What could not be checked, with why."""
    return [_not_checked_row(one) for one in report.not_checked]


def _not_checked_row(one: NotChecked) -> Record:
    return {name: one.declaration.get(name) for name in _TAIL} | {
        "rule": one.rule,
        "why": one.why,
        "detail": one.detail,
        "rows": "; ".join(dict.fromkeys(spot.text for spot in one.spots)),
        "places": "; ".join(dict.fromkeys(spot.place for spot in one.spots)),
        "source_name": one.declaration["source_name"],
    }


def check_rows(report: Report) -> list[Record]:
    """How often each rule looked and what it saw."""
    return [
        {
            "rule": code,
            "checked": tally.checked,
            "agreed": tally.agreed,
            "found": tally.found,
            "not_checked": tally.not_checked.total(),
            "why": "; ".join(f"{why}: {count}" for why, count in sorted(tally.not_checked.items())),
        }
        for code, tally in report.tallies.items()
    ]


def keep_findings(dataset: Place, report: Report) -> None:
    """Puts the findings in the place of the dataset's table of them. Raises NotWritableError."""
    by_shard: dict[str, list[Record]] = defaultdict(list)
    for row in finding_rows(report.findings):
        by_shard[shard_of(row["document_id"])].append(row)
    storage = storage_at(dataset)
    with storage.hold():
        try:
            recover(storage)
            for shard, rows in sorted(by_shard.items()):
                storage.apply([shard_change(AUDITED, shard, in_order(to_arrow(AUDITED, rows)))])
            gone = sorted(set(shards_of(storage, AUDITED)) - by_shard.keys())
            storage.apply([Change(shard_name(AUDITED, shard)) for shard in gone])
        except OSError as error:
            raise not_writable(storage.shown, error) from error
        describe(storage)


def write_csv(report: Report, path: Path) -> None:
    """Writes the findings, and beside them NAME-not-checked.csv where anything could not be checked."""
    _write_rows(path, COLUMNS, finding_rows(report.findings))
    beside = path.with_name(f"{path.stem}-not-checked.csv")
    if report.not_checked:
        _write_rows(beside, NOT_CHECKED, not_checked_rows(report))
    else:
        beside.unlink(missing_ok=True)


def _write_rows(path: Path, columns: Sequence[str], rows: Sequence[Record]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_harmless(row[name]) for name in columns] for row in rows)


def _harmless(value: object) -> object:
    """The value as a table program may open it: a text that would be a formula there begins with an apostrophe."""
    if isinstance(value, str):
        text = whole_characters(value)
        return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
    return value
