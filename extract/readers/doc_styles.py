"""Styles and lists of a .doc -> the parts ``styles`` and ``numbering`` of WordprocessingML, as far as the walk reads them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lxml import etree

from extract.readers.doc_file import Modifier, WordFile, modifiers

Element: TypeAlias = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SIZE, HIDDEN, FONT, LIST, LEVEL = 0x4A43, 0x083C, 0x4A4F, 0x460B, 0x260A
_PARAGRAPH, _CHARACTER = 1, 2
_NO_STYLE = 0x0FFF
_NO_LIST = 0xF801
_WORD_SIZE = 20  # half points, where no style says otherwise
# The ways to count in the order of their numbers ('MSONFC'), which is that of WordprocessingML.
FORMS = (
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText", "hex", "chicago",
    "ideographDigital", "japaneseCounting", "aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth", "japaneseLegal",
    "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2", "aiueoFullWidth", "irohaFullWidth", "decimalZero",
    "bullet", "ganada", "chosung", "decimalEnclosedFullstop", "decimalEnclosedParen", "decimalEnclosedCircleChinese",
    "ideographEnclosedCircle", "ideographTraditional", "ideographZodiac", "ideographZodiacTraditional", "taiwaneseCounting",
    "ideographLegalTraditional", "taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting", "chineseLegalSimplified",
    "chineseCountingThousand",
)  # fmt: skip
_SUFFIXES = ("tab", "space", "nothing")


def element(name: str, value: object = None, **attributes: object) -> Element:
    """An element of WordprocessingML with its attributes; ``value`` is the one called ``val``."""
    made = etree.Element(W + name)
    for key, given in (("val", value), *attributes.items()):
        if given is not None:
            made.set(W + key, str(given))
    return made


def xml_text(text: str) -> str:
    """Characters of a .doc as text: halves of a pair joined, what XML cannot hold left out."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(c for c in joined if c >= " " and c not in "\ufffe\uffff")


def numbered(found: Sequence[Modifier]) -> Element | None:
    """The ``numPr`` for what a paragraph or style says of its list, None where it says nothing."""
    number = next((m.number for m in reversed(found) if m.code == LIST), None)
    level = next((m.number for m in reversed(found) if m.code == LEVEL), None)
    if number is None and level is None:
        return None
    properties = element("numPr")
    properties.append(element("ilvl", min(level or 0, 8)))
    if number is not None:
        number = 0 if number == _NO_LIST else 0x10000 - number if number > _NO_LIST else number
        properties.append(element("numId", number))
    return properties


def styles(word: WordFile) -> Element:
    """The part ``styles``: what each style is based on, its size, hiddenness and list."""
    root = element("styles")
    defaults = element("rPr")
    defaults.append(element("sz", _WORD_SIZE))
    for name in ("rPrDefault", "docDefaults"):
        outer = element(name)
        outer.append(defaults)
        defaults = outer
    root.append(defaults)
    root.extend(_style(style) for style in _stored(word.styles))
    return root


class _Style(NamedTuple):
    number: int
    kind: int
    based_on: int
    characters: tuple[Modifier, ...]
    paragraph: tuple[Modifier, ...]


def _style(style: _Style) -> Element:
    made = element("style", styleId=style.number, type="paragraph" if style.kind == _PARAGRAPH else "character")
    if style.number == 0:
        made.set(W + "default", "1")
    if style.based_on != _NO_STYLE:
        made.append(element("basedOn", style.based_on))
    run, paragraph = element("rPr"), element("pPr")
    for modifier in style.characters:
        if modifier.code == SIZE:
            run.append(element("sz", modifier.number))
        elif modifier.code == HIDDEN:
            run.append(element("vanish", modifier.number & 1))
    if (list_properties := numbered(style.paragraph)) is not None:
        paragraph.append(list_properties)
    made.extend((run, paragraph))
    return made


