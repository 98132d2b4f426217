"""Outcomes and errors survive the way from a worker."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import extract
import jixiao
import normalize
from extract.problem import JixiaoError
from jixiao.outcome import DOUBTFUL, FAILED, OK
from jixiao.pipeline import convert
from tests.jixiao.conftest import DOCX


def subclasses(kind: type[JixiaoError]) -> Iterator[type[JixiaoError]]:
    for package in (extract, normalize, jixiao):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    yield kind
    for child in kind.__subclasses__():
        yield from subclasses(child)


@pytest.mark.parametrize("kind", list(subclasses(JixiaoError)), ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind: type[JixiaoError]) -> None:
    error = kind("It is broken.", "Mend it.")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.message, copy.remedy, str(copy)) == (kind, "It is broken.", "Mend it.", "It is broken. Mend it.")


def test_an_outcome_survives_pickling(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    for path in (DOCX, tmp_path / "empty.pdf"):
        outcome = convert(path)
        assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_the_outcome_of_a_source(tmp_path: Path) -> None:
    outcome = convert(DOCX, source_path="f/form.docx")
    assert outcome.status in (OK, DOUBTFUL) and outcome.failure is None and outcome.exit_code == 0
    assert outcome.declarations == 4
    assert {row["source_name"] for table in outcome.records.tables.values() for row in table} == {"form.docx"}
    document = outcome.rows("documents")[0]
    assert (document["source_path"], document["format"], document["bytes"]) == ("f/form.docx", "docx", DOCX.stat().st_size)
    assert document["problems"] == len(outcome.problems)


def test_a_file_that_is_not_there_is_a_failed_outcome(tmp_path: Path) -> None:
    outcome = convert(tmp_path / "nothing.pdf")
    assert (outcome.status, outcome.exit_code) == (FAILED, 3)
    assert "is not there" in outcome.problems[0].message


def test_a_defect_of_ours_keeps_its_traceback_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("normalize.normalize", broken, raising=False)
    outcome = convert(DOCX)
    assert (outcome.status, outcome.exit_code) == (FAILED, 70)
    problem = outcome.problems[0]
    assert problem.code == "defect" and "ZeroDivisionError" in problem.message and "Traceback" in problem.message
    assert str(Path(jixiao.__file__).parents[1]) not in problem.message


def test_lack_of_memory_is_the_file_s_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("normalize.normalize", hungry, raising=False)
    assert convert(DOCX).exit_code == 3


def test_a_row_that_no_table_can_hold_fails_its_own_source(monkeypatch: pytest.MonkeyPatch) -> None:
    from normalize import assemble

    real = assemble.normalize

    def strange(*given: object, **more: object) -> object:
        records = real(*given, **more)  # type: ignore[arg-type]
        records.tables["indicators"][0]["operator"] = "about"
        return records

    monkeypatch.setattr("normalize.normalize", strange, raising=False)
    outcome = convert(DOCX)
    assert outcome.exit_code == 70 and outcome.failure and "about" in outcome.failure.message
