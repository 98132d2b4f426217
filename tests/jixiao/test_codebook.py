"""The codebook in docs is the one that the columns give."""

from __future__ import annotations

from pathlib import Path

from jixiao.codebook import codebook
from normalize.record import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "dataset.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == codebook(), "run: python -m jixiao.codebook > docs/dataset.md"


def test_every_column_is_in_it() -> None:
    page = codebook()
    assert all(f"| `{column.name}` | {column.type} |" in page for columns in TABLES.values() for column in columns)
