"""Every hostile file ends in rows or one sentence, soon, in bounded memory and without asking the network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hostile.child import Verdict
from tests.hostile.inputs import HOSTILE
from tests.hostile.suite import faults, read_all

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security.md"


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    return {verdict.name: verdict for verdict in read_all(list(HOSTILE))}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_does_no_harm(name: str, verdicts: dict[str, Verdict]) -> None:
    assert faults(verdicts[name]) == []


def test_what_is_promised_can_be_broken() -> None:
    bad = Verdict("docx-bomb", "read", "", 3, 11.0, 2000, True)
    assert len(faults(bad)) == 6


def test_the_page_lists_every_file_and_no_other() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert listed == sorted(HOSTILE)


def test_the_other_tests_that_the_page_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))
    assert named
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"
