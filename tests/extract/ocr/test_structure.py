from __future__ import annotations

import numpy as np
import pytest

from tests.extract.ocr.drawn import Form, Pixels, cv2, form_page, line, noisy, sealed, skewed

pytest.importorskip("rapidocr", reason="scans are read only with jixiao[ocr]: rapidocr is not installed")

from extract.ocr.picture import Picture
from extract.ocr.structure import Structure, cell_boxes, grids, structure_of

# Row, column, last row, last column of each cell of ``Form()``, by its drawing.
CELLS = {
    (0, 0, 0, 0), (0, 1, 0, 3),
    (1, 0, 3, 0), (1, 1, 1, 1), (1, 2, 1, 2), (1, 3, 1, 3),
    (2, 1, 2, 1), (2, 2, 2, 2), (2, 3, 2, 3),
    (3, 1, 3, 1), (3, 2, 3, 2), (3, 3, 3, 3),
    (4, 0, 4, 0), (4, 1, 4, 1), (4, 2, 4, 2), (4, 3, 4, 3),
    (5, 0, 5, 0), (5, 1, 5, 1), (5, 2, 5, 2), (5, 3, 5, 3),
}  # fmt: skip


def seen(page: Pixels, dpi: float = 150) -> Structure:
    return structure_of(Picture(np.ascontiguousarray(page), dpi))


def cells(structure: Structure) -> list[set[tuple[int, ...]]]:
    return [{tuple(cell) for cell in grid.cells} for grid in grids(structure)]


def back(structure: Structure, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = structure.back
    return a * x + c * y + e, b * x + d * y + f


def graded(page: Pixels) -> Pixels:
    shade = np.linspace(0.6, 1.0, page.shape[1])[None, :, None]
    return np.asarray(page * shade, dtype=np.uint8)


def shining_through(page: Pixels) -> Pixels:
    behind = 255 - page[:, ::-1].astype(float)
    return np.asarray(np.clip(page - 0.15 * behind, 0, 255), dtype=np.uint8)


def curled(page: Pixels) -> Pixels:
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(page, x, y + 7 * np.sin(np.pi * x / width).astype(np.float32), cv2.INTER_LINEAR, borderValue=(255,) * 3))


def aslant(page: Pixels) -> Pixels:
    """A photograph of the page on a dark table, its far side smaller."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen_at = np.array(
        [[0.03 * width, 0.02 * height], [0.98 * width, 0.01 * height], [0.99 * width, 0.98 * height], [5, 0.99 * height]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(corners, seen_at)
    return np.asarray(cv2.warpPerspective(page, matrix, (width, height), borderValue=(70, 75, 80)))


WAYS = {
    "clean": lambda page: page,
    "skew to the right": lambda page: skewed(page, 3.7),
    "skew to the left": lambda page: skewed(page, -4.6),
    "noise and JPEG": noisy,
    "uneven light": graded,
    "print shining through": shining_through,
    "seal": lambda page: sealed(page, 150, (230, 190)),
    "purple seal": lambda page: sealed(page, 150, (230, 190), (150, 50, 110)),
    "curled paper": curled,
    "photographed aslant": aslant,
    "all that an office does": lambda page: noisy(skewed(graded(sealed(shining_through(page), 150, (230, 190))), 1.3), 8, 55),
}


@pytest.mark.parametrize("way", WAYS)
def test_cells_are_those_drawn(way: str) -> None:
    assert cells(seen(WAYS[way](form_page(Form(), 150)))) == [CELLS]


@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_resolution_does_not_matter(dpi: float) -> None:
    assert cells(seen(form_page(Form(), dpi), dpi)) == [CELLS]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_page_is_turned_back(turns: int) -> None:
    structure = seen(np.rot90(form_page(Form(), 150), turns))
    assert structure.turns == turns
    assert cells(structure) == [CELLS]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_back_leads_to_the_place_on_the_page_as_displayed(turns: int) -> None:
    page = np.rot90(skewed(form_page(Form(), 150), 2.0), turns)
    structure = seen(page)
    first = cell_boxes(structure)[0][0]
    angle = np.radians(2.0)
    x, y = 60 - 297.5, 100 - 421
    unturned = 297.5 + x * np.cos(angle) - y * np.sin(angle), 421 + x * np.sin(angle) + y * np.cos(angle)
    placed = {
        0: unturned,
        1: (unturned[1], 595 - unturned[0]),
        2: (595 - unturned[0], 842 - unturned[1]),
        3: (842 - unturned[1], unturned[0]),
    }
    assert back(structure, first.x0, first.top) == pytest.approx(placed[turns], abs=1.5)


def test_cells_without_text_are_cells() -> None:
    structure = seen(form_page(Form(filled=False), 150))
    boxes = cell_boxes(structure)
    assert not boxes, "a grid without any ink in it is a drawing"
    page = form_page(Form(filled=False), 150)
    page[int(108 * 150 / 72) : int(116 * 150 / 72), int(80 * 150 / 72) : int(83 * 150 / 72)] = 0
    assert cells(seen(page)) == [CELLS]


def test_a_page_break_leaves_the_table_open() -> None:
    page = form_page(Form(without=(), ys=(160, 184, 208)), 150)
    page[: round(161 * 150 / 72)] = 255
    (grid,) = grids(seen(page))
    assert len(grid.cells) == 8
    assert grid.open_top
    assert not grid.open_bottom


def test_the_text_picture_has_the_text_and_no_rules() -> None:
    structure = seen(form_page(Form(), 150))
    point = 150 / 72
    rule = (slice(round(99 * point), round(101 * point)), slice(round(70 * point), round(500 * point)))
    assert structure.grey[rule].min() < 100
    assert structure.text[rule].min() > 200
    inside = (slice(round(103 * point), round(121 * point)), slice(round(62 * point), round(118 * point)))
    assert np.array_equal(structure.grey[inside], structure.text[inside])


def test_a_picture_without_a_table_has_no_cells() -> None:
    page = np.full((1000, 800, 3), 255, np.uint8)
    assert cell_boxes(seen(page)) == []
    line(page, 150, (50, 100, 300, 100))
    assert cell_boxes(seen(page)) == []
