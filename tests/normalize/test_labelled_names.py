"""The labelled names by which the mapping is fitted and measured: enough, each once, every code alive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mappings.loader import default_mappings

CASES = Path(__file__).parents[1] / "cases"
FILES = {
    "names_fit.yml": 600,
    "names_fresh.yml": 2000,
    "names_held.yml": 3000,
    "names_more.yml": 600,
    "names_third.yml": 800,
    "names_unseen.yml": 1000,
}


def names(file: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load((CASES / file).read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("file", FILES)
def test_each_code_is_a_concept_or_none(file: str) -> None:
    known = {*default_mappings().taxonomy.concepts, "none"}
    assert len(names(file)) >= FILES[file]
    assert [entry["name"] for entry in names(file) if not {entry["code"], *entry.get("accept", ())} <= known] == []


def test_no_name_that_was_used_is_called_unseen() -> None:
    used = {entry["name"] for file in ("names_fit.yml", "names_more.yml", "names_third.yml", "names_held.yml") for entry in names(file)}
    shared = sorted({entry["name"] for entry in names("names_unseen.yml")} & used)
    assert shared == []
