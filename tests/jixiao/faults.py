"""Ends commands at every step at which they change the disk, and looks whether the next run mends what is left.

python -m tests.jixiao.faults [--every N] [--inline] [SCENARIO...] prints what was tried and what went wrong as JSON.

Each try is a process of its own, forked from one that has everything loaded: it dies of SIGKILL before its step k, at a write
with half a file left behind, or meets a disk that is full, read-only or forbidden from that step on."""

from __future__ import annotations

import argparse
import csv
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, redirect_stdout
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import click
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import jixiao.intake
import jixiao.local
import jixiao.remap
import jixiao.tasks
from extract.problem import EXIT_DONE, EXIT_FINDINGS, EXIT_NOT_WRITABLE
from jixiao.cli.errors import exit_code_of
from jixiao.cli.main import cli
from jixiao.dataset import open_dataset
from jixiao.engine import Inline
from jixiao.local import Local
from tests.large.suite import Figure, Size, Trial

T = TypeVar("T")
CORPUS = Path(__file__).parents[2] / "corpus"
A, B, C = (CORPUS / name / "source.docx" for name in ("fourth-level", "hints-in-names", "no-levels"))
DAY = ("--author", "甲", "--date", "2026-01-31", "--overrule")
AUDIT = ("audit", "out", "--jobs", "1")
REFUSALS = {"full": errno.ENOSPC, "read-only": errno.EROFS, "forbidden": errno.EACCES}
NEEDS_ROOM = ("mkdir", "write")


class Refused(OSError):
    """What the fault itself raises, so that it is told from what it meets."""


@dataclass(frozen=True)
class Scenario:
    """What is there before, and the command that is cut off; paths are those below a fresh folder."""

    prepare: Callable[[], None]
    command: tuple[str, ...]
    fine: tuple[int, ...] = (EXIT_DONE,)
    told: bool = True
    """Whether the command ends with 6 where it cannot write; an audit shows its findings all the same."""


@dataclass
class Report:
    """What was tried with one scenario and what went wrong."""

    scenario: str
    steps: int = 0
    tries: int = 0
    wrong: list[str] = field(default_factory=list)


def run(*arguments: str) -> int:
    """The exit code of a command of jixiao."""
    with redirect_stdout(io.StringIO()):
        return exit_code_of(lambda: cli.main(args=list(arguments), standalone_mode=False), debug=True)


def told(*arguments: str) -> tuple[int, str]:
    """The exit code of a command, and what it said."""

    @click.command(context_settings={"ignore_unknown_options": True})
    def command() -> None:
        raise SystemExit(exit_code_of(lambda: cli.main(args=list(arguments), standalone_mode=False), debug=False))

    result = CliRunner().invoke(command, [])
    return result.exit_code, result.output


def ingest(*more: str) -> tuple[str, ...]:
    return ("ingest", "in", "--into", "out", "--jobs", "1", "--quiet", *more)


def sources() -> None:
    os.makedirs("in/below")
    shutil.copy(A, "in/a.docx")
    shutil.copy(B, "in/below/b.docx")


def landed() -> None:
    """Two sources and a further name of one, of which the folder that is ingested later knows nothing."""
    sources()
    os.makedirs("elsewhere")
    shutil.copy(B, "elsewhere/a-name-before.docx")
    assert run("ingest", "in", "elsewhere", "--into", "out", "--jobs", "1", "--quiet") == EXIT_DONE


def changed() -> None:
    """One source has other bytes and its old ones are gone, one has another name, one is read again by another option."""
    landed()
    shutil.copy(C, "in/a.docx")
    os.rename("in/below/b.docx", "in/below/c.docx")


