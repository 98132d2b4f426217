"""Work that goes wrong in the ways in which a file can make it go wrong, for workers to be tried on: the file's name says how."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from extract.scratch import scratch
from extract.tools import run
from jixiao.outcome import OK, Options, Outcome
from jixiao.plan import Job
from jixiao.tasks import Answer, Preparation, Prepared, Recognised, Recognition, Task, Wanted
from mappings.loader import Mappings

HANGING_PAGE = 3
LONG, PAGE_SECONDS = 8, 0.4
_DONE: list[str] = []
_KEPT: list[bytearray] = []


def job_of(name: str, number: int, folder: Path = Path("nowhere")) -> Job:
    return Job(f"{number:064x}", folder / name, f"f/{number}-{name}", None)


def work(task: Task, mappings: Mappings, options: Options) -> Answer:
    """An outcome whose ``source_name`` is the process that gave it, or its threads, unless the file's name says otherwise."""
    if isinstance(task, Preparation):
        return Prepared()
    before, name = len(_DONE), task.job.path.name
    _DONE.append(name)
    if isinstance(task, Recognition):
        return _page(task)
    if name.endswith("scan") and task.defer:
        return Wanted((1, 2, HANGING_PAGE, 4) if name == "scan" else tuple(range(1, LONG + 1)))
    _go_wrong(name, before)
    said = f"{options.ocr_threads} threads" if name == "threads" else str(os.getpid())
    return Outcome(task.job.document_id, said, task.job.source_path, OK)


def _page(task: Recognition) -> Recognised:
    time.sleep(PAGE_SECONDS if task.job.path.name == "long-scan" else 600 if task.page == HANGING_PAGE else 0)
    return Recognised()


def _go_wrong(name: str, before: int) -> None:
    match name:
        case "hang":
            time.sleep(600)
        case "hang-without-gil":
            re.match("(a+)+$", "a" * 60 + "b")
        case "hang-in-a-program":
            program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
            Path(os.environ["JIXIAO_TEST_NOTE"]).write_text(str(program.pid), encoding="ascii")
            program.wait()
        case "crash-at-a-program":
            _crash_at_a_program()
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "crash-after-others" if before:
            os.kill(os.getpid(), signal.SIGSEGV)
        case "eat":
            _eat(64)
        case "leak":
            _eat(2)


def _crash_at_a_program() -> None:
    """Dies while a program runs, as the one who converts old office files does, with a folder of its own."""
    note = Path(os.environ["JIXIAO_TEST_NOTE"])
    program = f"import os, time; open({str(note)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
    with scratch("profile") as folder:
        note.write_text(f"{folder}\n", encoding="utf-8")
        threading.Thread(target=run, args=([sys.executable, "-c", program], 600), daemon=True).start()
        while len(note.read_text(encoding="utf-8").splitlines()) < 2:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGSEGV)


def _eat(times: int) -> None:
    for _ in range(times):
        _KEPT.append(bytearray(os.urandom(1) * (64 << 20)))
