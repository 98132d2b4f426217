"""Lines of flattened text -> tables where an indicator table can be rebuilt with good reason, text lines otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extract.problem import Problem
from extract.readers.text_flow_atoms import Flow, make_flow, width
from extract.readers.text_flow_cells import cell_text
from extract.readers.text_flow_head import read_head
from extract.readers.text_flow_header import FlowHeader, find_headers
from extract.readers.text_flow_rows import Dealt, FlowCell, FlowRow, deal
from extract.readers.text_grid import GridRow
from extract.readers.text_lines import Line
from extract.readers.text_words import TextWords, squash

HEAD_CONFIDENCE = 0.8
ROW_CONFIDENCE = 0.6
POOR_CONFIDENCE = 0.4
STRAY_CONFIDENCE = 0.3
# A table counts as read only if so many of its rows have a target that looks like one, and the rows hold so many of
# the level words that the text below the header prints.
GOOD_FIT = 0.4
NAME_FIT = -1.0
LEVEL_FIT = 1.0
GOOD_SHARE = 0.7
SOUND_SHARE = 0.75
MIN_LEVEL_WORDS = 3
MAX_HEAD_LINES = 60
NEXT_FORM = frozenset({"closing", "contact", "telephone", "filled_on", "project_code", "subject"})
TAIL = "rest of the cell joined over a page break"
FLATTENED = "rebuilt from flattened text"


@dataclass(frozen=True, slots=True)
class FlowPiece:
    """A line of text, or the rows of a rebuilt table, with the page it begins on."""

    page: int
    line: str | None = None
    rows: tuple[GridRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowReading:
    """What a run of lines holds, in order, and the doubts about it."""

    pieces: tuple[FlowPiece, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    """The parts of one flattened form as ranges of atoms: head, header, body."""

    head: int
    header: FlowHeader
    dealt: Dealt

    @property
    def end(self) -> int:
        return self.dealt.end

    @property
    def shape(self) -> tuple[str, ...]:
        """The roles of the columns that the table prints."""
        return self.header.roles[self.first_column :]

    @property
    def first_column(self) -> int:
        """1 where neither the header nor any row has a side label, else 0."""
        side = self.header.columns[0]
        used = side.end > side.start or any(cell.column == 0 for row in self.dealt.rows for cell in row.cells)
        return 0 if used else 1


def read_flow(lines: Sequence[Line], words: TextWords) -> FlowReading:
    """The tables and text lines of a run of lines without tabs."""
    flow = make_flow(lines)
    headers = find_headers(flow.atoms, words) if flow.atoms else []
    forms: list[_Form] = []
    problems: list[Problem] = []
    for i, header in enumerate(headers):
        stop = headers[i + 1].start if i + 1 < len(headers) else len(flow.atoms)
        stop = _body_stop(flow, header.end, stop, words)
        if not any("标" in atom.text or words.level(squash(atom.text)) for atom in flow.atoms[header.end : stop]):
            continue
        dealt = deal(flow, header.end, stop, header.roles, words)
        reason = _why_not(flow, header, dealt, stop, words)
        if reason is None:
            forms.append(_Form(_head_start(flow, header, forms[-1].end if forms else 0, words), header, dealt))
            problems.append(_rebuilt(flow, header, dealt))
        elif _level_words(flow, header.end, stop, words):
            problems.append(_not_read(flow, header.start, reason))
    if not headers and _looks_like_form(flow, words):
        problems.append(_not_read(flow, 0, "no header of an indicator table was found above its level words"))
    return FlowReading(tuple(_pieces(flow, forms, words)), tuple(problems))


def _body_stop(flow: Flow, start: int, stop: int, words: TextWords) -> int:
    """The first atom behind the body: a title or a label that no indicator table holds ends it."""
    for i in range(start, stop):
        atom = flow.atoms[i]
        if not atom.first:
            continue
        label = words.label(squash(atom.text.split("：")[0].split(":")[0]))
        if words.is_title(flow.lines[atom.line].text) or (label in NEXT_FORM and len(squash(atom.text)) > 2):
            return i
    return stop


def _head_start(flow: Flow, header: FlowHeader, after: int, words: TextWords) -> int:
    """The first label behind the form's title, or above the header; the header itself where there is none."""
    first = header.start
    line = flow.atoms[header.start].line
    titled = False
    for i in range(header.start - 1, after - 1, -1):
        atom = flow.atoms[i]
        if not atom.first:
            continue
        if words.is_title(flow.lines[atom.line].text):
            titled = True
            break
        if words.label(squash(atom.text)) or _spelled_label(flow, i, words):
            first = i
    near = line - flow.atoms[first].line <= MAX_HEAD_LINES
    return first if titled or near else header.start


