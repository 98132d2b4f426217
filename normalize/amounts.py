"""The amounts of a clause: numerals with the comparison before and the unit behind them, ranges joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from extract.problem import Problem
from mappings.units import UnitTable
from mappings.values import ValueWords
from normalize.numerals import arabic_number, chinese_decimal
from normalize.tokens import Clause, Token, alternation, each_pattern
from normalize.units import Tail, Unit, read_tail

RATIO = Unit("", "ratio", "ratio")
_RANGE_SIGN = re.compile(r"(?P<unit>.*?)(?:-{1,2}|~{1,2}|至|到)")
_DIGITS = "[零〇一二两三四五六七八九十百千]+"
# A 万 or 亿 at the end belongs to the unit: 五万元 is 5 万元, as in print with Arabic digits.
_CHINESE = re.compile(rf"(?P<number>{_DIGITS}(?:[万亿]{_DIGITS})*(?:点{_DIGITS})?|半)(?P<tail>.*)")
_STOPS = frozenset({"number", "share", "date", "compare"})
_SIGNS = {"-": -1, "负": -1, "+": 1}
_HALVES = {"一半": None, "半数": None, "过半": "gt"}
_LEAD_KINDS = ("lead", "rate", "change", "relative", "about")


@dataclass(frozen=True, slots=True)
class Lead:
    """The understood words before an amount: ``start`` is where they begin, ``kinds`` what kinds of word they are,
    ``cap`` a 控制在 among them, ``each`` the 每季度 and its kin, ``rates`` the 人均 and 单价 that say what it is the amount of."""

    start: int
    kinds: frozenset[str] = frozenset()
    cap: bool = False
    each: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A numeral and what belongs to it. ``start`` to ``end`` covers lead, comparison, sign and digits; ``operator``
    is a printed comparison with a ? where the sign is a guess."""

    start: int
    end: int
    text: str
    value: Decimal
    lead: Lead
    tail: Tail
    tail_text: str
    high: Decimal | None = None
    operator: str | None = None
    problems: tuple[Problem, ...] = ()


def info(code: str, message: str) -> Problem:
    """A note on what was taken for granted or left out."""
    return Problem(code, "info", message)


def warning(code: str, message: str) -> Problem:
    """A reading that a person should look at."""
    return Problem(code, "warning", message)


# Letters before a number that are looked at: no run of such words is longer, and a cell may hold thousands of numbers.
_LONGEST_LEAD = 200


