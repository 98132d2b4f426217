"""One cluster of real processes for all tests of this folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.jixiao.cluster.machines import Machines

WITHOUT_DASK = importlib.util.find_spec("distributed") is None


@pytest.fixture(scope="session")
def machines(s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Two workers at first; a test that kills some leaves fewer, one that needs more starts them."""
    if WITHOUT_DASK:
        pytest.skip('Dask is not installed: pip install "jixiao[dask]"')
    machines = Machines(tmp_path_factory.mktemp("machines"))
    yield machines
    machines.stop()
