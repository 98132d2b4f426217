"""What all drawn formats share: the drawings of the pages become a Document with tables and text lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from extract.garbage import search_put_off
from extract.grid.ruled import blocks_of
from extract.grid.turned import block_on_page, boxed, page_turns, turn, turned_block, turned_rules, turned_words
from extract.model import Block, Document, Page, Rule, Word
from extract.ocr.engine import MODEL
from extract.problem import Problem
from extract.readers.drawing import Drawing
from extract.readers.pdf_layer import usable

MOST_PAGES = 20_000
"""Pages that are read; more than that is no declaration."""

TOGETHER = 16
"""Pages after which circles of objects are searched for; recognised ones, which leave more behind, have a search each."""

MOST_RULES = 50_000
"""Lines of one page beyond which some are left out: the densest tables have some thousands."""


def _as_seen(drawing: Drawing) -> Drawing:
    return drawing


@dataclass
class _Pages:
    """The pages read so far, and the doubts and the confidence of words that came with them."""

    keep_drawing: bool
    look: Callable[[Drawing], Drawing]
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    tables: int = 0
    recognised: bool = False

    def take_next(self, drawings: Iterator[Drawing]) -> bool:
        """Adds the next page; False where there is none, or one too many. Nothing of how it is drawn outlives this call."""
        drawing = next(drawings, None)
        if drawing is None:
            return False
        if len(self.pages) == MOST_PAGES:
            self.problems.append(Problem("too-many-pages", "error", f"Only the first {MOST_PAGES} pages were read.", drawing.number))
            return False
        self._add(drawing if drawing.ocr else self.look(usable(drawing)))
        return True

    def _add(self, seen: Drawing) -> None:
        if seen.ocr:
            self.recognised = True
            self.sure += [word.confidence for word in seen.words]
        if len(seen.rules) > MOST_RULES:
            message = f"The page draws {len(seen.rules)} lines; of a drawing so dense only the longest border tables."
            self.problems.append(Problem("dense-drawing", "warning", message, seen.number))
        page = page_of(seen, self.tables, self.keep_drawing)
        self.tables += len(page.tables)
        self.problems.extend(seen.problems)
        if not seen.ocr:
            self.problems.extend(_mixed(page))
        self.pages.append(page)


def _mixed(page: Page) -> Iterator[Problem]:
    """A doubt where texts of a page that was not recognised lie over each other."""
    cells = [cell for table in page.tables for cell in table.cells if cell.confidence < 1]
    if cells:
        texts = "; ".join(" ".join(cell.text.split())[:30] for cell in cells[:3])
        texts += f" and {len(cells) - 3} more" if len(cells) > 3 else ""
        yield Problem("text-over-text", "warning", f"letters lie over letters; texts of two cells may be mixed: {texts}", page.number)


def document_of(
    source_name: str,
    kind: str,
    reader: str,
    drawings: Iterable[Drawing],
    keep_drawing: bool,
    look: Callable[[Drawing], Drawing] = _as_seen,
) -> Document:
    """The document with the tables and text lines of each drawing; tables are numbered through.

    ``keep_drawing`` keeps words and rules on the pages; ``look`` is what looks again at each drawing once its text layer is
    judged, and may give the recognised page instead. The model's name is added to that of the reader where it recognised any."""
    read = _Pages(keep_drawing, look)
    pages, more = iter(drawings), True
    while more:
        with search_put_off():
            for _ in range(TOGETHER):
                more = read.take_next(pages)
                if not more or read.recognised:
                    break
    mean = round(sum(read.sure) / len(read.sure), 4) if read.sure else None
    by = "+".join(filter(None, (reader, MODEL.lower()))) if read.recognised else reader
    return Document(source_name, kind, by, tuple(read.pages), tuple(read.problems), ocr=read.recognised, ocr_confidence=mean)


def page_of(drawing: Drawing, first_index: int, keep_drawing: bool) -> Page:
    """The page that a drawing shows; its tables are numbered from ``first_index``."""
    kept = drawing_on_page(drawing) if keep_drawing else ((), ())
    return Page(drawing.number, drawing.width, drawing.height, None, _blocks(drawing, first_index), *kept)


def drawing_on_page(drawing: Drawing) -> tuple[tuple[Word, ...], tuple[Rule, ...]]:
    """Words and rules on the page as displayed; of a page that was straightened the boxes around where they lie."""
    words, rules, back = drawing.words, drawing.rules, drawing.back
    if back is None:
        return tuple(words), tuple(rules)
    on_page = [boxed((w.x0, w.top, w.x1, w.bottom), back) for w in words]
    placed = tuple(w._replace(x0=x0, top=top, x1=x1, bottom=bottom) for w, (x0, top, x1, bottom) in zip(words, on_page, strict=True))
    return placed, tuple(Rule(*boxed(rule[:4], back)) for rule in rules)


def _blocks(drawing: Drawing, first_index: int) -> tuple[Block, ...]:
    """The blocks in the order in which the page is read, held upright; places are on the page as displayed."""
    if drawing.back is not None:
        blocks = blocks_of(drawing.words, drawing.rules, drawing.number, first_index)
        return tuple(block_on_page(block, drawing.back) for block in blocks)
    turns = page_turns(drawing.words)
    if not turns:
        return blocks_of(drawing.words, drawing.rules, drawing.number, first_index, drawing.homes)
    size = drawing.width, drawing.height
    words, rules = turned_words(drawing.words, turns, *size), turned_rules(drawing.rules, turns, *size)
    homes = {n: turn((x, y, x, y), turns, *size)[:2] for n, (x, y) in drawing.homes.items()}
    blocks = blocks_of(words, rules, drawing.number, first_index, homes)
    return tuple(turned_block(block, 4 - turns, drawing.height, drawing.width) for block in blocks)
