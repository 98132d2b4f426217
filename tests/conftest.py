"""Settings of the test run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A check of a change must not fail for an example that another change could have met: on CI the examples are always the
# same; everywhere else they are drawn anew. How busy a machine is says nothing of the code, so no example is timed.
UNTIMED = [HealthCheck.too_slow]
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=UNTIMED)
settings.register_profile("own", deadline=None, suppress_health_check=UNTIMED)
settings.load_profile("ci" if os.environ.get("CI") else "own")


@pytest.fixture(scope="session", autouse=True)
def recognised_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Pages recognised by this run's code, and by no earlier one's, each of them once."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_CACHE", str(folder))
        yield folder
