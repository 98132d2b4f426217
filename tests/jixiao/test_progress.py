"""What a person is told while an ingest runs: files, pages, rows, doubts, speed and the time that is left."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from jixiao.cli.pace import Pace, shown_speed, shown_time
from jixiao.cli.progress import PageProgress, Progress
from jixiao.outcome import Outcome
from jixiao.plan import Job, Plan
from jixiao.sources import Collection, Source

MakeOutcome = Callable[..., Outcome]


class Hands:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def a_run(count: int) -> tuple[list[Job], Plan, Collection]:
    jobs = [Job(f"{n:064x}", Path(f"{n}.pdf"), f"f/{n}.pdf", None) for n in range(count)]
    plan = Plan(tuple(jobs), (), (), ("u" * 64,), (), ())
    return jobs, plan, Collection(tuple(Source(job.source_path, job.path, job.document_id) for job in jobs), ())


def told(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200, force_terminal=False)


def test_lines_tell_what_was_read_how_fast_and_how_long_it_will_take(console: Console, make_outcome: MakeOutcome) -> None:
    jobs, plan, found = a_run(1000)
    clock = Hands()
    with Progress(console, quiet=False, clock=clock) as progress:
        progress.planned(plan, found)
        for job in jobs[:400]:
            clock.now += 0.05
            progress.converted(job, make_outcome(job.source_path, indicators=3, pages=2))
        for job in jobs[400:]:
            clock.now += 0.01
            progress.converted(job, make_outcome(job.source_path, indicators=3, pages=2))
    assert told(console) == [
        "1,000 sources: 1,000 to read, 1 unchanged.",
        "201 of 1,000 read: 402 pages, 603 rows, 0 doubts, 0 failed. 20 a second, 40 s left.",
        "406 of 1,000 read: 812 pages, 1,218 rows, 0 doubts, 0 failed. 20 a second, 29 s left.",
        "1,000 of 1,000 read: 2,000 pages, 3,000 rows, 0 doubts, 0 failed.",
    ]


def test_pages_that_are_recognised_count_for_the_time_that_is_left(console: Console, make_outcome: MakeOutcome) -> None:
    (scan, letter), plan, found = a_run(2)
    clock = Hands()
    with Progress(console, quiet=False, clock=clock) as progress:
        progress.planned(plan, found)
        progress.recognising(scan, 60)
        for _ in range(12):
            clock.now += 2
            progress.recognised(scan)
        for _ in range(48):
            clock.now += 0.1
            progress.recognised(scan)
        for job in (scan, letter):
            progress.converted(job, make_outcome(job.source_path, indicators=1, pages=60))
    assert told(console)[1:] == [
        "0 of 2 read: 0 pages, 0 rows, 0 doubts, 0 failed. 6 of 60 pages recognised.",
        "0 of 2 read: 0 pages, 0 rows, 0 doubts, 0 failed. 12 of 60 pages recognised.",
        "2 of 2 read: 120 pages, 2 rows, 0 doubts, 0 failed. 60 of 60 pages recognised.",
    ]


def test_one_scan_tells_its_pages(console: Console) -> None:
    (scan,), *_ = a_run(1)
    clock = Hands()
    with PageProgress(console, clock=clock) as progress:
        progress.recognising(scan, 60)
        for _ in range(6):
            clock.now += 2
            progress.recognised(scan)
    assert told(console) == ["6 of 60 pages recognised. 2 min left."]


def test_a_long_run_tells_less_often(console: Console, make_outcome: MakeOutcome) -> None:
    jobs, plan, found = a_run(3000)
    clock = Hands()
    with Progress(console, quiet=False, clock=clock) as progress:
        progress.planned(plan, found)
        for job in jobs:
            clock.now += 10.5
            progress.converted(job, make_outcome(job.source_path))
    assert len(told(console)) < 200
    halfway = next(line for line in told(console) if line.startswith("1,444 of 3,000"))
    assert halfway.endswith("6 a minute, 4 h 32 min left.")  # 1,556 times 10.5 seconds


def test_a_terminal_shows_bars(make_outcome: MakeOutcome) -> None:
    console = Console(file=io.StringIO(), width=160, force_terminal=True, color_system=None)
    jobs, plan, found = a_run(100)
    clock = Hands()
    with Progress(console, quiet=False, clock=clock) as progress:
        progress.planned(plan, found)
        for job in jobs[:50]:
            clock.now += 0.2
            progress.converted(job, make_outcome(job.source_path, indicators=3, pages=2))
    assert "50/100 100 pages · 150 rows · 0 doubts · 0 failed 5 a second · 10 s left" in " ".join(console.file.getvalue().split())


def test_a_long_look_at_many_files_is_told(console: Console) -> None:
    clock = Hands()
    with Progress(console, quiet=False, clock=clock) as progress:
        for done in range(1, 31):
            clock.now += 0.5
            progress.looking(done * 1000, 30_000)
    assert told(console) == ["21,000 of 30,000 files looked at."]


def test_quiet_tells_nothing(console: Console, make_outcome: MakeOutcome) -> None:
    jobs, plan, found = a_run(1)
    with Progress(console, quiet=True) as progress:
        progress.planned(plan, found)
        progress.converted(jobs[0], make_outcome(jobs[0].source_path))
    assert told(console) == []


def test_pages_of_a_scan_that_failed_are_waited_for_no_more() -> None:
    pace = Pace(0.0)
    pace.sources = 3
    pace.found(0.0, "scan", 10)
    pace.recognised(5.0, "scan")
    pace.converted(5.0, "scan")
    assert (pace.pages, pace.pages_done) == (1, 1)
    assert pace.seconds_left(5.0) == 10.0  # two more like the one that took five seconds


def test_nothing_is_said_of_the_time_before_it_can_be_known() -> None:
    pace = Pace(0.0)
    pace.sources = 2
    assert pace.seconds_left(60.0) is None and pace.speed(60.0) is None
    pace.converted(60.0, "a")
    assert pace.seconds_left(60.0) == 60.0


def test_a_large_source_takes_its_share_of_the_time() -> None:
    pace = Pace(0.0)
    pace.sources, pace.weight = 3, 10.0
    pace.converted(6.0, "small", 1.0)
    assert pace.seconds_left(6.0) == 54.0
    pace.found(6.0, "scan", 2, 4.0)
    pace.recognised(9.0, "scan")
    assert pace.seconds_left(9.0) == 3.0 + 5.0 * 6.0


@pytest.mark.parametrize(("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (100, "2 min"), (5940, "99 min"), (12_000, "3 h 20 min")])
def test_times(seconds: float, words: str) -> None:
    assert shown_time(seconds) == words


@pytest.mark.parametrize(("speed", "words"), [(41.2, "41 a second"), (0.5, "30 a minute"), (0.01, "36 an hour")])
def test_speeds(speed: float, words: str) -> None:
    assert shown_speed(speed) == words


def test_a_long_landing_is_told(console: Console) -> None:
    clock = Hands()
    progress = Progress(console, quiet=False, clock=clock)
    for done in (1, 2, 3):
        clock.now += 6
        progress.landing(done, 3)
    assert told(console) == ["2 of 3 parts of the dataset written."]
