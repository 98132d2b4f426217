"""What hangs, dies or eats memory ends alone: its own source fails with a reason, every other source is converted."""

from __future__ import annotations

import math
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from extract.problem import EXIT_UNREADABLE, UsageError
from jixiao.engine import Processes, default_jobs
from jixiao.limits import Limits, default_memory, parse_size, shown_size
from jixiao.outcome import FAILED, OK, Options, Outcome
from jixiao.plan import Job
from jixiao.tasks import Conversion, Preparation, Prepared, Recognition
from jixiao.watcher import Watcher
from mappings.loader import default_mappings
from tests.jixiao.wayward import HANGING_PAGE, LONG, PAGE_SECONDS, job_of, work

IMPATIENT = Limits(timeout=2, memory=2 << 30)
SMALL = Limits(memory=400 << 20)


def run(*names: str, workers: int = 2, limits: Limits = IMPATIENT) -> dict[str, Outcome]:
    """The outcomes by the names of the files, a number before each."""
    jobs = [job_of(name, number) for number, name in enumerate(names)]
    engine = Processes(workers, limits, work)
    done = engine(jobs, mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher())
    outcomes = {job.source_path.removeprefix("f/"): outcome for job, outcome in done}
    assert len(outcomes) == len(names)
    return outcomes


def statuses(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.status for name, outcome in sorted(outcomes.items())}


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("hang", "timeout", "hang took more than 2 seconds and was ended. Give it more time with --timeout"),
        ("hang-without-gil", "timeout", "took more than 2 seconds"),
        ("crash", "worker-died", "crash ended the process that read it (SIGSEGV)"),
        ("eat", "memory", "eat took more than 400 MB of memory and was ended. Give it more with --memory"),
    ],
)
def test_only_the_guilty_source_fails(name: str, code: str, says: str) -> None:
    outcomes = run("fine", name, "fine", "fine", limits=SMALL if code == "memory" else IMPATIENT)
    guilty = outcomes[f"1-{name}"]
    assert guilty.failure and guilty.failure.code == code and guilty.exit_code == EXIT_UNREADABLE
    (problem,) = guilty.problems
    assert says in problem.message and problem.severity == "error"
    assert [row["status"] for row in guilty.rows("documents")] == [FAILED]
    assert statuses(outcomes) == {"0-fine": OK, f"1-{name}": FAILED, "2-fine": OK, "3-fine": OK}


def test_a_source_that_falls_with_what_others_left_behind_is_done_by_a_new_process() -> None:
    outcomes = run("fine", "crash-after-others", "crash-after-others", workers=1)
    assert set(statuses(outcomes).values()) == {OK}


def test_memory_that_others_left_behind_is_nobodys_fault() -> None:
    outcomes = run(*["leak"] * 4, workers=1, limits=SMALL)
    assert set(statuses(outcomes).values()) == {OK}
    assert len({outcome.source_name for outcome in outcomes.values()}) > 1


def test_the_programs_that_a_worker_runs_end_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "note"
    monkeypatch.setenv("JIXIAO_TEST_NOTE", str(note))
    outcomes = run("hang-in-a-program", "fine")
    assert statuses(outcomes) == {"0-hang-in-a-program": FAILED, "1-fine": OK}
    wait_for_the_end(int(note.read_text()))


def test_the_programs_of_a_worker_that_dies_end_with_it_and_its_folders_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "note"
    monkeypatch.setenv("JIXIAO_TEST_NOTE", str(note))
    assert statuses(run("crash-at-a-program", "fine")) == {"0-crash-at-a-program": FAILED, "1-fine": OK}
    folder, program = note.read_text(encoding="utf-8").splitlines()
    assert not Path(folder).exists()
    wait_for_the_end(int(program))


def test_a_worker_in_the_middle_of_a_task_ends_with_a_caller_who_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "note"
    caller = "from tests.jixiao.test_limits import run; run('hang-in-a-program')"
    with subprocess.Popen([sys.executable, "-c", caller], env=os.environ | {"JIXIAO_TEST_NOTE": str(note)}) as process:
        end = time.monotonic() + 30
        while not (note.exists() and note.read_text()):
            assert time.monotonic() < end, "no program was started"
            time.sleep(0.05)
        process.kill()
    wait_for_the_end(int(note.read_text()))


def wait_for_the_end(pid: int) -> None:
    end = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, "the program runs on"
        time.sleep(0.05)


