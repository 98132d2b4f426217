"""The pages keep the figures of the largest run of each row, and what is asked for again is only what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.large import __main__ as command
from tests.large.page import rows_of
from tests.large.suite import SUITES, Figure, Size, Suite, Trial

EMPTY = "before\n\n<!-- figures: odd -->\n<!-- /figures -->\n\nafter\n"
RAN: list[str] = []


def large(size: Size) -> Iterator[Trial]:
    """Three rows, of which one breaks and one knows its number of cases only afterwards."""
    for what, cases, failed in (("first", size.times(100), 0), ("second", size.times(50), 1), ("third", 0, 0)):

        def run(what: str = what, cases: int = cases, failed: int = failed) -> Figure:
            RAN.append(what)
            return Figure(what, cases or 7, failed, 1.0, "a|note\nof two lines")

        yield Trial(what, run, cases)


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "page.md"
    page.write_text(EMPTY, encoding="utf-8")
    monkeypatch.setitem(SUITES, "odd", Suite("tests.large.test_large", page))
    RAN.clear()
    return page


def test_figures_stand_between_the_markers_of_their_page(page: Path) -> None:
    assert command.main(["--only", "odd"]) == 1
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n\n<!-- figures: odd -->\n| what |") and text.endswith("|\n<!-- /figures -->\n\nafter\n")
    assert {what: (row.cases, row.failed) for what, row in rows_of(text, "odd").items()} == {
        "first": (100, 0),
        "second": (50, 1),
        "third": (7, 0),
    }


def test_a_smaller_run_replaces_only_what_it_breaks(page: Path) -> None:
    command.main(["--only", "odd"])
    command.main(["--only", "odd", "--scale", "0.5"])
    rows = rows_of(page.read_text(encoding="utf-8"), "odd")
    assert (rows["first"].cases, rows["second"].cases) == (100, 25)


def test_rows_can_be_run_one_after_another_in_any_order(page: Path) -> None:
    command.main(["--only", "odd", "--rows", "third"])
    assert command.main(["--only", "odd", "--rows", "fir", "--rows", "th"]) == 0
    assert RAN == ["third", "first", "third"]
    assert list(rows_of(page.read_text(encoding="utf-8"), "odd")) == ["first", "third"]


def test_what_is_missing_is_what_is_not_known_to_be_there_whole(page: Path) -> None:
    command.main(["--only", "odd", "--scale", "0.5"])
    RAN.clear()
    command.main(["--only", "odd", "--scale", "0.5", "--missing"])
    assert RAN == ["second", "third"]
    command.main(["--only", "odd", "--missing"])
    assert RAN[2:] == ["first", "second", "third"]


def test_every_suite_has_its_markers() -> None:
    for name, suite in SUITES.items():
        assert isinstance(rows_of(suite.page.read_text(encoding="utf-8"), name), dict)
