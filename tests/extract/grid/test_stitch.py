from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.grid.stitch import EDGE_TOLERANCE, JoinedTable, is_page_number, join, stitch
from extract.model import Box, Cell, Page, Place, Table, TextLine
from tests.extract.grids import Spans, span_grids

LEFT = 70.0


def line(text: str) -> TextLine:
    return TextLine(text)


def table(rows: list[list[str]], edges: tuple[float, ...], page: int = 1) -> Table:
    places = (Place(page, Box(edges[0], 0, edges[-1], 20.0 * len(rows)), 0),)
    cells = tuple(Cell(r, c, text, places=places) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Table(0, len(rows), len(edges) - 1, cells, places, edges)


def pages(*blocks: list[TextLine | Table]) -> list[Page]:
    return [Page(number, 595, 842, blocks=tuple(found)) for number, found in enumerate(blocks, 1)]


def joined(items: tuple[TextLine | JoinedTable, ...]) -> list[JoinedTable]:
    return [item for item in items if isinstance(item, JoinedTable)]


THREE = (50.0, 150.0, 250.0, 400.0)
UPPER = table([["甲", "乙", "丙"]], THREE, 1)
LOWER = table([["丁", "戊", "己"]], THREE, 2)


def test_tables_with_nothing_between_become_one() -> None:
    (whole,) = joined(stitch(pages([line("附表"), UPPER], [LOWER])))
    assert whole.breaks == (1,)
    assert [[c.text if c else "" for c in row] for row in whole.table.grid()] == [["甲", "乙", "丙"], ["丁", "戊", "己"]]
    assert whole.table.pages == (1, 2)


PAGE_NUMBERS = ["-11一", "- 3 -", "第 3 页", "3", "— 12 —", "3/12", "第3页 共12页", "第3页/共12页", "iv", "第 3 页，共 12 页", "·3·"]


@pytest.mark.parametrize("text", PAGE_NUMBERS)
def test_page_numbers_part_no_table(text: str) -> None:
    assert is_page_number(line(text))
    assert len(joined(stitch(pages([UPPER, line(text)], [line(text), LOWER])))) == 1


@pytest.mark.parametrize("text", ["2024年", "3月", "12345", "第三章", "3.5万元", "附表3", "合计", "iv级"])
def test_other_lines_are_no_page_numbers(text: str) -> None:
    assert not is_page_number(line(text))


@pytest.mark.parametrize("text", ["填报单位：青溪市档案馆", "表2", "12345"])
def test_a_line_below_a_table_parts_it_from_the_next_page(text: str) -> None:
    assert len(joined(stitch(pages([UPPER, line(text)], [LOWER])))) == 2


def test_a_title_over_a_table_parts_it_from_the_page_before() -> None:
    assert len(joined(stitch(pages([line("表一"), UPPER], [line("表二"), LOWER])))) == 2


def test_a_running_head_is_left_out_and_kept_beside_the_join() -> None:
    head = line("青溪市  部门预算")
    items = stitch(pages([head, UPPER], [line("青溪市部门 预算"), LOWER]))
    assert [item.text for item in items if isinstance(item, TextLine)] == ["青溪市  部门预算"]
    assert [[found.text for found in over] for over in joined(items)[0].heads] == [["青溪市部门 预算"]]


@pytest.mark.parametrize("text", ["续表", "（续）", "续表1", "(续二)", "（接上页）", "接上表", "项目绩效目标表（续）"])
def test_a_line_that_says_that_the_table_goes_on_parts_nothing(text: str) -> None:
    assert len(joined(stitch(pages([line("表一"), UPPER], [line(text), LOWER])))) == 1


@pytest.mark.parametrize("text", ["手续费明细", "后续安排", "连续三年情况"])
def test_a_title_with_the_sign_for_going_on_in_a_word_parts(text: str) -> None:
    assert len(joined(stitch(pages([line("表一"), UPPER], [line(text), LOWER])))) == 2


def test_a_page_without_tables_parts() -> None:
    assert len(joined(stitch(pages([UPPER], [line("说明")], [LOWER])))) == 2


def test_native_tables_are_never_joined() -> None:
    upper, lower = (Table(0, 1, 2, (Cell(0, 0, text), Cell(0, 1, "值"))) for text in ("甲", "乙"))
    assert join(JoinedTable(upper), lower) is None


def test_sheets_are_never_joined() -> None:
    sheets = [Page(None, label=label, blocks=(found,)) for label, found in (("一", UPPER), ("二", LOWER))]
    assert len(joined(stitch(sheets))) == 2


def test_two_tables_of_one_page_are_never_joined() -> None:
    assert len(joined(stitch(pages([UPPER, LOWER])))) == 2


@pytest.mark.parametrize("edges", [(50.0, 150.0, 250.0, 440.0), (50.0, 150.0, 300.0)], ids=["wider", "narrower"])
def test_tables_of_another_width_are_not_joined(edges: tuple[float, ...]) -> None:
    lower = table([["丁"] * (len(edges) - 1)], edges, 2)
    assert join(JoinedTable(UPPER), lower) is None


def test_tables_of_other_columns_are_not_joined() -> None:
    lower = table([["丁", "戊", "己", "庚"]], (50.0, 90.0, 200.0, 320.0, 400.0), 2)
    assert join(JoinedTable(UPPER), lower) is None


def test_merged_columns_below_keep_their_span_on_common_borders() -> None:
    lower = table([["丁", "戊"]], (50.0, 252.0, 400.0), 2)
    whole = join(JoinedTable(UPPER), lower)
    assert whole is not None and whole.table.edges == THREE
    assert [(c.row, c.column, c.column_span, c.text) for c in whole.table.cells][3:] == [(1, 0, 2, "丁"), (1, 2, 1, "戊")]


def test_a_border_that_only_the_second_page_has_splits_the_columns() -> None:
    lower = table([["丁", "戊", "己", "庚"]], (50.0, 150.0, 250.0, 325.0, 400.0), 2)
    whole = join(JoinedTable(UPPER), lower)
    assert whole is not None and whole.table.columns == 4
    assert [(c.column, c.column_span, c.text) for c in whole.table.cells] == [
        (0, 1, "甲"), (1, 1, "乙"), (2, 2, "丙"), (0, 1, "丁"), (1, 1, "戊"), (2, 1, "己"), (3, 1, "庚"),
    ]  # fmt: skip


def test_two_narrow_columns_do_not_take_the_same_border() -> None:
    upper = table([["甲", "乙", "丙", "丁"]], (50.0, 58.0, 66.0, 200.0, 400.0), 1)
    lower = table([["子", "丑", "寅", "卯"]], (50.0, 61.0, 69.0, 201.0, 400.0), 2)
    whole = join(JoinedTable(upper), lower)
    assert whole is not None and [c.text for c in whole.table.cells if c.row == 1] == ["子", "丑", "寅", "卯"]
    assert all(a < b for a, b in pairwise(whole.table.edges))


@pytest.mark.parametrize(("off", "one"), [(0.0, True), (5.0, True), (-6.0, True), (25.0, False)])
def test_a_part_without_its_outer_column_goes_on_where_its_sheet_lies_askew(off: float, one: bool) -> None:
    """Edges as of photographed pages: the first column is not closed on the second page, whose sheet lies a little elsewhere."""
    edges = (58.9, 116.8, 182.1, 269.5, 445.0, 533.1)
    upper, lower = table([["产出", "数量", "植树", "≥3", "株"]], edges, 1), [edge + off for edge in edges[1:]]
    lower[1] += 1.5
    found = joined(stitch(pages([upper], [table([["质量", "成活率", "≥9", "%"]], tuple(lower), 2)])))
    assert (len(found) == 1) == one
    if one:
        assert [cell.column for cell in found[0].table.cells if cell.row == 1] == [1, 2, 3, 4]


def test_the_bottom_is_open_where_that_of_the_last_part_is() -> None:
    lower = Table(0, 1, 3, LOWER.cells, LOWER.places, THREE, open_top=True, open_bottom=True)
    whole = join(JoinedTable(UPPER), lower)
    assert whole is not None and whole.table.open_bottom and not whole.table.open_top


def drawn(grid: Spans, widths: list[float], off: list[float], shift: float, page: int) -> Table:
    edges = [LEFT]
    for width in widths[: grid.columns]:
        edges.append(edges[-1] + width)
    moved = tuple(edge + o + shift for edge, o in zip(edges, off, strict=False))
    place = (Place(page, Box(0, 0, 1, 1), page),)
    cells = tuple(Cell(s.row, s.column, s.text, s.row_span, s.column_span, place) for s in grid.spans)
    return Table(page, grid.rows, grid.columns, cells, place, moved)


@settings(max_examples=300, deadline=None)
@given(
    span_grids(),
    st.integers(1, 5),
    st.lists(st.floats(25, 160), min_size=6, max_size=6),
    st.lists(st.floats(-2, 2), min_size=7, max_size=7),
    st.floats(-40, 40),
)
def test_a_grid_that_is_cut_between_rows_comes_back(grid: Spans, row: int, widths: list[float], off: list[float], shift: float) -> None:
    row = min(row, grid.rows)
    upper = Spans(row, grid.columns, tuple(s for s in grid.spans if s.row + s.row_span <= row))
    lower = Spans(grid.rows - row, grid.columns, tuple(s._replace(row=s.row - row) for s in grid.spans if s.row >= row))
    first = drawn(upper, widths, [0.0] * 7, 0.0, 1)
    items = stitch(pages([first], [drawn(lower, widths, off, shift, 2)] if lower.rows else []))
    (whole,) = joined(items)
    kept = {*upper.spans, *(s._replace(row=s.row + row) for s in lower.spans)}
    assert {(c.row, c.column, c.row_span, c.column_span, c.text) for c in whole.table.cells} == {tuple(s) for s in kept}
    assert whole.table.edges == first.edges
    assert whole.breaks == ((row,) if lower.rows else ())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(6, 160), min_size=1, max_size=6),
    st.lists(st.floats(6, 160), min_size=1, max_size=6),
    st.floats(-30, 30),
)
def test_joining_keeps_every_cell_and_never_lays_two_on_one_place(one: list[float], two: list[float], shift: float) -> None:
    def row(widths: list[float], left: float, page: int) -> Table:
        edges = [left]
        for width in widths:
            edges.append(edges[-1] + width)
        return table([[f"{page}{i}" for i in range(len(widths))]], tuple(edges), page)

    upper = row(one, LEFT, 1)
    stretched = [width * sum(one) / sum(two) for width in two]
    whole = join(JoinedTable(upper), row(stretched, LEFT + shift, 2))
    if whole is None:
        return
    assert [c.text for c in whole.table.cells] == [f"1{i}" for i in range(len(one))] + [f"2{i}" for i in range(len(two))]
    places = [(c.row, k) for c in whole.table.cells for k in range(c.column, c.last_column + 1)]
    assert sorted(places) == sorted({(r, k) for r in range(2) for k in range(whole.table.columns)})
    assert all(a < b for a, b in pairwise(whole.table.edges))


def test_tolerance_is_less_than_a_character_on_either_side() -> None:
    """A column of one character of 10.5 points is never narrower than the move that is forgiven."""
    assert EDGE_TOLERANCE < 10.5
