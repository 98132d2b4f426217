"""Every source of every case in ``corpus/`` gives exactly the records that were written down by hand.

A folder with an ``expected.json`` and a ``source.*`` is a case by itself. Known failures of a source stand in the
case's ``known.yml`` (source file -> reason) and are strict: a source that begins to pass must be taken off the list.
"""

from __future__ import annotations

import atexit
import datetime
import functools
import json
import shutil
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.readers.office import prepare, takes
from extract.tools import SOFFICE, find
from jixiao import convert
from jixiao.outcome import Options, Outcome

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = sorted({path.parent for pattern in ("*/source.*", "*/facts.yml", "*/expected.json") for path in CORPUS.glob(pattern)})
SOURCES = [path for case in CASES for path in sorted(case.glob("source.*"))]

ROW_KEYS = (
    "horizon", "level1", "level2", "level3", "operator", "value", "value_high", "unit", "target_text", "explanation",
    "scoring_rule", "weight", "basis", "remark", "history", "achieved_text", "score", "deviation",
)  # fmt: skip
HEAD_KEYS = ("form", "title", "organization", "subject", "project_code", "fiscal_year")
AMOUNT_KEYS = ("total_wan", "fiscal_wan", "other_wan")
READ_KEYS = ("filled_on", "period_start", "period_end", "project_type", "city_code", "fiscal_year_basis")
TABLES_OF_TEXT = ("declarations", "indicators", "goals")
TABLES = (*TABLES_OF_TEXT, "amounts", "facts")
PLACE_KEYS = {
    "indicator_id", "declaration_id", "document_id", "source_name", "page", "x0", "top", "x1", "bottom", "sheet", "cell",
    "table_index", "repairs", "pages", "unit_source", "confidence",
}  # fmt: skip


@functools.cache
def outcome(path: Path) -> Outcome:
    """What a source gives by itself: what its pictures show is no part of its golden data."""
    return convert(path, options=Options(ocr="never", office_folder=office_folder() if takes(path) else None))


