"""The words of flattened text: every kind is known and its words are compared as they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.readers.text_words import KINDS, TextWords, load_words, squash
from mappings.loader import MappingError, Mappings, default_mappings


def test_every_kind_has_words() -> None:
    kinds = load_words(default_mappings()).kinds
    assert set(kinds) == KINDS
    assert all(word == squash(word) for words in kinds.values() for word in words)


@pytest.mark.parametrize(
    ("text", "rest"), [("大于等于90%", "90%"), ("大于或等于5天", "5天"), ("大于3次", "3次"), ("≥90%", "90%"), ("90%", None), ("", None)]
)
def test_the_longest_word_before_a_number_counts(text: str, rest: str | None) -> None:
    words = load_words(default_mappings())
    assert words.after_lead(text) == ((False, text) if rest is None else (True, rest))


def test_a_kind_without_words_is_in_no_text() -> None:
    none = TextWords(default_mappings().form_words, {kind: frozenset() for kind in KINDS})
    assert not none.has("quality", "良好") and none.after_lead("≥90%") == (False, "≥90%")


@pytest.mark.parametrize("role", ["remark", "weight", "unit", ""])
def test_a_column_without_words_of_its_own_is_told_by_none(role: str) -> None:
    assert not load_words(default_mappings()).has(role, "万元")


def test_an_unknown_kind_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "flattened.csv").write_text("# Words.\nkind,word,reason\ncolour,红,\n", encoding="utf-8")
    with pytest.raises(MappingError, match="unknown kind 'colour'"):
        load_words(Mappings(tmp_path))
