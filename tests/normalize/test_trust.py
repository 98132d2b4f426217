"""How far the likeliest candidate is trusted, and the wider concept of several."""

from __future__ import annotations

import pytest

from mappings import default_mappings
from mappings.weights import OF_TRUST
from normalize.mapping.clues import Clue
from normalize.mapping.model import Context, Parts
from normalize.mapping.opinion import MANY
from normalize.mapping.rank import Ranked
from normalize.mapping.standing import standings
from normalize.mapping.trust import odds_for_none, trust, trusted_wider
from normalize.taxonomy import Query, match_names

KNOWLEDGE = default_mappings()
ROW = standings(Context("S1", True, None, None), KNOWLEDGE)


def _ranked(code: str, share: float, opinion: float = 0.0, rule: float = 0.0, forbidden: str | None = None) -> Ranked:
    parts = Parts(rule, 1.0, 0.0, opinion, 1.0, 1.0)
    return Ranked(Clue(code, "said so", parts, False, False, False, False, False, forbidden, True, False), share)


def test_trust_is_one_half_where_nothing_counts_and_the_share_where_it_alone_does() -> None:
    of_share = dict.fromkeys(OF_TRUST, 0.0) | {"trust_share": 1.0}
    first = _ranked("training_sessions", 0.7)
    assert trust(0.7, [first.clue], odds_for_none([first]), dict.fromkeys(OF_TRUST, 0.0)) == 0.5
    assert trust(0.7, [first.clue], odds_for_none([first]), of_share) == pytest.approx(0.7, abs=0.001)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param(_ranked("training_sessions", 0.7), _ranked("training_sessions", 0.9), id="a larger share"),
        pytest.param(_ranked("training_sessions", 0.7), _ranked("training_sessions", 0.7, opinion=0.6), id="names like it mean it"),
        pytest.param(_ranked("training_sessions", 0.7), _ranked("training_sessions", 0.7, rule=1.0), id="the rule names it"),
    ],
)
def test_what_speaks_for_the_first_adds_to_the_trust_in_it(less: Ranked, more: Ranked) -> None:
    low, high = (trust(r.share, [r.clue], odds_for_none([r]), KNOWLEDGE.weights) for r in (less, more))
    assert low < high


def test_what_weights_of_ones_own_rule_out_is_not_trusted() -> None:
    strict = KNOWLEDGE.with_tables(weights={**KNOWLEDGE.weights, "trust": -1000.0})
    names = [Query(f"第{number}街食堂燃气检查次数", "数量指标", "次") for number in range(MANY + 1)]
    found = [*match_names(names, mappings=strict), *match_names(names[:1], mappings=strict)]
    assert {(match.code, match.score) for match in found} == {(None, 0.0)}


def test_two_kinds_of_a_concept_are_trusted_together_where_neither_is_alone() -> None:
    kinds = [_ranked("public_satisfaction", 0.5, 0.5, 0.9), _ranked("staff_satisfaction", 0.45, 0.45, 0.9)]
    alone = max(trust(r.share, [r.clue], odds_for_none(kinds), KNOWLEDGE.weights) for r in kinds)
    found = trusted_wider(kinds, ROW, (alone + 1) / 2, KNOWLEDGE)
    assert found is not None
    assert (found.clue.code, found.clue.stopped) == ("satisfaction", True)
    assert found.trust > alone


def test_what_is_forbidden_adds_nothing_to_the_wider_concept() -> None:
    kinds = [_ranked("public_satisfaction", 0.1, 0.1), _ranked("staff_satisfaction", 0.89, 0.89, forbidden="it is so")]
    assert trusted_wider(kinds, ROW, 0.5, KNOWLEDGE) is None


def test_a_name_is_accepted_with_its_trust_as_the_score() -> None:
    (match,) = match_names([Query("食堂燃气检查次数", "数量指标", "次")])
    assert match.code is not None and match.method == "fuzzy"
    assert match.score is not None and match.score >= KNOWLEDGE.matching.threshold("P1").accept
