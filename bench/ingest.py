"""An ingest of many small sources: memory of every process over the run, and documents a second.

    python bench/ingest.py memory [--sources 10000] [--jobs 2] [--write]    memory as the sources pass, drawn to docs/img/memory.png
    python bench/ingest.py speed [--sources 1000] [--write]                 small DOCX a second, with 1 and 2 processes, and python-docx
    python bench/ingest.py profile [--sources 500]                          where the time of the parent goes

The sources are small files of the corpus, each copy with another number in its text (behind the end of a PDF), so that no two have the
same bytes; the same number of sources gives the same files. ``--write`` puts the results into bench/README.md."""

from __future__ import annotations

import argparse
import cProfile
import itertools
import json
import os
import platform
import pstats
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from jixiao.intake import Summary, ingest  # noqa: E402
from jixiao.limits import Limits  # noqa: E402
from jixiao.outcome import Options, Outcome  # noqa: E402
from jixiao.plan import Job, Plan  # noqa: E402
from jixiao.sources import Collection  # noqa: E402
from jixiao.watcher import Watcher  # noqa: E402

LARGEST = 6_000
RESTART_AFTER = 500
A_FOLDER = 500
KINDS = ("docx", "xlsx", "html", "pdf")
TEXT_ENDS = {"docx": ("word/document.xml", b"</w:t>"), "xlsx": ("xl/worksheets/sheet1.xml", b"</t>")}
PICTURE = ROOT / "docs" / "img" / "memory.png"
PEER = 100
"""Files that python-docx reads: each takes it many times as long."""
FLAT = 1.1
"""The parent may hold this many times as much at the end as after the first fifth of the sources."""


def make_sources(folder: Path, count: int, kinds: Sequence[str]) -> None:
    """Fills the folder with so many files, none with the bytes of another."""
    originals = [path for kind in kinds for path in sorted((ROOT / "corpus").glob(f"*/source.{kind}")) if path.stat().st_size <= LARGEST]
    for number, path in zip(range(count), itertools.cycle(originals), strict=False):
        place = folder / f"{number // A_FOLDER:03d}" / f"{number:06d}{path.suffix}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(numbered(path, number))


def numbered(path: Path, number: int) -> bytes:
    """The bytes of the file with the number in its last text."""
    kind = path.suffix[1:]
    if kind in TEXT_ENDS:
        member, end = TEXT_ENDS[kind]
        return _with_member(path, member, lambda data: _before_last(data, end, number))
    if kind == "html":
        return _before_last(path.read_bytes(), b"</td>", number)
    return path.read_bytes() + b"%%%d\n" % number


def _before_last(data: bytes, end: bytes, number: int) -> bytes:
    before, found, after = data.rpartition(end)
    return b"%s%d%s%s" % (before, number, found, after) if found else b"%s<!-- %d -->" % (data, number)


