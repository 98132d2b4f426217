from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.grid.ruled import blocks_of
from extract.model import Rule, Table, TextLine, Word
from tests.extract.grids import Spans, span_grids

LEFT, TOP, WIDTH, HEIGHT = 60.0, 80.0, 70.0, 24.0


def line(x0: float, top: float, x1: float, bottom: float) -> Rule:
    return Rule(x0, top, x1, bottom)


def words(text: str, x: float, top: float, size: float = 10.0, upright: bool = True) -> list[Word]:
    """Glyphs from left to right, full width for Chinese, half for the rest."""
    result = []
    for character in text:
        advance = size if ord(character) > 0x2E80 else size / 2
        if character != " ":
            result.append(Word(character, x, top, x + advance, top + size, size, upright))
        x += advance
    return result


def boxed(xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """The rules of a full raster."""
    return [line(xs[0], y, xs[-1], y) for y in ys] + [line(x, ys[0], x, ys[-1]) for x in xs]


def filled(xs: Sequence[float], ys: Sequence[float]) -> list[Word]:
    """A glyph in the middle of each field: 甲, 乙, … in reading order."""
    names = iter("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳")
    return [
        word
        for top, bottom in itertools.pairwise(ys)
        for x0, x1 in itertools.pairwise(xs)
        for word in words(next(names), (x0 + x1) / 2 - 5, (top + bottom) / 2 - 5)
    ]


def tables(words: Sequence[Word], rules: Sequence[Rule]) -> list[Table]:
    return [b for b in blocks_of(words, rules, 1) if isinstance(b, Table)]


def lines(words: Sequence[Word], rules: Sequence[Rule]) -> list[str]:
    return [b.text for b in blocks_of(words, rules, 1) if isinstance(b, TextLine)]


def texts(table: Table) -> list[list[str]]:
    """The text of each position; '^' where a cell reaches from above or from the left, '' where there is none."""
    return [
        [("" if c is None else c.text if (c.row, c.column) == (r, k) else "^") for k, c in enumerate(row)]
        for r, row in enumerate(table.grid())
    ]


def spans(table: Table) -> list[tuple[int, int, int, int, str]]:
    return sorted((c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)


def drawn(grid: Spans, pieces: int, jitter: float, doubled: bool, seed: int) -> tuple[list[Word], list[Rule]]:
    """The four sides of each cell as rules, and its text in its middle."""
    noise = random.Random(seed)
    rules, glyphs = [], []
    for s in grid.spans:
        x0, x1 = LEFT + s.column * WIDTH, LEFT + (s.column + s.column_span) * WIDTH
        top, bottom = TOP + s.row * HEIGHT, TOP + (s.row + s.row_span) * HEIGHT
        glyphs += words(s.text, (x0 + x1) / 2 - 10, (top + bottom) / 2 - 5)
        for side in ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)):
            rules += list(_side(side, pieces, jitter, doubled, noise))
    return glyphs, rules


def _side(side: tuple[float, float, float, float], pieces: int, jitter: float, doubled: bool, noise: random.Random) -> Iterator[Rule]:
    x0, top, x1, bottom = side
    gap = 1.0 if pieces > 1 else 0.0
    for i in range(pieces):
        a, b = i / pieces, (i + 1) / pieces
        off = noise.uniform(-jitter, jitter)
        flat = bottom == top
        dx, dy = (0.0, off) if flat else (off, 0.0)
        gx, gy = (gap, 0.0) if flat else (0.0, gap)
        rule = (x0 + a * (x1 - x0) + dx, top + a * (bottom - top) + dy, x0 + b * (x1 - x0) + dx - gx, top + b * (bottom - top) + dy - gy)
        yield Rule(*rule)
        if doubled:
            yield Rule(rule[0] + 1.5 * (not flat), rule[1] + 1.5 * flat, rule[2] + 1.5 * (not flat), rule[3] + 1.5 * flat)


