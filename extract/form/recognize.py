"""Finds the declarations of a document and reads each: the one way from tables to Declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from extract.declaration import Declaration, Form, Use
from extract.form.breaks import drop_repeated_headers, mend_headers
from extract.form.captions import Caption, find_year, merged, read_caption, read_foot
from extract.form.conservation import account
from extract.form.grid_view import GridView
from extract.form.head import read_head
from extract.form.inference import continue_part, infer_part
from extract.form.matrix import Matrix, find_matrix, read_matrix
from extract.form.reading import Reading
from extract.form.segments import Segment, caption_rows, split_forms
from extract.form.single import read_single
from extract.form.transpose import upright
from extract.form.unruled import unruled_tables
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.form.wide import read_wide
from extract.grid.stitch import JoinedTable, stitch
from extract.model import Cell, Document, TextLine
from extract.problem import Problem
from mappings import Mappings


@dataclass(frozen=True, slots=True)
class FormResult:
    """The declarations of a document in printed order, the doubts about it, and its title."""

    declarations: tuple[Declaration, ...] = ()
    problems: tuple[Problem, ...] = ()
    title: str | None = None


@dataclass(slots=True)
class _Candidate:
    """A form, or a part of one, with the lines that stand over it."""

    segment: Segment
    caption: Caption
    repeated: tuple[Cell, ...] = ()
    more: list[Segment] = field(default_factory=list)
    lines_before: int = 0
    matrix: Matrix | None = None


@dataclass(slots=True)
class _Series:
    """What the last title said: forms that follow without one belong to its series."""

    form: str | None = None
    year: int | None = None
    unit: str | None = None


_LABELLED = re.compile("[:：]")


def find_declarations(document: Document, mappings: Mappings) -> FormResult:
    """All declarations of a document; a document without any gives none, and no doubts."""
    words = Vocabulary.of(mappings)
    title = document.title or find_title(document)
    items: Iterable[TextLine | JoinedTable] = stitch(document.pages)
    problems: list[Problem] = []
    if document.ocr:
        from extract.form.ocr_words import mend_tables

        items, problems = mend_tables(items, words, mappings.confusions.word)
    problems.extend(unruled_tables(items, words))
    candidates = _candidates(items, words)
    year = find_year(title) if title else None
    declarations: list[Declaration] = []
    series = _Series()
    for candidate in candidates:
        found, doubts = _read(candidate, words, series, year)
        problems.extend(doubts)
        for declaration in found:
            declarations.append(replace(declaration, index=len(declarations)))
    problems.extend(_lost_text(document, declarations, words))
    if document.ocr:
        from extract.form.ocr_doubts import with_unsure_facts

        declarations = with_unsure_facts(document, declarations)
    return FormResult(tuple(declarations), tuple(problems), title)


def _lost_text(document: Document, declarations: Sequence[Declaration], words: Vocabulary) -> list[Problem]:
    """A doubt where a form prints what is neither in a record nor listed as left out: there should never be one."""
    kept = account(document, declarations, words)
    if not kept.missing:
        return []
    text = "、".join(part[:20] for part in kept.missing[:3])
    lost = kept.total - kept.accounted
    return [
        Problem("text-lost", "error", f"{lost} printed characters of forms are in no record and were not left out for a reason: {text}")
    ]


def find_title(document: Document) -> str | None:
    """The title of a document: the largest lines of its first page that hold words."""
    for page in document.pages[:2]:
        lines = [line for line in page.lines if len(squash(line.text)) >= 4]
        if not lines:
            continue
        largest = max(line.size for line in lines)
        if not largest:
            return next((printed(line.text) for line in lines if words_of_title(line.text)), None)
        if all(line.size == largest for line in lines):
            # A sheet in one size: lines with a label (date of filling in, unit of money) are no part of its title.
            lines = [line for line in lines if not _LABELLED.search(line.text)] or lines
        return "".join(printed(line.text) for line in lines if line.size >= 0.85 * largest)[:200]
    return None


def words_of_title(text: str) -> bool:
    """True for a line that could be the title of a document: short, and no label with its value."""
    return len(squash(text)) <= 60 and not any(mark in text for mark in "：:。；")


def _candidates(items: Iterable[TextLine | JoinedTable], words: Vocabulary) -> list[_Candidate]:
    """The segments of all tables, parts that stand in tables of their own put together."""
    found: list[_Candidate] = []
    lines: list[TextLine] = []
    for item in items:
        if isinstance(item, TextLine):
            lines.append(item)
            continue
        lines = _without_foot(lines, found, words)
        grid = mend_headers(GridView(item.table, item.breaks, item.heads, item.open_breaks), words)
        grid, repeated = drop_repeated_headers(grid, words)
        grid = upright(grid, words)
        if (matrix := find_matrix(grid, words)) is not None:
            found.append(
                _Candidate(Segment(grid), _with_rows(read_caption(lines, words), grid, matrix, words), repeated, [], len(lines), matrix)
            )
            lines = []
            continue
        for number, segment in enumerate(split_forms(grid, words)):
            over = read_caption(lines if number == 0 else grid.head_over(segment.first_row), words)
            caption = merged(over, read_caption(caption_rows(segment, words), words), segment.wide)
            candidate = _Candidate(segment, caption, repeated if number == 0 else (), [], len(lines) if number == 0 else 0)
            if number == 0 and found and _belongs(found[-1], candidate, words):
                found[-1].more.append(segment)
                found[-1].repeated += candidate.repeated
            else:
                found.append(candidate)
        lines = []
    _without_foot(lines, found, words)
    return found


def _without_foot(lines: list[TextLine], found: Sequence[_Candidate], words: Vocabulary) -> list[TextLine]:
    """The lines without those that are the foot of the form before them, which gets their facts."""
    if not found:
        return lines
    count, facts = read_foot(lines, words)
    last = found[-1]
    last.caption = replace(last.caption, facts=(*last.caption.facts, *facts))
    return lines[count:]


def _with_rows(caption: Caption, grid: GridView, matrix: Matrix, words: Vocabulary) -> Caption:
    """The caption, with what the rows over the header of a matrix say: a title or facts that stand inside the grid."""
    rows = range(matrix.level_rows[0])
    inside = [TextLine(printed(cell.text)) for row in rows for cell in grid.starting(row) if cell.column_span > 1]
    return read_caption(inside, words) if caption.title is None and inside else caption


def _belongs(form: _Candidate, candidate: _Candidate, words: Vocabulary) -> bool:
    """True where a table goes on with the form of the table before it: indicators under a head, rows under indicators."""
    if candidate.caption.title or candidate.segment.title or candidate.lines_before > 3:
        return False
    last = form.more[-1] if form.more else form.segment
    segment = candidate.segment
    parts = [part for one in (form.segment, *form.more) for part in one.parts]
    if segment.parts and not segment.wide and not parts:
        return bool(last.head) and min(segment.parts[0].header.first_row, 3) <= 2
    if segment.parts and parts and candidate.lines_before == 0 and not segment.wide and not last.wide:
        return not last.foot and segment.parts[0].header.first_row == 0
    if not segment.parts and parts and not last.foot and candidate.lines_before == 0 and not last.wide:
        return continue_part(parts[-1], segment, words)
    return False


def _read(candidate: _Candidate, words: Vocabulary, series: _Series, year: int | None) -> tuple[list[Declaration], list[Problem]]:
    caption = candidate.caption
    segments = [candidate.segment, *candidate.more]
    own = candidate.segment.title
    title = own or caption.title
    form = (words.title_form(own) if own else None) or caption.form
    if (
        candidate.matrix is None
        and not any(segment.parts for segment in segments)
        and not infer_part(candidate.segment, words, titled=form is not None)
    ):
        return [], _without_indicators(candidate, words, form)
    if form is None and not candidate.segment.wide and candidate.matrix is None and not _is_form(segments, words):
        return [], []
    if form:
        series.form, series.year = form, caption.year or (find_year(title) if title else None)
    series.unit = caption.unit or (series.unit if not form else None)
    base = Declaration(0, _as_form(form or series.form), title, caption_unit=caption.unit or series.unit)
    found: list[Declaration] = []
    doubts: list[Problem] = []
    for declaration, blank in _declarations(candidate, base, segments, words):
        if blank:
            doubts.append(_blank(declaration))
            continue
        dated = _dated(declaration, caption, series, year)
        repeated = () if found else candidate.repeated
        uses = dated.uses + tuple(Use("header", printed(c.text), "header printed again", c.places) for c in repeated)
        found.append(replace(dated, form=_final_form(dated, form), uses=uses))
    return found, doubts


def _is_form(segments: Sequence[Segment], words: Vocabulary) -> bool:
    """True where untitled tables have level columns, or the labels of a form's head: a list of indicators alone is none."""
    if any(part.header.roles & {"level1", "level2"} for segment in segments for part in segment.parts):
        return True
    cells = [cell for segment in segments for row in (*segment.head, *segment.foot) for cell in segment.grid.starting(row)]
    names = {word.name for cell in cells if (word := words.label(cell.text))}
    return bool(names & {"subject", "organization", "department"}) and bool(names & {"goal", "funds", "total"})