def _with_member(path: Path, member: str, change: Callable[[bytes], bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in package.infolist():
            data = package.read(entry)
            copy.writestr(entry, change(data) if entry.filename == member else data)
    return made.getvalue()


@dataclass
class Trace(Watcher):
    """What a run took: samples of sources done, seconds, megabytes of the parent, and megabytes of each worker."""

    every: int
    samples: list[tuple[int, float, float, dict[int, float]]] = field(default_factory=list)
    done: int = 0
    rows: int = 0
    start: float = field(default_factory=time.monotonic)

    def planned(self, plan: Plan, found: Collection) -> None:
        self.sample()

    def converted(self, job: Job, outcome: Outcome) -> None:
        self.done += 1
        self.rows += outcome.indicators
        if self.done % self.every == 0:
            self.sample()

    def sample(self) -> None:
        parent = psutil.Process()
        workers = {child.pid: _megabytes(child) for child in parent.children()}
        self.samples.append((self.done, time.monotonic() - self.start, _megabytes(parent), workers))


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / (1 << 20)
    except psutil.Error:  # it ended meanwhile
        return 0.0


@dataclass(frozen=True)
class Run:
    """A run in a process of its own: the trace, the seconds of the whole, and the processor seconds of the parent and of all."""

    samples: list[tuple[int, float, float, dict[str, float]]]
    rows: int
    seconds: float
    parent_seconds: float
    all_seconds: float
    failed: int


def child(sources: Path, jobs: int, every: int) -> Run:
    trace = Trace(every)
    with tempfile.TemporaryDirectory() as place:
        summary = take(sources, Path(place), jobs, trace)
    trace.sample()
    seconds = time.monotonic() - trace.start
    samples = [(done, at, parent, {str(pid): size for pid, size in workers.items()}) for done, at, parent, workers in trace.samples]
    used = time.process_time(), sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    return Run(samples, trace.rows, seconds, used[0], sum(used), len(summary.failures))


def take(sources: Path, place: Path, jobs: int, watcher: Watcher) -> Summary:
    options, limits = Options(ocr="never", ocr_cache=None), Limits(restart_after=RESTART_AFTER)
    return ingest(sources, place / "out", jobs=jobs, options=options, limits=limits, watcher=watcher)


def measured(sources: Path, jobs: int, every: int) -> Run:
    command = [sys.executable, __file__, "child", "--folder", str(sources), "--jobs", str(jobs), "--every", str(every)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return Run(**json.loads(run.stdout))


def memory(sources: Path, count: int, jobs: int) -> str:
    make_sources(sources, count, KINDS)
    load = os.getloadavg()[0]
    run = measured(sources, jobs, max(1, count // 200))
    draw(run, PICTURE)
    workers = [size for *_, sizes in run.samples for size in sizes.values()]
    lines = ["| sources done | parent, most MB | workers together, most MB |", "| ---: | ---: | ---: |"]
    for fifth in range(5):
        low, high = count * fifth // 5, count * (fifth + 1) // 5
        part = [sample for sample in run.samples if low <= sample[0] <= high]
        most = max(parent for *_, parent, _ in part), max(sum(sizes.values()) for *_, sizes in part)
        lines.append(f"| {low:,} to {high:,} | {most[0]:.0f} | {most[1]:.0f} |")
    growth = _growth(run, count)
    verdict = "" if growth <= FLAT else f" It is not flat (more than {FLAT} times)."
    return (
        f"{count:,} sources ({', '.join(KINDS)}), {run.rows:,} rows, {jobs} processes, {run.seconds:.0f} s, {run.failed} failed. "
        f"{_machine(load)} Parent at the end against after a fifth: {growth:.2f} times.{verdict} Largest worker: {max(workers):.0f} MB. "
        f"Processor time of the parent: {run.parent_seconds / count * 1000:.1f} ms a source.\n\n" + "\n".join(lines)
    )


def _growth(run: Run, count: int) -> float:
    """How many times as much the parent holds in the last fifth as in the second, by the largest of each."""

    def largest(low: float, high: float) -> float:
        return max(parent for done, _, parent, _ in run.samples if low * count <= done <= high * count)

    return largest(0.8, 1.0) / largest(0.2, 0.4)


def draw(run: Run, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), dpi=110)
    done = [sample[0] for sample in run.samples]
    axes.plot(done, [sum(sizes.values()) for *_, sizes in run.samples], color="#b0b7c3", lw=1.2, label="workers, all together")
    axes.plot(done, [parent for _, _, parent, _ in run.samples], color="#1b6ca8", lw=1.8, label="parent")
    axes.set(xlabel="sources done", ylabel="resident memory, MB", ylim=(0, None), xlim=(0, max(done)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#eceff3")
    axes.legend(frameon=False, loc="lower right")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})


def speed(sources: Path, count: int) -> str:
    make_sources(sources, count, ("docx",))
    load = os.getloadavg()[0]
    lines = ["| way | seconds | documents a second | rows a second | processor ms a document |", "| --- | ---: | ---: | ---: | ---: |"]
    for jobs in (1, 2):
        run = measured(sources, jobs, count)
        name = f"`jixiao ingest --jobs {jobs}`"
        lines.append(_row(name, count, run.seconds, f"{run.rows / run.seconds:.0f}", run.all_seconds))
        print(lines[-1], file=sys.stderr, flush=True)
    few = min(count, PEER)
    peer = with_python_docx(sorted(sources.rglob("*.docx"))[:few])
    name = f"python-docx {version('python-docx')}, `table.cell(row, column)`: {few} of them, {peer.failed} tables failed"
    lines.append(_row(name, few, peer.seconds, "", peer.all_seconds))
    return f"{count:,} DOCX. {_machine(load)}\n\n" + "\n".join(lines)


def _row(name: str, count: int, seconds: float, rows: str, all_seconds: float) -> str:
    return f"| {name} | {seconds:.1f} | {count / seconds:.0f} | {rows} | {all_seconds / count * 1000:.1f} |"


@dataclass
class Peer:
    """What python-docx took, and the tables that it could not read."""

    failed: int = 0
    seconds: float = 0.0
    all_seconds: float = 0.0


def with_python_docx(paths: Sequence[Path]) -> Peer:
    """Reads every cell of every table by python-docx, as its documentation shows it."""
    from docx import Document

    peer, start, used = Peer(), time.perf_counter(), time.process_time()
    for path in paths:
        for table in Document(str(path)).tables:
            try:
                for row, column in itertools.product(range(len(table.rows)), range(len(table.columns))):
                    _ = table.cell(row, column).text
            except IndexError:  # a row that is shorter than the grid
                peer.failed += 1
    peer.seconds, peer.all_seconds = time.perf_counter() - start, time.process_time() - used
    return peer


def profiled(sources: Path, count: int) -> None:
    """Prints where the parent's thread that draws sources and lands outcomes spends its time."""
    make_sources(sources, count, KINDS)
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as place:
        profile.runcall(take, sources, Path(place), 2, Watcher())
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def _machine(load: float) -> str:
    return f"{os.cpu_count()} processors (load {load:.1f} when it began), {platform.system()}, Python {platform.python_version()}."


def _write(mark: str, text: str) -> None:
    page = ROOT / "bench" / "README.md"
    found = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    page.write_text(re.sub(f"{begin}.*?{end}", lambda _: f"{begin}{text}\n{end}", found, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("memory", "speed", "profile", "child"))
    parser.add_argument("--sources", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--every", type=int, default=1, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.what == "child":
        print(json.dumps(asdict(child(given.folder, given.jobs, given.every))))
        return
    with tempfile.TemporaryDirectory() as place:
        sources = Path(place, "sources")
        if given.what == "profile":
            profiled(sources, given.sources or 500)
            return
        text = memory(sources, given.sources or 10_000, given.jobs) if given.what == "memory" else speed(sources, given.sources or 1000)
    print(text)
    if given.write:
        _write(f"ingest {given.what}", text)


if __name__ == "__main__":
    main()
