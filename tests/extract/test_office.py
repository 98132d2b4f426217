"""Files that LibreOffice converts: with a false one, for what it does wrong; with the true one, where it is here."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

from extract.formats import read
from extract.problem import EXIT_TOOL_MISSING, EXIT_UNREADABLE, ToolMissingError, UnreadableError
from extract.readers import office
from extract.tools import SOFFICE, find
from tests.extract.office import docx, sketch

RTF = rb"{\rtf1\ansi\ansicpg936 \'bc\'a8\'d0\'a7\'c4\'bf\'b1\'ea\par}"

# What stands for LibreOffice: notes how it was called, then does with each file what the file's own text says.
FALSE_OFFICE = """
import json, pathlib, shutil, sys, time
arguments = sys.argv[1:]
made = pathlib.Path(arguments[arguments.index("--outdir") + 1])
made.mkdir(exist_ok=True)
files = [pathlib.Path(a) for a in arguments[arguments.index("--outdir") + 2:]]
profile = pathlib.Path(next(a for a in arguments if a.startswith("-env:"))[len("-env:UserInstallation=file://"):])
settings = (profile / "user" / "registrymodifications.xcu").read_text()
with open({log!r}, "a") as log:
    log.write(json.dumps([[f.name for f in files], arguments, str(profile), settings]) + "\\n")
