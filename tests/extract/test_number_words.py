"""Whole numbers as office programs write them."""

from __future__ import annotations

import pytest

from extract.readers.number_words import format_number

WRITTEN = [
    (10, "chineseCounting", "十"),
    (12, "chineseCounting", "十二"),
    (20, "chineseCountingThousand", "二十"),
    (105, "chineseCountingThousand", "一百零五"),
    (110, "chineseCounting", "一百一十"),
    (1003, "chineseCounting", "一千零三"),
    (10, "chineseLegalSimplified", "壹拾"),
    (2024, "ideographDigital", "二〇二四"),
    (3, "decimalEnclosedCircleChinese", "③"),
    (21, "decimalEnclosedCircle", "21"),
    (2, "decimalEnclosedParen", "⑵"),
    (7, "decimalZero", "07"),
    (12, "decimalFullWidth", "１２"),
    (28, "lowerLetter", "bb"),
    (4, "upperRoman", "IV"),
    (3, "ideographTraditional", "丙"),
    (11, "ideographTraditional", "11"),
    (5, "none", ""),
    (5, "a format of the future", "5"),
    (123456, "chineseCounting", "123456"),
]


@pytest.mark.parametrize(("number", "form", "written"), WRITTEN)
def test_number_is_written_in_its_form(number: int, form: str, written: str) -> None:
    assert format_number(number, form) == written
