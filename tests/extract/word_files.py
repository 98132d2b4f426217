"""Makes small .doc files for tests, byte by byte, with what real ones hold and converters never write."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

SECTOR = 512
TEXT_AT = 0x800
IN_TABLE, ROW_END, DEPTH, INNER_CELL, INNER_ROW = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
DELETED, HIDDEN, SPECIAL, IS_DATA, PLACE, SYMBOL, FONT = 0x0800, 0x083C, 0x0855, 0x0806, 0x6A03, 0x6A09, 0x4A4F
DEFINITION, MERGE_DOWN, MERGE, HUGE, LIST, LEVEL = 0xD608, 0xD62B, 0x5624, 0x6646, 0x460B, 0x260A


def sprm(code: int, value: int | bytes = 1) -> bytes:
    """A modifier with its value."""
    if isinstance(value, int):
        value = value.to_bytes((1, 1, 2, 4, 2, 2, 0, 3)[code >> 13], "little")
    elif code == DEFINITION:
        value = struct.pack("<H", len(value) + 1) + value
    elif code >> 13 == 6:
        value = bytes([len(value)]) + value
    return struct.pack("<H", code) + value


@dataclass
class Paragraph:
    """Runs of text with their modifiers, the mark at the end of the last one; the modifiers of the paragraph."""

    runs: Sequence[tuple[str, bytes]]
    modifiers: bytes = b""
    style: int = 0

    @property
    def length(self) -> int:
        return sum(len(text) for text, _ in self.runs)


def line(*runs: str | tuple[str, bytes], modifiers: bytes = b"", mark: bytes = b"", style: int = 0) -> Paragraph:
    """A paragraph of runs; ``mark`` are the modifiers of its mark."""
    return Paragraph([*((run, b"") if isinstance(run, str) else run for run in runs), ("\r", mark)], modifiers, style)


def cell(text: str, modifiers: bytes = b"") -> Paragraph:
    return Paragraph([(text + "\x07", b"")], sprm(IN_TABLE) + modifiers)


def definition(borders: Sequence[int], flags: Sequence[int] = ()) -> bytes:
    """Borders of a row and the merge flags of its cells; flags that are not given are not written."""
    head = bytes([len(borders) - 1]) + struct.pack(f"<{len(borders)}h", *borders)
    return sprm(DEFINITION, head + b"".join(struct.pack("<H18x", flag) for flag in flags))


def row_end(borders: Sequence[int], flags: Sequence[int] = (), more: bytes = b"", mark: bytes = b"") -> Paragraph:
    return Paragraph([("\x07", mark)], sprm(IN_TABLE) + sprm(ROW_END) + definition(borders, flags) + more)


def row(texts: Sequence[str], borders: Sequence[int] = (), flags: Sequence[int] = (), more: bytes = b"") -> list[Paragraph]:
    """The cells of a row and its end; of equal widths where no borders are given."""
    return [*map(cell, texts), row_end(borders or [2000 * i for i in range(len(texts) + 1)], flags, more)]


@dataclass
class Extras:
    """What a file holds beside text and properties. ``order``: how the pieces, one a paragraph, follow one another in
    the file; ``groups``: modifiers that pieces name; ``changes``: piece -> what it names; ``narrow``: one byte a character."""

    data: bytes = b""
    lists: bytes = b""
    overrides: bytes = b""
    fonts: Sequence[str] = ()
    styles: bytes = b""
    order: Sequence[int] = ()
    groups: Sequence[bytes] = ()
    changes: dict[int, int] = field(default_factory=dict)
    narrow: bool = False
    flags: int = 0
    version: int = 0x00C1


def doc(path: Path, paragraphs: Sequence[Paragraph], extras: Extras | None = None) -> Path:
    path.write_bytes(word(paragraphs, extras or Extras()))
    return path


def word(paragraphs: Sequence[Paragraph], extras: Extras) -> bytes:
    """The bytes of a .doc."""
    width = 1 if extras.narrow else 2
    starts = [0, *accumulate(p.length for p in paragraphs)]
    order = list(extras.order) or list(range(len(paragraphs)))
    offsets: dict[int, int] = {}
    body = b""
    for number in order:
        offsets[number] = TEXT_AT + len(body)
        text = "".join(run for run, _ in paragraphs[number].runs)
        body += text.encode("cp1252" if extras.narrow else "utf-16-le")
    characters, ends = [], []
    for number in order:
        at = offsets[number]
        ends.append((at, at + width * paragraphs[number].length, _papx(paragraphs[number])))
        for text, modifiers in paragraphs[number].runs:
            characters.append((at, at + width * len(text), bytes([len(modifiers)]) + modifiers))
            at += width * len(text)
    main = bytearray(TEXT_AT) + body
    tables = {12: _pages(main, characters, 1, 20), 13: _pages(main, ends, 13, 2)}
    tables |= {33: _pieces(starts, offsets, extras), 73: extras.lists, 74: extras.overrides, 15: _fonts(extras.fonts), 1: extras.styles}
    table = bytearray(8)
    for index, block in sorted(tables.items(), key=lambda item: item[0] == 73):
        # The levels of lists lie behind their block: it comes last.
        struct.pack_into("<II", main, 0x9A + 8 * index, len(table), len(block))
        table += block
    struct.pack_into("<HH", main, 0, 0xA5EC, extras.version)
    struct.pack_into("<H", main, 10, 0x0200 | extras.flags)
    struct.pack_into("<I", main, 0x4C, starts[-1])
    return compound({"WordDocument": bytes(main), "1Table": bytes(table), "Data": extras.data})


def _papx(paragraph: Paragraph) -> bytes:
    data = struct.pack("<H", paragraph.style) + paragraph.modifiers
    return bytes([(len(data) + 1) // 2]) + data if len(data) % 2 else bytes([0, len(data) // 2]) + data


def _pages(main: bytearray, items: Sequence[tuple[int, int, bytes]], width: int, count: int) -> bytes:
    """Appends the pages of properties; returns the list of these pages."""
    positions, numbers = [], []
    items = sorted(items)
    for at in range(0, len(items), count):
        main += bytes(-len(main) % SECTOR)
        group = items[at : at + count]
        page = bytearray(SECTOR)
        struct.pack_into(f"<{len(group) + 1}I", page, 0, *(item[0] for item in group), group[-1][1])
        end = SECTOR - 1
        for i, (_, _, data) in enumerate(group):
            end = (end - len(data)) // 2 * 2
            page[end : end + len(data)] = data
            page[4 * (len(group) + 1) + width * i] = end // 2
        assert 4 * (len(group) + 1) + width * len(group) <= end, "too much for a page"
        page[-1] = len(group)
        positions.append(group[0][0])
        numbers.append(len(main) // SECTOR)
        main += page
    return struct.pack(f"<{len(numbers) + 1}I{len(numbers)}I", *positions, items[-1][1], *numbers)


def _pieces(starts: Sequence[int], offsets: dict[int, int], extras: Extras) -> bytes:
    items = b""
    for number in range(len(starts) - 1):
        place = offsets[number] * 2 | 0x40000000 if extras.narrow else offsets[number]
        items += struct.pack("<HIH", 0, place, extras.changes.get(number, 0))
    plc = struct.pack(f"<{len(starts)}I", *starts) + items
    groups = b"".join(b"\x01" + struct.pack("<H", len(group)) + group for group in extras.groups)
    return groups + b"\x02" + struct.pack("<I", len(plc)) + plc


def _fonts(names: Sequence[str]) -> bytes:
    entries = b"".join(bytes([40 + 2 * len(n) + 1]) + bytes(39) + (n + "\0").encode("utf-16-le") for n in names)
    return struct.pack("<HH", len(names), 0) + entries if names else b""


def level(text: str, start: int = 1, form: int = 0, follow: int = 0) -> bytes:
    """A level of a list."""
    head = struct.pack("<iBB9xB8xBB2x", start, form, 0, follow, 0, 0)
    return head + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def lists(*levels: bytes) -> bytes:
    """Lists of one level each, numbered from 1 on: the block, and the levels behind it."""
    heads = b"".join(struct.pack("<ii18xBx", i, 0, 1) for i in range(1, len(levels) + 1))
    return struct.pack("<H", len(levels)) + heads + b"".join(levels)


def overrides(*identities: int) -> bytes:
    heads = b"".join(struct.pack("<i8xBBBx", i, 0, 0, 0) for i in identities)
    return struct.pack("<I", len(identities)) + heads + b"\xff\xff\xff\xff" * len(identities)


def styles(*entries: bytes) -> bytes:
    """A style sheet; an entry is the modifiers of the characters of a paragraph style based on nothing."""
    made = b""
    for number, characters in enumerate(entries):
        paragraph = struct.pack("<HH", 2, number)
        parts = paragraph + struct.pack("<H", len(characters)) + characters
        entry = struct.pack("<HHHHH", 0, 0xFFF1, 2, 0, 0) + struct.pack("<H", 1) + "a\0".encode("utf-16-le") + parts
        entry += bytes(len(entry) % 2)
        made += struct.pack("<H", len(entry)) + entry
    return struct.pack("<HHH14x", 18, len(entries), 10) + made


def compound(streams: dict[str, bytes], embedded: dict[str, bytes] | None = None) -> bytes:
    """An OLE2 file of streams, each long enough for whole sectors; those of an embedded document stand first in its directory."""
    inner = embedded or {}
    bodies = [*inner.items(), *streams.items()]
    sectors: list[bytes] = []
    fat: list[int] = []
    folder = len(bodies) + 1
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=folder)]
    for i, (name, data) in enumerate(bodies, 1):
        whole = data.ljust(4096, b"\0")
        last = i in (len(inner), len(bodies))
        entries.append(_entry(name, 2, len(sectors), len(whole), right=0xFFFFFFFF if last else i + 1))
        _append(sectors, fat, whole)
    entries.append(_entry("ObjectPool", 1, 0, 0, child=1 if inner else 0xFFFFFFFF, right=len(inner) + 1))
    directory = len(sectors)
    _append(sectors, fat, b"".join(entries))
    table = len(sectors)
    count = 1
    while (len(fat) + count) * 4 > count * SECTOR:
        count += 1
    fat += [0xFFFFFFFD] * count
    raw = struct.pack(f"<{len(fat)}I", *fat).ljust(count * SECTOR, b"\xff")
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    listed = struct.pack("<109I", *range(table, table + count), *[0xFFFFFFFF] * (109 - count))
    return head + listed + b"".join(sectors) + raw


def _append(sectors: list[bytes], fat: list[int], data: bytes) -> None:
    count = -(-len(data) // SECTOR)
    fat += [*range(len(sectors) + 1, len(sectors) + count), 0xFFFFFFFE]
    sectors += [data[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(data), SECTOR)]


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return raw.ljust(64, b"\0") + struct.pack("<HBBIII36xIII", len(raw), kind, 1, 0xFFFFFFFF, right, child, start, size, 0)
