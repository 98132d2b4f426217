"""A scan of 60 pages on two processors: time, memory of all processes as the pages pass, progress, and what was read; side by side
with Tesseract through the same pipeline.

    python bench/scan60.py [--pages N] [--jobs N] [--only jixiao|tesseract] [--write]

The scan is made of forms of the corpus, one after another, by corpus/builder/scan.py (200 dpi, small turn, noise, JPEG). ``jixiao
ingest`` reads it with an empty store. Tesseract (with chi_sim; left out where it is not installed) gets the same lines of the same
straightened pages from as many processes, and what it reads goes into a store from which the same ``jixiao ingest`` reads. Memory is the
proportional set size of all processes, sampled twice a second. ``--write`` puts the results into bench/README.md."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import tesseract  # noqa: E402
from bench.read import machine  # noqa: E402
from corpus import scans  # noqa: E402
from corpus.scoring import Score, score  # noqa: E402
from extract.ocr.engine import engine_version  # noqa: E402
from jixiao import open_dataset  # noqa: E402

KIND = "200dpi"
PAGE = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- scan60 -->", "<!-- end of scan60 -->"
EVERY = 0.5


@dataclass
class Run:
    """What was seen of a run: seconds, processor seconds (``busy``), samples of (seconds, pages recognised, MB), lines of progress."""

    seconds: float = 0.0
    busy: float = 0.0
    samples: list[tuple[float, int, float]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def peak(self) -> float:
        return max((mb for _, _, mb in self.samples), default=0.0)

    def at(self, pages: int) -> str:
        """The highest MB while the last ten pages up to this one were recognised."""
        seen = [mb for _, done, mb in self.samples if pages - 10 < done <= pages]
        return f"{max(seen):.0f}" if seen else "-"


def chosen(pages: int) -> list[str]:
    """Cases whose PDFs have together this number of pages, in order of their names."""
    cases: list[str] = []
    for case in scans.suitable():
        here = len(pypdfium2.PdfDocument(ROOT / "corpus" / case / "source.pdf"))
        if here <= pages:
            cases.append(case)
            pages -= here
    return cases


def built(cases: list[str]) -> bytes:
    """One PDF with the scanned pages of all cases."""
    whole = pypdfium2.PdfDocument.new()
    for case in cases:
        whole.import_pages(pypdfium2.PdfDocument(scans.build(case, KIND)))
    buffer = io.BytesIO()
    whole.save(buffer)
    return buffer.getvalue()


def watched(command: list[str], store: Path, watch: Run) -> None:
    """Runs a command to its end and notes memory and pages."""
    start, before = time.perf_counter(), spent()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    while process.poll() is None:
        watch.samples.append((time.perf_counter() - start, sum(1 for _ in store.rglob("*.json.gz")), megabytes(process.pid)))
        time.sleep(EVERY)
    watch.seconds += time.perf_counter() - start
    watch.busy += spent() - before
    assert process.stderr is not None
    told = process.stderr.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{told}")
    watch.told += [line for line in told.splitlines() if "recognised" in line]


def spent() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def megabytes(root: int) -> float:
    """Of a process and all below it."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            parents.setdefault(int(status.read_text().rpartition(")")[2].split()[1]), []).append(int(status.parent.name))
    return sum(map(_own, _below(root, parents)))


def _below(root: int, parents: dict[int, list[int]]) -> Iterator[int]:
    yield root
    for child in parents.get(root, ()):
        yield from _below(child, parents)


def _own(process: int) -> float:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def ours(scan: Path, folder: Path, jobs: int) -> Run:
    watch = Run()
    ingest(scan, folder / "store", folder / "out", jobs, watch)
    return watch


def ingest(scan: Path, store: Path, out: Path, jobs: int, watch: Run) -> None:
    how = ["--into", str(out), "--jobs", str(jobs), "--ocr-cache", str(store)]
    watched([sys.executable, "-m", "jixiao", "ingest", str(scan), *how], store, watch)


