"""Where one form ends and the next begins: the rows of a table as head, header, body and foot of forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extract.form.grid_view import GridView
from extract.form.headers import Header, find_header
from extract.form.openings import MAX_HEAD_ROWS, START, YEAR_ALONE, inline_label, opens_form
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import Cell, TextLine

_INSTRUCTIONS = re.compile(r"(?:《[^《》]{2,40}》|[^《》。;,:、]{0,30})(?:填报|填表|填写|编制)(?:说明|须知|要求)[::]?")
_NOTE = re.compile(r"^(?:注|备注|说明|填表说明|填报说明|填表人|填报人|联系人)[:：]")
_SUM = re.compile(r"^(?:总分|总计|合计|小计|自评总分|总得分|合计得分|总计得分|总分值|得分合计)(?:[(（].*[)）])?[:：]?$")
_FOOT = frozenset({"closing", "contact", "telephone", "filled_on"})
_HEAD = frozenset(
    {
        "goal",
        "achieved_goal",
        "funds",
        "tasks",
        "projects",
        "funding",
        "payout",
        "total",
        "fiscal",
        "period",
        "project_code",
        "project_type",
    }
)

_KIND_OF = {name: kind for kind, names in (("start", START), ("foot", _FOOT), ("head", _HEAD)) for name in names}


_INDICATOR_COLUMNS = frozenset(
    {"level2", "level3", "level4", "name", "target", "operator", "unit", "explanation", "scoring_rule", "basis", "remark"}
)
MAX_FOOT_ROWS = 4


@dataclass(slots=True)
class Part:
    """An indicator table of a form: its header and its body rows."""

    header: Header
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Segment:
    """The rows of one form within one table."""

    grid: GridView
    head: list[int] = field(default_factory=list)
    foot: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    title: str | None = None
    title_rows: list[int] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)

    @property
    def first_row(self) -> int:
        rows = [*self.title_rows, *self.head, *self.foot, *(part.header.first_row for part in self.parts)]
        return min(rows, default=0)

    @property
    def rows(self) -> frozenset[int]:
        """All grid rows of the form."""
        inside = (r for part in self.parts for r in (*range(part.header.first_row, part.header.last_row + 1), *part.rows))
        return frozenset({*self.title_rows, *self.head, *self.foot, *self.notes, *inside})

    @property
    def wide(self) -> bool:
        return any(part.header.wide for part in self.parts)


def split_forms(grid: GridView, words: Vocabulary) -> list[Segment]:
    """The forms of a table in order; a table of no form is one segment without parts."""
    segments = [Segment(grid)]
    state = "head"
    row = 0
    while row < grid.rows:
        current = segments[-1]
        header = find_header(grid, row, words)
        if header is not None:
            current.head = [r for r in current.head if r < header.first_row]
            current.parts.append(Part(header))
            state, row = "body", header.last_row + 1
            continue
        kind = _kind(current, state, grid, row, words)
        if kind != "title" and _instructs(current, grid, row, kind, words):
            current.notes.append(row)
            row += 1
            continue
        if kind == "title" or (kind == "start" and state != "head") or (kind == "start" and _repeats_start(current, grid, row, words)):
            if _has_content(current) and not (kind == "start" and current.title_rows and not current.head):
                current = Segment(grid)
                segments.append(current)
            state = "head"
        elif kind in ("head", "foot") and state == "body":
            state = kind
        elif kind == "head" and state == "foot":
            state = "head"
        if kind == "title" and not current.head:
            current.title = current.title or _title(grid.starting(row)[0].text)
            current.title_rows.append(row)
        elif state == "body":
            current.parts[-1].rows.append(row)
        else:
            (current.foot if state == "foot" else current.head).append(row)
        row += 1
    return _without_feet(segments, words)


def _instructs(segment: Segment, grid: GridView, row: int, kind: str, words: Vocabulary) -> bool:
    """True for a row that says how the form is filled in: from the heading of such instructions on all rows of one cell, as long as
    none of them is the form's own."""
    cells = grid.starting(row)
    if row - 1 in segment.notes:
        return not cells or (len(cells) == 1 and not opens_form(grid, row, words) and not _ends_notes(segment, cells[0].text, kind, words))
    return _has_content(segment) and len(cells) == 1 and bool(_INSTRUCTIONS.fullmatch(squash(cells[0].text)))


def _ends_notes(segment: Segment, text: str, kind: str, words: Vocabulary) -> bool:
    """True where the form goes on below instructions: with a label of its head while no indicators are read, then of its foot only."""
    label = inline_label(text)
    word = words.label(label) if label else None
    named = _KIND_OF.get(word.name) if word else None
    return named == "foot" if segment.parts else named is not None or kind in ("start", "head")


def _title(text: str) -> str:
    """The title that a cell prints, without a year alone on a line under it."""
    first, *more = (line for line in text.splitlines() if line.strip())
    return printed("\n".join((first, *(line for line in more if not YEAR_ALONE.fullmatch(squash(line))))))


