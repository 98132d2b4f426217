"""Whole text dumps: the tables, lines and doubts that come out of each case, and that no printed character is lost."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.model import Document, Table
from extract.readers import text

CASES = Path(__file__).parent.parent / "cases" / "text"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "expected.yml").read_text(encoding="utf-8"))


@cache
def read(path: Path) -> Document:
    return text.read(path)


def rows_of(table: Table) -> list[list[str]]:
    rows = []
    for row in table.grid():
        texts = [cell.text.replace("\n", " / ") if cell else "" for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        rows.append(texts)
    return rows


def lines_of(document: Document) -> list[str]:
    return [line.text for page in document.pages for line in page.lines]


def test_every_case_has_its_file_and_every_file_its_case() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in CASES.glob("*.txt"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_tables(name: str) -> None:
    document = read(CASES / f"{name}.txt")
    assert [rows_of(table) for table in document.tables()] == EXPECTED[name]["tables"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_lines_and_problems(name: str) -> None:
    document = read(CASES / f"{name}.txt")
    assert [problem.code for problem in document.problems] == EXPECTED[name]["problems"]
    assert [line for line in EXPECTED[name]["lines"] if line not in lines_of(document)] == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_no_printed_character_is_lost_or_added(name: str) -> None:
    source = re.sub(r"</?p>|&nbsp;", "", (CASES / f"{name}.txt").read_text(encoding="utf-8"))
    document = read(CASES / f"{name}.txt")
    texts = lines_of(document) + [cell.text for table in document.tables() for cell in table.cells]
    assert Counter("".join("".join(texts).split())) == Counter("".join(source.split()))


@pytest.mark.parametrize("name", [name for name in sorted(EXPECTED) if "flattened-text" in EXPECTED[name]["problems"]])
def test_rebuilt_rows_are_marked_for_review(name: str) -> None:
    tables = list(read(CASES / f"{name}.txt").tables())
    header = [i for table in tables for i, row in enumerate(table.grid()) if row[1] and "二级" in row[1].text]
    assert len(header) == len(tables)
    for table, first in zip(tables, header, strict=True):
        indicators = [cell for cell in table.cells if cell.row > first]
        assert indicators
        assert all(cell.confidence < 0.8 for cell in indicators)
        assert all(cell.repairs for cell in indicators if cell.text)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_cell_has_its_address(name: str) -> None:
    document = read(CASES / f"{name}.txt")
    for table in document.tables():
        for cell in table.cells:
            assert cell.places[0].table_index == table.index
            assert cell.places[0].cell == f"{chr(65 + cell.column)}{cell.row + 1}"


def test_all_kinds_in_one_file(tmp_path: Path) -> None:
    names = ["prose", "rows-by-tabs", "flattened-six-columns", "cell-a-line", "flattened-blank-line-a-cell"]
    path = tmp_path / "mixed.txt"
    path.write_text("\n\n\n".join((CASES / f"{name}.txt").read_text(encoding="utf-8") for name in names), encoding="utf-8")
    document = read(path)
    assert [rows_of(table) for table in document.tables()] == [table for name in names for table in EXPECTED[name]["tables"]]
    assert [table.index for table in document.tables()] == list(range(5))
