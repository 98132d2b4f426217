"""What an ingest has to do: documents are bytes, paths name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jixiao import __version__
from jixiao.outcome import FAILED, OK, Options
from jixiao.pipeline import identity_of_path
from jixiao.plan import Plan, Wanted, make_plan
from jixiao.sources import Source
from normalize.record import Record
from tests.jixiao.conftest import row

WANTED = Wanted("r1", Options(), "m1")


def sources(**named: str) -> list[Source]:
    return sorted(Source(f"f/{path}.pdf", Path(path), document_id) for path, document_id in named.items())


def documents(**named: str) -> dict[str, Record]:
    """Rows of documents: identity to its paths, with blanks between them."""
    rows = {}
    for document_id, paths in named.items():
        first, *others = [f"f/{path}.pdf" for path in paths.split()]
        rows[document_id] = row(
            "documents",
            document_id=document_id,
            source_path=first,
            other_paths="\n".join(others) or None,
            status=OK,
            tool_version=__version__,
            reading_version="r1",
            mappings_version="m1",
            format="pdf",
            reader="pdfium",
            contacts=False,
            ocr=False,
            recognition="auto",
        )
    return rows


def summary(plan: Plan) -> dict[str, object]:
    return {
        "jobs": [(job.document_id, job.source_path, job.other_paths) for job in plan.jobs],
        "renames": list(plan.renames),
        "removals": list(plan.removals),
        "unchanged": list(plan.unchanged),
        "duplicates": list(plan.duplicates),
        "replaced": list(plan.replaced),
    }


NOTHING: dict[str, object] = {"jobs": [], "renames": [], "removals": [], "unchanged": [], "duplicates": [], "replaced": []}
UNKNOWN = identity_of_path("f/a.pdf")
CASES = {
    "bytes that cannot be had replace nothing": (sources(a=UNKNOWN), documents(**{"1": "a"}), {"jobs": [(UNKNOWN, "f/a.pdf", None)]}),
    "bytes that can be had again replace what said that they could not": (
        sources(a="1"),
        documents(**{UNKNOWN: "a", "1": "a"}),
        {"unchanged": ["1"], "removals": [UNKNOWN]},
    ),
    "new source": (sources(a="1"), {}, {"jobs": [("1", "f/a.pdf", None)]}),
    "unchanged source": (sources(a="1"), documents(**{"1": "a"}), {"unchanged": ["1"]}),
    "source that is not given stays": (sources(b="2"), documents(**{"1": "a"}), {"jobs": [("2", "f/b.pdf", None)]}),
    "changed bytes replace": (
        sources(a="2"),
        documents(**{"1": "a"}),
        {"jobs": [("2", "f/a.pdf", None)], "removals": ["1"], "replaced": ["f/a.pdf"]},
    ),
    "two names for the same bytes": (
        sources(a="1", b="1"),
        {},
        {"jobs": [("1", "f/a.pdf", "f/b.pdf")], "duplicates": [("f/b.pdf", "f/a.pdf")]},
    ),
    "a second name comes later": (
        sources(b="1"),
        documents(**{"1": "a"}),
        {"unchanged": ["1"], "renames": [("1", "f/a.pdf", "f/b.pdf")], "duplicates": [("f/b.pdf", "f/a.pdf")]},
    ),
    "a name that comes first comes later": (
        sources(a="1"),
        documents(**{"1": "b"}),
        {"unchanged": ["1"], "renames": [("1", "f/a.pdf", "f/b.pdf")], "duplicates": [("f/b.pdf", "f/a.pdf")]},
    ),
    "the first of two names gets other bytes": (
        sources(a="2"),
        documents(**{"1": "a b"}),
        {"jobs": [("2", "f/a.pdf", None)], "renames": [("1", "f/b.pdf", None)], "replaced": ["f/a.pdf"]},
    ),
    "two sources swap their bytes": (
        sources(a="2", b="1"),
        documents(**{"1": "a", "2": "b"}),
        {
            "unchanged": ["1", "2"],
            "renames": [("1", "f/b.pdf", None), ("2", "f/a.pdf", None)],
            "replaced": ["f/a.pdf", "f/b.pdf"],
        },
    ),
}


ODD_PATHS = ("f/a\nb.pdf", "f/a\\nb.pdf", "f/a\\\nb.pdf", "f/a\u2028b\r\x85.pdf", "f/b\\\\")


def test_paths_with_line_ends_and_backslashes_come_back() -> None:
    given = sorted(Source(path, Path(path), "1") for path in ("f/a.pdf", *ODD_PATHS))
    [job] = make_plan(given, {}, WANTED).jobs
    assert job.other_paths is not None and len(job.other_paths.split("\n")) == len(ODD_PATHS)
    there = documents(**{"1": "a"})
    there["1"] = dict(there["1"]) | {"source_path": job.source_path, "other_paths": job.other_paths}
    assert summary(make_plan(given, there, WANTED))["renames"] == []
    [(_, first, others)] = make_plan(sources(a="2"), there, WANTED).renames
    assert first == "f/a\nb.pdf" and others == "f/a\\\\\\nb.pdf\nf/a\\\\nb.pdf\nf/a\u2028b\r\x85.pdf\nf/b\\\\\\\\"


@pytest.mark.parametrize("name", CASES)
def test_plan(name: str) -> None:
    given, there, expected = CASES[name]
    assert summary(make_plan(given, there, WANTED)) == NOTHING | expected


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", FAILED), ("tool_version", "0.0.1"), ("reading_version", "r0"), ("contacts", True), ("reader", "pdfplumber")],
)
def test_what_makes_an_unchanged_source_be_read_again(column: str, value: object) -> None:
    there = documents(**{"1": "a"})
    there["1"][column] = value
    assert [job.document_id for job in make_plan(sources(a="1"), there, WANTED).jobs] == ["1"]


RECOGNITION_CASES = {
    "same as before": ("auto", False, "auto", True, "unchanged"),
    "recognised, and now none is wanted": ("auto", True, "never", True, "again"),
    "nothing was recognised, and none is wanted": ("auto", False, "never", True, "unchanged"),
    "none was wanted, and now some are": ("never", False, "auto", True, "again"),
    "some were, and now all are": ("auto", True, "always", True, "again"),
    "all were, and now some are": ("always", True, "auto", True, "again"),
    "it was missing and is here now": ("missing", False, "auto", True, "again"),
    "it was missing and still is": ("missing", False, "auto", False, "unchanged"),
    "it was missing and is not wanted": ("missing", False, "never", True, "unchanged"),
    "it is missing now, what it gave stays": ("auto", True, "auto", False, "unchanged"),
    "a format without pages": (None, False, "always", True, "unchanged"),
}


@pytest.mark.parametrize("name", RECOGNITION_CASES)
def test_recognition_decides_what_is_read_again(name: str) -> None:
    done, ocr, wanted, here, expected = RECOGNITION_CASES[name]
    there = documents(**{"1": "a"})
    there["1"] |= {"recognition": done, "ocr": ocr, "reader": "pdfium+pp-ocrv6" if ocr else "pdfium"}
    plan = make_plan(sources(a="1"), there, Wanted("r1", Options(ocr=wanted), "m1", can_recognise=here))
    assert bool(plan.unchanged) == (expected == "unchanged")


@pytest.mark.parametrize("column", ["mappings_version", "decisions_version"])
def test_what_makes_the_names_of_an_unchanged_source_be_mapped_again(column: str) -> None:
    there = documents(**{"1": "a", "2": "b"})
    there["1"][column] = "m0"
    plan = make_plan(sources(a="1", b="2"), there, WANTED)
    assert (plan.jobs, plan.unchanged, plan.remaps) == ((), ("1", "2"), ("1",))


def test_again_reads_unchanged_sources() -> None:
    assert len(make_plan(sources(a="1"), documents(**{"1": "a"}), WANTED, again=True).jobs) == 1
