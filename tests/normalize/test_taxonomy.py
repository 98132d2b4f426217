from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings import default_mappings
from mappings.decisions import Key, Ruling
from mappings.opinion import Opinion
from normalize import match_name
from normalize.decisions import match_decided
from normalize.mapping.blocks import dimension_agrees, level_agrees
from normalize.mapping.cases import look_up, open_cases
from normalize.mapping.columns import settle_all
from normalize.mapping.model import Context
from normalize.mapping.opinion import MANY
from normalize.mapping.rank import rank
from normalize.names import name_key
from normalize.taxonomy import Match, Query, decision_key, judge, match_names, read_context

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parents[1] / "cases" / "match_names.yml").read_text(encoding="utf-8"))
KNOWLEDGE = default_mappings()
TAXONOMY = KNOWLEDGE.taxonomy


LIKELIEST = {name: case for name, case in CASES.items() if case.get("how") == "fuzzy"}
DECIDED = {name: case for name, case in CASES.items() if name not in LIKELIEST}


def match_of(case: dict[str, Any]) -> Match:
    return match_name(case["name"], case.get("level2"), case.get("unit"))


@pytest.mark.parametrize("case", DECIDED.values(), ids=DECIDED.keys())
def test_concept(case: dict[str, Any]) -> None:
    match = match_of(case)
    assert match.code == case["is"]
    assert match.method == case.get("how", "none")
    assert match.needs_review == case.get("review", False)


@pytest.mark.parametrize("case", LIKELIEST.values(), ids=LIKELIEST.keys())
def test_likeliest_concept(case: dict[str, Any]) -> None:
    match = match_of(case)
    right = (case["is"], *TAXONOMY.ancestors(case["is"]))
    assert match.candidates[0].code in right
    assert match.code in (None, *right)
    assert match.needs_review == (match.code is None)


def test_most_names_with_a_likeliest_concept_are_accepted() -> None:
    accepted = [case["name"] for case in LIKELIEST.values() if match_of(case).code]
    assert len(accepted) >= 0.75 * len(LIKELIEST)


def test_shares_are_probabilities() -> None:
    match = match_name("宣传", "数量指标")
    assert all(0 <= candidate.score <= 1 for candidate in match.candidates)
    assert sum(c.score for c in match.candidates if c.why != "has its keywords") <= 1.01


def test_what_is_unsure_says_in_words_why() -> None:
    match = match_name("宣传")
    assert match.needs_review
    assert "doubt: no unit says what is measured" in match.reasons
    assert "doubt: the name ends in no measure" in match.reasons


def test_several_narrower_concepts_give_the_wider_one() -> None:
    match = match_name("全民阅读活动次数", "数量指标", "次")
    assert match.code in ("cultural_activities", "activities")
    assert match.stopped == (match.code == "activities")


def test_an_accepted_concept_has_its_name_and_a_score() -> None:
    match = match_name("培训班次")
    assert (match.code, match.name, match.method) == ("training_sessions", "培训次数", "fuzzy")
    assert match.score is not None and match.score > 0.9
    assert match.candidates[0].code == "training_sessions"


def test_a_near_name_of_another_concept_is_left_to_review_with_its_candidates() -> None:
    match = match_name("培训合各率", "P2")
    assert (match.code, match.method) == (None, "none")
    assert "training_pass_rate" in [candidate.code for candidate in match.candidates]
    assert match.reasons


def test_a_code_says_the_level_as_well_as_the_printed_word() -> None:
    by_code, by_word = match_name("培训", "C1", "万元"), match_name("培训", "经济成本指标", "万元")
    assert by_code.candidates == by_word.candidates
    assert by_code.candidates[0].code == "training_cost"


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


