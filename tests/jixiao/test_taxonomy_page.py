"""The page with the figures of the mapping is made from the tables and labels that are here; the commands answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from jixiao.cli.taxonomy import command
from jixiao.taxonomy_evaluate import Label, fingerprint, is_right, read_labels
from jixiao.taxonomy_lint import changes, faults, unused_rows
from mappings import default_mappings
from mappings.loader import SHIPPED, Mappings
from normalize.taxonomy import Query

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "cases" / "names_unseen.yml"
KNOWLEDGE = default_mappings()


def test_the_page_is_fresh() -> None:
    made_from = re.search(r"<!-- made from (\w+) -->", (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8"))
    assert made_from is not None
    assert made_from[1] == fingerprint(LABELS, KNOWLEDGE), (
        "jixiao taxonomy evaluate --labels tests/cases/names_unseen.yml --page docs/mapping.md"
    )


def test_labels_name_concepts_that_there_are() -> None:
    codes = {code for label in read_labels(LABELS, KNOWLEDGE) for code in label.right if code is not None}
    assert codes - set(KNOWLEDGE.taxonomy.concepts) == set()


def test_a_wider_concept_counts_as_right_and_a_narrower_does_not() -> None:
    label = Label(Query("新型职业农民培训人数"), frozenset({"farmers_trained"}), None, "knowledge", "agriculture")
    assert is_right("trainees", label, KNOWLEDGE)
    assert not is_right("training_sessions", label, KNOWLEDGE)


def test_the_tables_have_no_faults() -> None:
    assert faults(KNOWLEDGE) == []


def test_a_table_with_an_unknown_code_is_a_fault(tmp_path: Path) -> None:
    text = (SHIPPED / "kinds.csv").read_text(encoding="utf-8")
    (tmp_path / "kinds.csv").write_text(text.replace(",completion_rate,", ",no_such_code,"), encoding="utf-8")
    assert faults(Mappings(tmp_path)) == ["kinds.csv: completion: there is no concept no_such_code"]


def test_nothing_changes_between_a_release_and_itself() -> None:
    assert changes(KNOWLEDGE, Mappings()) == []


def test_a_name_that_is_used_is_not_listed_as_unused(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("培训次数\n", encoding="utf-8")
    lines = unused_rows(names, KNOWLEDGE)
    assert "concept training_sessions 培训次数" not in lines
    assert "concept meetings 会议次数" in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "培训次数"], "is 培训次数 (training_sessions), exact"),
        (["explain", "高龄老人补贴发放及时率", "--level2", "时效指标", "--unit", "%"], "资金拨付及时率"),
        (["explain", "森林防火队员饲养犬只体重"], "no concept"),
        (["list", "S1"], "服务对象满意度"),
    ],
)
def test_the_commands_answer(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert result.exception is None
    assert said in result.output