def _declarations(
    candidate: _Candidate, base: Declaration, segments: Sequence[Segment], words: Vocabulary
) -> list[tuple[Declaration, bool]]:
    if candidate.matrix is not None:
        return [(found, False) for found in read_matrix(base, candidate.segment.grid, candidate.matrix, candidate.caption, words)]
    read = read_wide if candidate.segment.wide else read_single
    return read(base, segments, candidate.caption, words)


def _as_form(form: str | None) -> Form:
    return form if form in ("department", "project", "special_fund", "self_evaluation") else "project"  # type: ignore[return-value]


def _final_form(declaration: Declaration, printed_form: str | None) -> Form:
    """The kind of form: what its columns show before what a title of the series says."""
    if any(role == "achieved" for role, _ in declaration.columns):
        return "self_evaluation"
    if printed_form is None and declaration.form in ("project", "special_fund") and not declaration.fact("subject"):
        return "department" if any(amount.kind in ("task", "funding_income") for amount in declaration.amounts) else declaration.form
    if printed_form is None and declaration.form == "department" and declaration.fact("subject"):
        return "project"
    return declaration.form


def _dated(declaration: Declaration, caption: Caption, series: _Series, year: int | None) -> Declaration:
    own = (
        caption.year
        or (find_year(declaration.title) if declaration.title else None)
        or find_year(f"{declaration.fact('fiscal_year') or ''}年")
    )
    if own:
        return replace(declaration, fiscal_year=own, fiscal_year_basis="printed")
    inferred = series.year or year
    if inferred is None:
        page = declaration.pages[0] if declaration.pages else None
        doubt = Problem("no-fiscal-year", "warning", "neither the form nor its surroundings print the budget year", page)
        return replace(declaration, problems=(*declaration.problems, doubt))
    return replace(declaration, fiscal_year=inferred, fiscal_year_basis="inferred")


