"""A fleet gives each task with one answer, whatever dies on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extract.problem import NotWritableError, ToolMissingError, UsageError
from jixiao.cluster.dask_fleet import DaskFleet
from jixiao.cluster.fleet import Died, Here
from tests.jixiao.cluster.machines import Machines
from tests.jixiao.cluster.work import Task, perform


@pytest.fixture
def fleet(machines: Machines) -> Iterator[DaskFleet]:
    machines.mend(1)
    with DaskFleet(machines.address, patience=60) as fleet:
        fleet.begin(perform, 2)
        yield fleet


def test_this_process_does_first_what_is_first() -> None:
    here = Here()
    here.begin(perform, 2)
    here.put(Task(1))
    here.put(Task(2), first=True)
    assert [here.next() for _ in range(2)] == [(Task(2), 4), (Task(1), 2)]


def test_what_a_task_raises_is_raised(fleet: DaskFleet) -> None:
    fleet.put(Task(1, "fail"))
    with pytest.raises(NotWritableError, match="disk is full"):
        fleet.next()


def test_workers_without_jixiao_are_told_what_they_lack(fleet: DaskFleet) -> None:
    fleet.put(Task(1, "lack"))
    with pytest.raises(ToolMissingError, match=r"cannot do the work: No module named 'jixiao'\. Install the same version"):
        fleet.next()


def test_a_task_that_ends_each_worker_is_answered_by_its_deaths(fleet: DaskFleet, machines: Machines) -> None:
    machines.mend(2)
    fleet.put(Task(9, "die"))
    assert fleet.next() == (Task(9, "die"), Died(2))


def test_no_scheduler_is_told() -> None:
    with pytest.raises(ToolMissingError, match="No Dask scheduler answers at tcp://"):
        DaskFleet("tcp://127.0.0.1:9", connect=0.2)
    with pytest.raises(UsageError, match="no address"):
        DaskFleet("nothing://x", connect=0.2)
