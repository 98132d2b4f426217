"""What stands in a body or a cell of a native document, before tables that only lay out others are dissolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from extract.readers.docx_grid import GridCell


@dataclass(frozen=True, slots=True)
class Line:
    """A printed paragraph."""

    text: str
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells hold what was found in them, in order."""

    rows: int
    columns: int
    cells: tuple[GridCell[list[Piece]], ...]


Piece: TypeAlias = Line | Grid


def text_of(pieces: Sequence[Piece]) -> str:
    """The text of a cell: its paragraphs, and the tables in it that only lay out its lines."""
    return "\n".join(line for piece in pieces for line in _text_lines(piece))


def _text_lines(piece: Piece) -> Iterator[str]:
    if isinstance(piece, Line):
        yield piece.text
    elif is_stack(piece):
        for _, row in groupby(piece.cells, key=lambda cell: cell.row):
            text = " ".join(text for cell in row if (text := text_of(cell.content)))
            if text:
                yield text


def is_stack(grid: Grid) -> bool:
    """True for a table of one row or one column without a table of more in it: in a cell it sets lines, no data."""
    return (grid.rows == 1 or grid.columns == 1) and not any(tables_in(cell.content) for cell in grid.cells)


def tables_in(pieces: Sequence[Piece]) -> list[Grid]:
    """The tables among the pieces that are more than a way to set lines."""
    return [piece for piece in pieces if isinstance(piece, Grid) and not is_stack(piece)]
