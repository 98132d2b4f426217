"""A stored number and its number format -> the text that the sheet shows: 0.95 under ``0%`` is 95%.

Dates are numbers of days; conditions, literals, scaling, fractions and Chinese digits of the format are applied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

from extract.readers.number_words import chinese_number, digit_by_digit, legal_number

# The formats that a file names by number alone, as a Chinese Excel shows them.
BUILTIN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;"¥"-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<pad>_.|\*.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+(?![+-]))|(?P<exponent>E[+-])"
    r"|(?P<digits>[0#?]+)|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<slash>/)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[\d.]+)")
_COMPARE = {"<": lt, ">": gt, "=": eq, "<=": le, ">=": ge, "<>": ne}
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_WEEKDAYS = "一二三四五六日"
_SIGNIFICANT = 15
_FIRST_DAY = datetime(1899, 12, 30)
_LAST_SERIAL = 2_958_466


class Token(NamedTuple):
    """A piece of a format: its kind (a group of _TOKEN) and its text without quotes or brackets."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the parts of a format that ``;`` separates, with the condition under which it holds."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    digits: str = ""

    @property
    def dated(self) -> bool:
        return any(t.kind in ("date", "noon", "elapsed") for t in self.tokens)


class Shown(NamedTuple):
    """What a cell shows; ``faithful`` is False where the format could not be applied and the bare number stands."""

    text: str
    faithful: bool = True


def show_number(raw: str, code: str, date_1904: bool = False) -> Shown:
    """The text that a sheet shows for a stored number under a number format."""
    try:
        value = significant(raw)
    except InvalidOperation:
        return Shown(raw, False)
    sections = parse_format(code)
    section = _section_for(value, sections)
    if section is None:
        return Shown(general(value), not sections)
    if section.dated:
        return _show_date(value, section, date_1904)
    if len(sections) > 1 and section is not sections[0] and value < 0:
        value = -value
    return _show_number(value, section)


def show_text(text: str, code: str) -> str:
    """Text under a number format: the part of the format for text, or the text itself."""
    sections = parse_format(code)
    fit = sections[3] if len(sections) == 4 else next((s for s in sections if any(t.kind == "text" for t in s.tokens)), None)
    if fit is None:
        return text
    return "".join(text if t.kind == "text" else t.text for t in fit.tokens if t.kind in ("text", "literal")).strip(" ")


def show_moment(moment: datetime, code: str) -> Shown:
    """A date that the file stores as such under a number format."""
    days = (moment - _FIRST_DAY) / timedelta(days=1)
    return show_number(repr(days), code if any(s.dated for s in parse_format(code)) else "yyyy-mm-dd")


def significant(raw: str) -> Decimal:
    """A stored number without the noise of binary fractions: at most the fifteen digits that a sheet keeps."""
    value = Decimal(raw.strip())
    if not value.is_finite():
        raise InvalidOperation(raw)
    if value and len(value.as_tuple().digits) > _SIGNIFICANT:
        value = value.quantize(Decimal(1).scaleb(value.adjusted() - _SIGNIFICANT + 1), ROUND_HALF_UP)
    return value


