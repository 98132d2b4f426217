"""Rebuilds the rows of a flattened table: the best way to deal its atoms out to the columns, row by row, cell by cell.

A dynamic programme over atoms and columns. A row may leave out the levels that the rows above it merge, and cells that
are blank at a price; a piece that follows a page break may be the rest of a cell above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from extract.readers.text_flow_atoms import Flow, Gap
from extract.readers.text_flow_cells import Candidate, Fits, boundary, candidates
from extract.readers.text_flow_score import IMPOSSIBLE, features, role_score
from extract.readers.text_words import TextWords

TAIL = -1
START = -2
MAX_TAIL_LINES = 3
PASSES = 3

# Cells that share lines with others are tried up to so many atoms: they make the reading ten times slower.
LOOSE_ATOMS = 1500
# The price of a blank cell, by the role of its column.
SKIP: Mapping[str, float] = {
    "level3": -12.0,
    "name": -12.0,
    "target": -9.0,
    "operator": -3.0,
    "level2": -2.5,
    "side": 0.0,
    "unit": -2.0,
    "explanation": -2.0,
    "scoring_rule": -2.0,
    "weight": -2.0,
    "basis": -1.5,
    "history": -1.0,
}
SKIP_OTHER = -0.6
LEVELS = frozenset({"side", "level1", "level2", "serial"})
LEVEL_ONLY = -3.0
FIRST_ROW_WITHOUT_LEVEL = -4.0
TAIL_COST = -1.0
# What a plain row scores at least, so that cutting a row in two is no gain; and the price of ending the table amid a line.
ROW_COST = -4.0
END_IN_LINE = -8.0
UNIT_PRICE = -0.8


@dataclass(frozen=True, slots=True)
class FlowCell:
    """A cell of a rebuilt row: its column, its atoms from ``start`` to before ``end``, and how well its text fits."""

    column: int
    start: int
    end: int
    fit: float


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A rebuilt row; ``tail`` is a piece behind a page break that belongs to one of its cells."""

    cells: tuple[FlowCell, ...]
    tail: FlowCell | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    score: float
    start: int
    column_before: int
    new_row: bool
    fit: float
    width: int


_Entry = tuple[float, int, bool]
"""The best score with which a cell may begin somewhere, the column of the cell before it, and whether it begins a row."""


class _Pieces:
    """The cells that may begin at each atom of a body: found once, since all its readings look at the same ones."""

    def __init__(self, flow: Flow, stop: int, roles: Sequence[str], words: TextWords, loose: bool) -> None:
        self._flow, self._stop, self._roles, self._words, self._loose = flow, stop, tuple(roles), words, loose
        self._all: dict[int, tuple[Candidate, ...]] = {}
        self._plain: dict[int, tuple[Candidate, ...]] = {}

    def at(self, start: int, loose: bool) -> tuple[Candidate, ...]:
        """Those that begin at this atom; without ``loose`` those that share no line with others."""
        if start not in self._all:
            self._all[start] = tuple(candidates(self._flow, start, self._stop, self._fits, self._loose))
            self._plain[start] = tuple(c for c in self._all[start] if not c.shares)
        return (self._all if loose else self._plain)[start]

    def _fits(self, squashed: str) -> Fits:
        found = features(squashed, self._words)
        has_operator, has_unit = "operator" in self._roles, "unit" in self._roles
        scores = ((i, role_score(role, found, self._words, has_operator, has_unit)) for i, role in enumerate(self._roles))
        return tuple((column, score) for column, score in scores if score > IMPOSSIBLE / 2 - 1)


