from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from tests.extract.ocr.drawn import Pixels

pytest.importorskip("rapidocr", reason="scans are read only with jixiao[ocr]: rapidocr is not installed")

from extract.model import Box
from extract.ocr.crops import Line, crop_of, crops_of_stack, lines_in_cells, stacks_of
from extract.ocr.ink import Ink, lines_of, pieces_of, segments_of
from extract.ocr.signs import sign_of

DPI = 200.0


def white(height: int = 100, width: int = 300) -> Pixels:
    return np.full((height, width), 255, np.uint8)


def test_a_faint_stroke_beside_dark_ones_is_ink_and_alone_is_none() -> None:
    page = white()
    page[40:60, 50:60] = 40
    page[50:52, 64:84] = 190
    assert len(pieces_of(page, DPI)) == 2
    page[40:60, 50:60] = 255
    assert pieces_of(page, DPI) == []


def test_specks_are_no_ink_but_the_point_of_a_number_is() -> None:
    page = white()
    page[10:12, 10:12] = 0
    page[50:53, 50:53] = 0
    assert pieces_of(page, DPI) == [Ink(50, 50, 53, 53)]


@pytest.mark.parametrize(
    ("boxes", "lines"),
    [
        pytest.param([(0, 0, 20, 20), (22, 2, 42, 22)], 1, id="beside one another"),
        pytest.param([(0, 0, 20, 20), (0, 28, 20, 48)], 2, id="one under another"),
        pytest.param([(0, 0, 14, 3), (0, 16, 20, 19)], 1, id="the strokes of 二"),
        pytest.param([(0, 0, 16, 2), (2, 9, 14, 11), (0, 18, 20, 20)], 1, id="the strokes of 三"),
        pytest.param([(0, 0, 20, 20), (30, 0, 50, 20), (0, 22, 20, 42), (30, 22, 50, 42), (22, 16, 24, 26)], 2, id="joined by a comma"),
    ],
)
def test_pieces_become_lines(boxes: list[tuple[int, int, int, int]], lines: int) -> None:
    assert len(lines_of([Ink(*box) for box in boxes], 20)) == lines


def test_a_tall_character_is_not_cut() -> None:
    assert len(lines_of([Ink(0, 0, 40, 44)], 20)) == 1


def test_text_far_apart_is_read_apart() -> None:
    line = [Ink(0, 0, 20, 20), Ink(25, 0, 45, 20), Ink(120, 0, 140, 20)]
    assert segments_of(line, 30) == [line[:2], line[2:]]


def test_ink_goes_to_the_cell_of_its_middle_and_the_inner_one_of_two() -> None:
    page = white()
    page[20:40, 20:40] = 0
    page[20:40, 150:170] = 0
    page[80:95, 280:295] = 0
    point = 72 / DPI
    cells = [Box(0, 0, 200 * point, 60 * point), Box(140 * point, 10 * point, 190 * point, 50 * point)]
    lines, outside = lines_in_cells(page, cells, DPI)
    assert [(line.cell, line.box) for line in lines] == [(0, Ink(20, 20, 40, 40)), (1, Ink(150, 20, 170, 40))]
    assert outside == [Ink(280, 80, 295, 95)]


def test_a_lone_sign_keeps_its_size_in_the_crop() -> None:
    page = white()
    page[50:53, 100:112] = 0
    crop = crop_of(Line((Ink(100, 50, 112, 53),), 0, 24.0), page)
    assert crop.shape[0] >= 24
    assert int((crop < 128).any(axis=1).sum()) == 3


def test_a_stroke_too_faint_for_ink_comes_along() -> None:
    page = white()
    page[40:60, 100:160] = 0
    page[50, 76:94] = 225
    line = Line((Ink(100, 40, 160, 60),), 0, 20.0, (0, 300))
    crop = crop_of(line, page)
    assert int((crop == 225).sum()) == 18
    page[50, 76:94] = 250
    assert crop_of(line, page).shape[1] < crop.shape[1]


def test_characters_one_under_another_are_a_stack() -> None:
    lines = [Line((Ink(10, y, 30, y + 20),), 3, 22.0) for y in (0, 30, 60)] + [Line((Ink(50, 0, 150, 20),), 4, 22.0)]
    assert stacks_of(lines) == [(0, 1, 2)]
    beside, up, down = crops_of_stack(lines[:3], white())
    assert all(crop.shape[1] > 1.8 * crop.shape[0] for crop in (beside, up, down))


SHAPES = {
    "-": """
        ######
        ######
    """,
    "=": """
        #########
        #########
        .........
        .........
        #########
        #########
    """,
    "/": """
        ......##
        .....##.
        .....##.
        ....##..
        ....##..
        ...##...
        ...##...
        ..##....
        ..##....
        .##.....
        .##.....
        ##......
    """,
    "≥": """
        ##.......
        ..##.....
        ....##...
        ......##.
        .......##
        ......##.
        ....##...
        ..##.....
        ##.......
        .........
        .........
        #########
    """,
    "1": """
        ..##
        .###
        ####
        ..##
        ..##
        ..##
        ..##
        ..##
        ..##
        ..##
        ..##
        ..##
    """,
    "Z": """
        #########
        .......##
        ......##.
        .....##..
        .....##..
        ....##...
        ...##....
        ..##.....
        .##......
        ##.......
        ##.......
        #########
    """,
    "2": """
        ..#####..
        .##...##.
        ##.....##
        .......##
        ......##.
        .....##..
        ....##...
        ...##....
        ..##.....
        .##......
        ##.......
        #########
    """,
    "7": """
        ########
        ......##
        .....##.
        .....##.
        ....##..
        ....##..
        ...##...
        ...##...
        ..##....
        ..##....
        .##.....
        .##.....
    """,
}


def ink_of(shape: str) -> npt.NDArray[np.bool_]:
    return np.array([[c == "#" for c in row] for row in SHAPES[shape].split()])


@pytest.mark.parametrize(
    ("shape", "read", "sign"),
    [
        ("-", "·", "-"), ("-", "", "-"), ("=", "二", "="), ("/", "1", "/"), ("≥", "Z", "≥"), ("≥", "2", "≥"), ("≥", "", "≥"),
        ("1", "1", None), ("Z", "Z", None), ("2", "2", None), ("7", "1", None), ("-", "次", None), ("/", "7", None),
    ],
)  # fmt: skip
def test_signs_are_told_by_their_shape_where_they_are_misread(shape: str, read: str, sign: str | None) -> None:
    assert sign_of(ink_of(shape), 16.0, read) == sign


def test_the_mirrored_shape_is_at_most() -> None:
    assert sign_of(ink_of("≥")[:, ::-1], 16.0, "S") == "≤"
