"""Where reading a PDF differs from pdfplumber's extract_tables, page by page: characters, tables, cells, spans, texts of cells.

    python bench/parity.py [PDF or folder...] [--show KIND] [--write]

Both read the text layer alone: ours as ``extract.read`` gives it with ``ocr="never"``, pdfplumber as it is installed, with its
settings as they come (rules make tables). Cells are paired by their boxes; what has no pair on a page is one difference for each
group of cells that lie over one another. The table counts the kinds and the pages they are on; which of the two is right is found
out by looking, and written down in docs/reading.md. ``--show`` prints the differences of kinds whose name begins so, with page and
text. Without files the PDFs of corpus/ are read. ``--write`` puts the table into bench/README.md."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pdfplumber

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from extract import read  # noqa: E402
from extract.model import Box, Page, Table  # noqa: E402
from extract.readers.pdf_layer import UNKNOWN  # noqa: E402

PAGE = ROOT / "bench" / "README.md"
BEGIN, END = "<!-- parity -->", "<!-- end of parity -->"

NEAR = 4.0
"""Points: sides of one cell differ by less, since each program makes one position of neighbouring lines in its own way."""

SAME_SPOT = 3.0
"""Points between the middles of one glyph as two programs give it."""


class Glyph(NamedTuple):
    text: str
    x: float
    y: float


class Cell(NamedTuple):
    """A cell by its sides, its text without blanks, and how many rows and columns it covers."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    rows: int
    columns: int
    table: int


@dataclass(frozen=True)
class View:
    """What one program gives for a page; ``doubled`` are glyphs that it gives twice at one spot, ``left_out`` why it hides some."""

    glyphs: tuple[Glyph, ...]
    cells: tuple[Cell, ...]
    doubled: Counter[str]
    left_out: tuple[str, ...] = ()


class Difference(NamedTuple):
    kind: str
    place: str
    what: str
    times: int = 1


def ours(path: Path) -> Iterator[View]:
    document = read(path, ocr="never", keep_drawing=True)
    for page in document.pages:
        codes = sorted({p.code for p in document.problems if p.page == page.number and "text" in p.code})
        glyphs = tuple(Glyph(c, (w.x0 + w.x1) / 2, (w.top + w.bottom) / 2) for w in page.words for c in w.text)
        yield View(glyphs, tuple(_our_cells(page)), Counter(), tuple(codes))


def _our_cells(page: Page) -> Iterator[Cell]:
    for number, table in enumerate(page.tables):
        for cell in table.cells:
            box = _box(table, cell.places[0].box)
            yield Cell(box.x0, box.top, box.x1, box.bottom, _squashed(cell.text), cell.row_span, cell.column_span, number)


def _box(table: Table, box: Box | None) -> Box:
    if box is None:
        raise SystemExit(f"Table {table.index} of a PDF has a cell without a place.")
    return box


def theirs(path: Path) -> Iterator[View]:
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            yield _their_view(page)
            page.close()


def _their_view(page: Any) -> View:
    left, top = page.cropbox[:2] if page.cropbox else page.bbox[:2]
    glyphs = tuple(_glyphs(page.chars, left, top))
    once = Counter(c.text for c in _glyphs(page.dedupe_chars(tolerance=1, extra_attrs=()).chars, left, top))
    cells = [cell for number, table in enumerate(page.find_tables()) for cell in _their_cells(table, number, left, top)]
    return View(glyphs, tuple(cells), Counter(g.text for g in glyphs) - once)


def _glyphs(chars: Iterable[dict[str, Any]], left: float, top: float) -> Iterator[Glyph]:
    for char in chars:
        for one in UNKNOWN if char["text"].startswith("(cid:") else _squashed(char["text"]):
            yield Glyph(one, (char["x0"] + char["x1"]) / 2 - left, (char["top"] + char["bottom"]) / 2 - top)


def _their_cells(table: Any, number: int, left: float, top: float) -> Iterator[Cell]:
    """The cells of a table; pdfplumber tells no spans, but where they begin: they cover the rows and columns that begin within."""
    xs, ys = sorted({c[0] for c in table.cells}), sorted({c[1] for c in table.cells})
    for row, texts in zip(table.rows, table.extract(), strict=True):
        for box, text in zip(row.cells, texts, strict=True):
            if box is not None:
                columns, rows = sum(box[0] <= x < box[2] for x in xs), sum(box[1] <= y < box[3] for y in ys)
                yield Cell(box[0] - left, box[1] - top, box[2] - left, box[3] - top, _squashed(text or ""), rows, columns, number)


def _squashed(text: str) -> str:
    return "".join(text.split()).replace("\0", "")


