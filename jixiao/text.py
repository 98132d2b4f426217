"""Text that every output can hold: names of files in other encodings, halves of characters out of broken fonts."""

from __future__ import annotations

import os
import re
import unicodedata

# Codes that make a terminal clear itself, print over what it has shown or turn the direction of writing; tab and line end are none.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def readable_name(name: str) -> str:
    """The name of a file as a person reads it, also where its bytes are not UTF-8: names out of Chinese archives are often GBK."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def visible(text: str) -> str:
    """The text with U+FFFD for every character that would command a terminal instead of showing on it."""
    return _COMMANDS.sub("\ufffd", text)


def whole_characters(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair that stands alone, which no UTF-8 can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def amount(value: float | None) -> str:
    """A number as a person writes it, blank for none."""
    return "" if value is None else f"{float(value):,.6f}".rstrip("0").rstrip(".")


def text_width(text: str) -> int:
    """Columns of a terminal or a sheet that the text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def count(number: int, noun: str) -> str:
    """``1 source``, ``1,204 sources``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
