"""Reads a form that is about one project or department: head, indicator tables, foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.declaration import Declaration, Horizon
from extract.form.breaks import may_be_cut, mend
from extract.form.captions import Caption
from extract.form.grid_view import GridView
from extract.form.head import read_head
from extract.form.headers import Header
from extract.form.inference import refine
from extract.form.reading import Reading
from extract.form.rows import Body, Carry, read_body
from extract.form.segments import Part, Segment
from extract.form.vocabulary import Vocabulary, printed, squash, time_of
from extract.model import Cell
from extract.problem import Problem


def read_single(base: Declaration, segments: Sequence[Segment], caption: Caption, words: Vocabulary) -> list[tuple[Declaration, bool]]:
    """The one declaration of these segments, and whether it is a blank form."""
    reading = Reading()
    columns: list[tuple[str, str]] = []
    carry = Carry()
    for segment in segments:
        columns.extend(read_segment(segment, words, reading, carry))
    reading.facts.extend(caption.facts)
    blank = not reading.rows and not any(fact.name in ("subject", "organization") and fact.text for fact in reading.facts)
    blank = blank or (not reading.rows and not any(goal.text for goal in reading.goals))
    return [(finished(base, segments, reading, columns), blank)]


def finished(base: Declaration, segments: Sequence[Segment], reading: Reading, columns: Sequence[tuple[str, str]]) -> Declaration:
    """The declaration with all that was read."""
    places = tuple(place for segment in segments for place in segment.grid.table.places)
    pages = {p.page for use in reading.uses for p in use.places if p.page is not None}
    return replace(
        base,
        facts=tuple(reading.facts),
        amounts=tuple(reading.amounts),
        goals=tuple(reading.goals),
        rows=tuple(reading.rows),
        columns=tuple(dict.fromkeys(columns)),
        uses=tuple(reading.uses),
        pages=tuple(sorted(pages)),
        places=places,
        problems=tuple(reading.problems),
    )


def role_finder(segment: Segment) -> Callable[[int, int], str | None]:
    """The role of a grid column at a row of the segment, for the mending of page breaks."""
    header_of: dict[int, Header] = {row: part.header for part in segment.parts for row in part.rows}

    def role(row: int, column: int) -> str | None:
        header = header_of.get(row)
        if header is None:
            return "label" if column == 0 else "value"
        named = header.columns[column] if column < len(header.columns) else None
        first = min((i for i, c in enumerate(header.columns) if c), default=0)
        if named is None:
            return "side" if column < first else None
        return named.role

    return role


def read_segment(segment: Segment, words: Vocabulary, reading: Reading, carry: Carry) -> list[tuple[str, str]]:
    """Adds what one segment holds to the reading; gives the roles of its columns with their printed headers."""
    segment.parts = [replace_header(part, segment.grid, words) for part in segment.parts]
    grid = mend(segment.grid, segment.rows, role_finder(segment), words)
    for row in segment.title_rows:
        for cell in grid.starting(row):
            reading.use(cell, "header", "title of the form")
    for row in segment.notes:
        for cell in grid.starting(row):
            reading.use(cell, "ignored", "how the form is filled in")
    _doubt_notes(segment, grid, reading)
    for part in segment.parts:
        _read_part(segment, grid, part, words, reading, carry)
        _doubt_breaks(segment, grid, part, reading)
    read_head(grid, segment.head, segment.foot, words, reading)
    _list_leftovers(segment, grid, words, reading)
    return [(c.role, c.header) for part in segment.parts for c in part.header.columns if c]


def _doubt_notes(segment: Segment, grid: GridView, reading: Reading) -> None:
    """A doubt where indicators stand above and below instructions on filling in the form: those below may be another's."""
    rows = [row for part in segment.parts for row in (part.header.first_row, *part.rows)]
    below = next((row for row in rows for note in segment.notes if min(rows) < note < row), None)
    if below is not None:
        place = next((place for cell in grid.starting(below) for place in cell.places), None)
        reading.doubt("rows-below-instructions", "rows below instructions on filling in the form may belong to another form", place)


def replace_header(part: Part, grid: GridView, words: Vocabulary) -> Part:
    """The part with the roles that only its body shows."""
    return Part(refine(part.header, grid, part.rows, words), part.rows)


def _read_part(segment: Segment, grid: GridView, part: Part, words: Vocabulary, reading: Reading, carry: Carry) -> None:
    header = part.header
    for row in range(header.first_row, header.last_row + 1):
        for cell in grid.starting(row):
            if cell.last_row <= header.last_row:
                reading.use(cell, "header")
    if header.inferred:
        page = segment.grid.table.pages[0] if segment.grid.table.pages else None
        reading.problems.append(
            Problem("header-missing", "warning", "an indicator table has no header row; its columns were told by their words", page)
        )
    else:
        carry.texts.clear()
    if not part.rows:
        return
    side = _side_cells(grid, part)
    for cell in side:
        reading.use(cell, "label")
    body = Body(
        header, part.rows[0], part.rows[-1], _side_horizon(segment, grid, part, side, words), _block_horizons(segment, grid, header, words)
    )
    _warn_unknown(header, grid, part, reading)
    read_body(grid, body, words, reading, carry)


