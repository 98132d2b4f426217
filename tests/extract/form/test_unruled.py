"""A header among the lines of text is told: its table has no cells that anything shows."""

from __future__ import annotations

import pytest

from extract.form import find_declarations
from extract.model import Document, Page, Place, TextLine
from mappings.loader import default_mappings

HEADERS = {
    "four levels of words": "一级指标 二级指标 三级指标 指标值",
    "with its units": "一级指标  二级指标  三级指标  计量单位  年度指标值",
    "names and targets": "二级指标 绩效指标名称 目标值 分值",
}
SENTENCES = {
    "a sentence about the form": "绩效目标表包括一级指标、二级指标、三级指标和指标值。",
    "a line of a list": "指标值 单位",
    "a title": "2024年部门整体支出绩效目标表",
    "words among many others": "本 单位 按照 一级指标 的 要求 逐项 填报 三级指标 并 核对 指标值 后 上报 财政 部门",
}


def problems(text: str) -> list[tuple[str, str, int | None]]:
    page = Page(3, 595, 842, blocks=(TextLine(text, Place(3)),))
    found = find_declarations(Document("a.pdf", "pdf", "pdfium", (page,)), default_mappings())
    return [(p.code, p.severity, p.page) for p in found.problems]


@pytest.mark.parametrize("text", HEADERS.values(), ids=HEADERS)
def test_a_header_without_a_table_is_an_error(text: str) -> None:
    assert problems(text) == [("table-without-rules", "error", 3)]


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_prose_is_no_header(text: str) -> None:
    assert problems(text) == []
