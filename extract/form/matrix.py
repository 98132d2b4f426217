"""Reads a table in which an indicator is a column and a unit or project is a row: levels and names stand in the header."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extract.declaration import Declaration, Fact, Row
from extract.form.captions import Caption
from extract.form.grid_view import GridView
from extract.form.money import MoneyFact, MoneyFacts
from extract.form.reading import Reading, join_places
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell
from mappings.forms import HeaderWord

MIN_LEVELS = 2
_MONEY = frozenset({"total", "fiscal", "other", "money"})


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of level words and of names in the header, and the rows of data below."""

    level_rows: tuple[int, ...]
    name_row: int
    first_data: int
    columns: tuple[int, ...]


def find_matrix(grid: GridView, words: Vocabulary) -> Matrix | None:
    """The matrix that a table is; None for every other table."""
    for row in range(min(grid.rows, 6)):
        levels = _level_rows(grid, row, words)
        if len(levels) < 1 or levels[0] != row:
            continue
        name_row = levels[-1] + 1
        columns = tuple(cell.column for cell in grid.starting(name_row)) if name_row + 1 < grid.rows else ()
        over = {
            c for cell in grid.starting(levels[0]) if 1 in words.level_numbers(cell.text) for c in range(cell.column, cell.last_column + 1)
        }
        named = tuple(column for column in columns if column in over)
        if len(named) >= 3 and all(_is_name(cell, words) for cell in grid.starting(name_row) if cell.column in named):
            return Matrix(tuple(levels), name_row, name_row + 1, named)
    return None


def _is_name(cell: Cell, words: Vocabulary) -> bool:
    """True for the name of one indicator: no word of a header, no level, no list of indicators with their targets."""
    text = squash(cell.text)
    return len(text) <= 30 and not words.level_numbers(text) and words.header(text) is None and not _AIMED.search(text)


_AIMED = re.compile(r"[≥≤≧≦＞＜=＝；;：:]")


def _level_rows(grid: GridView, row: int, words: Vocabulary) -> list[int]:
    """This row and the next one, where each holds nothing but level words beside the heads of the first columns."""
    rows: list[int] = []
    for number, candidate in ((1, row), (2, row + 1)):
        if candidate >= grid.rows:
            break
        cells = grid.starting(candidate)
        found = [cell for cell in cells if number in words.level_numbers(cell.text)]
        others = [cell for cell in cells if cell not in found and not words.header(cell.text) and cell.column_span > 1]
        if len(found) < MIN_LEVELS or others:
            break
        rows.append(candidate)
    return rows


def read_matrix(base: Declaration, grid: GridView, matrix: Matrix, caption: Caption, words: Vocabulary) -> list[Declaration]:
    """One declaration a data row; rows without any target are left out."""
    found: list[Declaration] = []
    heads = Reading()
    for row in range(matrix.first_data):
        for cell in grid.starting(row):
            heads.use(cell, "header")
    for row in range(matrix.first_data, grid.rows):
        if any(grid.at(row, column) is not None and grid.starting(row) for column in matrix.columns):
            found.append(_read_row(base, grid, matrix, row, caption, words))
    found = [declaration for declaration in found if declaration.rows]
    if found:
        found[0] = replace(found[0], uses=(*heads.uses, *found[0].uses))
    return found


def _read_row(base: Declaration, grid: GridView, matrix: Matrix, row: int, caption: Caption, words: Vocabulary) -> Declaration:
    reading, money = Reading(), MoneyFacts()
    for cell in grid.covering(row):
        if not cell.text.strip():
            continue
        if cell.column in matrix.columns:
            _add_indicator(grid, matrix, cell, words, reading)
        else:
            _add_fact(grid, matrix, cell, words, reading, money)
    reading.facts.extend(money.named())
    reading.facts.extend(fact for fact in caption.facts if _lacks(reading, fact))
    pages = {place.page for use in reading.uses for place in use.places if place.page is not None}
    return replace(
        base,
        facts=tuple(reading.facts),
        rows=tuple(reading.rows),
        uses=tuple(reading.uses),
        pages=tuple(sorted(pages)),
        problems=tuple(reading.problems),
        columns=tuple(("level3", printed(cell.text)) for cell in grid.starting(matrix.name_row)),
    )


def _lacks(reading: Reading, fact: Fact) -> bool:
    return all(have.name != fact.name for have in reading.facts)


def _add_indicator(grid: GridView, matrix: Matrix, cell: Cell, words: Vocabulary, reading: Reading) -> None:
    levels: dict[int, str] = {}
    for number, row in enumerate(matrix.level_rows, start=1):
        if (over := grid.at(row, cell.column)) is not None and number in words.level_numbers(over.text):
            levels[number] = printed(over.text)
    name = grid.at(matrix.name_row, cell.column)
    text = printed(cell.text)
    reading.use(cell, "indicator")
    reading.rows.append(
        Row(
            level1=levels.get(1),
            level2=levels.get(2),
            level3=printed(name.text) if name is not None else None,
            target_text=text,
            value_text=text,
            places=join_places([cell]),
            confidence=cell.confidence,
            repairs=cell.repairs,
        )
    )


def _add_fact(grid: GridView, matrix: Matrix, cell: Cell, words: Vocabulary, reading: Reading, money: MoneyFacts) -> None:
    head = _head(grid, matrix, cell.column)
    label = printed(head.text) if head is not None else ""
    word = words.header(label) or HeaderWord("organization" if cell.column == 0 and "金额" not in squash(label) else "other_fact")
    reading.use(cell, "fact")
    if word.role in _MONEY:
        money.add(MoneyFact(word.role, label, printed(cell.text), None, cell.column, cell.row, cell.places))
    elif word.role != "serial":
        reading.facts.append(Fact(word.role, label, printed(cell.text), cell.places))


def _head(grid: GridView, matrix: Matrix, column: int) -> Cell | None:
    cells = (grid.at(row, column) for row in range(matrix.name_row, matrix.level_rows[0] - 1, -1))
    return next((cell for cell in cells if cell is not None and cell.text.strip()), None)
