"""The workers of a Dask cluster as a fleet. A worker that dies or a scheduler that is started again costs time and no answer."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

from extract.problem import ToolMissingError, UsageError
from jixiao.cluster.fleet import Died, Perform

Tell: TypeAlias = Callable[[str], None]

CONNECT_SECONDS = 20.0
PATIENCE_SECONDS = 300.0
_LOOK_SECONDS = 5.0
_RETRIES = 2
_INSTALL = 'pip install "jixiao[dask]"'
_SAME = "Install the same version of jixiao, and of Python, where the scheduler and the workers run."


class DaskFleet:
    """The workers that a scheduler at ``address`` has. Use as a context.

    ``patience`` is how long a scheduler that went away is waited for; ``tell`` hears sentences about what goes on.
    Raises ToolMissingError where Dask is not installed or no scheduler answers."""

    def __init__(self, address: str, *, connect: float | None = None, patience: float = PATIENCE_SECONDS, tell: Tell | None = None) -> None:
        self.address = address
        self._patience = patience
        self._tell = tell or _nothing
        self._client = _client(address, connect or CONNECT_SECONDS)
        self._ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._open: dict[str, tuple[Any, Any, bool]] = {}
        self._begun: tuple[Perform, Any] | None = None
        self._shared: Any = None
        self._idle = False

    def __enter__(self) -> DaskFleet:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, perform: Perform, shared: Any) -> None:
        self._begun = perform, shared
        self._share()

    @property
    def width(self) -> int:
        return sum(self._client.nthreads().values()) or 1

    def put(self, task: Any, *, first: bool = False) -> None:
        assert self._begun is not None
        future = self._client.submit(self._begun[0], task, self._shared, pure=False, retries=_RETRIES, priority=1 if first else 0)
        self._open[future.key] = (task, future, first)
        future.add_done_callback(self._ready.put)

    def next(self) -> tuple[Any, Any]:
        while True:
            future = self._wait()
            if future.key not in self._open:
                continue
            try:
                answer = self._answer(future)
            except _gone():
                self._again()
            else:
                return self._open.pop(future.key)[0], answer

    def close(self) -> None:
        """Leaves the cluster: what is still to do is not done, what is being done comes to its end."""
        self._open.clear()
        self._client.close(timeout=2)

    def _share(self) -> None:
        """What all tasks are told is an answer itself: a worker that lost it, or has not got it yet, gets it from another one."""
        assert self._begun is not None
        self._shared = self._client.submit(_same, self._begun[1], pure=False)

    def _wait(self) -> Any:
        """The next task of which there is something to know."""
        while True:
            try:
                future = self._ready.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                self._look()
            else:
                self._idle = False
                return future

    def _look(self) -> None:
        if self._client.status == "running" and not self._client.nthreads() and not self._idle:
            self._idle = True
            self._tell(f"The scheduler at {self.address} has no workers: waiting for some. Start them with: dask worker {self.address}")

    def _again(self) -> None:
        """Gives out every open task anew: the scheduler that knew of them is gone."""
        self._tell(f"The scheduler at {self.address} went away: waiting for it, for up to {self._patience:.0f} seconds.")
        self._wait_for_scheduler(time.monotonic() + self._patience)
        self._tell(f"The scheduler at {self.address} is back: going on with what was open.")
        open_tasks = list(self._open.values())
        self._open.clear()
        self._share()
        for task, _, first in open_tasks:
            self.put(task, first=first)

    def _wait_for_scheduler(self, deadline: float) -> None:
        while self._client.status != "running":
            left = deadline - time.monotonic()
            if left <= 0:
                raise ToolMissingError(
                    f"The Dask scheduler at {self.address} went away and did not come back.",
                    "What has landed stays. Start it again, then run the same command: what has landed is skipped.",
                )
            if self._client.status == "closed":
                with suppress(ToolMissingError):
                    self._client = _client(self.address, left)
            time.sleep(0.05)

    def _answer(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        error = future.exception() if future.status == "error" else None
        if error is None:
            return future.result()
        if isinstance(error, KilledWorker):
            return Died(error.allowed_failures + 1)
        if isinstance(error, ModuleNotFoundError) or "deserialization of the task graph" in str(error):
            raise ToolMissingError(f"The cluster at {self.address} cannot do the work: {error}.", _SAME) from error
        raise error


def _client(address: str, connect: float) -> Any:
    try:
        from distributed import Client
        from distributed.comm import resolve_address
    except ImportError as error:
        raise ToolMissingError("Dask is not installed, by which work is given to a cluster.", f"Get it with: {_INSTALL}") from error
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        # A client that fails for its address is left half made: collected while the next one starts, it holds that one up for good.
        resolve_address(address)
        return Client(address, timeout=connect, set_as_default=False, name="jixiao")
    except ValueError as error:
        raise UsageError(f"{address} is no address of a scheduler: {error}.", "It looks like tcp://HOST:8786.") from error
    except (TypeError, FutureWarning) as error:  # TLS without certificates, and what Dask has given up
        what = str(error).partition("\n")[0].rstrip(".")
        remedy = "Set the certificates in Dask's own configuration, or give an address like tcp://HOST:8786."
        raise UsageError(f"Dask cannot speak to {address}: {what}.", remedy) from error
    except OSError as error:
        remedy = "Start one with: dask scheduler, or check the address and the firewall."
        raise ToolMissingError(f"No Dask scheduler answers at {address}.", remedy) from error


def _gone() -> tuple[type[BaseException], ...]:
    """What is raised where the scheduler that knew of a task is not there any more."""
    from concurrent.futures import CancelledError as Cancelled

    from distributed import CancelledError
    from distributed.comm import CommClosedError

    return CancelledError, Cancelled, CommClosedError


def _same(shared: Any) -> Any:
    return shared


def _nothing(_: str) -> None: ...
