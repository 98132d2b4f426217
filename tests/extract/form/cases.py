"""Cases of ``tests/cases/form/*.yml``: a document drawn in characters, and what a reader of it would write down.

In ``page`` a line with bars is a row of a table, any other line is text outside of it, a blank line ends a table and
``=== `` begins the next page. In a table ``<`` goes on from the cell at the left, ``^`` from the cell above, ``.`` is a
place without a cell, ``\\n`` a line break within a cell. What is expected is written the same way, the first line of the rows
naming their fields; there ``^`` is the text above, blank is nothing. Fields of a row that are not named must be blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.declaration import Declaration, Row
from extract.form import FormResult, conservation, find_declarations
from extract.form.grid_view import GridView
from extract.form.vocabulary import Vocabulary
from extract.model import Box, Cell, Document, Page, Place, Table, TextLine
from mappings import Mappings, default_mappings

CASES = Path(__file__).parents[2] / "cases" / "form"
WIDTH, HEIGHT = 60.0, 20.0
ROW_FIELDS = (
    "horizon", "level1", "level2", "level3", "target_text", "operator_text", "unit_text", "header_unit", "explanation", "scoring_rule",
    "weight", "basis", "remark", "history", "achieved_text", "score", "deviation",
)  # fmt: skip
DECLARED = {"form", "title", "year", "unit", "columns", "rows", "facts", "goals", "amounts", "ignored"}
CASE_KEYS = {"page", "declarations", "problems", "xfail", *DECLARED}
UNDATED = "no-fiscal-year"
"""The doubt of every case that prints no year; compared only where a case names it."""


@cache
def mappings() -> Mappings:
    return default_mappings()


@cache
def words() -> Vocabulary:
    return Vocabulary.of(mappings())


@dataclass(frozen=True)
class Case:
    """One named case."""

    page: str
    expected: dict[str, Any]

    @property
    def document(self) -> Document:
        return drawn(self.page)


def load(name: str) -> list[Any]:
    """The cases of a file as parameters; a known failure stands in its case under ``xfail`` with the reason."""
    data: dict[str, dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
    assert data, f"{name}.yml holds no case"
    return [_param(key, dict(case)) for key, case in data.items()]


def _param(name: str, case: dict[str, Any]) -> Any:
    unknown = set(case) - CASE_KEYS
    assert not unknown, f"{name}: unknown {unknown}"
    reason = case.pop("xfail", None)
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    return pytest.param(Case(case.pop("page"), case), id=name, marks=marks)


def rows_of(text: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]


def table(text: str, page: int | None = 1, index: int = 0, top: float = 0.0, edges: bool = True) -> Table:
    """The table that these lines draw, its columns of equal width."""
    grid = rows_of(text)
    height, width = len(grid), len(grid[0])
    assert all(len(row) == width for row in grid), f"rows of different length: {text}"
    home: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(grid):
        for c, word in enumerate(row):
            home[r, c] = home[r, c - 1] if word == "<" else home[r - 1, c] if word == "^" else (r, c)
    cells = []
    for r, row in enumerate(grid):
        for c, word in enumerate(row):
            if home[r, c] != (r, c) or word == ".":
                continue
            covered = [place for place, own in home.items() if own == (r, c)]
            down, right = max(p[0] for p in covered) - r + 1, max(p[1] for p in covered) - c + 1
            assert down * right == len(covered), f"{word} is no rectangle"
            box = Box(c * WIDTH, top + r * HEIGHT, (c + right) * WIDTH, top + (r + down) * HEIGHT)
            place = Place(page, box, index) if page else Place(None, None, index, None, f"{r},{c}")
            cells.append(Cell(r, c, word.replace("\\n", "\n"), down, right, (place,)))
    around = Place(page, Box(0, top, width * WIDTH, top + height * HEIGHT), index) if page else Place(table_index=index)
    return Table(index, height, width, tuple(cells), (around,), tuple(i * WIDTH for i in range(width + 1)) if edges and page else ())


def grid(text: str) -> GridView:
    return GridView(table(text))


def drawn(text: str) -> Document:
    """The document that these lines draw."""
    return Document("case.pdf", "pdf", "case", tuple(_page(part, n) for n, part in enumerate(text.split("===\n"), 1)))


def _page(text: str, number: int) -> Page:
    blocks: list[TextLine | Table] = []
    for top, block in _blocks(text):
        if isinstance(block, str):
            blocks.append(TextLine(block, Place(number, Box(0, top, 300, top + HEIGHT))))
        else:
            blocks.append(table("\n".join(block), number, len(blocks), top))
    return Page(number, 600, 800, blocks=tuple(blocks))


def _blocks(text: str) -> Iterator[tuple[float, str | list[str]]]:
    waiting: list[str] = []
    lines = text.splitlines()
    for number, line in enumerate([*lines, ""]):
        if "|" in line:
            waiting.append(line)
            continue
        if waiting:
            yield (number - len(waiting)) * HEIGHT, waiting
            waiting = []
        if line.strip():
            yield number * HEIGHT, line.strip()


def read(document: Document) -> FormResult:
    return find_declarations(document, mappings())


def check(case: Case) -> None:
    """Reads the document of a case and compares all that the case names; nothing printed may be lost in any case."""
    document = case.document
    result = read(document)
    expected = case.expected
    wanted = expected["declarations"] if "declarations" in expected else [{k: v for k, v in expected.items() if k in DECLARED}]
    got = [_plain(declaration, want) for declaration, want in zip(result.declarations, wanted, strict=False)]
    assert got == [_wanted(want) for want in wanted[: len(got)]]
    assert len(result.declarations) == len(wanted), "number of declarations"
    doubts = (*result.problems, *(p for d in result.declarations for p in d.problems))
    problems = [p.code for p in doubts if p.code != UNDATED or UNDATED in expected.get("problems", [])]
    assert problems == expected.get("problems", [])
    kept = conservation(document, result.declarations, mappings())
    assert (kept.share, kept.missing) == (1.0, ())


def _wanted(want: dict[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in want.items() if key in ("form", "title", "year", "unit")}
    for key in ("columns", "ignored"):
        if key in want:
            found[key] = want[key].split()
    if "rows" in want:
        found["rows"] = [_without_blanks({"horizon": "annual", **row}) for row in records(want["rows"])]
    for key, fields in LISTS.items():
        if key in want:
            found[key] = sorted((tuple(row) for row in _filled(want[key])), key=repr)
            assert all(len(row) == len(fields) for row in found[key]), f"{key} are written as {' | '.join(fields)}"
    return found


LISTS = {
    "facts": ("name", "label", "text"),
    "goals": ("horizon", "text"),
    "amounts": ("kind", "item", "period", "text", "unit", "share_text"),
}


def records(text: str) -> list[dict[str, str | None]]:
    """The rows that these lines write down, by the field names in their first line."""
    head, *body = _filled(text)
    return [dict(zip(map(str, head), row, strict=True)) for row in body]


def _filled(text: str) -> list[list[str | None]]:
    filled: list[list[str | None]] = []
    for row in rows_of(text):
        filled.append([filled[-1][i] if word == "^" else word or None for i, word in enumerate(row)])
    return filled


def _plain(declaration: Declaration, want: dict[str, Any]) -> dict[str, Any]:
    every: dict[str, Any] = {
        "form": declaration.form,
        "title": declaration.title,
        "year": declaration.fiscal_year,
        "unit": declaration.caption_unit,
        "columns": [role for role, _ in declaration.columns],
        "ignored": [use.text for use in declaration.uses if use.role == "ignored"],
        "rows": [_row(row) for row in declaration.rows],
    }
    for key, fields in LISTS.items():
        every[key] = sorted((tuple(getattr(one, field) or None for field in fields) for one in getattr(declaration, key)), key=repr)
    return {key: value for key, value in every.items() if key in want}


def _row(row: Row) -> dict[str, str]:
    return _without_blanks({field: getattr(row, field) for field in ROW_FIELDS})


def _without_blanks(row: dict[str, str | None]) -> dict[str, str]:
    return {field: text for field, text in row.items() if text}
