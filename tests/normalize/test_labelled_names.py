"""The labelled names by which the mapping is fitted and measured: enough, each once, every code alive."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from jixiao.taxonomy_evaluate import LABEL_COLUMNS
from mappings.loader import default_mappings, read_rows

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CASES = Path(__file__).parents[1] / "cases"
FILES = {
    "names_fit.yml": 600,
    "names_fresh.yml": 2000,
    "names_held.yml": 3000,
    "names_more.yml": 600,
    "names_third.yml": 800,
    "names_unseen.yml": 1000,
    "names_written.csv": 20000,
}
USED = ("names_fit.yml", "names_more.yml", "names_third.yml", "names_fresh.yml", "names_held.yml", "names_written.csv")


@cache
def names(file: str) -> list[dict[str, Any]]:
    if file.endswith(".csv"):
        rows = read_rows(CASES / file, LABEL_COLUMNS, LABEL_COLUMNS[:3], ("level2", "unit", "accept"))
        return [{**row, "accept": row["accept"].split()} for row in rows]
    read: list[dict[str, Any]] = yaml.load((CASES / file).read_text(encoding="utf-8"), Loader)
    return read


@pytest.mark.parametrize("file", FILES)
def test_each_code_is_a_concept_or_none(file: str) -> None:
    known = {*default_mappings().taxonomy.concepts, "none"}
    assert len(names(file)) >= FILES[file]
    assert [entry["name"] for entry in names(file) if not {entry["code"], *entry.get("accept", ())} <= known] == []


def test_no_name_that_was_used_is_called_unseen() -> None:
    used = {entry["name"] for file in USED for entry in names(file)}
    shared = sorted({entry["name"] for entry in names("names_unseen.yml")} & used)
    assert shared == []
