"""Words in columns are the words that they were made of."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Word
from extract.words import columns_of

numbers = st.floats(-1e4, 1e4, allow_nan=False)
words = st.builds(
    Word,
    st.sampled_from(["绩", "效", "a", "km", "第二", "𠮷", "\ufffd"]),
    *(numbers,) * 5,
    upright=st.booleans(),
    confidence=st.sampled_from([1.0, 1.0, 0.5]),
)


@given(st.lists(words, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_words_come_back_as_they_were(given_words: list[Word], data: st.DataObject) -> None:
    columns = columns_of(given_words)
    assert list(columns) == given_words == [columns[i] for i in range(len(columns))]
    assert columns[1:3] == given_words[1:3]
    kept = data.draw(st.lists(st.booleans(), min_size=len(given_words), max_size=len(given_words)))
    assert list(columns.only(np.array(kept, dtype=bool))) == [word for word, keep in zip(given_words, kept, strict=True) if keep]


def test_texts_are_one_string_only_where_each_is_one_character() -> None:
    assert columns_of([Word("绩", 0, 0, 1, 1), Word("效", 1, 0, 2, 1)]).texts == "绩效"
    assert list(columns_of([Word("", 0, 0, 1, 1), Word("km", 1, 0, 2, 1)]).texts) == ["", "km"]


def test_columns_stay_what_they_are() -> None:
    columns = columns_of([Word("绩", 0, 0, 1, 1)])
    assert columns_of(columns) is columns
