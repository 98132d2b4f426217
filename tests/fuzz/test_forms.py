"""A random declaration printed in every format gives exactly the rows that were put in, the same from each."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from corpus.builder.pdf import fonts_missing
from extract import read
from extract.declaration import Declaration
from extract.form import find_declarations
from mappings import default_mappings
from tests.fuzz.forms import WRITERS, Form, case_of, files

DRAWN = ("pdf", "ofd")
CELLS = (
    "level1",
    "level2",
    "level3",
    "value_text",
    "unit_text",
    "operator_text",
    "weight",
    "explanation",
    "scoring_rule",
    "basis",
    "remark",
)
PUT_IN = ("level1", "level2", "level3", "target", "unit", "operator", "weight", "explanation", "scoring_rule", "basis", "remark")
Told = list[tuple[object, ...]]


def squashed(text: str | None) -> str:
    """Without white space: a page has none between Chinese letters, and a line break where a cell ends."""
    return "".join((text or "").split())


def put_in(given: Sequence[Form]) -> Told:
    """What the forms say: the facts of each, then its rows."""
    told: Told = []
    for form in given:
        facts = {name: squashed(value) for name, _, value in form.facts}
        goal = squashed(form.goal[1]) if form.goal else ""
        told.append((form.year, facts.get("subject", ""), facts.get("organization", ""), goal))
        told += [tuple(squashed(getattr(item, name)) for name in PUT_IN) for item in form.items]
    return told


def came_out(found: Sequence[Declaration]) -> Told:
    told: Told = []
    for one in found:
        goal = squashed("".join(goal.text for goal in one.goals))
        told.append((one.fiscal_year, squashed(one.fact("subject")), squashed(one.fact("organization")), goal))
        told += [tuple(squashed(getattr(row, name)) for name in CELLS) for row in one.rows]
    return told


def read_as(given: Sequence[Form], suffix: str) -> tuple[Declaration, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"form.{suffix}"
        path.write_bytes(WRITERS[suffix](case_of(given)))
        return find_declarations(read(path, ocr="never"), default_mappings()).declarations


def check(given: Sequence[Form], suffix: str) -> None:
    assert came_out(read_as(given, suffix)) == put_in(given), suffix


@pytest.mark.parametrize("suffix", [*WRITERS])
@settings(max_examples=10)
@given(files())
def test_what_was_put_in_comes_out(suffix: str, given: list[Form]) -> None:
    if suffix in DRAWN and (remedy := fonts_missing()):
        pytest.skip(remedy)
    check(given, suffix)
