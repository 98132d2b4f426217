"""Bytes with damage done to them: blind, and to what is printed in numbers and lines.

All chance comes from the generator that is given, so a mutant is the same wherever it is made."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

ODD_NUMBERS = (
    *("-1", "0", "1", "2", "7", "255", "65536", "999999999", "2147483648", "-2147483649", "9" * 40, "9" * 5000),
    *("1e308", "-1e999", "0.5", "NaN", "²", "1.2.3pt", "1_0", "0x10"),
)
ODD_WORDS = ("", " ", "x", "#REF!", "A1:XFD1048576", "XFD1048576", "../../x", "=1+1", "\u3000", "\u202e", "年" * 300, "%s%n", "\ufffd")
ODD_BYTES = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
    b"<",
    b">",
    b"&",
    b'"',
    b"PK\x03\x04",
    b"\r\n",
    b"\xfe\xff",
)
ODD_LETTERS = (
    "\n",
    "\n\n",
    "\n\n\n\n",
    "\t",
    "|",
    "\f",
    "\u3000",
    "  ",
    "\ufeff",
    "\u200b",
    "\u0301",
    "\U00020000",
    "≥",
    "指标",
    "<td>",
    "&nbsp;",
)
OFTEN = (2, 12, 150)
LARGEST = 4 << 20
"""A mutant is not grown beyond this: what is large is not what is looked for here."""


def several(data: bytes, chance: Random, mutations: Sequence[Mutation]) -> bytes:
    """The bytes after one to three mutations, mostly one."""
    for _ in range(chance.choice((1, 1, 1, 1, 2, 2, 3))):
        data = chance.choice(mutations)(data, chance)
        if len(data) > LARGEST:
            return data[:LARGEST]
    return data


def flip(data: bytes, chance: Random) -> bytes:
    """A few bits are the other way round."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64)) if out else 0):
        at = chance.randrange(len(out))
        out[at] ^= 1 << chance.randrange(8)
    return bytes(out)


def cut(data: bytes, chance: Random) -> bytes:
    """The end is not there."""
    return data[: chance.randrange(len(data) + 1)]


def remove(data: bytes, chance: Random) -> bytes:
    """A chunk is gone."""
    at, end = _chunk(data, chance)
    return data[:at] + data[end:]


def double(data: bytes, chance: Random) -> bytes:
    """A chunk stands there twice."""
    at, end = _chunk(data, chance)
    return data[:end] + data[at:end] + data[end:]


def swap(data: bytes, chance: Random) -> bytes:
    """Two chunks have changed places."""
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    size = min(chance.choice((1, 4, 64, 512)), b - a, len(data) - b)
    return data[:a] + data[b : b + size] + data[a + size : b] + data[a : a + size] + data[b + size :]


def _chunk(data: bytes, chance: Random) -> tuple[int, int]:
    """Where a piece of any size begins and ends."""
    at = chance.randrange(len(data) + 1)
    size = chance.choice((1, 2, 4, 16, 64, 512, 4096, len(data) // 2))
    return at, min(at + size, len(data))


def overwrite(data: bytes, chance: Random) -> bytes:
    """A whole number, or some bytes that mean something somewhere, stand where others were: lengths and counts change."""
    at = chance.randrange(len(data) + 1)
    number = chance.choice((0, 1, 2, 255, 256, 32767, 65535, 1 << 20, (1 << 31) - 1, (1 << 32) - 1, chance.getrandbits(32)))
    order = chance.choice("<>")
    packed = chance.choice((struct.pack(order + "I", number), struct.pack(order + "H", number & 0xFFFF), bytes([number & 0xFF])))
    new = chance.choice((packed, chance.choice(ODD_BYTES), chance.randbytes(chance.choice((1, 8, 100)))))
    return data[:at] + new + data[at + len(new) :]


def insert(data: bytes, chance: Random) -> bytes:
    """Bytes stand where there were none."""
    at = chance.randrange(len(data) + 1)
    new = chance.choice(ODD_BYTES) * chance.choice((1, 1, 3, 1000))
    return data[:at] + new + data[at:]


def digits(data: bytes, chance: Random) -> bytes:
    """A printed number is an odd one."""
    found = list(re.finditer(rb"-?\d+(?:\.\d+)?", data))
    if not found:
        return overwrite(data, chance)
    at = chance.choice(found)
    return data[: at.start()] + chance.choice(ODD_NUMBERS).encode() + data[at.end() :]


def lines(data: bytes, chance: Random) -> bytes:
    """Lines are gone, doubled, many times there, glued to the next or elsewhere."""
    found = data.split(b"\n")
    at = chance.randrange(len(found))
    match chance.randrange(5):
        case 0:
            del found[at]
        case 1:
            found[at:at] = [found[at]] * chance.choice(OFTEN)
        case 2:
            found[at : at + 2] = [chance.choice((b"", b"\t", b" ", b"|")).join(found[at : at + 2])]
        case 3:
            found.insert(chance.randrange(len(found)), found.pop(at))
        case _:
            found[at] = chance.choice(ODD_WORDS).encode() + found[at]
    return b"\n".join(found)


def letters(data: bytes, chance: Random) -> bytes:
    """Letters are gone, doubled, elsewhere or others, where bytes are still text: most blind damage to Chinese text is refused at once."""
    text = data.decode("utf-8", "replace")
    at = chance.randrange(len(text) + 1)
    end = min(len(text), at + chance.choice((1, 1, 4, 40, 400)))
    match chance.randrange(5):
        case 0:
            text = text[:at] + text[end:]
        case 1:
            text = text[:end] + text[at:end] * chance.choice((1, 1, 3)) + text[end:]
        case 2:
            to = chance.randrange(len(text) + 1)
            text = text[:to] + text[at:end] + text[to:]
        case 3:
            text = text[:at] + chance.choice(ODD_LETTERS) + text[at:]
        case _:
            text = text[:at] + "".join(chance.choices(text or " ", k=end - at)) + text[end:]
    return text.encode("utf-8", "replace")


BLIND: tuple[Mutation, ...] = (flip, cut, remove, double, swap, overwrite, overwrite, insert)
TEXTUAL: tuple[Mutation, ...] = (*BLIND, digits, digits, lines, lines, lines)