def differences(place: str, one: View, other: View) -> Iterator[Difference]:
    """All differences of a page."""
    yield from _glyph_differences(place, one, other)
    pairs = paired(one.cells, other.cells)
    for i, j in pairs:
        yield from _cell_differences(place, one.cells[i], other.cells[j])
    rest = [c for n, c in enumerate(one.cells) if n not in {i for i, _ in pairs}]
    more = [c for n, c in enumerate(other.cells) if n not in {j for _, j in pairs}]
    yield from (_group_difference(place, *group, one, other) for group in groups(rest, more))


def _glyph_differences(place: str, one: View, other: View) -> Iterator[Difference]:
    counts, others = (Counter(g.text for g in view.glyphs) for view in (one, other))
    more, less = _unmatched(one.glyphs, other.glyphs, counts - others), _unmatched(other.glyphs, one.glyphs, others - counts)
    named = [(a, b) for a in more if (b := next((b for b in less if _same_spot(a, b)), None))]
    if named:
        yield Difference("characters: named otherwise", place, " ".join(sorted({f"{a.text}/{b.text}" for a, b in named})), len(named))
    more = [g for g in more if all(g is not a for a, _ in named)]
    less = [g for g in less if all(g is not b for _, b in named)]
    twice = Counter(g.text for g in less) & other.doubled
    if twice:
        yield Difference("characters: pdfplumber gives twice what is printed twice", place, "".join(twice.elements()), twice.total())
    rest = "".join((Counter(g.text for g in less) - twice).elements())
    if rest:
        why = ", ".join(one.left_out) or "no reason told"
        yield Difference(f"characters: only pdfplumber ({why})", place, rest, len(rest))
    if more:
        yield Difference("characters: only ours", place, "".join(g.text for g in more), len(more))


def _same_spot(a: Glyph, b: Glyph) -> bool:
    return math.hypot(a.x - b.x, a.y - b.y) <= SAME_SPOT


def _unmatched(glyphs: Sequence[Glyph], others: Sequence[Glyph], extra: Counter[str]) -> list[Glyph]:
    """The glyphs that are too many, those with the least near to them first."""
    result = []
    for text, count in extra.items():
        there = [o for o in others if o.text == text]
        own = [g for g in glyphs if g.text == text]
        far = sorted(own, key=lambda g: -min((math.hypot(g.x - o.x, g.y - o.y) for o in there), default=math.inf))
        result += far[:count]
    return result


def paired(one: Sequence[Cell], other: Sequence[Cell]) -> list[tuple[int, int]]:
    """The numbers of cells whose boxes agree, each taken once, the nearest first."""
    if not one or not other:
        return []
    a, b = (np.array([c[:4] for c in cells], dtype=np.float64) for cells in (one, other))
    off = np.abs(a[:, None] - b[None]).max(axis=2)
    found, left, right = [], set(range(len(one))), set(range(len(other)))
    rows, columns = np.nonzero(off <= NEAR)
    for k in np.argsort(off[rows, columns], kind="stable").tolist():
        i, j = int(rows[k]), int(columns[k])
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            found.append((i, j))
    return found


def _cell_differences(place: str, a: Cell, b: Cell) -> Iterator[Difference]:
    if (a.rows, a.columns) != (b.rows, b.columns):
        what = f"{a.rows}x{a.columns} {b.rows}x{b.columns} {a.text[:20]}"
        yield Difference(f"spans: of cells with equal boxes, {_spans(a, b)}", place, what)
    if a.text == b.text:
        return
    less, more = Counter(b.text) - Counter(a.text), Counter(a.text) - Counter(b.text)
    kinds = {(0, 0): "other order", (1, 0): "more in pdfplumber's", (0, 1): "more in ours", (1, 1): "other characters"}
    yield Difference(f"text of cells: {kinds[bool(less), bool(more)]}", place, f"{a.text} | {b.text}")


def _spans(a: Cell, b: Cell) -> str:
    more, less = a.rows > b.rows or a.columns > b.columns, a.rows < b.rows or a.columns < b.columns
    return "some more and some fewer" if more and less else "ours more" if more else "pdfplumber's more"


def groups(one: Sequence[Cell], other: Sequence[Cell]) -> Iterator[tuple[list[Cell], list[Cell]]]:
    """The cells of both in groups that lie over one another."""
    todo = set(range(len(one) + len(other)))
    cells = [*one, *other]
    while todo:
        group, new = set[int](), {min(todo)}
        while new:
            group |= new
            todo -= new
            new = {k for k in todo for n in new if (k < len(one)) != (n < len(one)) and _lie_over(cells[k], cells[n])}
        yield [cells[n] for n in sorted(group) if n < len(one)], [cells[n] for n in sorted(group) if n >= len(one)]


