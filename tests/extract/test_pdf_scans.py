"""Which part of a page is looked at for text in its pictures."""

from __future__ import annotations

import numpy as np
import pytest

from extract.model import Rule, Word
from extract.ocr.picture import Picture
from extract.readers.drawing import Drawing
from extract.readers.pdf_scans import MARGIN, _cut_out, _part_with_pictures


def page(rules: list[Rule], box: tuple[float, float, float, float] | None, share: float = 0.1) -> Drawing:
    return Drawing(1, 600.0, 800.0, [], rules, pictures=share, picture_box=box)


def test_part_is_the_pictures_with_a_margin() -> None:
    assert _part_with_pictures(page([], (100.0, 100.0, 300.0, 200.0))) == (100 - MARGIN, 100 - MARGIN, 300 + MARGIN, 200 + MARGIN)


def test_part_takes_in_the_lines_of_a_table_around_pictures() -> None:
    across, down = Rule(80.0, 150.0, 400.0, 150.0), Rule(400.0, 90.0, 400.0, 260.0)
    found = _part_with_pictures(page([across, down], (100.0, 100.0, 300.0, 200.0)))
    assert found == (80 - MARGIN, 90 - MARGIN, 400 + MARGIN, 260 + MARGIN)


@pytest.mark.parametrize(
    "drawing",
    [page([], None), page([], (0.0, 0.0, 600.0, 800.0)), page([], (100.0, 100.0, 300.0, 200.0), share=0.5)],
    ids=["engine tells no box", "pictures all over the page", "a scan with some words"],
)
def test_whole_page_is_looked_at(drawing: Drawing) -> None:
    assert _part_with_pictures(drawing) is None


def test_words_move_with_the_part_that_is_cut_out() -> None:
    pixels = np.arange(40 * 30 * 3, dtype=np.uint8).reshape(40, 30, 3)
    words = [Word("内", 12.0, 13.0, 18.0, 19.0), Word("外", 1.0, 1.0, 5.0, 5.0)]
    part, inside = _cut_out(Picture(pixels, 72.0), words, (10.0, 10.0, 25.0, 30.0))
    assert (part.pixels == pixels[10:30, 10:25]).all()
    assert inside == [Word("内", 2.0, 3.0, 8.0, 9.0)]
