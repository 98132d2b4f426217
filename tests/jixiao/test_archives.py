"""Archives: what is in them becomes sources, what is hostile is refused in a sentence and leaves nothing behind."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.problem import EXIT_SOME_FAILED, EXIT_UNREADABLE, UnreadableError
from jixiao.archive_entries import MAX_ENTRIES, MAX_UNPACKED
from jixiao.archived import single_file
from jixiao.archives import LEFTOVER, safe_name
from jixiao.engine import Inline
from jixiao.intake import ingest
from jixiao.outcome import Outcome
from jixiao.pipeline import convert
from jixiao.plan import Job, Plan
from jixiao.sources import EMPTY, HIDDEN, OTHER_TEXT, Collection, collect
from jixiao.watcher import Watcher
from tests.jixiao.archive_files import entry, fan, flat_bomb, many, nested, overlapping_bomb, raw_names, tarred, written, zipped
from tests.jixiao.conftest import CORPUS, files_of

DOCX = (CORPUS / "odd-signs" / "source.docx").read_bytes()
XLSX = (CORPUS / "self-evaluation" / "source.xlsx").read_bytes()
PAGE = (CORPUS / "hengyang-2026" / "source.html").read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files in which whatever is left can be seen."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def names(found: Collection) -> list[str]:
    return [source.source_path for source in found.sources]


def test_members_are_sources_by_their_own_bytes(folder: Path) -> None:
    written(folder / "a.zip", zipped([("申报表/甲.docx", DOCX), ("乙.xlsx", XLSX)]))
    found = collect([folder])
    assert [(s.source_path, s.document_id) for s in found.sources] == [
        ("in/a.zip!/乙.xlsx", hashlib.sha256(XLSX).hexdigest()),
        ("in/a.zip!/申报表/甲.docx", hashlib.sha256(DOCX).hexdigest()),
    ]
    assert found.archives == ("in/a.zip",)


def test_archives_in_archives_and_tars_are_walked(folder: Path) -> None:
    inner = tarred([(entry("深/丙.html"), PAGE)])
    written(folder / "a.zip", zipped([("b.zip", zipped([("c.tar.gz", inner), ("丁.docx", DOCX)]))]))
    found = collect([folder])
    assert names(found) == ["in/a.zip!/b.zip!/c.tar.gz!/深/丙.html", "in/a.zip!/b.zip!/丁.docx"]
    assert found.archives == ("in/a.zip", "in/a.zip!/b.zip", "in/a.zip!/b.zip!/c.tar.gz")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_kind_of_tar_gives_the_same(folder: Path, mode: str) -> None:
    sizes = [0, 1, 511, 512, 513, 5000, 1 << 18]
    members = [(entry(f"{size}.csv"), b"x" * size) for size in sizes]
    written(folder / "a.tar", tarred(members, mode))
    found = {source.source_path: source.document_id for source in collect([folder]).sources}
    assert found == {f"in/a.tar!/{size}.csv": hashlib.sha256(b"x" * size).hexdigest() for size in sizes}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("申报表/绩效目标.docx".encode("gb18030"), "申报表/绩效目标.docx", id="gbk"),
        pytest.param("申报表/绩效目标.docx".encode(), "申报表/绩效目标.docx", id="utf-8 without its mark"),
        pytest.param("衡阳\\市局\\表.docx".encode("gb18030"), "衡阳/市局/表.docx", id="steps of Windows"),
        pytest.param(b"plain.docx", "plain.docx", id="ascii"),
        pytest.param(b"../../etc/x.docx", "etc/x.docx", id="upwards"),
        pytest.param(b"/etc/x.docx", "etc/x.docx", id="from the root"),
        pytest.param(b"a/./b//x.docx", "a/b/x.docx", id="steps to nowhere"),
        pytest.param(b"..\\..\\x.docx", "x.docx", id="upwards on Windows"),
        pytest.param(b"a\nb.docx", "a_b.docx", id="line end in a name"),
        pytest.param(b"..", "nameless", id="no name at all"),
    ],
)
def test_names_are_those_that_the_author_wrote_and_lead_nowhere(folder: Path, raw: bytes, shown: str) -> None:
    written(folder / "a.zip", raw_names([(raw, DOCX)]))
    assert names(collect([folder])) == [f"in/a.zip!/{shown}"]


def test_a_name_in_utf8_beside_the_other_one_is_taken(folder: Path) -> None:
    info = zipfile.ZipInfo("x.docx")
    name = "表.docx".encode()
    info.extra = b"\x75\x70" + (5 + len(name)).to_bytes(2, "little") + b"\x01\0\0\0\0" + name
    with zipfile.ZipFile(folder / "a.zip", "w") as out:
        out.writestr(info, DOCX)
    assert names(collect([folder])) == ["in/a.zip!/表.docx"]


def test_names_of_tars_may_be_gbk(folder: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", encoding="gbk", format=tarfile.GNU_FORMAT) as out:
        info = entry("绩效.docx")
        info.size = len(DOCX)
        out.addfile(info, io.BytesIO(DOCX))
    written(folder / "a.tar", buffer.getvalue())
    assert names(collect([folder])) == ["in/a.tar!/绩效.docx"]


def test_what_file_managers_leave_is_left_out(folder: Path) -> None:
    members = [
        ("__MACOSX/._a.docx", b"x"),
        ("a/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        (".git/config", b"x"),
        ("notes.md", b"x"),
        ("a.docx", DOCX),
    ]
    written(folder / "a.zip", zipped(members))
    found = collect([folder])
    assert names(found) == ["in/a.zip!/a.docx"]
    assert dict(found.skipped) == {
        "in/a.zip!/__MACOSX/._a.docx": LEFTOVER,
        "in/a.zip!/a/.DS_Store": LEFTOVER,
        "in/a.zip!/Thumbs.db": LEFTOVER,
        "in/a.zip!/.git/config": HIDDEN,
        "in/a.zip!/notes.md": OTHER_TEXT,
    }


def test_two_members_of_one_name_are_both_taken(folder: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("表.docx", DOCX), ("表.docx", XLSX), ("./表.docx", PAGE)])
    written(folder / "a.zip", data)
    assert names(collect([folder])) == ["in/a.zip!/表 (2).docx", "in/a.zip!/表 (3).docx", "in/a.zip!/表.docx"]


def test_office_files_are_no_archives(folder: Path) -> None:
    written(folder / "a.docx", DOCX)
    written(folder / "b.zip", XLSX)
    assert names(collect([folder])) == ["in/a.docx", "in/b.zip"]


def test_an_archive_without_files_is_told(folder: Path) -> None:
    written(folder / "a.zip", zipped([]))
    assert collect([folder]).skipped == (("in/a.zip", EMPTY),)


def test_links_are_not_followed(folder: Path) -> None:
    link = raw_names([(b"l.docx", b"/etc/passwd")], create_system=3, mode=stat.S_IFLNK | 0o777)
    written(folder / "a.zip", link)
    kinds = [(entry("s.docx", tarfile.SYMTYPE, "/etc/passwd"), b""), (entry("h.docx", tarfile.LNKTYPE, "x"), b"")]
    written(folder / "b.tar", tarred([*kinds, (entry("p", tarfile.FIFOTYPE), b""), (entry("a.docx"), DOCX)], "w"))
    found = collect([folder])
    assert names(found) == ["in/b.tar!/a.docx"]
    assert [path for path, _ in found.skipped] == ["in/a.zip!/l.docx", "in/b.tar!/h.docx", "in/b.tar!/p", "in/b.tar!/s.docx"]


def quine() -> bytes:
    """Deeper than any archive of submissions, as one that holds itself would be."""
    return nested(12, ("a.docx", DOCX))


def gzip_of_zeros() -> bytes:
    return gzip.compress(tarred([(entry("zeros.docx"), bytes(80 << 20))], "w"), 9)


def long_name_bomb() -> bytes:
    """A tar whose first entry says that its name has 1 GB."""
    info = entry("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    info.size = 1 << 30
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))


def claimed_size() -> bytes:
    """A tar whose entry says that it has more bytes than an archive may unpack to."""
    info = entry("a.docx")
    info.size = MAX_UNPACKED + 1
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "flat bomb": (lambda: flat_bomb(80 << 20), "300 times"),
    "entries over one another": (lambda: overlapping_bomb(4000, 1 << 20), "300 times"),
    "bomb of zips in zips": (lambda: fan(8, 3, 1 << 20), "300 times"),
    "too many members": (lambda: many(100_000), str(MAX_ENTRIES)),
    "archive in itself": (quine, "deep"),
    "packed tar of zeros": (gzip_of_zeros, "300 times"),
    "name of 1 GB": (long_name_bomb, "head"),
    "size that no archive has": (claimed_size, "4 GB"),
    "truncated tar": (lambda: tarred([(entry("a.docx"), DOCX * 50)], "w")[:6000], "cut short"),
    "truncated packed tar": (lambda: tarred([(entry("a.docx"), DOCX), (entry("b.xlsx"), XLSX)])[:-900], "cut short"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_archive_is_refused_as_a_whole(case: str, folder: Path, scratch: Path) -> None:
    make, says = REFUSED[case]
    written(folder / "bad.zip", make())
    written(folder / "good.docx", DOCX)
    bad, good = collect([folder]).sources
    assert good.failure is None
    assert bad.source_path == "in/bad.zip"
    assert bad.failure is not None
    assert bad.failure.exit_code == EXIT_UNREADABLE
    assert says in bad.failure.message
    assert not list(scratch.iterdir())


def test_truncated_zip_fails_by_itself(folder: Path, tmp_path: Path) -> None:
    written(folder / "bad.zip", zipped([("a.docx", DOCX)])[:-40])
    written(folder / "good.docx", DOCX)
    summary = ingest(folder, tmp_path / "out", engine=Inline())
    assert summary.exit_code == EXIT_SOME_FAILED
    ((path, failure),) = summary.failures
    assert (path, failure.exit_code) == ("in/bad.zip", EXIT_UNREADABLE)
    assert "cut short" in failure.message


def broken_member() -> bytes:
    data = zipped([("坏.docx", DOCX), ("好.xlsx", XLSX)], zipfile.ZIP_STORED)
    at = data.index(DOCX) + len(DOCX) // 2
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda: raw_names([(b"a.docx", DOCX)], flags=1), "password", id="encrypted"),
        pytest.param(broken_member, "cannot be unpacked", id="broken bytes"),
        pytest.param(lambda: zipped([("n.zip", zipped([("a.docx", DOCX)])[:-9] + b"x" * 9)]), "n.zip", id="nested archive cut short"),
    ],
)
def test_member_that_cannot_be_had_fails_alone(folder: Path, tmp_path: Path, make: Callable[[], bytes], says: str) -> None:
    written(folder / "a.zip", make())
    written(folder / "good.html", PAGE)
    summary = ingest(folder, tmp_path / "out", engine=Inline())
    ((path, failure),) = summary.failures
    assert path.startswith("in/a.zip!/")
    assert failure.exit_code == EXIT_UNREADABLE
    assert says in failure.message
    rows = pq.read_table(tmp_path / "out" / "documents").to_pylist()
    assert {row["source_path"] for row in rows if row["status"] == "failed"} == {path}


def test_half_of_a_member_is_none(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that is damaged after it was looked at: what could be unpacked before the damage is no document."""
    monkeypatch.setattr("jixiao.unpacking._CHUNK", 1000)
    whole = zipped([("a.html", PAGE)], zipfile.ZIP_STORED)
    at = whole.index(PAGE) + len(PAGE) - 1
    written(folder / "a.zip", whole)

    class Damage(Watcher):
        def planned(self, plan: Plan, found: Collection) -> None:
            written(folder / "a.zip", whole[:at] + b"?" + whole[at + 1 :])

    summary = ingest(folder, tmp_path / "out", engine=Inline(), watcher=Damage())
    assert ([path for path, _ in summary.failures], summary.indicators) == (["in/a.zip!/a.html"], 0)
    written(folder / "a.zip", whole)
    assert ingest(folder, tmp_path / "out", engine=Inline()).indicators == convert(CORPUS / "hengyang-2026" / "source.html").indicators
    assert pq.read_table(tmp_path / "out" / "documents")["status"].to_pylist() == ["ok"]