def _lie_over(a: Cell, b: Cell) -> bool:
    width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.bottom, b.bottom) - max(a.top, b.top)
    return width > 0 and height > 0 and width * height > 0.3 * min(_area(a), _area(b))


def _area(cell: Cell) -> float:
    return (cell.x1 - cell.x0) * (cell.bottom - cell.top)


def _group_difference(place: str, mine: list[Cell], others: list[Cell], one: View, other: View) -> Difference:
    text = " | ".join(c.text for c in mine) + " || " + " | ".join(c.text for c in others)
    return Difference(_group_kind(mine, others, one, other), place, f"{_around(mine or others)} {text}", max(len(mine), len(others)))


def _group_kind(mine: list[Cell], others: list[Cell], one: View, other: View) -> str:
    if not mine or not others:
        side, cells, view = ("ours", mine, one) if mine else ("pdfplumber", others, other)
        table = [c for c in view.cells if c.table == cells[0].table]
        filled = "with text" if any(c.text for c in cells) else "without text"
        whole = _whole_table(table, other if mine else one)
        return f"cells: only {side}, {whole or 'in a table that both find'}, {filled}"
    if len(mine) == 1 and len(others) == 1:
        return "cells: other size"
    if len(mine) == 1:
        return "cells: pdfplumber divides"
    return "cells: ours divides" if len(others) == 1 else "cells: divided otherwise"


def _whole_table(table: Sequence[Cell], other: View) -> str | None:
    """What kind of table only one of the two finds; None where the other finds a part of it."""
    if any(_lie_over(a, b) for a in table for b in other.cells):
        return None
    return "of a table of one cell" if len(table) == 1 else "of a table without text" if not any(c.text for c in table) else "of a table"


def _around(cells: Sequence[Cell]) -> str:
    x0, top = min(c.x0 for c in cells), min(c.top for c in cells)
    return f"({x0:.0f} {top:.0f} {max(c.x1 for c in cells):.0f} {max(c.bottom for c in cells):.0f})"


@dataclass
class Totals:
    files: int = 0
    pages: int = 0
    equal: int = 0
    cells: int = 0
    glyphs: int = 0


def compared(paths: Sequence[Path], totals: Totals) -> Iterator[Difference]:
    for path in paths:
        totals.files += 1
        name = path.stem if path.stem != "source" else path.parent.name
        for number, (one, other) in enumerate(zip(ours(path), theirs(path), strict=True), 1):
            found = list(differences(f"{name} {number}", one, other))
            totals.pages += 1
            totals.equal += not found
            totals.cells += len(one.cells)
            totals.glyphs += len(one.glyphs)
            yield from found


def as_table(found: Sequence[Difference], totals: Totals, listed: bool) -> str:
    """The kinds with their counts and pages; ``listed``: with the pages' names."""
    lines = [
        f"{totals.pages} pages of {totals.files} files, {totals.equal} without a difference; "
        f"{totals.cells} cells, {totals.glyphs} characters. pdfplumber {version('pdfplumber')}.",
        "",
        "| difference | times | pages |" + (" which |" if listed else ""),
        "| --- | ---: | ---: |" + (" --- |" if listed else ""),
    ]
    for kind in sorted({d.kind for d in found}):
        of_kind = [d for d in found if d.kind == kind]
        pages = dict.fromkeys(d.place for d in of_kind)
        row = f"| {kind} | {sum(d.times for d in of_kind)} | {len(pages)} |"
        lines.append(f"{row} {_listed(pages)} |" if listed else row)
    return "\n".join(lines)


def _listed(places: Iterable[str]) -> str:
    by_file: dict[str, list[str]] = {}
    for place in places:
        name, _, number = place.rpartition(" ")
        by_file.setdefault(name, []).append(number)
    return "; ".join(f"{name} {', '.join(numbers)}" for name, numbers in by_file.items())


def pdfs(given: Sequence[Path]) -> list[Path]:
    """The PDFs given, those in folders given, or those of the corpus."""
    folders = given or [ROOT / "corpus"]
    return list(chain.from_iterable(sorted(one.rglob("*.pdf")) if one.is_dir() else [one] for one in folders))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", metavar="KIND", help="print each difference of these kinds ('' for all)")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    totals = Totals()
    found = list(compared(pdfs(given.files), totals))
    for one in found if given.show is not None else ():
        if one.kind.startswith(given.show):
            print(f"{one.place}\t{one.kind}\t{one.what}")
    print(as_table(found, totals, True))
    if given.write:
        text = as_table(found, totals, not given.files)
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
