"""What of a text is seen, by its clip: lines of low cells of spreadsheets, merged cells over page breaks."""

from __future__ import annotations

import pytest

from extract.model import Word
from extract.readers.shown import Glyphs, Run, leave_unseen, place

SIZE = (600.0, 800.0)
LOW, TALL = (50.0, 100.0, 150.0, 115.0), (50.0, 100.0, 150.0, 180.0)


def shown(clip: tuple[float, float, float, float], tops: dict[str, float]) -> Glyphs:
    """Lines of one letter each, drawn under one clip."""
    glyphs = Glyphs()
    for letter, top in tops.items():
        place(Word(letter, 60, top, 70, top + 10, 10), Run(10, True, None, clip, []), glyphs, SIZE)
    leave_unseen(glyphs)
    return glyphs


def told(glyphs: Glyphs) -> dict[str, str]:
    return {reason: "".join(word.text for word in words) for reason, words in glyphs.hidden.items()}


@pytest.mark.parametrize("first", [102.0, 42.0, 78.0], ids=["at the top", "at the bottom", "in the middle"])
def test_all_lines_of_a_low_cell_are_its_own(first: float) -> None:
    """Whichever of them its row has room for, and though the others lie over other cells."""
    glyphs = shown(LOW, {letter: first + 12 * i for i, letter in enumerate("甲乙丙丁戊己")})
    assert "".join(word.text for word in glyphs.words) == "甲乙丙丁戊己"
    assert all(LOW[1] <= y <= LOW[3] for _, y in glyphs.homes.values())
    assert set(told(glyphs)) == {"overrun"}


def test_a_line_just_outside_of_a_low_cell_is_its_own() -> None:
    glyphs = shown(LOW, {"甲": 102.0, "乙": 114.0})
    assert len(glyphs.words) == 2 and not glyphs.hidden


def test_what_a_cell_of_several_lines_shows_on_another_page_is_left_out() -> None:
    glyphs = shown(TALL, {"甲": 60.0, "乙": 110.0, "丙": 240.0})
    assert [word.text for word in glyphs.words] == ["乙"]
    assert told(glyphs) == {"clipped": "甲丙"}


def test_a_low_cell_that_shows_nothing_of_a_text_does_not_have_it() -> None:
    glyphs = shown(LOW, {"甲": 40.0, "乙": 52.0})
    assert not glyphs.words and told(glyphs) == {"clipped": "甲乙"}
