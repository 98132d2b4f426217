"""A scheduler of Dask and worker processes on this machine, each of which a test can kill."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECONDS = 60.0


def wait_until(true: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    """Returns once it is true; fails the test where it does not get so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not in {seconds} seconds: {what}"
        time.sleep(0.02)


class Machines:
    """A scheduler and its workers, each a process of its own without a nanny: what is dead stays dead until it is started again."""

    def __init__(self, logs: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._logs = logs
        self.scheduler = self._start_scheduler()
        self.workers: list[subprocess.Popen[bytes]] = []
        self._orphans: list[subprocess.Popen[bytes]] = []
        self.mend()

    def mend(self, size: int = 2) -> None:
        """Starts workers until there are so many."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        self.workers += [self._start_worker() for _ in range(size - len(self.workers))]

    def restart_scheduler(self) -> None:
        """Kills the scheduler and starts another one with another worker. The workers that it had end when they are done with the task
        that they are at, which is by then given to another one too."""
        self.scheduler.kill()
        self.scheduler.wait()
        self._orphans += self.workers
        self.workers = []
        self.scheduler = self._start_scheduler()
        self.mend(1)

    def kill(self, pid: int) -> None:
        """Kills the worker with this process id."""
        worker = next(worker for worker in self.workers if worker.pid == pid)
        worker.kill()
        worker.wait()

    def stop(self) -> None:
        for process in (*self._orphans, *self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start_scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-jupyter")

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return self._start(
            "worker", self.address, "--no-nanny", "--nthreads", "1", "--memory-limit", "0", "--local-directory", str(self._logs)
        )

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        number = len(list(self._logs.glob(f"{what}*.log")))
        with (self._logs / f"{what}-{number}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *arguments, "--no-dashboard"],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
            )