@dataclass(frozen=True)
class _Problem:
    """One body to be dealt out: its flow, its range of atoms, the roles of the columns, and their widths where known."""

    flow: Flow
    start: int
    stop: int
    roles: tuple[str, ...]
    pieces: _Pieces
    loose: bool
    widths: Mapping[int, float]

    @cached_property
    def _skips(self) -> list[list[float]]:
        """The price of leaving the columns from the first number to before the second blank."""
        prices = [SKIP.get(role, SKIP_OTHER) for role in self.roles]
        return [[sum(prices[first:last]) for last in range(len(prices) + 1)] for first in range(len(prices) + 1)]

    def skip(self, first: int, last: int) -> float:
        """The price of leaving the columns from ``first`` to before ``last`` blank."""
        return self._skips[first][last]

    def row_end(self, column: int) -> float:
        if column == TAIL:
            return 0.0
        if self.roles[column] in LEVELS:
            return LEVEL_ONLY
        return self.skip(column + 1, len(self.roles))

    def unit_price(self, index: int) -> float:
        """The price of a cell that begins between a number and its unit, where units have no column of their own."""
        left, right = self.flow.atoms[index - 1], self.flow.atoms[index]
        cut = right.gap == Gap.SPACE and left.text[-1].isdigit() and right.text[0] >= "\u2e80"
        return UNIT_PRICE if cut and "unit" not in self.roles else 0.0

    def end_price(self, position: int) -> float:
        """The price of ending the table before this atom, counted from the first of the body."""
        index = self.start + position
        return END_IN_LINE if index < len(self.flow.atoms) and not self.flow.atoms[index].first else 0.0

    def row_start(self, column: int, first_row: bool) -> float:
        """The price of beginning a row in this column: levels before it are merged with the row above."""
        missing = [role for role in self.roles[:column] if role not in LEVELS]
        merged = column - len(missing)
        price = sum(SKIP.get(role, SKIP_OTHER) for role in missing) - 0.1 * merged
        return price + (FIRST_ROW_WITHOUT_LEVEL if first_row and "level1" in self.roles[:column] else 0.0)


@dataclass(frozen=True, slots=True)
class Dealt:
    """The rows of a body, the atom behind the last of them, and the score of the reading."""

    rows: tuple[FlowRow, ...]
    end: int
    score: float


def deal(flow: Flow, start: int, stop: int, roles: Sequence[str], words: TextWords) -> Dealt:
    """The best reading of the body between two atoms.

    Where single and double line ends both occur, either may be the one that ends a cell: the reading tells. Cells that
    share a line with others and run over its end are tried at a price, in bodies that are not too long."""
    enders = (None, Gap.LINE, Gap.BLANK) if flow.mixed else (None,)
    short = stop - start <= LOOSE_ATOMS
    pieces = _Pieces(flow, stop, roles, words, short)
    readings = [_deal(replace(flow, ender=ender), (start, stop), roles, pieces, loose=False) for ender in enders]
    best = max(readings, key=lambda dealt: dealt.score)
    if short:
        loose = _deal(replace(flow, ender=None), (start, stop), roles, pieces, loose=True)
        best = max(best, loose, key=lambda dealt: dealt.score)
    return best


def _deal(flow: Flow, body: tuple[int, int], roles: Sequence[str], pieces: _Pieces, loose: bool) -> Dealt:
    """One reading; widths of columns are learned from it and used in the next."""
    widths: Mapping[int, float] = {}
    dealt = Dealt((), body[0], 0.0)
    for _ in range(PASSES):
        problem = _Problem(flow, *body, tuple(roles), pieces, loose, widths)
        dealt, learned = _trace(problem, _fill(problem))
        if learned == widths:
            break
        widths = learned
    return dealt


def _fill(problem: _Problem) -> list[dict[int, _Step]]:
    """For each atom behind a cell and each column: the best reading so far that ends with a cell of that column."""
    table: list[dict[int, _Step]] = [{} for _ in range(problem.stop - problem.start + 1)]
    table[0][START] = _Step(0.0, problem.start, START, False, 0.0, 0)
    for i in range(problem.start, problem.stop):
        here = table[i - problem.start]
        if not here:
            continue
        entries = _entries(problem, i, here)
        for candidate in problem.pieces.at(i, problem.loose):
            _place(problem, candidate, i, entries, table[candidate.end - problem.start])
    return table


