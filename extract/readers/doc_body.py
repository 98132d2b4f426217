"""The text of a .doc with its properties -> a body of WordprocessingML, which the walk over .docx reads.

Both formats know the same things (runs, fields, rows with merges, text boxes), so that what is printed of them is decided in one
place. Where a .doc says less than its text needs (a row without its widths), UnclearError is raised and nothing is guessed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import TypeAlias

from lxml import etree

from extract.problem import UnreadableError
from extract.readers.doc_file import Modifier, Properties, Run, WordFile
from extract.readers.doc_styles import FONT, HIDDEN, SIZE, element, fonts, numbered, xml_text

Element: TypeAlias = etree._Element

VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"

_IN_TABLE, _ROW_END, _DEPTH, _DEPTH_CHANGE, _INNER_CELL, _INNER_ROW = 0x2416, 0x2417, 0x6649, 0x664A, 0x244B, 0x244C
_DELETED, _STYLE, _SYMBOL, _PLACE, _IS_DATA, _IS_OBJECT, _IS_OLE = 0x0800, 0x4A30, 0x6A09, 0x6A03, 0x0806, 0x0856, 0x080A
_SPECIAL = 0x0855
_DEFINITION, _MERGE, _SPLIT, _MERGE_DOWN = 0xD608, 0x5624, 0x5625, 0xD62B
_CELL, _PARAGRAPH, _BREAK, _PAGE = "\x07", "\r", "\x0b", "\x0c"
_TEXT_FORM, _BOX_FORM, _LIST_FORM = 0, 1, 2
_UNSET = 25
_FORM_FIELD = b"\xff\xff\xff\xff"  # data of a link is kept in the same way


class UnclearError(UnreadableError):
    """The file leaves open where something of it stands; another program may know more."""


@dataclass(slots=True)
class _Row:
    """A row: its cells, their borders from left to right in twentieths of a point, and how each is merged."""

    cells: list[list[Element]]
    borders: list[int] = field(default_factory=list)
    across: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True)
class _Level:
    """A table that is open: finished rows, finished cells of the row at hand, and what stands in the cell at hand."""

    rows: list[_Row] = field(default_factory=list)
    cells: list[list[Element]] = field(default_factory=list)
    content: list[Element] = field(default_factory=list)


class BodyWriter:
    """Writes parts of the text of one .doc as WordprocessingML."""

    def __init__(self, word: WordFile, source: str) -> None:
        self._word = word
        self._source = source
        self._fonts = fonts(word)
        self._begun: list[Element] = []
        start = word.parts["boxes"][0]
        self._boxes = {shape: (start + first, start + end) for shape, first, end in word.boxes if shape}

    def body(self) -> Element:
        """The body; text boxes whose anchor is not found stand at its end."""
        body = self.part("body")
        for first, end in self._boxes.values():
            paragraph, run = element("p"), element("r")
            run.append(self._box(first, end))
            paragraph.append(run)
            body.append(paragraph)
        return body

    def part(self, name: str) -> Element:
        """One part of the text: body, headers, footnotes, endnotes."""
        body = element("body")
        body.extend(self._blocks(*self._word.parts[name]))
        return body

    def _blocks(self, start: int, end: int) -> list[Element]:
        levels = [_Level()]
        for first, mark in _paragraphs(self._word, start, end):
            properties = self._word.paragraph(mark)
            found = {m.code: m for m in properties.modifiers}
            depth = _depth(found)
            while len(levels) - 1 > depth:
                self._close(levels)
            while len(levels) - 1 < depth:
                levels.append(_Level())
            self._take(levels[-1], found, first, mark, properties)
        while len(levels) > 1:
            self._close(levels)
        return levels[0].content

    def _take(self, level: _Level, found: dict[int, Modifier], first: int, mark: int, properties: Properties) -> None:
        """A paragraph into the level that it stands in: as such, as the last one of a cell, or as the end of a row."""
        runs = list(self._word.runs(first, mark + 1))
        if _is_set(found, _ROW_END) or _is_set(found, _INNER_ROW):
            row = _row(level.cells, properties.modifiers)
            row.deleted = _flag(runs[-1].modifiers, _DELETED)
            level.rows.append(row)
            level.cells, level.content = [], []
            return
        level.content.append(self._paragraph(runs, properties))
        if self._word.text[mark] == _CELL or _is_set(found, _INNER_CELL):
            level.cells.append(level.content)
            level.content = []

    def _close(self, levels: list[_Level]) -> None:
        """The innermost table, finished, into what it stands in."""
        level = levels.pop()
        if level.cells or any(_has_text(e) for e in level.content):
            raise UnclearError(f"{self._source} holds a row of a table without an end.")
        for row in level.rows:
            if len(row.borders) != len(row.cells) + 1 or any(a > b for a, b in pairwise(row.borders)):
                raise UnclearError(f"{self._source} holds a row of a table that does not say where its cells stand.")
        if level.rows:
            levels[-1].content.append(_table(level.rows))

    def _paragraph(self, runs: Sequence[Run], properties: Properties) -> Element:
        paragraph, own = element("p"), element("pPr")
        own.append(element("pStyle", properties.style))
        if (list_properties := numbered(properties.modifiers)) is not None:
            own.append(list_properties)
        if _flag(runs[-1].modifiers, _DELETED):
            mark = element("rPr")
            mark.append(element("del"))
            own.append(mark)
        paragraph.append(own)
        for run in runs:
            paragraph.extend(self._run(run))
        return paragraph

    def _run(self, run: Run) -> Iterator[Element]:
        if _flag(run.modifiers, _DELETED):
            return
        text = self._word.text[run.start : run.end]
        look = self._look(run.modifiers)
        made = element("r")
        made.append(look)
        for position, piece in _split(text, run.start):
            made.extend(self._piece(piece, position, run.modifiers))
        if len(made) > 1:
            yield made

    def _look(self, found: Sequence[Modifier]) -> Element:
        look = element("rPr")
        for modifier in found:
            if modifier.code == _STYLE:
                look.append(element("rStyle", modifier.number))
            elif modifier.code == SIZE:
                look.append(element("sz", modifier.number))
            elif modifier.code == HIDDEN and modifier.number in (0, 1, 0x81):
                look.append(element("vanish", int(modifier.number != 0)))
            elif modifier.code == FONT and modifier.number < len(self._fonts):
                look.append(element("rFonts", ascii=xml_text(self._fonts[modifier.number])))
        return look

    def _piece(self, piece: str, position: int, found: Sequence[Modifier]) -> Iterator[Element]:
        """What stands for some characters of equal kind."""
        given = {m.code: m for m in found}
        if _SYMBOL in given and piece.strip(_PARAGRAPH + _CELL):
            font, code = struct.unpack("<HH", given[_SYMBOL].value)
            yield element("sym", font=xml_text(self._fonts[font]) if font < len(self._fonts) else "", char=f"{code:04X}")
        elif piece[0] >= " ":
            text = element("t")
            text.text = xml_text(piece)
            yield text
        else:
            yield from self._sign(piece, position, given)

    def _sign(self, sign: str, position: int, given: dict[int, Modifier]) -> Iterator[Element]:
        if sign == "\t":
            yield element("tab")
        elif sign == _BREAK:
            yield element("br")
        elif sign == "\x1e":
            yield element("noBreakHyphen")
        elif sign in _FIELD_SIGNS:
            yield self._field(sign)
        elif sign == "\x01" and _is_set(given, _IS_DATA):
            self._form(given)
        elif sign in "\x01\x08" and _is_set(given, _SPECIAL) and self._word.text[max(position - 1, 0)] != "\x08":
            # A shape in the line of the text is followed by a picture of it.
            yield self._drawn(position, given)

    def _field(self, sign: str) -> Element:
        char = element("fldChar", fldCharType=_FIELD_SIGNS[sign])
        if sign == "\x13":
            self._begun.append(char)
        elif sign == "\x15" and self._begun:
            self._begun.pop()
        return char

    def _form(self, given: dict[int, Modifier]) -> None:
        """Gives the field that is open what its form field shows: a box to tick, or the entry chosen from a list."""
        shown = _form_field(self._word.data, given[_PLACE].number) if _PLACE in given and self._begun else None
        if shown is not None:
            form = element("ffData")
            form.append(shown)
            self._begun[-1].append(form)

    def _drawn(self, position: int, given: dict[int, Modifier]) -> Element:
        """A text box, or the sign of a picture or object, which are counted."""
        place = self._boxes.pop(self._word.anchors.get(position, 0), None)
        if place is not None:
            return self._box(*place)
        picture = element("pict")
        is_object = _is_set(given, _IS_OBJECT) or _is_set(given, _IS_OLE)
        etree.SubElement(picture, OFFICE + "OLEObject" if is_object else VML + "imagedata")
        return picture

    def _box(self, first: int, end: int) -> Element:
        picture, content = element("pict"), element("txbxContent")
        content.extend(self._blocks(first, end))
        picture.append(content)
        return picture


_FIELD_SIGNS = {"\x13": "begin", "\x14": "separate", "\x15": "end"}


def _paragraphs(word: WordFile, start: int, end: int) -> Iterator[tuple[int, int]]:
    """First character and mark of each paragraph; text without a mark at the end of a part is one too."""
    first = start
    for position in range(start, min(end, len(word.text))):
        sign = word.text[position]
        if sign in (_PARAGRAPH, _CELL) or (sign == _PAGE and word.ends_paragraph(position)):
            yield first, position
            first = position + 1
    if first < end:
        yield first, end - 1


def _split(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Stretches of printed characters, and each sign alone, with where they begin."""
    for printed, stretch in groupby(enumerate(text, start), key=lambda item: item[1] >= " "):
        items = list(stretch)
        if printed:
            yield items[0][0], "".join(character for _, character in items)
        else:
            yield from items


