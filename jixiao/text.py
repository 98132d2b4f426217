"""Text that every output can hold: names of files in other encodings, halves of characters out of broken fonts."""

from __future__ import annotations

import os


def readable_name(name: str) -> str:
    """The name of a file as a person reads it, also where its bytes are not UTF-8: names out of Chinese archives are often GBK."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "backslashreplace")


def whole_characters(text: str) -> str:
    """The text with U+FFFD for every half of a surrogate pair that stands alone, which no UTF-8 can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
