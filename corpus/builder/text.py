"""A case as a text dump: a line a row with tabs between the cells, or a cell's wrapped lines one under another."""

from __future__ import annotations

from collections.abc import Callable

from corpus.builder.facts import Case, Grid, Paragraph, Slot
from corpus.builder.layout import wrap
from corpus.builder.markup import seen


def txt(case: Case) -> bytes:
    """The bytes of the .txt."""
    lines: list[str] = []
    for item in case.body:
        if isinstance(item, Paragraph):
            lines += [*seen(item.text).split("\n"), ""]
        elif isinstance(item, Grid) and "txt" in item.options.get("only", "txt"):
            lines += _SHAPES[str(item.options.get("shape", "tabbed"))](item)
            lines.append("")
    return "\n".join(lines).encode("utf-8")


def _tabbed(grid: Grid) -> list[str]:
    """A row a line; a cell merged over rows is printed on the first, or on each where ``repeat_text`` is set."""
    rows = [[""] * grid.columns for _ in range(grid.rows)]
    for slot in grid.slots:
        again = slot.row_span if grid.options.get("repeat_text") else 1
        for row in range(slot.row, slot.row + again):
            rows[row][slot.column] = seen(slot.text).replace("\n", "")
    return ["\t".join(row) for row in rows]


def _flat(grid: Grid) -> list[str]:
    """What is left of a page when its table is flattened: neighbours of one line each share a line, a cell that is
    wrapped has lines of its own, with blank ones between them; a blank line follows a row and a cell merged over rows."""
    lines: list[str] = []
    for row in range(grid.rows):
        run: list[str] = []
        for slot in sorted((s for s in grid.slots if s.row == row), key=lambda s: s.column):
            wrapped = _wrapped(grid, slot)
            alone = len(wrapped) > 1 or slot.row_span > 1
            if wrapped and alone:
                lines += [" ".join(run)] if run else []
                lines.append("\n\n".join(wrapped) + ("\n" if slot.row_span > 1 else ""))
                run = []
            else:
                run += wrapped
        lines += [" ".join(run), ""] if run else [""]
    return lines


def _celled(grid: Grid) -> list[str]:
    """A cell a line, each after a tab, with a blank line behind each row; cells merged from above are empty ones."""
    lines: list[str] = []
    for row in range(grid.rows):
        slots = sorted((s for s in grid.slots if s.row <= row < s.row + s.row_span), key=lambda s: s.column)
        for slot in slots:
            lines.append("\t" + (seen(slot.text).replace("\n", "\n\n") if slot.row == row else ""))
        lines.append("")
    return lines


def _wrapped(grid: Grid, slot: Slot) -> list[str]:
    """The lines of a cell at one character a unit of width."""
    width = sum(grid.widths[slot.column : slot.column + slot.column_span])
    return wrap(seen(slot.text), width, 1.0, lambda text, _: sum(1.0 if ord(char) > 255 else 0.5 for char in text))


_SHAPES: dict[str, Callable[[Grid], list[str]]] = {"tabbed": _tabbed, "celled": _celled, "flat": _flat}