@given(
    st.lists(st.sampled_from([case["name"] for case in CASES.values()]), min_size=1, max_size=30),
    st.sampled_from([None, "P1", "P2", "B2", "C1"]),
)
def test_neither_order_nor_company_changes_a_match(names: list[str], level: str | None) -> None:
    queries = [Query(name, level) for name in names]
    one_way = dict(zip(queries, match_names(queries), strict=True))
    turned = dict(zip(queries[::-1], match_names(queries[::-1]), strict=True))
    halves = match_names(queries[: len(queries) // 2]) + match_names(queries[len(queries) // 2 :])
    assert one_way == turned == dict(zip(queries, halves, strict=True))


def test_names_match_alike_by_arrays_and_one_by_one() -> None:
    opinion = KNOWLEDGE.opinion
    names = [f"{who}{text}" for who in ("", "全县") for text in sorted(TAXONOMY.by_text)[::9]]
    queries = [Query(name, ("P1", None, "P2", "B1")[i % 4], (None, "次", "%")[i % 3]) for i, name in enumerate(names)]
    many = match_names(queries, mappings=KNOWLEDGE.with_tables(opinion=Opinion(opinion.codes, opinion.printed)))
    few = KNOWLEDGE.with_tables(opinion=Opinion(opinion.codes, opinion.printed))
    alone = [match_names([query], mappings=few)[0] for query in queries[::5]]
    assert alone == many[::5]
    assert len(queries) > MANY and not few.opinion.spread_out


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(sorted(TAXONOMY.by_text)), st.text("未减少培训人数率、;满意度补贴发放及时新建道路abc", max_size=24)),
            st.builds(
                Context,
                st.sampled_from([None, "P", "P1", "P3", "B1", "S1", "C1"]),
                st.booleans(),
                st.sampled_from([None, "count", "ratio", "money/thing", "duration", "grade"]),
                st.sampled_from([None, "person", "person_time"]),
            ),
        ),
        min_size=1,
        max_size=30,
    )
)
@example([("a训意", Context(None, False, "ratio", None))])
@settings(max_examples=60)
def test_names_are_weighed_alike_by_columns_and_alone(names: list[tuple[str, Context]]) -> None:
    alone = [rank(case, TAXONOMY, KNOWLEDGE.weights) for case in open_cases(names, KNOWLEDGE)]
    known = look_up(names, KNOWLEDGE)
    settled = list(settle_all(known, KNOWLEDGE))
    left = [(found, own) for found, own in zip(settled, alone, strict=True) if not isinstance(found, Match)]
    assert [found for found, _ in left] == [own for _, own in left]
    judged = [judge(name, own, KNOWLEDGE) for name, own in zip(known, alone, strict=True)]
    assert [found if isinstance(found, Match) else own for found, own in zip(settled, judged, strict=True)] == judged


@given(
    st.sampled_from([case["name"] for case in CASES.values()]),
    st.sampled_from(["C1", "P1", "P2", "P3", "B1", "B2", "B3", "B4", "S1"]),
    st.sampled_from([None, "人", "人次", "%", "万元", "平方米", "公里", "天", "元/人"]),
)
def test_what_is_blocked_is_never_accepted_by_likeness(name: str, level: str, unit: str | None) -> None:
    query = Query(name, level, unit)
    match = match_names([query])[0]
    if match.method == "fuzzy":
        assert match.code is not None
        context = read_context(query, KNOWLEDGE)
        concept = TAXONOMY.concepts[match.code]
        assert level_agrees(concept, context) > 0
        assert dimension_agrees(concept, context) > 0


@given(st.text(alphabet="0123456789年度月指标一二三、：:（）()“”%≥≤ 培训次数abＡ①", max_size=24))
def test_a_name_looked_up_is_looked_up_the_same_again(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


def test_a_persons_decision_goes_before_likeness_and_none_is_one_too() -> None:
    query = Query("城区绿道巡护里程合格率", "P2", "%")
    key = Key(*(part or "" for part in decision_key(query)))

    def under(ruling: Ruling) -> Match:
        return match_decided([query], default_mappings().ruled({key: ruling}))[0]

    assert under(Ruling("code", "A decided", "acceptance_pass_rate", 0.9)).method == "decision"
    none = under(Ruling("none", "A decided"))
    assert (none.code, none.method, none.needs_review) == (None, "decision", False)
    gone, plain = under(Ruling("gone", "its code was given up")), match_names([query])[0]
    assert (gone.code, gone.method, gone.candidates) == (plain.code, plain.method, plain.candidates)


def test_an_unseen_object_gets_the_wider_concept_of_its_measure() -> None:
    match = match_name("乌有之乡及时率", "P3", "%")
    assert match.candidates[0].code == "timely_completion_rate"
    assert "wider concept" in " ".join((*match.reasons, *(c.why for c in match.candidates)))


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
