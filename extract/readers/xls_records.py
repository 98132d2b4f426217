"""The records of an .xls sheet that xlrd passes over -> drop-down lists, text boxes, pictures."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import xlrd

from extract.readers.addresses import column_name
from extract.readers.xlsx_drawings import BoxLine, Drawing, TextBox
from extract.readers.xlsx_sheet import Area, Choice

_BOF, _EOF, _CONTINUE = (0x0809, 0x0409, 0x0209, 0x0009), 0x000A, 0x003C
_DRAWING, _OBJECT, _TEXT, _VALIDATION = 0x00EC, 0x005D, 0x01B6, 0x01BE
_PICTURE, _NOTE = 0x08, 0x19
_LIST = 3
_STATES_ITS_ENTRIES = 0x80
_ANCHOR = b"\x10\xf0\x12\x00\x00\x00"
_LAST_ROW, _LAST_COLUMN = 65_535, 255


@dataclass(frozen=True, slots=True)
class Extras:
    """What a sheet holds beside its cells."""

    choices: list[Choice] = field(default_factory=list)
    drawing: Drawing = field(default_factory=Drawing)


class _Record(NamedTuple):
    code: int
    data: bytes


def extras(book: xlrd.Book, number: int) -> Extras:
    """What a sheet of an opened workbook holds beside its cells. Raises struct.error or IndexError where it is damaged."""
    if book.biff_version < 80:
        return Extras()
    choices: list[Choice] = []
    boxes: list[TextBox] = []
    pictures, row, kind, waiting = 0, 0, 0, False
    for record in _records(book.mem, book._sh_abs_posn[number]):
        if record.code == _VALIDATION:
            choices.extend(_choice(record.data, book))
        elif record.code == _DRAWING:
            at = record.data.rfind(_ANCHOR)
            row = struct.unpack_from("<H", record.data, at + 12)[0] if 0 <= at <= len(record.data) - 24 else row
        elif record.code == _OBJECT:
            kind = struct.unpack_from("<H", record.data, 4)[0]
            pictures += kind == _PICTURE
        elif record.code == _TEXT:
            waiting = kind != _NOTE and struct.unpack_from("<H", record.data, 10)[0] > 0
            continue
        elif record.code == _CONTINUE and waiting:
            boxes.append(TextBox(row + 1, tuple(_lines(record.data))))
        waiting = False
    return Extras(choices, Drawing(tuple(box for box in boxes if box.lines), pictures))


def _records(data: bytes, position: int) -> Iterator[_Record]:
    """The records of a sheet, without those of charts in it."""
    depth = 0
    while position + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, position)
        if code in _BOF:
            depth += 1
        elif code == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield _Record(code, bytes(data[position + 4 : position + 4 + size]))
        position += 4 + size


def _lines(data: bytes) -> Iterator[BoxLine]:
    text = data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "replace")
    return (BoxLine(line.strip(), 0.0) for line in text.replace("\r", "\n").split("\n") if line.strip())


def _choice(data: bytes, book: xlrd.Book) -> Iterator[Choice]:
    """The drop-down list that a validation offers, where its entries stand in cells."""
    flags = struct.unpack_from("<I", data, 0)[0]
    if flags & 0x0F != _LIST or flags & _STATES_ITS_ENTRIES:
        return
    position = 4
    for _ in range(4):  # titles and texts of prompt and error
        length, wide = struct.unpack_from("<HB", data, position)
        position += 3 + length * (2 if wide & 1 else 1)
    size = struct.unpack_from("<H", data, position)[0]
    source = _reference(data[position + 4 : position + 4 + size], book)
    position += 4 + size
    position += 4 + struct.unpack_from("<H", data, position)[0]
    count = struct.unpack_from("<H", data, position)[0]
    if source:
        places = (struct.unpack_from("<4H", data, position + 2 + 8 * i) for i in range(count))
        yield Choice(tuple(Area(top + 1, left + 1, bottom + 1, right + 1) for top, bottom, left, right in places), source)


def _reference(formula: bytes, book: xlrd.Book) -> str:
    """The area that a formula of one token names, as it is written in a sheet; blank where it names none."""
    token = formula[0] & 0x1F | 0x20 if formula else 0
    if token == 0x25:
        return _area(*struct.unpack_from("<4H", formula, 1))
    if token == 0x3B:
        sheet, top, bottom, left, right = struct.unpack_from("<5H", formula, 1)
        return _sheet_name(book, sheet) + _area(top, bottom, left, right)
    if token == 0x23:
        named = struct.unpack_from("<H", formula, 1)[0] - 1
        return _named(book, named)
    return ""


def _area(top: int, bottom: int, left: int, right: int) -> str:
    left, right = left & 0xFF, right & 0xFF
    if (top, bottom) == (0, _LAST_ROW):
        return f"${column_name(left + 1)}:${column_name(right + 1)}"
    return f"${column_name(left + 1)}${top + 1}:${column_name(right + 1)}${bottom + 1}"


def _sheet_name(book: xlrd.Book, reference: int) -> str:
    known = book._externsheet_info
    number = known[reference][1] if reference < len(known) else -1
    names = book.sheet_names()
    return f"'{names[number].replace(chr(39), chr(39) * 2)}'!" if 0 <= number < len(names) else ""


def _named(book: xlrd.Book, index: int) -> str:
    names = book.name_obj_list
    result = names[index].result if 0 <= index < len(names) else None
    if result is None or not isinstance(result.value, list) or len(result.value) != 1:
        return ""
    first, _, top, bottom, left, right = result.value[0].coords
    sheets = book.sheet_names()
    name = sheets[first].replace("'", "''") if 0 <= first < len(sheets) else ""
    return f"'{name}'!{_area(top, bottom - 1, left, right - 1)}" if name else ""