def general(value: Decimal) -> str:
    """A number with all its digits, no exponent, no trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@cache
def parse_format(code: str) -> tuple[Section, ...]:
    """The sections of a number format; none for General."""
    parts: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = str(match.lastgroup)
        text = match[kind]
        if kind == "other" and text == ";":
            parts.append([])
        elif kind in ("quoted", "escaped", "other"):
            parts[-1].append(Token("literal", text))
        elif kind != "pad":
            parts[-1].append(Token(kind, text))
    if len(parts) == 1 and all(t.kind == "general" for t in parts[0]):
        return ()
    return tuple(_section(tokens) for tokens in parts)


def _section(tokens: list[Token]) -> Section:
    condition: tuple[str, Decimal] | None = None
    digits = ""
    kept = []
    for token in tokens:
        if token.kind != "bracket":
            kept.append(token)
            continue
        text = token.text
        match = _CONDITION.fullmatch(text)
        if match:
            condition = match[1], Decimal(match[2])
        elif text.startswith("$"):
            kept.append(Token("literal", text[1:].split("-")[0]))
        elif text.casefold().startswith("dbnum"):
            digits = text[5:]
        elif text and not text.casefold().strip("hms"):
            kept.append(Token("elapsed", text.casefold()))
    return Section(tuple(kept), condition, digits)


def _section_for(value: Decimal, sections: tuple[Section, ...]) -> Section | None:
    conditional = [s for s in sections[:3] if s.condition]
    if conditional:
        for section in conditional:
            if _holds(value, *section.condition):  # type: ignore[misc]
                return section
        return next((s for s in sections[:3] if not s.condition), None)
    if not sections:
        return None
    if value < 0 and len(sections) > 1:
        return sections[1]
    if value == 0 and len(sections) > 2:
        return sections[2]
    return sections[0]


def _holds(value: Decimal, sign: str, bound: Decimal) -> bool:
    return bool(_COMPARE[sign](value, bound))


def _show_number(value: Decimal, section: Section) -> Shown:
    tokens = section.tokens
    kinds = {t.kind for t in tokens}
    if not kinds & {"digits", "point"}:
        shown = _in_words(value, section.digits) if section.digits else general(value)
        kept = (t for t in tokens if t.kind in ("general", "literal", "percent", "text"))
        return Shown("".join(shown if t.kind in ("general", "text") else t.text for t in kept).strip(" "))
    if "slash" in kinds:
        return Shown(_fraction(value, tokens))
    value *= Decimal(100) ** sum(t.kind == "percent" for t in tokens)
    if "exponent" in kinds:
        return Shown(_scientific(value, tokens))
    return Shown(_fixed(value, tokens, section.digits))


def _fixed(value: Decimal, tokens: tuple[Token, ...], chinese: str = "") -> str:
    places = [i for i, t in enumerate(tokens) if t.kind == "digits"]
    point = next((i for i, t in enumerate(tokens) if t.kind == "point"), len(tokens))
    last = max((i for i in places if i < point), default=-1)
    scaling = 0
    while last + 1 + scaling < len(tokens) and tokens[last + 1 + scaling].kind == "comma":
        scaling += 1
    grouped = any(t.kind == "comma" and places and places[0] < i < last for i, t in enumerate(tokens))
    value = value.scaleb(-3 * scaling)
    fraction_form = "".join(tokens[i].text for i in places if i > point)
    rounded = abs(value).quantize(Decimal(1).scaleb(-len(fraction_form)), ROUND_HALF_UP)
    whole, _, fraction = format(rounded, "f").partition(".")
    text = _laid_out(tokens, point, whole, _trimmed(fraction, fraction_form), grouped)
    if chinese:
        text = re.sub(r"\d+", lambda m: _in_words(Decimal(m[0]), chinese), text, count=1)
    return ("-" if value < 0 and rounded else "") + text


def _laid_out(tokens: tuple[Token, ...], point: int, whole: str, fraction: str, grouped: bool) -> str:
    """The digits at their places between the literals; the leftmost place takes all digits that are left."""
    places = [i for i, t in enumerate(tokens) if t.kind == "digits" and i < point]
    needed = sum(tokens[i].text.count("0") for i in places)
    whole = whole.lstrip("0").rjust(needed, "0")
    if grouped:
        whole = f"{int(whole or 0):,}".rjust(needed, "0") if whole else ""
    at: dict[int, str] = {}
    split = any(tokens[i].kind == "literal" for i in range(places[0], places[-1])) if places else False
    for i in reversed(places):
        take = len(tokens[i].text) if split and i != places[0] else len(whole)
        at[i], whole = whole[len(whole) - take :] if take else "", whole[: len(whole) - take]
    text = ""
    for i, token in enumerate(tokens):
        if i in at:
            text += at[i]
        elif token.kind == "point":
            text += (whole if not places else "") + ("." + fraction if fraction else "")
        elif token.kind in ("literal", "percent"):
            text += token.text
    return text.strip(" ")


def _trimmed(fraction: str, form: str) -> str:
    """Decimals without the trailing zeros that the format does not ask for."""
    while fraction and fraction[-1] == "0" and form[len(fraction) - 1] != "0":
        fraction = fraction[:-1]
    return fraction


def _scientific(value: Decimal, tokens: tuple[Token, ...]) -> str:
    at = next(i for i, t in enumerate(tokens) if t.kind == "exponent")
    point = next((i for i, t in enumerate(tokens[:at]) if t.kind == "point"), at)
    decimals = sum(len(t.text) for t in tokens[point:at] if t.kind == "digits")
    width = sum(len(t.text) for t in tokens[at:] if t.kind == "digits")
    exponent = value.adjusted() if value else 0
    mantissa = value.scaleb(-exponent).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if abs(mantissa) >= 10:
        exponent += 1
        mantissa = (mantissa / 10).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    sign = "-" if exponent < 0 else ("+" if tokens[at].text.endswith("+") else "")
    return f"{mantissa}E{sign}{abs(exponent):0{width}d}"


def _fraction(value: Decimal, tokens: tuple[Token, ...]) -> str:
    slash = next(i for i, t in enumerate(tokens) if t.kind == "slash")
    under = next((t.text for t in tokens[slash + 1 :] if t.kind == "digits"), "?")
    fixed = re.match(r"\d+", "".join(t.text for t in tokens[slash + 1 :] if t.kind in ("literal", "digits")))
    mixed = sum(t.kind == "digits" for t in tokens[:slash]) > 1
    exact = Fraction(abs(value))
    if fixed and fixed[0].strip("0"):
        below = int(fixed[0])
        above = round(exact * below)
    else:
        near = exact.limit_denominator(10 ** len(under) - 1)
        above, below = near.numerator, near.denominator
    whole, above = divmod(above, below) if mixed else (0, above)
    sign = "-" if value < 0 and (whole or above) else ""
    parts = ([str(whole)] if whole or not above else []) + ([f"{above}/{below}"] if above else [])
    return sign + " ".join(parts)


def _in_words(value: Decimal, digits: str) -> str:
    """A whole number in Chinese characters; in plain digits where it has decimals or is too large for the words."""
    if value != value.to_integral_value() or not 0 <= value < 10_000 or digits not in ("1", "2"):
        return general(value)
    return chinese_number(int(value)) if digits == "1" else legal_number(int(value))


def _show_date(value: Decimal, section: Section, date_1904: bool) -> Shown:
    if date_1904:
        value += 1462
    if not 0 <= value < _LAST_SERIAL:
        return Shown(general(value), False)
    # Day 60 is the 29 February 1900 that never was: the days before it count from one day later.
    moment = _FIRST_DAY + timedelta(days=int(value) + (1 if 0 < value < 60 else 0))
    moment += timedelta(milliseconds=round((value % 1) * 86_400_000))
    twelve = any(t.kind == "noon" for t in section.tokens)
    pieces = []
    for i, token in enumerate(section.tokens):
        if token.kind == "date":
            pieces.append(_date_part(moment, _meant(section.tokens, i), twelve, section.digits))
        elif token.kind == "elapsed":
            seconds = round(value * 86_400)
            pieces.append(str({"h": seconds // 3600, "m": seconds // 60, "s": seconds}[token.text[0]]).rjust(len(token.text), "0"))
        elif token.kind == "noon":
            names = ("上午", "下午") if "上" in token.text else tuple(token.text.split("/"))
            pieces.append(names[moment.hour >= 12])
        elif token.kind in ("literal", "slash", "comma", "point"):
            pieces.append(token.text)
    return Shown("".join(pieces).strip(" "))


def _meant(tokens: tuple[Token, ...], i: int) -> str:
    """The date part that a token means; an m beside hours or seconds means minutes."""
    part = tokens[i].text.casefold()
    if part[0] != "m" or len(part) > 2:
        return part
    timed = [t.text.casefold()[0] for t in tokens[:i] if t.kind in ("date", "elapsed")]
    after = [t.text.casefold()[0] for t in tokens[i + 1 :] if t.kind in ("date", "elapsed")]
    return part.replace("m", "n") if (timed and timed[-1] == "h") or (after and after[0] == "s") else part


def _date_part(moment: datetime, part: str, twelve: bool, digits: str) -> str:
    kind, width = part[0], len(part)
    if kind in "ye":
        year = moment.year % 100 if kind == "y" and width <= 2 else moment.year
        return digit_by_digit(year) if digits else f"{year:02d}"
    if kind == "m" and width > 2:
        name = _MONTHS[moment.month - 1]
        return name if width == 4 else name[: 1 if width == 5 else 3]
    if kind == "a" or (kind == "d" and width > 2):
        day = _WEEKDAYS[moment.weekday()]
        return ("星期" if width == 4 else "") + day if kind == "a" else moment.strftime("%A" if width == 4 else "%a")
    hour = (moment.hour - 1) % 12 + 1 if twelve else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[kind]
    if digits:
        return _in_words(Decimal(number), digits)
    decimals = len(part.partition(".")[2])
    if decimals:
        return f"{moment.second:02d}.{moment.microsecond // 10 ** (6 - decimals):0{decimals}d}"
    return f"{number:02d}" if width > 1 else str(number)
