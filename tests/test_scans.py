"""Scans of the corpus' own forms are read nearly as well as the forms themselves, and doubt falls on what is wrong.

Every ``scan.<kind>.*`` beside an ``expected.json`` is a case by itself. Recognition is not exact: what is asked is a share of right
answers, over all scans of a sharpness together, and that what is wrong is marked for review."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from corpus.scans import plan
from corpus.scoring import Score, score
from extract.ocr.engine import available
from jixiao import convert
from jixiao.outcome import Options, Outcome

CORPUS = Path(__file__).parents[1] / "corpus"
SCANS = sorted(CORPUS.glob("*/scan.*.*"))
POOR = frozenset({"150dpi", "fax", "photo", "picture"})
"""Kinds that are asked what a scan of 150 dpi is asked."""
ALONE = 0.85
"""Level-3 F1 of a single scan: of a small form, one name may be wrong."""

pytestmark = pytest.mark.skipif(not available(), reason="recognition is not installed: pip install 'jixiao[ocr]'")


def kind(path: Path) -> str:
    return path.name.split(".")[1]


@functools.cache
def outcome(path: Path) -> Outcome:
    return convert(path, options=Options(ocr_cache=None))


@functools.cache
def scored(path: Path) -> Score:
    expected: dict[str, Any] = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    found = outcome(path)
    return score(expected, found.rows("declarations"), found.rows("indicators"))


def together(paths: list[Path]) -> Score:
    total = Score()
    for path in paths:
        total.add(scored(path))
    return total


def wrong(total: Score) -> str:
    return "\n".join(f"{fault.name} {fault.field}: {fault.read!r}, not {fault.right!r}" for fault in (*total.faults, *total.head_faults))


def test_the_kept_scans_are_those_of_the_list() -> None:
    listed = {f"{case}/scan.{one}" for case, kinds in plan().kept.items() for one in kinds}
    assert {f"{path.parent.name}/scan.{kind(path)}" for path in SCANS} == listed


@pytest.mark.parametrize("path", SCANS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_scan_is_recognised(path: Path) -> None:
    found = outcome(path)
    assert found.failure is None, found.failure
    source = found.rows("documents")[0]
    assert source["ocr"] and 0.5 < source["ocr_confidence"] <= 1
    assert scored(path).level3_f1 >= ALONE, wrong(scored(path))
    for row in found.rows("indicators"):
        assert None not in (row["page"], row["x0"], row["top"], row["x1"], row["bottom"]), row["level3"]


@pytest.mark.parametrize(("poor", "names", "strict"), [(False, 0.98, 0.93), (True, 0.95, 0.85)], ids=["200-dpi", "150-dpi-and-photographs"])
def test_share_of_right_rows(poor: bool, names: float, strict: float) -> None:
    total = together([path for path in SCANS if (kind(path) in POOR) == poor])
    assert (total.level3_f1 >= names, total.strict_f1 >= strict) == (True, True), wrong(total)


def test_doubt_falls_on_what_is_wrong() -> None:
    total = together(SCANS)
    caught, all_wrong = total.caught
    assert caught >= 0.8 * all_wrong, wrong(total)
    assert sum(map(marked_by_recognition, SCANS)) <= 0.18 * total.read


def marked_by_recognition(path: Path) -> int:
    """Rows of a scan that wait for a person though those of the form itself do not: what the mapping doubts, it doubts in both."""
    digital = {at(row) for row in outcome(path.parent / "source.pdf").rows("indicators") if not row["needs_review"]}
    return sum(row["needs_review"] and at(row) in digital for row in outcome(path).rows("indicators"))


def at(row: dict[str, Any]) -> tuple[int, int]:
    return row["declaration_index"], row["row_index"]


def test_pages_of_a_mixed_file_are_read_each_in_its_way() -> None:
    """The second page is a scan: its rows have a confidence, those of the others are certain and were not repaired as recognised."""
    path = next(path for path in SCANS if kind(path) == "mixed")
    rows = outcome(path).rows("indicators")
    certain = {row["page"] for row in rows if row["confidence"] == 1}
    assert 2 not in certain and certain >= {1, 3}
    assert not any(" read as " in (row["repairs"] or "") for row in rows if row["confidence"] == 1)
