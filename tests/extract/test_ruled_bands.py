from __future__ import annotations

from extract.grid.ruled import blocks_of
from extract.model import Rule, Table, Word
from tests.extract.test_ruled import texts, words

LEFTS = (60.0, 160.0, 260.0)
ROWS = (("一级", "指标", "值"), ("产出", "站点", "36"), ("产出", "合格", "95"), ("效益", "人次", "12"))


def bands(count: int) -> list[Rule]:
    return [Rule(50, 80 + 30 * i, 350, 80 + 30 * i) for i in range(count + 1)]


def row(number: int, *placed: tuple[float, str]) -> list[Word]:
    return [w for x, what in placed for w in words(what, x, 90 + 30 * number)]


def table(glyphs: list[Word], rules: list[Rule]) -> list[list[list[str]]]:
    return [texts(b) for b in blocks_of(glyphs, rules, 1) if isinstance(b, Table)]


def aligned() -> list[Word]:
    return [w for i, texts_of_row in enumerate(ROWS) for w in row(i, *zip(LEFTS, texts_of_row, strict=True))]


def test_columns_come_from_the_text_where_it_leaves_clear_gaps() -> None:
    assert table(aligned(), bands(4)) == [[list(r) for r in ROWS]]


def test_text_in_no_column_spreads_over_the_empty_ones() -> None:
    glyphs = aligned() + row(4, (60, "目标"), (200, "统筹安排各项"))
    assert table(glyphs, bands(5))[0][4] == ["目标", "统筹安排各项", "^"]


def test_text_in_its_column_leaves_the_others_empty() -> None:
    glyphs = aligned() + row(4, (60, "满意"), (260, "90"))
    assert table(glyphs, bands(5))[0][4] == ["满意", "", "90"]


def test_lined_paper_is_no_table() -> None:
    glyphs = [w for i in range(4) for w in row(i, (60, "各单位要统筹安排各项资金"))]
    assert table(glyphs, bands(4)) == []


def test_texts_without_common_gaps_are_no_table() -> None:
    ragged = [w for i, (a, b) in enumerate(((60.0, 120.0), (110.0, 240.0), (90.0, 150.0))) for w in row(i, (a, "目标"), (b, "统筹"))]
    assert table(ragged, bands(3)) == []
