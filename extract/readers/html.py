"""Web pages -> Document: tables with their spans, tables drawn with placed boxes, and the lines around them.

What a browser shows comes out and nothing else: no programs, no hidden text, entries of forms as entered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from extract.model import Block, Cell, Document, Page, Place, Table, TextLine
from extract.problem import Problem, Severity, UnreadableError
from extract.readers.addresses import column_name
from extract.readers.docx_grid import GridCell
from extract.readers.drawing import Drawing
from extract.readers.drawn import page_of
from extract.readers.html_css import Element, Styles
from extract.readers.html_decode import decode_page
from extract.readers.html_drawn import Plan, drawing_of, plans_of
from extract.readers.html_flow import Flow, Left
from extract.readers.html_table import flat
from extract.readers.pieces import Grid, Line, Piece, text_of

# Suffixes of formats that a server sends a page instead of when the file is gone.
_PROMISES = frozenset((".pdf", ".docx", ".xlsx", ".ofd", ".odt", ".ods"))
_FETCH = "Open it in a browser and save it anew, or print it to PDF."


class Read(NamedTuple):
    """What came of one web page."""

    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]


def read(path: Path) -> Document:
    """The web page as a Document of one page, or of the pages that it pictures. Raises UnreadableError where it is no page or damaged."""
    found = read_pages(path.read_bytes(), path.name)
    suffix = path.suffix.lower()
    if suffix in _PROMISES and not any(page.tables for page in found.pages):
        raise UnreadableError(
            f"{path.name} is a web page although its name ends in {suffix}, and holds no table: most likely a server's error message.",
            "Fetch the file again; if it shows the form, open it in Word and save it as .docx.",
        )
    return Document(path.name, "html", "html", found.pages, found.problems)


def read_pages(data: bytes, name: str, declared: str | None = None, label: str | None = None, after: Sequence[Page] = ()) -> Read:
    """The pages of some bytes, and the doubts about them. ``declared`` is the encoding that their envelope gives, ``label``
    the name of the sheet that they are; pages and tables are numbered on from those ``after`` which they come."""
    decoded = decode_page(data, name, declared)
    root = parse(decoded.text, name)
    if root is None:
        return Read((Page(None, label=label),), (*decoded.problems, Problem("no-text", "error", f"{name} is a page without content")))
    styles = Styles(root)
    plans = plans_of(root, styles)
    flow = Flow(styles, plans)
    parts = flow.read(root)
    drawings = _drawings(parts, plans, max((page.number or 0 for page in after), default=0) + 1)
    pages = tuple(_pages(parts, plans, drawings, label, sum(len(page.tables) for page in after)))
    blocks = [block for page in pages for block in page.blocks]
    doubts = [problem for drawing in drawings.values() for problem in drawing.problems]
    if styles.dropped:
        doubts.append(Problem("dense-styles", "warning", f"{name} has too many style rules for all of them to count: hidden text may show"))
    return Read(pages, (*decoded.problems, *doubts, *_problems(flow.left, blocks, name)))


def _drawings(parts: Sequence[list[Piece] | Element], plans: Mapping[Element, Plan], first: int) -> dict[Element, Drawing]:
    roots = [part for part in parts if not isinstance(part, list)]
    return {root: drawing_of(plans[root], number) for number, root in enumerate(roots, first)}


def _pages(
    parts: Sequence[list[Piece] | Element],
    plans: Mapping[Element, Plan],
    drawings: Mapping[Element, Drawing],
    label: str | None,
    index: int,
) -> Iterator[Page]:
    """One page for all that flows, or one for each picture of a page, with what flows before it; tables count from ``index``."""
    held: list[Block] = []
    page: Page | None = None
    for part in parts:
        if isinstance(part, list):
            found = list(_numbered(part, label, index))
            index += sum(isinstance(block, Table) for block in found)
            held += found
            continue
        if page is not None:
            yield page
        drawing = drawings[part]
        held += [TextLine(line, Place(drawing.number)) for line in plans[part].loose]
        drawn = page_of(drawing, index, False)
        index += len(drawn.tables)
        page, held = replace(drawn, label=label, blocks=(*held, *drawn.blocks)), []
    yield replace(page, blocks=(*page.blocks, *held)) if page is not None else Page(None, label=label, blocks=tuple(held))


def parse(text: str, name: str) -> Element | None:
    """The root element of a page, however broken its markup is; None for one without any. Raises UnreadableError."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise UnreadableError(f"{name} nests its elements deeper than any page does.", _FETCH)
    return root


def _numbered(pieces: Sequence[Piece], label: str | None, index: int) -> Iterator[Block]:
    for piece in flat(pieces):
        if isinstance(piece, Line):
            yield TextLine(piece.text, Place(sheet=label), piece.size)
        else:
            yield _table(piece, label, index)
            index += 1


def _table(grid: Grid, label: str | None, index: int) -> Table:
    cells = tuple(
        Cell(c.row, c.column, text_of(c.content), c.row_span, c.column_span, (Place(table_index=index, sheet=label, cell=_address(c)),))
        for c in grid.cells
    )
    return Table(index, grid.rows, grid.columns, cells, (Place(table_index=index, sheet=label),))


def _address(cell: GridCell[list[Piece]]) -> str:
    return f"{column_name(cell.column + 1)}{cell.row + 1}"


def _problems(left: Left, blocks: Sequence[Block], name: str) -> Iterator[Problem]:
    told: tuple[tuple[str, Severity, str, list[str]], ...] = (
        ("hidden-text", "warning" if left.hidden_tables else "info", "Text that the page hides was left out", left.hidden),
        ("deleted-text", "info", "Text marked as deleted was left out", left.deleted),
        ("prompt-text", "info", "Prompts of entries that nobody filled in were left out", left.prompts),
    )
    for code, severity, what, texts in told:
        if texts:
            yield Problem(code, severity, f"{what} ({_sample(texts)})")
    tables = any(isinstance(block, Table) for block in blocks)
    if left.frames:
        message = f"{left.frames} frames show other files, which are not part of this one and were not read"
        yield Problem("embedded-document", "info" if tables else "error", message)
    if left.pictures:
        more = "" if blocks else "; the page holds no text"
        yield Problem("picture", "info" if blocks else "error", f"{left.pictures} pictures were not read{more}")
    if not blocks and not left.frames and not left.pictures:
        yield Problem("no-text", "error", f"{name} shows no text; it may be filled in by a program when it is opened")


def _sample(texts: Sequence[str]) -> str:
    shown = "; ".join(text[:40] for text in texts[:3])
    return shown + (f"; and {len(texts) - 3} more" if len(texts) > 3 else "")
