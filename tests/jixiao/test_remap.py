"""A dataset mapped again is the dataset that an ingest by the same tables and decisions gives, byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.problem import UnreadableError, UsageError
from jixiao import ingest, open_dataset
from jixiao.cli.main import cli
from jixiao.engine import Inline
from jixiao.ledger import append, with_decisions
from jixiao.remap import remap
from mappings.decisions import NO_TERM, Decision, Key
from mappings.loader import SHIPPED, Mappings, default_mappings
from normalize.decisions import key_of
from normalize.mapped import query_of
from tests.jixiao.conftest import DOCX, TEXT, files_of
from tests.mappings.test_decisions import decision


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two sources, mapped by the shipped tables without decisions."""
    dataset = tmp_path_factory.mktemp("landed") / "out"
    ingest([TEXT, DOCX], dataset, engine=Inline())
    return dataset


@pytest.fixture(scope="module")
def keys(landed: Path) -> list[Key]:
    """The keys of all its rows."""
    rows = open_dataset(landed).indicators().to_pylist()
    return sorted({key_of(query_of(row, default_mappings()), default_mappings()) for row in rows if row["level3"]})


def on(key: Key, object_: str, author: str = "A", **values: str) -> Decision:
    verdict = object_ if object_ in ("none", "new") else "code"
    return decision(
        subject_label=key.name,
        level2=key.level2,
        dimension=key.dimension,
        decision=verdict,
        object_id=object_ if verdict == "code" else NO_TERM,
        author_id=author,
        **values,
    )


def kept(path: Path, *rows: Decision) -> Path:
    append(path, lambda _: rows)
    return path


def own_tables(folder: Path) -> Path:
    """A release: one name means another concept, one concept has another name, one code is given up for good."""
    folder.mkdir()
    aliases = (SHIPPED / "aliases.csv").read_text(encoding="utf-8")
    (folder / "aliases.csv").write_text(aliases.replace("common wording", "usual wording"), encoding="utf-8")
    taxonomy = (SHIPPED / "taxonomy.csv").read_text(encoding="utf-8")
    assert ",培训次数," in taxonomy
    (folder / "taxonomy.csv").write_text(taxonomy.replace(",培训次数,", ",举办培训的次数,"), encoding="utf-8")
    retired = (SHIPPED / "retired.csv").read_text(encoding="utf-8")
    (folder / "retired.csv").write_text(retired + "zzz_given_up,,0.2.0,nothing took its place\n", encoding="utf-8")
    return folder


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_remapped_is_ingested_byte_for_byte(landed: Path, keys: list[Key], data: st.DataObject) -> None:
    objects = st.sampled_from(["none", "new", "drills", "satisfaction_survey_rate", "approved_units", "zzz_given_up"])
    spoken = data.draw(st.lists(st.tuples(st.sampled_from(keys), objects, st.sampled_from("AB")), min_size=1, max_size=25))
    with TemporaryDirectory() as place:
        ledger = kept(Path(place, "shared.csv"), *(on(key, object_, author) for key, object_, author in spoken))
        tables = own_tables(Path(place, "own")) if data.draw(st.booleans()) else None
        shutil.copytree(landed, Path(place, "one"))
        remap(Path(place, "one"), with_decisions(Mappings(tables), ledger))
        ingest([TEXT, DOCX], Path(place, "two"), engine=Inline(), mappings=Mappings(tables), decisions=ledger)
        assert files_of(Path(place, "one")) == files_of(Path(place, "two"))


