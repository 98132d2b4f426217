"""Dates and periods as targets print them, and the last day that they name."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from normalize.numerals import DIGITS, chinese_number

_YEAR = r"(?:19|20)\d{2}|[一二][〇零九]?[〇零一二三四五六七八九]{2,3}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_TO = r"(?:[-~]{1,2}|至|到)"
_MD = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月份?(?:(?:\d{1,2}|[一二三]?十?[一二三四五六七八九]?)[日号]|\d{1,2}(?=之?前|以前))?"
_QUARTERS = r"第?[一二三四1-4](?:[-~至到、]第?[一二三四1-4])?季度[末底]?"
_PART = rf"(?:年?[底末]|初|中旬|上旬|下旬|中|上半年|下半年|全年|{_QUARTERS}|Q[1-4])"
# A year is written once for all that may follow it: a set of Chinese numerals takes the compiler of patterns long.
_ATOM = (
    rf"(?:(?:{_YEAR})(?:[-/.]\d{{1,2}}[-/.]\d{{1,2}}日?(?!\d)"
    rf"|{_TO}(?:{_YEAR})学?年(?:度)?"
    rf"|[./]{_MONTH}{_TO}(?:(?:{_YEAR})[./])?{_MONTH}(?![\d.%])"
    rf"|[-/]{_MONTH}(?=$|[前之以止底、，；;,）)]))"
    rf"|(?:(?:{_YEAR})|[本当今次明])年(?:度)?(?:(?:\d{{1,2}}{_TO})?{_MD})?{_PART}?"
    rf"|(?<![\d.])\d{{1,2}}月(?:\d{{1,2}}日?{_TO})\d{{1,2}}[日号]"
    rf"|(?<![\d.])(?:\d{{1,2}}{_TO})?{_MD}{_PART}?"
    rf"|{_QUARTERS}"
    rf"|(?<![\d一二两三四五六七八九十百半几数])年度?(?:底|末|内)|[上下]半年)"
)
DATE = rf"{_ATOM}(?:{_TO}{_ATOM})?(?:\d{{1,2}}(?:[:：]\d{{2}}|时))?"

_POINT = re.compile(
    rf"(?:(?P<year>{_YEAR}|[本当今次明])(?:年度?|[-/.]))?"
    r"(?:(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])(?:月份?|[-/.]|$))?"
    r"(?:(?P<day>\d{1,2}|[一二三]?十?[一二三四五六七八九]?)(?:[日号]|$))?"
    r"(?P<part>.*)"
)
_RANGE = re.compile(rf"(?<=[年月日号季度\d]){_TO}(?=[\d第一二三四本次十])")
_QUARTER = re.compile(r"第?([一二三四1-4])季度")
_DAY_OF_PART = {"上旬": 10, "中旬": 20, "初": 10, "中": 20}
_LAST_MONTH_OF_PART = {"上半年": 6, "下半年": 12}


@dataclass(frozen=True, slots=True)
class DateReading:
    """The last day that a printed date or period names; ``day`` is None where no year is known or no such day
    exists. ``whole_year``: only a year was printed, which names a time but sets no deadline within words."""

    day: date | None
    inferred_year: bool = False
    whole_year: bool = False
    impossible: bool = False


def read_date(printed: str, fiscal_year: int | None) -> DateReading:
    """The last day of a printed date (12月31日), month (2026年6月), part (年底, 第三季度) or period (2023年1-12月)."""
    first, last = _ends(printed)
    end = _POINT.match(last)
    begin = _POINT.match(first)
    year = _number(end["year"] if end else None) or _number(begin["year"] if begin else None)
    month, day, part = _fields(end, begin if first != last else None)
    inferred = year is None
    year = year if year is not None else fiscal_year
    if year is not None and part.startswith(("次年", "明年")) and inferred:
        year += 1
    whole_year = month is None and not part.strip("度")
    if year is None:
        return DateReading(None, inferred, whole_year)
    last_day = _last_day(year, month, day, part)
    return DateReading(last_day, inferred, whole_year, impossible=last_day is None)


def _ends(printed: str) -> tuple[str, str]:
    """The two ends of a period, twice the same for a single date. A dash between the parts of 2026-12-31 is no period."""
    if re.fullmatch(rf"(?:{_YEAR})[-/.]\d{{1,2}}[-/.]\d{{1,2}}日?", printed):
        return printed, printed
    halves = _RANGE.split(printed, maxsplit=1)
    return halves[0], halves[-1]


def _fields(end: re.Match[str] | None, begin: re.Match[str] | None) -> tuple[int | None, int | None, str]:
    month = _number(end["month"]) if end else None
    day = _number(end["day"]) if end else None
    if (
        month is not None
        and day is None
        and end is not None
        and begin is not None
        and end.group().endswith(("日", "号"))
        and "月" not in end.group()
    ):
        month, day = None, month
    if month is None and day is not None and begin is not None:
        month = _number(begin["month"])
    return month, day, (end["part"] or "") if end else ""


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if text.isdigit():
        return int(text)
    if len(text) == 4 and all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    return chinese_number(text)


def _last_day(year: int, month: int | None, day: int | None, part: str) -> date | None:
    quarter = _QUARTER.findall(part)
    if quarter:
        month = 3 * (_number(quarter[-1]) or 4)
    elif month is None:
        month = next((m for name, m in _LAST_MONTH_OF_PART.items() if name in part), 12)
    elif day is None and part in _DAY_OF_PART:
        day = _DAY_OF_PART[part]
    if not 1 <= month <= 12:
        return None
    length = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= length:
        return None
    return date(year, month, day or length)
