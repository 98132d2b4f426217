from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings import default_mappings
from normalize import match_name
from normalize.names import name_key
from normalize.taxonomy import Query, match_names

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "names.yml").read_text(encoding="utf-8"))
TAXONOMY = default_mappings().taxonomy


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_concept(case: dict[str, Any]) -> None:
    match = match_name(case["name"], case.get("level2"), case.get("unit"))
    assert match.code == case["is"]
    assert match.method == case.get("how", "none")
    assert match.needs_review == case.get("review", False)


def test_an_accepted_concept_has_its_name_and_a_score() -> None:
    match = match_name("培训班次")
    assert (match.code, match.name, match.score, match.method) == ("training_sessions", "培训次数", 1.0, "alias")
    assert match.candidates[0].code == "training_sessions"


def test_a_near_name_of_another_concept_is_left_to_review_with_its_candidates() -> None:
    match = match_name("森林覆益率")
    assert (match.code, match.method, match.needs_review) == (None, "none", True)
    assert match.candidates[0].code == "forest_coverage"
    assert match.reasons


def test_a_code_says_the_level_as_well_as_the_printed_word() -> None:
    assert match_name("培训", "C1").code == match_name("培训", "经济成本指标").code == "training_cost"


@given(st.lists(st.sampled_from([case["name"] for case in CASES.values()]), max_size=8))
def test_many_names_match_as_each_alone(names: list[str]) -> None:
    assert match_names([Query(name) for name in names]) == [match_name(name) for name in names]


@given(st.text(max_size=20))
def test_any_text_is_accepted_with_a_concept_or_not_at_all(text: str) -> None:
    match = match_name(text)
    assert (match.code is None) == (match.method == "none")
    assert match.code is None or match.code in TAXONOMY.concepts
    assert match.score is None or 0 <= match.score <= 1


@pytest.mark.parametrize("concept", TAXONOMY.concepts.values(), ids=lambda concept: concept.code)
def test_each_concept_is_found_by_its_own_name(concept: Any) -> None:
    match = match_name(concept.name)
    assert (match.code, match.method) == (concept.code, "exact")


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("指标1：2024年培训班次（期）", "培训班次"),
        ("12345热线接听率", "12345热线接听率"),
        ("5G基站数量", "5g基站数量"),
        ("10日内办结率", "10日内办结率"),
        ("3.5万元", "3.5万元"),
        ("“三公”经费控制率", "三公经费控制率"),
        ("资金（拨付、下达）准确率", "资金(拨付、下达)准确率"),
        ("一、培训人数", "培训人数"),
    ],
)
def test_key(printed: str, key: str) -> None:
    assert name_key(printed) == key
