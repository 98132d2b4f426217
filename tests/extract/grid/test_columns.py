"""Text reckoned in columns of numbers is what ``extract.grid.text`` says of each group by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.grid.columns import lines_in, plain, texts_of
from extract.grid.text import text_of
from extract.model import Word
from extract.words import columns_of

glyphs = st.builds(
    lambda text, x, top, height, width: Word(text, x, top, x + width, top + height, height),
    st.sampled_from(["绩", "效", "7", "a", "％", "km", "第二"]),
    st.integers(0, 60).map(lambda n: n * 2.5),
    st.integers(0, 20).map(lambda n: n * 2.0),
    st.sampled_from([9.0, 10.5, 12.0]),
    st.sampled_from([4.0, 10.0]),
)


@given(st.lists(st.tuples(glyphs, st.integers(0, 3)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_groups_have_the_text_that_each_has_by_itself(placed: list[tuple[Word, int]]) -> None:
    words, groups = columns_of([word for word, _ in placed]), np.array([group for _, group in placed], dtype=np.int64)
    numbers = np.arange(len(placed))
    straight = plain(words, numbers, groups)
    found = texts_of(words, lines_in(words, numbers[straight], groups[straight]))
    for group in set(groups[straight].tolist()):
        assert found[group] == text_of([word for word, own in placed if own == group])


def test_a_column_of_characters_is_left_to_the_slow_way() -> None:
    down = [Word(text, 100.0, 50.0 + 12 * i, 110.0, 60.0 + 12 * i, 10.0) for i, text in enumerate("产出指标数量")]
    words, groups = columns_of(down), np.zeros(len(down), dtype=np.int64)
    assert not plain(words, np.arange(len(down)), groups).any()


def test_turned_words_are_left_to_the_slow_way() -> None:
    words = columns_of([Word("甲", 0.0, 0.0, 10.0, 10.0, 10.0), Word("乙", 40.0, 0.0, 50.0, 10.0, 10.0, upright=False)])
    assert plain(words, np.arange(2), np.array([0, 1])).tolist() == [True, False]


def test_no_words_have_no_text() -> None:
    words, none = columns_of([]), np.zeros(0, dtype=np.int64)
    assert texts_of(words, lines_in(words, none, none)) == {}
