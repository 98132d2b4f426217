"""Word .docx -> Document: one walk over the body gives its text lines and tables in order.

What is printed comes out and nothing else: insertions but not deletions, results of fields but not their
instructions, text boxes once, automatic numbers, no hidden text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from extract.model import Block, Cell, Document, Page, Place, Table, TextLine
from extract.package import Package
from extract.problem import Problem
from extract.readers.addresses import column_name
from extract.readers.docx_grid import GridCell, RawCell, RawRow, build_grid
from extract.readers.docx_numbering import Numbering, read_numbering
from extract.readers.docx_styles import Styles, flag, read_styles
from extract.readers.docx_text import MC, Paragraph, Story, W, entry, read_paragraph
from extract.readers.numbers import measure
from extract.readers.pieces import Grid, Line, Piece, tables_in, text_of

Element: TypeAlias = etree._Element

# Block-level wrappers whose content is printed in place.
_TRANSPARENT = frozenset(W + t for t in ("sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_DROPPED_ROW = ("del", "moveFrom")
# The kinds of parts that are printed around the body.
_BESIDE = ("header", "footer", "footnotes", "endnotes")
# Word itself allows 63 columns; a larger count is a fault or an attack.
MAX_SPAN = 1000
_NOTE_LISTS = (W + "footnotes", W + "endnotes")


@dataclass(slots=True)
class Walk:
    """What the walk carries along: running numbers and open fields, and what it left out."""

    story: Story
    numbering: Numbering
    covered: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    deleted: int = 0
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What a Word file holds, as WordprocessingML. ``beside`` are the texts around the body by kind (header, footnotes …)."""

    body: Element | None
    styles: Element | None
    numbering: Element | None
    beside: Mapping[str, Sequence[Element]]


def read(path: Path) -> Document:
    """The Word file as a Document of one page. Raises UnreadableError where it is damaged or protected."""
    with Package(path) as package:
        main = package.main_part("word/document.xml")
        related = [r for r in package.related(main).values() if not r.external and package.has(r.target)]
        named = {r.kind: package.xml(r.target) for r in related if r.kind in ("styles", "numbering")}
        beside = {kind: _containers(package.xml(r.target) for r in related if r.kind == kind) for kind in _BESIDE}
        parts = Parts(package.xml(main).find(W + "body"), named.get("styles"), named.get("numbering"), beside)
    return document(path.name, "docx", parts)


def document(source_name: str, kind: str, parts: Parts) -> Document:
    """The Document of a Word file; ``kind`` is its format and reader."""
    styles = read_styles(parts.styles)
    walk = Walk(Story(styles), read_numbering(parts.numbering))
    pieces = _pieces(parts.body, walk) if parts.body is not None else []
    blocks = tuple(_numbered(_flat(pieces)))
    beside = {name: _beside(containers, styles) for name, containers in parts.beside.items()}
    meta = {name: "\n".join(lines) for name, lines in beside.items() if lines}
    problems = (*_problems(walk, blocks), *_told(beside))
    return Document(source_name, kind, kind, (Page(None, blocks=blocks),), problems, meta=meta)


def _containers(roots: Iterable[Element]) -> list[Element]:
    """The roots of the parts of a kind, of lists of notes each note."""
    return [container for root in roots for container in (root if root.tag in _NOTE_LISTS else (root,))]


def _beside(containers: Sequence[Element], styles: Styles) -> list[str]:
    """The lines that stand beside the body, each once however often it is repeated."""
    lines: dict[str, None] = {}
    for container in containers:
        walk = Walk(Story(styles), Numbering())
        lines.update(dict.fromkeys(line.text for line in _all_lines(_pieces(container, walk))))
    return list(lines)


def _all_lines(pieces: Sequence[Piece]) -> Iterator[Line]:
    for piece in pieces:
        if isinstance(piece, Line):
            yield piece
        else:
            for cell in piece.cells:
                yield from _all_lines(cell.content)