def _blank(declaration: Declaration) -> Problem:
    page = declaration.pages[0] if declaration.pages else None
    return Problem("blank-form", "info", f"the form {declaration.title or ''} is printed without any content".replace("  ", " "), page)


def _without_indicators(candidate: _Candidate, words: Vocabulary, form: str | None) -> list[Problem]:
    """A doubt for what looks like a part of a form but is none that is understood: level words, or a title with labels."""
    texts = {squash(cell.text) for row in candidate.segment.head for cell in candidate.segment.grid.starting(row)}
    levels = {text for text in texts if "指标" in text and words.level_numbers(text)}
    if len(levels) > 1:
        pages = candidate.segment.grid.table.pages
        text = "、".join(sorted(levels)[:3])
        return [
            Problem(
                "table-left-out",
                "warning",
                f"a table with the level words {text} belongs to no form and was left out",
                pages[0] if pages else None,
            )
        ]
    if form is None or candidate.segment.wide:
        return []
    reading = Reading()
    grid = candidate.segment.grid
    read_head(grid, candidate.segment.head, (), words, reading)
    if not reading.goals or not any(fact.name in ("subject", "organization", "department") for fact in reading.facts):
        return []
    pages = grid.table.pages
    return [
        Problem(
            "form-without-indicators",
            "warning",
            f"{candidate.caption.title or candidate.segment.title}: no indicator table was found",
            pages[0] if pages else None,
        )
    ]