def _kind(segment: Segment, state: str, grid: GridView, row: int, words: Vocabulary) -> str:
    """The kind of a row in the light of the table it stands in: a label's word in an indicator's column is none."""
    if state == "body" and segment.wide:
        return "body"
    kind = row_kind(grid, row, words)
    if state != "head" and kind != "title" and (_opens_page(grid, row, words) or opens_form(grid, row, words)):
        return "start"
    if state == "body" and row in grid.breaks and _is_foreign(segment.parts[-1], grid, row, words):
        return "start"
    if state != "body" or kind not in ("start", "head"):
        return kind
    column = segment.parts[-1].header.columns[grid.starting(row)[0].column]
    return "body" if column is not None and column.role in _INDICATOR_COLUMNS else kind


def _is_foreign(part: Part, grid: GridView, row: int, words: Vocabulary) -> bool:
    """True where another table begins with the page: its level columns hold words, but none of a level, as those above do."""
    columns = [i for i, c in enumerate(part.header.columns) if c and c.role in ("level1", "level2")]
    above = [cell.text for r in part.rows for cell in grid.starting(r) if cell.column in columns]
    below = [cell.text for r in range(row, min(row + 3, grid.rows)) for cell in grid.starting(r) if cell.column in columns]
    known = sum(bool(words.level_numbers(text)) for text in above)
    return len(below) > 2 and 2 * known > len(above) and not any(_may_be_level(text, words) for text in below)


def _may_be_level(text: str, words: Vocabulary) -> bool:
    """True for a level word, and for what a page break can leave of one."""
    part = squash(text)
    return bool(words.level_numbers(part)) or any(word.startswith(part) or word.endswith(part) for word in words.level_words)


def _opens_page(grid: GridView, row: int, words: Vocabulary) -> bool:
    """True for the first row of a page under a printed title, where the labels of a head and a header follow."""
    if not any(words.title_form(line.text) for line in grid.head_over(row)):
        return False
    labels = 0
    for below in range(row, min(grid.rows, row + MAX_HEAD_ROWS)):
        if find_header(grid, below, words) is not None:
            return labels > 1
        labels += row_kind(grid, below, words) in ("start", "head")
    return False


def _without_feet(segments: list[Segment], words: Vocabulary) -> list[Segment]:
    """The forms, those put to the foot of the one before that are only a few labels after its indicators."""
    kept: list[Segment] = []
    for segment in segments:
        rows = [*segment.head, *segment.foot]
        alone = not segment.parts and not segment.title_rows and len(rows) <= MAX_FOOT_ROWS
        if kept and kept[-1].parts and alone and not _plans(segment, words):
            kept[-1].foot.extend(rows)
            kept[-1].notes.extend(segment.notes)
            continue
        kept.append(segment)
    return kept


def _plans(segment: Segment, words: Vocabulary) -> bool:
    """True where the rows name a project or a goal: the head of a form whose indicators stand elsewhere."""
    names = {word.name for row in segment.head for cell in segment.grid.starting(row) if (word := words.label(cell.text))}
    return bool(names & {"subject", "goal", "total", "funds", "tasks"})


def caption_rows(segment: Segment, words: Vocabulary) -> list[TextLine]:
    """The rows at the top of a form's grid that only caption it: title, year, unit of money, the unit that declares."""
    lines: list[TextLine] = []
    first = segment.parts[0].header.first_row if segment.parts else segment.grid.rows
    for row in (r for r in sorted((*segment.title_rows, *segment.head)) if r < first):
        cells = segment.grid.starting(row)
        if not segment.wide and len(cells) > 1 and not any("：" in cell.text or ":" in cell.text for cell in cells):
            break
        lines.append(TextLine("  ".join(printed(cell.text) for cell in cells)))
    return lines


def _has_content(segment: Segment) -> bool:
    return bool(segment.parts or segment.head or segment.title_rows)


def _repeats_start(segment: Segment, grid: GridView, row: int, words: Vocabulary) -> bool:
    """True where a head without indicators is followed by the head of another form: the same label begins it again."""
    if segment.parts or len(segment.head) < 4:
        return False
    label = squash(grid.starting(row)[0].text)
    first = [squash(cell.text) for r in segment.head[:1] for cell in grid.starting(r)[:1]]
    return label in first


def row_kind(grid: GridView, row: int, words: Vocabulary) -> str:
    """title, start, head, foot, or body where the row could be an indicator's."""
    cells = grid.starting(row)
    if not cells:
        return "body"
    first = cells[0]
    if len(cells) == 1 and grid.width(first) > 0.6 and words.title_form(first.text):
        return "title"
    text = squash(first.text)
    if _SUM.match(text) or (_NOTE.match(text) and first.column == 0):
        return "foot"
    word = words.label(first.text)
    if word is None or words.level_numbers(first.text) or not _leads(grid, row, first):
        return "body"
    return _KIND_OF.get(word.name, "body")


def _leads(grid: GridView, row: int, first: Cell) -> bool:
    """True where the cell is the leftmost of its row, so that it labels what stands beside it."""
    left = [cell for cell in grid.covering(row) if cell.column < first.column]
    return all(not cell.text.strip() and cell.row == row for cell in left)
