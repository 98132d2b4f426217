"""An OLE2 compound file -> its streams by name: the container of .doc and .xls.

Untrusted input: each chain of sectors is followed at most once around, and nothing is read that the file does not hold.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from extract.package import FETCH_AGAIN
from extract.problem import UnreadableError

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_LAST_SECTOR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5
_ENTRY = 128
_IN_HEADER = 109


class _Entry(NamedTuple):
    name: str
    kind: int
    start: int
    size: int
    linked: tuple[int, int]
    child: int


class Compound:
    """The streams of one compound file. Raises UnreadableError where the file is damaged."""

    def __init__(self, data: bytes, source: str) -> None:
        self._data = data
        self._source = source
        if len(data) < _HEADER or not data.startswith(SIGNATURE):
            raise self._damaged("it has no header")
        self._sector, self._mini_sector = (1 << shift for shift in self._shifts())
        self._fat = self._read_fat()
        self._directory = self._read_directory()
        self._streams = {entry.name: entry for entry in self._top() if entry.kind == _STREAM}
        cutoff, start = struct.unpack_from("<II", data, 56)
        self._cutoff = cutoff
        self._mini_fat = _numbers(self._chain(start, self._fat))
        self._mini = self._chain(self._directory[0].start, self._fat)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the file's own streams; those of documents embedded in it lie in folders and are left out."""
        return tuple(self._streams)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; UnreadableError where it is missing or cut short."""
        entry = self._streams.get(name)
        if entry is None:
            raise self._damaged(f"its part {name} is missing")
        if entry.size < self._cutoff:
            data = self._chain(entry.start, self._mini_fat, self._mini, self._mini_sector)
        else:
            data = self._chain(entry.start, self._fat)
        if len(data) < entry.size:
            raise self._damaged(f"its part {name} ends early")
        return data[: entry.size]

    def _shifts(self) -> tuple[int, int]:
        sector, mini = struct.unpack_from("<HH", self._data, 30)
        if sector not in (9, 12) or mini != 6:
            raise self._damaged("its sectors have an unknown size")
        return sector, mini

    def _read_fat(self) -> Sequence[int]:
        """The table that names the sector after each sector."""
        listed = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        per_sector = self._sector // 4
        for _ in range(len(self._data) // self._sector):
            if following >= _LAST_SECTOR:
                break
            *more, following = _numbers(self._at(following))[:per_sector] or (_LAST_SECTOR,)
            listed.extend(more)
        return _numbers(b"".join(self._at(number) for number in listed if number < _LAST_SECTOR))

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, number: int, fat: Sequence[int], body: bytes | None = None, size: int = 0) -> bytes:
        """The sectors from one on, joined; sectors of ``body`` where it is given."""
        parts: list[bytes] = []
        for _ in range(len(fat)):
            if number >= len(fat):
                break
            parts.append(self._at(number) if body is None else body[number * size : (number + 1) * size])
            number = fat[number]
        return b"".join(parts)

    def _read_directory(self) -> list[_Entry]:
        data = self._chain(struct.unpack_from("<I", self._data, 48)[0], self._fat)
        entries = []
        for start in range(0, len(data) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", data, start + 64)
            left, right, child = struct.unpack_from("<III", data, start + 68)
            first, size = struct.unpack_from("<II", data, start + 116)
            name = data[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            entries.append(_Entry(name, kind, first, size, (left, right), child))
        if not entries or entries[0].kind != _ROOT:
            raise self._damaged("its directory is not there")
        return entries

    def _top(self) -> list[_Entry]:
        """The entries of the outermost folder."""
        found: dict[int, _Entry] = {}
        waiting = [self._directory[0].child]
        while waiting:
            number = waiting.pop()
            if number < len(self._directory) and number not in found:
                found[number] = self._directory[number]
                waiting.extend(found[number].linked)
        return list(found.values())

    def _damaged(self, why: str) -> UnreadableError:
        return UnreadableError(f"{self._source} is damaged or cut short: {why}.", FETCH_AGAIN)


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
