"""Dates and periods of the form's head, as dates of the calendar."""

from __future__ import annotations

import calendar
import re
from datetime import date

from normalize.printed import fold

_HAN = str.maketrans("〇○零Ｏ一二三四五六七八九", "0000123456789")
_HAN_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_YEAR = r"(?P<year{n}>(?:19|20)\d\d)"
_MONTH = r"(?P<month{n}>1[0-2]|0?[1-9])"
_DAY = r"(?P<day{n}>3[01]|[12]\d|0?[1-9])"
_POINT = rf"{_YEAR}(?:年度?|[-./]|$|(?=[至到~—-]))(?:{_MONTH}(?:月份?|[-./]|$|(?=[至到~—-]))(?:{_DAY}[日号]?)?)?"
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])")
_DATE = re.compile(rf"{_YEAR}(?:年|[-./]){_MONTH}(?:月|[-./]){_DAY}[日号]?(?:\d\d:\d\d(?::\d\d)?)?".replace("{n}", ""))
_TO = r"(?:至今?|到|~|-+|—+|–+|－)"
_PERIOD = re.compile(rf"(?:自|从)?{_POINT.replace('{n}', '1')}(?:起|开始)?{_TO}{_POINT.replace('{n}', '2')}(?:止|底)?")
_SAME_YEAR = re.compile(rf"{_YEAR}年{_MONTH.replace('{n}', '1')}月?{_TO}{_MONTH.replace('{n}', '2')}月(?:底|止)?".replace("{n}", ""))
_WHOLE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年?度?(?:全年)?")


def _plain(text: str | None) -> str:
    printed = fold(text)
    return _HAN_YEAR.sub(lambda m: m[0].translate(_HAN), printed)


def _day(year: str, month: str | None, day: str | None, *, last: bool) -> date | None:
    """The first or last day that the printed parts leave open; None for a day that no calendar has."""
    y, m = int(year), int(month) if month else (12 if last else 1)
    length = calendar.monthrange(y, m)[1]
    d = int(day) if day else (length if last else 1)
    return date(y, m, d) if d <= length else None


def read_date(text: str | None) -> date | None:
    """The full date that is all of the text: ``2022年11月25日``, ``2022-11-25``, ``2022.11.25``, ``20221125``."""
    printed = _plain(text)
    match = _DATE.fullmatch(printed) or _COMPACT.fullmatch(printed)
    return _day(match["year"], match["month"], match["day"], last=False) if match else None


def read_period(text: str | None) -> tuple[date, date] | None:
    """First and last day of a printed period: ``2024年1月-2024年12月``, ``2021-2023年``, ``2024年度``; None for words."""
    printed = _plain(text)
    if match := _PERIOD.fullmatch(printed):
        ends = (
            _day(match["year1"], match["month1"], match["day1"], last=False),
            _day(match["year2"], match["month2"], match["day2"], last=True),
        )
    elif match := _SAME_YEAR.fullmatch(printed):
        ends = (_day(match["year"], match["month1"], None, last=False), _day(match["year"], match["month2"], None, last=True))
    elif match := _WHOLE_YEAR.fullmatch(printed):
        ends = (_day(match["year"], None, None, last=False), _day(match["year"], None, None, last=True))
    else:
        return None
    first, last = ends
    return (first, last) if first and last and first <= last else None