@functools.cache
def office_folder() -> str:
    """The folder in which all sources that LibreOffice must convert lie converted."""
    folder = tempfile.mkdtemp(prefix="jixiao-corpus-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare(SOURCES, Path(folder))
    return folder


def out_of_reach(path: Path) -> bool:
    return takes(path) and find(SOFFICE) is None


def known(path: Path) -> list[pytest.MarkDecorator]:
    if out_of_reach(path):
        return [pytest.mark.skip(reason=f"{path.suffix} needs LibreOffice, which is not here")]
    notes = path.parent / "known.yml"
    reasons = yaml.safe_load(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    return [pytest.mark.xfail(reason=reasons[path.name], strict=True)] if path.name in reasons else []


def sources(marked: bool = True) -> list[Any]:
    marks = {path: known(path) if marked or out_of_reach(path) else [] for path in SOURCES}
    return [pytest.param(path, id=f"{path.parent.name}/{path.name}", marks=marks[path]) for path in SOURCES]


def expected(case: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return data


def plain(value: Any) -> Any:
    """The value in the terms of the labels: text without white space, full-width digits and letters folded, no NaN."""
    if isinstance(value, str):
        text = "".join(value.split())
        return "".join(fold(char) for char in text) or None
    if isinstance(value, datetime.date):
        return value.isoformat()
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def fold(char: str) -> str:
    """Full-width digits and letters and the per-cent sign as ASCII; Chinese punctuation and comparison signs as printed."""
    folded = unicodedata.normalize("NFKC", char)
    return folded if "！" <= char <= "～" and (folded.isalnum() or folded == "%") else char


def nothing(key: str, value: Any) -> Any:
    """A printed 无 in the unit's column is no unit."""
    return None if key == "unit" and value in ("无", "-", "—", "/") else value


def differs(label: str, want: dict[str, Any], got: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    """One line for each field that is not what was written down; a key without an expected value means that it must be null."""
    lines = []
    for key in keys:
        right = [nothing(key, plain(value)) for value in [want.get(key), *want.get("accept", {}).get(key, [])]]
        if nothing(key, plain(got.get(key))) not in right:
            lines.append(f"{label}: {key} is {got.get(key)!r}, not {want.get(key)!r}")
    return lines


def of(rows: list[dict[str, Any]], index: int) -> list[dict[str, Any]]:
    return [row for row in rows if row["declaration_index"] == index]


def compare_declaration(index: int, want: dict[str, Any], got: Outcome) -> list[str]:
    declaration = got.rows("declarations")[index]
    label = f"declaration {index} ({want.get('subject') or want.get('organization')})"
    optional = tuple(key for key in READ_KEYS if key in want)
    lines = differs(label, want, declaration, (*HEAD_KEYS, *optional))
    lines += differs(label, want.get("amounts", {}), declaration, AMOUNT_KEYS)
    if "amount_rows" in want and got.rows("documents")[0]["format"] != "text":
        lines += compare_amounts(label, want["amount_rows"], of(got.rows("amounts"), index))
    goals = [{"horizon": row["horizon"], "text": row["text"]} for row in of(got.rows("goals"), index)]
    if plain_all(goals) != plain_all(want["goals"]):
        lines.append(f"{label}: goals are {goals}, not {want['goals']}")
    return lines + compare_rows(label, want["indicators"], of(got.rows("indicators"), index))


def compare_amounts(label: str, want: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[str]:
    """Amounts as sets: their order says nothing."""
    keys = ("kind", "item", "period", "value_wan", "share")
    right, found = ({tuple(plain(row.get(key)) for key in keys) for row in rows} for rows in (want, got))
    lines = [f"{label}: amount {row} is missing" for row in sorted(right - found, key=str)]
    return lines + [f"{label}: amount {row} is not printed" for row in sorted(found - right, key=str)]


def plain_all(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: plain(value) for key, value in row.items()} for row in rows]


def by_horizon(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of each horizon in their order: an item with two targets and two blocks side by side are compared alike."""
    return sorted(rows, key=lambda row: str(row["horizon"]))


def compare_rows(label: str, want: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[str]:
    lines = []
    want, got = by_horizon(want), by_horizon(got)
    if len(want) != len(got):
        names = [f"{row['level3']}={row['target_text']}" for row in got]
        lines.append(f"{label}: {len(got)} rows, not {len(want)}: {names}")
    for number, (right, row) in enumerate(zip(want, got, strict=False)):
        codes = tuple(key for key in ("level1_code", "level2_code", "deadline", "unit_code", "quantity") if key in right)
        lines += differs(f"{label} row {number} ({right['level3']})", right, row, (*ROW_KEYS, *codes))
    return lines


def test_there_are_cases() -> None:
    assert len(CASES) >= 50
    assert SOURCES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_is_whole(case: Path) -> None:
    assert (case / "expected.json").exists(), "expected.json is missing: write the records down by hand"
    assert list(case.glob("source.*")), "no source: run python -m corpus.build"
    data = expected(case)
    assert bool(data["declarations"]) != bool(data.get("no_declarations")), "say no_declarations where there are none"
    notes = case / "known.yml"
    if notes.exists():
        assert set(yaml.safe_load(notes.read_text(encoding="utf-8"))) <= {path.name for path in case.glob("source.*")}


@pytest.mark.parametrize("path", sources())
def test_source_gives_the_records(path: Path) -> None:
    want, got = expected(path.parent), outcome(path)
    assert got.failure is None, got.failure
    lines = []
    found = got.rows("declarations")
    if len(found) != len(want["declarations"]):
        names = [(row["form"], row["title"], row["subject"]) for row in found]
        lines.append(f"{len(found)} declarations, not {len(want['declarations'])}: {names}")
    for index, right in enumerate(want["declarations"][: len(found)]):
        lines += compare_declaration(index, right, got)
        if "city" in want and found[index]["city"] != want["city"]:
            lines.append(f"declaration {index}: city is {found[index]['city']!r}, not {want['city']!r}")
    codes = {problem.code for problem in got.problems}
    lines += [f"problem {code} is not reported, only {sorted(codes)}" for code in want.get("problems", []) if code not in codes]
    assert not lines, f"{len(lines)} wrong:\n" + "\n".join(lines)


@pytest.mark.parametrize("path", sources(marked=False))
def test_every_row_has_its_place(path: Path) -> None:
    for row in outcome(path).rows("indicators"):
        drawn = row["page"] is not None and None not in (row["x0"], row["top"], row["x1"], row["bottom"])
        native = row["cell"] is not None
        assert drawn or native, f"row {row['row_index']} ({row['level3']}) does not say where it stands"
        if drawn:
            assert row["x0"] < row["x1"] and row["top"] < row["bottom"], row["level3"]


@pytest.mark.parametrize("case", [case for case in CASES if len(list(case.glob("source.*"))) > 1], ids=lambda case: case.name)
def test_formats_give_equal_records(case: Path) -> None:
    """Whatever the format, all columns but those that tell the place are equal (sources with a known failure aside).
    A text dump does not say which blank cell an amount stands beside: its amounts and other facts are left aside."""
    paths = [path for path in sorted(case.glob("source.*")) if not known(path)]
    first = paths[0]
    lines = []
    for other in paths[1:]:
        for table in TABLES_OF_TEXT if other.suffix == ".txt" else TABLES:
            label = f"{table} of {other.name} and {first.name}"
            lines += unequal(label, outcome(first).rows(table), outcome(other).rows(table), other.suffix == ".txt")
    assert not lines, "\n".join(lines)


def unequal(label: str, left: list[dict[str, Any]], right: list[dict[str, Any]], text: bool) -> list[str]:
    """Where two tables of records differ; what was read from a text dump may be marked for review where a table is not."""
    aside = PLACE_KEYS | {"needs_review", "read_review"} if text else PLACE_KEYS
    if len(left) != len(right):
        return [f"{label}: {len(right)} rows and {len(left)}"]
    return [
        f"{label} row {number}: {key} is {b[key]!r} and {a[key]!r}"
        for number, (a, b) in enumerate(zip(left, right, strict=True))
        for key in a
        if key not in aside and plain(a[key]) != plain(b[key])
    ]