def _stored(data: bytes) -> Iterator[_Style]:
    """The styles of the style sheet ('STSH'); a slot that is not used is passed over."""
    if len(data) < 6:
        return
    header, count, base = struct.unpack_from("<HHH", data, 0)
    position = 2 + header
    for number in range(count):
        size = struct.unpack_from("<H", data, position)[0] if position + 2 <= len(data) else 0
        entry = data[position + 2 : position + 2 + size]
        position += 2 + size
        if len(entry) < base + 2:
            continue
        kind, based_on = struct.unpack_from("<H", entry, 2)[0] & 0x0F, struct.unpack_from("<H", entry, 2)[0] >> 4
        parts = list(_parts(entry, base))
        if kind == _PARAGRAPH and parts:
            characters = modifiers(parts[1]) if len(parts) > 1 else ()
            yield _Style(number, kind, based_on, characters, modifiers(parts[0][2:]))
        elif kind == _CHARACTER and parts:
            yield _Style(number, kind, based_on, modifiers(parts[0]), ())


def _parts(entry: bytes, base: int) -> Iterator[bytes]:
    """The lists of modifiers of a style ('UPX'), which follow its name."""
    position = base + 4 + 2 * struct.unpack_from("<H", entry, base)[0]
    for _ in range(struct.unpack_from("<H", entry, 4)[0] & 0x0F):
        position += position & 1
        if position + 2 > len(entry):
            return
        size = struct.unpack_from("<H", entry, position)[0]
        yield entry[position + 2 : position + 2 + size]
        position += 2 + size


def fonts(word: WordFile) -> list[str]:
    """The names of the fonts by number."""
    data, names = word.fonts, []
    position = 4
    for _ in range(struct.unpack_from("<H", data)[0] if len(data) > 4 else 0):
        if position >= len(data):
            break
        raw = data[position + 40 : position + 1 + data[position]]
        names.append(raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").split("\0")[0])
        position += 1 + data[position]
    return names


def numbering(word: WordFile) -> Element:
    """The part ``numbering``: the lists, and the numbers by which paragraphs name them with what these change."""
    root = element("numbering")
    names = fonts(word)
    data = word.lists
    count = struct.unpack_from("<H", data)[0] if data else 0
    position = 2 + 28 * count
    for i in range(count):
        identity, simple = struct.unpack_from("<i", data, 2 + 28 * i)[0], data[2 + 28 * i + 26] & 1
        made = element("abstractNum", abstractNumId=identity)
        for depth in range(1 if simple else 9):
            level, position = _level(data, position, depth, names)
            made.append(level)
        root.append(made)
    root.extend(_overrides(word.overrides, names))
    return root


def _level(data: bytes, position: int, depth: int, names: Sequence[str]) -> tuple[Element, int]:
    """A level of a list ('LVL'), and where the next one begins."""
    start, form, flags = struct.unpack_from("<iBB", data, position)
    follow = data[position + 15]
    run_size, paragraph_size, restart = data[position + 24], data[position + 25], data[position + 26]
    position += 28 + paragraph_size
    look = modifiers(data[position : position + run_size])
    position += run_size
    length = struct.unpack_from("<H", data, position)[0]
    raw = data[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(c) + 1}" if c < "\x09" else xml_text(c) for c in raw)
    level = element("lvl", ilvl=depth)
    level.extend((element("start", start), element("numFmt", FORMS[form] if form < len(FORMS) else "none"), element("lvlText", text)))
    level.append(element("suff", _SUFFIXES[follow] if follow < len(_SUFFIXES) else "tab"))
    if flags & 0x04:
        level.append(element("isLgl"))
    if flags & 0x08:
        level.append(element("lvlRestart", restart))
    font = next((m.number for m in reversed(look) if m.code == FONT), None)
    if font is not None and font < len(names):
        run = element("rPr")
        run.append(element("rFonts", ascii=xml_text(names[font])))
        level.append(run)
    return level, position + 2 + 2 * length


def _overrides(data: bytes, names: Sequence[str]) -> Iterator[Element]:
    """The numbers by which paragraphs name lists ('LFO'), from 1 on."""
    count = struct.unpack_from("<I", data)[0] if data else 0
    if count * 16 > len(data):
        return
    position = 4 + 16 * count
    for i in range(count):
        identity, changed = struct.unpack_from("<i", data, 4 + 16 * i)[0], data[4 + 16 * i + 12]
        number = element("num", numId=i + 1)
        number.append(element("abstractNumId", identity))
        position += 4
        for _ in range(changed):
            start, flags = struct.unpack_from("<iI", data, position)
            position += 8
            override = element("lvlOverride", ilvl=flags & 0x0F)
            if flags & 0x20:
                level, position = _level(data, position, flags & 0x0F, names)
                override.append(level)
            if flags & 0x10:
                override.append(element("startOverride", start))
            number.append(override)
        yield number
