"""What an ingest has to do, from the sources given and the documents that the dataset has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao import __version__
from jixiao.archived import INSIDE, Chain
from jixiao.outcome import FAILED, Failure, Options
from jixiao.pipeline import identity_of_path
from normalize.record import Record

if TYPE_CHECKING:
    from jixiao.sources import Source

_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Job:
    """A document to convert: a path where its bytes are, the path that names it, and the others that have the same bytes.
    ``chain`` leads to it where the path is that of an archive; ``failure`` says why there is nothing to convert."""

    document_id: str
    path: Path
    source_path: str
    other_paths: str | None
    chain: Chain = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``jobs`` to convert; ``renames`` (document, first path, other paths) of documents whose bytes stayed; ``removals``
    of documents whose every path has other bytes now; ``unchanged`` documents, and ``remaps``: those of them whose names
    were mapped by other tables or decisions; ``duplicates``: path and the path whose rows stand for it; ``replaced``
    paths, whose bytes changed; ``kept`` paths, whose bytes cannot be had now, and whose rows of before stay."""

    jobs: tuple[Job, ...]
    renames: tuple[tuple[str, str, str | None], ...]
    removals: tuple[str, ...]
    unchanged: tuple[str, ...]
    duplicates: tuple[tuple[str, str], ...]
    replaced: tuple[str, ...]
    remaps: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row of documents must say for its document to count as unchanged, and for its names to count as mapped;
    ``can_recognise``: recognition is installed."""

    reading_version: str
    options: Options
    mappings_version: str = ""
    decisions_version: str | None = None
    can_recognise: bool = True

    def met_by(self, row: Record) -> bool:
        return bool(
            row["status"] != FAILED
            and row["tool_version"] == __version__
            and row["reading_version"] == self.reading_version
            and row["contacts"] == self.options.keep_contacts
            and (row["format"] != "pdf" or row["reader"].partition("+")[0] == self.options.pdf_engine)
            and self._recognised_as_wanted(row)
        )

    def _recognised_as_wanted(self, row: Record) -> bool:
        """Whether reading again would recognise the same pages. Where recognition is missing still, it would."""
        done, wanted = row["recognition"], self.options.ocr
        if done is None or done == wanted:
            return True
        if done == "missing":
            return wanted == "never" or not self.can_recognise
        return done == "auto" and wanted == "never" and not row["ocr"]

    def mapped(self, row: Record) -> bool:
        """True where the names of a document that was read as wanted are mapped as wanted too."""
        return bool(row["mappings_version"] == self.mappings_version and row["decisions_version"] == self.decisions_version)


def make_plan(
    sources: Sequence[Source], documents: Mapping[str, Record], wanted: Wanted, *, again: bool = False, archives: Collection[str] = ()
) -> Plan:
    """The plan that brings the dataset to what the sources say. ``again`` converts unchanged documents too; ``archives`` are
    those whose members are all among the sources.

    A document is its bytes. Where several paths have the same bytes, the first of them names it. A source whose bytes cannot be had is
    a document of its own, and takes nothing from the one that its path had before."""
    before = {document_id: _paths(row) for document_id, row in documents.items()}
    after = _paths_after(sources, before, archives)
    given = {source.document_id: source for source in reversed(sources)}
    unchanged = {d for d in given if d in documents and not again and wanted.met_by(documents[d])}
    jobs = [Job(d, s.path, after[d][0], _joined(after[d][1:]), s.chain, s.failure) for d, s in given.items() if d not in unchanged]
    renames = [(d, paths[0], _joined(paths[1:])) for d, paths in after.items() if paths and before.get(d, paths) != paths]
    converted = {job.document_id for job in jobs}
    unknown = {source.source_path: source.document_id for source in sources if source.unknown}
    return Plan(
        jobs=tuple(sorted(jobs, key=lambda job: job.source_path)),
        renames=tuple(sorted(rename for rename in renames if rename[0] not in converted)),
        removals=tuple(sorted(d for d, paths in after.items() if not paths)),
        unchanged=tuple(sorted(unchanged)),
        duplicates=tuple(sorted((other, after[d][0]) for d in given for other in after[d][1:])),
        replaced=tuple(sorted({p for d, paths in before.items() for p in set(paths) - set(after[d]) if d != identity_of_path(p)})),
        remaps=tuple(sorted(d for d in unchanged if not wanted.mapped(documents[d]))),
        kept=tuple(sorted(p for d, row in documents.items() if row["status"] != FAILED for p in before[d] if unknown.get(p, d) != d)),
    )


def _paths_after(sources: Sequence[Source], before: Mapping[str, list[str]], archives: Collection[str]) -> dict[str, list[str]]:
    """The paths of each document when the sources are in: a path has the bytes that were seen last; what an archive held
    before and does not hold now is gone."""
    now = {source.source_path: source.document_id for source in sources if not source.unknown}
    unknown = {source.source_path for source in sources if source.unknown}
    after: dict[str, set[str]] = defaultdict(set)
    for document_id, paths in before.items():
        after[document_id] = {p for p in paths if p in unknown or now.get(p, _left(p, archives) or document_id) == document_id}
    for source in sources:
        after[source.document_id].add(source.source_path)
    return {document_id: sorted(paths) for document_id, paths in after.items()}


def _left(path: str, archives: Collection[str]) -> str | None:
    """A mark for the path of an archive or of a member of one."""
    parts = path.split(INSIDE)
    return "gone" if archives and any(INSIDE.join(parts[:n]) in archives for n in range(1, len(parts) + 1)) else None


def _paths(row: Record) -> list[str]:
    lines = row["other_paths"].split("\n") if row["other_paths"] else []
    return [row["source_path"], *(_ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], line) for line in lines)]


def _joined(paths: Sequence[str]) -> str | None:
    """The paths, a line each: in a path a line end stands as \\n, and a backslash is doubled."""
    return "\n".join(path.replace("\\", "\\\\").replace("\n", "\\n") for path in paths) or None
