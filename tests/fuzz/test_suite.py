"""The large form stops where it was told to, and says how far it came."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz import suite
from tests.large.suite import Size


def test_a_reader_gets_no_further_mutants_when_its_time_is_over(tmp_path: Path) -> None:
    whole = suite._mutated("image", Size(4, folder=tmp_path))
    short = suite._mutated("image", Size(4, folder=tmp_path, seconds=0))
    assert (whole.cases, short.cases) == (4, 1) and not whole.failed
