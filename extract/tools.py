"""Finds and runs outside programs: where one is, which version, and a run that ends in time and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from extract.problem import ToolMissingError

VERSION_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Program:
    """An outside program: the names it goes by, the variable that may name its path, and where it is usually installed."""

    name: str
    commands: tuple[str, ...]
    variable: str
    places: tuple[str, ...] = ()
    installs: tuple[tuple[str, str], ...] = ()

    @property
    def remedy(self) -> str:
        """What to type to get the program, for each system."""
        ways = "; ".join(f"{system}: {command}" for system, command in self.installs)
        return f"Install it ({ways}), or name its path in {self.variable}."


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended. ``code`` is None where it took too long and was ended."""

    code: int | None
    output: str


SOFFICE = Program(
    "LibreOffice",
    ("soffice", "libreoffice"),
    "JIXIAO_SOFFICE",
    (
        "/Applications/LibreOffice.app/Contents/MacOS/soffice",
        "/opt/libreoffice*/program/soffice",
        "/usr/lib*/libreoffice/program/soffice",
        "/snap/bin/libreoffice",
        "C:/Program Files/LibreOffice/program/soffice.com",
        "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    ),
    (
        ("Debian, Ubuntu", "apt-get install libreoffice-writer libreoffice-calc"),
        ("macOS", "brew install --cask libreoffice"),
        ("Windows", "winget install TheDocumentFoundation.LibreOffice"),
    ),
)


def find(program: Program) -> Path | None:
    """Where a program is, None where it is not here. A path named in its variable stands for all others."""
    named = os.environ.get(program.variable)
    if named:
        return Path(named) if os.access(named, os.X_OK) and Path(named).is_file() else None
    for command in program.commands:
        if found := shutil.which(command):
            return Path(found)
    for place in program.places:
        root = Path(Path(place).anchor or "/")
        pattern = str(Path(place).relative_to(Path(place).anchor)) if Path(place).anchor else place
        if root.is_dir() and (here := next((path for path in sorted(root.glob(pattern)) if os.access(path, os.X_OK)), None)):
            return here
    return None


def required(program: Program, why: str) -> Path:
    """Where a program is. Raises ToolMissingError, which begins with ``why`` it is needed, where it is not here."""
    found = find(program)
    if found is None:
        named = os.environ.get(program.variable)
        more = f" {program.variable} names {named}, which is no program." if named else ""
        raise ToolMissingError(f"{why} needs {program.name}, which is not here.{more}", program.remedy)
    return found


def version(program: Program) -> str | None:
    """The first line of what a program says of its version, None where it is not here or does not run."""
    found = find(program)
    if found is None:
        return None
    with suppress(OSError):
        ended = run([str(found), "--version"], VERSION_SECONDS)
        lines = ended.output.strip().splitlines()
        return lines[0].strip() if ended.code == 0 and lines else None
    return None


def run(command: Sequence[str], seconds: float, folder: Path | None = None) -> Run:
    """How a command ended, with all that it started; whatever still runs after ``seconds`` or at an interruption is ended.

    It runs without input, in a group of its own and in our session: whoever ends us finds it by that. Raises OSError where it cannot
    be started."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0 if os.name == "posix" else None,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return Run(None, "")
    except BaseException:
        _end(process)
        raise
    return Run(process.returncode, output.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and those that it started: a launcher's child would otherwise live on."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        process.kill()
    process.communicate()