def _place(problem: _Problem, candidate: Candidate, i: int, entries: Mapping[int, _Entry], cells: dict[int, _Step]) -> None:
    """Adds the readings that end with this cell, which begins at atom ``i``, where they are better than what ``cells`` holds."""
    layout = candidate.placed(problem.flow.ender)
    width = candidate.full_width if candidate.wrapped else 0
    widths = problem.widths
    scores = [(c, fit, fit + layout + _width_score(widths[c], candidate) if c in widths else fit + layout) for c, fit in candidate.fits]
    if TAIL in entries:
        scores.append((TAIL, 0.0, _tail_score(candidate)))
    for column, fit, score in scores:
        if score > IMPOSSIBLE / 2:
            price, before, new_row = entries[column]
            known = cells.get(column)
            if known is None or price + score > known.score:
                cells[column] = _Step(price + score, i, before, new_row, fit, width)


def _entries(problem: _Problem, i: int, here: Mapping[int, _Step]) -> dict[int, _Entry]:
    """How a cell of each column may best begin at atom ``i``."""
    entries: dict[int, _Entry] = {}
    at_start = START in here
    row_price = 0.0 if at_start else boundary(problem.flow, i, new_row=True)
    cell_price = 0.0 if at_start else boundary(problem.flow, i, new_row=False) + problem.unit_price(i)
    ended = max(((step.score + (0.0 if c == START else problem.row_end(c)), c) for c, step in here.items()), default=None)
    if ended is None:
        return entries
    for column in range(len(problem.roles)):
        entries[column] = (ended[0] + ROW_COST + row_price + problem.row_start(column, at_start), ended[1], True)
        for before, step in here.items():
            if 0 <= before < column:
                price = step.score + cell_price + problem.skip(before + 1, column)
                if column - before == 2 and problem.flow.atoms[i].gap == Gap.WIDE:
                    price += 2.5
                if price > entries[column][0]:
                    entries[column] = (price, before, False)
    if not at_start and ended[1] != TAIL and problem.flow.atoms[i].gap == Gap.PAGE:
        entries[TAIL] = (ended[0] + TAIL_COST, ended[1], False)
    return entries


def _tail_score(candidate: Candidate) -> float:
    """The score of the rest of a cell behind a page break: a few whole lines."""
    return -0.5 * candidate.lines if candidate.whole and candidate.lines <= MAX_TAIL_LINES else IMPOSSIBLE


def _width_score(known: float, candidate: Candidate) -> float:
    """What the width of the column says: no line is wider, and the first line of a wrapped cell fills it."""
    if candidate.full_width > known + 2:
        return -2.0
    return -2.0 if candidate.wrapped and candidate.full_width < known - 3 else 0.3 * candidate.wrapped


def _trace(problem: _Problem, table: Sequence[Mapping[int, _Step]]) -> tuple[Dealt, dict[int, float]]:
    """The rows of the best reading, the atom behind them, and the column widths that its wrapped cells show."""
    ends = [
        (step.score + problem.row_end(c) + problem.end_price(i), -i, c)
        for i, steps in enumerate(table)
        for c, step in steps.items()
        if c != START
    ]
    best = max(ends, default=(0.0, 0, START))
    if best[0] <= 0.0:
        return Dealt((), problem.start, 0.0), {}
    position, column = -best[1], best[2]
    end = problem.start + position
    rows: list[list[FlowCell]] = [[]]
    widths: dict[int, list[int]] = defaultdict(list)
    while column != START:
        step = table[position][column]
        rows[-1].append(FlowCell(column, step.start, problem.start + position, step.fit))
        if step.width and column != TAIL:
            widths[column].append(step.width)
        position, column = step.start - problem.start, step.column_before
        if step.new_row and column != START:
            rows.append([])
    learned = {c: float(median(found)) for c, found in widths.items() if len(found) > 1}
    return Dealt(tuple(_row(cells) for cells in reversed(rows)), end, best[0]), learned


def _row(cells: Sequence[FlowCell]) -> FlowRow:
    tail = next((cell for cell in cells if cell.column == TAIL), None)
    return FlowRow(tuple(cell for cell in reversed(cells) if cell.column != TAIL), tail)