@settings(deadline=None, max_examples=120)
@given(span_grids(), st.integers(1, 4), st.sampled_from((0.0, 0.5)), st.booleans(), st.integers(0, 9))
def test_drawn_grid_comes_back(grid: Spans, pieces: int, jitter: float, doubled: bool, seed: int) -> None:
    found = tables(*drawn(grid, pieces, jitter, doubled, seed))
    expected = grid.compact()
    if len(expected.spans) == 1:
        assert found == []
        return
    assert len(found) == 1
    assert (found[0].rows, found[0].columns) == (expected.rows, expected.columns)
    assert spans(found[0]) == [tuple(s) for s in expected.spans]
    assert not found[0].open_top and not found[0].open_bottom
    assert len(found[0].edges) == expected.columns + 1


XS, YS = (60.0, 160.0, 260.0), (80.0, 110.0, 140.0)
FOUR = [["甲", "乙"], ["丙", "丁"]]
WITHOUT_SIDE = {
    "left": ([line(60, y, 260, y) for y in YS] + [line(x, 80, x, 140) for x in (160, 260)], False, False),
    "right": ([line(60, y, 260, y) for y in YS] + [line(x, 80, x, 140) for x in (60, 160)], False, False),
    "left and right": ([line(60, y, 260, y) for y in YS] + [line(160, 80, 160, 140)], False, False),
    "top": ([line(60, y, 260, y) for y in YS[1:]] + [line(x, 80, x, 140) for x in XS], True, False),
    "bottom": ([line(60, y, 260, y) for y in YS[:2]] + [line(x, 80, x, 140) for x in XS], False, True),
    "top and bottom": ([line(60, 110, 260, 110)] + [line(x, 80, x, 140) for x in XS], True, True),
    "left and top": ([line(60, y, 260, y) for y in YS[1:]] + [line(x, 80, x, 140) for x in (160, 260)], True, False),
}


@pytest.mark.parametrize("side", WITHOUT_SIDE)
def test_outer_side_not_drawn(side: str) -> None:
    rules, open_top, open_bottom = WITHOUT_SIDE[side]
    (table,) = tables(filled(XS, YS), rules)
    assert texts(table) == FOUR
    assert (table.open_top, table.open_bottom) == (open_top, open_bottom)
    assert table.edges == pytest.approx(XS)


def test_row_cut_by_the_page_break_keeps_its_merged_cell() -> None:
    rules = [line(60, 140, 260, 140), line(160, 110, 260, 110), *(line(x, 80, x, 140) for x in XS)]
    glyphs = words("上", 200, 90) + words("下", 200, 120) + words("侧", 100, 105)
    (table,) = tables(glyphs, rules)
    assert texts(table) == [["侧", "上"], ["^", "下"]]
    assert table.open_top


def test_missing_inner_rule_leaves_one_cell() -> None:
    rules = [*boxed(XS, YS[:2]), line(60, 110, 60, 140), line(260, 110, 260, 140), line(60, 140, 260, 140)]
    (table,) = tables(words("左", 80, 90) + words("右", 200, 90) + words("下面", 140, 120), rules)
    assert texts(table) == [["左", "右"], ["下面", "^"]]


def test_rules_that_stick_out_add_nothing() -> None:
    rules = [line(56, y, 265, y) for y in YS] + [line(x, 76, x, 144) for x in XS]
    (table,) = tables(filled(XS, YS), rules)
    assert texts(table) == FOUR
    assert not table.open_top and not table.open_bottom


@pytest.mark.parametrize("gap", [4.5, 6.0, 20.0])
def test_stacked_tables_stay_apart(gap: float) -> None:
    below = [y + 60 + gap for y in YS]
    found = tables(filled(XS, YS) + filled(XS, below), boxed(XS, YS) + boxed(XS, below))
    assert [texts(t) for t in found] == [FOUR, FOUR]
    assert [t.index for t in found] == [0, 1]


