"""A dataset made at a URL, or by a cluster, is the one that this process makes in a folder, byte for byte."""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from extract.problem import NotWritableError, UnreadableError, UsageError
from jixiao import open_dataset
from jixiao.cluster import looking
from jixiao.cluster.batches import Batch, Merge
from jixiao.cluster.fleet import Died, Here
from jixiao.cluster.listing import Named
from jixiao.engine import Inline
from jixiao.intake import Summary, ingest
from jixiao.ledger import FILE, append
from jixiao.outcome import Options, Outcome
from jixiao.plan import Job
from jixiao.remote import Remote
from jixiao.staging import segments
from jixiao.storage import ASIDE, Change, storage_at
from jixiao.watcher import Watcher
from mappings.decisions import NO_TERM
from mappings.loader import Mappings, default_mappings
from normalize.decisions import key_of
from normalize.mapped import query_of
from tests.jixiao.archive_files import zipped
from tests.jixiao.cluster.places import put_below
from tests.jixiao.conftest import CORPUS, DOCX, TEXT, files_at
from tests.mappings.test_decisions import decision

BESIDE = ("codebook.csv", "datapackage.json")


class InThisProcess:
    """Processes that are none: what only reads over again what another test reads by a process costs no start of one."""

    def __init__(self, *_: object, **__: object) -> None: ...

    @contextmanager
    def open(self, *, mappings: Mappings, options: Options, watcher: Watcher) -> Iterator[Callable[..., Iterator[tuple[Job, Outcome]]]]:
        yield partial(Inline(), mappings=mappings, options=options)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setattr("jixiao.cluster.batches.BATCH_SOURCES", 2)
    if "processes" not in request.fixturenames:
        monkeypatch.setattr("jixiao.cluster.working.Processes", InThisProcess)


@pytest.fixture
def processes() -> None:
    """Sources are read by processes, as they are by the command."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sources of several formats, some in an archive, some twice, some that cannot be read."""
    folder = tmp_path_factory.mktemp("all") / "in"
    (folder / "below").mkdir(parents=True)
    for case in ("zhangjiakou-2024/source.docx", "hengyang-2026/source.txt"):
        shutil.copy(CORPUS / case, folder / case.replace("/", "-"))
    shutil.copy(TEXT, folder / "below" / "again.txt")
    (folder / "pack.zip").write_bytes(zipped([("a/one.docx", DOCX.read_bytes()), ("two.txt", b"no form")]))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    (folder / "broken.zip").write_bytes(zipped([("x.txt", b"x" * 500)])[:-30])
    (folder / ".hidden.txt").write_text("x")
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Summary]:
    """The dataset that this process makes of them."""
    out = tmp_path_factory.mktemp("expected") / "out"
    summary = ingest(folder, out, engine=Inline())
    return everything(out), summary


def everything(place: str | Path) -> dict[str, bytes]:
    storage = storage_at(place)
    return files_at(place) | {name: storage.open(name).read() for name in BESIDE}


def same(summary: Summary, expected: Summary) -> bool:
    names = ("sources", "converted", "unchanged", "declarations", "indicators", "doubts", "failures", "duplicates", "skipped", "exit_code")
    return all(getattr(summary, name) == getattr(expected, name) for name in names)


@pytest.mark.usefixtures("processes")
def test_sources_and_dataset_at_urls(folder: Path, memory: str, expected: tuple[dict[str, bytes], Summary]) -> None:
    url = put_below(folder, memory)
    summary = ingest(url, f"{memory}/out", jobs=1)
    assert everything(f"{memory}/out") == expected[0]
    assert same(summary, expected[1]) and summary.exit_code == 5
    assert storage_at(f"{memory}/out").names(ASIDE) == []


def test_what_an_earlier_run_had_staged_lands(folder: Path, memory: str, expected: tuple[dict[str, bytes], Summary]) -> None:
    with pytest.raises(CutOff):
        ingest(folder, f"{memory}/out", jobs=1, fleet=CutOffAtTheFirstMerge())
    storage = storage_at(f"{memory}/out")
    assert segments(storage)
    for _ in range(2):
        summary = ingest(folder, f"{memory}/out", jobs=1)
        assert everything(f"{memory}/out") == expected[0]
        assert not segments(storage)
    assert (summary.converted, summary.unchanged) == (2, 3)  # what failed is tried again


class CutOff(Exception):
    """The end of a run that nobody had expected."""


class CutOffAtTheFirstMerge(Here):
    def next(self) -> tuple[object, object]:
        if isinstance(self._open[0], Merge):
            raise CutOff
        return super().next()


def test_a_file_of_which_workers_die_fails_alone(folder: Path, tmp_path: Path, expected: tuple[dict[str, bytes], Summary]) -> None:
    deadly = "in/hengyang-2026-source.txt"

    class Mortal(Here):
        def next(self) -> tuple[object, object]:
            task = self._open[0]
            if isinstance(task, Batch) and any(job.other_paths == deadly and job.failure is None for job in task.jobs):
                return self._open.popleft(), Died(4)
            return super().next()

    summary = ingest(folder, tmp_path / "out", fleet=Mortal())
    died = dict(summary.failures).keys() - dict(expected[1].failures).keys()
    assert died == {"in/below/again.txt"}
    assert dict(summary.failures)["in/below/again.txt"].code == "worker-died"
    assert summary.exit_code == 5 and summary.indicators < expected[1].indicators
    ingest(folder, tmp_path / "out", fleet=Here())
    assert everything(tmp_path / "out") == expected[0]


