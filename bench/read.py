"""Pages per second and peak memory of reading PDF, against pdfplumber's extract_tables (and tablers, where it is installed)
on the same pages in the same run.

    python bench/read.py [PDF...] [--rounds N] [--write]

Each way runs in a process of its own over all files, rounds taken in turn, and the fastest round counts. Without files the PDFs
of corpus/ are read. ``--write`` puts the results into bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def read_ours(path: Path) -> tuple[int, int]:
    from extract import read

    document = read(path)
    return len(document.pages), sum(len(table.cells) for table in document.tables())


def read_pdfplumber_engine(path: Path) -> tuple[int, int]:
    from extract import read

    document = read(path, pdf_engine="pdfplumber")
    return len(document.pages), sum(len(table.cells) for table in document.tables())


def convert_ours(path: Path) -> tuple[int, int]:
    from jixiao import convert

    outcome = convert(path)
    return outcome.rows("documents")[0]["pages"] or 0, outcome.indicators


def read_pdfplumber(path: Path) -> tuple[int, int]:
    import pdfplumber

    cells = 0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            cells += sum(cell is not None for table in page.extract_tables() for row in table for cell in row)
            page.close()
        return len(pdf.pages), cells


def read_tablers(path: Path) -> tuple[int, int]:
    from tablers import Document, find_tables

    document = Document(str(path))
    pages = list(document.pages())
    return len(pages), sum(len(table.cells) for page in pages for table in find_tables(page, extract_text=True))


@dataclass(frozen=True)
class Way:
    """A way of reading, by the name that the table shows; ``counts`` is what its last column counts."""

    name: str
    read: Callable[[Path], tuple[int, int]]
    needs: str
    counts: str = "cells"


WAYS = {
    "ours": Way("jixiao: extract.read", read_ours, "pypdfium2"),
    "convert": Way("jixiao: convert, all stages", convert_ours, "pypdfium2", "indicators"),
    "engine": Way("jixiao: extract.read, engine pdfplumber", read_pdfplumber_engine, "pdfplumber"),
    "pdfplumber": Way("pdfplumber: extract_tables, pages closed", read_pdfplumber, "pdfplumber"),
    "tablers": Way("tablers: find_tables", read_tablers, "tablers"),
}


@dataclass(frozen=True)
class Result:
    pages: int
    found: int
    seconds: float
    peak_mb: float


def child(way: Way, paths: Sequence[Path]) -> Result:
    """One round in this process; the clock begins when the libraries are loaded and one page was read."""
    way.read(paths[0])
    start = time.perf_counter()
    counts = [way.read(path) for path in paths]
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return Result(sum(pages for pages, _ in counts), sum(found for _, found in counts), seconds, peak)


def measure(key: str, paths: Sequence[Path]) -> Result:
    run = subprocess.run([sys.executable, __file__, "--way", key, *map(str, paths)], capture_output=True, text=True, check=False, cwd=ROOT)
    if run.returncode:
        raise SystemExit(f"{WAYS[key].name} failed:\n{run.stderr}")
    return Result(**json.loads(run.stdout))


def measure_all(paths: Sequence[Path], rounds: int) -> dict[str, Result]:
    keys = [key for key, way in WAYS.items() if find_spec(way.needs)]
    runs = {key: [] for key in keys}
    for _ in range(rounds):
        for key in keys:
            runs[key].append(measure(key, paths))
    return {key: min(results, key=lambda result: result.seconds) for key, results in runs.items()}


def as_table(results: dict[str, Result]) -> str:
    lines = ["| way | pages | pages a second | ms a page | peak MB | found |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for key, r in results.items():
        speed, each = r.pages / r.seconds, r.seconds / r.pages * 1000
        lines.append(f"| {WAYS[key].name} | {r.pages} | {speed:.0f} | {each:.1f} | {r.peak_mb:.0f} | {r.found} {WAYS[key].counts} |")
    return "\n".join(lines)


def machine() -> str:
    from importlib.metadata import version

    names = [name for name in ("pypdfium2", "pdfplumber", "pdfminer.six", "tablers") if find_spec(name.replace(".six", ""))]
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        platform.processor(),
    )
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return f"{model}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}; {versions}."


def write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    paths = [path.resolve() for path in given.files] or sorted((ROOT / "corpus").glob("*/source.pdf"))
    if given.way:
        print(json.dumps(vars(child(WAYS[given.way], paths))))
        return
    results = measure_all(paths, given.rounds)
    text = f"{len(paths)} files. {machine()}\n\n{as_table(results)}"
    print(text)
    if given.write:
        write(text)


if __name__ == "__main__":
    main()
