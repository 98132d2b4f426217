"""What stands over a form, outside of its table: title, year, unit of money, the unit that declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.declaration import Fact
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import TextLine

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[)）]?$)")
_YEARS = re.compile(r"(?<!\d)20\d\d年?[-－—–~～至到]+20\d\d")
_NAMED_YEAR = re.compile(r"年度[:：]((?:19|20)\d\d)(?!\d)")
_UNIT = re.compile(r"单位\s*[:：]\s*((?:百万|万|千|亿)?元)")
_CODED_UNIT = re.compile(r"^\s*[\[【]?\d{3,12}[\]】]?\s*[-—_]?\s*([\u4e00-\u9fff（）()]{4,40}?)(?:\s{1,}|$|单位[:：])")
_TAIL = re.compile(r"\s*(?:金额)?单位\s*[:：].*$|\s*(?:填报|填表)(?:日期|时间)\s*[:：].*$")
_CODE = re.compile(r"^[\[【(（]?\d{3,12}[\]】)）]?\s*[-—_]?\s*(?=[\u4e00-\u9fff])")
_SHEET_NAME = re.compile(r"\s+(?:\S*表\S*|附件\S*)$")
_MONEY_UNIT = re.compile(r"(?:百万|万|千|亿)?元")
_CAPTION_FACTS = frozenset({"organization", "department", "contact", "telephone", "filled_on", "subject", "project_code"})
_ANNEX = re.compile(r"^(?:附件|附表|附|表|预算表?)[\d一二三四五六七八九十]*[-－—]?\d*[:：.、]?$")
ITEM = re.compile(r"[(（]?[\d一二三四五六七八九十]{1,3}[)）.、．]")
"""The number of an item: what it stands before begins by itself."""
MAX_CAPTION_LINES = 12


@dataclass(frozen=True, slots=True)
class Caption:
    """The words over a form: ``form`` is the kind that the title announces."""

    title: str | None = None
    form: str | None = None
    year: int | None = None
    unit: str | None = None
    facts: tuple[Fact, ...] = ()


def find_year(text: str) -> int | None:
    """The first year of the text that can be a budget year; None where it names none, or a span of years."""
    if _YEARS.search(squash(text)):
        return None
    match = _YEAR.search(squash(text)) or _NAMED_YEAR.search(squash(text))
    return int(match.group(1)) if match and 1990 <= int(match.group(1)) <= 2100 else None


def read_caption(lines: Sequence[TextLine], words: Vocabulary) -> Caption:
    """Title, year, unit and facts from the lines between the last table and this one."""
    near = lines[-MAX_CAPTION_LINES:]
    at, title, form = _find_title(near, words)
    if title is None:
        after = near[-4:]
    else:
        after = near[at + 1 :]
    year = find_year(title) if title else None
    if year is None:
        year = next((y for line in after if _may_date(line.text) and (y := find_year(line.text))), None)
    unit = next((m.group(1) for line in near if (m := _UNIT.search(squash(line.text)))), None)
    return Caption(title, form, year, unit, _facts(near if title is None else near[max(0, at - 2) :], words))


def _may_date(text: str) -> bool:
    """True for a short line that may print the budget year; a date of filling in is none."""
    return len(squash(text)) <= 20 and not re.search(r"日期|时间|\d月", squash(text))


def read_foot(lines: Sequence[TextLine], words: Vocabulary) -> tuple[int, tuple[Fact, ...]]:
    """How many of the lines after a table belong to its form, and their facts: who filled it in, and when."""
    facts: list[Fact] = []
    count = 0
    for at, line in enumerate(lines[:MAX_FOOT_LINES]):
        if _SEAL.fullmatch(squash(line.text)):
            continue
        found = [fact for fact in _facts([line], words) if fact.name in _FOOT]
        if not found or words.title_form(line.text):
            break
        facts.extend(found)
        count = at + 1
    return count, tuple(facts)


_FOOT = frozenset({"contact", "telephone", "filled_on"})
_SEAL = re.compile(r"[(]?(?:单位)?(?:盖章|公章|签章|签字)?[)]?(?:年月日)?")
MAX_FOOT_LINES = 4


def merged(over: Caption, inside: Caption, with_facts: bool) -> Caption:
    """The words over a table and those of the caption rows inside its grid as one; ``with_facts`` takes their facts too."""
    facts = (*over.facts, *(fact for fact in inside.facts if with_facts and fact.name not in {f.name for f in over.facts}))
    title = over.title or inside.title
    return Caption(title, over.form or inside.form, over.year or inside.year, over.unit or inside.unit, facts)


def _find_title(lines: Sequence[TextLine], words: Vocabulary) -> tuple[int, str | None, str | None]:
    """Position of the last line of the nearest title, its text and kind; a title may be printed on two lines."""
    for at in range(len(lines) - 1, -1, -1):
        text = printed(lines[at].text)
        form = words.title_form(text)
        if form is None:
            continue
        if (
            at
            and _may_begin(lines[at - 1].text)
            and not ITEM.match(text)
            and lines[at].size
            and abs(lines[at].size - lines[at - 1].size) < 0.5
            and len(squash(text)) < 12
        ):
            whole = printed(f"{lines[at - 1].text}\n{lines[at].text}")
            if wider := words.title_form(whole):
                return at, whole, wider
        return at, text, form
    return -1, None, None


def _may_begin(text: str) -> bool:
    """True for a line that could be the first half of a title: no number of an annex, no label."""
    word = squash(text)
    return not _ANNEX.match(word) and not word.endswith((":", "："))


def _facts(lines: Sequence[TextLine], words: Vocabulary) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for line in lines:
        for label, value in _pairs(line.text, words):
            word = words.label(label)
            text = _TAIL.sub("", printed(value)).strip("_ ")
            if word is None or word.name not in _CAPTION_FACTS or not text or _MONEY_UNIT.fullmatch(text):
                continue
            if word.name in ("organization", "department"):
                text = _SHEET_NAME.sub("", _CODE.sub("", text))
            facts.append(Fact(word.name, label, text, (line.place,)))
        coded = _CODED_UNIT.match(line.text)
        name = printed(coded.group(1)) if coded else ""
        if name.endswith(words.words.organization_endings) and not any(fact.name == "organization" for fact in facts):
            facts.append(Fact("organization", "", name, (line.place,)))
    return tuple(facts)


def _pairs(text: str, words: Vocabulary) -> list[tuple[str, str]]:
    """Label and value of each label that a line prints before a colon, whether or not gaps part them."""
    starts = _labels_in(text, words)
    ends = [*(begin for begin, _ in starts[1:]), len(text)][: len(starts)]
    return [(printed(text[begin : end - 1]), _value(text[end:stop])) for (begin, end), stop in zip(starts, ends, strict=True)]


def parts_of(line: str, words: Vocabulary) -> list[str]:
    """The parts of a line that prints several labels, each with its value: who filled in the form, his telephone, the date."""
    begins = [begin for begin, end in _labels_in(line, words) if (w := words.label(line[begin : end - 1])) and w.name in _CAPTION_FACTS]
    if len(begins) < 2 or line[: begins[0]].strip():
        return [line]
    return [line[begin:end] for begin, end in pairwise([*begins, len(line)])]


def _labels_in(text: str, words: Vocabulary) -> list[tuple[int, int]]:
    """Where each label that a line prints before a colon begins, and where its value does."""
    starts: list[tuple[int, int]] = []
    for colon in re.finditer(r"[:：]", text):
        free = colon.start() - (starts[-1][1] if starts else 0)
        lengths = range(min(16, free), 1, -1)
        begins = (colon.start() - length for length in lengths)
        found = [b for b in begins if text[b] not in _NO_LABEL and words.label(text[b : colon.start()])]
        if found:
            starts.append((_begin(text, found, colon.start(), words) if starts else found[0], colon.end()))
    return starts


def _begin(text: str, begins: Sequence[int], end: int, words: Vocabulary) -> int:
    """Where a label after another one's value begins: after a gap if it can, and where all of it is a known label.

    Words that only end like a label, 张三  联系电话, may have that value in them."""
    known = [b for b in begins if squash(text[b:end]) in words.words.labels]
    gapped = [b for b in begins if text[b - 1].isspace()]
    return next((b for b in known if b in gapped), gapped[-1] if gapped else (*known, *begins)[0])


_NO_LABEL = frozenset(" \t\u3000*＊_:：;；,，")


def _value(text: str) -> str:
    """A value up to the wide gap behind it: what follows a gap is something else."""
    return re.split(r"\s{3,}|\t", text.strip())[0]
