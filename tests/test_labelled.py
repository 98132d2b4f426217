"""Scores the reading against files that people labelled, where the variable JIXIAO_LABELLED names a folder of them.

Each ``NAME.expected.json`` stands beside its source: source_name, city, declarations_in_file (null where not counted) and a
sample of its declarations as printed, each with its pages, fields, amounts and indicator rows. A row that is marked ambiguous
is not compared in operator, value and unit; a row whose name and target are only dashes is compared not at all."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

from jixiao.outcome import Outcome
from jixiao.pipeline import convert

FOLDER = os.environ.get("JIXIAO_LABELLED")
pytestmark = pytest.mark.skipif(not FOLDER, reason="JIXIAO_LABELLED names no folder of labelled files")

Record = dict[str, Any]
FIELDS = ("form", "organization", "city", "subject", "project_code", "fiscal_year", "total_wan", "fiscal_wan", "other_wan")
READ = ("operator", "value", "value_high", "unit")
NAMES_MATCH = 90.0


@dataclass
class Score:
    """Counts over one file: rows labelled and given, rows with the right name, rows right in all, fields right and compared."""

    labelled: int = 0
    given: int = 0
    named: int = 0
    strict: int = 0
    fields: int = 0
    fields_right: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in Score.__dataclass_fields__))


def folded(value: object) -> str:
    text = "".join(unicodedata.normalize("NFKC", "" if value is None else str(value)).split())
    return "" if text in ("无", "-", "—", "/") else text


def level(value: object) -> str:
    return folded(value).removesuffix("指标")


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) or isinstance(other, int | float):
        return isinstance(one, int | float) and isinstance(other, int | float) and abs(one - other) <= 1e-6 * max(1.0, abs(one))
    return folded(one) == folded(other)


def dashes_only(row: Record) -> bool:
    return not (folded(row["level3"]) + folded(row["target_text"])).strip("/-—一\\")


def best_pairs(scores: list[tuple[float, int, int]]) -> dict[int, int]:
    """Pairs of first and second index, best score first, each index once."""
    pairs: dict[int, int] = {}
    for _, first, second in sorted(scores, reverse=True):
        if first not in pairs and second not in pairs.values():
            pairs[first] = second
    return pairs


def match_declarations(labels: list[Record], given: list[Record]) -> dict[int, int]:
    scores = []
    for i, label in enumerate(labels):
        for j, record in enumerate(given):
            pages = {int(page) for page in (record["pages"] or "").split(",") if page}
            overlap = len(pages & set(label["pages"])) / len(pages | set(label["pages"]))
            subject = fuzz.ratio(folded(label["subject"]), folded(record["subject"])) / 100
            if overlap:
                scores.append((2 * subject + overlap + (label["form"] == record["form"]), i, j))
    return best_pairs(scores)


def match_rows(labels: list[Record], given: list[Record]) -> dict[int, int]:
    scores = []
    for i, label in enumerate(labels):
        for j, row in enumerate(given):
            name = fuzz.ratio(folded(label["level3"]), folded(row["level3"]))
            if name >= NAMES_MATCH:
                more = sum(same(label[key], row[key]) for key in ("target_text", "horizon", "level2"))
                scores.append((name + more - abs(i - j) / 1000, i, j))
    return best_pairs(scores)


def strictly_right(label: Record, row: Record) -> bool:
    if level(label["level1"]) != level(row["level1"]) or level(label["level2"]) != level(row["level2"]):
        return False
    accepted = label.get("accept", {})
    fields = () if label.get("ambiguous") else READ
    return all(any(same(value, row[name]) for value in (label[name], *accepted.get(name, ()))) for name in fields)


def score_rows(labels: list[Record], given: list[Record]) -> Score:
    labels = [{"operator": None, "value_high": None} | row for row in labels if not dashes_only(row)]
    labels = [row | {"operator": row["operator"] or "unspecified"} for row in labels]
    given = [row for row in given if not dashes_only(row)]
    score = Score(labelled=len(labels), given=len(given))
    for i, j in match_rows(labels, given).items():
        named = folded(labels[i]["level3"]) == folded(given[j]["level3"])
        score.named += named
        score.strict += named and strictly_right(labels[i], given[j])
    return score


def score_fields(label: Record, record: Record | None, city: str | None) -> Score:
    score = Score()
    expected = label | (label.get("amounts") or {}) | {"city": city}
    for name in FIELDS:
        if expected.get(name) is None and name != "subject":
            continue
        accepted = [expected[name], *label.get("accept", {}).get(name, ())]
        if name == "organization" and label.get("department"):
            accepted.append(label["department"])
        if name == "city":
            accepted.append(f"{city}市")
        score.fields += 1
        score.fields_right += record is not None and any(same(value, record[name]) for value in accepted)
    return score


def score_file(label: Record, outcome: Outcome) -> Score:
    given = outcome.rows("declarations")
    rows: dict[int, list[Record]] = defaultdict(list)
    for row in outcome.rows("indicators"):
        rows[row["declaration_index"]].append(row)
    pairs = match_declarations(label["declarations"], given)
    total = Score()
    for i, declaration in enumerate(label["declarations"]):
        record = given[pairs[i]] if i in pairs else None
        total += score_rows(declaration["indicators"], rows[record["declaration_index"]] if record else [])
        total += score_fields(declaration, record, label.get("city"))
    return total


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[Record, Outcome, Score]]:
    found = {}
    for path in sorted(Path(FOLDER or ".").glob("*.expected.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        outcome = convert(path.parent / label["source_name"])
        found[label["source_name"]] = (label, outcome, score_file(label, outcome))
    assert found, f"{FOLDER} holds no *.expected.json"
    return found


def total(results: dict[str, tuple[Record, Outcome, Score]]) -> Score:
    return sum((score for _, _, score in results.values()), Score())


def test_declarations_are_found_exactly(results: dict[str, tuple[Record, Outcome, Score]]) -> None:
    known = {name: label["declarations_in_file"] for name, (label, _, _) in results.items() if label["declarations_in_file"] is not None}
    assert {name: results[name][1].declarations for name in known} == known


def test_nothing_comes_from_files_without_a_form(results: dict[str, tuple[Record, Outcome, Score]]) -> None:
    without = [outcome for label, outcome, _ in results.values() if label["declarations_in_file"] == 0]
    assert [outcome.indicators for outcome in without] == [0] * len(without)


def test_strict_rows(results: dict[str, tuple[Record, Outcome, Score]]) -> None:
    score = total(results)
    assert 2 * score.strict / (score.labelled + score.given) >= 0.97, score


def test_level_3_names(results: dict[str, tuple[Record, Outcome, Score]]) -> None:
    score = total(results)
    assert 2 * score.named / (score.labelled + score.given) >= 0.99, score


def test_declaration_fields(results: dict[str, tuple[Record, Outcome, Score]]) -> None:
    score = total(results)
    assert score.fields_right / score.fields >= 0.97, score
