"""OpenDocument .odt -> Document: its text written as WordprocessingML, which the walk over .docx reads.

Both formats know the same things (runs, lists, tables with merges, text boxes), so that what is printed of them is decided in
one place. Tracked deletions lie outside of the text; notes at the foot, headers and footers stand beside the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from extract.model import Document
from extract.package import Package
from extract.problem import UnreadableError
from extract.readers import docx
from extract.readers.doc_styles import element, xml_text
from extract.readers.numbers import whole
from extract.readers.odf import (
    DRAW,
    FORM,
    MOST_CELLS,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    UNPRINTED,
    Element,
    Look,
    Styles,
    literal,
    opened,
    refuse_more_than,
    squeezed,
    styles_of,
)
from extract.readers.odt_lists import Lists

MOST_REPEATED = 1000
"""A row or cell that is repeated more often is a fault or an attack."""

DEEPEST = 100
"""Elements within each other that are followed."""

_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_PARAGRAPHS = (TEXT + "p", TEXT + "h")
_ROWS = frozenset(TABLE + name for name in ("table-rows", "table-header-rows", "table-row-group"))
_HEADERS = tuple(STYLE + name for name in ("header", "header-first", "header-left"))
_FOOTERS = tuple(STYLE + name for name in ("footer", "footer-first", "footer-left"))
_UNPRINTED_BLOCKS = UNPRINTED | {OFFICE + "forms", TEXT + "sequence-decls", TEXT + "variable-decls", TEXT + "user-field-decls"}
_SOURCES = re.compile(r"-source\Z")


@dataclass(slots=True)
class _Writer:
    """What the walk carries along."""

    source: str
    styles: Styles
    lists: Lists
    ticked: dict[str, bool] = field(default_factory=dict)
    notes: list[Element] = field(default_factory=list)
    cells: int = 0


def read(path: Path) -> Document:
    """The text document as a Document of one page. Raises UnreadableError where it is damaged or protected."""
    with Package(path) as package:
        content, named = opened(path, package)
    text = content.find(f"{OFFICE}body/{OFFICE}text")
    if text is None:
        raise UnreadableError(f"{path.name} holds no text.", "Open it in its own program and save it anew.")
    styles = styles_of(named, content)
    writer = _Writer(path.name, styles, Lists(styles), _ticked(text))
    body = element("body")
    body.extend(_blocks(text, writer, False, 0))
    beside = {"header": _beside(named, _HEADERS, writer), "footer": _beside(named, _FOOTERS, writer), "footnotes": writer.notes}
    return docx.document(path.name, "odt", docx.Parts(body, None, writer.lists.numbering(), beside))


def _ticked(text: Element) -> dict[str, bool]:
    """Whether each box to tick is ticked, by its identity."""
    boxes = list(text.iter(FORM + "checkbox"))
    states = [box.get(FORM + "current-state", box.get(FORM + "state", "unchecked")) == "checked" for box in boxes]
    return {name: state for box, state in zip(boxes, states, strict=True) for name in (box.get(_XML_ID), box.get(FORM + "id")) if name}


def _beside(named: Element | None, tags: tuple[str, ...], writer: _Writer) -> list[Element]:
    found = []
    for part in named.iter(*tags) if named is not None else ():
        container = element("hdr")
        container.extend(_blocks(part, writer, False, 0))
        found.append(container)
    return found


def _blocks(parent: Iterable[Element], writer: _Writer, hidden: bool, depth: int) -> Iterator[Element]:
    """The paragraphs and tables in order; sections, indexes and the like are gone through."""
    for item in parent if depth < DEEPEST else ():
        tag = item.tag
        if not isinstance(tag, str) or tag in _UNPRINTED_BLOCKS or _SOURCES.search(tag):
            continue
        if tag in _PARAGRAPHS:
            yield _paragraph(item, writer, hidden, None, depth)
        elif tag == TABLE + "table":
            yield _table(item, writer, hidden, depth + 1)
        elif tag == TEXT + "list":
            yield from _list(item, writer, hidden, depth + 1)
        elif tag.startswith(DRAW):
            paragraph = element("p")
            paragraph.extend(_drawn(item, writer, depth + 1))
            yield paragraph
        else:
            unseen = item.get(TEXT + "display") == "none" or item.get(TEXT + "is-hidden") == "true"
            yield from _blocks(item, writer, hidden or (tag == TEXT + "section" and unseen), depth + 1)


def _list(item: Element, writer: _Writer, hidden: bool, depth: int) -> Iterator[Element]:
    """The paragraphs of a list, the first of each entry with its number."""
    with writer.lists.opened(item):
        for entry in item if depth < DEEPEST else ():
            numbered = entry.tag == TEXT + "list-item"
            if numbered:
                writer.lists.begin(entry.get(TEXT + "start-value"))
            for block in entry if numbered or entry.tag == TEXT + "list-header" else ():
                if block.tag in _PARAGRAPHS:
                    yield _paragraph(block, writer, hidden, writer.lists.reference() if numbered else None, depth)
                    numbered = False
                elif block.tag == TEXT + "list":
                    yield from _list(block, writer, hidden, depth + 1)
                else:
                    yield from _blocks((block,), writer, hidden, depth + 1)


def _paragraph(item: Element, writer: _Writer, hidden: bool, reference: Element | None, depth: int) -> Element:
    made, own = element("p"), element("pPr")
    if reference is None and item.tag == TEXT + "h" and item.get(TEXT + "is-list-header") != "true":
        reference = writer.lists.heading(whole(item.get(TEXT + "outline-level"), 1))
    if reference is not None:
        own.append(reference)
    made.append(own)
    look = writer.styles.look("paragraph", item.get(TEXT + "style-name"))
    made.extend(_inline(item, writer, look, hidden, depth))
    return made


def _inline(item: Element, writer: _Writer, look: Look, hidden: bool, depth: int) -> Iterator[Element]:
    """The runs of a paragraph or span, and what is anchored in them."""
    yield from _text(squeezed(item.text), look, hidden)
    for child in item if depth < DEEPEST else ():
        tag = child.tag if isinstance(child.tag, str) else ""
        sign = literal(child) if tag else None
        if sign is not None:
            yield from _text(sign, look, hidden)
        elif tag == TEXT + "note":
            _note(child, writer, depth)
        elif tag.startswith(DRAW):
            yield from _drawn(child, writer, depth + 1)
        elif tag and tag not in UNPRINTED and not _is_prompt(child):
            named = child.get(TEXT + "style-name") if tag == TEXT + "span" else None
            inner = _over(look, writer.styles.look("text", named)) if named else look
            yield from _inline(child, writer, inner, hidden or child.get(TEXT + "is-hidden") == "true", depth + 1)
        yield from _text(squeezed(child.tail), look, hidden)


def _is_prompt(item: Element) -> bool:
    return item.tag == TEXT + "placeholder" or item.get(_LOEXT + "showing-place-holder") == "true"


def _over(look: Look, span: Look) -> Look:
    return Look(span.size or look.size, span.hidden or look.hidden, span.font or look.font)


def _text(text: str, look: Look, hidden: bool) -> Iterator[Element]:
    if not text:
        return
    run, own = element("r"), element("rPr")
    if look.size:
        own.append(element("sz", f"{look.size * 2:g}"))
    if hidden or look.hidden:
        own.append(element("vanish"))
    if look.font:
        own.append(element("rFonts", ascii=xml_text(look.font.strip("'"))))
    run.append(own)
    for part in re.split(r"([\t\n])", text):
        if part in ("\t", "\n"):
            run.append(element("tab" if part == "\t" else "br"))
        elif part:
            made = element("t")
            made.text = part
            run.append(made)
    yield run


def _note(note: Element, writer: _Writer, depth: int) -> None:
    for body in note.iterchildren(TEXT + "note-body"):
        container = element("footnote")
        container.extend(_blocks(body, writer, False, depth + 1))
        writer.notes.append(container)


def _drawn(item: Element, writer: _Writer, depth: int) -> Iterator[Element]:
    """A run with what a shape shows: the text of boxes, the state of a box to tick; pictures and objects are counted."""
    if item.tag == DRAW + "control":
        state = writer.ticked.get(item.get(DRAW + "control", ""))
        yield from _text("" if state is None else "☑" if state else "☐", Look(), False)
        return
    run, shape = element("r"), element("pict")
    run.append(shape)
    for holder in _holders(item, depth):
        box = element("txbxContent")
        box.extend(_blocks(holder, writer, False, depth + 1))
        shape.append(box)
    if not len(shape):
        kind = "OLEObject" if item.find(DRAW + "object") is not None or item.find(DRAW + "object-ole") is not None else "imagedata"
        if kind == "OLEObject" or item.find(DRAW + "image") is not None:
            shape.append(element(kind))
    if len(shape):
        yield run


def _holders(item: Element, depth: int) -> Iterator[Element]:
    """The elements of a shape, and of those grouped in it, that hold paragraphs."""
    if any(child.tag in (*_PARAGRAPHS, TEXT + "list") for child in item):
        yield item
    elif depth < DEEPEST:
        for child in item:
            if isinstance(child.tag, str) and (child.tag.startswith(DRAW) or child.tag == TABLE + "table"):
                yield from [item] if child.tag == TABLE + "table" else _holders(child, depth + 1)


def _table(table: Element, writer: _Writer, hidden: bool, depth: int) -> Element:
    made = element("tbl")
    below: dict[int, tuple[int, int]] = {}
    for row in _rows(table):
        repeated = min(max(1, whole(row.get(TABLE + "number-rows-repeated"), 1)), MOST_REPEATED)
        for _ in range(repeated):
            line = element("tr")
            line.extend(_cells(row, below, writer, hidden, depth))
            made.append(line)
    return made


def _rows(parent: Element) -> Iterator[Element]:
    for item in parent:
        if item.tag == TABLE + "table-row":
            yield item
        elif item.tag in _ROWS:
            yield from _rows(item)


def _cells(row: Element, below: dict[int, tuple[int, int]], writer: _Writer, hidden: bool, depth: int) -> Iterable[Element]:
    """The cells of a row. ``below``: first column of each cell that reaches down -> rows still to come, and its width."""
    made: list[Element] = []
    column = reach = 0
    started: dict[int, tuple[int, int]] = {}
    for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        for _ in range(min(max(1, whole(cell.get(TABLE + "number-columns-repeated"), 1)), MOST_REPEATED)):
            writer.cells += 1
            refuse_more_than(MOST_CELLS, writer.cells, writer.source)
            if cell.tag == TABLE + "covered-table-cell":
                if column in below:
                    made.append(_cell(below[column][1], "continue", ()))
                    reach = max(reach, column + below[column][1])
                elif column >= reach:
                    made.append(_cell(1, "", ()))
            else:
                rows, span = (max(1, whole(cell.get(f"{TABLE}number-{kind}-spanned"), 1)) for kind in ("rows", "columns"))
                made.append(_cell(span, "restart" if rows > 1 else "", _blocks(cell, writer, hidden, depth + 1)))
                reach = max(reach, column + span)
                if rows > 1:
                    started[column] = (rows, span)
            column += 1
    for first, (rows, span) in list(below.items()):
        below[first] = (rows - 1, span)
    below.update({first: (rows - 1, span) for first, (rows, span) in started.items()})
    for first in [first for first, (rows, _) in below.items() if rows <= 0]:
        del below[first]
    return made


def _cell(span: int, merge: str, content: Iterable[Element]) -> Element:
    made, own = element("tc"), element("tcPr")
    if span > 1:
        own.append(element("gridSpan", span))
    if merge:
        own.append(element("vMerge", merge))
    made.append(own)
    made.extend(content)
    if len(made) == 1:
        made.append(element("p"))
    return made
