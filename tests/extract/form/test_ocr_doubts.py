"""What the head of a recognised form says uncertainly is a doubt of that form; what was not recognised is none."""

from __future__ import annotations

from dataclasses import replace

from extract.form import find_declarations
from extract.model import Document, Page
from mappings import default_mappings
from tests.extract.form.cases import table

FORM = """
项目名称 | 植树造林 | 主管部门 | 林业局
资金总额（万元） | 120 | 其中：财政拨款 | 100~
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 植树~ | ≥300株
"""


def document(unsure: float, ocr: bool) -> Document:
    drawn = table(FORM)
    cells = (replace(cell, text=cell.text.rstrip("~"), confidence=unsure if cell.text.endswith("~") else 1.0) for cell in drawn.cells)
    page = Page(1, 600, 800, blocks=(replace(drawn, cells=tuple(cells)),))
    return Document("case.pdf", "pdf", "case", (page,), ocr=ocr)


def doubts(unsure: float, ocr: bool = True) -> list[tuple[str, str, int | None]]:
    result = find_declarations(document(unsure, ocr), default_mappings())
    return [(p.severity, p.message, p.page) for d in result.declarations for p in d.problems if p.code == "ocr-unsure"]


def test_an_uncertain_amount_is_a_doubt_and_a_row_is_left_to_its_own_threshold() -> None:
    assert doubts(0.61) == [("warning", "100 was recognised with a certainty of 0.61", 1)]


def test_what_is_certain_is_no_doubt() -> None:
    assert doubts(0.97) == []
    assert doubts(0.61, ocr=False) == []
