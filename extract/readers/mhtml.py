"""Saved web pages (MHTML), also those of Word and Excel -> Document: the main page and the pages that it is made of."""

from __future__ import annotations

import email.parser
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import Header, decode_header
from email.message import Message
from html import unescape
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urljoin

from extract.model import Document, Page
from extract.problem import Problem, UnreadableError
from extract.readers.html import read_pages
from extract.readers.text_decode import MAX_BYTES

MOST_PAGES = 500
_FRAME = re.compile(r"<(?:frame|iframe)\b[^>]*?\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_SHEET = re.compile(r"<x:ExcelWorksheet>(.*?)</x:ExcelWorksheet>", re.I | re.S)
_SHEET_NAME = re.compile(r"<x:Name>(.*?)</x:Name>", re.I | re.S)
_SHEET_LINK = re.compile(r"<x:WorksheetSource\b[^>]*?\bHRef\s*=\s*\"([^\"]*)\"", re.I)
_SHEET_HIDDEN = re.compile(r"<x:Visible>\s*Sheet(?:Very)?Hidden", re.I)
_AGAIN = "Open it in a browser, in Word or in Excel and save it anew."


@dataclass(frozen=True, slots=True)
class _Part:
    """A page among the parts: where it says that it belongs, its bytes and the encoding that its envelope gives."""

    location: str
    data: bytes
    charset: str | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A page to read, with the name of its sheet where it is one."""

    part: _Part
    label: str | None = None


def read(path: Path) -> Document:
    """The saved page as a Document: one page, or one a sheet or frame. Raises UnreadableError."""
    data = path.read_bytes()
    if len(data) > 2 * MAX_BYTES:
        raise UnreadableError(f"{path.name} has {len(data) >> 20} MB; the limit is {2 * MAX_BYTES >> 20} MB.", "Save its pages one by one.")
    message = email.parser.BytesParser().parsebytes(data.lstrip())
    parts, problems = _parts(message, path.name)
    shown, hidden = _shown(_main(message, parts), parts)
    if hidden:
        problems.append(Problem("hidden-sheet", "info", f"Hidden sheets were left out ({', '.join(hidden)})"))
    pages: list[Page] = []
    for item in shown[:MOST_PAGES]:
        found = read_pages(item.part.data, path.name, item.part.charset, item.label, pages)
        pages += found.pages
        problems += [p for p in found.problems if not (p.code == "embedded-document" and len(shown) > 1)]
    if len(shown) > MOST_PAGES:
        problems.append(Problem("too-many-pages", "error", f"Only the first {MOST_PAGES} of {len(shown)} pages were read"))
    return Document(path.name, "mhtml", "html", tuple(pages), tuple(problems))


def _parts(message: Message, name: str) -> tuple[list[_Part], list[Problem]]:
    """The pages among the parts in order. Raises UnreadableError where there are none."""
    found: list[_Part] = []
    broken = 0
    for number, part in enumerate(message.walk()):
        if part.is_multipart() or not _is_page(part):
            continue
        data = part.get_payload(decode=True)
        broken += any(type(defect).__name__.startswith("InvalidBase64") for defect in part.defects)
        if isinstance(data, bytes) and data.strip():
            location = _header(part, "Content-Location", "Content-ID") or f"part{number}"
            found.append(_Part(location, data, part.get_content_charset()))
    if not found:
        raise UnreadableError(f"{name} is a saved web page without a page in it; it is damaged or cut short.", _AGAIN)
    problems = []
    if any("CloseBoundaryNotFound" in type(defect).__name__ for defect in message.defects):
        problems.append(Problem("cut-short", "error", f"{name} breaks off before its end: what follows is lost"))
    if broken:
        problems.append(
            Problem("undecodable-bytes", "error", f"{broken} parts of {name} are not coded as they say; some of their text is lost")
        )
    return found, problems


def _is_page(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    location = _header(part, "Content-Location").lower()
    return kind in ("text/plain", "application/octet-stream") and posixpath.splitext(location)[1] in (".htm", ".html")


def _header(part: Message, *names: str) -> str:
    """What the first of these headers that is there says, without blanks; bytes that no header should have are read as text."""
    found = next((value for name in names if (value := part.get(name))), "")
    if isinstance(found, Header):
        found = _text(b"".join(data if isinstance(data, bytes) else data.encode() for data, _ in decode_header(found)))
    return "".join(str(found).split())


def _main(message: Message, parts: Sequence[_Part]) -> _Part:
    """The part that the envelope names as its start or by its location, else the first."""
    start = str(message.get_param("start") or "").strip("<> ")
    own = _header(message, "Content-Location", "Snapshot-Content-Location")
    for name in (start, own):
        found = next((part for part in parts if name and part.location.strip("<>") == name), None)
        if found is not None:
            return found
    return parts[0]


def _shown(main: _Part, parts: Sequence[_Part]) -> tuple[list[_Shown], list[str]]:
    """The pages that are shown, in order, and the names of hidden sheets."""
    markup = main.data.decode("latin-1")
    sheets = list(_sheets(main, markup, parts))
    if sheets:
        hidden = [shown.label or "" for shown, hides in sheets if hides]
        return [shown for shown, hides in sheets if not hides], hidden
    return [_Shown(part) for part in _with_frames(main, parts)], []


def _sheets(main: _Part, markup: str, parts: Sequence[_Part]) -> Iterator[tuple[_Shown, bool]]:
    """The sheets of a workbook that Excel saved as a page of frames."""
    for match in _SHEET.finditer(markup):
        link, name = _SHEET_LINK.search(match[1]), _SHEET_NAME.search(match[1])
        part = _linked(main, unescape(link[1]), parts) if link else None
        if part is not None:
            label = unescape(_text(name[1].encode("latin-1"))).strip() if name else ""
            yield _Shown(part, label or None), bool(_SHEET_HIDDEN.search(match[1]))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _with_frames(main: _Part, parts: Sequence[_Part]) -> list[_Part]:
    """The page and the pages that its frames show, each once."""
    found = [main]
    for page in found:
        for match in _FRAME.finditer(page.data.decode("latin-1")):
            part = _linked(page, unescape(match[1] or match[2] or match[3] or ""), parts)
            if part is not None and part not in found:
                found.append(part)
    return found


def _linked(page: _Part, link: str, parts: Sequence[_Part]) -> _Part | None:
    """The part that a link of a page leads to."""
    if link.lower().startswith("cid:"):
        wanted = {f"<{link[4:]}>", link[4:]}
    else:
        wanted = {link, _plain(link), urljoin(page.location, link), _plain(urljoin(page.location, _plain(link)))}
    exact = next((part for part in parts if part.location in wanted or _plain(part.location) in wanted), None)
    if exact is not None:
        return exact
    ending = "/" + _plain(link).lstrip("./")
    return next((part for part in parts if _plain(part.location).endswith(ending)), None) if len(ending) > 1 else None


def _plain(link: str) -> str:
    """The link without escapes; its letters are those of the bytes, where they were read one by one out of the markup."""
    try:
        return _text(unquote_to_bytes(link.encode("latin-1")))
    except UnicodeEncodeError:
        return unquote(link)
