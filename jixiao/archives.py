"""Archives of submissions: each file in them is a source of its own, named ``archive.zip!/folder/member.doc``.

Nothing in an archive chooses where it is written: members that are to be read lie in a private folder of the run,
under numbers, and the folder goes with the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from extract.formats import FORMATS
from extract.problem import EXIT_UNREADABLE, UnreadableError
from extract.scratch import scratch
from jixiao.archive_entries import FAULTS, UNPACK, Budget, Entry, entries_of
from jixiao.archived import DOCUMENTS, INSIDE, Chain, is_archive
from jixiao.outcome import Failure

MAX_DEPTH = 4
"""Archives in archives: what packs deeper packs itself."""

_CHUNK = 1 << 20
_HEADS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_LEFTOVERS = frozenset(("thumbs.db", "desktop.ini", "icon\r"))
LEFTOVER = "left by a file manager"

Judge = Callable[[str, Path | None], str | None]
"""Why a member of a name is left out; its file is there only where its content was asked for."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its path there, the numbers that lead to it through the archives, the SHA-256 of its bytes;
    ``failure`` says why its bytes cannot be had."""

    name: str
    chain: Chain
    digest: str
    failure: Failure | None = None


@dataclass(slots=True)
class Contents:
    """What an archive holds: members, what is left out with the reason, and the archives in it, itself (``""``) first."""

    members: list[Member] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    archives: list[str] = field(default_factory=lambda: [""])


def contents_of(path: Path, shown: str, judge: Judge) -> Contents:
    """What is in the archive, its bytes read once and nothing kept. ``judge`` says which members are left out.

    Raises UnreadableError for an archive that is damaged or breaks a limit: then nothing of it is read."""
    contents = Contents()
    walk = _Walk(Budget(shown.rsplit("/", 1)[-1], path.stat().st_size), contents, judge)
    with scratch("archive") as folder:
        try:
            walk.archive(path, "", (), folder)
        except FAULTS as error:
            raise _damaged(walk.budget.name, error) from error
    return contents


class _Walk:
    """The walk over one archive and those in it."""

    def __init__(self, budget: Budget, contents: Contents, judge: Judge) -> None:
        self.budget = budget
        self._contents = contents
        self._judge = judge
        self._names: dict[str, int] = {}

    def archive(self, path: Path, prefix: str, chain: Chain, folder: Path) -> None:
        if len(chain) >= MAX_DEPTH:
            raise self.budget.refused(f"it holds archives more than {MAX_DEPTH} deep")
        with entries_of(path, self.budget) as entries:
            for entry in entries:
                name = prefix + safe_name(entry.name)
                reason = entry.reason or _leftover(name) or self._judge(name, None)
                if reason:
                    self._contents.skipped.append((name, reason))
                else:
                    self._entry(entry, self._unique(name), (*chain, entry.number), folder)

    def _unique(self, name: str) -> str:
        """The name, with a number behind where the archive holds it twice."""
        count = self._names[name] = self._names.get(name, 0) + 1
        if count == 1:
            return name
        stem, dot, suffix = name.rpartition(".")
        numbered = f"{stem} ({count}).{suffix}" if dot and "/" not in suffix else f"{name} ({count})"
        return self._unique(numbered)

    def _entry(self, entry: Entry, name: str, chain: Chain, folder: Path) -> None:
        if entry.locked:
            self._fail(name, chain, "is in the archive with a password.", "Unpack the archive with its password and give the files in it.")
            return
        spool = folder / "-".join(map(str, chain))
        try:
            try:
                digest = _hashed(entry, spool, _suffix(name))
            except FAULTS as error:
                self._fail(name, chain, f"cannot be unpacked: {_reason(error)}.", "Fetch or pack the archive again.")
                return
            self._found(Member(name, chain, digest), spool, folder)
        finally:
            spool.unlink(missing_ok=True)

    def _found(self, member: Member, spool: Path, folder: Path) -> None:
        if spool.exists():
            typed = spool.rename(spool.with_name(spool.name + _suffix(member.name)))
            try:
                reason = self._judge(member.name, typed)
                if reason:
                    self._contents.skipped.append((member.name, reason))
                    return
                if is_archive(typed):
                    self._nested(member, typed, folder)
                    return
            finally:
                typed.unlink(missing_ok=True)
        self._contents.members.append(member)

    def _nested(self, member: Member, path: Path, folder: Path) -> None:
        before = len(self._contents.members), len(self._contents.skipped), len(self._contents.archives)
        self._contents.archives.append(member.name)
        try:
            self.archive(path, member.name + INSIDE, member.chain, folder)
        except FAULTS as error:
            for kept, held in zip(before, (self._contents.members, self._contents.skipped, self._contents.archives), strict=True):
                del held[kept:]  # type: ignore[attr-defined]
            self._fail(member.name, member.chain, f"is an archive that is damaged or cut short: {_reason(error)}.", UNPACK)

    def _fail(self, name: str, chain: Chain, why: str, remedy: str) -> None:
        failure = Failure(EXIT_UNREADABLE, UnreadableError.code, f"{name.rsplit('/', 1)[-1]} {why}", remedy)
        self._contents.members.append(Member(name, chain, "", failure))


_KNOWN = frozenset(suffix for entry in FORMATS.values() for suffix in entry.suffixes if suffix)


def safe_name(name: str) -> str:
    """The name of an entry as a path inside of its archive: without drive, root and steps upwards."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    kept = ["".join(c if c.isprintable() else "_" for c in part) for part in parts if part not in ("", ".", "..")]
    return "/".join(kept) or "nameless"


def _leftover(name: str) -> str | None:
    parts = name.casefold().split("/")
    return LEFTOVER if "__macosx" in parts or parts[-1] in _LEFTOVERS or parts[-1] == ".ds_store" else None


def _suffix(name: str) -> str:
    suffix = Path(name.rsplit("/", 1)[-1]).suffix.lower()
    return suffix if len(suffix.encode()) <= 12 else ""


def _hashed(entry: Entry, spool: Path, suffix: str) -> str:
    """The SHA-256 of an entry, whose bytes are written to ``spool`` where its content decides what it is."""
    digest = hashlib.sha256()
    with entry.open() as stream:
        chunk = stream.read(_CHUNK)
        if not _decides(chunk, suffix):
            while chunk:
                digest.update(chunk)
                chunk = stream.read(_CHUNK)
            return digest.hexdigest()
        with spool.open("wb") as file:
            while chunk:
                digest.update(chunk)
                file.write(chunk)
                chunk = stream.read(_CHUNK)
    return digest.hexdigest()


def _decides(head: bytes, suffix: str) -> bool:
    """True where an entry could be an archive, or text beside the documents, by its first bytes and its suffix."""
    if suffix in DOCUMENTS:
        return False
    return head.startswith(_HEADS) or head[257:262] == b"ustar" or suffix not in _KNOWN or suffix in (".xml", ".md")


def _reason(error: BaseException) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _damaged(name: str, error: BaseException) -> UnreadableError:
    return UnreadableError(f"{name} is an archive that is damaged or cut short: {_reason(error)}.", "Fetch or copy it again.")