def _spelled_label(flow: Flow, i: int, words: TextWords) -> bool:
    """Whether the line of atom ``i`` begins with a label that blanks cut in pieces."""
    text = ""
    for atom in flow.atoms[i : i + 8]:
        if atom.line != flow.atoms[i].line:
            break
        text += atom.text
        if words.label(squash(text)):
            return True
    return False


def _level_words(flow: Flow, start: int, stop: int, words: TextWords) -> int:
    """How many whole lines or atoms are level words of the official kind."""
    return sum(1 for atom in flow.atoms[start:stop] if atom.text.endswith("指标") and words.level(squash(atom.text)))


def _looks_like_form(flow: Flow, words: TextWords) -> bool:
    titled = any(words.is_title(line.text) for line in flow.lines)
    return titled and _level_words(flow, 0, len(flow.atoms), words) >= MIN_LEVEL_WORDS


def _why_not(flow: Flow, header: FlowHeader, dealt: Dealt, stop: int, words: TextWords) -> str | None:
    """Why the reading is not good enough to be given as rows; None where it is."""
    indicators = [row for row in dealt.rows if any(header.roles[cell.column] in ("level3", "name") for cell in row.cells)]
    if not indicators:
        return "no rows could be told apart below it"
    if not _opens_with_levels(header, dealt.rows[0]):
        return "its first row has no level"
    good = [row for row in dealt.rows if _is_sound(header, row)]
    if len(good) < SOUND_SHARE * len(dealt.rows):
        return f"only {len(good)} of its {len(dealt.rows)} rows would hold together"
    printed = _level_words(flow, header.end, stop, words)
    if _level_words(flow, header.end, dealt.end, words) < GOOD_SHARE * printed:
        return "its rows could be told apart only in part"
    return None


def _opens_with_levels(header: FlowHeader, row: FlowRow) -> bool:
    """Whether the first row has a cell of the first level that the header names."""
    first = next(role for role in header.roles if role in ("level1", "level2"))
    return any(header.roles[cell.column] == first for cell in row.cells)


def _is_sound(header: FlowHeader, row: FlowRow) -> bool:
    """Whether a row has a name and a target that look like such, official level words, and level 2 wherever it has level 1."""
    fits = {header.roles[cell.column]: cell.fit for cell in row.cells}
    if "level1" in fits and "level2" not in fits:
        return False
    levels = all(fits[role] >= LEVEL_FIT for role in ("level1", "level2") if role in fits)
    named = max(fits.get("level3", -9.0), fits.get("name", -9.0)) >= NAME_FIT
    return levels and named and fits.get("target", -9.0) >= GOOD_FIT


def _rebuilt(flow: Flow, header: FlowHeader, dealt: Dealt) -> Problem:
    at = flow.lines[flow.atoms[header.start].line]
    count = len(dealt.rows)
    message = f"The {count} rows below line {at.number} were rebuilt from flattened text by order, words and line widths; check them."
    return Problem("flattened-text", "warning", message, at.page, f"line {at.number}")


