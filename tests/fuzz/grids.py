"""Random grids with spans, empty rows and columns, hidden ones, page breaks and odd text, for every writer alike."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

import xlsxwriter
from hypothesis import strategies as st

from corpus.builder.facts import Case, Cut, Grid, Slot
from tests.extract.grids import Span, Spans, span_grids

ODD = (
    *(
        "",
        "",
        "甲",
        "项目名称",
        "≥95%",
        "3.50",
        "=1+1",
        "@SUM(A1)",
        "'0012",
        "ＡＢＣ１２",
        "a b",
        "一、二；三",
        "（万元）",
        "①",
        "<b>&amp;",
        "C:\\新",
    ),
    *("第一行\n第二行", "空 格", "尾  ", "“引”", "1\n2\n3", "2024-01-01", "一段很长的文字，长到一行放不下，所以在单元格里要折成好几行。"),
)


@st.composite
def grids(draw: st.DrawFn, hidden: bool = False, cuts: bool = False) -> Grid:
    """Grids of up to 7 by 7; ``hidden`` hides rows and columns of a sheet, ``cuts`` breaks the page between rows."""
    spans = draw(span_grids(7)).compact()
    slots = tuple(Slot(s.row, s.column, draw(st.sampled_from(ODD)), s.row_span, s.column_span) for s in spans.spans)
    options: dict[str, object] = {}
    if hidden:
        options["hidden_rows"] = sorted(draw(st.sets(st.integers(1, spans.rows), max_size=2)))
        options["hidden_columns"] = sorted(draw(st.sets(st.integers(1, spans.columns), max_size=2)))
    crossed = {row for s in spans.spans for row in range(s.row + 1, s.row + s.row_span)}
    whole = [row for row in range(1, spans.rows) if row not in crossed]
    broken = tuple(Cut(row) for row in sorted(draw(st.sets(st.sampled_from(whole), max_size=3)))) if cuts and whole else ()
    pages = list(pairwise([0, *(cut.row for cut in broken), spans.rows]))
    broken = broken if all(_is_table(slots, *part) for part in pages) and _is_one(slots, pages) else ()
    widths = tuple(float(draw(st.integers(2, 5))) for _ in range(spans.columns))
    return Grid(spans.rows, spans.columns, slots, widths, broken, 0, options)


def _is_table(slots: Sequence[Slot], first: int, last: int) -> bool:
    """Whether the rows of a page show a table: a single cell does not, nor do blank ones."""
    inside = [slot for slot in slots if first <= slot.row < last]
    return len(inside) > 1 and any(slot.text.strip() for slot in inside)


def _is_one(slots: Sequence[Slot], pages: Sequence[tuple[int, int]]) -> bool:
    """Whether the columns tell that the pages show one table: half of the inner borders of a page are those of the pages before."""
    before: set[int] | None = None
    for first, last in pages:
        inner = {slot.column for slot in slots if first <= slot.row < last and slot.column}
        if before is not None and 2 * len(inner & before) < min(len(inner), len(before)):
            return False
        before = inner | (before or set())
    return True


def case_of(grid: Grid) -> Case:
    """The grid alone on its page or sheet."""
    return Case("random", ("docx", "xlsx", "pdf", "html", "ofd"), (grid,), pdf={"paper": "a4-across"})


def spans_of(grid: Grid) -> Spans:
    """The cells that were put in."""
    return Spans(grid.rows, grid.columns, tuple(Span(s.row, s.column, s.row_span, s.column_span, s.text) for s in grid.slots))


def visible(grid: Grid) -> dict[str, tuple[int, int, str]]:
    """What a sheet shows: rows and columns that are shown, and the text, by the address of each cell that has one.

    A merged cell keeps the address of its first row and column where these are hidden and others of it are not."""
    rows = [r for r in range(grid.rows) if r + 1 not in grid.options.get("hidden_rows", ())]
    columns = [c for c in range(grid.columns) if c + 1 not in grid.options.get("hidden_columns", ())]
    found = {}
    for slot in grid.slots:
        down = [r for r in rows if slot.row <= r < slot.row + slot.row_span]
        across = [c for c in columns if slot.column <= c < slot.column + slot.column_span]
        if down and across and slot.text.strip():
            found[f"{chr(65 + slot.column)}{slot.row + 1}"] = (len(down), len(across), slot.text)
    return found


def by_xlsxwriter(case: Case) -> bytes:
    """The grid as a workbook that another program writes: shared texts, borders, hidden rows and columns of its own."""
    (grid,) = (item for item in case.body if isinstance(item, Grid))
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("表")
    framed = book.add_format({"border": 1, "text_wrap": True})
    for slot in grid.slots:
        if slot.row_span * slot.column_span > 1:
            last = (slot.row + slot.row_span - 1, slot.column + slot.column_span - 1)
            sheet.merge_range(slot.row, slot.column, *last, "", framed)
        if slot.text:
            sheet.write_string(slot.row, slot.column, slot.text, framed)
        else:
            sheet.write_blank(slot.row, slot.column, None, framed)
    for row in grid.options.get("hidden_rows", ()):
        sheet.set_row(row - 1, None, None, {"hidden": True})
    for column in grid.options.get("hidden_columns", ()):
        sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
    book.close()
    return buffer.getvalue()
