"""Recognised words of the form's own lists, mended where one misread character leaves a single word that it can be.

Headers are looked at in rows that spell other headers, levels in columns of levels, labels above the indicators and titles
outside of tables: a cell that could hold anything is never touched, and neither is one that was read with certainty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from extract.form.grid_view import GridView
from extract.form.headers import find_header
from extract.form.vocabulary import Vocabulary, bare, squash
from extract.grid.stitch import JoinedTable
from extract.model import Cell, Table, TextLine
from extract.problem import Problem

UNSURE = 0.98
"""Confidence from which on a reading is left alone, though it be no known word."""

SHORTEST = 3
"""Characters of a word that one of them may be taken from: of two, one is no proof."""

LABEL = 4
LEVELS = ("level1", "level2")
_STRAY = re.compile(r"[-－—_一~.·'`]{1,2}\s*\n(?=.*[\w])")
_NUMERAL = re.compile(r"[(（]?[二三四五六七八九十][)）]?、?")
_STROKE = re.compile(r"(?<=\d)\s*一(?:(?=\s*\d)|(?P<word>\s*[\u4e00-\u9fff]{2,12}))|(?<=\d年)一(?=\d{4}年)")


@dataclass(frozen=True, slots=True)
class Lists:
    """The closed lists by the length of their words."""

    headers: dict[int, tuple[str, ...]]
    labels: dict[int, tuple[str, ...]]
    levels: dict[int, tuple[str, ...]]
    numerals: dict[str, str]

    @staticmethod
    def of(words: Vocabulary, numerals: dict[str, str]) -> Lists:
        """The lists of a vocabulary; ``numerals`` decide where 一级, 二级 and 三级 are all one character away."""
        levels = chain.from_iterable((word, f"{word}指标") for word in words.levels)
        return Lists(_by_length(words.words.headers), _by_length(words.words.labels), _by_length(levels), numerals)


def _by_length(spellings: Iterable[str]) -> dict[int, tuple[str, ...]]:
    found: dict[int, set[str]] = {}
    for spelling in spellings:
        found.setdefault(len(spelling), set()).add(spelling)
    return {length: tuple(sorted(group)) for length, group in found.items()}


def mend_tables(
    items: Iterable[TextLine | JoinedTable], words: Vocabulary, numerals: dict[str, str]
) -> tuple[list[TextLine | JoinedTable], list[Problem]]:
    """Lines and tables, the misread header, level and label words of recognised tables put right, and what was put right."""
    lists = Lists.of(words, numerals)
    found: list[TextLine | JoinedTable] = []
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, TextLine) or all(cell.confidence == 1 for cell in item.table.cells):
            found.append(item)
            continue
        table, mended = mend_words(item.table, words, lists)
        problems += map(_problem, mended)
        found.append(replace(item, table=table))
    return found, problems


def mend_words(table: Table, words: Vocabulary, lists: Lists) -> tuple[Table, list[Cell]]:
    """The table with misread words put right, and the cells that were: headers first, since they say where levels stand."""
    mended: dict[tuple[int, int], Cell] = {}
    for find in (_dashes, _headers, _levels, _labels):
        found = {(cell.row, cell.column): cell for cell in find(GridView(table), words, lists)}
        mended |= found
        table = replace(table, cells=tuple(found.get((cell.row, cell.column), cell) for cell in table.cells))
    return table, list(mended.values())


def _is_sure(cell: Cell) -> bool:
    return cell.confidence >= UNSURE or not cell.text.strip()


def _dashes(grid: GridView, words: Vocabulary, lists: Lists) -> list[Cell]:
    """Recognised cells whose dashes were read as 一: alone, between digits, between a number and the level word that it counts;
    and cells over whose text a stroke of the row above was left, which touches the rule."""
    found = []
    for cell in grid.table.cells:
        if cell.confidence < 1 and (text := _with_dashes(cell.text, words)) != cell.text:
            found.append(replace(cell, text=text, repairs=(*cell.repairs, "一 behind a number read as a dash")))
        elif not _is_sure(cell) and (stroke := _STRAY.match(cell.text)):
            found.append(replace(cell, text=cell.text[stroke.end() :], repairs=(*cell.repairs, "stray stroke over the text left out")))
        elif squash(cell.text) == "一" and not _is_sure(cell) and not _counts(grid, cell.column):
            found.append(replace(cell, text="-", repairs=(*cell.repairs, "一 alone read as a dash")))
    return found


def _counts(grid: GridView, column: int) -> bool:
    """True for a column that numbers its rows in Chinese."""
    return any(_NUMERAL.fullmatch(squash(cell.text)) for cell in grid.table.cells if cell.column == column)


def _with_dashes(text: str, words: Vocabulary) -> str:
    def dash(match: re.Match[str]) -> str:
        word = match.group("word")
        return "-" + (word or "") if word is None or words.level_numbers(word) else match.group()

    return _STROKE.sub(dash, text)


def _headers(grid: GridView, words: Vocabulary, lists: Lists) -> list[Cell]:
    """Cells of rows in which at least two others, and half of all, are headers."""
    found = []
    for row in range(grid.rows):
        cells = grid.starting(row)
        known = sum(words.header(cell.text) is not None for cell in cells)
        if known < 2 or 2 * known < len(cells):
            continue
        unknown = [cell for cell in cells if _means_nothing(cell, words)]
        found += _mended(unknown, lists.headers, lists.numerals, SHORTEST)
    return found


def _levels(grid: GridView, words: Vocabulary, lists: Lists) -> list[Cell]:
    """Cells of the columns that a header calls levels, or that hold two level words."""
    columns = _level_columns(grid, words)
    cells = [cell for cell in grid.table.cells if cell.column in columns and cell.row > columns[cell.column]]
    return _mended([c for c in cells if c.text.strip() and not words.is_level_word(c.text)], lists.levels, lists.numerals, SHORTEST)


def _level_columns(grid: GridView, words: Vocabulary) -> dict[int, int]:
    """Column -> the row after which its cells are levels."""
    found: dict[int, int] = {}
    for row in range(grid.rows):
        if header := find_header(grid, row, words):
            for role in LEVELS:
                for column in header.of(role):
                    found.setdefault(column, header.last_row)
    for column in range(grid.columns if not found else 0):
        rows = [c.row for c in grid.table.cells if c.column == column and words.is_level_word(c.text)]
        if len(rows) > 1:
            found[column] = -1
    return found


def _labels(grid: GridView, words: Vocabulary, lists: Lists) -> list[Cell]:
    """Cells before the first indicators that stand left of a text that is no label."""
    first = next((h.first_row for row in range(grid.rows) if (h := find_header(grid, row, words))), grid.rows)
    levels = {column for column, after in _level_columns(grid, words).items() if after < 0}
    unknown = [
        cell
        for row in range(first)
        for cell in grid.starting(row)
        if cell.column not in levels and grid.at(row, cell.last_column + 1) is not None and _means_nothing(cell, words)
    ]
    return _mended(unknown, lists.labels, lists.numerals, LABEL)


def _means_nothing(cell: Cell, words: Vocabulary) -> bool:
    return words.label(cell.text) is None and words.header(cell.text) is None


def _mended(cells: Sequence[Cell], lists: dict[int, tuple[str, ...]], numerals: dict[str, str], shortest: int) -> list[Cell]:
    return [done for cell in cells if not _is_sure(cell) and (done := _mended_cell(cell, lists, numerals, shortest)) is not None]


def _mended_cell(cell: Cell, lists: dict[int, tuple[str, ...]], numerals: dict[str, str], shortest: int) -> Cell | None:
    """The cell with the one word that it can be; None where there is none, or several."""
    word = bare(cell.text)
    if len(word) < shortest:
        return None
    near = [spelling for spelling in lists.get(len(word), ()) if _apart(word, spelling) == 1]
    if len(near) > 1:
        near = [spelling for spelling in near if all(a == b or numerals.get(a) == b for a, b in zip(word, spelling, strict=True))]
    if len(near) != 1:
        return None
    text = _put(cell.text, word, near[0])
    return None if text is None else replace(cell, text=text, repairs=(*cell.repairs, f"{word} read as {near[0]}"))


def _apart(word: str, spelling: str) -> int:
    return sum(a != b for a, b in zip(word, spelling, strict=True))


def _put(text: str, word: str, right: str) -> str | None:
    """The text with the one character of the word that is wrong replaced; None where folding moved its characters."""
    places = [place for place, char in enumerate(text) if not char.isspace()]
    solid = "".join(text[place] for place in places)
    start = solid.find(word) if word in solid else squash(text).find(word) if len(squash(text)) == len(solid) else -1
    if start < 0:
        return None
    wrong = next(number for number, (a, b) in enumerate(zip(word, right, strict=True)) if a != b)
    at = places[start + wrong]
    return text[:at] + right[wrong] + text[at + 1 :]


def _problem(cell: Cell) -> Problem:
    page = cell.places[0].page if cell.places else None
    return Problem("ocr-word-mended", "info", f"{squash(cell.text)[:20]}: {'; '.join(cell.repairs)}", page)