def _not_read(flow: Flow, atom: int, reason: str) -> Problem:
    at = flow.lines[flow.atoms[atom].line]
    message = f"The flattened table at line {at.number} was not read: {reason}. Its lines are kept as text."
    return Problem("flattened-text-not-read", "error", message, at.page, f"line {at.number}")


def _pieces(flow: Flow, forms: Sequence[_Form], words: TextWords) -> Iterable[FlowPiece]:
    """The lines outside of the forms as they are, and a table for each form; a header repeated at once goes on with its table."""
    behind = 0
    rows: list[GridRow] = []
    above: _Form | None = None
    for form in forms:
        goes_on = above is not None and form.head == form.header.start == behind and form.shape == above.shape
        if not goes_on:
            if rows:
                yield _table(rows)
            rows = []
            yield from _text_lines(flow, behind, form.head)
            rows += [GridRow(tuple(row.cells), row.page, HEAD_CONFIDENCE) for row in read_head(flow, form.head, form.header.start, words)]
        rows.append(_header_row(flow, form))
        for row in form.dealt.rows:
            rows += _grid_rows(flow, form, row)
        behind, above = form.end, form
    if rows:
        yield _table(rows)
    yield from _text_lines(flow, behind, len(flow.atoms))


def _table(rows: Sequence[GridRow]) -> FlowPiece:
    return FlowPiece(rows[0].page or 1, rows=tuple(rows))


def _text_lines(flow: Flow, start: int, stop: int) -> Iterable[FlowPiece]:
    i = start
    while i < stop:
        line = flow.atoms[i].line
        end = i
        while end < stop and flow.atoms[end].line == line:
            end += 1
        yield FlowPiece(flow.lines[line].page, cell_text(flow, i, end))
        i = end


def _header_row(flow: Flow, form: _Form) -> GridRow:
    columns = form.header.columns[form.first_column :]
    cells = tuple(cell_text(flow, column.start, column.end) for column in columns)
    return GridRow(cells, flow.lines[flow.atoms[form.header.start].line].page, HEAD_CONFIDENCE)


def _grid_rows(flow: Flow, form: _Form, row: FlowRow) -> Iterable[GridRow]:
    """The row with its cells in their columns; a rest behind a page break goes to the cell that it completes, if that is plain."""
    header, first = form.header, form.first_column
    texts = [""] * (len(header.columns) - first)
    for cell in row.cells:
        texts[cell.column - first] = cell_text(flow, cell.start, cell.end)
    page = flow.lines[flow.atoms[row.cells[0].start].line].page
    repairs = [(cell.column - first, FLATTENED) for cell in row.cells]
    confidence = ROW_CONFIDENCE if all(cell.fit >= NAME_FIT for cell in row.cells) else POOR_CONFIDENCE
    if row.tail is None:
        yield GridRow(tuple(texts), page, confidence, tuple(repairs))
        return
    rest = cell_text(flow, row.tail.start, row.tail.end)
    cut = [cell for cell in row.cells if _is_cut(flow, header, cell)]
    if len(cut) == 1:
        texts[cut[0].column - first] += "\n" + rest
        repairs.append((cut[0].column - first, TAIL))
    yield GridRow(tuple(texts), page, confidence, tuple(repairs))
    if len(cut) != 1:
        yield GridRow((rest,), page, STRAY_CONFIDENCE)


def _is_cut(flow: Flow, header: FlowHeader, cell: FlowCell) -> bool:
    """Whether a cell looks cut off: its last line is full, and neither a space nor a full stop ends it."""
    lines = cell_text(flow, cell.start, cell.end).split("\n")
    full = max(width(line) for line in lines)
    last = flow.atoms[cell.end - 1]
    if header.roles[cell.column] in ("operator", "unit", "weight", "level1", "level2"):
        return False
    closed = (flow.trails and last.closed and last.last) or lines[-1][-1] in "。；;!！?？"
    return len(lines) > 1 and width(lines[-1]) >= full - 2 and not closed
