"""Plain text dumps -> Document: lines with tabs become tables, all others text lines.

A dump shows by its own lines how it prints cells: parted by tabs or bars, one a line behind a tab, or wrapped without
any mark; one file may hold all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extract.model import Block, Document, Page, Place, TextLine
from extract.problem import Problem
from extract.readers.text_align import align
from extract.readers.text_cells import begins_cells, read_cells
from extract.readers.text_decode import MAX_BYTES, decode
from extract.readers.text_flow import FlowReading, read_flow
from extract.readers.text_grid import GridRow, make_table
from extract.readers.text_lines import Line, split_lines, strip_tags, without_pipes
from extract.readers.text_tabbed import read_tabbed
from extract.readers.text_words import TextWords, load_words
from mappings.loader import Mappings, default_mappings


@dataclass(frozen=True, slots=True)
class Piece:
    """A text line or the rows of one table, with the page it begins on, and the doubts about it."""

    page: int
    line: str | None = None
    rows: tuple[GridRow, ...] = ()
    problems: tuple[Problem, ...] = ()


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
    pieces = list(_pieces(without_pipes(lines), load_words(mappings or default_mappings())))
    problems = tuple(
        replace(problem, page=(problem.page or piece.page) if paged else None) for piece in pieces for problem in piece.problems
    )
    return Document(name, "text", "text", _pages(pieces, paged), problems, meta={"encoding": encoding})


def _pieces(lines: Sequence[Line], words: TextWords) -> Iterator[Piece]:
    """Tables and text lines in the order of the source."""
    plain: list[Line] = []
    i = 0
    while i < len(lines):
        if not lines[i].tabbed or (lines[i].blank and not begins_cells(lines, i)):
            plain.append(lines[i])
            i += 1
            continue
        yield from _flow_pieces(plain, words)
        plain = []
        read_table = read_cells if begins_cells(lines, i) else read_tabbed
        block = read_table(lines, i, words.is_title)
        rows, moved = align(block.rows, words)
        yield Piece(lines[i].page, rows=tuple(rows), problems=tuple(_doubts(block.tags, block.joined, moved)))
        i = block.end
    yield from _flow_pieces(plain, words)


def _flow_pieces(lines: Sequence[Line], words: TextWords) -> Iterator[Piece]:
    """The pieces of lines without tabs, HTML taken out."""
    stripped = [(line, *strip_tags(line.text)) for line in lines]
    clean = [replace(line, text=text) if tags else line for line, text, tags in stripped]
    reading: FlowReading = read_flow(clean, words)
    tags = sum(found for _, _, found in stripped)
    doubts = (*_doubts(tags), *reading.problems)
    for i, piece in enumerate(reading.pieces):
        yield Piece(piece.page, piece.line, piece.rows, doubts if i == 0 else ())


def _doubts(tags: int, joined: int = 0, moved: int = 0) -> Iterator[Problem]:
    if tags:
        yield Problem("html-remnants", "info", f"HTML tags or entities inside the text, taken out: {tags}.")
    if joined:
        yield Problem("cell-joined", "info", f"Cells that a page break had cut, joined: {joined}.")
    if moved:
        yield Problem("cells-moved", "warning", f"Rows whose cells the dump had shifted, put under their headers: {moved}; check them.")


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
