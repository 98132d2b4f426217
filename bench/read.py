"""Pages and rows per second, start-up and peak memory of reading PDF: ours and its peers on the same pages in the same run.

    python bench/read.py [PDF or folder...] [--rounds N] [--sample PAGES] [--write]

Peers read the text layer alone, and so does what they are compared with. Each way runs in a process of its own over all files;
fast ways take rounds in turn and the fastest counts, slow ones run once.
Ratios are of processor time, its subprocesses' included, which other work on the machine changes least.
Camelot, tabula and PyMuPDF, the slowest, read a sample of the pages, and so does everybody else for comparison with them. Memory is also
that of one PDF of 170 pages, put together from the given ones; the run fails where ours needs 250 MB or more for it.
Peers that are not installed are named as missing. Without files the PDFs of corpus/ are read. ``--write`` puts the results
into bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"

LONG = 170
"""Pages of a long disclosure."""

MOST_MB = 250
"""Memory within which it must be read."""


def read_ours(path: Path) -> tuple[int, int]:
    from extract import read

    document = read(path)
    return len(document.pages), sum(len(table.cells) for table in document.tables())


def read_text_layer(path: Path) -> tuple[int, int]:
    from extract import read

    document = read(path, ocr="never")
    return len(document.pages), sum(len(table.cells) for table in document.tables())


def read_pdfplumber_engine(path: Path) -> tuple[int, int]:
    from extract import read

    document = read(path, pdf_engine="pdfplumber", ocr="never")
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


def read_pymupdf(path: Path) -> tuple[int, int]:
    import pymupdf

    with pymupdf.open(path) as document:
        found = [page.find_tables().tables for page in document]
        cells = sum(cell is not None for tables in found for table in tables for row in table.extract() for cell in row)
        return len(found), cells


def read_camelot(path: Path) -> tuple[int, int]:
    import camelot

    tables = camelot.read_pdf(str(path), pages="all", flavor="lattice")
    return page_count(path), sum(table.df.size for table in tables)


def read_tabula(path: Path) -> tuple[int, int]:
    import tabula

    tables = tabula.read_pdf(str(path), pages="all", lattice=True, silent=True)
    return page_count(path), sum(table.size for table in tables)


def page_count(path: Path) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return len(document)


@dataclass(frozen=True)
class Way:
    """A way of reading, by the name that the table shows; ``needs`` are modules and programs, ``counts`` is what it counts.

    A slow way runs one round; one that reads a ``sample`` would take minutes for all pages."""

    name: str
    read: Callable[[Path], tuple[int, int]]
    needs: tuple[str, ...]
    package: str
    counts: str = "cells"
    slow: bool = False
    sample: bool = False


WAYS = {
    "ours": Way('jixiao: extract.read, ocr="never"', read_text_layer, ("pypdfium2",), "pypdfium2"),
    "looked": Way("jixiao: extract.read, pictures looked at and recognised", read_ours, ("pypdfium2",), "pypdfium2", slow=True),
    "convert": Way("jixiao: convert, all stages", convert_ours, ("pypdfium2",), "pypdfium2", "indicators"),
    "engine": Way("jixiao: extract.read, engine pdfplumber", read_pdfplumber_engine, ("pdfplumber",), "pdfminer.six", slow=True),
    "tablers": Way("tablers: find_tables", read_tablers, ("tablers",), "tablers"),
    "pymupdf": Way("PyMuPDF: find_tables, extract", read_pymupdf, ("pymupdf",), "PyMuPDF", slow=True, sample=True),
    "pdfplumber": Way("pdfplumber: extract_tables, pages closed", read_pdfplumber, ("pdfplumber",), "pdfplumber", slow=True),
    "camelot": Way("Camelot: lattice", read_camelot, ("camelot",), "camelot-py", slow=True, sample=True),
    "tabula": Way("tabula: lattice", read_tabula, ("tabula", "java"), "tabula-py", slow=True, sample=True),
}


@dataclass(frozen=True)
class Result:
    pages: int
    found: int
    seconds: float
    processor: float
    peak_mb: float


def child(way: Way, paths: Sequence[Path]) -> Result:
    """One round in this process; the clock begins when the libraries are loaded and the first file was read."""
    way.read(paths[0])
    start, spent = time.perf_counter(), _processor()
    counts = [way.read(path) for path in paths]
    seconds, processor = time.perf_counter() - start, _processor() - spent
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / unit
    return Result(sum(pages for pages, _ in counts), sum(found for _, found in counts), seconds, processor, peak)


def _processor() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def measure(key: str, paths: Sequence[Path], *more: str) -> Result:
    command = [sys.executable, __file__, "--way", key, *more, *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if run.returncode:
        raise SystemExit(f"{WAYS[key].name} failed:\n{run.stderr}")
    return Result(**json.loads(run.stdout.splitlines()[-1]))


def start_up(key: str, path: Path) -> float:
    """Seconds from the start of a process to the first page: interpreter, libraries and one page."""
    begin = time.perf_counter()
    measure(key, [path], "--once")
    return time.perf_counter() - begin


def measure_all(keys: Iterable[str], paths: Sequence[Path], rounds: int) -> dict[str, Result]:
    runs: dict[str, list[Result]] = {key: [] for key in keys}
    for turn in range(rounds):
        for key, results in runs.items():
            if not turn or not WAYS[key].slow:
                results.append(measure(key, paths))
    return {key: min(results, key=lambda result: result.processor) for key, results in runs.items()}


def joined(paths: Sequence[Path], target: Path, step: int, most: int) -> Path:
    """A PDF of each ``step``-th page of the given ones, from the first again where they end, until it has so many pages."""
    import pypdfium2

    result = pypdfium2.PdfDocument.new()
    sources = [pypdfium2.PdfDocument(path) for path in paths]
    pages = [(source, number) for source in sources for number in range(len(source))][::step]
    for source, number in (pages * (1 + most // len(pages)))[:most]:
        result.import_pages(source, [number])
    result.save(target)
    return target


def as_table(results: dict[str, Result], starts: dict[str, float]) -> str:
    titles = "| way | pages | pages a second | processor ms a page | times ours | found a second | first page after | peak MB | found |"
    lines = [titles, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for key, r in results.items():
        speed, each, ratio = r.pages / r.seconds, r.processor / r.pages * 1000, r.processor / results["ours"].processor
        what = WAYS[key].counts
        start = f"{starts[key]:.2f} s" if key in starts else ""
        cells = (WAYS[key].name, r.pages, f"{speed:.0f}", f"{each:.1f}", f"{ratio:.1f}", f"{r.found / r.seconds:.0f}", start)
        lines.append(f"| {' | '.join(map(str, cells))} | {r.peak_mb:.0f} | {r.found} {what} |")
    return "\n".join(lines)


def machine(missing: Sequence[str]) -> str:
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        platform.processor(),
    )
    there = sorted({way.package for key, way in WAYS.items() if key not in missing})
    versions = ", ".join(f"{name} {version(name)}" for name in there)
    absent = f" Not installed here, so not measured: {', '.join(WAYS[key].name.split(':')[0] for key in missing)}." if missing else ""
    load = f"{os.getloadavg()[0]:.1f} processes at work on average when it ended"
    return f"{model}, {os.cpu_count()} processors ({load}), {platform.system()}, Python {platform.python_version()}; {versions}.{absent}"


def write(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL), encoding="utf-8")


def pdfs(given: Sequence[Path]) -> list[Path]:
    """The PDFs given, those in folders given, or those of the corpus."""
    if not given:
        return sorted((ROOT / "corpus").glob("*/source.pdf"))
    return [path.resolve() for one in given for path in (sorted(one.rglob("*.pdf")) if one.is_dir() else [one])]


def report(paths: Sequence[Path], rounds: int, sample: int) -> tuple[str, float]:
    """The page's text, and the memory of the long PDF."""
    missing = [key for key, way in WAYS.items() if not all(find_spec(need) or shutil.which(need) for need in way.needs)]
    here = [key for key in WAYS if key not in missing]
    with tempfile.TemporaryDirectory() as folder:
        step = max(1, sum(map(page_count, paths)) // sample)
        part, long = joined(paths, Path(folder, "sample.pdf"), step, sample), joined(paths, Path(folder, "long.pdf"), 1, LONG)
        first = joined(paths, Path(folder, "first.pdf"), 1, 1)
        starts = {key: start_up(key, first) for key in here if not WAYS[key].sample}
        every = measure_all([key for key in here if not WAYS[key].sample], paths, rounds)
        some = measure_all(here, [part], rounds)
        one = measure_all(["ours", "convert", "pdfplumber"], [long], 1)
    ours = one["ours"].peak_mb
    parts = (
        f"{len(paths)} files, all pages. {machine(missing)}",
        as_table(every, starts),
        f"A sample of {sample} pages, each {step}th, in one file:",
        as_table(some, {}),
        f"One file of {LONG} pages (ours must stay below {MOST_MB} MB):",
        as_table(one, {}),
    )
    return "\n\n".join(parts), max(ours, one["convert"].peak_mb)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=20, help="pages that the slowest ways read")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    paths = pdfs(given.files)
    if given.way:
        way = WAYS[given.way]
        result = Result(*way.read(paths[0]), 0.0, 0.0, 0.0) if given.once else child(way, paths)
        print(json.dumps(vars(result)))
        return
    text, peak = report(paths, given.rounds, given.sample)
    print(text)
    if given.write:
        write(text)
    if peak >= MOST_MB:
        raise SystemExit(f"A PDF of {LONG} pages took {peak:.0f} MB; it must stay below {MOST_MB}.")


if __name__ == "__main__":
    main()
