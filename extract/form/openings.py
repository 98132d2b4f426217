"""Where the head of a form without a title begins, whose labels stand in one cell with their values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.form.captions import ITEM
from extract.form.grid_view import GridView
from extract.form.headers import find_header
from extract.form.vocabulary import Vocabulary, squash
from extract.model import Cell

START = frozenset({"subject", "organization", "department"})
YEAR_ALONE = re.compile(r"[(]?(?:19|20)\d\d年?度?[)]?")
MAX_HEAD_ROWS = 30
LEAST_LABELS = 2


def inline_label(text: str) -> str | None:
    """What stands before the colon of a cell that prints label and value together; a numbered item has none."""
    label, colon, value = squash(text).partition(":")
    return label if colon and value and not ITEM.match(label) else None


def opens_form(grid: GridView, row: int, words: Vocabulary) -> bool:
    """True where the head of a form begins with a label and its value in one cell, or with the year above such labels: more rows
    with labels follow than without, no label twice, and then a header. Instructions name labels too; the form after them names them
    again."""
    if not _begins(grid, row, words):
        return False
    known: set[str] = set()
    alone, others = False, 0
    for below in range(row, min(grid.rows, row + MAX_HEAD_ROWS)):
        if find_header(grid, below, words) is not None:
            return len(known) >= max(LEAST_LABELS, others)
        cells = grid.starting(below)
        labels = _labels(cells, words)
        if known.intersection(labels) or (not labels and len(cells) == 1 and below > row and not alone):
            return False
        known.update(labels)
        others += not labels
        alone = len(cells) == len(labels) == 1 and inline_label(cells[0].text) is None
    return False


def _begins(grid: GridView, row: int, words: Vocabulary) -> bool:
    cells = grid.starting(row)
    if len(cells) == 1 and YEAR_ALONE.fullmatch(squash(cells[0].text)):
        cells = grid.starting(row + 1) if row + 1 < grid.rows else ()
        first = words.label(inline_label(cells[0].text) or cells[0].text) if cells else None
    else:
        first = words.label(label) if cells and (label := inline_label(cells[0].text)) else None
    return first is not None and first.name in START


def _labels(cells: Sequence[Cell], words: Vocabulary) -> list[str]:
    """The labels of a row, those in one cell with their value among them."""
    printed = (inline_label(cell.text) or squash(cell.text) for cell in cells)
    return [text for text in printed if words.label(text) is not None]
