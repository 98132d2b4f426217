"""Random grids of cells with spans, for tests that write one and read it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from hypothesis import strategies as st


class Span(NamedTuple):
    """A cell of a grid."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


@dataclass(frozen=True)
class Spans:
    """A grid that its cells fill without overlap."""

    rows: int
    columns: int
    spans: tuple[Span, ...]

    def compact(self) -> Spans:
        """The grid without rows and columns in which no cell begins: no file and no eye can tell that they are there."""
        rows = {row: i for i, row in enumerate(sorted({s.row for s in self.spans}))}
        columns = {column: i for i, column in enumerate(sorted({s.column for s in self.spans}))}
        spans = (
            Span(
                rows[s.row],
                columns[s.column],
                sum(r in rows for r in range(s.row, s.row + s.row_span)),
                sum(c in columns for c in range(s.column, s.column + s.column_span)),
                s.text,
            )
            for s in self.spans
        )
        return Spans(len(rows), len(columns), tuple(sorted(spans)))


@st.composite
def span_grids(draw: st.DrawFn, largest: int = 6) -> Spans:
    """Grids of up to 6 by 6: free positions in reading order get a cell of random size, cut to what is free."""
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    taken: set[tuple[int, int]] = set()
    spans = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            width = draw(st.integers(1, columns - column))
            while any((row, column + i) in taken for i in range(width)):
                width -= 1
            height = draw(st.integers(1, rows - row))
            taken |= {(row + i, column + j) for i in range(height) for j in range(width)}
            spans.append(Span(row, column, height, width, f"格{len(spans) + 1}"))
    return Spans(rows, columns, tuple(sorted(spans)))