def test_changed_renamed_and_removed_sources_and_decisions(tmp_path: Path, memory: str) -> None:
    """The second ingest finds other bytes, other names, and members that are gone; the third one decisions beside the dataset."""
    folder = tmp_path / "in"
    folder.mkdir()
    steps: tuple[dict[str, bytes], ...] = (
        {"a.txt": TEXT.read_bytes(), "b.txt": b"one", "c.zip": zipped([("x.txt", b"two"), ("y.txt", b"three")])},
        {"a.txt": b"other", "d.txt": TEXT.read_bytes(), "b.txt": b"one", "c.zip": zipped([("y.txt", b"three")])},
        {},
    )
    for step, files in enumerate(steps):
        for name, data in files.items():
            (folder / name).write_bytes(data)
        if step == 2:
            _decide(tmp_path / "out")
            storage_at(f"{memory}/out").apply([Change(FILE, (tmp_path / "out" / FILE).read_bytes())])
        here = ingest(folder, tmp_path / "out", engine=Inline())
        there = ingest(put_below(folder, memory), f"{memory}/out", fleet=Here())
        assert same(there, here) and there.replaced == here.replaced
        assert there.remapped == here.remapped == (4 if step == 2 else 0)
        assert everything(f"{memory}/out") == everything(tmp_path / "out"), step
    with pytest.raises(UsageError, match=f"there is no {memory}/out/{FILE}"):
        storage_at(f"{memory}/out").apply([Change(FILE)])
        ingest(f"{memory}/in", f"{memory}/out", fleet=Here())


def _decide(dataset: Path) -> None:
    """A person's word that one of its names is none of the taxonomy."""
    row = next(row for row in open_dataset(dataset).indicators().to_pylist() if row["level3"])
    key = key_of(query_of(row, default_mappings()), default_mappings())
    words = decision(subject_label=key.name, level2=key.level2, dimension=key.dimension, decision="none", object_id=NO_TERM, author_id="A")
    append(dataset / FILE, lambda _: [words])


def _one(tmp_path: Path) -> Path:
    folder = tmp_path / "one"
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(b"one")
    return folder


def test_two_files_of_one_name_are_told(memory: str, tmp_path: Path) -> None:
    urls = [put_below(_one(tmp_path), place) for place in (memory, f"{memory}/other")]
    with pytest.raises(UsageError, match=r"both be called one/a\.txt"):
        ingest(urls, f"{memory}/out", fleet=Here())


def test_a_dataset_that_another_run_holds_is_not_touched(memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jixiao.remote.BEAT_SECONDS", 0.2)
    with Remote(f"{memory}/out", beat=0.02).hold(), pytest.raises(NotWritableError, match="Another ingest"):
        ingest(_one(tmp_path), f"{memory}/out", fleet=Here())
    assert storage_at(f"{memory}/out").names("documents") == []


def test_nothing_to_read_is_told(memory: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError, match="No file to read"):
        ingest(tmp_path / "empty", f"{memory}/out", fleet=Here())
    with pytest.raises(UnreadableError, match="matches none"):
        ingest(f"{memory}/none", tmp_path / "out")


@pytest.mark.usefixtures("processes")
def test_no_process_stays_when_an_ingest_by_url_is_done(tmp_path: Path, memory: str) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    assert ingest(_one(tmp_path), f"{memory}/out", jobs=1).converted == 1
    gc.collect()
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


def test_a_source_that_cannot_be_fetched_takes_nothing_from_what_was_read_of_it_before(
    memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(DOCX, tmp_path / "in" / "a.docx")
    shutil.copy(TEXT, tmp_path / "in" / "b.txt")
    url = put_below(tmp_path / "in", memory)
    ingest(url, f"{memory}/out", jobs=1)
    rows = open_dataset(f"{memory}/out").indicators()
    before = everything(f"{memory}/out")
    real, answers, times = looking._fetched, 0, Counter[str]()

    def away(file: Named, place: Path) -> tuple[Path, OSError | None]:
        times[file.name] += 1
        lost = file.name.endswith(".docx") and times[file.name] > answers
        return (place / file.name, TimeoutError("the store does not answer")) if lost else real(file, place)

    for answers in (0, 1):
        times.clear()
        monkeypatch.setattr(looking, "_fetched", away)
        summary = ingest(url, f"{memory}/out", jobs=1, again=answers > 0)
        assert (summary.kept, summary.exit_code) == (("in/a.docx",), 5)
        assert any("does not answer" in failure.message for _, failure in summary.failures)
        assert open_dataset(f"{memory}/out").indicators().equals(rows)
        monkeypatch.setattr(looking, "_fetched", real)
        ingest(url, f"{memory}/out", jobs=1)
        assert everything(f"{memory}/out") == before


def test_only_what_is_refused_while_the_dataset_is_written_is_told_of_the_dataset(
    folder: Path, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    for of_reading in ("jixiao.cluster.working.converted", "jixiao.cluster.working.at_hand"):
        with monkeypatch.context() as patched:
            patched.setattr(of_reading, broken)
            with pytest.raises(OSError, match="Input/output"):
                ingest(folder, f"{memory}/out", jobs=1)
    for of_writing in ("jixiao.cluster.working.stage", "jixiao.cluster.working.merge_shard", "jixiao.cluster.run.drop"):
        with monkeypatch.context() as patched:
            patched.setattr(of_writing, broken)
            with pytest.raises(NotWritableError, match="out cannot be written: Input/output error"):
                ingest(folder, f"{memory}/out", jobs=1)
