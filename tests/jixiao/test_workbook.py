"""Workbooks for people: texts stay texts, doubtful rows are coloured, widths are readable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from jixiao.outcome import Outcome
from jixiao.workbook import SHEETS, write_workbook
from tests.jixiao.conftest import row

Make = Callable[..., Outcome]


def column(sheet: object, name: str) -> int:
    header = [cell.value for cell in next(sheet.iter_rows())]  # type: ignore[attr-defined]
    return header.index(name) + 1


@pytest.mark.parametrize("text", ["=1+1", "=100%", "+5", "-3", "@SUM(A1)", '=HYPERLINK("http://x")', "\x07bell"])
def test_a_text_is_no_formula(tmp_path: Path, make_outcome: Make, text: str) -> None:
    outcome = make_outcome("f/a.pdf", 1)
    outcome.records.tables["indicators"][0]["target_text"] = text
    write_workbook(outcome, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["indicators"]
    cell = sheet.cell(2, column(sheet, "target_text"))
    assert (cell.data_type, cell.value) == ("s", text.replace("\x07", "\ufffd"))


def test_sheets_doubts_and_widths(tmp_path: Path, make_outcome: Make) -> None:
    outcome = make_outcome("f/a.pdf", 2)
    outcome.records.tables["indicators"][1] |= {"needs_review": True, "level3": "市直机关机关党组织开展模范机关创建覆盖率" * 4}
    outcome.records.tables["problems"] = [row("problems", code="unknown-unit", severity="warning", message="unit 无")]
    write_workbook(outcome, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == list(SHEETS)
    sheet = book["indicators"]
    level3 = column(sheet, "level3")
    assert [sheet.cell(line, level3).fill.fill_type for line in (2, 3)] == [None, "solid"]
    assert 48 <= sheet.column_dimensions[sheet.cell(1, level3).column_letter].width < 49
    assert sheet.auto_filter.ref and sheet.cell(3, level3).alignment.wrap_text
    assert book["problems"].cell(2, 1).fill.fill_type == "solid"
