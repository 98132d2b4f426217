"""What is learned from labelled names: the opinion, the weights of the evidence, the threshold."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao.taxonomy_evaluate import Answer, Label
from jixiao.taxonomy_fit import fit_weights, fold_of, weigh_cases, write_thresholds
from jixiao.taxonomy_learn import Example, learn, write_opinion
from jixiao.taxonomy_trust import Judged, answer, fit_trust
from mappings import default_mappings
from mappings.loader import MappingError
from mappings.matching import load_matching
from mappings.opinion import NONE, load_opinion
from mappings.weights import AGAINST, OF_CANDIDATE, load_weights
from normalize.mapping.model import Context
from normalize.mapping.opinion import ask
from normalize.taxonomy import Query

KNOWLEDGE = default_mappings()
ANYWHERE = Context(None, True, None, None)
EXAMPLES = [
    Example(name, ANYWHERE, (code,))
    for code, names in (
        ("inspections", ("鲸鱼观测点", "鲸鱼观测站", "鲸鱼观测台")),
        ("meetings", ("古琴演奏会", "古琴演奏厅", "古琴演奏台")),
    )
    for name in names
]


def test_what_is_learned_is_told_of_names_like_it() -> None:
    opinion = learn(EXAMPLES, KNOWLEDGE)
    told = ask("鲸鱼观测船", ANYWHERE, opinion, KNOWLEDGE.compounds)
    assert next(iter(told)) == "inspections"
    assert told["inspections"] > 10 * told.get("meetings", 0.0)


def test_learning_is_the_same_twice_and_survives_the_file(tmp_path: Path) -> None:
    one, two = learn(EXAMPLES, KNOWLEDGE), learn(EXAMPLES, KNOWLEDGE)
    path = tmp_path / "opinion.csv"
    path.write_text("# Why.\n", encoding="utf-8")
    write_opinion(one, path)
    read = load_opinion(path)
    assert (one.codes, one.printed) == (two.codes, two.printed) == (read.codes, read.printed)


def test_the_shipped_opinion_knows_concepts_and_none() -> None:
    assert NONE in KNOWLEDGE.opinion.codes
    assert {*KNOWLEDGE.opinion.codes} - {NONE} <= {*KNOWLEDGE.taxonomy.concepts}


def test_long_names_do_not_run_over_their_lanes() -> None:
    told = ask("提高" * 4000, ANYWHERE, KNOWLEDGE.opinion, KNOWLEDGE.compounds)
    assert all(0 < share <= 1 for share in told.values())


def test_what_speaks_for_a_candidate_never_counts_against_it() -> None:
    assert all((KNOWLEDGE.weights[name] <= 0) if name in AGAINST else (KNOWLEDGE.weights[name] >= 0) for name in OF_CANDIDATE)


def test_weights_fitted_to_names_follow_what_tells_them_apart() -> None:
    names = [f"{who}{what}次数" for who in ("食堂", "燃气", "消防") for what in ("检查", "培训")]
    codes = {"检": "inspections", "培": "training_sessions"}
    labels = [_label(name, codes[name[2]], "a") for name in names]
    weights = fit_weights(weigh_cases(labels, KNOWLEDGE))
    assert weights["rule_score"] > 0 >= weights["forbidden"]


def test_trust_follows_how_often_such_answers_were_right() -> None:
    label = _label("检查次数", "inspections", "a")
    sure, unsure = (1.0, 3.0, -3.0, 0.9, 1.0), (1.0, -1.0, 0.0, 0.1, 0.0)
    judged = [Judged(label, ("inspections",), signals, i < right) for signals, right in ((sure, 196), (unsure, 60)) for i in range(200)]
    weights = fit_trust(judged)
    scores = [answer(Judged(label, ("inspections",), signals, True), weights).score for signals in (sure, unsure)]
    assert scores == pytest.approx([0.98, 0.30], abs=0.01)


def test_nothing_that_may_be_is_no_answer() -> None:
    nothing = Judged(_label("检查次数", "inspections", "a"), (), None, False)
    assert (answer(nothing, KNOWLEDGE.weights).codes, answer(nothing, KNOWLEDGE.weights).score) == ((), 0.0)


def test_sectors_lie_in_folds_whole() -> None:
    labels = [_label("检查次数", "inspections", sector) for sector in "aabbcdefg"]
    assert fold_of(labels) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4, "f": 0, "g": 1}


def _label(name: str, code: str, sector: str) -> Label:
    return Label(Query(name, "数量指标", "次"), frozenset({code}), "P1", "knowledge", sector)


def test_the_threshold_is_the_least_from_which_the_share_right_holds(tmp_path: Path) -> None:
    label = _label("检查次数", "inspections", "a")
    answers = [*[Answer(label, ("inspections",), 0.9)] * 60, Answer(label, ("inspections",), 0.8), Answer(label, ("meetings",), 0.7)]
    path = tmp_path / "thresholds.csv"
    path.write_text("# Why.\n", encoding="utf-8")
    assert write_thresholds(path, answers, KNOWLEDGE) == 0.7
    assert write_thresholds(path, [*answers, Answer(label, ("meetings",), 0.75)], KNOWLEDGE) == 0.75
    assert load_matching(KNOWLEDGE.path("opposites.csv"), path).threshold("P1").accept == 0.75


@pytest.mark.parametrize(
    ("text", "said"), [("evidence,weight,meaning\nrule,1,x\n", "missing or unknown"), ("sign,weights\na,1+2\n", "header")]
)
def test_a_table_of_weights_that_lacks_some_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text(f"# Why.\n{text}", encoding="utf-8")
    with pytest.raises(MappingError, match=said):
        load_weights(path)
