from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.form.vocabulary import bare, printed, squash
from tests.extract.form.cases import CASES, words

WORDS: dict[str, dict[str, Any]] = yaml.safe_load((CASES / "vocabulary.yml").read_text(encoding="utf-8"))


def cases(kind: str) -> list[Any]:
    return [pytest.param(text, meaning, id=text.replace("\n", " ") or "blank") for text, meaning in WORDS[kind].items()]


@pytest.mark.parametrize(("text", "meaning"), cases("headers"))
def test_header(text: str, meaning: str | None) -> None:
    found = words().header(text)
    assert (" ".join(filter(None, (found.role, found.horizon))) if found else None) == meaning


@pytest.mark.parametrize(("text", "meaning"), cases("labels"))
def test_label(text: str, meaning: str | None) -> None:
    found = words().label(text)
    assert (" ".join(filter(None, (found.name, found.horizon))) if found else None) == meaning


@pytest.mark.parametrize(("text", "numbers"), cases("levels"))
def test_level(text: str, numbers: list[int]) -> None:
    assert sorted(words().level_numbers(text)) == numbers
    assert words().level(text) == min(numbers, default=None)


@pytest.mark.parametrize(("text", "form"), cases("titles"))
def test_title(text: str, form: str | None) -> None:
    assert words().title_form(text) == form


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("产出\n指标", "产出指标"),
        ("Open\nData", "Open Data"),
        ("A级\n医院", "A级医院"),
        ("≥12\n个", "≥12个"),
        ("  甲 \n\n 乙  ", "甲乙"),
        ("12\n34", "1234"),
        ("甲  乙", "甲 乙"),
        ("", ""),
    ],
)
def test_line_breaks_are_taken_out(text: str, whole: str) -> None:
    assert printed(text) == whole


@given(st.text(max_size=40))
def test_printed_keeps_every_character_but_white_space(text: str) -> None:
    assert "".join(printed(text).split()) == "".join(text.split())


@given(st.text(max_size=40))
def test_looking_up_never_fails(text: str) -> None:
    found = (words().header(text), words().label(text), words().level(text), words().title_form(text), bare(text))
    assert len(found) == 5 and not any(character.isspace() for character in squash(text))