def listed() -> None:
    """A list of names that a person filled."""
    landed()
    assert run("taxonomy", "review", "out", "-o", "todo.csv", "--unmatched") == EXIT_DONE
    with open("todo.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row | {"decision": "none"} for row in csv.DictReader(file)]
    assert len(rows) > 1
    for name, filled in (("first.csv", rows[:1]), ("second.csv", rows)):
        with open(name, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(filled)
    assert run("taxonomy", "decide", "first.csv", *DAY, "--decisions", "out/decisions.csv") == EXIT_DONE


def decided() -> None:
    listed()
    assert run("taxonomy", "decide", "second.csv", *DAY, "--decisions", "out/decisions.csv") == EXIT_DONE


def audited() -> None:
    landed()
    assert run(*AUDIT) == EXIT_FINDINGS
    Path("finding").write_text(open_dataset("out").findings()["finding_id"][0].as_py())


SCENARIOS = {
    "a first ingest": Scenario(sources, ingest()),
    "an ingest of what changed": Scenario(changed, ingest("--keep-contacts")),
    "an ingest after decisions": Scenario(decided, ingest()),
    "a remap": Scenario(decided, ("remap", "out")),
    "an audit": Scenario(landed, AUDIT, (EXIT_DONE, EXIT_FINDINGS), told=False),
    "a waiver": Scenario(
        audited, ("audit", "out", "--jobs", "1", "--waive", "@finding", "--reason", "照旧"), (EXIT_DONE, EXIT_FINDINGS), told=False
    ),
    "decisions": Scenario(listed, ("taxonomy", "decide", "second.csv", *DAY, "--decisions", "out/decisions.csv")),
}


def remember(patch: pytest.MonkeyPatch, inline: bool) -> None:
    """Has readings and mappings that come again remembered, and no disk waited for: what is looked at here is what is written.

    Only what is read ``inline``, in the process that writes, is remembered; workers read all of it at every try."""
    known: dict[object, object] = {}

    def once(work: Callable[..., T], key: Callable[..., object]) -> Callable[..., T]:
        def remembered(*arguments: object, **named: object) -> T:
            name = (work, key(*arguments, **named))
            if name not in known:
                known[name] = work(*arguments, **named)
            return known[name]  # type: ignore[return-value]

        return remembered

    def reading(path: Path, **named: Any) -> object:
        return Path(path).read_bytes(), named["source_path"], named["options"].keep_contacts, named["mappings"].decisions_version

    patch.setattr(jixiao.tasks, "convert", once(jixiao.tasks.convert, reading))
    patch.setattr(
        jixiao.remap, "mapped_columns", once(jixiao.remap.mapped_columns, lambda rows, tables: (repr(rows), tables.decisions_version))
    )
    patch.setattr(os, "fsync", lambda descriptor: None)
    if inline:
        patch.setattr(jixiao.intake, "Processes", lambda jobs, limits: Inline())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS))
    parser.add_argument("--every", type=int, default=1, help="Try only every so many steps with each fault.")
    parser.add_argument("--inline", action="store_true", help="Read sources in the process that writes, which is several times as fast.")
    options = parser.parse_args()
    reports = list(try_all(options.scenarios, options.every, options.inline))
    print(json.dumps([asdict(report) for report in reports], ensure_ascii=False))
    raise SystemExit(any(report.wrong for report in reports))


def try_all(names: Sequence[str], every: int = 1, inline: bool = False) -> Iterator[Report]:
    """What comes of each scenario, with each fault at every so many of its steps."""
    with pytest.MonkeyPatch.context() as patch:
        remember(patch, inline)
        for name in names:
            yield tried(name, every)


def tried(name: str, every: int) -> Report:
    """The scenario with every fault at every so many steps, none of them at the same steps as the one before."""
    report = Report(name)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        place = Place(Path(folder), SCENARIOS[name])
        report.steps = place.steps
        for number, kind in enumerate(("killed", *REFUSALS)):
            for step in range(1 + number % every, report.steps + 1, every):
                report.tries += 1
                if kind == "killed":
                    place.killed(step, report)
                else:
                    place.refused(kind, step, report)
    return report


