"""Figures are those that one counts by hand, and each leads back to its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extract.problem import UnreadableError, UsageError
from jixiao.compare import Comparison, Selection, compare
from jixiao.compare.chosen import base_unit
from jixiao.compare.model import KEYS
from jixiao.compare.run import NAMES
from mappings.loader import default_mappings
from normalize.record import Record
from tests.jixiao.compare.conftest import COST, PER_HEAD, RATIO, SATISFACTION, TIMES, TRAINING, dataset_of, declaration, target


def figures(made: Comparison) -> list[Record]:
    return list(made.figures.to_pylist())


def values(made: Comparison, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in figures(made)]


def test_targets_are_apart_by_unit_sign_and_city(cities: Path) -> None:
    made = compare(cities, "targets")
    assert values(made, "indicator_code", "base_unit", "sign", "city", "rows", "min", "median", "max", "spread") == [
        ("training_sessions", "person", "≥", "鄂州市", 1, 300.0, 300.0, 300.0, 0.0),
        ("training_sessions", "ratio", "≥", "鄂州市", 1, 0.5, 0.5, 0.5, 0.0),
        ("training_sessions", "time", "≤", "衡阳市", 1, 100.0, 100.0, 100.0, 0.0),
        ("training_sessions", "time", "≥", "衡阳市", 2, 6.0, 9.0, 12.0, 3.0),
        ("training_sessions", "time", "≥", "鄂州市", 1, 3.0, 3.0, 3.0, 0.0),
        ("satisfaction", "ratio", "≥", "衡阳市", 1, 0.9, 0.9, 0.9, 0.0),
    ]
    assert (made.tally.chosen, made.tally.doubtful, made.tally.unmapped, made.tally.compared) == (13, 1, 5, 7)


def test_doubtful_rows_are_taken_in_and_counted(cities: Path) -> None:
    made = compare(cities, "targets", selection=Selection(with_doubtful=True))
    assert made.tally.compared == 8 and made.tally.doubtful == 1
    assert ("satisfaction", "鄂州市", 0.95) in values(made, "indicator_code", "city", "min")


def test_pooled_signs_are_said_and_units_stay_apart(cities: Path) -> None:
    made = compare(cities, "targets", by=(), selection=Selection(pooled=True))
    assert values(made, "base_unit", "rows", "min", "max", "signs")[:3] == [
        ("person", 1, 300.0, 300.0, "≥"),
        ("ratio", 1, 0.5, 0.5, "≥"),
        ("time", 4, 3.0, 100.0, "≤ ≥"),
    ]


def test_who_has_the_share_of_the_declarations(cities: Path) -> None:
    made = compare(cities, "who", by=())
    assert values(made, "indicator_code", "rows", "declarations", "organizations", "who", "share_of_declarations") == [
        ("training_sessions", 6, 2, 2, "乙局; 甲局", pytest.approx(2 / 3)),
        ("satisfaction", 1, 1, 1, "甲局", pytest.approx(1 / 3)),
    ]


def test_quantified_counts_numbers_words_units(cities: Path) -> None:
    made = compare(cities, "quantified")
    by_city = {row["city"]: row for row in figures(made)}
    assert by_city["鄂州市"]["rows"] == 5 and by_city["鄂州市"]["share_quantified"] == pytest.approx(0.8)
    assert by_city["鄂州市"]["share_qualitative"] == pytest.approx(0.2)
    assert by_city[None]["share_blank"] == 0.5 and by_city[None]["share_unit"] == 1.0
    assert by_city["衡阳市"]["share_quantified"] == 1.0


def test_weights_are_shares_of_the_points(cities: Path) -> None:
    made = compare(cities, "weights")
    assert values(made, "level1_code", "level1_name", "rows", "median", "share_of_points") == [
        ("C", "成本", 1, 50.0, 0.5),
        ("P", "产出", 3, 10.0, 0.25),
        ("S", "满意度", 1, 25.0, 0.25),
    ]


def test_cost_is_for_each_of_something(cities: Path) -> None:
    made = compare(cities, "cost")
    assert values(made, "base_unit", "sign", "city", "min", "names") == [
        ("yuan/person/day", "≤", "衡阳市", 450.0, "人均会议费"),
        ("yuan/person/day", "≤", None, 400.0, "人均培训费"),
    ]


def test_coverage_counts_every_row(cities: Path) -> None:
    (figure,) = figures(compare(cities, "coverage", by=()))
    assert (figure["rows"], figure["share_doubtful"], figure["share_mapped"]) == (13, pytest.approx(1 / 13), pytest.approx(8 / 13))


def test_names_of_a_concept(years: Path) -> None:
    made = compare(years, "names", selection=Selection(indicators=("training_sessions",)))
    assert values(made, "level3", "rows", "years") == [("举办培训班次数", 2, "2023–2026"), ("培训次数", 2, "2020–2024")]


def test_change_says_what_happened(years: Path) -> None:
    made = compare(years, "change")
    assert values(made, "before", "after", "indicator_name", "kind", "renamed", "change") == [
        (2020, 2023, "培训次数", "raised", True, 2.0),
        (2020, 2023, "新项目", "added", False, None),
        (2020, 2023, "服务对象满意度", "lowered", False, pytest.approx(-0.05)),
        (2020, 2023, "老项目", "dropped", False, None),
        (2020, 2023, "用词", "unchanged", False, None),
        (2023, 2026, "2026年新项目", "restated", False, None),
        (2023, 2026, "服务对象满意度", "restated", False, None),
        (2023, 2026, "用词", "restated", False, None),
        (2023, 2026, "培训次数", "unchanged", False, 0.0),
        (2023, 2026, "存疑", "unchanged", False, 0.0),
    ]
    assert made.tally.doubtful == 1
    behind = made.rows_of(1)
    assert [(row["year"], row["level3"]) for row in behind] == [(2020, "培训次数"), (2023, "举办培训班次数")]


def test_a_doubtful_row_is_neither_added_nor_dropped(years: Path) -> None:
    sure = {(row["indicator_name"], row["kind"]) for row in figures(compare(years, "change"))}
    assert not {("存疑", "added"), ("存疑", "dropped")} & sure
    every = compare(years, "change", selection=Selection(with_doubtful=True))
    assert ("存疑", "raised") in {(row["indicator_name"], row["kind"]) for row in figures(every)}


def test_changes_are_counted_by_group(years: Path) -> None:
    made = compare(years, "change", by=("organization",))
    assert ("甲局", 2020, 2023, "raised", 1, 1) in values(made, "organization", "before", "after", "kind", "rows", "renamed_rows")
    assert sum(row["rows"] for row in figures(made)) == 10
    assert all(len(made.rows_of(row["figure"])) in (row["rows"], 2 * row["rows"]) for row in figures(made))


@pytest.mark.parametrize("view", [name for name in NAMES if name != "change"])
@pytest.mark.parametrize("by", [None, (), ("city", "year"), tuple(KEYS)], ids=["default", "none", "two", "all"])
def test_every_figure_leads_back_to_its_rows(cities: Path, view: str, by: tuple[str, ...] | None) -> None:
    made = compare(cities, view, by=by)
    assert made.rows is not None and made.figures.num_rows > 0
    assert made.rows.num_rows == made.tally.compared
    ids = made.rows["indicator_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    for figure in figures(made):
        assert len(made.rows_of(figure["figure"])) == figure["rows"]


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        (Selection(indicators=("training_sessions",)), 6),
        (Selection(indicators=("培训次数",)), 6),
        (Selection(indicators=("P1",)), 6),
        (Selection(indicators=("S", "training_sessions")), 8),
        (Selection(indicators=("成本",)), 2),
        (Selection(cities=("衡阳",)), 5),
        (Selection(cities=("衡阳", "鄂州市")), 11),
        (Selection(years=(2024,)), 11),
        (Selection(organizations=("丙",)), 2),
        (Selection(forms=("project",)), 0),
        (Selection(where="weight >= 10 AND form = 'department'"), 4),
        (Selection(where="level3 LIKE '人均%'", cities=("衡阳市",)), 1),
    ],
    ids=str,
)
def test_filters(cities: Path, selection: Selection, rows: int) -> None:
    assert compare(cities, "coverage", selection=selection).tally.chosen == rows


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection(indicators=("培训次",)), "There is no indicator 培训次. Near to it are .*培训次数"),
        (Selection(cities=("衡山",)), "No declaration has city 衡山. Near to it are 衡阳市"),
        (Selection(where="nothing = 1"), "--where 'nothing = 1' is not understood: .*nothing"),
        (Selection(where="1=1; DROP TABLE x"), "is not understood"),
        (Selection(where="1=1) UNION SELECT (1"), "is not understood"),
        (Selection(where="level3 IN (SELECT content FROM read_text('/etc/hostname'))"), "is not understood.*Permission"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_filters_that_make_no_sense(cities: Path, selection: Selection, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compare(cities, "coverage", selection=selection)


def test_views_and_keys_that_are_none(cities: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="The views are targets"):
        compare(cities, "none")
    with pytest.raises(UsageError, match="They can by city"):
        compare(cities, by=("nothing",))
    with pytest.raises(UnreadableError, match="is no dataset"):
        compare(tmp_path)


@pytest.mark.parametrize(
    ("code", "dimension", "base"),
    [
        ("percent", "ratio", "ratio"),
        ("wan_mu", "area", "square_metre"),
        ("wan_yuan", "money", "yuan"),
        ("hundred_person", "count", "person"),
        ("wan_person_time", "count", "person_time"),
        ("person_time", "count", "person_time"),
        ("yuan/person/day", "money/count/duration", "yuan/person/day"),
        ("hour", "duration", "day"),
        ("wan", "number", "wan"),
        ("never_seen", "count", "never_seen"),
    ],
)
def test_base_units(code: str, dimension: str, base: str) -> None:
    assert base_unit(code, dimension, default_mappings().units) == base


def test_shares_of_points_are_of_the_rows_that_are_compared(tmp_path: Path) -> None:
    """A doubtful row that is left out leaves the shares of the others a whole."""
    rows = [
        target(TRAINING, TIMES, "ge", 1.0, weight=30.0),
        target(SATISFACTION, RATIO, "ge", 0.9, weight=10.0),
        target(COST, PER_HEAD, "le", 1.0, weight=60.0, needs_review=True),
    ]
    dataset = dataset_of(tmp_path / "data", declaration(1, "衡阳市", 2024, "甲局", rows))
    assert values(compare(dataset, "weights"), "level1_code", "share_of_points") == [("P", 0.75), ("S", 0.25)]


def test_a_declaration_of_two_sources_is_told(tmp_path: Path) -> None:
    rows = [target(TRAINING, TIMES, "ge", 1.0)]
    twins = [declaration(number, "衡阳市", 2024, "甲局", rows) for number in (1, 2)]
    other = declaration(3, "衡阳市", 2025, "甲局", rows)
    dataset = dataset_of(tmp_path / "data", *twins, other)
    made = compare(dataset, "targets")
    assert made.tally.repeated_declarations == 1
    assert compare(dataset, "change").figures["kind"].to_pylist() == ["unchanged"]


def test_names_that_mean_two_concepts_in_a_unit_are_not_paired(tmp_path: Path) -> None:
    """Two rows of one concept whose names all changed: nobody knows which became which."""
    old = [target(TRAINING, TIMES, "ge", n) | {"level3": name} for n, name in ((1.0, "甲培训"), (2.0, "乙培训"))]
    new = [target(TRAINING, TIMES, "ge", n) | {"level3": name} for n, name in ((1.0, "丙培训"), (2.0, "丁培训"))]
    years = ((1, 2023, old), (2, 2024, new))
    dataset = dataset_of(tmp_path / "data", *(declaration(n, "衡阳市", year, "甲局", rows) for n, year, rows in years))
    assert sorted(compare(dataset, "change").figures["kind"].to_pylist()) == ["added", "added", "dropped", "dropped"]
