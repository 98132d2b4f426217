"""Plain text dumps -> Document: lines with tabs become tables, all others text lines.

A dump shows by its own lines how it prints cells: parted by tabs, or one a line behind a tab; one file may hold both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.model import Block, Document, Page, Place, TextLine
from extract.problem import Problem
from extract.readers.text_cells import begins_cells, read_cells
from extract.readers.text_decode import MAX_BYTES, decode
from extract.readers.text_grid import GridRow, make_table
from extract.readers.text_lines import Line, split_lines, strip_tags
from extract.readers.text_tabbed import read_tabbed
from mappings.loader import Mappings


@dataclass(frozen=True, slots=True)
class Piece:
    """A text line or the rows of one table, with the page it begins on."""

    page: int
    line: str | None = None
    rows: tuple[GridRow, ...] = ()
    tags: int = 0
    joined: int = 0


def read(path: Path | str, mappings: Mappings | None = None) -> Document:
    """The text file as a Document: its tables and the lines around them, in order.

    Raises UnreadableError where the file is no text, or has more than 64 MB.
    """
    source = Path(path)
    with source.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    text, encoding = decode(data, source.name)
    return read_text(text, source.name, mappings, encoding)


def read_text(text: str, name: str, mappings: Mappings | None = None, encoding: str = "utf-8") -> Document:
    """The Document of a text that is decoded already."""
    lines, paged = split_lines(text)
    pieces = _pieces(lines, _is_title)
    return Document(name, "text", "text", _pages(pieces, paged), tuple(_problems(pieces, paged)), meta={"encoding": encoding})


def _is_title(text: str) -> bool:
    return text.endswith("表")


def _pieces(lines: Sequence[Line], is_title: Callable[[str], bool]) -> list[Piece]:
    """Tables and text lines in the order of the source."""
    pieces: list[Piece] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if not line.tabbed or line.blank:
            if not line.blank:
                text, tags = strip_tags(line.text.strip())
                pieces.append(Piece(line.page, text, tags=tags))
            i += 1
        elif begins_cells(lines, i):
            cells = read_cells(lines, i, is_title)
            pieces.append(Piece(line.page, rows=cells.rows, tags=cells.tags))
            i = cells.end
        else:
            block = read_tabbed(lines, i, is_title)
            pieces.append(Piece(line.page, rows=block.rows, tags=block.tags, joined=block.joined))
            i = block.end
    return pieces


def _pages(pieces: Sequence[Piece], paged: bool) -> tuple[Page, ...]:
    """The pages with their blocks; one page without a number where the source has no page breaks."""
    blocks: dict[int | None, list[Block]] = {} if paged else {None: []}
    tables = 0
    for piece in pieces:
        page = piece.page if paged else None
        on_page = blocks.setdefault(page, [])
        if piece.line is not None:
            on_page.append(TextLine(piece.line, Place(page=page)))
        elif piece.rows:
            on_page.append(make_table(tables, piece.rows, paged))
            tables += 1
    return tuple(Page(number, blocks=tuple(found)) for number, found in blocks.items())


def _problems(pieces: Iterable[Piece], paged: bool) -> Iterable[Problem]:
    for piece in pieces:
        page = piece.page if paged else None
        if piece.tags:
            yield Problem("html-remnants", "info", f"{piece.tags} HTML tags or entities inside the text were taken out.", page)
        if piece.joined:
            yield Problem("cell-joined", "info", f"{piece.joined} cells that a page break had cut were joined.", page)
