"""Units as printed: table entries, scales, compounds over strokes, and the tail that follows a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from mappings.units import UnitEntry, UnitTable
from mappings.values import ValueWords
from normalize.numerals import chinese_number
from normalize.tokens import alternation, fold

_SCALES = (
    ("千亿", "hundred_billion", Decimal(10) ** 11), ("百亿", "ten_billion", Decimal(10) ** 10), ("十亿", "billion", Decimal(10) ** 9),
    ("万亿", "trillion", Decimal(10) ** 12), ("千万", "ten_million", Decimal(10) ** 7), ("百万", "million", Decimal(10) ** 6),
    ("十万", "hundred_thousand", Decimal(10) ** 5), ("亿", "yi", Decimal(10) ** 8), ("万", "wan", Decimal(10) ** 4),
    ("千", "thousand", Decimal(1000)), ("百", "hundred", Decimal(100)),
)  # fmt: skip
_TIMES = frozenset({"duration", "calendar_time", "working_time", "school_term"})
_COUNTED = frozenset({"count", "thing"})
_PER = re.compile(r"/每|每|/")
_JOIN = re.compile(r"[/·*.×]")
_ALTERNATIVE = re.compile(r"(?P<unit>[^()]+)\((?P<other>[^()]+)\)")
_OR = re.compile(r"[、或]")
_DENOMINATOR = re.compile(r"(?P<count>\d{1,4}|[一二两三四五六七八九十](?=.))?(?P<unit>.+)")
_ASCII_BRACKETS = str.maketrans("（）", "()")
LONGEST_UNIT = 18
_UNKNOWN_DENOMINATOR = re.compile(r"(?:[^\W\d]{0,6}/每?|每)[^\d，,；;。、()（）/]{1,6}")
_WORD_RUN = re.compile(r"[^\W\d]{1,6}")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Unit:
    """A printed unit. One of it is ``factor / divisor`` of the base; ``code`` and ``dimension`` are None where the
    table and the rules do not know it."""

    printed: str
    code: str | None = None
    dimension: str | None = None
    factor: Decimal = Decimal(1)
    divisor: Decimal = Decimal(1)

    def quantity(self, value: Decimal | None) -> Decimal | None:
        """The value in the base unit; None for an unknown unit."""
        if value is None or self.code is None:
            return None
        return value * self.factor / self.divisor if self.divisor != 1 else value * self.factor


@lru_cache(maxsize=8192)
def read_unit(text: str, units: UnitTable) -> Unit | None:
    """The unit that the whole text is, None where it is no known unit or compound of known units."""
    printed = fold(text)
    key = printed.translate(_ASCII_BRACKETS)
    if not key:
        return None
    found = _simple(key, units) or _alternative(key, units) or _compound(key, units)
    return replace(found, printed=printed) if found else None


def _simple(key: str, units: UnitTable) -> Unit | None:
    """A unit of the table, one behind a scale (万平方米), or a time behind 个 (个工作日)."""
    entry = units.get(key)
    if entry is not None:
        return _unit(key, entry)
    for scale, name, factor in _SCALES:
        if key.startswith(scale):
            if key == scale:
                return Unit(key, name, "number", factor)
            rest = units.get(key[len(scale) :])
            if rest is not None and rest.dimension not in ("ratio", "grade"):
                unit = _unit(key, rest)
                return replace(unit, code=f"{name}_{unit.code}", factor=unit.factor * factor)
    if key[0] == "个":
        entry = units.get(key[1:])
        if entry is not None and entry.dimension in _TIMES:
            return _unit(key, entry)
    return None


def _unit(printed: str, entry: UnitEntry) -> Unit:
    dimension = "count" if entry.dimension == "thing" else entry.dimension
    return Unit(printed, entry.code, dimension, entry.factor, entry.divisor)


def _alternative(key: str, units: UnitTable) -> Unit | None:
    """台(套), 家、个: two words for what is counted, of one dimension; the first gives the code."""
    match = _ALTERNATIVE.fullmatch(key)
    pieces = match.groups() if match else _OR.split(key)
    if len(pieces) != 2 or not all(pieces):
        return None
    unit, other = _simple(pieces[0], units), _simple(pieces[1], units)
    return unit if unit and other and unit.dimension == other.dimension else None


def _compound(key: str, units: UnitTable) -> Unit | None:
    """元/人·天: a unit per one or more others. Counted things and times below the stroke keep their own code, since a
    monthly rate is no yearly one; the rest goes to its base."""
    head, *below = _PER.split(key.replace("(", "").replace(")", "") if "/(" in key else key)
    top = _simple(head, units) or _alternative(head, units) if head else None
    if top is None or not below or top.code is None:
        return None
    parts = [part for piece in below for part in _JOIN.split(piece)]
    dividers = [_divider(part, units) for part in parts]
    if not all(dividers):
        return None
    code, factor, divisor = _base_code(head, top, units), top.factor, top.divisor
    for divider in dividers:
        assert divider is not None
        factor, divisor = factor * divider.divisor, divisor * divider.factor
    codes = [code, *(d.code or "" for d in dividers if d)]
    dimensions = [top.dimension or "", *(d.dimension or "" for d in dividers if d)]
    return Unit(key, "/".join(codes), "/".join(dimensions), factor, divisor)


def _base_code(key: str, unit: Unit, units: UnitTable) -> str:
    """The code of the base; a counted thing keeps its own, without the scale."""
    for start in range(len(key)):
        entry = units.get(key[start:].partition("(")[0])
        if entry is not None:
            return entry.code if entry.dimension in _COUNTED else entry.base
    return unit.code or ""


def _divider(part: str, units: UnitTable) -> Unit | None:
    match = _DENOMINATOR.fullmatch(part)
    unit = _simple(match["unit"], units) if match else None
    if unit is None or match is None or unit.dimension == "ratio":
        return None
    printed = match["count"] or "1"
    count = Decimal(chinese_number(printed) or printed)
    if unit.dimension in _TIMES:
        return replace(unit, factor=count, divisor=Decimal(1)) if count else None
    return replace(unit, code=_base_code(match["unit"], unit, units), factor=unit.factor * count) if count else None


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a number: its unit, a bound (以上), whether it is about (左右, 余), a 前 that makes it a date, and
    the rest that none of these used."""

    unit: Unit | None = None
    bound: str | None = None
    about: bool = False
    before: bool = False
    rest: str = ""