def _depth(found: dict[int, Modifier]) -> int:
    """How deep in tables a paragraph stands."""
    depth = found[_DEPTH].number if _DEPTH in found else 0
    if _DEPTH_CHANGE in found:
        depth += int.from_bytes(found[_DEPTH_CHANGE].value, "little", signed=True)
    return max(min(depth, 50), int(_is_set(found, _IN_TABLE)))


def _is_set(found: dict[int, Modifier], code: int) -> bool:
    return code in found and found[code].number & 1 == 1


def _flag(found: Iterable[Modifier], code: int) -> bool:
    return _is_set({m.code: m for m in found}, code)


def _has_text(block: Element) -> bool:
    return any((text.text or "").strip() for text in block.iter(element("t").tag))


def _row(cells: list[list[Element]], found: Sequence[Modifier]) -> _Row:
    row = _Row(cells)
    for modifier in found:
        if modifier.code == _DEFINITION and modifier.value:
            _define(row, modifier.value)
        elif modifier.code in (_MERGE, _SPLIT) and len(modifier.value) == 2:
            first, end = modifier.value
            for i in range(first, min(end, len(row.across))):
                row.across[i] = 0 if modifier.code == _SPLIT else 2 if i > first else 1
        elif modifier.code == _MERGE_DOWN and len(modifier.value) == 2 and modifier.value[0] < len(row.down):
            row.down[modifier.value[0]] = modifier.value[1] & 3
    return row


