"""The words of flattened text: every kind is known and its words are compared as they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.readers.text_words import KINDS, load_words, squash
from mappings.loader import MappingError, Mappings, default_mappings


def test_every_kind_has_words() -> None:
    kinds = load_words(default_mappings()).kinds
    assert set(kinds) == KINDS
    assert all(word == squash(word) for words in kinds.values() for word in words)


def test_an_unknown_kind_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "flattened.csv").write_text("# Words.\nkind,word,reason\ncolour,红,\n", encoding="utf-8")
    with pytest.raises(MappingError, match="unknown kind 'colour'"):
        load_words(Mappings(tmp_path))