_INCLUSION = r"[(（](?:(?:含|不含|包含|包括)(?:本数|本级|[\d.]+[%‰]?)?|及以上|及以下)[)）]|(?:含|包含|不含)(?=$|以)|及(?=以)"
INCLUSION = re.compile(_INCLUSION)
_EXCLUDING = {"ge": "gt", "le": "lt"}


@lru_cache(maxsize=16)
def _bound_pattern(words: ValueWords) -> re.Pattern[str]:
    after, bounds = alternation(words.kind("about_after")), alternation(words.kind("bound"))
    return re.compile(rf"(?P<in1>{_INCLUSION})?(?P<about>{after})?(?P<bound>{bounds})?(?P<in2>{_INCLUSION})?(?P<before>前|之前|以前)?")


@lru_cache(maxsize=16)
def _unknown_pattern(words: ValueWords) -> re.Pattern[str]:
    """A short word and a bound: the word is a unit, though nobody knows it."""
    return re.compile(rf"([^\W\d]{{1,4}}?)({alternation(words.kind('bound'))})")


@lru_cache(maxsize=16384)
def read_tail(text: str, units: UnitTable, words: ValueWords) -> Tail:
    """The parts of what follows a number, up to the next mark."""
    text, included = _without_inclusion(text)
    unit, rest = _take_unit(text, units)
    about = False
    if unit is None and text[:1] in words.kind("about_in") and len(text) > 1:
        unit, rest = _take_unit(text[1:], units)
        about = unit is not None
        rest = rest if about else text
    if unit is None and (unknown := _unknown_pattern(words).fullmatch(rest)):
        unit, rest = Unit(unknown[1]), unknown[2]
    match = _bound_pattern(words).match(rest)
    assert match is not None
    if unit is not None and "/" in unit.printed and not match.end() and (more := _WORD_RUN.match(rest)):
        return Tail(Unit(unit.printed + more.group()), rest=rest[more.end() :], about=about)
    if unit is not None and not match.end() and _goes_on(unit, rest, units):
        return Tail(Unit(unit.printed + rest), about=about)
    bound: str | None = words.kind("bound").get(match["bound"] or "")
    inclusion = included + (match["in1"] or "") + (match["in2"] or "")
    if inclusion and bound is None and "以" in inclusion:
        bound = "ge" if "上" in inclusion else "le"
    if "不含" in inclusion and bound:
        bound = _EXCLUDING.get(bound, bound)
    return Tail(unit, bound, about or bool(match["about"]), bool(match["before"]), rest[match.end() :])


