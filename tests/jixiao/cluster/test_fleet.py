"""A fleet gives each task with one answer, whatever dies on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.problem import NotWritableError, ToolMissingError, UsageError
from jixiao.cluster.dask_fleet import DaskFleet
from jixiao.cluster.fleet import Died, Fleet, Here
from tests.jixiao.cluster.machines import Machines, wait_until
from tests.jixiao.cluster.work import Shared, Task, perform

GATED = [Task(0, "wait"), *(Task(n) for n in range(1, 6))]
DOUBLES = {n: 2 * n for n in range(6)}


@pytest.fixture
def fleet(machines: Machines, tmp_path: Path) -> Iterator[DaskFleet]:
    with DaskFleet(machines.address, patience=60) as fleet:
        fleet.begin(perform, Shared(tmp_path))
        yield fleet


def answers(fleet: Fleet, number: int) -> dict[int, object]:
    found = [fleet.next() for _ in range(number)]
    assert len({task.number for task, _ in found}) == number
    return {task.number: answer for task, answer in found}


def pid_of(folder: Path, number: int) -> int:
    note = folder / f"{number}.pid"
    wait_until(note.exists, f"task {number} begins")
    return int(note.read_text())


def test_this_process_does_first_what_is_first(tmp_path: Path) -> None:
    here = Here()
    here.begin(perform, Shared(tmp_path))
    here.put(Task(1))
    here.put(Task(2), first=True)
    assert [here.next() for _ in range(2)] == [(Task(2), 4), (Task(1), 2)]


def test_a_worker_that_is_killed_costs_no_answer_and_doubles_none(fleet: DaskFleet, machines: Machines, tmp_path: Path) -> None:
    for task in GATED:
        fleet.put(task)
    victim = pid_of(tmp_path, 0)
    machines.kill(victim)
    (tmp_path / "gate").touch()
    assert answers(fleet, 6) == DOUBLES
    assert pid_of(tmp_path, 0) != victim


def test_a_task_that_ends_each_worker_is_answered_by_its_deaths(fleet: DaskFleet, machines: Machines) -> None:
    fleet.put(Task(9, "die"))
    task, answer = fleet.next()
    assert (task.number, answer) == (9, Died(2))
    machines.mend()
    fleet.put(Task(1))
    assert answers(fleet, 1) == {1: 2}


def test_what_a_task_raises_is_raised(fleet: DaskFleet) -> None:
    fleet.put(Task(1, "fail"))
    with pytest.raises(NotWritableError, match="disk is full"):
        fleet.next()


def test_a_scheduler_that_is_started_again_costs_no_answer_and_doubles_none(machines: Machines, tmp_path: Path) -> None:
    told: list[str] = []
    with DaskFleet(machines.address, tell=told.append) as fleet:
        fleet.begin(perform, Shared(tmp_path))
        for task in GATED:
            fleet.put(task)
        done = answers(fleet, 3)
        assert pid_of(tmp_path, 0)
        machines.restart_scheduler()
        (tmp_path / "gate").touch()
        assert done | answers(fleet, 3) == DOUBLES
    assert ["went away" in told[0], "is back" in told[1]] == [True, True]


def test_no_scheduler_is_told() -> None:
    with pytest.raises(ToolMissingError, match="No Dask scheduler answers at tcp://"):
        DaskFleet("tcp://127.0.0.1:9", connect=0.2)
    with pytest.raises(UsageError, match="no address"):
        DaskFleet("nothing://x", connect=0.2)
