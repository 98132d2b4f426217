"""A process that reads mutants one after another and says how each ended; who started it watches it.

python -m tests.fuzz.child FOLDER SEED TARGET:FIRST:AFTER ...

It prints a line before each mutant and one after it. Standard error gets the stack of what it is doing at SIGABRT."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from extract.formats import FORMATS
from extract.problem import JixiaoError
from jixiao.outcome import Options
from jixiao.pipeline import convert
from mappings import default_mappings
from tests.fuzz.seeds import mutant

MEMORY = 1 << 30
"""How much more than it holds when it is ready a process may ask for."""

OPTIONS = Options(ocr="never", ocr_cache=None)


def main(arguments: list[str]) -> None:
    """Reads the mutants that are named, in their order."""
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, seed = Path(arguments[0]), int(arguments[1])
    jobs = [(target, int(first), int(after)) for target, first, after in (job.split(":") for job in arguments[2:])]
    _get_ready(folder, jobs, seed)
    for target, first, after in jobs:
        for number in range(first, after):
            _say(answers, {"begins": [target, number]})
            _say(answers, {"ended": [target, number], **_one(target, number, seed, folder)})


def _say(answers: object, line: dict[str, object]) -> None:
    print(json.dumps(line), file=answers, flush=True)  # type: ignore[call-overload]


def _get_ready(folder: Path, jobs: list[tuple[str, int, int]], seed: int) -> None:
    """All modules loaded, all tables read, a whole file of each target read once; only then is memory bounded."""
    default_mappings()
    for entry in FORMATS.values():
        if entry.reader:
            import_module(entry.reader)
    if not all(target == "rtf" for target, _, _ in jobs):
        os.environ["JIXIAO_SOFFICE"] = str(folder / "not here")  # a file that asks for it is told so, and none waits for it
    for target in {target for target, _, _ in jobs} - {"rtf"}:
        _one(target, 0, seed, folder)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, resource.RLIM_INFINITY))


def _one(target: str, number: int, seed: int, folder: Path) -> dict[str, object]:
    """How the reading of one mutant ended."""
    one = mutant(target, number, seed)
    path = folder / one.name
    path.write_bytes(one.data)
    _forget_peak()
    begun = time.process_time()
    try:
        how = _WAYS.get(target, _converted)(path)
    except Exception:  # noqa: BLE001  what a reader lets through is what is looked for
        how = ("defect", traceback.format_exc())
    seconds = time.process_time() - begun
    path.unlink()
    return {"how": how[0], "text": how[1], "seconds": round(seconds, 3), "peak": _peak()}


def _converted(path: Path) -> tuple[str, str]:
    """rows (with or without doubts), told (one clear sentence), or what must not be: defect, memory, unclear."""
    outcome = convert(path, options=OPTIONS)
    if outcome.failure is None:
        return "rows", f"{outcome.declarations} forms, {outcome.indicators} indicators"
    if outcome.failure.code == "defect":
        return "defect", outcome.failure.details or outcome.failure.message
    return _sentence(outcome.failure.message, outcome.failure.remedy)


def _sentence(message: str, remedy: str) -> tuple[str, str]:
    text = f"{message} {remedy}".strip()
    if "needs more memory than there is" in text:
        return "memory", text
    clear = message.rstrip().endswith((".", ")")) and "Traceback" not in text and len(text) < 2000
    return ("told" if clear else "unclear"), text


def _loaded(path: Path) -> tuple[str, str]:
    """A picture is unpacked page by page and not recognised, which would take seconds."""
    from extract.formats import sniff
    from extract.ocr.load import pages_of

    try:
        sniff(path)
        return "rows", f"{sum(1 for _ in pages_of(path))} pages"
    except JixiaoError as error:
        return _sentence(error.message, error.remedy)


def _walked(path: Path) -> tuple[str, str]:
    """An archive is walked and its members are unpacked and read."""
    from jixiao.plan import Job
    from jixiao.sources import collect
    from jixiao.unpacking import unpacked

    found = collect([path])
    jobs = [Job(s.document_id, s.path, s.source_path, None, s.chain) for s in found.sources if s.failure is None]
    worst = ("rows", f"{len(found.sources)} sources")
    with unpacked(jobs) as placed:
        for job in placed:
            how = _converted(job.path)
            worst = how if how[0] not in ("rows", "told") else worst
    return worst


_WAYS: dict[str, Callable[[Path], tuple[str, str]]] = {"image": _loaded, "archive": _walked}


def _forget_peak() -> None:
    """The high-water mark of memory begins anew, where the system lets it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> int:
    """The most memory held since then, in MB."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main(sys.argv[1:])
