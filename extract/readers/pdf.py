"""Reads a PDF with a text layer: words and rules by one of two engines, tables by the ruled grid."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal

from extract.grid.ruled import blocks_of
from extract.grid.turned import page_turns, turn, turned_block, turned_rules, turned_words
from extract.model import Block, Document, Page
from extract.problem import Problem, UnreadableError
from extract.readers.drawing import Drawing
from extract.readers.pdf_layer import usable

Engine = Literal["pdfium", "pdfplumber"]
Drawings = Callable[[Path, Collection[int] | None], Iterator[Drawing]]

MOST_PAGES = 20_000
"""Pages that are read; more than that is no declaration."""

MOST_RULES = 50_000
"""Lines of one page beyond which some are left out: the densest tables have some thousands."""

_ENGINES: dict[str, str] = {"pdfium": "extract.readers.pdf_pdfium", "pdfplumber": "extract.readers.pdf_plumber"}
_TAIL = 4096
_AGAIN = "Fetch it again, or open it in a PDF viewer and print it to PDF."


def read(path: Path, *, engine: Engine = "pdfium", keep_drawing: bool = False, pages: Collection[int] | None = None) -> Document:
    """The document with the tables and text lines of each page (of ``pages``, 1-based, where given).

    ``keep_drawing`` keeps words and rules on the pages. Raises UnreadableError."""
    _check_whole(path)
    drawings: Drawings = import_module(_ENGINES[engine]).drawings
    result: list[Page] = []
    problems: list[Problem] = []
    tables = 0
    for drawing in drawings(path, pages):
        if len(result) == MOST_PAGES:
            problems.append(Problem("too-many-pages", "error", f"Only the first {MOST_PAGES} pages were read.", drawing.number))
            break
        seen = usable(drawing)
        if len(seen.rules) > MOST_RULES:
            message = f"The page draws {len(seen.rules)} lines; of a drawing so dense only the longest border tables."
            problems.append(Problem("dense-drawing", "warning", message, seen.number))
        page = _page(seen, tables, keep_drawing)
        tables += len(page.tables)
        problems.extend(seen.problems)
        result.append(page)
    if not result and pages is None:
        raise UnreadableError(f"{path.name} has no pages.", _AGAIN)
    return Document(path.name, "pdf", engine, tuple(result), tuple(problems))


def _check_whole(path: Path) -> None:
    """A download that broke off is refused: what a viewer can mend of it would be read as if it were all."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL * 16))
            tail = file.read().rstrip(b"\0 \r\n\t")[-_TAIL:]
    except OSError as error:
        raise UnreadableError(
            f"{path.name} cannot be opened: {error.strerror}.", "Check that it exists and that you may read it."
        ) from error
    if not size:
        raise UnreadableError(f"{path.name} is empty (0 bytes).", "Fetch it again.")
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise UnreadableError(f"{path.name} breaks off before its end.", _AGAIN)


def _page(drawing: Drawing, first_index: int, keep_drawing: bool) -> Page:
    blocks = _blocks(drawing, first_index)
    kept = (tuple(drawing.words), tuple(drawing.rules)) if keep_drawing else ((), ())
    return Page(drawing.number, drawing.width, drawing.height, None, blocks, *kept)


def _blocks(drawing: Drawing, first_index: int) -> tuple[Block, ...]:
    """The blocks in the order in which the page is read, held upright; places are on the page as displayed."""
    turns = page_turns(drawing.words)
    if not turns:
        return blocks_of(drawing.words, drawing.rules, drawing.number, first_index, drawing.homes)
    size = drawing.width, drawing.height
    words, rules = turned_words(drawing.words, turns, *size), turned_rules(drawing.rules, turns, *size)
    homes = {n: turn((x, y, x, y), turns, *size)[:2] for n, (x, y) in drawing.homes.items()}
    blocks = blocks_of(words, rules, drawing.number, first_index, homes)
    return tuple(turned_block(block, 4 - turns, drawing.height, drawing.width) for block in blocks)
