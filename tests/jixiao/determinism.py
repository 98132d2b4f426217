"""The same sources taken in by many ways: every one gives the same bytes.

python -m tests.large --only determinism takes the whole corpus, in more orders."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from jixiao import ingest
from jixiao.engine import Engine, Inline, Processes
from jixiao.outcome import Options, Outcome
from jixiao.plan import Job
from tests.jixiao.conftest import CORPUS
from tests.jixiao.faults import contents
from tests.large.suite import Figure, Size, Trial

MIXED = (
    *("displaced-levels/source.pdf", "prose-only/source.pdf", "horizons-side-by-side/source.docx", "unit-in-header/source.xlsx"),
    *("word-features/source.html", "workbook-features/source.xls", "hidden-text/source.ofd", "hengyang-2026/source.txt"),
)
"""One or two sources of each format that needs no outside program."""

PACKED = ("history-columns/source.docx", "rows-without-a-name/source.xlsx")
ELSEWHERE = {
    "PYTHONHASHSEED": "7",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "LANG": "tr_TR.UTF-8",
    "COLUMNS": "40",
    "PYTHONOPTIMIZE": "1",
}
NO_SCANS = Options(ocr="never")

FORMATS = (".pdf", ".docx", ".xlsx", ".xls", ".html", ".ofd", ".txt", ".csv")

Way = Callable[[Path, Path], None]
"""Takes the sources of a folder into a dataset."""


def make_sources(folder: Path, names: Sequence[str] = MIXED) -> Path:
    """A folder with these sources of the corpus, an archive, two names for the same bytes, and a file that cannot be read."""
    (folder / "below").mkdir(parents=True)
    for name in names:
        case, _, end = name.partition("/source")
        shutil.copy(CORPUS / name, folder / "below" / f"{case}{end}")
    shutil.copy(CORPUS / names[0], folder / f"another-name{Path(names[0]).suffix}")
    (folder / "empty.pdf").write_bytes(b"")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for name in PACKED:
            archive.write(CORPUS / name, f"申报表/{name.replace('/', '-')}")
    return folder


def take(sources: Path | Sequence[Path], into: Path, engine: Engine | None = None, **more: object) -> None:
    ingest(sources, into, engine=engine or Inline(), options=NO_SCANS, **more)  # type: ignore[arg-type]


def by_workers(count: int) -> Way:
    return lambda folder, into: take(folder, into, Processes(count))


def in_parts(seed: int) -> Way:
    """Some files first, the others later, into one dataset."""

    def way(folder: Path, into: Path) -> None:
        files = files_in(folder)
        random.Random(seed).shuffle(files)
        for some in (files[::2], files[1::2]):
            with part_of(folder, some) as part:
                take(part, into)

    return way


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def part_of(folder: Path, files: Iterable[Path]) -> Iterator[Path]:
    """A folder of the same name with only some of its files: the dataset calls a source by its folder's name and the path below it."""
    with tempfile.TemporaryDirectory() as place:
        part = Path(place, folder.name)
        for path in files:
            target = part / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        yield part


def disordered(seed: int) -> Way:
    """All in one go, where what is done first comes in any order."""

    def engine(jobs: Iterable[Job], **how: Any) -> Iterator[tuple[Job, Outcome]]:
        done = list(Inline()(jobs, **how))
        random.Random(seed).shuffle(done)
        yield from done

    return lambda folder, into: take(folder, into, engine)


def twice(folder: Path, into: Path) -> None:
    take(folder, into)
    take(folder, into)
    take(folder, into, again=True)


def there_and_back(folder: Path, into: Path) -> None:
    """A file that is taken away, one that has other bytes, an archive with fewer members: and then all are as they were."""
    with part_of(folder, files_in(folder)) as part:
        gone, changed, archive = (next(part.rglob(f"*{suffix}")) for suffix in (".html", ".xls", ".zip"))
        before = {path: path.read_bytes() for path in (gone, changed, archive)}
        gone.unlink()
        shutil.copy(CORPUS / "no-levels" / "source.docx", changed)
        with zipfile.ZipFile(archive, "w") as fewer:
            fewer.write(CORPUS / PACKED[0], "申报表/moved.docx")
        take(part, into)
        for path, data in before.items():
            path.write_bytes(data)
        take(part, into)


def elsewhere(folder: Path, into: Path, jobs: int = 2, seed: str = "7") -> None:
    """By the command, in another zone of time, another language, another order of hashes, other rights and another folder."""
    command = [sys.executable, "-m", "jixiao", "ingest", str(folder), "--into", str(into), "--ocr", "never", "--jobs", str(jobs)]
    path = os.pathsep.join(part or os.getcwd() for part in sys.path)
    environment = {**os.environ, **ELSEWHERE, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, cwd=folder.parent, umask=0o077, capture_output=True, text=True, check=False)
    assert done.returncode == 5, done.stderr  # the empty one could not be read


def over_a_cluster(folder: Path, into: Path) -> None:
    """By the workers of a Dask cluster, each a process of its own."""
    from jixiao.cluster.dask_fleet import DaskFleet
    from tests.jixiao.cluster.machines import Machines

    with tempfile.TemporaryDirectory() as logs:
        machines = Machines(Path(logs))
        try:
            with DaskFleet(machines.address) as fleet:
                ingest(folder, into, fleet=fleet, options=NO_SCANS)
        finally:
            machines.stop()


WAYS: dict[str, Way] = {
    "by three workers": by_workers(3),
    "done in another order": disordered(1),
    "in two halves": in_parts(1),
    "twice, and again": twice,
    "changed and changed back": there_and_back,
    "in another place, by two workers": elsewhere,
}
MORE: dict[str, Way] = {
    **{f"by {count} workers": by_workers(count) for count in (1, 2, 4)},
    **{f"done in order {seed}": disordered(seed) for seed in range(2, 7)},
    **{f"in two halves, {seed}": in_parts(seed) for seed in range(2, 7)},
    **{f"in another place, hash seed {seed}": partial(elsewhere, jobs=1, seed=str(seed)) for seed in (0, 1, 4711)},
    "over a Dask cluster of two workers": over_a_cluster,
}


def differences(one: Path, two: Path) -> list[str]:
    """The names of files and folders that are not the same in both."""
    first, second = contents(one), contents(two)
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def large(size: Size) -> Iterator[Trial]:
    """The whole corpus by all ways; of a smaller size a sample of it."""
    names = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/source.*") if path.suffix in FORMATS)
    names = random.Random(size.seed).sample(names, min(len(names), size.times(len(names))))
    with tempfile.TemporaryDirectory() as place:
        folder = make_sources(Path(place, "sources"), names)
        reference = Path(place, "reference")
        for name, way in (WAYS | MORE).items():
            yield Trial(_what(name), partial(_figure, name, way, folder, reference), len(files_in(folder)))


def _what(name: str) -> str:
    return f"same bytes: {name}"


def _figure(name: str, way: Way, folder: Path, reference: Path) -> Figure:
    """Whether this way gives the files of the reference, which is made where it is not there yet."""
    if not reference.exists():
        take(folder, reference)
    out = reference.with_name("out")
    begun = time.monotonic()
    way(folder, out)
    odd = differences(reference, out)
    if odd:
        print(f"{name}: {', '.join(odd)}", file=sys.stderr)
    shutil.rmtree(out)
    return Figure(_what(name), len(files_in(folder)), len(odd), time.monotonic() - begun, "sources; files that differ")
