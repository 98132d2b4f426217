"""Raw tables in the terminal: merged cells are one box, and every line is as wide as the others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extract.model import Cell, Table
from jixiao.cli.boxes import columns_of, draw


def test_spans_are_drawn_as_one_box() -> None:
    cells = (
        Cell(0, 0, "绩效\n指标", row_span=2),
        Cell(0, 1, "产出指标", column_span=2),
        Cell(1, 1, "次数"),
        Cell(1, 2, "≥6次"),
    )
    assert draw(Table(0, 2, 3, cells), 60).splitlines() == [
        "┌────┬─────────┐",
        "│绩效│产出指标 │",
        "│指标├────┬────┤",
        "│    │次数│≥6次│",
        "└────┴────┴────┘",
    ]


def test_a_position_without_a_cell_stays_open() -> None:
    assert draw(Table(0, 1, 2, (Cell(0, 0, "a"),)), 60).splitlines()[1].startswith("│a   │")


@st.composite
def tables(draw_: st.DrawFn) -> Table:
    """Tables whose rows are cut into cells of any width, as tall as the row or two rows."""
    columns = draw_(st.integers(1, 6))
    heights = draw_(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    cells = []
    top = 0
    for height in heights:
        left = 0
        while left < columns:
            width = draw_(st.integers(1, columns - left))
            text = draw_(st.text(alphabet="a1 指标\n≥%", max_size=40))
            cells.append(Cell(top, left, text, height, width))
            left += width
        top += height
    return Table(0, top, columns, tuple(cells))


@given(tables(), st.integers(20, 120))
def test_every_line_is_as_wide_and_no_character_is_lost(table: Table, width: int) -> None:
    drawn = draw(table, width)
    assert len({columns_of(line) for line in drawn.splitlines()}) == 1
    for char in "a1指标≥%":
        assert drawn.count(char) == sum(cell.text.count(char) for cell in table.cells)
