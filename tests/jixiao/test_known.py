"""A plan made from the documents that are concerned is the plan made from all documents."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from jixiao import __version__
from jixiao.known import known_documents
from jixiao.outcome import FAILED, OK, Options
from jixiao.pipeline import identity_of_path
from jixiao.plan import Wanted, make_plan
from jixiao.schema import to_arrow
from jixiao.shards import in_order, shard_change, shard_of
from jixiao.sources import Source
from jixiao.storage import storage_at
from tests.jixiao.conftest import row

PATHS = st.sampled_from(["f/a.pdf", "f/b.pdf", "g/a.pdf", "f/c.zip", "f/c.zip!/a.pdf", "f/c.zip!/d.zip!/b.pdf", "f/c.zipper.pdf"])
IDS = st.sampled_from([f"{shard}{n:062d}" for shard in ("0a", "f3") for n in range(3)])
WANTED = Wanted("r1", Options(), "m1")


def document(document_id: str, paths: list[str], status: str) -> dict[str, object]:
    versions = {"tool_version": __version__, "reading_version": "r1", "mappings_version": "m1"}
    first, *others = sorted(paths)
    known = {"source_name": "x", "source_path": first, "other_paths": "\n".join(others) or None, "status": status}
    return row("documents", document_id=document_id, contacts=False, ocr=False, format="docx", reader="docx", **known, **versions)


def put(dataset: Path, shard: str, rows: list[dict[str, object]]) -> None:
    storage_at(dataset).apply([shard_change("documents", shard, in_order(to_arrow("documents", rows)))])


@settings(max_examples=60)
@given(
    there=st.dictionaries(IDS, st.tuples(st.lists(PATHS, min_size=1, max_size=3, unique=True), st.sampled_from([OK, FAILED]))),
    given_=st.dictionaries(PATHS, st.none() | IDS),
    archives=st.sampled_from([(), ("f/c.zip",), ("f/c.zip", "f/c.zip!/d.zip")]),
)
def test_the_plan_is_the_same(there: dict[str, tuple[list[str], str]], given_: dict[str, str | None], archives: tuple[str, ...]) -> None:
    documents = {document_id: document(document_id, *known) for document_id, known in there.items()}
    sources = [Source(path, Path(path), document_id or identity_of_path(path)) for path, document_id in sorted(given_.items())]
    with TemporaryDirectory() as dataset:
        for shard in {shard_of(document_id) for document_id in documents}:
            rows = [value for document_id, value in documents.items() if shard_of(document_id) == shard]
            put(Path(dataset), shard, rows)
        known = known_documents(dataset, sources, archives)
    assert known.keys() <= documents.keys()
    assert make_plan(sources, known, WANTED, archives=archives) == make_plan(sources, documents, WANTED, archives=archives)


def test_a_document_of_other_bytes_and_other_paths_is_not_read(tmp_path: Path) -> None:
    far, near = "0a" + "0" * 62, "f3" + "0" * 62
    for document_id, path in ((far, "g/far.pdf"), (near, "f/a.pdf")):
        put(tmp_path, shard_of(document_id), [document(document_id, [path], OK)])
    assert known_documents(tmp_path, [Source("f/a.pdf", tmp_path, "f3" + "1" * 62)]).keys() == {near}
