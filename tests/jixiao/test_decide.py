"""From the list of names that wait to decisions and back: what a person may write, and what becomes of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from jixiao.agreement import kappa
from jixiao.cli.main import cli
from jixiao.decide import Choice, read_choice
from jixiao.landing import Landing
from jixiao.outcome import Outcome
from jixiao.sheet import read_sheet, write_sheet
from jixiao.todo import identity
from mappings.decisions import PREDICATES, Key, read_decisions
from mappings.loader import default_mappings
from tests.jixiao.conftest import row

Make = Callable[..., Outcome]
# Names that mean nothing: no release of the taxonomy will know them.
OFTEN, TWICE, FORMULA = "蓝鲸鎏金", "麒麟鼯鼠", "=鸑鷟鸂鶒"
ROWS = (
    (OFTEN, "数量指标", "个", "衡阳市"),
    (f"指标1：{OFTEN}（ ）", "数量指标", "次", "张家口市"),
    (OFTEN, "数量指标", "个", "衡阳市"),
    (TWICE, "质量指标", "%", "衡阳市"),
    (TWICE, "质量指标", None, "衡阳市"),
    (TWICE, "质量指标", "%", None),
    (FORMULA, None, None, None),
    ("培训次数", "数量指标", "次", "衡阳市"),
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["taxonomy", *(str(argument) for argument in arguments)])


@pytest.fixture
def dataset(tmp_path: Path, make_outcome: Make) -> Path:
    """A dataset with three names that nothing comes near to, and one that the taxonomy has."""
    outcome = make_outcome("f/a.pdf", 0)
    identity = {
        name: outcome.rows("declarations")[0][name] for name in ("document_id", "source_name", "declaration_index", "declaration_id")
    }
    outcome.records.tables["indicators"] = [
        row("indicators", **identity, indicator_id=f"{identity['declaration_id']}:{n}", row_index=n, level3=name, level2=level2, unit=unit)
        | {"city": city, "page": n, "read_review": False, "needs_review": False}
        for n, (name, level2, unit, city) in enumerate(ROWS)
    ]
    landing = Landing(tmp_path / "out")
    landing.add(outcome)
    landing.flush()
    return tmp_path / "out"


def listed(dataset: Path, *more: object, name: str = "todo.csv") -> list[dict[str, str]]:
    result = run("review", dataset, "-o", dataset.parent / name, "--unmatched", *more)
    assert result.exit_code == 0, result.output
    return [line for _, line in read_sheet(dataset.parent / name)]


def filled(dataset: Path, *decisions: str, name: str = "todo.csv", more: dict[str, str] | None = None) -> Path:
    """The list with these decisions in its first rows."""
    lines = listed(dataset, name=name)
    done = [line | {"decision": decision} | (more or {}) for line, decision in zip(lines, decisions, strict=False)]
    write_sheet(dataset.parent / name, [*lines[0]], [*done, *lines[len(done) :]])
    return dataset.parent / name


class TestReview:
    def test_each_key_once_the_most_frequent_first(self, dataset: Path) -> None:
        lines = listed(dataset)
        assert [(x["name"], x["level2"], x["dimension"], x["rows"], x["cities"]) for x in lines] == [
            (OFTEN, "P1 数量", "count", "3", "2"),
            (TWICE, "P2 质量", "ratio", "2", "1"),
            (FORMULA.lstrip("="), "", "", "1", "0"),
            (TWICE, "P2 质量", "", "1", "1"),
        ]
        assert (lines[0]["units"], lines[0]["source"], lines[0]["page"]) == ("个 次", "a.pdf", "0")
        assert {x["decision"] + x["comment"] for x in lines} == {""}

    def test_excel_opens_it_right_and_runs_no_formula(self, dataset: Path) -> None:
        listed(dataset)
        assert (dataset.parent / "todo.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        cells = [cell for line in csv.reader((dataset.parent / "todo.csv").open(encoding="utf-8-sig")) for cell in line]
        assert f"'{FORMULA}" in cells and not [cell for cell in cells if cell[:1] in tuple("=+@")]
        assert listed(dataset)[2]["example"] == FORMULA
        listed(dataset, name="todo.xlsx")
        sheet = openpyxl.load_workbook(dataset.parent / "todo.xlsx").worksheets[0]
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
        assert FORMULA in [cell.value for line in sheet.iter_rows() for cell in line]

    def test_blind_hides_what_the_machine_thinks(self, dataset: Path) -> None:
        first, again = listed(dataset, "--blind"), listed(dataset, "--blind")
        assert first == again
        assert not [name for name in first[0] if name.startswith("score") or name == "why"]
        assert [name for name in listed(dataset)[0] if name.startswith("score") or name == "why"]

    def test_without_unmatched_only_what_is_in_doubt(self, dataset: Path) -> None:
        run("review", dataset, "-o", dataset.parent / "few.csv")
        assert OFTEN not in [line["name"] for _, line in read_sheet(dataset.parent / "few.csv")]

    def test_2_for_another_suffix_and_3_for_no_dataset(self, dataset: Path) -> None:
        assert run("review", dataset, "-o", dataset.parent / "todo.txt").exit_code == 2
        assert run("review", dataset.parent, "-o", dataset.parent / "todo.csv").exit_code == 3
        assert run("review", dataset, "-o", dataset.parent / "no" / "todo.csv").exit_code == 6


class TestDecide:
    def test_it_is_kept_with_what_the_machine_had_said(self, dataset: Path) -> None:
        todo = filled(dataset, "broad drills", "none", "new", more={"comment": "=why"})
        result = run("decide", todo, "--author", "张三", "--date", "2026-05-04")
        assert result.exit_code == 0 and "3 decisions added (1 code, 1 new, 1 none)" in result.output, result.output
        first, second, third = read_decisions(dataset / "decisions.csv")
        assert (first.key, first.object, first.predicate_id) == ((OFTEN, "P1", "count"), "drills", "skos:broadMatch")
        assert (first.author_id, first.mapping_date, first.comment) == ("张三", "2026-05-04", "=why")
        assert (first.machine_code, first.machine_method) == ("", "none")
        assert (first.taxonomy_version, first.object_label) == (default_mappings().version, "应急演练次数")
        assert (second.object, third.object, third.subject_example) == ("none", "new", FORMULA)
        assert b",'=why," in (dataset / "decisions.csv").read_bytes()

    def test_the_same_list_twice_adds_nothing(self, dataset: Path) -> None:
        todo = filled(dataset, "drills", "none")
        run("decide", todo, "--author", "A", "--date", "2026-05-04")
        before = (dataset / "decisions.csv").read_bytes()
        result = run("decide", todo, "--author", "A", "--date", "2026-06-05")
        assert "0 decisions added" in result.output and "2 known before" in result.output
        assert (dataset / "decisions.csv").read_bytes() == before
        assert "2 decisions added" in run("decide", todo, "--author", "B").output
        assert (dataset / "decisions.csv").read_bytes().startswith(before)

    def test_what_is_decided_waits_no_more_and_remap_applies_it(self, dataset: Path) -> None:
        run("decide", filled(dataset, "drills", "none"), "--author", "A")
        assert [line["name"] for line in listed(dataset)] == [FORMULA.lstrip("="), TWICE]
        result = CliRunner().invoke(cli, ["remap", str(dataset)])
        assert result.exit_code == 0 and "3  drills" in result.output and "5 were decided by persons" in result.output

    def test_a_row_that_is_not_in_order_gives_nothing_and_the_others_are_taken(self, dataset: Path) -> None:
        todo = filled(dataset, "dril", "none", "党员培训次数", "approved_units")
        result = run("decide", todo, "--author", "A")
        assert result.exit_code == 1
        assert "row 2: dril is no concept, none or new; near are" in result.output and "drills" in result.output
        assert "row 5: approved_units was given up; its place has units_served" in result.output
        assert "2 decisions added" in result.output and "2 refused" in result.output

    def test_a_row_whose_name_was_changed_is_refused(self, dataset: Path) -> None:
        todo = filled(dataset, "none", "none", more={"name": "又一个"})
        result = run("decide", todo, "--author", "A")
        assert result.exit_code == 1 and result.output.count("were changed") == 2
        assert not (dataset / "decisions.csv").exists()

    def test_two_rows_of_one_name_that_differ_are_refused(self, dataset: Path) -> None:
        lines = listed(dataset)
        write_sheet(dataset.parent / "todo.csv", [*lines[0]], [lines[0] | {"decision": d} for d in ("none", "new")])
        result = run("decide", dataset.parent / "todo.csv", "--author", "A")
        assert result.exit_code == 1 and result.output.count("several rows") == 2

    def test_a_name_that_the_tables_hold_is_overruled_on_purpose_only(self, dataset: Path) -> None:
        key = Key("培训次数", "P1", "count")
        line = listed(dataset)[0] | {"name": key.name, "example": key.name, "unit": "次", "decision": "drills"}
        write_sheet(dataset.parent / "todo.csv", [*line], [line | {"id": identity(key)}])
        refused = run("decide", dataset.parent / "todo.csv", "--author", "A")
        assert refused.exit_code == 1 and "a known name of training_sessions" in refused.output
        assert run("decide", dataset.parent / "todo.csv", "--author", "A", "--overrule").exit_code == 0
        assert "培训次数 (P1, count): decided drills, known as training_sessions" in run("decisions", dataset).output
        asked = ("explain", key.name, "--level2", "P1", "--unit", "次")
        assert "training_sessions" in run(*asked).output
        decided = run(*asked, "--decisions", dataset / "decisions.csv").output
        assert "drills" in decided and "A on 2" in decided

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
    def test_however_excel_saves_it(self, dataset: Path, encoding: str) -> None:
        todo = filled(dataset, "drills")
        text = todo.read_text(encoding="utf-8-sig")
        if encoding == "utf-16":
            text = "\n".join("\t".join(line) for line in csv.reader(text.splitlines()))
        todo.write_bytes(text.encode(encoding))
        assert run("decide", todo, "--author", "A").exit_code == 0
        assert read_decisions(dataset / "decisions.csv")[0].subject_label == OFTEN

    def test_a_workbook_comes_back_too(self, dataset: Path) -> None:
        todo = filled(dataset, "drills", name="todo.xlsx")
        assert run("decide", todo, "--author", "A").exit_code == 0

    def test_a_list_without_its_dataset_asks_where_decisions_are_kept(self, dataset: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        todo = filled(dataset, "drills").rename(tmp_path / "elsewhere" / "todo.csv")
        result = run("decide", todo, "--author", "A")
        assert result.exit_code == 2 and "--decisions FILE" in result.stderr
        assert run("decide", todo, "--author", "A", "--decisions", tmp_path / "shared.csv").exit_code == 0

    def test_3_for_what_is_no_list(self, dataset: Path) -> None:
        (dataset.parent / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        result = run("decide", dataset.parent / "other.csv", "--author", "A", "--decisions", dataset / "decisions.csv")
        assert result.exit_code == 3 and "has no column name" in result.stderr
        assert run("decide", dataset.parent / "none.csv", "--author", "A").exit_code == 3

    def test_2_for_a_day_that_is_none_and_a_blank_author(self, dataset: Path) -> None:
        todo = filled(dataset, "drills")
        assert run("decide", todo, "--author", "A", "--date", "yesterday").exit_code == 2
        assert run("decide", todo, "--author", " ").exit_code == 2


CHOICES = {
    "none": Choice("none"),
    " NONE ": Choice("none"),
    "new": Choice("new"),
    "drills": Choice("code", "drills"),
    "Drills": Choice("code", "drills"),
    "应急演练次数": Choice("code", "drills"),
    "drills 应急演练次数": Choice("code", "drills"),
    "broad drills": Choice("code", "drills", PREDICATES["broad"]),
    "close: drills 应急演练次数": Choice("code", "drills", PREDICATES["close"]),
}


@pytest.mark.parametrize("cell", CHOICES)
def test_what_a_person_may_write(cell: str) -> None:
    assert read_choice(cell, default_mappings()) == CHOICES[cell]


@pytest.mark.parametrize("cell", ["drills 培训次数", "nine", "broad", "broad none", "1", "drills or training_sessions"])
def test_what_says_nothing_is_told(cell: str) -> None:
    assert isinstance(read_choice(cell, default_mappings()), str)


class TestDecisions:
    @pytest.fixture
    def differing(self, dataset: Path) -> Path:
        run("decide", filled(dataset, "drills", "none", "new"), "--author", "A", "--date", "2026-05-04")
        for name, code in (("b.csv", "training_sessions"), ("c.csv", "drills")):
            lines = [line | {"decision": d} for line, d in zip(self._all(dataset), (code, "none", "new"), strict=False)]
            write_sheet(dataset.parent / name, [*lines[0]], lines)
        run(
            "decide",
            dataset.parent / "b.csv",
            "--author",
            "orcid:0000-0001",
            "--date",
            "2026-05-05",
            "--decisions",
            dataset / "decisions.csv",
        )
        return dataset

    def _all(self, dataset: Path) -> list[dict[str, str]]:
        return listed(dataset, "--decisions", dataset.parent / "blank.csv", name="all.csv")

    def test_persons_who_differ_are_listed_and_not_applied(self, differing: Path) -> None:
        result = run("decisions", differing, "--conflicts")
        assert result.exit_code == 1 and "1 names on which persons differ" in result.output
        assert f"{OFTEN} (P1, count)" in result.output and "training_sessions" in result.output
        CliRunner().invoke(cli, ["remap", str(differing)])
        assert [line["name"] for line in listed(differing)][:1] == [OFTEN]
        assert "1 persons differ" in run("decisions", differing).output

    def test_an_adjudication_ends_it(self, differing: Path) -> None:
        more = ("--author", "C", "--decisions", differing / "decisions.csv")
        assert run("decide", differing.parent / "c.csv", *more, "--adjudicate").exit_code == 0
        assert run("decisions", differing, "--conflicts").exit_code == 0
        assert OFTEN not in [line["name"] for line in listed(differing)]

    def test_what_is_undone_stays_in_the_file_and_counts_no_more(self, differing: Path) -> None:
        before = (differing / "decisions.csv").read_bytes()
        undone = next(d for d in read_decisions(differing / "decisions.csv") if d.object == "training_sessions")
        assert run("decisions", differing, "--undo", undone.record_id).exit_code == 2
        result = run("decisions", differing, "--undo", undone.record_id, "--author", "B", "--comment", "a slip")
        assert result.exit_code == 0 and "3 names decided: 1 mapped, 1 none, 1 new." in result.output
        assert (differing / "decisions.csv").read_bytes().startswith(before)
        assert run("decisions", differing, "--undo", undone.record_id, "--author", "B").exit_code == 3
        assert undone.record_id not in run("decisions", differing, "--list").output

    def test_agreement(self, differing: Path) -> None:
        result = run("decisions", differing, "--agreement")
        assert "A and orcid:0000-0001: 2 of 3 names alike (67%), Cohen's kappa 0.57" in result.output

    def test_sssom(self, differing: Path, tmp_path: Path) -> None:
        result = run("decisions", differing, "--sssom", tmp_path / "out.tsv", "--license", "https://creativecommons.org/licenses/by/4.0/")
        assert result.exit_code == 0, result.output
        lines = (tmp_path / "out.tsv").read_text(encoding="utf-8").splitlines()
        head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
        assert {"curie_map", "mapping_set_id", "mapping_set_version", "license", "extension_definitions"} <= set(head)
        rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
        assert len(rows) == 6
        for line in rows:
            assert all(line[slot] for slot in ("subject_label", "predicate_id", "object_id", "mapping_justification", "mapping_date"))
            prefixes = {line[slot].split(":")[0] for slot in ("predicate_id", "object_id", "mapping_justification", "record_id")}
            assert prefixes <= set(head["curie_map"])
        assert {line["object_id"] for line in rows} == {"jixiao:drills", "jixiao:training_sessions", "sssom:NoTermFound"}
        assert {(line["author_id"], line["author_label"]) for line in rows} == {("", "A"), ("orcid:0000-0001", "")}
        known = set(rows[0]) - {"record_id", "subject_label", "subject_type"}
        assert {definition["slot_name"] for definition in head["extension_definitions"]} <= known

    def test_3_where_nobody_decided(self, dataset: Path) -> None:
        assert run("decisions", dataset).exit_code == 3

    def test_2_for_a_file_that_is_not_in_order(self, dataset: Path) -> None:
        (dataset / "decisions.csv").write_text("# x\nnonsense\n", encoding="utf-8")
        result = run("decisions", dataset)
        assert result.exit_code == 2 and "decisions.csv" in result.output + result.stderr


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=30))
def test_kappa_is_1_for_full_agreement_and_never_more(pairs: list[tuple[str, str]]) -> None:
    found = kappa(pairs)
    if found is None:
        assert len({object_ for pair in pairs for object_ in pair}) == 1
    else:
        assert found <= 1 and (found == 1) == all(a == b for a, b in pairs)


def test_kappa_of_a_table_that_is_known() -> None:
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
