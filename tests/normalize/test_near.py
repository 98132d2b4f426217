"""Near names: a few and many are compared in two ways, which give the same."""

from __future__ import annotations

import pytest

from mappings.loader import default_mappings
from normalize.mapping import near
from normalize.mapping.compound import take_apart
from normalize.mapping.near import FEW, build_index, nearest

KNOWLEDGE = default_mappings()
NAMES = [text[:cut] + end for text in sorted(KNOWLEDGE.taxonomy.by_text)[::9] for cut in (-1, 3) for end in ("", "率", "数量", "情况")]


def test_few_names_and_many_are_compared_alike() -> None:
    keys = [(name, take_apart(name, KNOWLEDGE.compounds).kind) for name in dict.fromkeys(NAMES)]
    index = build_index(KNOWLEDGE.taxonomy, KNOWLEDGE.compounds)
    assert len(keys) > FEW
    few: dict[tuple[str, str], tuple[near.Near, ...]] = {}
    for start in range(0, len(keys), FEW // 2):
        few |= nearest(keys[start : start + FEW // 2], index)
    assert few == nearest(keys, index)
    assert sum(map(bool, few.values())) > 1000


@pytest.mark.parametrize("name", ["", "龘", "甲乙丙丁戊己庚辛"])
def test_a_name_that_is_like_none_has_no_near_ones(name: str) -> None:
    index = build_index(KNOWLEDGE.taxonomy, KNOWLEDGE.compounds)
    assert nearest([(name, "number")], index) == {(name, "number"): ()}


def test_the_name_itself_is_nearest() -> None:
    index = build_index(KNOWLEDGE.taxonomy, KNOWLEDGE.compounds)
    ((first, *_),) = nearest([("培训次数", "event")], index).values()
    assert (first.term.text, first.ratio, round(first.tfidf, 9)) == ("培训次数", 1.0, 1.0)
