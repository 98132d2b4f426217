"""Numbers out of printed numerals: Arabic with separators and powers, Chinese, fractions."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?:(?P<mantissa>[\d,.]+)[×xX*])?10(?:\^(?P<caret>-?\d{1,2})|(?P<super>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))")


def chinese_number(text: str) -> int | None:
    """The number a Chinese numeral says (三百二十 320, 一万二千 12000, 二〇二六 2026); None where it says none.

    A lone scale is no number: 万 before 元 is part of the unit."""
    if not text or text[0] in "百千万亿":
        return None
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text)) if len(text) == 1 or _is_digit_string(text) else None
    total, section, digit = 0, 0, None
    last = 10**12
    for c in text:
        if c in DIGITS:
            if digit:
                return None
            digit = DIGITS[c]
        elif c in _SMALL:
            if _SMALL[c] >= last and section:
                return None
            section += (1 if digit is None and c == "十" else digit or 0) * _SMALL[c]
            last, digit = _SMALL[c], None
        elif c in _LARGE:
            section += digit or 0
            total = (total + section) * _LARGE[c] if _LARGE[c] > total > 0 else total + section * _LARGE[c]
            section, digit, last = 0, None, 10**12
        else:
            return None
    return (total + section + _last_digit(text, digit)) or None


def _is_digit_string(text: str) -> bool:
    """Years and codes are read digit by digit (二〇二六); 三四 means a few, and 一二三 counts."""
    return 3 <= len(text) <= 8 and "两" not in text and bool(set(text) & {"〇", "零"})


def _last_digit(text: str, digit: int | None) -> int:
    """三百二 is 320, 三百零二 is 302: a last digit right behind a scale counts in tenths of that scale."""
    if digit is None:
        return 0
    before = text[-2]
    scale = _SMALL.get(before) or _LARGE.get(before)
    return digit * scale // 10 if scale and scale > 10 else digit


def chinese_decimal(text: str) -> Decimal | None:
    """The number of a Chinese numeral with decimals (三点五 3.5); None where it says none."""
    whole, _, decimals = text.partition("点")
    number = chinese_number(whole)
    if number is None or any(c not in DIGITS for c in decimals):
        return None
    return Decimal(f"{number}.{''.join(str(DIGITS[c]) for c in decimals)}" if decimals else number)


def arabic_number(text: str) -> Decimal:
    """The number of digits with optional separators, decimals and a power of ten (1,250.00; 1.5×10³; 10^4)."""
    power = _POWER.fullmatch(text)
    if power is None:
        return Decimal(text.replace(",", "").replace("，", ""))
    exponent = int((power["caret"] or power["super"]).translate(_SUPERSCRIPT))
    mantissa = Decimal((power["mantissa"] or "1").replace(",", ""))
    return mantissa * Decimal(10) ** exponent