@lru_cache(maxsize=16)
def _lead_patterns(words: ValueWords) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A run of understood words at the end of a text, and one word of it."""
    kinds = [word for kind in _LEAD_KINDS for word in words.kind(kind)]
    one = rf"{each_pattern(words)}|{alternation(kinds)}|[且并：:的]"
    return re.compile(rf"(?:{one})+$"), re.compile(one)


def read_lead(text: str, start: int, end: int, words: ValueWords) -> Lead:
    """The understood words that stand right before ``end``."""
    if end <= start:
        return Lead(end)
    run, one = _lead_patterns(words)
    match = run.search(text, max(start, end - _LONGEST_LEAD), end)
    if match is None:
        return Lead(end)
    found = one.findall(match.group())
    kinds = {_lead_kind(word, words) for word in found} - {""}
    caps = words.kind("lead")
    each = tuple(word for word in found if word.startswith("每") and word not in caps)
    rates = tuple(word for word in found if word in words.kind("rate"))
    return Lead(match.start(), frozenset(kinds), any(caps.get(word) == "le" for word in found), each, rates)


def _lead_kind(word: str, words: ValueWords) -> str:
    """The kind of an understood word; a change up to a level (提升至) leads to the level like any other word."""
    if word in "：:" or words.kind("change").get(word) == "to":
        return "lead"
    return next((kind for kind in _LEAD_KINDS if word in words.kind(kind)), "")


def read_amounts(clause: Clause, units: UnitTable, words: ValueWords, whole: bool) -> list[Amount]:
    """The amounts of a clause in order. ``whole``: the clause is all the cell holds."""
    found = list(_numerals(clause, units, words))
    if not found:
        chinese = _chinese_amount(clause, units, words, whole)
        return [chinese] if chinese else []
    return list(_joined(clause, found, words))


def _numerals(clause: Clause, units: UnitTable, words: ValueWords) -> Iterator[Amount]:
    tokens = [t for t in clause.tokens if not _below_stroke(clause, t)]
    for i, token in enumerate(tokens):
        if token.kind not in ("number", "share"):
            continue
        following = next((t.start for t in tokens[i + 1 :] if t.kind in _STOPS), clause.end)
        tail_text = clause.text[token.end : following]
        previous = tokens[i - 1] if i else None
        yield _amount(clause, token, previous, tail_text, units, words)


def _below_stroke(clause: Clause, token: Token) -> bool:
    """True for the 2 of 1次/2年, which belongs to the unit."""
    before = clause.text[max(clause.start, token.start - 2) : token.start]
    return token.kind == "number" and len(before) == 2 and before[1] == "/" and not before[0].isdigit()


def _amount(clause: Clause, token: Token, previous: Token | None, tail_text: str, units: UnitTable, words: ValueWords) -> Amount:
    text, floor = clause.text, previous.end if previous else clause.start
    value, unit, operator, problems = _value(token)
    start, sign, sign_problem = _sign(text, token, previous, floor)
    inner = read_lead(text, floor, start, words) if previous and previous.kind == "compare" else None
    if inner is not None and previous is not None and inner.start == floor:
        operator = words.kind("comparison").get(previous.text, operator)
        outer = read_lead(text, clause.start, previous.start, words)
        lead = Lead(outer.start, outer.kinds | inner.kinds, outer.cap or inner.cap, outer.each + inner.each, outer.rates + inner.rates)
    else:
        lead = read_lead(text, clause.start, start, words)
    tail = read_tail(tail_text, units, words)
    tail = replace(tail, unit=unit) if unit and tail.unit is None else tail
    if sign_problem:
        problems = (*problems, sign_problem)
    high = None
    if sign == 0:
        value, high = -value, value
    elif sign < 0:
        value = -value
    return Amount(lead.start, token.end, text[start : token.end], value, lead, tail, tail_text, high, operator, problems)


def _sign(text: str, token: Token, previous: Token | None, floor: int) -> tuple[int, int, Problem | None]:
    """Where the numeral begins with its sign, and the sign: 1, -1, or 0 for ±. A dash behind a word may be a sign or
    a dash: it is left and reported."""
    mark = text[token.start - 1] if token.start > floor else ""
    if mark == "±":
        return token.start - 1, 0, None
    if mark not in _SIGNS:
        return token.start, 1, None
    if previous is not None and previous.kind in ("number", "share"):
        return token.start, 1, None
    free = token.start - 1 == floor and (previous is None or previous.kind in ("compare", "marker"))
    if free or mark == "+":
        return token.start - 1, _SIGNS[mark], None
    if mark == "负":
        return token.start - 1, -1, None
    return token.start, 1, warning("sign-or-dash", f"the dash before {token.text} may be a minus sign")


def _value(token: Token) -> tuple[Decimal, Unit | None, str | None, tuple[Problem, ...]]:
    """Value, implied unit, implied comparison and doubts of a numeral."""
    text = token.text
    if token.kind == "number":
        problems = (warning("full-width-thousands", f"the ， in {text} was read as a thousands separator"),) if "，" in text else ()
        return arabic_number(text), None, None, problems
    if text in _HALVES:
        return Decimal("0.5"), RATIO, _HALVES[text], ()
    if text == "百分百":
        return Decimal(100), Unit("百分", "percent", "ratio", Decimal("0.01")), None, ()
    if text.endswith("成"):
        return _plain(text[:-1]), Unit("成", "tenth", "ratio", Decimal("0.1")), None, ()
    return _share(text)


_PARTS = {"百": ("percent", Decimal("0.01")), "千": ("permille", Decimal("0.001")), "万": ("per_ten_thousand", Decimal("0.0001"))}


def _share(text: str) -> tuple[Decimal, Unit | None, str | None, tuple[Problem, ...]]:
    below, above = text.split("分之")
    if below in _PARTS:
        code, factor = _PARTS[below]
        value = Decimal(100) if above == "百" else _plain(above)
        return value, Unit(f"{below}分之", code, "ratio", factor), None, ()
    return _plain(above) / _plain(below), RATIO, None, ()


def _plain(text: str) -> Decimal:
    """The number of a Chinese or an Arabic numeral that the marks have let through."""
    number = chinese_decimal(text)
    return number if number is not None else arabic_number(text)


def _chinese_amount(clause: Clause, units: UnitTable, words: ValueWords, whole: bool) -> Amount | None:
    """An amount in Chinese numerals (三次, 两年内, 不少于十家). Since such characters are in half of all words, it must be
    followed by a known unit and nothing else, or be the whole cell."""
    text = clause.text
    if clause.words in words.kind("whole"):
        return None
    compare = next((t for t in reversed(clause.tokens) if t.kind == "compare"), None)
    at = compare.end if compare else _after_lead(clause, words)
    if any(t.kind == "date" and t.start == at for t in clause.tokens):
        return None
    match = _CHINESE.match(text, at, clause.end)
    value = _chinese_value(match["number"]) if match else None
    if match is None or value is None:
        return None
    tail = read_tail(match["tail"], units, words)
    counted = tail.unit is not None and tail.unit.dimension not in ("grade", "score", "number")
    if tail.rest or tail.before or not (counted or (whole and at == clause.start and not match["tail"])):
        return None
    lead = read_lead(text, clause.start, compare.start if compare else at, words)
    operator = words.kind("comparison").get(compare.text) if compare else None
    return Amount(lead.start, match.end("number"), match["number"], value, lead, tail, match["tail"], None, operator)


def _chinese_value(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    return chinese_decimal(text)


def _after_lead(clause: Clause, words: ValueWords) -> int:
    """Where the understood words at the start of the clause end."""
    _, one = _lead_patterns(words)
    at = clause.start
    while (match := one.match(clause.text, at, clause.end)) is not None and match.end() > at:
        at = match.end()
    return at


def _joined(clause: Clause, found: list[Amount], words: ValueWords) -> Iterator[Amount]:
    """The amounts with each range (10-15%, 5次至8次, 60≤x<80) as one."""
    index = 0
    while index < len(found):
        first, second = found[index], found[index + 1] if index + 1 < len(found) else None
        pair = (_range(first, second) or _enclosed(clause, first, second, words)) if second else None
        yield pair or first
        index += 2 if pair else 1


def _range(first: Amount, second: Amount) -> Amount | None:
    """Two numerals with a range sign between as one amount; None where they are no range. A unit behind the first
    must be that of the second, or a part of it (5万-8万元)."""
    match = _RANGE_SIGN.fullmatch(first.tail_text)
    if match is None or second.operator or first.high is not None or second.high is not None:
        return None
    unit, printed = second.tail.unit or first.tail.unit, match["unit"]
    if printed and not (unit and unit.printed.startswith(printed)):
        return None
    problems = first.problems + second.problems
    if first.value >= second.value:
        problems += (warning("range-out-of-order", f"{first.text} to {second.text} runs backwards"),)
    tail = replace(second.tail, unit=unit)
    return replace(
        first,
        end=second.end,
        text=f"{first.text}-{second.text}",
        high=second.value,
        tail=tail,
        tail_text=second.tail_text,
        problems=problems,
    )


def _enclosed(clause: Clause, first: Amount, second: Amount, words: ValueWords) -> Amount | None:
    """60≤x<80 as one amount: the name stands between two comparisons that point the same way."""
    signs = [t for t in clause.tokens if t.kind == "compare" and first.end <= t.start < second.end]
    meanings = [words.kind("comparison")[t.text] for t in signs]
    if len(signs) != 2 or signs[0].end == signs[1].start or not set(meanings) <= {"le", "lt"} or first.value >= second.value:
        return None
    if signs[0].start != first.end + len(first.tail_text) or first.operator or first.tail.rest:
        return None
    unit = second.tail.unit or first.tail.unit
    problems = first.problems + second.problems
    if "lt" in meanings:
        problems += (info("exclusive-bound", "a bound of the range is itself excluded"),)
    return replace(
        first, end=second.end, text=f"{first.text}-{second.text}", high=second.value, tail=replace(second.tail, unit=unit),
        tail_text=second.tail_text, problems=problems,
    )  # fmt: skip