def test_ingested_members_are_as_the_files_themselves(folder: Path, tmp_path: Path, scratch: Path) -> None:
    written(folder / "a.zip", zipped([("甲.docx", DOCX), ("b.zip", zipped([("乙.xlsx", XLSX)]))]))
    written(folder / "t.tgz", tarred([(entry("丙.html"), PAGE)]))
    summary = ingest(folder, tmp_path / "out", jobs=2)
    assert (summary.converted, summary.failures) == (3, ())
    assert not list(scratch.iterdir())
    rows = {row["source_path"]: row for row in pq.read_table(tmp_path / "out" / "documents").to_pylist()}
    assert {path: (row["source_name"], row["format"], row["bytes"]) for path, row in rows.items()} == {
        "in/a.zip!/甲.docx": ("甲.docx", "docx", len(DOCX)),
        "in/a.zip!/b.zip!/乙.xlsx": ("乙.xlsx", "xlsx", len(XLSX)),
        "in/t.tgz!/丙.html": ("丙.html", "html", len(PAGE)),
    }


def test_unchanged_members_are_skipped_and_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    written(folder / "a.zip", zipped([("甲.docx", DOCX), ("乙.xlsx", XLSX)]))
    ingest(folder, tmp_path / "out", engine=Inline())
    before = files_of(tmp_path / "out")
    again = ingest(folder, tmp_path / "out", engine=Inline())
    assert (again.converted, again.unchanged) == (0, 2)
    assert files_of(tmp_path / "out") == before


