"""What every reader gives and everything behind it takes: one Document, each piece knowing where it was printed.

Coordinates are points from the top left corner of the page as it is shown (rotation applied).
Drawn formats (PDF, OFD, scans) give words and rules, and ``extract.grid`` makes the tables; formats that know
their structure (Word, Excel, HTML) give tables at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

from extract.problem import Problem


class Word(NamedTuple):
    """The smallest piece of text with a place of its own: a glyph of a PDF, a recognised run of a scan."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float = 0.0
    upright: bool = True
    confidence: float = 1.0


class Rule(NamedTuple):
    """A drawn line, parallel to an edge of the page; its thickness is its shorter side."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was printed: page and box of a drawn source, sheet and cell address of a native one."""

    page: int | None = None
    box: Box | None = None
    table_index: int | None = None
    sheet: str | None = None
    cell: str | None = None

    def describe(self) -> str:
        """The place in the words of a message: ``page 3``, ``sheet 绩效 cell B7``, ``table 2 cell A1``."""
        parts = []
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.sheet is not None:
            parts.append(f"sheet {self.sheet}")
        if self.table_index is not None and self.page is None and self.sheet is None:
            parts.append(f"table {self.table_index + 1}")
        if self.cell is not None:
            parts.append(f"cell {self.cell}")
        return " ".join(parts) or "the file"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table with its spans. ``text`` keeps the cell's line breaks; ``places`` has one entry for
    each page the cell stands on, in reading order; ``repairs`` says what was mended to get this text."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    places: tuple[Place, ...] = ()
    confidence: float = 1.0
    repairs: tuple[str, ...] = ()

    @property
    def last_row(self) -> int:
        return self.row + self.row_span - 1

    @property
    def last_column(self) -> int:
        return self.column + self.column_span - 1


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of cells that do not overlap. ``edges`` are the x positions of the column borders of a drawn
    table (columns + 1 of them), by which parts on following pages are joined; native tables have none.
    ``open_top`` and ``open_bottom``: no rule closes the first or last row there, so a page break may have cut it."""

    index: int
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    places: tuple[Place, ...] = ()
    edges: tuple[float, ...] = ()
    open_top: bool = False
    open_bottom: bool = False

    def grid(self) -> list[list[Cell | None]]:
        """Rows × columns of the cell that covers each position; None where the source has no cell."""
        grid: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            end = min(cell.column + cell.column_span, self.columns)
            covering = [cell] * (end - cell.column)
            for row in grid[cell.row : cell.row + cell.row_span]:
                row[cell.column : end] = covering
        return grid

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(sorted({p.page for p in self.places if p.page is not None}))


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside of every table; ``size`` is its font size in points, 0 where unknown."""

    text: str
    place: Place = Place()
    size: float = 0.0


Block: TypeAlias = "TextLine | Table"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a drawn source, one sheet of a workbook, or the whole body of a word-processor file.

    ``blocks`` are its text lines and tables in reading order. ``words`` and ``rules`` are kept only where
    the caller asked for the drawing, since they weigh a hundred times what the blocks do."""

    number: int | None
    width: float = 0.0
    height: float = 0.0
    label: str | None = None
    blocks: tuple[Block, ...] = ()
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def lines(self) -> tuple[TextLine, ...]:
        return tuple(block for block in self.blocks if isinstance(block, TextLine))


@dataclass(frozen=True, slots=True)
class Document:
    """A source as read: pages in order, and the doubts that arose on the way."""

    source_name: str
    format: str
    reader: str
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str | None = None
    ocr: bool = False
    ocr_confidence: float | None = None
    meta: dict[str, str] = field(default_factory=dict)

    def tables(self) -> Iterator[Table]:
        for page in self.pages:
            yield from page.tables

    def with_problems(self, *problems: Problem) -> Document:
        return replace(self, problems=self.problems + problems)