def _goes_on(unit: Unit, rest: str, units: UnitTable) -> bool:
    """True where what follows a unit is part of it: a measure word behind a bare 万, or one behind another (万册次)."""
    if not _MEASURE.fullmatch(rest) or rest == "无":
        return False
    if unit.printed in _BARE_SCALES:
        return True
    more = read_unit(rest, units) if len(rest) == 1 and unit.dimension != "ratio" else None
    return more is not None and more.dimension == "count"


def _without_inclusion(text: str) -> tuple[str, str]:
    """The text without a （含） at its start, and that: 10（含）个以上."""
    match = INCLUSION.match(text)
    return (text[match.end() :], match.group()) if match and text[0] in "(（" else (text, "")


def _take_unit(text: str, units: UnitTable) -> tuple[Unit | None, str]:
    """The longest known unit at the start of the text, and what is left. A unit in brackets counts; a stroke behind
    the unit must be part of it, else the whole is a unit that nobody knows."""
    if text[:1] in ("(", "（"):
        close = max(text.find(")"), text.find("）"))
        unit = read_unit(text[1:close], units) if close > 1 else None
        return (unit, text[close + 1 :]) if unit else (None, text)
    for end in range(min(len(text), LONGEST_UNIT), 0, -1):
        unit = read_unit(text[:end], units)
        if unit is None:
            continue
        rest = text[end:]
        if unit.printed in _BARE_SCALES and (scaled := _scaled(unit, rest, units)):
            return scaled
        if _LATIN.match(text[end - 1]) and _LATIN.match(rest):
            continue
        stroke = _UNKNOWN_DENOMINATOR.match(rest)
        if stroke:
            return Unit(text[: end + stroke.end()]), rest[stroke.end() :]
        return unit, rest
    return None, text


def _scaled(scale: Unit, rest: str, units: UnitTable) -> tuple[Unit, str] | None:
    """The unit that stands in brackets behind its scale (100万（条）), as printed, and what is left."""
    match = _WRAPPED.match(rest)
    unit = read_unit(scale.printed + match[1], units) if match and read_unit(match[1], units) else None
    return (replace(unit, printed=scale.printed + match[0]), rest[match.end() :]) if match and unit else None


_MEASURE = re.compile(r"[\u4e00-\u9fff]{1,3}")
_BARE_SCALES = frozenset({"万", "亿", "千", "百", "百万", "千万", "万亿"})
_NAME_BRACKET = re.compile(r"[（(]([^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)?)[）)][：:；;。，,、.]*$")
_UNIT_THEN_REMARK = re.compile(r"(.+?)[，,；;](?:不?含|不?包含|不?包括|其中).*")
_HINT = re.compile(r"^(?:单位|计量单位)?[：:]?(?:[≥≤><=]|大于|小于|等于)*[*×xX_…]*")


@lru_cache(maxsize=8192)
def unit_in_name(name: str, units: UnitTable) -> Unit | None:
    """The unit in brackets at the end of an indicator's name (租赁面积（平方米）, a hint (≥**次)); None where the bracket
    holds anything else."""
    folded = fold(name)
    match = _NAME_BRACKET.search(folded)
    if match is None:
        return read_unit(folded[-1], units) if folded.endswith(("%", "‰")) else None
    text = _HINT.sub("", _UNIT_THEN_REMARK.sub(r"\1", match[1]))
    entry = units.get(text)
    if entry is not None and entry.dimension == "thing":
        return None
    return read_unit(text, units)


_WRAPPED = re.compile(r"[（(\[【]([^（(\[【）)\]】]+)[）)\]】]")
_UNIT_LABEL = re.compile(r"^(?:金额|计量|货币)?单位[：:]")


def label_unit(text: str, units: UnitTable) -> Unit | None:
    """The unit of a header or unit column, without its label (单位：万元) and brackets; unknown ones stay as printed."""
    printed = fold(text)
    wrapped = _WRAPPED.fullmatch(printed)
    printed = _UNIT_LABEL.sub("", wrapped[1] if wrapped else printed)
    return (read_unit(printed, units) or Unit(printed)) if printed else None
