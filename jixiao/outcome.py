"""What the work on one source gives: records, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extract.problem import EXIT_DEFECT, JixiaoError, Problem
from jixiao.cache import default_cache
from normalize.record import Record, Records

FAILED, DOUBTFUL, OK = "failed", "doubtful", "ok"


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read: the engine for PDF (pdfium or pdfplumber), whether contact persons are kept, and which pages are
    recognised (``ocr``: auto, always, never). ``ocr_cache`` is the folder that keeps recognised pages, None for none;
    ``ocr_threads`` how many threads the recognition of a page may take. ``office_folder`` holds the files that
    LibreOffice converted for this run."""

    pdf_engine: str = "pdfium"
    keep_contacts: bool = False
    ocr: str = "auto"
    ocr_cache: str | None = field(default_factory=default_cache)
    ocr_threads: int = 1
    office_folder: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source gave nothing: the exit code it stands for, a sentence, what to do; ``details`` is the traceback of a defect."""

    exit_code: int
    code: str
    message: str
    remedy: str = ""
    details: str | None = None

    @classmethod
    def of(cls, error: JixiaoError) -> Failure:
        return cls(error.exit_code, error.code, error.message, error.remedy)

    @classmethod
    def defect(cls, message: str, details: str) -> Failure:
        remedy = "This is a defect of jixiao: please report it with the file, or with the text that --debug shows."
        return cls(EXIT_DEFECT, "defect", message, remedy, details)

    def problem(self) -> Problem:
        text = f"{self.message} {self.remedy}".strip()
        return Problem(self.code, "error", f"{text}\n{self.details}" if self.details else text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of one source. ``document_id`` is the SHA-256 of its bytes, or of its path where the bytes could not be read."""

    document_id: str
    source_name: str
    source_path: str
    status: str
    records: Records = field(default_factory=Records)
    failure: Failure | None = None

    def named(self, source_path: str, other_paths: str | None) -> Outcome:
        """This outcome with the paths that the dataset shows in its row of documents."""
        documents = [row | {"source_path": source_path, "other_paths": other_paths} for row in self.rows("documents")]
        return replace(self, source_path=source_path, records=Records(self.records.tables | {"documents": documents}))

    def rows(self, table: str) -> list[Record]:
        return self.records.tables.get(table, [])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every doubt about the source, in the order of the table problems."""
        return tuple(Problem(r["code"], r["severity"], r["message"], r["page"]) for r in self.rows("problems"))

    @property
    def declarations(self) -> int:
        return len(self.rows("declarations"))

    @property
    def indicators(self) -> int:
        return len(self.rows("indicators"))

    @property
    def exit_code(self) -> int:
        return self.failure.exit_code if self.failure else 0
