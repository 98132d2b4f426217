"""One source from its bytes to records: read, find the declarations, normalize."""

from __future__ import annotations

import hashlib
import os
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from extract.ocr.wanted import PagesWanted
from extract.problem import EXIT_USAGE, JixiaoError, Problem, UnreadableError
from jixiao import __version__
from jixiao.cache import writable
from jixiao.outcome import DOUBTFUL, FAILED, OK, Failure, Options, Outcome
from jixiao.rows import check_table
from jixiao.text import readable_name
from mappings.loader import MappingError, Mappings, default_mappings
from normalize.record import TABLES, Record, Records

if TYPE_CHECKING:
    from extract.declaration import Declaration
    from extract.formats import ReadOptions
    from extract.model import Document


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that was understood of one source, stage by stage, for those who want to look at it.

    ``problems`` are those of finding the forms, which belong to no declaration."""

    document_id: str
    document: Document
    declarations: tuple[Declaration, ...]
    problems: tuple[Problem, ...]
    records: Records

    def problem_rows(self) -> list[Record]:
        """Every doubt as a row of the table problems."""
        own = [problem_row(problem, self.document_id, self.document.source_name) for problem in self.problems]
        return self.records.tables["problems"] + own


def convert(
    path: str | Path,
    *,
    mappings: Mappings | None = None,
    options: Options | None = None,
    source_path: str | None = None,
    document_id: str | None = None,
    defer: bool = False,
) -> Outcome:
    """The Outcome of one source: its records, or the failure that says why there are none. Never raises for what a file can do.

    ``source_path`` is the path that the dataset shows, the file's name where it is not given; ``document_id`` the
    SHA-256 of the bytes, for a caller who has it; the outcome has that of the path where the bytes cannot be had any more.
    With ``defer`` pages are not recognised here: PagesWanted says which."""
    path = Path(path)
    shown = readable_name(source_path or path.name)
    name = shown.rsplit("/", 1)[-1]
    mappings = mappings or default_mappings()
    of_path = identity_of_path(shown)
    known = document_id if document_id != of_path else None
    document_id = known or of_path
    try:
        document_id = known or digest(path)
        understood = understand(path, mappings=mappings, options=options, name=name, document_id=document_id, defer=defer)
        return _outcome(understood, path, shown, mappings, options or Options())
    except PagesWanted:
        raise
    except (JixiaoError, OSError) as error:
        return _refused(error, path, shown, (document_id, of_path), mappings)
    except MappingError as error:
        failure = Failure(EXIT_USAGE, "mappings", f"A table of knowledge is not in order: {error}.")
        return failed(failure, path, shown, document_id, mappings)
    except MemoryError:
        lack = UnreadableError(f"{path.name} needs more memory than there is.", "Run it alone with --jobs 1, or on a larger machine.")
        return failed(Failure.of(lack), path, shown, document_id, mappings)
    except Exception as error:  # noqa: BLE001  the one place where a defect of ours is kept from ending the work on other files
        failure = Failure.defect(f"{path.name} could not be read: {type(error).__name__}: {error}.", _traceback())
        return failed(failure, path, shown, document_id, mappings)


def understand(
    path: str | Path,
    *,
    mappings: Mappings | None = None,
    options: Options | None = None,
    name: str | None = None,
    document_id: str | None = None,
    drawing: bool = False,
    defer: bool = False,
) -> Understanding:
    """The document, its declarations and their records. Raises what the stages raise.

    ``name`` is what the records call the source, the file's name where it is not given; ``document_id`` the SHA-256 of
    the bytes, for a caller who has it; ``drawing`` keeps words and rules in the pages, for whoever draws them; with ``defer``
    PagesWanted is raised in place of recognising pages."""
    from extract import read
    from extract.form import find_declarations
    from normalize import normalize

    path = Path(path)
    mappings = mappings or default_mappings()
    options = options or Options()
    try:
        document_id = document_id or digest(path)
    except OSError as error:
        raise unreadable(path, error) from error
    reading = read_options(options, keep_drawing=drawing, ocr_defer=defer)
    document = replace(read(path, reading), source_name=name or path.name)
    form = find_declarations(document, mappings)
    document = replace(document, title=form.title)
    records = normalize(form.declarations, document, document_id=document_id, mappings=mappings, keep_contacts=options.keep_contacts)
    return Understanding(document_id, document, form.declarations, form.problems, records)


def read_options(
    options: Options, *, keep_drawing: bool = False, ocr_defer: bool = False, pages: tuple[int, ...] | None = None
) -> ReadOptions:
    """The options as the readers take them; pages are not kept in a folder that cannot be written."""
    from extract.formats import ReadOptions

    kept = options.ocr_cache is not None and writable(Path(options.ocr_cache))
    return ReadOptions(
        pdf_engine=options.pdf_engine,
        ocr=options.ocr,
        ocr_cache=options.ocr_cache if kept else None,
        ocr_threads=options.ocr_threads,
        office_folder=options.office_folder,
        keep_drawing=keep_drawing,
        ocr_defer=ocr_defer,
        pages=pages,
    )


def digest(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unreadable(path: str | Path, error: OSError) -> UnreadableError:
    """The sentence for a file that the system does not give us."""
    reason = {
        FileNotFoundError: "is not there",
        PermissionError: "may not be read by this user",
        IsADirectoryError: "is a folder, not a file",
    }.get(type(error), f"could not be read ({error.strerror or error})")
    return UnreadableError(f"{path} {reason}.", "Check the path and its permissions.")


def identity_of_path(source_path: str) -> str:
    """The document_id of a source whose bytes cannot be had."""
    return hashlib.sha256(source_path.encode()).hexdigest()


def _refused(error: JixiaoError | OSError, path: Path, shown: str, identities: tuple[str, str], mappings: Mappings) -> Outcome:
    """The failed outcome of a source: of its bytes, or of its path where it is the bytes that cannot be had."""
    of_bytes, of_path = identities
    try:
        digest(path)
    except OSError as lack:
        return failed(Failure.of(unreadable(path.name, lack)), path, shown, of_path, mappings)
    why = unreadable(path.name, error) if isinstance(error, OSError) else error
    return failed(Failure.of(why), path, shown, of_bytes, mappings)


def _traceback() -> str:
    """The traceback of the error at hand, without the folder in which we are installed: the same on every machine."""
    return traceback.format_exc().replace(f"{Path(__file__).resolve().parents[1]}{os.sep}", "")


def failed(failure: Failure, path: Path, source_path: str, document_id: str, mappings: Mappings) -> Outcome:
    """The outcome of a source that gave nothing: its row in documents, and the reason in problems."""
    name = source_path.rsplit("/", 1)[-1]
    problem = problem_row(failure.problem(), document_id, name)
    document = document_row(document_id, path, source_path, mappings) | {"status": FAILED, "problems": 1}
    records = Records({"documents": [document], "problems": [problem]})
    return Outcome(document_id, name, source_path, FAILED, records, failure)


def problem_row(problem: Problem, document_id: str, source_name: str, declaration_index: int | None = None) -> Record:
    """The doubt as a row of the table problems."""
    return {
        "document_id": document_id,
        "source_name": source_name,
        "declaration_index": declaration_index,
        "code": problem.code,
        "severity": problem.severity,
        "page": problem.page,
        "message": problem.message,
    }


def document_row(document_id: str, path: Path, source_path: str, mappings: Mappings) -> Record:
    """The row of documents as far as the file itself tells it."""
    row: Record = dict.fromkeys(column.name for column in TABLES["documents"])
    return row | {
        "document_id": document_id,
        "source_name": source_path.rsplit("/", 1)[-1],
        "source_path": source_path,
        "bytes": _size(path),
        "ocr": False,
        "tool_version": __version__,
        "reading_version": mappings.reading_version,
        "mappings_version": mappings.version,
        "decisions_version": mappings.decisions_version,
    }


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:  # in a folder that may not be entered
        return None


_RECOGNISED_FORMATS = frozenset({"pdf", "image", "ofd"})


def _recognition(document_format: str, wanted: str) -> str | None:
    """Which pages of a document of this format were to be recognised, as the table documents says it."""
    if document_format not in _RECOGNISED_FORMATS:
        return None
    from extract.ocr.engine import available

    return wanted if wanted == "never" or available() else "missing"


def _outcome(understood: Understanding, path: Path, source_path: str, mappings: Mappings, options: Options) -> Outcome:
    document = understood.document
    tables = dict(understood.records.tables)
    problems = understood.problem_rows()
    status = DOUBTFUL if any(row["severity"] != "info" for row in problems) else OK
    row = document_row(understood.document_id, path, source_path, mappings) | {
        "format": document.format,
        "pages": len(document.pages) if any(p.number or p.label for p in document.pages) else 1,
        "reader": document.reader,
        "ocr": document.ocr,
        "recognition": _recognition(document.format, options.ocr),
        "ocr_confidence": document.ocr_confidence,
        "contacts": options.keep_contacts,
        "status": status,
        "problems": len(problems),
    }
    records = Records(tables | {"problems": problems, "documents": [row]})
    for table, rows in records.tables.items():
        check_table(table, rows)  # a row that no table can hold is found here, where it ends nothing but this source
    return Outcome(understood.document_id, document.source_name, source_path, status, records)