class Place:
    """A folder in which a scenario is tried over and over."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._folder = folder
        self._scenario = scenario
        (folder / "before").mkdir()
        with chdir(folder / "before"):
            scenario.prepare()
        shutil.copytree(folder / "before", folder / "after")
        taken: list[str] = []
        with chdir(folder / "after"), pytest.MonkeyPatch.context() as patch:
            patch.setattr(jixiao.local, "Local", partial(Local, before=lambda step, path: taken.append(step)))
            self._undisturbed()
        self.steps = len(taken)
        self._before, self._after = contents(folder / "before"), contents(folder / "after")
        assert self._before != self._after

    def killed(self, step: int, report: Report) -> None:
        what = f"killed at {step}"
        shutil.copytree(self._folder / "before", self._folder / "now")
        status = self._at("now", lambda: self._with(partial(_kill, step), self._undisturbed), asserting=False)
        if not os.WIFSIGNALED(status):
            report.wrong.append(f"{what}: it went on to the end")
        self._readable(what, report)
        self._at("now", self._undisturbed)
        self._equal(what, report)
        shutil.rmtree(self._folder / "now")

    def refused(self, kind: str, step: int, report: Report) -> None:
        shutil.copytree(self._folder / "before", self._folder / "now")
        what = f"{kind} from {step}"
        if self._at("now", lambda: self._with(partial(_refuse, REFUSALS[kind], step), self._told), asserting=False):
            report.wrong.append(f"{what}: {(self._folder / 'said').read_text()}")
        self._readable(what, report)
        self._at("now", self._undisturbed)
        self._equal(what, report)
        shutil.rmtree(self._folder / "now")

    def _undisturbed(self) -> None:
        assert run(*self._command()) in self._scenario.fine

    def _command(self) -> list[str]:
        """A word that begins with @ stands for what the file of that name says."""
        return [Path(word[1:]).read_text() if word.startswith("@") else word for word in self._scenario.command]

    def _told(self) -> None:
        """Ends with 6 and one sentence of what and why, or was not touched by the fault at all."""
        code, output = told(*self._command())
        lines = [line for line in output.splitlines() if "cannot be written" in line]
        allowed = (EXIT_NOT_WRITABLE,) if self._scenario.told else (EXIT_NOT_WRITABLE, *self._scenario.fine)
        if contents(Path.cwd()) == self._after:
            allowed = (*allowed, *self._scenario.fine)
        elif len(lines) != 1:
            allowed = ()
        (self._folder / "said").write_text(f"exit code {code}: {output}")
        assert code in allowed and "Traceback" not in output, output

    def _with(self, fault: Callable[[int, str, Path], None], work: Callable[[], None]) -> None:
        steps = count(1)
        jixiao.local.Local = partial(Local, before=lambda step, path: fault(next(steps), step, path))  # type: ignore[misc, assignment]
        work()

    def _at(self, name: str, work: Callable[[], None], *, asserting: bool = True) -> int:
        """The status of a child that works in a folder of this name."""
        (self._folder / name).mkdir(exist_ok=True)
        status = in_child(self._folder / name, work)
        assert not asserting or status == 0, status
        return status

    def _readable(self, what: str, report: Report) -> None:
        """Every file that is there is whole, and every document that the dataset shows has the rows of before or after."""
        for path in (self._folder / "now" / "out").glob("*/*.parquet"):
            try:
                pq.ParquetFile(path).read(use_threads=False)
            except (OSError, ValueError) as error:
                report.wrong.append(f"{what}: {path.relative_to(self._folder)} is not whole: {error}")

    def _equal(self, what: str, report: Report) -> None:
        now = contents(self._folder / "now")
        odd = sorted(name for name in now.keys() | self._after.keys() if now.get(name) != self._after.get(name))
        if odd:
            report.wrong.append(f"{what}: after the next run other than undisturbed: {', '.join(odd)}")


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below, with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def _kill(at: int, number: int, step: str, path: Path) -> None:
    if number == at:
        if step == "write":
            path.write_bytes(b"PAR1 and half of")
        os.kill(os.getpid(), signal.SIGKILL)


def _refuse(code: int, at: int, number: int, step: str, path: Path) -> None:
    if number >= at and (code != errno.ENOSPC or step in NEEDS_ROOM):
        raise Refused(code, os.strerror(code))


def in_child(folder: Path, work: Callable[[], None]) -> int:
    """The status with which a child ends that works in the folder."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    try:
        os.chdir(folder)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        work()
    except BaseException:  # noqa: BLE001  whatever it was, this process ends here and runs no test of its parent
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def large(size: Size) -> Iterator[Trial]:
    """Every fault at every step of every scenario, then those that read sources with a worker of their own, which takes several times as
    long, at every tenth; of a smaller size at every so many of these."""
    every = max(1, round(1 / size.scale))
    for name in SCENARIOS:
        yield _trial(f"{name}, cut off at every step", name, every, inline=True)
    for name in (name for name, scenario in SCENARIOS.items() if scenario.command[0] == "ingest"):
        yield _trial(f"{name}, with a worker, cut off at every tenth step", name, 10 * every, inline=False)


def _trial(what: str, name: str, every: int, inline: bool) -> Trial:
    def run() -> Figure:
        begun = time.monotonic()
        (report,) = try_all([name], every, inline)
        for wrong in report.wrong:
            print(f"{name}, {wrong}", file=sys.stderr)
        note = f"{report.steps} steps: killed, disk full, read-only, forbidden"
        return Figure(what, report.tries, len(report.wrong), time.monotonic() - begun, note)

    return Trial(what, run)


if __name__ == "__main__":
    main()
