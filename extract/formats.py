"""Recognises the format of a file by its content, then its suffix, and reads it with the one reader for it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from extract.compound import Compound
from extract.markup import markup_format
from extract.model import Document
from extract.package import ENCRYPTED_FLAG, FETCH_AGAIN, ZIP_FAULTS
from extract.problem import Problem, UnreadableError


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read; a reader that has no use for an option is not given it. ``pages``: 1-based, all where None.
    ``ocr``: ``auto`` recognises pages and pictures without usable text, ``always`` every page, ``never`` none; ``ocr_cache``
    is the folder that keeps recognised pages, none are kept where it is None; ``ocr_threads`` how many threads the recogniser
    of this process may take; with ``ocr_defer`` a reader that would recognise pages raises PagesWanted instead. ``office_folder`` is
    the folder that ``extract.readers.office.prepare`` filled, each file is converted when it is read where it is None."""

    pdf_engine: str = "pdfium"
    ocr: str = "auto"
    ocr_cache: str | None = None
    ocr_threads: int = 1
    ocr_defer: bool = False
    keep_drawing: bool = False
    pages: tuple[int, ...] | None = None
    office_folder: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is recognised. ``reader`` is the module whose ``read`` reads it, None where nothing reads it yet
    and ``remedy`` says what to do; ``options`` are (keyword of the reader, name in ReadOptions)."""

    name: str
    what: str
    suffixes: tuple[str, ...]
    reader: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    remedy: str = ""


_OCR_OPTIONS = (("ocr", "ocr"), ("ocr_cache", "ocr_cache"), ("ocr_threads", "ocr_threads"), ("ocr_defer", "ocr_defer"))
_PICTURE_OPTIONS = (("keep_drawing", "keep_drawing"), ("pages", "pages"), *_OCR_OPTIONS)
_PDF_OPTIONS = (("engine", "pdf_engine"), *_PICTURE_OPTIONS)
_OFFICE = "extract.readers.office"
_OFFICE_OPTIONS = (("converted", "office_folder"),)
_SAVE_XLSX = "Open it in Excel, WPS or LibreOffice and save it as .xlsx."
_UNPACK = "Unpack it and give the files in it."
_PAGE_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".jhtml", ".jsp", ".asp", ".aspx", ".php")

_TABLE = (
    Format("pdf", "a PDF", (".pdf",), "extract.readers.pdf", _PDF_OPTIONS),
    Format("docx", "a Word document", (".docx", ".docm", ".dotx", ".dotm", ".wps"), "extract.readers.docx"),
    Format("xlsx", "an Excel workbook", (".xlsx", ".xlsm", ".xltx", ".xltm", ".et"), "extract.readers.xlsx"),
    Format("text", "plain text", (".txt", ".csv", ".tsv", ".md", ".text", ""), "extract.readers.text"),
    Format("doc", "a Word document of the old binary format", (".doc", ".dot", ".wps", ".wpt"), "extract.readers.doc", _OFFICE_OPTIONS),
    Format("xls", "an Excel workbook of the old binary format", (".xls", ".xlt", ".et", ".ett"), "extract.readers.xls"),
    Format("xlsb", "an Excel workbook of the binary format", (".xlsb",), remedy=_SAVE_XLSX),
    Format("wps", "a document of an old WPS format", (".wps", ".wpt"), _OFFICE, _OFFICE_OPTIONS),
    Format("rtf", "a rich text file", (".rtf", ".doc"), _OFFICE, _OFFICE_OPTIONS),
    Format("wordml", "a Word document of the XML format of 2003", (".xml", ".doc"), "extract.readers.wordml"),
    Format("sheetml", "an Excel workbook of the XML format of 2003", (".xml", ".xls"), "extract.readers.sheetml"),
    Format("odt", "an OpenDocument text", (".odt", ".ott"), "extract.readers.odt"),
    Format("ods", "an OpenDocument sheet", (".ods", ".ots"), "extract.readers.ods"),
    Format("ofd", "an OFD file", (".ofd",), "extract.readers.ofd", _PICTURE_OPTIONS),
    Format("html", "a web page", _PAGE_SUFFIXES, "extract.readers.html"),
    Format("mhtml", "a saved web page", (".mht", ".mhtml", ".doc", ".xls"), "extract.readers.mhtml"),
    Format("pptx", "a presentation", (".pptx", ".ppt", ".dps"), remedy="Copy its tables into a Word file."),
    Format(
        "image",
        "a picture",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"),
        "extract.readers.image",
        _PICTURE_OPTIONS,
    ),
    Format("archive", "an archive", (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz"), remedy=_UNPACK),
)
FORMATS: dict[str, Format] = {entry.name: entry for entry in _TABLE}

_HEAD_BYTES = 65_536
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
)
_ZIP_MEMBERS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("ppt/presentation.xml", "pptx"),
    ("ofd.xml", "ofd"),
)
_ZIP_FOLDERS: tuple[tuple[str, str], ...] = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "pptx"),
)
_TEXT_ENCODINGS = ("utf-8", "gb18030")


def read(path: str | Path, options: ReadOptions | None = None, **keywords: Any) -> Document:
    """The document that a file holds, read by the reader of its format.

    Options are given as ``options`` or one by one (``read(path, pdf_engine="pdfplumber")``).
    Raises UnreadableError for a file that is missing, damaged, protected, or of a format nothing here reads.
    """
    path = Path(path)
    options = replace(options or ReadOptions(), **keywords)
    found = sniff(path)
    if found.reader is None:
        raise UnreadableError(f"{path.name} is {found.what}{_despite(path, found)}, which is not read yet.", found.remedy)
    given = {keyword: getattr(options, name) for keyword, name in found.options}
    document: Document = import_module(found.reader).read(path, **given)
    if _despite(path, found):
        document = document.with_problems(_suffix_problem(path, found))
    return document


def sniff(path: str | Path) -> Format:
    """The format of a file, by its content first and its suffix second.

    Raises UnreadableError where there is no such file, where it is empty, protected or cut short, or where its
    content is of no known format.
    """
    path = Path(path)
    head = _head(path)
    known = next((name for magic, name in _MAGIC if head.startswith(magic)), "archive" if head[257:262] == b"ustar" else None)
    if known is not None:
        return FORMATS[known]
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return FORMATS[_zip_format(path)]
    if head.startswith(_OLE2):
        return FORMATS[_ole_format(path)]
    if b"%PDF" in head[:1024]:
        return FORMATS["pdf"]
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or (head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"):
        return FORMATS["image"]
    return FORMATS[_text_format(path, head)]


def _head(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableError(f"{path} is a folder, not a file.", "Give the files in it.")
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except FileNotFoundError as error:
        raise UnreadableError(f"There is no file {path}.", "Check the path.") from error
    except OSError as error:
        raise UnreadableError(f"{path} cannot be opened: {error.strerror}.", "Check its permissions.") from error
    if path.name.startswith("~$"):
        raise UnreadableError(f"{path.name} is the lock file of a document that is open.", "Give the document itself, without ~$.")
    if not head:
        raise UnreadableError(f"{path.name} is empty (0 bytes).", "Fetch or copy the file again.")
    return head


def _zip_format(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {n.replace("\\", "/").lstrip("/").casefold(): n for n in archive.namelist()}
            mimetype = _open_document_type(archive, names)
    except ZIP_FAULTS as error:
        raise UnreadableError(f"{path.name} is damaged or cut short: the directory of its archive is not there.", FETCH_AGAIN) from error
    for member, name in _ZIP_MEMBERS:
        if member in names:
            return name
    if mimetype:
        return mimetype
    if "[content_types].xml" in names:
        for folder, name in _ZIP_FOLDERS:
            if any(n.startswith(folder) for n in names):
                return name
    return "archive"


def _open_document_type(archive: zipfile.ZipFile, names: Mapping[str, str]) -> str | None:
    """The format that the member ``mimetype`` tells, under whatever spelling of its name, a key of ``names``."""
    if "mimetype" not in names:
        return None
    info = archive.getinfo(names["mimetype"])
    if info.file_size > 200 or info.flag_bits & ENCRYPTED_FLAG:
        return None
    with archive.open(info) as member:
        kind = member.read(200).decode("ascii", "replace")
    if "opendocument.text" in kind:
        return "odt"
    return "ods" if "opendocument.spreadsheet" in kind else None


def _ole_format(path: Path) -> str:
    """The format of an OLE2 file by the names of its streams; what is embedded in it does not matter."""
    data = path.read_bytes()
    names = _ole_streams(data, path.name)
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise UnreadableError(f"{path.name} is protected with a password.", "Open it with the password and save it without one.")
    for stream, name in _OLE_STREAMS:
        if stream in names:
            return name
    if path.suffix.lower() in FORMATS["wps"].suffixes:
        return "wps"
    raise UnreadableError(
        f"{path.name} is an office file of the old binary kind without a document in it; it is damaged or cut short.", FETCH_AGAIN
    )


def _ole_streams(data: bytes, source: str) -> frozenset[str]:
    """The names of its streams; those of a damaged one that still stand somewhere in its directory, as UTF-16."""
    try:
        return frozenset(Compound(data, source).names)
    except UnreadableError:
        known = ("EncryptedPackage", "EncryptionInfo", *(stream for stream, _ in _OLE_STREAMS))
        return frozenset(name for name in known if (name + "\0").encode("utf-16-le") in data)


def _text_format(path: Path, head: bytes) -> str:
    markup = markup_format(head)
    if markup is not None:
        return markup
    if (
        path.suffix.lower() in _PAGE_SUFFIXES
        and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        and not head.lstrip().startswith(b"<?xml")
    ):
        return "html"
    text = _decoded(head)
    if text is None:
        raise UnreadableError(
            f"{path.name} is of no known format.", "Give a PDF, Word, Excel or text file; if it is one, it is damaged: fetch it again."
        )
    if text.lstrip("\ufeff \t\r\n").casefold().startswith("<?xml"):
        raise UnreadableError(f"{path.name} is an XML file of no known kind.", "Give a PDF, Word, Excel or text file.")
    return "text"


def _decoded(head: bytes) -> str | None:
    """The head as text, None where it is none; a character cut by the end of the head does not matter."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    if b"\0" in head:
        return None
    for encoding in _TEXT_ENCODINGS:
        for cut in range(4):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                if len(head) < _HEAD_BYTES:
                    break
    return None


def _despite(path: Path, found: Format) -> str:
    """A clause that says that the suffix promises another format; blank where it does not."""
    suffix = path.suffix.lower()
    if suffix in found.suffixes or not any(suffix in entry.suffixes for entry in FORMATS.values()):
        return ""
    return f" although its name ends in {suffix}" if suffix else ""


def _suffix_problem(path: Path, found: Format) -> Problem:
    return Problem("suffix-mismatch", "info", f"{path.name} is {found.what}{_despite(path, found)}; it was read by its content")