def _define(row: _Row, data: bytes) -> None:
    """Takes borders and merges of the cells of a row ('TDefTable'); flags that are cut off are those of a plain cell."""
    count = data[0]
    if len(data) < 1 + 2 * (count + 1):
        return
    row.borders = list(struct.unpack_from(f"<{count + 1}h", data, 1))
    start = 1 + 2 * (count + 1)
    flags = [int.from_bytes(data[start + 20 * i : start + 20 * i + 2], "little") for i in range(count)]
    row.across = [value & 3 for value in flags]
    row.down = [value >> 5 & 3 for value in flags]


def _table(rows: Sequence[_Row]) -> Element:
    """The rows on one grid of all their borders."""
    table, grid = element("tbl"), element("tblGrid")
    borders = sorted({border for row in rows for border in row.borders})
    at = {border: i for i, border in enumerate(borders)}
    grid.extend(element("gridCol", w=right - left) for left, right in pairwise(borders))
    table.append(grid)
    for row in rows:
        made, own = element("tr"), element("trPr")
        own.append(element("gridBefore", at[row.borders[0]]))
        own.append(element("gridAfter", len(borders) - 1 - at[row.borders[-1]]))
        if row.deleted:
            own.append(element("del"))
        made.append(own)
        made.extend(_cells(row, at))
        table.append(made)
    return table


def _cells(row: _Row, at: dict[int, int]) -> Iterator[Element]:
    first_of_merge = 0
    for i, content in enumerate(row.cells):
        span = at[row.borders[i + 1]] - at[row.borders[i]]
        across, down = row.across[i], row.down[i]
        if not span and not any(_has_text(block) for block in content):
            continue
        cell, own = element("tc"), element("tcPr")
        own.append(element("gridSpan", span))
        own.append(element("tcW", w=row.borders[i + 1] - row.borders[i], type="dxa"))
        # Descriptions of the format disagree on which number begins a merge: the first of a run does.
        goes_on = bool(across) and i > 0 and bool(row.across[i - 1]) and across != first_of_merge
        first_of_merge = first_of_merge if goes_on else across
        if goes_on:
            own.append(element("hMerge", "continue"))
        if down:
            own.append(element("vMerge", "restart" if down & 2 else "continue"))
        cell.append(own)
        cell.extend(content)
        yield cell


def _form_field(data: bytes, place: int) -> Element | None:
    """What a form field shows beside text: its box, or its list with the chosen entry ('FFData')."""
    header = int.from_bytes(data[place + 4 : place + 6], "little")
    position = place + header
    if not header or data[position : position + 4] != _FORM_FIELD:
        return None
    flags = struct.unpack_from("<H", data, position + 4)[0]
    kind, result = flags & 3, flags >> 2 & 0x1F
    if kind == _TEXT_FORM:
        return None
    position += 10
    _, position = _counted(data, position)
    default = struct.unpack_from("<H", data, position)[0]
    chosen = default if result == _UNSET else result
    if kind == _BOX_FORM:
        box = element("checkBox")
        box.append(element("checked", int(chosen != 0)))
        return box
    position += 2
    for _ in range(5):  # the text's format, help and status texts, the macros at entry and exit
        _, position = _counted(data, position)
    choices = element("ddList")
    choices.append(element("result", chosen))
    choices.extend(element("listEntry", entry) for entry in _entries(data, position))
    return choices


def _counted(data: bytes, position: int) -> tuple[str, int]:
    """A text with its length before and a zero behind it, and where it ends."""
    length = struct.unpack_from("<H", data, position)[0]
    end = position + 2 + 2 * length
    return data[position + 2 : end].decode("utf-16-le", "replace"), end + 2


def _entries(data: bytes, position: int) -> Iterator[str]:
    count = struct.unpack_from("<H", data, position + 2)[0]
    position += 6
    for _ in range(min(count, 25)):
        length = struct.unpack_from("<H", data, position)[0]
        yield xml_text(data[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace"))
        position += 2 + 2 * length