def test_an_archive_that_changed_replaces_what_it_held(folder: Path, tmp_path: Path) -> None:
    written(folder / "a.zip", zipped([("甲.docx", DOCX), ("乙.xlsx", XLSX)]))
    ingest(folder, tmp_path / "out", engine=Inline())
    written(folder / "a.zip", zipped([("甲.docx", DOCX), ("丙.html", PAGE)]))
    summary = ingest(folder, tmp_path / "out", engine=Inline())
    assert (summary.converted, summary.unchanged) == (1, 1)
    rows = pq.read_table(tmp_path / "out" / "documents").to_pylist()
    assert {row["source_path"] for row in rows} == {"in/a.zip!/甲.docx", "in/a.zip!/丙.html"}


def test_an_archive_that_was_refused_and_is_mended_leaves_no_failure(folder: Path, tmp_path: Path) -> None:
    written(folder / "a.zip", flat_bomb(80 << 20))
    assert ingest(folder, tmp_path / "out", engine=Inline()).exit_code == EXIT_UNREADABLE
    written(folder / "a.zip", zipped([("甲.docx", DOCX)]))
    assert ingest(folder, tmp_path / "out", engine=Inline()).exit_code == 0
    rows = pq.read_table(tmp_path / "out" / "documents").to_pylist()
    assert [row["source_path"] for row in rows] == ["in/a.zip!/甲.docx"]


