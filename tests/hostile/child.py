"""A process that reads hostile files one after another and says how each ended; who started it watches it.

python -m tests.hostile.child FOLDER small|large [NAME...]"""

from __future__ import annotations

import json
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from jixiao.outcome import Options, Outcome
from jixiao.pipeline import convert
from mappings import default_mappings
from tests.hostile.inputs import HOSTILE, READ, REFUSED


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a reading ended, what it said, rows, processor seconds, the most memory held in MB, and whether it asked the network."""

    name: str
    ends: str
    said: str
    rows: int
    seconds: float
    peak: int
    asked_network: bool


class Cut(OSError):
    """The network, which no reader may ask."""


ASKED: list[object] = []


def cut(*where: object) -> NoReturn:
    ASKED.append(where)
    raise Cut("no reader may ask the network")


def main(arguments: list[str]) -> None:
    """Reads the files that are named, or all."""
    folder, size, *names = arguments
    default_mappings()
    socket.socket.connect = socket.getaddrinfo = cut  # type: ignore[method-assign,assignment]
    for name in names or HOSTILE:
        print(json.dumps(asdict(_read(name, size == "large", Path(folder)))), flush=True)


def _read(name: str, large: bool, folder: Path) -> Verdict:
    hostile = HOSTILE[name]
    path = folder / f"{name}.{hostile.suffix}"
    path.write_bytes(hostile.make(hostile.large if large else hostile.small))
    ASKED.clear()
    forget_peak()
    begun = time.process_time()
    outcome = convert(path, options=Options(ocr_cache=None))
    seconds = time.process_time() - begun
    path.unlink()
    return Verdict(name, *_told(outcome), outcome.indicators, round(seconds, 2), peak(), bool(ASKED))


def _told(outcome: Outcome) -> tuple[str, str]:
    if outcome.failure is None:
        problems: list[dict[str, Any]] = outcome.rows("problems")
        return READ, " ".join(problem["message"] for problem in problems)
    if outcome.failure.code == "defect":
        return "defect", outcome.failure.details or outcome.failure.message
    return REFUSED, f"{outcome.failure.message} {outcome.failure.remedy}"


def forget_peak() -> None:
    """The high-water mark of memory begins anew, where the system lets it."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most memory held since then in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main(sys.argv[1:])
