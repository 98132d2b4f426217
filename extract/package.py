"""Opens office packages (zip archives of XML parts) guardedly: bounded sizes, no DTD, no entities, no network."""

from __future__ import annotations

import errno
import lzma
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from lxml import etree

from extract.problem import UnreadableError

MAX_MEMBERS = 20_000
MAX_UNPACKED = 1 << 30
MAX_RATIO = 300
# A member this small does no harm, whatever its ratio: short parts of one repeated byte are common.
RATIO_FREE = 4 << 20
_SHOWN = 80
_PIECE = 1 << 20
MAX_TREE = 256 << 20

ENCRYPTED_FLAG = 0x1

# What zipfile raises for bytes that are not what they promise, at any step; OSError where they point before the file's beginning.
ZIP_FAULTS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)

# The strict variant of the standard differs in its namespaces only.
STRICT_NAMESPACES = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
}

FETCH_AGAIN = "Fetch or copy the file again, or open it in its own program and save it anew."


class Related(NamedTuple):
    """One relationship of a part: the last word of its type (``worksheet``, ``header``) and the part it names."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of one package by name; a context manager, as the archive stays open while it is read.

    Raises UnreadableError for a damaged, encrypted or oversized archive, and for a part with a DTD."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except ZIP_FAULTS as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            raise _damaged(path.name, _reason(error)) from error
        try:
            self._members = _checked_members(self.name, self._zip.infolist())
        except UnreadableError:
            self._zip.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts as written, without a leading slash."""
        return tuple(_part_name(m.filename) for m in self._members.values())

    def has(self, name: str) -> bool:
        return _key(name) in self._members

    def data(self, name: str) -> bytes:
        """The unpacked bytes of a part; UnreadableError where it is missing or damaged."""
        with self.stream(name) as stream:
            return stream.read()

    def stream(self, name: str) -> IO[bytes]:
        """A part as a stream that turns every fault of the archive into an UnreadableError."""
        member = self._members.get(_key(name))
        if member is None:
            raise _damaged(self.name, f"the part {_short(name)} is missing")
        try:
            return _GuardedStream(self.name, self._zip.open(member))  # type: ignore[return-value]
        except ZIP_FAULTS as error:
            raise _damaged(self.name, _reason(error)) from error

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part, with the namespaces of the strict variant rewritten to the common ones."""
        data = self.data(name)
        if len(data) > MAX_TREE:
            raise _too_large(self.name, f"the part {_short(name)} unpacks to {len(data) >> 20} MB")
        if b"purl.oclc.org/ooxml" in data[:4096]:
            for strict, common in STRICT_NAMESPACES.items():
                data = data.replace(strict, common)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise _xml_fault(self.name, name, data, error) from error
        _refuse_dtd(self.name, name, root)
        return root

    def elements(self, name: str, tag: str | tuple[str, ...]) -> Iterator[etree._Element]:
        """The elements of some tags of a large XML part, one after another; each is freed when the next is asked for."""
        with self.stream(name) as stream:
            events = etree.iterparse(
                stream, events=("end",), tag=tag, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
            checked = False
            try:
                for _, element in events:
                    if not checked:
                        _refuse_dtd(self.name, name, element)
                        checked = True
                    yield element
                    element.clear()
                    while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
                        parent.remove(before)
            except etree.XMLSyntaxError as error:
                raise _xml_fault(self.name, name, b"", error) from error

    def related(self, part: str = "") -> dict[str, Related]:
        """The relationships of a part (of the package itself without one) by their id."""
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", base + ".rels")
        if not self.has(rels):
            return {}
        found = {}
        for item in self.xml(rels).iterchildren("{*}Relationship"):
            target = item.get("Target", "")
            external = item.get("TargetMode") == "External"
            if not external:
                target = _part_name(target) if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[item.get("Id", "")] = Related(item.get("Type", "").rsplit("/", 1)[-1], target, external)
        return found

    def main_part(self, expected: str) -> str:
        """The part that the package names as its document; ``expected`` where it names none that exists."""
        named = (r.target for r in self.related().values() if r.kind == "officeDocument")
        return next((name for name in named if self.has(name)), expected)


class _GuardedStream:
    def __init__(self, source: str, stream: IO[bytes]) -> None:
        self._source = source
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all: piece by piece, since zipfile asks at once for as many as a damaged directory says that there are."""
        try:
            return self._stream.read(size) if size >= 0 else b"".join(iter(partial(self._stream.read, _PIECE), b""))
        except ZIP_FAULTS as error:
            raise _damaged(self._source, _reason(error)) from error

    def __enter__(self) -> _GuardedStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _key(name: str) -> str:
    return _part_name(name).casefold()


def _checked_members(source: str, members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The archive's members by key. Sizes are the declared ones, which zipfile never reads past."""
    if len(members) > MAX_MEMBERS:
        raise _too_large(source, f"it holds {len(members)} members, more than {MAX_MEMBERS}")
    total = sum(m.file_size for m in members)
    if total > MAX_UNPACKED:
        raise _too_large(source, f"it unpacks to {total >> 20} MB, more than {MAX_UNPACKED >> 20}")
    for member in members:
        if member.file_size > RATIO_FREE and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise _too_large(source, f"its member {member.filename} unpacks to more than {MAX_RATIO} times its size")
        if member.flag_bits & ENCRYPTED_FLAG:
            raise UnreadableError(f"{source} is an archive with a password.", "Unpack it with its password and give the files in it.")
    return {_key(m.filename): m for m in members}


def _refuse_dtd(source: str, part: str, element: etree._Element) -> None:
    info = element.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise UnreadableError(
            f"{source} declares a document type in its part {part}, which office programs never write and which can pull in outside files.",
            "Do not trust this file; if it is genuine, open it in its own program and save it anew.",
        )


def _xml_fault(source: str, part: str, data: bytes, error: etree.XMLSyntaxError) -> UnreadableError:
    if b"<!DOCTYPE" in data[:4096]:
        return UnreadableError(
            f"{source} declares a document type in its part {part}, which office programs never write and which can pull in outside files.",
            "Do not trust this file; if it is genuine, open it in its own program and save it anew.",
        )
    return _damaged(source, f"its part {part} is not well-formed XML ({error})")


def _damaged(source: str, why: str) -> UnreadableError:
    return UnreadableError(f"{source} is damaged or cut short: {why}.", FETCH_AGAIN)


def _short(name: str) -> str:
    """A name as a message shows it: what a damaged file says in its place may have thousands of letters."""
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"


def _reason(error: Exception) -> str:
    """What an error of the archive says, without the bytes that some of them show."""
    text = str(error)
    return text if 0 < len(text) <= 120 and "\\x" not in text and not isinstance(error, OSError) else "its directory does not fit its parts"


def _too_large(source: str, why: str) -> UnreadableError:
    return UnreadableError(
        f"{source} looks like a zip bomb: {why}.",
        "If the file is genuine, open it in its own program and save only the forms into a new file.",
    )
