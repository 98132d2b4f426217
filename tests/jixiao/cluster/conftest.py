"""One cluster of real processes for all tests of this folder."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest

from tests.jixiao.cluster.machines import Machines

WITHOUT_DASK = importlib.util.find_spec("distributed") is None


@pytest.fixture(scope="session")
def all_machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    if WITHOUT_DASK:
        pytest.skip('Dask is not installed: pip install "jixiao[dask]"')
    machines = Machines(tmp_path_factory.mktemp("machines"), workers=2)
    yield machines
    machines.stop()


@pytest.fixture
def machines(all_machines: Machines) -> Machines:
    """The cluster with all its workers started."""
    all_machines.mend()
    return all_machines
