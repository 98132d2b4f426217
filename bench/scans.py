"""How well scans are read: every PDF of the corpus that makes a scan, printed and seen again by kind, against its expected.json.

    python bench/scans.py [--kinds 200dpi,150dpi,…] [--cases NAME,…] [--keep FOLDER] [--jobs N] [--faults] [--thresholds] [--write]

The scans are drawn by corpus/builder/scan.py into a temporary folder, or into the one of ``--keep``, which also keeps what was
recognised until code below extract/ changes that recognises it. Level-3 and strict F1 are those of corpus/scoring.py; structure
is the F1 of cells by place and spans against the PDF itself; characters are counted over cells that both have. ``marked`` is the
share of rows that a person is asked to look at, ``by itself`` that of rows whose digital twin is not marked, ``caught`` the share
of wrong strict fields in marked rows. ``--write`` puts the table into bench/README.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from corpus import scans  # noqa: E402
from corpus.builder.scan import KINDS, file_name  # noqa: E402
from corpus.scoring import Fault, Score, score, text  # noqa: E402
from extract import read  # noqa: E402
from extract.form.recognize import find_declarations  # noqa: E402
from extract.model import Document, Table  # noqa: E402
from mappings import default_mappings  # noqa: E402
from normalize import normalize  # noqa: E402

USUAL = ("200dpi", "150dpi", "turned", "sealed", "photo")
PAGE = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- scans -->", "<!-- end of scans -->"
RECOGNISE = ("extract/ocr/*.py", "extract/readers/pdf*.py", "extract/readers/drawing.py", "extract/readers/image.py", "extract/grid/*.py")


@dataclass
class Tally:
    """What came out of the scans of one kind."""

    score: Score = field(default_factory=Score)
    cells: list[int] = field(default_factory=lambda: [0, 0, 0])
    characters: list[int] = field(default_factory=lambda: [0, 0])
    marked_itself: int = 0
    seconds: float = 0.0
    pages: int = 0

    def add(self, other: Tally) -> None:
        self.score.add(other.score)
        self.cells = [a + b for a, b in zip(self.cells, other.cells, strict=True)]
        self.characters = [a + b for a, b in zip(self.characters, other.characters, strict=True)]
        self.marked_itself += other.marked_itself
        self.seconds += other.seconds
        self.pages += other.pages

    @property
    def structure(self) -> float:
        same, wanted, found = self.cells
        return 2 * same / (wanted + found) if wanted + found else 1.0


def measure(case: str, kind: str, folder: Path) -> Tally:
    """One scan of one case."""
    digital = ROOT / "corpus" / case / "source.pdf"
    scanned = folder / case / file_name(kind)
    if not scanned.exists():
        scanned.parent.mkdir(parents=True, exist_ok=True)
        scanned.write_bytes(scans.build(case, kind))
    document, seconds = recognised(scanned)
    twin = read(digital)
    tally = Tally(seconds=seconds, pages=len(document.pages))
    expected = expected_of(case)
    tables, twins = records(document), records(twin)
    tally.score = score(expected, tables["declarations"], tables["indicators"])
    sure = {key(row) for row in twins["indicators"] if not row["needs_review"]}
    tally.marked_itself = sum(row["needs_review"] and key(row) in sure for row in tables["indicators"])
    compare_cells(document, twin, tally)
    return tally


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """By what a row of a scan and of its twin are the same: their place in their declarations."""
    return (row["declaration_index"], row["row_index"])


def expected_of(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "corpus" / case / "expected.json").read_text(encoding="utf-8"))
    return found


def records(document: Document) -> dict[str, list[dict[str, Any]]]:
    known = default_mappings()
    found = find_declarations(document, known)
    return normalize(found.declarations, document, document_id="scan", mappings=known).tables


def recognised(path: Path) -> tuple[Document, float]:
    """The document of a scan and the seconds that its reading took, from beside the scan where nothing has changed since."""
    kept = path.with_name(f"{path.name}.{recogniser()}.read")
    if kept.exists():
        found: tuple[Document, float] = pickle.loads(kept.read_bytes())
        return found
    start = time.perf_counter()
    document = read(path)
    result = document, time.perf_counter() - start
    kept.write_bytes(pickle.dumps(result))
    return result


def recogniser() -> str:
    """The first hex digits of a digest over all code that recognises."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in RECOGNISE for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


Spot = tuple[int, int, int, int, int, int]


def cells_of(document: Document) -> dict[Spot, str]:
    """Page, table on it, row, column and spans of every cell, and its text."""
    found: dict[Spot, str] = {}
    for page in document.pages:
        tables: Iterable[tuple[int, Table]] = enumerate(page.tables)
        for number, table in tables:
            for cell in table.cells:
                found[page.number or 0, number, cell.row, cell.column, cell.row_span, cell.column_span] = text(cell.text)
    return found


