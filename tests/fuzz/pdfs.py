"""PDFs whose content stands in the open, and damage done to their words: numbers, operators, references, whole objects."""

from __future__ import annotations

import base64
import re
import zlib
from random import Random

from tests.fuzz.mutate import BLIND, ODD_NUMBERS

_STREAM = re.compile(rb"<<(?P<entries>[^<>]*(?:<<[^<>]*>>[^<>]*)*)>>\s*stream\r?\n(?P<data>.*?)\r?\n?endstream", re.S)
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_LENGTH = re.compile(rb"/Length\s+\d+")
_OBJECT = re.compile(rb"(?:^|(?<=[\r\n]))(\d+) 0 obj\b.*?endobj", re.S)
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
_REFERENCE = re.compile(rb"\b\d+ 0 R\b")
_OPERATOR = re.compile(rb"(?<=\s)(?:q|Q|cm|re|l|m|S|f|n|W|BT|ET|Tf|Tm|Td|Tj|TJ|T\*|TL|Do|gs|BI|EI|h|c|rg|RG|w|d)(?=\s)")
_NUMBER = re.compile(rb"(?<=[\s\[])-?\d+(?:\.\d+)?(?=[\s\]])")
_FILTERS = (b"/FlateDecode", b"/ASCII85Decode")


def opened(data: bytes) -> bytes:
    """The PDF with those streams unpacked that hold text in the filters that reportlab uses, and its cross-references right."""
    return referenced(_STREAM.sub(_unpacked, data))


def _unpacked(match: re.Match[bytes]) -> bytes:
    entries, data = match["entries"], match["data"]
    found = _FILTER.search(entries)
    names = _NAME.findall(found[1]) if found else []
    if found is None or not set(names) <= set(_FILTERS) or b"/Length1" in entries:
        return match[0]
    for name in names:
        data = zlib.decompress(data) if name == b"/FlateDecode" else base64.a85decode(data.strip().removesuffix(b"~>"))
    entries = _LENGTH.sub(b"/Length %d" % len(data), _FILTER.sub(b"", entries))
    return b"<<" + entries + b">>\nstream\n" + data + b"\nendstream"


def referenced(data: bytes) -> bytes:
    """The PDF with a table of cross-references that fits its objects, as far as it still has both."""
    places = {int(m[1]): m.start() for m in _OBJECT.finditer(data) if len(m[1]) < 10}
    at, trailer = data.rfind(b"\nxref"), data.rfind(b"trailer")
    if not places or at < 0 or trailer < at:
        return data
    count = max(places) + 1
    if count > 5000:  # a number of an object that is odd itself
        return data
    free = b"0000000000 65535 f \n"
    rows = [b"%010d 00000 n \n" % places[n] if n in places else free for n in range(count)]
    end = re.sub(rb"startxref\s+\d+", b"startxref\n%d" % (at + 1), data[trailer:])
    return data[:at] + b"\nxref\n0 %d\n" % count + b"".join(rows) + end


def words(data: bytes, chance: Random) -> bytes:
    """A number, name, operator or reference is another one; the table of cross-references is made anew or left wrong."""
    pattern = chance.choice((_NUMBER, _NUMBER, _NUMBER, _NAME, _REFERENCE, _OPERATOR, _OPERATOR))
    found = list(pattern.finditer(data))
    if not found:
        return chance.choice(BLIND)(data, chance)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.choice(found)
        new = chance.choice(ODD_NUMBERS).encode() if pattern is _NUMBER and chance.random() < 0.7 else chance.choice(found)[0]
        if len(new) != at.end() - at.start() and len(found) > 1:
            data = data[: at.start()] + new + data[at.end() :]
            found = list(pattern.finditer(data))
            if not found:
                break
        else:
            data = data[: at.start()] + new + data[at.end() :]
    return referenced(data) if chance.random() < 0.8 else data


def objects(data: bytes, chance: Random) -> bytes:
    """An object is gone, stands under the number of another, or many times there."""
    found = list(_OBJECT.finditer(data))
    if not found:
        return chance.choice(BLIND)(data, chance)
    one, other = chance.choice(found), chance.choice(found)
    match chance.randrange(3):
        case 0:
            data = data[: one.start()] + data[one.end() :]
        case 1:
            body = other[0][other[0].index(b" ") :]
            data = data[: one.start()] + one[1] + body + data[one.end() :]
        case _:
            data = data[: one.end()] + (b"\n" + one[0]) * chance.choice((1, 20, 200)) + data[one.end() :]
    return referenced(data)


def page_content(data: bytes, chance: Random) -> bytes:
    """The operators of a stream many times over, or nested in each other's saved states."""
    found = [m for m in _STREAM.finditer(data) if b" Tj" in m["data"] or b" re" in m["data"] or b" l" in m["data"]]
    if not found:
        return chance.choice(BLIND)(data, chance)
    one = chance.choice(found)
    content = one["data"]
    match chance.randrange(3):
        case 0:
            content = b"q " * chance.choice((30, 3000)) + content
        case 1:
            content = content * chance.choice((2, 10, 40))
        case _:
            content = chance.choice((b"[", b"(", b"<<", b"BT ", b"1e9 0 0 1e9 0 0 cm ", b"0 0 0 0 0 0 cm ", b"W n ")) + content
    entries = _LENGTH.sub(b"/Length %d" % len(content), one["entries"])
    return referenced(data[: one.start()] + b"<<" + entries + b">>\nstream\n" + content + b"\nendstream" + data[one.end() :])