def test_a_worker_is_started_anew_after_so_many_sources() -> None:
    outcomes = run(*["fine"] * 7, workers=1, limits=Limits(restart_after=3))
    processes = [outcomes[f"{number}-fine"].source_name for number in range(7)]
    assert [processes.count(pid) for pid in dict.fromkeys(processes)] == [3, 3, 1]
    assert str(os.getpid()) not in processes


def test_a_page_that_hangs_fails_its_source_at_once_and_no_other() -> None:
    outcomes = run("scan", "fine", "fine")
    failure = outcomes.pop("0-scan").failure
    assert failure and failure.message.startswith(f"Page {HANGING_PAGE} of scan took more than 2 seconds")
    assert set(statuses(outcomes).values()) == {OK}


def test_a_scan_of_many_pages_may_take_longer_than_one_page() -> None:
    assert IMPATIENT.timeout < LONG * PAGE_SECONDS
    assert statuses(run("long-scan", workers=1)) == {"0-long-scan": OK}


def test_the_limit_of_time_holds_for_each_page_and_grows_with_the_file(tmp_path: Path) -> None:
    limits = Limits(timeout=10)
    small, large = job_of("small", 1, tmp_path), job_of("large", 2, tmp_path)
    small.path.write_bytes(b"x")
    with large.path.open("wb") as file:
        file.truncate(170_000_000)
    assert limits.seconds(Conversion(small)) == limits.seconds(Conversion(job_of("missing", 3))) == 10
    assert limits.seconds(Conversion(large)) == 40
    assert limits.seconds(Recognition(large, 7)) == 10
    assert limits.seconds(Preparation((small, large))) == 20


def test_sources_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def jobs() -> Iterator[Job]:
        nonlocal drawn
        for number in range(1000):
            drawn += 1
            yield job_of("fine", number)

    ahead = []
    done = Processes(2, IMPATIENT, work)(jobs(), mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher())
    for count, _ in enumerate(done, start=1):
        ahead.append(drawn - count)
    assert (drawn, len(ahead)) == (1000, 1000)
    assert max(ahead) < 250


def test_workers_that_stay_do_one_run_after_another() -> None:
    seen = []
    with Processes(1, IMPATIENT, work).open(mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher()) as crew:
        for names in (("fine",), ("hang", "fine"), ("fine", "fine")):
            jobs = [job_of(name, number) for number, name in enumerate(names)]
            seen.append([outcome.source_name for _, outcome in crew(jobs, Watcher())])
    assert seen[1][0] == "0-hang" and seen[0][0] != seen[1][1]
    assert {seen[1][1]} == set(seen[2])


@pytest.mark.parametrize(("given", "taken"), [(3, "3 threads"), (None, f"{default_jobs()} threads")])
def test_a_worker_takes_the_threads_that_it_is_given(given: int | None, taken: str) -> None:
    engine = Processes(1, IMPATIENT, work, given)
    ((_, outcome),) = engine([job_of("threads", 0)], mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher())
    assert outcome.source_name == taken


@pytest.mark.parametrize(("text", "number"), [("800M", 800 << 20), ("1.5g", 3 << 29), ("2 GB", 2 << 30), ("1GiB", 1 << 30), ("4096", 4096)])
def test_sizes(text: str, number: int) -> None:
    assert parse_size(text) == number


@pytest.mark.parametrize("text", ["", "M", "-1G", "0", "1.2.3M", "one", "5X"])
def test_what_is_no_size_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="is no size"):
        parse_size(text)


def test_shown_sizes() -> None:
    assert [shown_size(number) for number in (1 << 30, 3 << 29, 600 << 20, 2048, 7)] == ["1 GB", "1.5 GB", "600 MB", "2 kB", "7 bytes"]


def test_each_worker_has_its_share_of_the_machine() -> None:
    assert 1 << 30 <= default_memory(64) <= default_memory(1) <= 4 << 30


def test_no_limit_of_time_at_all_is_one_that_can_be_given() -> None:
    assert statuses(run("fine", limits=Limits(timeout=math.inf))) == {"0-fine": OK}
    for none in (math.nan, 0.0, -1.0):
        with pytest.raises(UsageError, match="no limit of time"):
            Limits(timeout=none)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_cannot_be_sent_to_a_worker_is_told_and_not_waited_for() -> None:
    engine = Processes(1, IMPATIENT, lambda task, mappings, options: Prepared())
    done = engine([job_of("fine", 0)], mappings=default_mappings(), options=Options(ocr_cache=None), watcher=Watcher())
    with pytest.raises((pickle.PicklingError, AttributeError)):
        list(done)
