"""A Word 97-2003 .doc file -> its characters with the raw properties of each run and paragraph.

The text lies in pieces; properties lie in pages of 512 bytes by position in the file, as lists of modifiers (a number that says
what is set, then the value). After [MS-DOC]; names in quotes are its names.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from extract.compound import Compound
from extract.package import FETCH_AGAIN
from extract.problem import UnreadableError

WORD_97 = 0x00C1
_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PAGE = 512
# Where 'FibRgLw97' keeps the lengths of the parts of the text, in the order in which these follow one another.
_LENGTHS = {"body": 0x4C, "footnotes": 0x50, "headers": 0x54, "macros": 0x58, "comments": 0x5C, "endnotes": 0x60, "boxes": 0x64}
_STYLES, _CHARACTER_PAGES, _PARAGRAPH_PAGES, _FONTS = 1, 12, 13, 15
_PIECES, _SHAPES, _BOXES, _LISTS, _OVERRIDES = 33, 40, 56, 73, 74
_COMPRESSED = 0x40000000
_TABLE_DEFINITIONS = (0xD606, 0xD608)
_TABS = 0xC615
_HUGE, _HUGE_OLD, _TABLE_PROPERTIES = 0x6646, 0x6645, 0x646B
# Modifiers that a piece names in one byte: the marks of tracked changes, the table flags, hidden text.
_SHORT = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x42: 0x0801, 0x43: 0x0802, 0x5C: 0x083C}
# Characters that a piece of one byte a character keeps apart from Latin-1.
_CP1252 = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}


class Modifier(NamedTuple):
    """A property that is set ('sprm') and its value."""

    code: int
    value: bytes

    @property
    def number(self) -> int:
        """The value as a whole number without sign."""
        return int.from_bytes(self.value, "little")


class Piece(NamedTuple):
    """A stretch of text: its characters by number from ``start`` on, where they lie in the file, how wide one is."""

    start: int
    end: int
    offset: int
    width: int
    extra: tuple[Modifier, ...]


class Run(NamedTuple):
    """A stretch of characters with the same properties."""

    start: int
    end: int
    modifiers: tuple[Modifier, ...]


class Stretch(NamedTuple):
    """A stretch of the file with the properties of a run or paragraph; ``style`` is that of a paragraph."""

    start: int
    end: int
    data: bytes
    style: int = 0


@dataclass(frozen=True, slots=True)
class Properties:
    """What the file says of a paragraph itself: its style and what is set beyond it."""

    style: int
    modifiers: tuple[Modifier, ...]


class WordFile:
    """An opened .doc. Raises UnreadableError where it is protected or damaged; struct.error and IndexError, which the
    reader turns into one, where a part points to bytes that are not there."""

    def __init__(self, data: bytes, source: str) -> None:
        compound = Compound(data, source)
        self.main = compound.stream("WordDocument")
        magic, self.version = struct.unpack_from("<HH", self.main, 0)
        flags = struct.unpack_from("<H", self.main, 10)[0]
        if flags & _ENCRYPTED:
            raise UnreadableError(f"{source} is protected with a password.", "Open it with the password and save it without one.")
        if magic != _MAGIC or self.version < WORD_97:
            raise OlderWordError(f"{source} was written by a Word older than 97.")
        self.table = compound.stream("1Table" if flags & _SECOND_TABLE else "0Table")
        self.data = compound.stream("Data") if "Data" in compound.names else b""
        self._source = source
        self.pieces = self._read_pieces()
        self.text = "".join(self._characters(piece) for piece in self.pieces)
        self.parts = self._read_parts()

    def _read_parts(self) -> dict[str, tuple[int, int]]:
        """First character and end of each part of the text, by name."""
        parts, start = {}, 0
        for name, offset in _LENGTHS.items():
            length = struct.unpack_from("<I", self.main, offset)[0]
            parts[name] = (start, start + length)
            start += length
        if start > len(self.text):
            raise UnreadableError(f"{self._source} is damaged or cut short: it holds less text than it says.", FETCH_AGAIN)
        return parts

    def block(self, index: int) -> bytes:
        """A block of the table stream by its number in 'FibRgFcLcb97'; nothing where the file has none."""
        start, length = struct.unpack_from("<II", self.main, 0x9A + 8 * index)
        return self.table[start : start + length]

    @property
    def styles(self) -> bytes:
        return self.block(_STYLES)

    @property
    def fonts(self) -> bytes:
        return self.block(_FONTS)

    @property
    def lists(self) -> bytes:
        """The lists, and what follows them: the levels lie behind the block itself."""
        start, length = struct.unpack_from("<II", self.main, 0x9A + 8 * _LISTS)
        return self.table[start:] if length else b""

    @property
    def overrides(self) -> bytes:
        return self.block(_OVERRIDES)

    @cached_property
    def anchors(self) -> dict[int, int]:
        """Character that a shape is anchored at -> the shape's number."""
        return {position: struct.unpack_from("<I", data)[0] for position, _, data in _plc(self.block(_SHAPES), 26)}

    @cached_property
    def boxes(self) -> list[tuple[int, int, int]]:
        """(shape's number, first character, end) of the text in boxes, counted from the start of that part."""
        return [(struct.unpack_from("<I", data, 14)[0], start, end) for start, end, data in _plc(self.block(_BOXES), 22)]

    def _read_pieces(self) -> list[Piece]:
        data = self.block(_PIECES)
        groups: list[tuple[Modifier, ...]] = []
        position = 0
        while position < len(data) and data[position] == 1:
            size = struct.unpack_from("<H", data, position + 1)[0]
            groups.append(tuple(modifiers(data[position + 3 : position + 3 + size])))
            position += 3 + size
        if position >= len(data) or data[position] != 2:
            raise UnreadableError(f"{self._source} is damaged or cut short: the list of its pieces is not there.", FETCH_AGAIN)
        size = struct.unpack_from("<I", data, position + 1)[0]
        return [_piece(start, end, item, groups) for start, end, item in _plc(data[position + 5 : position + 5 + size], 8)]

    def _characters(self, piece: Piece) -> str:
        """The characters of a piece; half of a pair that stands for one character counts as one."""
        count = piece.end - piece.start
        raw = self.main[piece.offset : piece.offset + count * piece.width]
        if len(raw) < count * piece.width:
            raise UnreadableError(f"{self._source} is damaged or cut short: its text ends early.", FETCH_AGAIN)
        if piece.width == 2:
            return "".join(map(chr, struct.unpack(f"<{count}H", raw)))
        return raw.decode("latin-1").translate(_CP1252)

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """The runs of the characters from one to another."""
        for piece in islice(self.pieces, max(bisect_right(self._piece_starts, start) - 1, 0), None):
            if piece.start >= end:
                return
            position, stop = max(piece.start, start), min(piece.end, end)
            while position < stop:
                offset = piece.offset + (position - piece.start) * piece.width
                stretch = _find(self._character_stretches, self._character_starts, offset)
                until = stop if stretch is None else min(stop, position + -(-(stretch.end - offset) // piece.width))
                own = modifiers(stretch.data) if stretch is not None else ()
                yield Run(position, until, (*own, *piece.extra))
                position = until

    def paragraph(self, mark: int) -> Properties:
        """The properties of the paragraph that the character ``mark`` ends."""
        piece = self._piece_at(mark)
        stretch = _find(self._paragraph_stretches, self._paragraph_starts, piece.offset + (mark - piece.start) * piece.width)
        if stretch is None:
            return Properties(0, piece.extra)
        return Properties(stretch.style, (*self._resolved(stretch.data), *piece.extra))

    def ends_paragraph(self, position: int) -> bool:
        """True where the file keeps properties for a paragraph that ends with this character."""
        piece = self._piece_at(position)
        offset = piece.offset + (position - piece.start) * piece.width
        stretch = _find(self._paragraph_stretches, self._paragraph_starts, offset)
        return stretch is not None and stretch.end == offset + piece.width

    def _piece_at(self, position: int) -> Piece:
        return self.pieces[bisect_right(self._piece_starts, position) - 1]

    def _resolved(self, data: bytes) -> Iterator[Modifier]:
        """The modifiers of a paragraph, with those that were too long for their page."""
        for modifier in modifiers(data):
            if modifier.code in (_HUGE, _HUGE_OLD, _TABLE_PROPERTIES):
                size = struct.unpack_from("<H", self.data, modifier.number)[0]
                yield from modifiers(self.data[modifier.number + 2 : modifier.number + 2 + size])
            else:
                yield modifier

    @cached_property
    def _piece_starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    @cached_property
    def _character_stretches(self) -> list[Stretch]:
        return sorted(s for page in self._pages(_CHARACTER_PAGES) for s in _character_page(page))

    @cached_property
    def _character_starts(self) -> list[int]:
        return [stretch.start for stretch in self._character_stretches]

    @cached_property
    def _paragraph_stretches(self) -> list[Stretch]:
        return sorted(s for page in self._pages(_PARAGRAPH_PAGES) for s in _paragraph_page(page))

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [stretch.start for stretch in self._paragraph_stretches]

    def _pages(self, index: int) -> Iterator[bytes]:
        for _, _, data in _plc(self.block(index), 4):
            number = struct.unpack("<I", data)[0] & 0x3FFFFF
            yield self.main[number * _PAGE : (number + 1) * _PAGE]


class OlderWordError(UnreadableError):
    """The file is of Word 6 or 95, whose layout is another."""


def _piece(start: int, end: int, item: bytes, groups: Sequence[tuple[Modifier, ...]]) -> Piece:
    _, offset, change = struct.unpack("<HIH", item)
    width = 1 if offset & _COMPRESSED else 2
    place = (offset & ~_COMPRESSED) // 2 if width == 1 else offset
    extra: tuple[Modifier, ...] = ()
    if change & 1:
        extra = groups[change >> 1]
    elif (code := _SHORT.get(change >> 1 & 0x7F)) is not None:
        extra = (Modifier(code, bytes([change >> 8])),)
    return Piece(start, end, place, width, extra)


@lru_cache(maxsize=4096)
def modifiers(data: bytes) -> tuple[Modifier, ...]:
    """The modifiers in a list of them ('grpprl'); what is cut off at its end is left out."""
    found: list[Modifier] = []
    position = 0
    while position + 3 <= len(data):
        code = struct.unpack_from("<H", data, position)[0]
        position += 2
        start, end = _operand(code, data, position)
        if end > len(data):
            break
        found.append(Modifier(code, data[start:end]))
        position = end
    return tuple(found)


def _operand(code: int, data: bytes, position: int) -> tuple[int, int]:
    """Where the value of a modifier begins and ends."""
    if code in _TABLE_DEFINITIONS:
        size = int.from_bytes(data[position : position + 2], "little")
        return position + 2, position + 1 + max(size, 1)
    kind = code >> 13
    if kind != 6:
        return position, position + (1, 1, 2, 4, 2, 2, 0, 3)[kind]
    size = data[position]
    if code == _TABS and size == 255:
        deleted = data[position + 1]
        added = data[position + 2 + 4 * deleted] if position + 2 + 4 * deleted < len(data) else 0
        size = 2 + 4 * deleted + 3 * added
    return position + 1, position + 1 + size


def _plc(data: bytes, width: int) -> Iterator[tuple[int, int, bytes]]:
    """The items of a list by position ('PLC'): start, end, what is kept for the stretch."""
    count = max(len(data) - 4, 0) // (4 + width)
    positions = struct.unpack_from(f"<{count + 1}I", data) if count else ()
    for i in range(count):
        start = 4 * (count + 1) + width * i
        yield positions[i], positions[i + 1], data[start : start + width]


def _character_page(page: bytes) -> Iterator[Stretch]:
    count = page[_PAGE - 1]
    offsets = struct.unpack_from(f"<{count + 1}I", page)
    for i in range(count):
        at = page[4 * (count + 1) + i] * 2
        yield Stretch(offsets[i], offsets[i + 1], page[at + 1 : at + 1 + page[at]] if at else b"")


def _paragraph_page(page: bytes) -> Iterator[Stretch]:
    count = page[_PAGE - 1]
    offsets = struct.unpack_from(f"<{count + 1}I", page)
    for i in range(count):
        at = page[4 * (count + 1) + 13 * i] * 2
        if not at:
            yield Stretch(offsets[i], offsets[i + 1], b"")
            continue
        size = 2 * page[at] - 1
        if not page[at]:
            at += 1
            size = 2 * page[at]
        data = page[at + 1 : at + 1 + size]
        yield Stretch(offsets[i], offsets[i + 1], data[2:], struct.unpack_from("<H", data)[0])


def _find(stretches: Sequence[Stretch], starts: Sequence[int], offset: int) -> Stretch | None:
    i = bisect_right(starts, offset) - 1
    return stretches[i] if i >= 0 and offset < stretches[i].end else None