def _doubt_breaks(segment: Segment, grid: GridView, part: Part, reading: Reading) -> None:
    """A doubt for each page break without rules at which one row may have been read as two."""
    for row in grid.open_breaks & set(part.rows):
        if may_be_cut(grid, row, role_finder(segment)):
            first = grid.starting(row)[0]
            place = first.places[0] if first.places else None
            reading.doubt(
                "row-may-be-cut", f"{printed(first.text)[:30]!r} begins a page without a rule: it may go on with the row before", place
            )


def _side_cells(grid: GridView, part: Part) -> list[Cell]:
    """The labels beside an indicator table: cells left of its first column with a role."""
    first = min((i for i, c in enumerate(part.header.columns) if c), default=0)
    rows = [*range(part.header.first_row, part.header.last_row + 1), *part.rows]
    found: dict[int, Cell] = {}
    for row in rows:
        for cell in grid.covering(row):
            if cell.last_column < first and cell.text.strip():
                found.setdefault(id(cell), cell)
    return list(found.values())


def _side_horizon(segment: Segment, grid: GridView, part: Part, side: Sequence[Cell], words: Vocabulary) -> Horizon | None:
    """The horizon that the side label prints, or the row just above the header."""
    above = part.header.first_row - 1
    near = [cell for cell in grid.starting(above)] if above in segment.head else []
    for cell in [*side, *(near if len(near) <= 2 else [])]:
        word = words.label(cell.text)
        if word and word.horizon:
            return word.horizon  # type: ignore[return-value]
    return None


def _block_horizons(segment: Segment, grid: GridView, header: Header, words: Vocabulary) -> tuple[tuple[int, Horizon], ...]:
    """The horizon of each table that stands beside another: from headers over it, or from the goals above it."""
    if len(header.blocks) < 2:
        return ()
    found: dict[int, Horizon] = {}
    for block in header.blocks:
        columns = [i for i, c in enumerate(header.columns) if c and c.block == block]
        own = next((c.horizon for c in header.columns if c and c.block == block and c.horizon), None)
        horizon = own or _horizon_above(segment, grid, header, columns, words)
        if horizon:
            found[block] = horizon  # type: ignore[assignment]
    if len(set(found.values())) < len(header.blocks):
        return _horizons_in_order(segment, grid, header, words) or tuple(found.items())
    return tuple(found.items())


def _horizons_in_order(segment: Segment, grid: GridView, header: Header, words: Vocabulary) -> tuple[tuple[int, Horizon], ...]:
    """The horizons of a row of goals, one for each block in order, where the columns do not tell."""
    for row in segment.head:
        labels = [word for cell in grid.starting(row) if (word := words.label(cell.text)) and word.name == "goal" and word.horizon]
        times = [word.horizon for word in labels][-len(header.blocks) :]
        if len(times) == len(header.blocks) and len(set(times)) == len(times):
            return tuple(zip(header.blocks, times, strict=True))  # type: ignore[arg-type]
    return ()


def _horizon_above(segment: Segment, grid: GridView, header: Header, columns: Sequence[int], words: Vocabulary) -> str | None:
    middle = columns[len(columns) // 2]
    for row in range(header.last_row, -1, -1):
        if row not in segment.head and row < header.first_row:
            continue
        cell = grid.at(row, middle)
        word = words.label(cell.text) if cell is not None else None
        if word and cell is not None and cell.column_span < grid.columns - 1 and (time := word.horizon or time_of(squash(cell.text))):
            return time
    return None


def _warn_unknown(header: Header, grid: GridView, part: Part, reading: Reading) -> None:
    """A Problem for each column with content whose header no table of knowledge has."""
    seen: set[str] = set()
    for column, named in enumerate(header.columns):
        if named is None or named.role != "unknown" or named.header in seen:
            continue
        cells = [c for row in part.rows for c in grid.starting(row) if c.column == column]
        if cells:
            seen.add(named.header)
            place = cells[0].places[0] if cells[0].places else None
            reading.doubt("unknown-column", f"the column {named.header!r} is of no known kind; its {len(cells)} cells were left out", place)


def _list_leftovers(segment: Segment, grid: GridView, words: Vocabulary, reading: Reading) -> None:
    """Lists every cell of the segment that nothing above took, so that no printed text is lost without a word."""
    rows = [*segment.title_rows, *segment.head, *segment.foot, *(row for part in segment.parts for row in part.rows)]
    for row in rows:
        for cell in grid.starting(row):
            if reading.is_used(cell):
                continue
            reading.use(cell, "ignored", "text beside the indicators that has no column")
            if words.label(cell.text) is None and len(squash(cell.text)) > 1:
                place = cell.places[0] if cell.places else None
                reading.doubt("text-left-out", f"{printed(cell.text)[:40]!r} has no column and was left out", place)