def _told(beside: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    headers = [*beside.get("header", ()), *beside.get("footer", ())]
    notes = [*beside.get("footnotes", ()), *beside.get("endnotes", ())]
    if headers:
        yield Problem("header-text", "info", f"Headers and footers are not part of the body ({_sample(headers)})")
    if notes:
        yield Problem("note-text", "info", f"Notes at the foot of pages are not part of the body ({_sample(notes)})")


def _pieces(container: Element, walk: Walk) -> list[Piece]:
    """The paragraphs and tables of a container in order; a paragraph whose mark is deleted runs into the next."""
    pieces: list[Piece] = []
    pending = Paragraph()
    for element in _block_elements(container, walk):
        if element.tag == W + "tbl":
            grid = _grid(element, walk)
            if grid is not None:
                pieces.append(grid)
            continue
        paragraph = read_paragraph(element, walk.story)
        text, size = pending.text + paragraph.text, paragraph.size or pending.size
        boxes = pending.boxes + paragraph.boxes
        if paragraph.joins_next:
            pending = Paragraph(text, size, boxes)
            continue
        # The mark that is left decides how the joined paragraphs are numbered.
        pieces.extend(_lines(walk.numbering.label(element, walk.story.styles) + text, size))
        pieces.extend(piece for box in boxes for piece in _pieces(box, walk))
        pending = Paragraph()
    pieces.extend(_lines(pending.text, pending.size))
    pieces.extend(piece for box in pending.boxes for piece in _pieces(box, walk))
    return pieces


def _lines(text: str, size: float) -> Iterator[Line]:
    if not text:
        return
    for line in text.split("\n"):
        if line.strip():
            yield Line(line.strip(), size)


def _block_elements(container: Element, walk: Walk) -> Iterator[Element]:
    for child in container:
        tag = child.tag
        if tag in (W + "p", W + "tbl"):
            yield child
        elif tag in _TRANSPARENT:
            yield from _block_elements(child, walk)
        elif tag == W + "sdt":
            content = entry(child, walk.story)
            if content is not None:
                yield from _block_elements(content, walk)
        elif tag == MC + "AlternateContent":
            way = next(iter(child.iterchildren(MC + "Choice", MC + "Fallback")), None)
            if way is not None:
                yield from _block_elements(way, walk)
        elif tag in (W + "altChunk", W + "subDoc"):
            walk.foreign += 1


def _grid(table: Element, walk: Walk) -> Grid | None:
    rows = [row for tr in _table_elements(table, "tr") if (row := _row(tr, walk)) is not None]
    widths = [_number(column.get(W + "w")) or 0 for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    row_count, columns, cells = build_grid(rows, widths)
    if not cells:
        return None
    for cell in cells:
        walk.covered.extend(text for content in cell.covered if (text := text_of(content)))
    return Grid(row_count, columns, tuple(cells))


def _table_elements(parent: Element, name: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, those in content controls and insertions too."""
    for child in parent:
        if child.tag == W + name:
            yield child
        elif child.tag in _TRANSPARENT or child.tag == W + "sdt":
            yield from _table_elements(child, name)


def _row(tr: Element, walk: Walk) -> RawRow[list[Piece]] | None:
    properties = tr.find(W + "trPr")
    before = after = 0
    if properties is not None:
        if any(properties.find(W + name) is not None for name in _DROPPED_ROW):
            walk.deleted += 1
            return None
        hidden = properties.find(W + "hidden")
        if hidden is not None and flag(hidden):
            walk.hidden_rows += 1
            return None
        before, after = (_clamped(properties.find(W + name)) for name in ("gridBefore", "gridAfter"))
    cells = tuple(cell for tc in _table_elements(tr, "tc") if (cell := _cell(tc, walk)) is not None)
    return RawRow(cells, before, after)


def _cell(tc: Element, walk: Walk) -> RawCell[list[Piece]] | None:
    element = tc.find(W + "tcPr")
    properties = {} if element is None else {child.tag: child for child in element}
    if W + "cellDel" in properties:
        walk.deleted += 1
        return None
    content = _pieces(tc, walk)
    width, tracked, span = (properties.get(W + name) for name in ("tcW", "cellMerge", "gridSpan"))
    return RawCell(
        content,
        span=_clamped(span, 1),
        continues_above=_continues(properties.get(W + "vMerge")) or (tracked is not None and tracked.get(W + "vMerge") == "cont"),
        continues_before=_continues(properties.get(W + "hMerge")),
        width=_number(width.get(W + "w")) if width is not None and width.get(W + "type", "dxa") == "dxa" else None,
        blank=not content,
    )


def _continues(merge: Element | None) -> bool:
    return merge is not None and merge.get(W + "val", "continue") == "continue"


def _clamped(element: Element | None, least: int = 0) -> int:
    """A count that an element gives, within what a table can have."""
    number = _number(element.get(W + "val")) if element is not None else None
    return least if number is None else max(least, min(number, MAX_SPAN))


def _number(text: str | None) -> int | None:
    number = measure(text)
    return None if number is None else max(round(number), 0)


def _flat(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces with tables that only lay out others dissolved, and nested ones after the table they stand in."""
    for piece in pieces:
        if isinstance(piece, Line):
            yield piece
            continue
        nested = [inner for cell in piece.cells for inner in tables_in(cell.content)]
        if nested and (piece.columns == 1 or not any(text_of(cell.content) for cell in piece.cells)):
            for cell in piece.cells:
                yield from _flat(cell.content)
        else:
            yield piece
            yield from _flat(nested)


def _numbered(pieces: Iterator[Piece]) -> Iterator[Block]:
    index = 0
    for piece in pieces:
        if isinstance(piece, Line):
            yield TextLine(piece.text, size=piece.size)
        else:
            yield _table(piece, index)
            index += 1


def _table(grid: Grid, index: int) -> Table:
    cells = tuple(
        Cell(c.row, c.column, text_of(c.content), c.row_span, c.column_span, (Place(table_index=index, cell=_address(c)),))
        for c in grid.cells
    )
    return Table(index, grid.rows, grid.columns, cells, (Place(table_index=index),))


def _address(cell: GridCell[list[Piece]]) -> str:
    return f"{column_name(cell.column + 1)}{cell.row + 1}"


def _problems(walk: Walk, blocks: tuple[Block, ...]) -> Iterator[Problem]:
    story = walk.story
    if story.hidden or walk.hidden_rows:
        rows = f" and {walk.hidden_rows} hidden rows" if walk.hidden_rows else ""
        yield Problem("hidden-text", "info", f"Text formatted as hidden was left out ({_sample(story.hidden)}){rows}")
    if walk.covered:
        yield Problem("covered-text", "info", f"Text that a merged cell covers was left out ({_sample(walk.covered)})")
    if story.prompts:
        yield Problem("prompt-text", "info", f"Prompts of entries that nobody filled in were left out ({_sample(story.prompts)})")
    if story.unknown_symbols:
        yield Problem("unknown-symbol", "warning", f"Signs of unknown look stand as \ufffd ({_sample(story.unknown_symbols)})")
    if walk.foreign:
        yield Problem("embedded-document", "error", f"{walk.foreign} documents inside this one were not read")
    if story.embedded:
        yield Problem("embedded-object", "warning", f"{story.embedded} embedded objects (sheets, drawings) were not read")
    if story.pictures:
        more = "" if blocks else "; the file holds no text"
        yield Problem("picture", "info" if blocks else "error", f"{story.pictures} pictures were not read{more}")


def _sample(texts: list[str]) -> str:
    """What was left out, in short: the first few pieces."""
    shown = "; ".join(text.replace("\n", " ")[:40] for text in texts[:3])
    return shown + (f"; and {len(texts) - 3} more" if len(texts) > 3 else "")