def test_nothing_is_left_when_the_work_is_interrupted(folder: Path, tmp_path: Path, scratch: Path) -> None:
    written(folder / "a.zip", zipped([("甲.docx", DOCX)]))

    def interrupted(jobs: Iterable[Job], **_: object) -> Iterator[tuple[Job, Outcome]]:
        next(iter(jobs))
        assert list(scratch.rglob("甲.docx"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(folder, tmp_path / "out", engine=interrupted)
    assert not list(scratch.iterdir())


def test_archives_are_unpacked_one_after_another_and_members_go_when_they_are_done(folder: Path, tmp_path: Path, scratch: Path) -> None:
    for name in "甲乙丙":
        written(folder / f"{name}.zip", zipped([(f"{name}.docx", DOCX + name.encode()), (f"{name}.html", PAGE + name.encode())]))
    there = []

    def one_by_one(jobs: Iterable[Job], **_: object) -> Iterator[tuple[Job, Outcome]]:
        for job in jobs:
            there.append(sorted(path.stem for path in scratch.rglob("*.*") if path.is_file() and not path.name.startswith(".")))
            yield job, convert(job.path, source_path=job.source_path, document_id=job.document_id)

    assert ingest(folder, tmp_path / "out", engine=one_by_one).exit_code == 0
    assert there == [["丙", "丙"], ["丙"], ["乙", "乙"], ["乙"], ["甲", "甲"], ["甲"]]
    assert not list(scratch.iterdir())


def test_the_only_document_of_an_archive_is_read_like_a_file(folder: Path, scratch: Path) -> None:
    path = written(folder / "a.zip", zipped([("深/甲.docx", DOCX), ("Thumbs.db", b"x")]))
    with single_file(path) as document:
        assert (document.name, document.read_bytes()) == ("甲.docx", DOCX)
    assert not list(scratch.iterdir())


@pytest.mark.parametrize(("members", "says"), [([("a.docx", DOCX), ("b.xlsx", XLSX)], "2 documents"), ([], "without a document")])
def test_an_archive_of_several_documents_is_for_ingest(folder: Path, members: list[tuple[str, bytes]], says: str) -> None:
    path = written(folder / "a.zip", zipped(members))
    with pytest.raises(UnreadableError, match=says) as caught, single_file(path):
        pass
    assert "jixiao ingest a.zip" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "/", "..", "C:\\", "\\\\server\\share\\x", "a/../../x", "\0"])
def test_no_name_leads_out_of_its_archive(name: str) -> None:
    parts = safe_name(name).split("/")
    assert parts != [""]
    assert not {"", ".", ".."} & set(parts)
