"""A command that is cut off at any step leaves what the next run mends, and what cannot be written is said in a sentence."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.jixiao.faults import SCENARIOS


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, object]]:
    """What a process of its own tried with every fifteenth step; ``python -m tests.large --only fault`` tries every one, with workers."""
    command = [sys.executable, "-m", "tests.jixiao.faults", "--every", "15", "--inline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return {report["scenario"]: report for report in json.loads(done.stdout)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_next_run_gives_what_an_undisturbed_one_gives(reports: dict[str, dict[str, object]], name: str) -> None:
    report = reports[name]
    assert report["wrong"] == []
    assert report["steps"] >= 2 and report["tries"] >= 2  # type: ignore[operator]