for file in files:
    text = file.read_bytes()
    if b"HANG" in text:
        time.sleep(60)
    if b"CRASH" in text:
        sys.exit(9)
    if b"REFUSE" not in text:
        shutil.copyfile({given!r}, made / (file.stem + ".docx"))
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A false LibreOffice in place of the true one; the file in which it notes its calls."""
    given, log, program = docx(tmp_path / "given.docx", "<P>绩效目标</P>"), tmp_path / "calls", tmp_path / "soffice"
    program.write_text(f"#!{sys.executable}\n" + FALSE_OFFICE.format(log=str(log), given=str(given)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv(SOFFICE.variable, str(program))
    return log


def rtf(folder: Path, name: str, word: bytes = b"") -> Path:
    path = folder / name
    path.write_bytes(RTF + word)
    return path


def noted(calls: Path) -> list[tuple[list[str], list[str], str, str]]:
    return [tuple(json.loads(line)) for line in calls.read_text().splitlines()]  # type: ignore[misc]


def test_converted_file_is_read_as_its_source(calls: Path, tmp_path: Path) -> None:
    found = read(rtf(tmp_path, "申报表 $(x).rtf"))
    assert (found.source_name, found.format, found.reader) == ("申报表 $(x).rtf", "rtf", "libreoffice+docx")
    assert [line.text for line in found.pages[0].lines] == ["绩效目标"]
    ((files, arguments, profile, settings),) = noted(calls)
    assert files == ["0.rtf"]
    assert "--infilter=Rich Text Format" in arguments
    assert not Path(profile).exists()
    assert all(word in settings for word in ("DisableMacrosExecution", "MacroSecurityLevel", "BlockUntrustedRefererLinks"))


def test_many_files_go_through_one_call(calls: Path, tmp_path: Path) -> None:
    paths = [rtf(tmp_path, f"{i}.rtf", str(i).encode()) for i in range(5)]
    folder = tmp_path / "converted"
    folder.mkdir()
    office.prepare([*paths, tmp_path / "given.docx"], folder)
    assert len(noted(calls)) == 1
    assert {path.name for path in folder.iterdir()} == {f"{hashlib.sha256(p.read_bytes()).hexdigest()}.docx" for p in paths}
    assert [read(path, office_folder=str(folder)).reader for path in paths] == ["libreoffice+docx"] * 5
    assert len(noted(calls)) == 1


def test_file_that_ends_a_call_does_not_take_others_with_it(calls: Path, tmp_path: Path) -> None:
    paths = [rtf(tmp_path, "a.rtf"), rtf(tmp_path, "b.rtf", b"CRASH"), rtf(tmp_path, "c.rtf", b"c")]
    folder = tmp_path / "converted"
    folder.mkdir()
    office.prepare(paths, folder)
    assert read(paths[0], office_folder=str(folder)).pages
    assert read(paths[2], office_folder=str(folder)).pages
    before = len(noted(calls))
    with pytest.raises(UnreadableError, match=r"b\.rtf could not be converted by LibreOffice: it ended with code 9"):
        read(paths[1], office_folder=str(folder))
    assert len(noted(calls)) == before


def test_file_without_a_conversion_is_refused(calls: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="damaged, protected") as caught:
        read(rtf(tmp_path, "a.rtf", b"REFUSE"))
    assert caught.value.exit_code == EXIT_UNREADABLE
    assert ".docx" in caught.value.remedy


def test_conversion_that_takes_too_long_is_ended(calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "SECONDS", 2)
    with pytest.raises(UnreadableError, match="took more than 2 seconds"):
        read(rtf(tmp_path, "a.rtf", b"HANG"))


def test_without_libreoffice_one_sentence_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOFFICE.variable, str(tmp_path / "nowhere"))
    path = rtf(tmp_path, "a.rtf")
    with pytest.raises(ToolMissingError, match=r"a\.rtf is a rich text file; reading it needs LibreOffice") as caught:
        read(path)
    assert caught.value.exit_code == EXIT_TOOL_MISSING
    assert "apt-get install libreoffice" in caught.value.remedy
    folder = tmp_path / "converted"
    folder.mkdir()
    office.prepare([path], folder)
    assert not list(folder.iterdir())


def open_document(path: Path, members: dict[str, str], kind: str = "text") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        for name, text in members.items():
            out.writestr(name, text)
    return path


def test_hostile_packages_never_reach_libreoffice(calls: Path, tmp_path: Path) -> None:
    protected = open_document(tmp_path / "a.odt", {"META-INF/manifest.xml": "<manifest:encryption-data/>"})
    bomb = open_document(tmp_path / "b.ods", {"content.xml": " " * (8 << 20)}, "spreadsheet")
    with pytest.raises(UnreadableError, match="password"):
        read(protected)
    with pytest.raises(UnreadableError, match="zip bomb"):
        read(bomb)
    folder = tmp_path / "converted"
    folder.mkdir()
    office.prepare([protected, bomb], folder)
    assert not calls.exists()


def test_suffix_does_not_matter(calls: Path, tmp_path: Path) -> None:
    found = read(rtf(tmp_path, "a.wps"))
    assert (found.format, [p.code for p in found.problems]) == ("rtf", ["suffix-mismatch"])


needs_office = pytest.mark.skipif(find(SOFFICE) is None, reason="LibreOffice is not here")


@needs_office
def test_true_office_reads_rtf_with_a_nested_table(tmp_path: Path) -> None:
    properties = r"{\*\nesttableprops\trowd\cellx1000\cellx2000\nestrow}"
    inner = "".join(rf"\pard\intbl\itap2 {a}\nestcell {b}\nestcell {properties}" for a, b in (("x", "y"), ("z", "5")))
    outer = r"\trowd\cellx3000\cellx6000 "
    text = rf"\pard\intbl a\cell b\par {inner}\pard\intbl c\cell {outer}\row "
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi {outer}{text}\pard d\par}}")
    assert [sketch(table) for table in read(path).tables()] == [[["a", "b\nc"]], [["x", "y"], ["z", "5"]]]


@needs_office
@pytest.mark.parametrize("content", [RTF[:8], b"{\\rtf1 \\trowd" + bytes(range(128, 256)) * 20], ids=["cut", "noise"])
def test_true_office_makes_no_text_of_garbage(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(content)
    try:
        found = read(path)
    except UnreadableError as error:
        assert "a.rtf" in error.message
    else:
        assert not any("rtf1" in line.text for page in found.pages for line in page.lines)


@needs_office
def test_true_office_fetches_nothing_and_runs_no_macro(tmp_path: Path) -> None:
    import http.server
    import threading

    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/a.png"
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'office:version="1.2"><office:body><office:text><text:p>绩效<draw:frame svg:width="2cm" text:anchor-type="as-char">'
        f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p>'
        f'<text:section text:name="s"><text:section-source xlink:href="{address}"/><text:p>甲</text:p></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    found = read(open_document(tmp_path / "a.odt", {"content.xml": content, "META-INF/manifest.xml": manifest}))
    server.shutdown()
    assert "绩效" in "".join(line.text for line in found.pages[0].lines)
    assert asked == []
