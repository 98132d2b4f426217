"""What stands in a zip or tar archive, entry by entry, within limits that no honest archive reaches."""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from extract.package import ENCRYPTED_FLAG
from extract.problem import UnreadableError

MAX_ENTRIES = 20_000
"""Entries of an archive, those of the archives in it counted in."""

MAX_UNPACKED = 4 << 30
"""Bytes that an archive unpacks to, those of the archives in it counted in."""

MAX_RATIO = 300
"""How many times its own size an archive may unpack to; office files and scans are packed once already."""

RATIO_FREE = 64 << 20
"""Bytes that do no harm, whatever the ratio."""

MOST_AT_ONCE = 16 << 20
"""Bytes that the head of one entry may take: longer names are an attack."""

FAULTS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError, KeyError,
)  # fmt: skip
"""What reading a damaged or hostile archive raises."""

UNPACK = "If the file is genuine, unpack it and give the files in it."
_UNICODE_PATH = 0x7075
_UTF8_FLAG = 0x800
_PACKED: dict[bytes, Callable[[Path], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_TAR_MARK = b"ustar"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its number in the archive, its name as written, its size; ``reason`` says why it is not read, if it is not;
    ``locked`` that it needs a password. ``open`` gives its bytes as long as the archive is open."""

    number: int
    name: str
    size: int
    open: Callable[[], IO[bytes]]
    reason: str | None = None
    locked: bool = False


@dataclass(slots=True)
class Budget:
    """What is left of the limits of one archive of ``packed`` bytes, over all archives in it. Raises UnreadableError."""

    name: str
    packed: int
    entries: int = 0
    unpacked: int = 0

    def take(self, size: int) -> None:
        self.entries += 1
        self.unpacked += size
        if self.entries > MAX_ENTRIES:
            raise self.refused(f"it holds more than {MAX_ENTRIES} files")
        if self.unpacked > MAX_UNPACKED:
            raise self.refused(f"it unpacks to more than {MAX_UNPACKED >> 30} GB")
        if self.unpacked > RATIO_FREE and self.unpacked > MAX_RATIO * max(self.packed, 1):
            raise self.refused(f"it unpacks to more than {MAX_RATIO} times its size")

    def refused(self, why: str) -> UnreadableError:
        return UnreadableError(f"{self.name} looks like an archive bomb: {why}. Nothing of it was read.", UNPACK)


def kind_of(path: Path) -> str | None:
    """zip or tar for a file that could be such an archive by its first bytes; None for any other."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[257:262] == _TAR_MARK:
        return "tar"
    packed = next((opener for magic, opener in _PACKED.items() if head.startswith(magic)), None)
    if packed is None:
        return None
    try:
        with packed(path) as stream:
            return "tar" if stream.read(512)[257:262] == _TAR_MARK else None
    except FAULTS:
        return None


@contextmanager
def entries_of(path: Path, budget: Budget) -> Iterator[Iterator[Entry]]:
    """The entries of an archive, each to be read before the next is asked for. Raises UnreadableError for one that breaks a limit."""
    if kind_of(path) == "zip":
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_ENTRIES:
                raise budget.refused(f"it holds {len(members)} files, more than {MAX_ENTRIES}")
            yield _zip_entries(archive, members, budget)
        return
    with _unpacked_stream(path) as stream, tarfile.open(fileobj=_Bounded(stream, budget), mode="r:") as tar:  # type: ignore[call-overload]
        yield _tar_entries(tar, budget)


def _zip_entries(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], budget: Budget) -> Iterator[Entry]:
    for number, info in enumerate(members):
        if info.is_dir():
            continue
        budget.take(info.file_size)
        mode = info.external_attr >> 16 if info.create_system == 3 else 0
        reason = "link in an archive" if stat.S_ISLNK(mode) else None
        locked = bool(info.flag_bits & ENCRYPTED_FLAG)
        yield Entry(number, zip_name(info), info.file_size, partial(archive.open, info), reason, locked)


def zip_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry as its author wrote it: most Chinese programs write GBK and do not say so."""
    own = _unicode_path(info.extra)
    if own is not None:
        return own
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030", "big5"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(character) in ("Co", "Cn") for character in name):
            return name.split("\0")[0]
    return info.filename


def _unicode_path(extra: bytes) -> str | None:
    """The name in UTF-8 that some programs write beside the other one."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and size > 5:
            try:
                return extra[at + 9 : at + 4 + size].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None


def _tar_entries(tar: tarfile.TarFile, budget: Budget) -> Iterator[Entry]:
    number = 0
    while (info := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined]  # which would hold every entry that was seen
        number += 1
        if info.isdir():
            continue
        budget.take(info.size)
        reason = None if info.isreg() else "link in an archive" if info.islnk() or info.issym() else "no regular file"
        yield Entry(number, tar_name(info.name), info.size, partial(_tar_stream, tar, info), reason)


def tar_name(name: str) -> str:
    """The name of an entry, whose bytes are GBK in archives of Chinese programs."""
    raw = name.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _tar_stream(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(info)
    if stream is None:
        raise tarfile.ReadError("no regular file")
    return stream


def _unpacked_stream(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(8)
    packed = next((opener for magic, opener in _PACKED.items() if head.startswith(magic)), None)
    return packed(path) if packed is not None else path.open("rb")


class _Bounded:
    """A stream that gives no more at once than an honest head of an entry takes.

    tarfile looks at the byte before each head again; a packed stream would unpack all anew for such a step back."""

    def __init__(self, stream: Any, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._at = 0
        self._wanted = 0
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MOST_AT_ONCE:
            raise self._budget.refused(f"the head of one of its files has more than {MOST_AT_ONCE >> 20} MB")
        if size == 1 and self._wanted == self._at - 1:
            self._wanted = self._at
            return self._last
        if self._wanted != self._at:
            self._at = self._stream.seek(self._wanted)
        data: bytes = self._stream.read(size)
        self._at = self._wanted = self._at + len(data)
        self._last = data[-1:] or self._last
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence or offset > 2 * MAX_UNPACKED:
            raise tarfile.ReadError("an entry begins nowhere in the archive")
        self._wanted = offset
        return offset

    def tell(self) -> int:
        return self._wanted
