"""The command: what it prints and writes, what it keeps, waivers, exit codes, pictures."""

from __future__ import annotations

import base64
import csv
import re
import shutil
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from extract.problem import EXIT_DONE, EXIT_FINDINGS, UnreadableError, UsageError
from jixiao import ingest, open_dataset
from jixiao.audit.gather import Selection, audit_dataset
from jixiao.audit.pictures import sources_in
from jixiao.audit.waivers import read_waivers
from jixiao.cli.main import cli
from jixiao.outcome import Options
from mappings.loader import MappingError, default_mappings
from mappings.rules import load_rules
from tests.jixiao.conftest import CORPUS

FIRED = CORPUS / "hengyang-2020" / "source.docx"
DRAWN = CORPUS / "zhangjiakou-2024" / "source.pdf"
SILENT = CORPUS / "hengyang-2026" / "source.txt"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["audit", *map(str, arguments)], standalone_mode=False)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three sources and the dataset made of them, which no test changes."""
    folder = tmp_path_factory.mktemp("landed")
    (folder / "in").mkdir()
    for path, name in ((FIRED, "a.docx"), (DRAWN, "b.pdf"), (SILENT, "c.txt")):
        shutil.copy(path, folder / "in" / name)
    ingest([folder / "in"], folder / "out", options=Options(ocr="never"))
    return folder


@pytest.fixture
def dataset(landed: Path, tmp_path: Path) -> Path:
    shutil.copytree(landed, tmp_path, dirs_exist_ok=True)
    return tmp_path / "out"


def test_a_file_with_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = run(FIRED)
    assert result.return_value == EXIT_FINDINGS
    assert "404.03" in result.output and "260万无" in result.output


def test_a_file_whose_figures_agree() -> None:
    result = run(SILENT)
    assert result.return_value == EXIT_DONE
    assert "0 errors, 0 warnings" in result.output


def test_a_dataset_keeps_its_findings(dataset: Path) -> None:
    assert open_dataset(dataset).findings().num_rows == 0
    assert run(dataset).return_value == EXIT_FINDINGS
    rows = open_dataset(dataset).findings().to_pylist()
    assert {row["rule"] for row in rows} >= {"task-sum", "money-unreadable", "cost-at-least"}
    total = next(row for row in rows if row["rule"] == "funds-totals")
    assert "394.03" in total["figures"] and "404.03" in total["figures"] and total["places"] and total["waived"] is None


def test_a_source_that_is_read_again_loses_its_findings(dataset: Path, tmp_path: Path) -> None:
    run(dataset)
    before = {row["source_name"] for row in open_dataset(dataset).findings().to_pylist()}
    ingest([tmp_path / "in"], dataset, options=Options(ocr="never"), again=True)
    assert before >= {"a.docx", "b.pdf"} and open_dataset(dataset).findings().num_rows == 0


def test_a_selection_is_not_kept_for_the_whole(dataset: Path) -> None:
    assert run(dataset, "--rule", "cost-at-least").return_value == EXIT_FINDINGS
    assert open_dataset(dataset).findings().num_rows == 0


def test_a_waived_finding_is_no_finding_and_survives_a_new_ingest(dataset: Path, tmp_path: Path) -> None:
    only = ("--rule", "cost-at-least")
    name = audit_dataset(dataset, default_mappings(), ["cost-at-least"]).findings[0].finding_id
    assert run(dataset, *only, "--waive", name, "--reason", "合同价").return_value == EXIT_DONE
    ingest([tmp_path / "in"], dataset, options=Options(ocr="never"), again=True)
    assert run(dataset, *only).return_value == EXIT_DONE
    run(dataset)
    kept = {row["finding_id"]: row["waived"] for row in open_dataset(dataset).findings().to_pylist()}
    assert kept[name] == "合同价" and sum(reason is not None for reason in kept.values()) == 1


def test_waivers_are_only_added(dataset: Path) -> None:
    names = [finding.finding_id for finding in audit_dataset(dataset, default_mappings()).findings[:2]]
    run(dataset, "--waive", names[0], "--reason", "一")
    first = (dataset / "waivers.csv").read_bytes()
    run(dataset, "--waive", names[1], "--reason", "二")
    assert (dataset / "waivers.csv").read_bytes().startswith(first)
    assert read_waivers(dataset / "waivers.csv") == {names[0]: "一", names[1]: "二"}


@pytest.mark.parametrize("more", [["--waive", "nothing", "--reason", "x"], ["--rule", "no-such-rule"], ["--output", "x.pdf"]])
def test_what_makes_no_sense_is_refused(dataset: Path, more: list[str]) -> None:
    assert isinstance(run(dataset, *more).exception, UsageError)


@pytest.mark.parametrize("more", [["--timeout", "5"], ["--memory", "2G"], ["--ocr", "auto"], ["--keep-contacts"]], ids=" ".join)
def test_how_files_are_read_is_not_said_of_a_dataset(dataset: Path, more: list[str]) -> None:
    refused = run(dataset, *more).exception
    assert isinstance(refused, UsageError) and more[0] in str(refused) and "jixiao ingest" in str(refused)


def test_a_waiver_needs_a_reason_and_a_place(dataset: Path) -> None:
    name = audit_dataset(dataset, default_mappings()).findings[0].finding_id
    assert isinstance(run(dataset, "--waive", name).exception, UsageError)
    assert isinstance(run(FIRED, "--waive", name, "--reason", "x").exception, UsageError)
    assert isinstance(run(dataset, dataset).exception, UsageError)
    assert isinstance(run(dataset.parent / "in").exception, UsageError)


def test_a_file_of_waivers_of_another_shape(tmp_path: Path) -> None:
    (tmp_path / "waivers.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableError):
        read_waivers(tmp_path / "waivers.csv")


def test_filters(dataset: Path) -> None:
    whole = audit_dataset(dataset, default_mappings())
    year = audit_dataset(dataset, default_mappings(), selection=Selection(years=(2020,)))
    city = audit_dataset(dataset, default_mappings(), selection=Selection(cities=("衡阳",)))
    assert {finding.declaration["fiscal_year"] for finding in year.findings} == {2020} and len(year.findings) < len(whole.findings)
    assert {finding.declaration["city"] for finding in city.findings} == {"衡阳市"}


def test_severity_is_the_least_that_is_told() -> None:
    assert "money-unit" in run(FIRED, "--severity", "warning").output.split("rule  ")[1]
    assert "printed in 元" not in run(FIRED, "--severity", "error").output


def test_as_many_processes_as_you_like_see_the_same(dataset: Path) -> None:
    one, two = (audit_dataset(dataset, default_mappings(), jobs=jobs) for jobs in (1, 2))
    assert [finding.finding_id for finding in one.findings] == [finding.finding_id for finding in two.findings]


def test_csv_and_workbook(dataset: Path, tmp_path: Path) -> None:
    run(dataset, "-o", tmp_path / "f.csv", "-o", tmp_path / "f.xlsx")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["findings", "not checked", "checks"]
    assert [row[0].value for row in book["findings"].iter_rows(min_row=2)] == [row["finding_id"] for row in rows]
    assert not any(str(value).startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert (tmp_path / "f-not-checked.csv").exists()


def test_html_shows_the_place(dataset: Path, tmp_path: Path) -> None:
    run(dataset, "-o", tmp_path / "f.html", "--sources", tmp_path / "in")
    text = (tmp_path / "f.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,([^"]+)"', text)
    assert [alt for alt, _ in pictures] == ["维护费 ≥10万元"]
    picture = Image.open(BytesIO(base64.b64decode(pictures[0][1]))).convert("RGB")
    reds = sum(red > 180 and green < 110 and blue < 110 for red, green, blue in picture.getdata())
    assert picture.width > 800 and picture.height < 150 and reds > 500
    assert "<td>260万无</td>" in text and "404.03" in text


def test_html_without_the_sources_says_so(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "in" / "b.pdf").unlink()
    run(dataset, "-o", tmp_path / "f.html", "--sources", tmp_path / "in")
    text = (tmp_path / "f.html").read_text(encoding="utf-8")
    assert "<img" not in text and "<td>维护费</td>" in text


def test_only_the_same_bytes_are_a_source(dataset: Path, tmp_path: Path) -> None:
    assert len(sources_in(dataset, tmp_path / "in")) == 3
    (tmp_path / "in" / "b.pdf").write_bytes(b"another")
    assert len(sources_in(dataset, tmp_path / "in")) == 2


def test_rules_are_listed() -> None:
    output = run("--list-rules").output
    assert all(code in output for code in default_mappings().rules)


@pytest.mark.parametrize("line", ["a,maybe,error,,", "a,yes,fatal,,", "a,yes,error,words,", "a,yes,error,x=1; x=2,"])
def test_a_setting_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(f"# rules\ncode,on,severity,parameters,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(MappingError):
        load_rules(path)


def test_a_rule_can_be_switched_off(tmp_path: Path) -> None:
    shipped = default_mappings().path("rules.csv").read_text(encoding="utf-8")
    (tmp_path / "rules.csv").write_text(shipped.replace("task-sum,yes", "task-sum,no"), encoding="utf-8")
    output = run(FIRED, "--mappings", tmp_path).output
    assert "task-sum" not in output and "funds-totals" in output