def compare_cells(document: Document, twin: Document, tally: Tally) -> None:
    found, wanted = cells_of(document), cells_of(twin)
    same = found.keys() & wanted.keys()
    tally.cells = [len(same), len(wanted), len(found)]
    tally.characters = [sum(Levenshtein.distance(found[s], wanted[s]) for s in same), sum(len(wanted[s]) for s in same)]


COLUMNS = (
    "pages", "rows", "level-3 F1", "strict row F1", "head fields", "structure F1", "characters wrong", "marked", "by itself", "caught",
    "s a page",
)  # fmt: skip


def as_table(results: dict[str, Tally]) -> str:
    lines = ["| kind | " + " | ".join(COLUMNS) + " |", "| --- |" + " ---: |" * len(COLUMNS)]
    for name, tally in results.items():
        s = tally.score
        caught, wrong = s.caught
        share = f"{caught} of {wrong}"
        wrong_characters = tally.characters[0] / max(tally.characters[1], 1)
        figures = f"{tally.pages} | {s.rows} | {s.level3_f1:.3f} | {s.strict_f1:.3f} | {s.head_share:.3f} | {tally.structure:.3f}"
        itself = tally.marked_itself / max(s.read, 1)
        speed = tally.seconds / max(tally.pages, 1)
        lines.append(f"| {name} | {figures} | {wrong_characters:.2%} | {s.marked_share:.1%} | {itself:.1%} | {share} | {speed:.1f} |")
    return "\n".join(lines)


def describe(fault: Fault) -> str:
    row = fault.row or {}
    sure = f" (confidence {row['confidence']:.3f}{', marked' if row.get('needs_review') else ''})" if "confidence" in row else ""
    return f"{fault.name[:24]} {fault.field}: {fault.read!r}, not {fault.right!r}{sure}"


def thresholds(results: dict[str, Tally]) -> str:
    """What a threshold on a row's confidence alone would mark, and the share of wrong fields in what it marks."""
    lines = ["| kind | " + " | ".join(f"< {at}" for at in LEVELS) + " |", "| --- |" + " --- |" * len(LEVELS)]
    for name, tally in results.items():
        rows = tally.score.confidences
        wrong = max(sum(faults for _, faults, _ in rows), 1)
        parts = []
        for at in LEVELS:
            below = [faults for confidence, faults, _ in rows if confidence < at]
            parts.append(f"{len(below) / max(len(rows), 1):.0%} → {sum(below) / wrong:.0%}")
        lines.append(f"| {name} | " + " | ".join(parts) + " |")
    return "\n".join(lines)


LEVELS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)


def run_all(cases: Sequence[str], kinds: Sequence[str], folder: Path, jobs: int, faults: bool) -> dict[str, Tally]:
    """The tally of each kind; cases without drawn rules are a kind of their own."""
    unruled = scans.plan().unruled
    results: dict[str, Tally] = {}
    for kind in kinds:
        with ProcessPoolExecutor(jobs) as pool:
            runs = [pool.submit(measure, case, kind, folder) for case in cases]
        for case, run in zip(cases, runs, strict=True):
            error = run.exception()
            tally = failed(case, kind, error) if error else run.result()
            name = f"{kind}, no rules drawn" if case in unruled else kind
            results.setdefault(name, Tally()).add(tally)
            if faults:
                report(case, kind, tally)
    return results


def failed(case: str, kind: str, error: BaseException) -> Tally:
    """What a scan counts for whose reading ended in an error: all of its rows are missing."""
    print(f"{kind} {case}: failed with {type(error).__name__}: {error}")
    return Tally(score(expected_of(case), [], []))


def report(case: str, kind: str, tally: Tally) -> None:
    """Every wrong field of a scan."""
    wrong = [*map(describe, tally.score.faults), *(f"head {describe(fault)}" for fault in tally.score.head_faults)]
    structure = f", structure {tally.structure:.3f}" if tally.structure < 1 else ""
    if wrong or structure:
        print(f"{kind} {case}: {len(wrong)} wrong{structure}")
    for line, count in Counter(wrong).items():
        print(f"    {line}" + (f" ({count} times)" if count > 1 else ""))


def write(table: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page:
        raise SystemExit(f"{PAGE.name} has no line {BEGIN}")
    PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{table}\n{END}", page, flags=re.DOTALL), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default=",".join(USUAL), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--cases", help="folders of corpus/; all suitable where none is given")
    parser.add_argument("--keep", type=Path, help="folder for scans and what was recognised")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="list every wrong field")
    parser.add_argument("--thresholds", action="store_true", help="what other thresholds of confidence would mark")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if reason := scans.unable():
        raise SystemExit(reason)
    cases = given.cases.split(",") if given.cases else scans.suitable()
    with tempfile.TemporaryDirectory() as temporary:
        results = run_all(cases, given.kinds.split(","), given.keep or Path(temporary), given.jobs, given.faults)
    table = as_table(results)
    print(table)
    if given.thresholds:
        print(thresholds(results))
    if given.write:
        write(table)


if __name__ == "__main__":
    main()
