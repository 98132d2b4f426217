"""Bytes of a text file -> its characters: the encoding is decided by decoding strictly, and no character is dropped."""

from __future__ import annotations

import codecs
import unicodedata

from extract.problem import UnreadableError

MAX_BYTES = 64 * 1024 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Line ends, tab, page break, and the end-of-file mark of old editors.
PLAIN_CONTROLS = frozenset("\t\n\v\f\r\x1a\x85")
ODD_SHARE = 0.02
# Text of another encoding (Big5, UTF-16 without its mark) decodes as GB 18030 all the same, to characters that GB 2312 lacks.
RARE_SHARE = 0.5
REMEDY = "Save it as UTF-8 text and try again."


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text and the encoding that it was decoded with.

    Raises UnreadableError where no supported encoding (UTF-8, GB 18030, or UTF-16/32 with a byte order mark) fits.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableError(
            f"{name} has {len(data) // 2**20} MB of text; the limit is {MAX_BYTES // 2**20} MB.", "Split it into its documents."
        )
    encoding = next((codec for bom, codec in BOMS if data.startswith(bom)), None)
    text = _strict(data, encoding, name) if encoding else None
    if text is not None and encoding is not None:
        return _checked(text, name), encoding
    if b"\0" in data:
        raise UnreadableError(f"{name} is not text: it holds NUL bytes.", "If it is UTF-16, save it with a byte order mark.")
    try:
        return _checked(data.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError:
        return _checked(_strict(data, "gb18030", name), name, guessed=True), "gb18030"


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise UnreadableError(f"{name} is no text in UTF-8, GB 18030 or UTF-16: {where} cannot be decoded.", REMEDY) from error


def _checked(text: str, name: str, guessed: bool = False) -> str:
    """The text; raises where its characters show that it is no text, or was decoded with the wrong table."""
    if "\0" in text:
        raise UnreadableError(f"{name} is not text: it holds NUL characters.")
    controls = sum(1 for character in text if character < " " and character not in PLAIN_CONTROLS)
    if controls > max(4, len(text) * ODD_SHARE):
        raise UnreadableError(f"{name} is not text: {controls} of its {len(text)} characters are control characters.")
    if guessed:
        wide = [character for character in text if character > "\x7f"]
        odd = sum(1 for character in wide if unicodedata.category(character) in ("Co", "Cn", "Cc"))
        if odd > len(wide) * ODD_SHARE or _rare(wide) > len(wide) * RARE_SHARE:
            raise UnreadableError(f"{name} is no text in UTF-8 or GB 18030: decoding gives characters that nobody uses.", REMEDY)
    return text


def _rare(characters: list[str]) -> int:
    """How many of the characters GB 2312 lacks, the set of all but rare ones."""
    known = "".join(characters).encode("gb2312", errors="ignore").decode("gb2312")
    return len(characters) - len(known)