def test_remapping_by_the_same_tables_changes_no_file(landed: Path, tmp_path: Path) -> None:
    shutil.copytree(landed, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")}
    changes = remap(tmp_path / "out", default_mappings())
    assert not changes.any and changes.rows == open_dataset(landed).indicators().num_rows
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.parquet")} == before


class TestIngest:
    def test_a_decision_survives_it_and_no_source_is_read_again(self, landed: Path, keys: list[Key], tmp_path: Path) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        kept(out / "decisions.csv", on(keys[0], "none"), on(keys[1], "drills"))
        remap(out, with_decisions(default_mappings(), out / "decisions.csv"))
        decided = files_of(out)
        assert decided != files_of(landed)
        summary = ingest([TEXT, DOCX], out, engine=Inline())
        assert (summary.converted, summary.unchanged, summary.remapped) == (0, 2, 0)
        assert files_of(out) == decided
        ingest([TEXT, DOCX], out, engine=Inline(), again=True)
        assert files_of(out) == decided

    def test_new_decisions_are_applied_to_unchanged_sources_without_reading_them(
        self, landed: Path, keys: list[Key], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        kept(out / "decisions.csv", on(keys[0], "none"))
        ingest([TEXT, DOCX], tmp_path / "fresh", engine=Inline(), decisions=out / "decisions.csv")
        monkeypatch.setattr("jixiao.pipeline.understand", None)
        summary = ingest([TEXT, DOCX], out, engine=Inline())
        assert (summary.converted, summary.remapped) == (0, 2)
        assert files_of(out) == files_of(tmp_path / "fresh")

    def test_a_release_of_the_taxonomy_reads_no_source_again(self, landed: Path, tmp_path: Path) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        tables = Mappings(own_tables(tmp_path / "own"))
        summary = ingest([TEXT, DOCX], out, engine=Inline(), mappings=tables)
        assert (summary.converted, summary.remapped) == (0, 2)

    def test_other_reading_tables_do(self, landed: Path, tmp_path: Path) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "units.csv").write_bytes((SHIPPED / "units.csv").read_bytes() + b"\n")
        assert Mappings(tmp_path / "own").reading_version != default_mappings().reading_version
        assert ingest([TEXT], out, engine=Inline(), mappings=Mappings(tmp_path / "own")).converted == 1

    def test_decisions_that_are_not_there_any_more_are_asked_for(self, landed: Path, keys: list[Key], tmp_path: Path) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        remap(out, with_decisions(default_mappings(), kept(tmp_path / "shared.csv", on(keys[0], "none"))))
        with pytest.raises(UsageError, match="--decisions"):
            ingest([TEXT], out, engine=Inline())
        result = run("remap", out)
        assert result.exit_code == 2 and "--decisions" in result.stderr
        assert run("remap", out, "--decisions", tmp_path / "shared.csv").exit_code == 0
        shared = {"JIXIAO_DECISIONS": str(tmp_path / "shared.csv")}
        assert CliRunner(env=shared).invoke(cli, ["remap", str(out), "--dry-run"]).exit_code == 0

    def test_a_worker_decides_too(self, landed: Path, keys: list[Key], tmp_path: Path) -> None:
        ledger = kept(tmp_path / "shared.csv", on(keys[0], "none"))
        ingest([TEXT, DOCX], tmp_path / "one", engine=Inline(), decisions=ledger)
        ingest([TEXT, DOCX], tmp_path / "two", jobs=2, decisions=ledger)
        assert files_of(tmp_path / "one") == files_of(tmp_path / "two") != files_of(landed)


class TestCommand:
    def test_it_says_what_changed(self, landed: Path, keys: list[Key], tmp_path: Path) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        [row] = [row for row in open_dataset(out).indicators().to_pylist() if row["level3"] == "文体活动次数"]
        assert row["indicator_code"] not in (None, "drills")
        key = key_of(query_of(row, default_mappings()), default_mappings())
        kept(out / "decisions.csv", on(key, "drills"))
        before = files_of(out)
        dry = run("remap", out, "--dry-run")
        assert dry.exit_code == 1 and files_of(out) == before
        done = run("remap", out)
        assert done.exit_code == 0, done.output
        for output in (dry.output, done.output):
            assert row["indicator_code"] in output and "-> drills 应急演练次数" in output and "decided by persons" in output
        assert run("remap", out, "--dry-run").exit_code == 0
        mapped = [row for row in open_dataset(out).indicators().to_pylist() if row["indicator_code"] == "drills"]
        assert {row["match_method"] for row in mapped} == {"decision"} and not any(row["needs_review"] for row in mapped)

    def test_a_doubt_about_the_reading_stays(self, tmp_path: Path) -> None:
        out = tmp_path / "out"
        ingest([DOCX.with_suffix(".txt")], out, engine=Inline())
        rows = [row for row in open_dataset(out).indicators().to_pylist() if row["read_review"] and row["level3"]]
        assert rows, "its flattened columns are in doubt"
        kept(out / "decisions.csv", on(key_of(query_of(rows[0], default_mappings()), default_mappings()), "none"))
        assert run("remap", out).exit_code == 0
        after = {row["indicator_id"]: row for row in open_dataset(out).indicators().to_pylist()}[rows[0]["indicator_id"]]
        assert (after["match_method"], after["needs_review"]) == ("decision", True)

    def test_3_for_what_is_no_dataset(self, tmp_path: Path) -> None:
        assert run("remap", tmp_path).exit_code == UnreadableError.exit_code
        assert list(tmp_path.iterdir()) == []

    def test_a_remapping_that_is_cut_off_can_be_done_again(
        self, landed: Path, keys: list[Key], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = Path(shutil.copytree(landed, tmp_path / "out"))
        kept(out / "decisions.csv", *(on(key, "none") for key in keys))
        with monkeypatch.context() as patch:
            patch.setattr("jixiao.remap._stamped", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
            result = run("remap", out)
            assert result.exit_code == 6 and "No space left" in result.stderr
        assert open_dataset(out).indicators().num_rows == open_dataset(landed).indicators().num_rows
        assert run("remap", out).exit_code == 0
        ingest([TEXT, DOCX], tmp_path / "fresh", engine=Inline(), decisions=out / "decisions.csv")
        assert files_of(out) == files_of(tmp_path / "fresh")
