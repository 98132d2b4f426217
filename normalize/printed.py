"""What printed text means before anything is read from it: folding, blanks, list markers."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_BLANK = re.compile(r"[-–—―－/／\\、.。*＊无□_]*")


def fold(text: str | None) -> str:
    """The text in NFKC without any whitespace: what two spellings of the same print have in common."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text or ""))


def is_blank(text: str | None) -> bool:
    """True where the cell holds nothing but dashes, slashes or 无: it was left empty on purpose."""
    return _BLANK.fullmatch(fold(text)) is not None