def by_tesseract(scan: Path, folder: Path, jobs: int) -> Run:
    watch = Run()
    here = [sys.executable, __file__, "--fill", str(scan), "--store", str(folder / "store"), "--jobs", str(jobs)]
    watched(here, folder / "store", watch)
    ingest(scan, folder / "store", folder / "out", jobs, watch)
    return watch


def fill(scan: Path, store: Path, jobs: int) -> None:
    """Puts every page as Tesseract reads it where jixiao keeps what it recognised."""
    pages = range(1, len(pypdfium2.PdfDocument(scan)) + 1)
    with ProcessPoolExecutor(jobs) as pool:
        for _ in pool.map(partial(_fill_page, scan, store), pages):
            pass


def _fill_page(scan: Path, store: Path, number: int) -> None:
    from extract import read
    from extract.ocr import pages

    pages.load_engine = lambda threads: tesseract.Tesseract()  # type: ignore[assignment,misc]
    read(scan, pages=(number,), ocr_cache=str(store))


def scored(out: Path, cases: list[str]) -> Score:
    """What was read against what is expected of all cases, one after another."""
    expected: list[dict[str, Any]] = []
    for case in cases:
        expected += json.loads((ROOT / "corpus" / case / "expected.json").read_text(encoding="utf-8"))["declarations"]
    dataset = open_dataset(out)
    return score({"declarations": expected}, dataset.declarations().to_pylist(), dataset.indicators().to_pylist())


WAYS: dict[str, Callable[[Path, Path, int], Run]] = {"jixiao": ours, "tesseract": by_tesseract}
HEAD = "| recogniser | seconds | pages a second | processor s a page | MB | at 10 | at 30 | at 60 pages | level-3 F1 | strict F1 |"


def table(runs: dict[str, tuple[Run, Score]], pages: int) -> str:
    lines = [HEAD, "| --- |" + " ---: |" * (HEAD.count("|") - 2)]
    for name, (run, read) in runs.items():
        memory = " | ".join(run.at(n) for n in (10, 30, 60))
        speed = f"{run.seconds:.0f} | {pages / run.seconds:.2f} | {run.busy / pages:.1f} | {run.peak:.0f} | {memory}"
        lines.append(f"| {name} | {speed} | {read.level3_f1:.3f} | {read.strict_f1:.3f} |")
    return "\n".join(lines)


def report(runs: dict[str, tuple[Run, Score]], pages: int, cases: int, jobs: int) -> str:
    names = f"jixiao: {engine_version()}. Tesseract: {tesseract.version() or 'not here, left out'}."
    told = runs["jixiao"][0].told if "jixiao" in runs else []
    shown = [line for number, line in enumerate(told) if number % max(1, len(told) // 4) == 0 or line is told[-1]]
    progress = "\n".join(["", "Progress as it is told where no terminal shows the bar:", "", "```text", *shown, "```"]) if shown else ""
    load = f"Load average at the end: {os.getloadavg()[0]:.0f}."
    return f"{pages} pages, {cases} forms of the corpus, {jobs} processes. {machine()} {names} {load}\n\n{table(runs, pages)}\n{progress}"


def write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=WAYS)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill(given.fill, given.store, given.jobs)
        return
    cases = chosen(given.pages)
    names = [name for name in WAYS if given.only in (None, name) and (name != "tesseract" or tesseract.version())]
    with tempfile.TemporaryDirectory() as place:
        scan = Path(place, "scan60.pdf")
        scan.write_bytes(built(cases))
        runs = {}
        for name in names:
            run = WAYS[name](scan, Path(place, name), given.jobs)
            runs[name] = run, scored(Path(place, name, "out"), cases)
        pages = len(pypdfium2.PdfDocument(scan))
    text = report(runs, pages, len(cases), given.jobs)
    print(text)
    if given.write:
        write(text)


if __name__ == "__main__":
    main()
