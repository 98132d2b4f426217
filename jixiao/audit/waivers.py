"""Waivers: a person's word that a finding is right as it is, with who, when and why. The file is only ever added to."""

from __future__ import annotations

import csv
import getpass
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from extract.problem import UnreadableError, UsageError
from jixiao.audit.model import Finding, Report
from jixiao.local import extend_file
from jixiao.lock import not_writable

COLUMNS = ("finding_id", "reason", "who", "on", "rule", "source_name", "message")
NAME = "waivers.csv"


def read_waivers(path: Path) -> dict[str, str]:
    """Reasons by finding; none where the file is not there. Raises UnreadableError for a file of another shape."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(f"{path} cannot be read: {error}.", "Mend it by hand: it is a table of commas.") from error
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UnreadableError(f"{path} does not have the columns {', '.join(COLUMNS)}.", "Give its first line back to it.")
    return {row["finding_id"]: row["reason"] for row in rows}


def waived(report: Report, reasons: dict[str, str]) -> Report:
    """The report with the findings marked that a person waived."""
    report.findings = [replace(finding, waived=reasons.get(finding.finding_id)) for finding in report.findings]
    return report


def add_waivers(path: Path, report: Report, finding_ids: Sequence[str], reason: str) -> None:
    """Adds a line for each finding that is not waived for this reason yet.

    Raises UsageError for one that the report does not have, or a blank reason."""
    if not reason.strip():
        raise UsageError("A waiver needs a reason.", "Say why with: --reason TEXT")
    known = {finding.finding_id: finding for finding in report.findings}
    for finding_id in finding_ids:
        if finding_id not in known:
            raise UsageError(f"There is no finding {finding_id}.", "The audit prints the name of each finding in its last column.")

    def extended(there: bytes) -> bytes:
        before = read_waivers(path) if there else {}
        wanted = [finding_id for finding_id in dict.fromkeys(finding_ids) if before.get(finding_id) != reason.strip()]
        rows = [_row(known[finding_id], reason.strip()) for finding_id in wanted]
        if not rows:
            return there
        table = io.StringIO(newline="")
        csv.writer(table).writerows(rows if there else [COLUMNS, *rows])
        ended = there if not there or there.endswith(b"\n") else there + b"\r\n"
        return ended + table.getvalue().encode()

    try:
        extend_file(path, extended)
    except OSError as error:
        raise not_writable(path, error) from error


def _row(finding: Finding, reason: str) -> tuple[str, ...]:
    on = date.today().isoformat()
    return (finding.finding_id, reason, _who(), on, finding.rule, finding.declaration["source_name"], finding.message)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