def test_tables_side_by_side_stay_apart() -> None:
    right = [x + 220 for x in XS]
    found = tables(filled(XS, YS) + filled(right, YS), boxed(XS, YS) + boxed(right, YS))
    assert [texts(t) for t in found] == [FOUR, FOUR]


def test_table_in_a_cell_holds_its_own_text() -> None:
    outer = boxed((40.0, 300.0, 400.0), (40.0, 200.0, 240.0))
    found = tables(filled(XS, YS) + words("外", 60, 170) + words("旁", 340, 60), outer + boxed(XS, YS))
    assert len(found) == 2
    assert texts(found[0]) == [["外", "旁"], ["", ""]]
    assert texts(found[1]) == FOUR


def test_frame_of_a_page_is_no_table() -> None:
    frame = boxed((20.0, 560.0), (20.0, 800.0))
    found = blocks_of(words("标题", 100, 40) + filled(XS, YS), frame + boxed(XS, YS), 1)
    assert [b.text if isinstance(b, TextLine) else texts(b) for b in found] == ["标题", FOUR]


NO_TABLES = {
    "underline": [line(60, 100, 200, 100)],
    "underlines": [line(60, 100, 200, 100), line(60, 130, 200, 130)],
    "one box": boxed((60.0, 260.0), (80.0, 140.0)),
    "cross": [line(60, 100, 200, 100), line(130, 60, 130, 140)],
    "tick boxes": boxed((60.0, 68.0), (80.0, 88.0)) + boxed((100.0, 108.0), (80.0, 88.0)),
    "no upright rule": [line(60, y, 260, y) for y in YS],
    "letters drawn as paths": boxed((60.0, 62.0, 64.5), (80.0, 84.0, 88.5)),
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_leaves_its_text(name: str) -> None:
    assert tables(words("项目名称", 70, 90), NO_TABLES[name]) == []
    assert lines(words("项目名称", 70, 90), NO_TABLES[name]) == ["项目名称"]


def test_grid_without_text_is_no_table() -> None:
    assert blocks_of([], boxed(XS, YS), 1) == ()


def test_word_across_a_rule_is_cut_at_it() -> None:
    (table,) = tables(words("甲乙丙丁", 140, 90) + words("下", 100, 120), boxed(XS, YS))
    assert texts(table)[0] == ["甲乙", "丙丁"]


def test_word_cut_off_by_its_clip_goes_home() -> None:
    glyphs = words("本行", 70, 85) + words("多余", 70, 112) + words("下行", 70, 115)
    (table,) = [b for b in blocks_of(glyphs, boxed(XS, YS), 1, homes={2: (110.0, 95.0), 3: (110.0, 95.0)}) if isinstance(b, Table)]
    assert [row[0] for row in texts(table)] == ["本行\n多余", "下行"]


def test_texts_that_lie_over_each_other_are_no_sure_text() -> None:
    mixed = words("甲乙丙丁戊", 70, 85) + words("己庚辛壬癸", 74, 87)
    boxes = words("□□□□", 70, 112) + words("✓✓✓✓", 71, 112)
    (table,) = tables([*mixed, *boxes], boxed(XS, YS))
    assert [[cell.confidence for cell in row if cell] for row in table.grid()] == [[0.5, 1.0], [1.0, 1.0]]


def test_letters_without_a_width_that_only_touch_are_sure_text() -> None:
    touching = [Word(letter, 70 + 5 * i, 84, 70 + 5 * (i + (i % 2)), 94, 10) for i, letter in enumerate("甲乙丙丁戊己庚")]
    (table,) = tables([*touching, *filled(XS, YS)[-1:]], boxed(XS, YS))
    assert [cell.confidence for cell in table.cells if cell.text.startswith("甲")] == [1.0]


def test_text_around_tables_is_in_reading_order() -> None:
    glyphs = words("标题", 60, 50, 16) + filled(XS, YS) + words("注", 60, 150) + words("单位：万元", 200, 68)
    found = blocks_of(glyphs, boxed(XS, YS), 7, first_index=3)
    assert [b.text if isinstance(b, TextLine) else "表" for b in found] == ["标题", "单位：万元", "表", "注"]
    title, _, table, _ = found
    assert isinstance(title, TextLine) and title.size == 16 and title.place.page == 7
    assert isinstance(table, Table) and table.index == 3 and table.cells[0].places[0].table_index == 3


def test_glyphs_on_another_base_line_stay_in_order() -> None:
    glyphs = [*words("≤18400", 70, 87), *words("万元", 100, 90.5)]
    (table,) = tables(glyphs + words("下", 100, 120), boxed(XS, YS))
    assert texts(table)[0][0] == "≤18400万元"


def test_gaps_between_chinese_are_no_spaces_but_between_numbers_they_are() -> None:
    glyphs = words("项", 62, 90) + words("目", 90, 90) + words("GDP 95 98%", 165, 90)
    (table,) = tables(glyphs + words("下", 100, 120), boxed(XS, YS))
    assert texts(table)[0] == ["项目", "GDP 95 98%"]


def test_captions_at_both_ends_of_a_line_stand_apart() -> None:
    assert lines(words("部门名称：某局", 60, 60) + words("单位：万元", 210, 60), []) == ["部门名称：某局 单位：万元"]


def test_dense_drawing_is_no_table_and_is_done_with_at_once() -> None:
    rules = boxed([10.0 + 6 * i for i in range(600)], [10.0 + 6 * i for i in range(600)])
    assert tables(words("图", 20, 20), rules) == []


def test_vertical_writing_gives_a_line_a_glyph() -> None:
    xs, ys = (60.0, 80.0, 200.0), (80.0, 140.0, 160.0)
    glyphs = [w for i, c in enumerate("产出指标") for w in words(c, 65, 84 + 13 * i)]
    (table,) = tables(glyphs + words("右", 100, 100), boxed(xs, ys))
    assert texts(table)[0] == ["产\n出\n指\n标", "右"]


def test_two_columns_of_vertical_writing_are_read_one_after_the_other() -> None:
    xs, ys = (60.0, 100.0, 200.0), (80.0, 140.0, 160.0)
    glyphs = [w for x, text in ((82, "年度总体"), (66, "目标")) for i, c in enumerate(text) for w in words(c, x, 84 + 13 * i)]
    (table,) = tables(glyphs + words("右", 150, 100), boxed(xs, ys))
    assert texts(table)[0] == ["年\n度\n总\n体\n目\n标", "右"]


def test_two_glyphs_a_line_are_no_vertical_writing() -> None:
    xs, ys = (60.0, 100.0, 200.0), (80.0, 140.0, 160.0)
    glyphs = [w for i, text in enumerate(("年度", "绩效", "指标")) for w in words(text, 66, 84 + 13 * i)]
    (table,) = tables(glyphs + words("右", 150, 100), boxed(xs, ys))
    assert texts(table)[0] == ["年度\n绩效\n指标", "右"]


@pytest.mark.parametrize("down", [True, False])
def test_turned_text_is_read_in_its_own_direction(down: bool) -> None:
    xs, ys = (60.0, 100.0, 200.0), (80.0, 140.0, 160.0)
    first, second = (84.0, 64.0) if down else (64.0, 84.0)
    glyphs = []
    for x, text in ((first, "绩效"), (second, "12 个")):
        at = 90.0 if down else 125.0
        for character in text:
            if character != " ":
                glyphs.append(Word(character, x, at, x + 10, at + 10, 10, False))
            at += 11 if down else -11
    (table,) = tables(glyphs + words("右", 150, 100), boxed(xs, ys))
    assert texts(table)[0] == ["绩效\n12个", "右"]
