from __future__ import annotations

import numpy as np
import pytest

from extract.model import Rule
from tests.extract.ocr.drawn import Form, Pixels, blank, form_page, line, text

DPI = 200.0


def grey(page: Pixels) -> Pixels:
    return np.ascontiguousarray(page[:, :, 0])


def found(page: Pixels) -> tuple[Rule, ...]:
    from extract.ocr.ruling import ruling_of

    return ruling_of(grey(page), DPI).rules


def lines(page: Pixels) -> tuple[tuple[tuple[float, float, float], ...], tuple[tuple[float, float, float], ...]]:
    """Horizontal and vertical lines that the rules draw together, to the point."""
    from extract.grid.edges import edges_of

    edges = edges_of(found(page))
    across, down = (tuple(tuple(round(v) for v in edge) for edge in side) for side in (edges.horizontal, edges.vertical))
    return across, down


def boxed() -> Pixels:
    page = blank(DPI)
    for y in (100, 130):
        line(page, DPI, (60, y, 360, y))
    for x in (60, 160, 360):
        line(page, DPI, (x, 100, x, 130))
    return page


BOXED = ((100, 60, 360), (130, 60, 360)), ((60, 100, 130), (160, 100, 130), (360, 100, 130))


def test_rules_lie_where_they_are_drawn() -> None:
    assert lines(boxed()) == BOXED


def _strokes(page: Pixels, at: tuple[float, float], strokes: list[tuple[float, float, float, float]]) -> None:
    for x0, y0, x1, y1 in strokes:
        line(page, DPI, (at[0] + x0, at[1] + y0, at[0] + x1, at[1] + y1), 1.0)


CHARACTERS = {
    "一": [(0, 5, 10, 5)],
    "二": [(2, 2, 8, 2), (0, 9, 10, 9)],
    "三": [(1, 1, 9, 1), (2, 5, 8, 5), (0, 10, 10, 10)],
    "=": [(0, 4, 7, 4), (0, 7, 7, 7)],
    "≥": [(0, 10, 8, 10)],
    "-": [(0, 5, 4, 5)],
    "——": [(0, 5, 21, 5)],
    "口": [(0, 0, 10, 0), (0, 10, 10, 10), (0, 0, 0, 10), (10, 0, 10, 10)],
    "田": [(0, 0, 10, 0), (0, 5, 10, 5), (0, 10, 10, 10), (0, 0, 0, 10), (5, 0, 5, 10), (10, 0, 10, 10)],
    "□ of 18 points": [(0, 0, 18, 0), (0, 18, 18, 18), (0, 0, 0, 18), (18, 0, 18, 18)],
    "1": [(2, 0, 2, 10)],
}


@pytest.mark.parametrize("character", CHARACTERS)
def test_strokes_of_characters_are_no_rules(character: str) -> None:
    page = boxed()
    _strokes(page, (200, 106), CHARACTERS[character])
    assert lines(page) == BOXED


@pytest.mark.parametrize("character", CHARACTERS)
def test_strokes_stay_in_the_text_picture(character: str) -> None:
    from extract.ocr.ruling import ruling_of, without_rules

    page = boxed()
    _strokes(page, (200, 106), CHARACTERS[character])
    kept = without_rules(grey(page), ruling_of(grey(page), DPI), DPI)
    inside = slice(round(104 * DPI / 72), round(126 * DPI / 72)), slice(round(164 * DPI / 72), round(356 * DPI / 72))
    assert np.array_equal(kept[inside], grey(page)[inside])
    assert (kept < 150).sum() == (grey(page)[inside] < 150).sum()


def test_a_row_of_characters_is_no_rule() -> None:
    page = boxed()
    for i, character in enumerate("三口一田三二口三一二田口三三"):
        _strokes(page, (170 + 11.5 * i, 108), CHARACTERS[character])
    assert lines(page) == BOXED


def test_short_rules_that_run_from_rule_to_rule_are_rules() -> None:
    page = boxed()
    line(page, DPI, (180, 100, 180, 130))
    line(page, DPI, (160, 115, 180, 115))
    across, down = lines(page)
    assert (115, 160, 180) in across
    assert (180, 100, 130) in down


def _gapped(page: Pixels, gap: float, every: float) -> None:
    for x in np.arange(70, 350, every):
        page[:, round(x * DPI / 72) : round((x + gap) * DPI / 72)] = 255


BREAKS = {"0.8 points every 15": (0.8, 15.0), "1.5 points every 20": (1.5, 20.0), "dashes of 3 points": (2.0, 5.0), "dots": (1.0, 2.0)}


@pytest.mark.parametrize("breaks", BREAKS)
def test_broken_rules_are_whole(breaks: str) -> None:
    page = blank(DPI)
    for y in (100, 130):
        line(page, DPI, (60, y, 360, y))
    _gapped(page, *BREAKS[breaks])
    for x in (60, 360):
        line(page, DPI, (x, 100, x, 130))
    assert lines(page) == (BOXED[0], (BOXED[1][0], BOXED[1][2]))


@pytest.mark.parametrize("thickness", [0.4, 0.75, 1.5, 3.0])
def test_thickness_does_not_matter(thickness: float) -> None:
    from extract.grid.edges import edges_of

    edges = edges_of(found(form_page(Form(thickness=thickness, without=()), DPI)))
    assert [round(e.position) for e in edges.horizontal] == [100, 124, 148, 190, 214, 238, 300]
    assert [round(e.position) for e in edges.vertical] == [60, 120, 220, 400, 535]


def test_a_grey_rule_is_found() -> None:
    page = blank(DPI)
    line(page, DPI, (60, 100, 360, 100), grey=170)
    assert lines(page)[0] == ((100, 60, 360),)


def test_blocks_are_no_rules() -> None:
    page = blank(DPI)
    line(page, DPI, (60, 100, 360, 100), thickness=14)
    assert lines(page) == ((), ())


def test_a_stroke_that_crosses_a_rule_outlives_it() -> None:
    from extract.ocr.ruling import ruling_of, without_rules

    page = boxed()
    line(page, DPI, (250, 124, 250, 136), 1.0)
    kept = without_rules(grey(page), ruling_of(grey(page), DPI), DPI)
    column = kept[round(124.5 * DPI / 72) : round(135.5 * DPI / 72), round(250 * DPI / 72)]
    assert column.max() < 150
    assert kept[round(130 * DPI / 72), round(300 * DPI / 72)] == 255


def test_text_makes_no_rules() -> None:
    page = blank(DPI)
    for i in range(30):
        text(page, DPI, (60, 100 + 14 * i), "HEHEHEEHLLTETFHH the EELETELFLEHELE of HEHEHEEHLLTFTEFHH EFE", 12)
    assert lines(page) == ((), ())
