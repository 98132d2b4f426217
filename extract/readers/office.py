"""Files that LibreOffice turns into .docx or .xlsx (.wps, .rtf, .odt, .ods and other old formats) -> Document.

Places are those of the converted file; ``format`` stays the source's own. LibreOffice starts in a second and then needs
a few hundredths for each file, so whoever has many files fills a folder with ``prepare`` and names it to ``read``.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from extract.compound import Compound
from extract.formats import FORMATS, sniff
from extract.model import Document
from extract.package import Package
from extract.problem import ToolMissingError, UnreadableError
from extract.scratch import scratch
from extract.tools import SOFFICE, find, required, run

# One file may take this long, and each further one of a call adds less: a hanging one must not hold up its neighbours.
SECONDS = 120
SECONDS_EACH = 10
BATCH = 40

# No macro runs, nothing outside of the file is fetched, no link is brought up to date.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)
_WORD_95 = b"\xdc\xa5"  # how the main stream of Word 6 and 95 begins
_OOR = 'xmlns:oor="http://openoffice.org/2001/registry"'


@dataclass(frozen=True, slots=True)
class _Route:
    """How a format is converted: its usual suffix, the format that comes out, and the filter of LibreOffice.

    The filter is named, since LibreOffice takes what it does not know for plain text."""

    suffix: str
    target: str
    filter: str


_OLDER_WORD = _Route(".doc", "docx", "MS Word 95")
_ROUTES: dict[str, _Route] = {
    "doc": _Route(".doc", "docx", "MS Word 97"),
    "wps": _Route(".wps", "docx", "MS_Works"),
    "rtf": _Route(".rtf", "docx", "Rich Text Format"),
    "odt": _Route(".odt", "docx", "writer8"),
    "ods": _Route(".ods", "xlsx", "calc8"),
}


def read(path: Path, converted: str | None = None) -> Document:
    """The Document of a file, converted now, or before into the folder ``converted``.

    Raises ToolMissingError where LibreOffice is not here, UnreadableError where it cannot open the file."""
    found = sniff(path)
    _refuse(path, found.name)
    prepared = _prepared(path, found.name, Path(converted)) if converted is not None else None
    if prepared is not None:
        return _read_converted(path, found.name, prepared)
    required(SOFFICE, f"{path.name} is {found.what}; reading it")
    with scratch("office") as folder:
        result = convert_batch([path], folder)[path]
        if isinstance(result, UnreadableError):
            raise result
        return _read_converted(path, found.name, result)


def takes(path: Path) -> bool:
    """True for a file that ``read`` is the reader of. One whose suffix promises something else is not opened to know:
    it is converted when it is read."""
    if path.suffix.lower() not in {suffix for entry in FORMATS.values() if entry.reader == __name__ for suffix in entry.suffixes}:
        return False
    try:
        return sniff(path).reader == __name__
    except UnreadableError:
        return False


def prepare(paths: Iterable[Path], folder: Path) -> None:
    """Fills a folder with the converted files of those sources that need LibreOffice, for ``read`` to find.

    Where LibreOffice is not here, or cannot be started, nothing is done: each source says so when it is read, and so
    does one that must not reach it."""
    wanted = [path for path in paths if takes(path) and not _refused(path)]
    if not wanted or find(SOFFICE) is None:
        return
    with suppress(ToolMissingError), scratch("office") as work:
        for path, result in convert_batch(wanted, work).items():
            stem = folder / _digest(path)
            if isinstance(result, UnreadableError):
                stem.with_suffix(".failed").write_text(f"{result.message}\n{result.remedy}", encoding="utf-8")
            else:
                shutil.move(result, stem.with_suffix(result.suffix))


def convert_batch(paths: Sequence[Path], folder: Path) -> dict[Path, Path | UnreadableError]:
    """Each file with its conversion, which is put into ``folder``, or the reason why there is none.

    Many files go through one run; those that a run gives nothing for are tried once more alone."""
    program = required(SOFFICE, "Converting office files")
    results: dict[Path, Path | UnreadableError] = {}
    with _profile() as profile:
        office = _Office(program, profile, folder)
        for route, group in _grouped(paths).items():
            for start in range(0, len(group), BATCH):
                results.update(office.convert(group[start : start + BATCH], route))
        for path, result in results.items():
            if isinstance(result, UnreadableError) and len(paths) > 1:
                results[path] = office.convert([path], _route(path))[path]
    return results


def _grouped(paths: Sequence[Path]) -> dict[_Route, list[Path]]:
    groups: dict[_Route, list[Path]] = {}
    for path in dict.fromkeys(paths):
        groups.setdefault(_route(path), []).append(path)
    return groups


def _route(path: Path) -> _Route:
    name = sniff(path).name
    if name == "doc" and Compound(path.read_bytes(), path.name).stream("WordDocument").startswith(_WORD_95):
        return _OLDER_WORD
    return _ROUTES[name]


class _Office:
    """LibreOffice with a profile of its own; each run gets copies of the files under names of ours."""

    def __init__(self, program: Path, profile: Path, folder: Path) -> None:
        self._program = program
        self._profile = profile
        self._folder = folder
        self._runs = 0

    def convert(self, paths: Sequence[Path], route: _Route) -> dict[Path, Path | UnreadableError]:
        """Files that take one route, converted in one run."""
        self._runs += 1
        given, made = self._folder / f"{self._runs}-in", self._folder / f"{self._runs}-out"
        given.mkdir()
        copies = {path: given / f"{number}{route.suffix}" for number, path in enumerate(paths)}
        for path, copy in copies.items():
            shutil.copyfile(path, copy)
        seconds = SECONDS + SECONDS_EACH * (len(paths) - 1)
        why = self._run(route, [str(copy) for copy in copies.values()], made, seconds)
        results: dict[Path, Path | UnreadableError] = {}
        for path, copy in copies.items():
            result = made / f"{copy.stem}.{route.target}"
            results[path] = result if result.is_file() and result.stat().st_size else _unconverted(path, why)
        return results

    def _run(self, route: _Route, files: Sequence[str], made: Path, seconds: float) -> str:
        """Runs it; returns why there may be nothing."""
        command = [str(self._program), f"-env:UserInstallation={self._profile.as_uri()}", "--headless", "--norestore", "--nologo"]
        command += ["--nodefault", "--nolockcheck", f"--infilter={route.filter}", "--convert-to", route.target, "--outdir", str(made)]
        try:
            ended = run([*command, *files], seconds, self._folder)
        except OSError as error:
            raise ToolMissingError(f"LibreOffice cannot be started: {error.strerror or error}.", SOFFICE.remedy) from error
        if ended.code is None:
            return f"it took more than {seconds:.0f} seconds"
        if ended.code:
            return f"it ended with code {ended.code}"
        return "it is damaged, protected with a password, or of a kind that LibreOffice does not know"


@contextmanager
def _profile() -> Iterator[Path]:
    """A user profile of its own: two runs that share one wait for each other or fail."""
    with scratch("profile") as folder:
        user = folder / "user"
        user.mkdir()
        items = "".join(
            f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
            for path, name, value in _SETTINGS
        )
        (user / "registrymodifications.xcu").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:items {_OOR}>{items}</oor:items>\n', encoding="utf-8"
        )
        yield folder


def _read_converted(path: Path, name: str, converted: Path) -> Document:
    target = _ROUTES[name].target
    try:
        document: Document = import_module(f"extract.readers.{target}").read(converted)
    except UnreadableError as error:
        raise UnreadableError(f"{path.name} was converted by LibreOffice, and what came out cannot be read: {error.message}") from error
    return replace(document, source_name=path.name, format=name, reader=f"libreoffice+{target}")


def _prepared(path: Path, name: str, folder: Path) -> Path | None:
    """The file that ``prepare`` made, None where it made none; raises what it noted where the conversion failed."""
    stem = folder / _digest(path)
    failed, converted = stem.with_suffix(".failed"), stem.with_suffix(f".{_ROUTES[name].target}")
    if failed.is_file():
        raise UnreadableError(*failed.read_text(encoding="utf-8").split("\n", 1))
    return converted if converted.is_file() else None


def _refuse(path: Path, name: str) -> None:
    """Refuses what must not reach another program: packages that unpack to too much, and those with a password."""
    if name not in ("odt", "ods"):
        return
    with Package(path) as package:
        if package.has("META-INF/manifest.xml") and b"encryption-data" in package.data("META-INF/manifest.xml"):
            raise UnreadableError(f"{path.name} is protected with a password.", "Open it with the password and save it without one.")


def _refused(path: Path) -> bool:
    try:
        _refuse(path, sniff(path).name)
    except UnreadableError:
        return True
    return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unconverted(path: Path, why: str) -> UnreadableError:
    return UnreadableError(
        f"{path.name} could not be converted by LibreOffice: {why}.", "Open it in Word, Excel or WPS and save it as .docx or .xlsx."
    )
