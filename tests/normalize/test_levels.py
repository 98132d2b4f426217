from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings import default_mappings
from normalize.levels import level_key, read_levels

CASES: dict[str, list[Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "levels.yml").read_text(encoding="utf-8"))
DOUBTS = {"contradiction": "level-contradiction", "unknown": "unknown-level", "other": "other-scheme"}
TABLE = default_mappings().levels


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_codes(case: list[Any]) -> None:
    level1, level2, code1, code2, *flags = case
    levels = read_levels(level1, level2, TABLE)
    assert (levels.level1_code, levels.level2_code) == (code1, code2)
    assert levels.legacy_layout == ("legacy" in flags)
    assert {p.code for p in levels.problems} == {DOUBTS[flag] for flag in flags if flag in DOUBTS}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_only_a_contradiction_is_a_repair_and_a_warning(case: list[Any]) -> None:
    level1, level2, _, _, *flags = case
    levels = read_levels(level1, level2, TABLE)
    assert bool(levels.repairs) == ("contradiction" in flags)
    assert any(p.severity == "warning" for p in levels.problems) == ("contradiction" in flags)


def test_a_repair_names_what_was_printed() -> None:
    (repair,) = read_levels("效益指标", "数量指标", TABLE).repairs
    assert "效益指标" in repair and "数量指标" in repair


@given(
    st.sampled_from(sorted(TABLE.second)),
    st.sampled_from(["", "1、", "（2）", "3.1", "①"]),
    st.sampled_from(["", "指标", "（10分）", "指标（10分）"]),
)
def test_numbering_points_and_suffix_change_nothing(word: str, before: str, behind: str) -> None:
    assert level_key(before + word + behind) == level_key(word)


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_gives_codes_of_the_tree_that_belong_together(level1: str, level2: str) -> None:
    levels = read_levels(level1, level2, TABLE)
    if levels.level2_code is not None:
        assert TABLE.tree[levels.level2_code].parent == levels.level1_code
