"""Broken and hostile files beside good ones: a clear sentence each, and the others land."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from jixiao import ingest, open_dataset
from jixiao.pipeline import convert
from tests.jixiao.conftest import DOCX, PDF, TEXT

SECRET = "a line that no reader may fetch"


def encrypted_pdf() -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, encrypt=StandardEncryption("user", "owner"))
    canvas.drawString(100, 100, "text")
    canvas.save()
    return data.getvalue()


def zip_bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(700):
                member.write(b"\0" * (1 << 20))
    return data.getvalue()


def docx_with_entity() -> bytes:
    body = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY secret SYSTEM "file:///SECRET">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>&secret;</w:t></w:r></w:p></w:body></w:document>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", body)
    return data.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "truncated.pdf": lambda: PDF.read_bytes()[:400],
    "truncated.docx": lambda: DOCX.read_bytes()[:2000],
    "encrypted.pdf": encrypted_pdf,
    "page.pdf": lambda: b"<!DOCTYPE html><html><body><p>404</p></body></html>",
    "bomb.docx": zip_bomb,
    "entity.docx": docx_with_entity,
    "noise.pdf": lambda: bytes(range(256)) * 64,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_one_clear_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]().replace(b"/SECRET", str(tmp_path / "secret").encode()))
    outcome = convert(path)
    assert outcome.failure is not None, f"{name} was read"
    assert outcome.exit_code == 3, outcome.failure
    assert outcome.failure.message.endswith(".") and outcome.failure.remedy.endswith(".")
    assert SECRET not in str(outcome) and "Traceback" not in str(outcome)


def test_the_others_land(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, make in HOSTILE.items():
        (folder / name).write_bytes(make())
    shutil.copy(DOCX, folder / "good.docx")
    shutil.copy(PDF, folder / "good.pdf")
    shutil.copy(TEXT, folder / "wrong-suffix.xlsx")
    summary = ingest(folder, tmp_path / "out", jobs=2)
    assert summary.exit_code == 5
    assert sorted(path for path, _ in summary.failures) == sorted(f"folder/{name}" for name in HOSTILE)
    declarations = open_dataset(tmp_path / "out").declarations()["source_name"].to_pylist()
    assert set(declarations) == {"good.docx", "good.pdf", "wrong-suffix.xlsx"}


def test_a_folder_of_which_nothing_can_be_read_ends_with_3(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("empty.pdf", "page.pdf"):
        (folder / name).write_bytes(HOSTILE[name]())
    run = subprocess.run(
        [sys.executable, "-m", "jixiao", "ingest", str(folder), "--into", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 3, run.stderr
    assert run.stdout.count("Failed: ") == 2 and "Traceback" not in run.stdout + run.stderr
