"""A scan and a stand-in for the recogniser that notes each page it is given: for tests of who recognises what, and how often.

``recognising`` gives the environment in which every Python process takes the stand-in: it reads the page of the same number of
a digital PDF in the place of the picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from tests.jixiao.conftest import PDF

STAND_IN = """
import os, time
import extract.ocr.engine as engine
engine.available = lambda: {here!r}
engine.engine_version = lambda: "stand-in 1"
engine.load_engine = lambda threads: threads
import extract.ocr.recognise as recognise
from extract.readers.pdf_pdfium import drawings
from pathlib import Path

def recognised(picture, number, engine, *more):
    with open({log!r}, "a") as log:
        log.write(f"{{number}} begun by {{os.getpid()}}\\n")
    time.sleep({seconds!r})
    while len({{line.split()[3] for line in open({log!r})}}) < {together!r}:
        time.sleep(0.02)
    (drawing,) = drawings(Path({twin!r}), {{number}})
    with open({log!r}, "a") as log:
        log.write(f"{{number}} done by {{os.getpid()}}\\n")
    words = [word._replace(confidence=0.75) for word in drawing.words]
    return drawing._replace(words=words, ocr=True)

recognise.recognise = recognised
"""


@dataclass(frozen=True)
class Bench:
    """``environment`` of processes that take the stand-in, the ``log`` that it writes, the ``cache`` of its pages."""

    environment: dict[str, str]
    log: Path
    cache: Path

    def noted(self, word: str) -> list[int]:
        """The pages that were begun or done, in order of their numbers."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return sorted(int(line.split()[0]) for line in lines if line.split()[1] == word)

    @property
    def processes(self) -> set[str]:
        return {line.split()[3] for line in self.log.read_text().splitlines()}

    @property
    def kept(self) -> dict[str, int]:
        """The pages in the store and when each was written."""
        return {path.name: path.stat().st_mtime_ns for path in self.cache.rglob("*.json.gz")}


def recognising(folder: Path, *, seconds: float = 0.0, together: int = 1, here: bool = True) -> Bench:
    """A stand-in that takes ``seconds`` a page and goes on once ``together`` processes have begun one."""
    log, cache = folder / "log", folder / "cache"
    own = folder / ("stand-in" if here else "nothing")
    own.mkdir(exist_ok=True)
    (own / "sitecustomize.py").write_text(STAND_IN.format(log=str(log), seconds=seconds, together=together, twin=str(PDF), here=here))
    path = os.pathsep.join(part for part in (str(own), os.environ.get("PYTHONPATH", "")) if part)
    return Bench({**os.environ, "PYTHONPATH": path, "JIXIAO_CACHE": str(cache)}, log, cache)


def scan(path: Path, pages: int, mark: str = "") -> Path:
    """A PDF of pictures, each of them another."""
    pictures = []
    for number in range(pages):
        picture = Image.new("L", (400, 560), 255)
        ImageDraw.Draw(picture).text((40, 40 + 10 * number), f"page {number + 1} {mark}", fill=0)
        pictures.append(picture)
    pictures[0].save(path, save_all=True, append_images=pictures[1:], resolution=72)
    return path
