"""Words of the form's own lists that recognition misread by one character are put right, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from extract.form import find_declarations
from extract.form.ocr_words import Lists, mend_words
from extract.model import Document, Page, Table
from mappings import default_mappings
from tests.extract.form.cases import CASES as FOLDER
from tests.extract.form.cases import table, words

CASES: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "ocr_words.yml").read_text(encoding="utf-8"))
LISTS = Lists.of(words(), default_mappings().confusions.word)


def recognised(text: str, sure: float = 0.999, unsure: float = 0.7) -> Table:
    """The table that these lines draw, as recognised: cells that end with ~ without certainty."""
    drawn = table(text)
    cells = (replace(cell, text=cell.text.rstrip("~"), confidence=unsure if cell.text.endswith("~") else sure) for cell in drawn.cells)
    return replace(drawn, cells=tuple(cells))


def changes(before: Table, after: Table) -> dict[str, str]:
    pairs = zip(before.cells, after.cells, strict=True)
    return {old.text: new.text for old, new in pairs if old.text != new.text}


@pytest.mark.parametrize("name", CASES)
def test_words(name: str) -> None:
    case = CASES[name]
    read = recognised(case["grid"])
    after, mended = mend_words(read, words(), LISTS)
    assert changes(read, after) == case["mended"]
    assert {cell.text for cell in mended} == set(case["mended"].values())
    assert all(cell.repairs for cell in mended)


def page_of(found: Table, ocr: bool) -> Document:
    return Document("case.pdf", "pdf", "case", (Page(1, 600, 800, blocks=(found,)),), ocr=ocr)


def test_repairs_are_listed() -> None:
    result = find_declarations(page_of(recognised(CASES["header and level"]["grid"]), ocr=True), default_mappings())
    row = result.declarations[0].rows[0]
    assert (row.level2, row.repairs) == ("数量指标", ("数量指际 read as 数量指标",))
    doubts = [p for p in result.problems if p.code == "ocr-word-mended"]
    assert sorted(p.message.split(": ")[1] for p in doubts) == ["三级指际 read as 三级指标", "数量指际 read as 数量指标"]


def test_a_digital_source_keeps_its_misprints() -> None:
    drawn = recognised(CASES["header and level"]["grid"], sure=1.0, unsure=1.0)
    for ocr in (True, False):
        result = find_declarations(page_of(drawn, ocr), default_mappings())
        assert [p for p in result.problems if p.code == "ocr-word-mended"] == []
        assert {row.level2 for d in result.declarations for row in d.rows} <= {"数量指际", "质量指标"}


def test_a_source_without_recognised_pages_is_not_looked_at() -> None:
    result = find_declarations(page_of(recognised(CASES["header and level"]["grid"]), ocr=False), default_mappings())
    assert not any(row.repairs for d in result.declarations for row in d.rows)
