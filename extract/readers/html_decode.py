"""Bytes of a web page -> its characters: what the page declares is one candidate, what decodes strictly to common characters wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from extract.problem import Problem, UnreadableError
from extract.readers.text_decode import BOMS, MAX_BYTES

_META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,30})|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,30})", re.I
)
_HEAD = 16_384
_SAMPLE = 400_000
# Labels as browsers take them; every other name of one of these codes is an alias that Python knows.
_ALIASES = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
    "hz-gb-2312": "hz", "utf8": "utf-8", "big5": "big5hkscs", "x-x-big5": "big5hkscs", "cp950": "big5hkscs", "unicode": "utf-16",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "windows-1252": "cp1252",
}  # fmt: skip
_ORDER = ("utf-8", "gb18030", "big5hkscs")
_UNDECLARED_WINS = 0.15
"""How much more plausible another encoding must be than the declared one to be taken instead of it."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a page, the encoding they were read in, and the doubts about it."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode_page(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The page's text; ``declared`` is the encoding that its envelope gives, which the page's own declaration follows.

    Bytes that no encoding explains stand as U+FFFD and are a Problem. Raises UnreadableError for more than 64 MB."""
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"{name} has {len(data) >> 20} MB of text; the limit is {MAX_BYTES >> 20} MB.", "Split it into its pages.")
    marked = next((codec for bom, codec in BOMS if data.startswith(bom)), None) or _wide(data)
    if marked is not None:
        return _replaced(data, marked, name)
    said = [codec for label in (declared, _declared(data)) if (codec := _codec(label)) is not None]
    strict = {codec: text for codec in dict.fromkeys((*said, *_ORDER)) if (text := _strictly(data, codec)) is not None}
    if not strict:
        codec = min(dict.fromkeys((*said, *_ORDER)), key=lambda c: data.decode(c, "replace").count("\ufffd"))
        return _replaced(data, codec, name)
    best = _best(strict, said)
    return Decoded(strict[best], best, _misdeclared(said, best, strict[best]))


def _best(strict: dict[str, str], said: list[str]) -> str:
    if "utf-8" in strict and (len(strict["utf-8"]) > 200 or strict["utf-8"].isascii()):
        return "utf-8"  # no long text of another encoding is valid UTF-8 by chance
    scores = {codec: _plausibility(text) + _UNDECLARED_WINS * (codec in said) for codec, text in strict.items()}
    return max(scores, key=lambda codec: scores[codec])


def _misdeclared(said: list[str], used: str, text: str) -> tuple[Problem, ...]:
    if not said or said[0] == used or text.isascii():
        return ()
    return (Problem("declared-encoding", "info", f"The page says that it is in {said[0]}; it was read as {used}, which its bytes are"),)


def _replaced(data: bytes, codec: str, name: str) -> Decoded:
    text = data.decode(codec, "replace")
    lost = text.count("\ufffd") - data.decode(codec, "ignore").count("\ufffd")
    if not lost:
        return Decoded(text, codec)
    if lost > max(20, len(text) // 10):
        raise UnreadableError(f"{name} is no web page in UTF-8, GB 18030, Big5 or UTF-16.", "Save it as UTF-8 and try again.")
    message = f"{lost} characters could not be decoded as {codec} and stand as \ufffd"
    return Decoded(text, codec, (Problem("undecodable-bytes", "error", message),))


def _declared(data: bytes) -> str | None:
    match = _META.search(data[:_HEAD])
    return (match[1] or match[2]).decode("ascii") if match else None


def _codec(label: str | None) -> str | None:
    name = (label or "").strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    # What a page can say of itself in ASCII is no UTF-16 without its mark.
    return name if name in (*_ORDER, "cp1252", "hz") else None


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark, by the NUL of every ASCII character of the markup."""
    head = data[:4096]
    if head.count(0) * 8 <= len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _plausibility(text: str) -> float:
    """The share of common Chinese characters and signs among the wide ones; 1 for a text without any."""
    wide = [character for character in text if character > "\x7f" and not character.isspace()][:_SAMPLE]
    return sum(map(_common, wide)) / len(wide) if wide else 1.0


@cache
def _common(character: str) -> bool:
    """True for characters that most pages are made of: first level of GB 2312, first level of Big5, their signs."""
    for codec, ranges in (("gb2312", ((b"\xa1\xa1", b"\xa3\xfe"), (b"\xb0\xa1", b"\xd7\xf9"))), ("big5", ((b"\xa1\x40", b"\xc6\x7e"),))):
        try:
            code = character.encode(codec)
        except UnicodeEncodeError:
            continue
        if any(low <= code <= high for low, high in ranges):
            return True
    return character in "•–—…“”‘’·≥≤²³✓☑☐"
