"""What stands over a form, outside of its table: title, year, unit of money, the unit that declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.declaration import Fact
from extract.form.vocabulary import Vocabulary, printed, squash
from extract.model import TextLine

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[)）]?$)")
_UNIT = re.compile(r"单位\s*[:：]\s*((?:百万|万|千|亿)?元)")
_CODED_UNIT = re.compile(r"^\s*[\[【]?\d{3,12}[\]】]?\s*[-—_]?\s*([\u4e00-\u9fff（）()]{4,40}?)(?:\s{1,}|$|单位[:：])")
_PAIR = re.compile(r"([\u4e00-\u9fff（）()/、\s]{2,20}?)\s*[:：]\s*(.*?)(?=\s{2,}[\u4e00-\u9fff（）()\s]{2,16}[:：]|\t|$)")
_TAIL = re.compile(r"\s*(?:金额)?单位\s*[:：].*$|\s*(?:填报|填表)(?:日期|时间)\s*[:：].*$")
_CODE = re.compile(r"^[\[【(（]?\d{3,12}[\]】)）]?\s*[-—_]?\s*(?=[\u4e00-\u9fff])")
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
    """The first year of the text that can be a budget year; None where it names none."""
    match = _YEAR.search(squash(text))
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
        year = next((y for line in after if len(squash(line.text)) <= 20 and (y := find_year(line.text))), None)
    unit = next((m.group(1) for line in near if (m := _UNIT.search(squash(line.text)))), None)
    return Caption(title, form, year, unit, _facts(near if title is None else near[max(0, at - 2) :], words))


def _find_title(lines: Sequence[TextLine], words: Vocabulary) -> tuple[int, str | None, str | None]:
    """Position of the last line of the nearest title, its text and kind; a title may be printed on two lines."""
    for at in range(len(lines) - 1, -1, -1):
        text = printed(lines[at].text)
        form = words.title_form(text)
        if form is None:
            continue
        if at and lines[at].size and abs(lines[at].size - lines[at - 1].size) < 0.5 and len(squash(text)) < 12:
            whole = printed(f"{lines[at - 1].text}\n{lines[at].text}")
            if wider := words.title_form(whole):
                return at, whole, wider
        return at, text, form
    return -1, None, None


def _facts(lines: Sequence[TextLine], words: Vocabulary) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for line in lines:
        for match in _PAIR.finditer(line.text):
            word = words.label(match.group(1))
            text = _TAIL.sub("", printed(match.group(2))).strip("_ ")
            if word and word.name in ("organization", "department"):
                text = _CODE.sub("", text)
            if word and text and word.name in ("organization", "department", "contact", "telephone", "filled_on", "subject", "project_code"):
                if not re.fullmatch(r"(?:百万|万|千|亿)?元", text):
                    facts.append(Fact(word.name, printed(match.group(1)), text, (line.place,)))
        coded = _CODED_UNIT.match(line.text)
        if coded and not any(fact.name == "organization" for fact in facts) and not words.title_form(line.text):
            facts.append(Fact("organization", "", printed(coded.group(1)), (line.place,)))
    return tuple(facts)
