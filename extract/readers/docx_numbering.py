"""Automatic numbering of Word -> the number that is printed before a paragraph, though it is nowhere in its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from extract.readers.docx_styles import Styles, flag, number_reference
from extract.readers.docx_symbols import symbol_text

Element: TypeAlias = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and what it prints."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    font: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has been counted on the walk."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: Element, styles: Styles) -> str:
        """The printed number of a paragraph with what parts it from the text; blank where it has none. Counts on."""
        number, depth = _reference(paragraph, styles)
        if number is None or number not in self.levels or depth not in self.levels[number]:
            return ""
        counters = self._count(number, depth)
        level = self.levels[number][depth]
        if level.form == "bullet":
            return _bullet(level)
        text = _PLACEHOLDER.sub(lambda m: self._part(number, int(m[1]) - 1, counters, level.legal), level.text)
        return text + ("" if level.suffix == "nothing" or not text else " ")

    def _count(self, number: str, depth: int) -> dict[int, int]:
        counters = self.counters.setdefault(self.lists[number], {})
        levels = self.levels[number]
        forced = self.starts.get((number, depth))
        if forced is not None and (number, depth) not in self.begun:
            counters[depth] = forced
        else:
            counters[depth] = counters[depth] + 1 if depth in counters else levels[depth].start
        self.begun.add((number, depth))
        for upper in range(depth):
            if upper in levels:
                counters.setdefault(upper, levels[upper].start)
        for lower in [d for d in counters if d > depth]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or depth < restart:
                del counters[lower]
        return counters

    def _part(self, number: str, depth: int, counters: dict[int, int], legal: bool) -> str:
        level = self.levels[number].get(depth, Level())
        return format_number(counters.get(depth, level.start), "decimal" if legal else level.form)


def read_numbering(root: Element | None) -> Numbering:
    """The lists of ``word/numbering.xml``; empty where there is no such part."""
    numbering = Numbering()
    if root is None:
        return numbering
    abstract = {e.get(W + "abstractNumId", ""): e for e in root.iterchildren(W + "abstractNum")}
    for number in root.iterchildren(W + "num"):
        reference = number.find(W + "abstractNumId")
        name = reference.get(W + "val", "") if reference is not None else ""
        identity = number.get(W + "numId", "")
        if identity == "0":
            continue
        numbering.lists[identity] = name
        levels = dict(_levels(abstract.get(name)))
        for override in number.iterchildren(W + "lvlOverride"):
            depth = _integer(override.get(W + "ilvl"), 0)
            levels.update(_levels(override))
            start = override.find(W + "startOverride")
            if start is not None:
                numbering.starts[identity, depth] = _integer(start.get(W + "val"), 1)
        numbering.levels[identity] = levels
    return numbering


def _levels(parent: Element | None) -> Iterator[tuple[int, Level]]:
    if parent is None:
        return
    for level in parent.iterchildren(W + "lvl"):
        fonts = level.find(f"{W}rPr/{W}rFonts")
        legal = level.find(W + "isLgl")
        restart = _value(level, "lvlRestart")
        yield (
            _integer(level.get(W + "ilvl"), 0),
            Level(
                start=_integer(_value(level, "start"), 1),
                form=_value(level, "numFmt") or "decimal",
                text=_value(level, "lvlText") or "",
                suffix=_value(level, "suff") or "tab",
                font=(fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "") if fonts is not None else "",
                legal=legal is not None and flag(legal),
                restart=None if restart is None else _integer(restart, 0),
            ),
        )


def _value(parent: Element, name: str) -> str | None:
    child = parent.find(W + name)
    return None if child is None else child.get(W + "val")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else default


def _reference(paragraph: Element, styles: Styles) -> tuple[str | None, int]:
    properties = paragraph.find(W + "pPr")
    own = number_reference(properties)
    named = properties.find(W + "pStyle") if properties is not None else None
    inherited = styles.numbering(named.get(W + "val") if named is not None else None)
    if own is None:
        return inherited or (None, 0)
    return own if own[0] is not None else ((inherited[0] if inherited else None), own[1])


def _bullet(level: Level) -> str:
    """A box to tick where the bullet is one; other bullets only decorate and are no text."""
    drawn = "".join(symbol_text(ord(c), level.font) or "" for c in level.text)
    return drawn + " " if drawn and drawn in "□☐☑☒√■" else ""


def format_number(number: int, form: str) -> str:
    """A count in one of Word's number formats; in decimal digits where the format is not known or has no such number."""
    if form in _ENCLOSED:
        return chr(_ENCLOSED[form] + number - 1) if 1 <= number <= 20 else str(number)
    write = _FORMS.get(form)
    return write(number) if write is not None and 0 <= number < 10_000 else str(number)


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else "0"


def _in_row(number: int, row: str) -> str:
    return row[number - 1] if 1 <= number <= len(row) else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _counting(number: int, digits: str, places: str, bare_ten: bool = True) -> str:
    """Chinese counting: 10 十, 21 二十一, 105 一百零五; with ``bare_ten`` off 10 is 壹拾."""
    if number == 0:
        return digits[0]
    text, zero = "", False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if zero else "") + digits[digit] + (places[power - 1] if power else "")
            zero = False
        else:
            zero = bool(text)
    return text[1:] if bare_ten and 10 <= number < 20 else text


def _chinese(number: int) -> str:
    return _counting(number, _DIGITS, "十百千")


def _legal(number: int) -> str:
    return _counting(number, _LEGAL_DIGITS, "拾佰仟", bare_ten=False)


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


_ENCLOSED = {
    "decimalEnclosedCircle": 0x2460,
    "decimalEnclosedCircleChinese": 0x2460,
    "decimalEnclosedParen": 0x2474,
    "decimalEnclosedFullstop": 0x2488,
}
_FORMS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: "".join(chr(0xFF10 + int(d)) for d in str(n)),
    "decimalFullWidth2": lambda n: "".join(chr(0xFF10 + int(d)) for d in str(n)),
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "ideographTraditional": lambda n: _in_row(n, _STEMS),
    "ideographZodiac": lambda n: _in_row(n, _BRANCHES),
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
}
