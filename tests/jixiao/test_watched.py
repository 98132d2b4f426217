"""One file at which ``convert``, ``inspect`` or ``audit`` hangs, dies or eats memory ends it in a sentence, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from extract.problem import EXIT_DONE, EXIT_INTERRUPTED, EXIT_UNREADABLE
from jixiao.cli.watched import Watch
from jixiao.ending import started_by
from tests.jixiao.conftest import CORPUS, DOCX, PDF

SHELL = """
import os, re, signal, sys, threading, time
import psutil
import jixiao.pipeline
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests may have it ignored
wayward = sys.argv.pop(1)
real = jixiao.pipeline.understand

def understand(path, **more):
    match wayward:
        case "hang" | "hang-at-guilty" if wayward == "hang" or path.name == "guilty.html":
            re.match("(a+)+$", "a" * 60 + "b")
        case "wait" | "deaf":
            if wayward == "deaf":  # as at the end of the interpreter, when it has let go of signals
                signal.signal(signal.SIGINT, signal.SIG_DFL)
            print("here", flush=True)
            time.sleep(600)
        case "slow-reader":
            import jixiao.cli.convert
            jixiao.cli.convert._show = lambda *_: time.sleep(5)
        case "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "die-at-work":
            from extract.tools import run
            threading.Thread(target=run, args=([sys.executable, "-c", "import time; time.sleep(60)"], 60), daemon=True).start()
            time.sleep(7)
            print([child.pid for child in psutil.Process().children()][0], flush=True)
            os.kill(os.getpid(), signal.SIGSEGV)
        case "eat":
            kept = [bytearray(os.urandom(1) * (64 << 20)) for _ in range(8)]
            time.sleep(600)
    return real(path, **more)

def convert_one(path, *, watcher, **more):
    watcher.shared()
    time.sleep(6)
    watcher.alone()
    return converted(path, watcher=watcher, **more)

jixiao.pipeline.understand = understand
if wayward == "die-drawing":
    import jixiao.overlay
    jixiao.overlay.draw_overlay = lambda *_: os.kill(os.getpid(), signal.SIGSEGV)
if wayward == "no-room":
    def fork():
        raise BlockingIOError(11, "Resource temporarily unavailable")
    os.fork = fork
if wayward == "workers":
    import jixiao.engine
    converted, jixiao.engine.convert_one = jixiao.engine.convert_one, convert_one
from jixiao.cli.main import main
main()
"""


def run(wayward: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SHELL, wayward, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("wayward", "command", "limit", "says"),
    [
        ("hang", "convert", "--timeout=2", "source.docx took more than 2 seconds and was ended. Give it more time with --timeout."),
        ("eat", "convert", "--memory=300M", "source.docx took more than 300 MB of memory and was ended. Give it more with --memory."),
        ("die", "inspect", "--timeout=60", "source.docx ended the process that read it (SIGSEGV). It may need more memory than there is"),
    ],
)
def test_it_ends_in_a_sentence(wayward: str, command: str, limit: str, says: str) -> None:
    done = run(wayward, command, DOCX, limit)
    assert (done.returncode, done.stdout) == (EXIT_UNREADABLE, "")
    assert done.stderr.startswith(f"Error: {says}") and done.stderr.count("\n") == 1


def test_it_has_its_name_also_when_it_is_read_and_drawn(tmp_path: Path) -> None:
    done = run("die-drawing", "inspect", PDF, "--overlay", tmp_path / "page.png")
    assert (done.returncode, done.stderr.partition(" (")[0]) == (EXIT_UNREADABLE, "Error: source.pdf ended the process that read it")


def test_a_program_that_it_ran_ends_with_it() -> None:
    done = run("die-at-work", "convert", DOCX)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(done.stdout)).wait(5)
    assert "(SIGSEGV)" in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_leads_nowhere(tmp_path: Path, closed: str) -> None:
    command = [sys.executable, "-c", SHELL, "no", "convert", str(DOCX), "-o", str(tmp_path / "out.csv")]
    done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *command], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (EXIT_DONE, b"")
    assert (tmp_path / "out.csv").exists()


def test_an_audit_of_files_names_the_one_that_ended_it(tmp_path: Path) -> None:
    guilty = tmp_path / "guilty.html"
    guilty.write_text("<table><tr><td>")
    done = run("hang-at-guilty", "audit", DOCX, guilty, "--timeout=5")
    assert done.stderr.startswith("Error: guilty.html took more than 5 seconds")


def test_while_workers_are_at_it_time_is_theirs(tmp_path: Path) -> None:
    done = run("workers", "convert", DOCX, "-o", tmp_path / "out.csv", "--timeout=5")
    assert (done.returncode, done.stderr) == (EXIT_DONE, "")
    assert (tmp_path / "out.csv").exists()


@contextmanager
def waiting(how: str = "wait") -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A command that waits for ever at a file, and the process in which it does."""
    command = [sys.executable, "-c", SHELL, how, "convert", str(DOCX)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "here\n"
        (reader,) = started_by(process.pid)
        yield process, reader


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_reaches_the_one_who_reads(number: signal.Signals) -> None:
    with waiting() as (process, reader):
        process.send_signal(number)
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told.strip()) == (EXIT_INTERRUPTED, "Interrupted. What has landed stays.")
    assert not reader.is_running()


def test_one_who_is_ended_by_an_interruption_did_not_crash() -> None:
    with waiting("deaf") as (process, _):
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (EXIT_INTERRUPTED, "")


def test_who_reads_ends_with_one_who_is_killed() -> None:
    with waiting() as (process, reader):
        process.kill()
        end = time.monotonic() + 10
        while reader.is_running() and reader.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < end, "it reads on"
            time.sleep(0.05)


def test_what_is_told_is_which_file_and_whether_workers_are_at_it() -> None:
    heard, telling = os.pipe()
    watch = Watch(telling).at(CORPUS / "a b.pdf", Watch())
    watch.shared()
    watch.alone()
    watch.done()
    path = os.fsencode(CORPUS / "a b.pdf")
    assert os.read(heard, 1 << 16) == b"+" + path + b"\0-" + path + b"\0+" + path + b"\0-" + path + b"\0"
    os.close(heard)
    os.close(telling)


def test_a_person_may_take_long_to_look_at_what_was_read() -> None:
    assert run("slow-reader", "convert", DOCX, "--timeout=4").returncode == EXIT_DONE


def test_where_there_is_no_room_for_another_process_it_goes_unwatched(tmp_path: Path) -> None:
    done = run("no-room", "convert", DOCX, "-o", tmp_path / "out.csv")
    assert (done.returncode, done.stderr) == (EXIT_DONE, "")
