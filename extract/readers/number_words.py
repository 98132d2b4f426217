"""Whole numbers -> the characters that office programs write them with: Chinese, circled, Roman, letters."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


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


def chinese_number(number: int) -> str:
    """10 十, 21 二十一, 105 一百零五; below 10,000."""
    return _counting(number, _DIGITS, "十百千")


def legal_number(number: int) -> str:
    """10 壹拾, 21 贰拾壹; below 10,000."""
    return _counting(number, _LEGAL_DIGITS, "拾佰仟", bare_ten=False)


def digit_by_digit(number: int) -> str:
    """2024 二〇二四."""
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
    "ideographDigital": digit_by_digit,
    "japaneseDigitalTenThousand": digit_by_digit,
    "taiwaneseDigital": digit_by_digit,
    "chineseCounting": chinese_number,
    "chineseCountingThousand": chinese_number,
    "taiwaneseCounting": chinese_number,
    "taiwaneseCountingThousand": chinese_number,
    "japaneseCounting": chinese_number,
    "chineseLegalSimplified": legal_number,
    "ideographLegalTraditional": legal_number,
}
