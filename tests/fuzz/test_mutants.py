"""Damaged files end in rows or in a clear sentence: the small form of the fuzz suite. ``python -m tests.large`` runs the large one."""

from __future__ import annotations

import sys

import pytest

from tests.fuzz.seeds import TARGETS, mutant
from tests.fuzz.suite import BY_PROGRAM
from tests.fuzz.watch import watch

ALL = 200
"""Mutants over all readers."""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is bounded and measured by what Linux offers")
def test_mutants_of_every_reader_end_in_rows_or_a_sentence() -> None:
    targets = [name for name in TARGETS if name not in BY_PROGRAM]
    each = ALL // len(targets) + 1
    verdicts = list(watch([(name, 0, each) for name in targets]))
    assert len(verdicts) == each * len(targets)
    broken = [f"python -m tests.fuzz {v.target} {v.number}: {v.how}\n{v.text[-1500:]}" for v in verdicts if not v.good]
    assert not broken, "\n".join(broken)
    assert {v.target for v in verdicts if v.how == "rows"} == set(targets), "a reader whose whole files are not read"


@pytest.mark.parametrize("target", TARGETS)
def test_a_mutant_is_made_again_by_its_number(target: str) -> None:
    made = [mutant(target, number) for number in range(3, 9)]
    assert [mutant(target, number) for number in range(3, 9)] == made
    assert len({one.data for one in made}) > 1
