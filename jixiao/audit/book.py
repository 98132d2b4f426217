"""An audit as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.audit.model import Report
from jixiao.audit.output import CHECKS, COLUMNS, NOT_CHECKED, check_rows, finding_rows, not_checked_rows
from jixiao.text import text_width, whole_characters
from normalize.record import Record

_FILLS = {"error": PatternFill("solid", fgColor="FFF8CBAD"), "warning": PatternFill("solid", fgColor="FFFFF2CC")}
_HEAD_FILL, _HEAD_FONT = PatternFill("solid", fgColor="FF1F4E79"), Font(bold=True, color="FFFFFFFF")
_WRAP = Alignment(wrap_text=True, vertical="top")
_NARROWEST, _WIDEST = 8, 60


def write_xlsx(report: Report, path: Path) -> None:
    """Writes a workbook with the findings, what was not checked, and the tally of each rule."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _sheet(book.create_sheet("findings"), COLUMNS, finding_rows(report.findings))
    _sheet(book.create_sheet("not checked"), NOT_CHECKED, not_checked_rows(report))
    _sheet(book.create_sheet("checks"), CHECKS, check_rows(report))
    book.save(path)


def _sheet(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Record]) -> None:
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    for number, name in enumerate(columns, 1):
        head = sheet.cell(1, number, name)
        head.fill, head.font = _HEAD_FILL, _HEAD_FONT
        longest = max((text_width(str(row[name] or "")) for row in rows), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest, len(name)) + 3, _WIDEST)
    for line, row in enumerate(rows, 2):
        for number, name in enumerate(columns, 1):
            _put(sheet, line, number, row[name], row)


def _put(sheet: Worksheet, line: int, number: int, value: object, row: Record) -> None:
    cell = sheet.cell(line, number)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", whole_characters(value)) if isinstance(value, str) else value  # type: ignore[assignment]
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = _WRAP
    fill = _FILLS.get(row.get("severity", ""))
    if fill is not None and not row.get("waived"):
        cell.fill = fill
