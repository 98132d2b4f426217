"""One clause of a target cell read: the amounts that are targets, the words around them, the day that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from extract.problem import Problem
from mappings.units import UnitTable
from mappings.values import ValueWords
from normalize.amounts import Amount, info, read_amounts, warning
from normalize.dates import read_date
from normalize.tokens import Clause, Token
from normalize.units import INCLUSION, Unit, read_unit

_SHORT_UNIT = re.compile(r"[^\W\d]{1,4}(?:[/·][^\W\d]{1,4})*")
_DATE_END = re.compile(r"(?:前|之前|以前|止|为止|之内|以内|内)?")
_DATE_START = re.compile(r"(?:截至|截止|截止到|截至到|于|在|至|到|力争|确保|计划|预计|力争在|时间|完成时间|：|:|≤|<|不迟于|不晚于)*")
_TRIM = " ：:，,。；;、-~"
_CONJUNCTION = re.compile(r"(?:并且|而且|且|并|同时|和|与|及|或)$")
_NEGATION = re.compile(r"(?:不|非|未|无|没有|零下|除)$")
_FACTOR_BEFORE = re.compile(r"[×xX*/]$")
_GOES_ON = re.compile(r"[×xX*]|(?:至|到|-|~)[零〇一二两三四五六七八九十]")
_BEGINNING = re.compile(r"起(?!草)|开始|以来|之?后|以后|至今")
_ONE_PERIOD = re.compile(r"[1一](?:月|季度)")
_MONTH_ALONE = re.compile(r"\d{1,2}月")
_MEASURE = re.compile(r"(?:率|度|数|量|额|值|比例|比重|占比|面积|时间|时长|时限|成本|费用|费|标准|里程|规模|周期|年限)$")
_RELATIVE_TO_DATE = re.compile(r"(?:较|比|与|同|相比|相较于?|对比)$")
_EARLIER = re.compile(r"同期|上年|去年|基期|往年|上一年")
_TIMES = frozenset({"duration", "calendar_time", "working_time"})


@dataclass(frozen=True, slots=True)
class Reading:
    """An amount that is a target. ``operator`` is None where no comparison is printed; ``words`` are those of the clause
    that no rule used."""

    value: Decimal
    high: Decimal | None = None
    operator: str | None = None
    unit: Unit | None = None
    words: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def backwards(self) -> bool:
        """True for a range that does not rise: one of its numbers is misprinted or misread."""
        return self.high is not None and self.value >= self.high


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """What a clause says. ``unread`` are numbers in it that are neither targets nor known to be names."""

    printed: str
    readings: tuple[Reading, ...] = ()
    unread: tuple[str, ...] = ()
    deadline: date | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What the reading of a clause depends on besides its text. ``whole``: the clause is all that the cell holds."""

    units: UnitTable
    words: ValueWords
    fiscal_year: int | None = None
    whole: bool = True


def read_clause(clause: Clause, context: Context) -> ClauseReading:
    """The targets, the unread numbers and the day of a clause."""
    dates = [token for token in clause.tokens if token.kind == "date"]
    amounts = read_amounts(clause, context.units, context.words, context.whole)
    deadline, problems, used = _deadline(clause, dates, bool(amounts), context) if dates else (None, (), clause.start)
    readings: list[Reading] = []
    unread = [text for text in map(_digits_in, clause.tokens) if text]
    for amount in amounts:
        reading = _reading(clause, amount, used if not readings else amount.start, context)
        if reading is not None:
            readings.append(reading)
        elif not _is_name(amount, context):
            unread.append(amount.text)
    products = tuple(info("unused-number", f"not read as a target: {t.text}") for t in clause.tokens if t.kind == "product")
    return ClauseReading(clause.words, tuple(readings), tuple(unread), deadline, (*problems, *products))


def _digits_in(token: Token) -> str | None:
    """The text of a figure, or of a bracket that holds digits: it is no target, but may not vanish either."""
    if token.kind == "figure":
        return token.text
    if token.kind != "bracket" or not any(c.isdigit() for c in token.text) or INCLUSION.fullmatch(token.text):
        return None
    return token.text


def _is_name(amount: Amount, context: Context) -> bool:
    """True for a number that what follows makes a name (12345热线, 3号楼)."""
    return amount.tail_text.startswith(tuple(context.words.kind("not_counted")))


def _reading(clause: Clause, amount: Amount, used: int, context: Context) -> Reading | None:
    """The amount as a target; None where the number is part of words."""
    before = clause.text[used : amount.start].strip(_TRIM)
    earlier = _RELATIVE_TO_DATE.search(clause.text, clause.start, _date_start(clause, amount))
    if earlier and amount.lead.kinds & {"change", "relative"}:
        before = clause.text[clause.start : earlier.start()].strip(_TRIM)
    compared = bool(amount.operator or amount.tail.bound)
    unit, after, doubt = _unit(amount, compared, before, context)
    if doubt is None and not _is_target(amount, unit, before, after, compared):
        return None
    if _is_broken(clause, amount, before):
        return None
    distant = _distant_operator(clause, amount, used, context) if before and not compared else None
    operator, problems = _operator(replace(amount, operator=distant) if distant else amount)
    problems = (*amount.problems, *problems, *_remarks(amount, bool(earlier)), *((doubt,) if doubt else ()))
    if clause.text[used : amount.start].endswith(("-", "~")) or amount.tail.rest.endswith(("-", "~")):
        problems += (warning("open-range", f"a dash beside {amount.text} leads to no second number"),)
    rates = "".join(amount.lead.rates)
    if rates and not before:
        problems += (_words_before(rates, False),)
    if before:
        doubtful = bool(distant) or not (compared or amount.lead.kinds or _MEASURE.search(before))
        problems += (_words_before(before + rates, doubtful),)
    return Reading(amount.value, amount.high, operator, _per_each(amount, unit, context), _join(before + rates, after), problems)


def _distant_operator(clause: Clause, amount: Amount, used: int, context: Context) -> str | None:
    """The comparison of ≤批复预算588.99万元, where words stand between it and the number. 高于 and 低于 are left out: 高于全国平均5%
    does not say more than 5%."""
    signs = [t.text for t in clause.tokens if t.kind == "compare" and used <= t.start < amount.start]
    meaning = context.words.kind("comparison").get(signs[0]) if len(signs) == 1 else None
    return meaning if meaning in ("ge", "le") else None


def _is_broken(clause: Clause, amount: Amount, before: str) -> bool:
    """True where the number alone would say something else than the print: 不为0, 1000元×12月, 1/万, 25年12月, 1月1次, 百分之八十至九十."""
    if _NEGATION.search(before) or _FACTOR_BEFORE.search(before) or _GOES_ON.match(amount.tail.rest):
        return True
    if any(p.code == "sign-or-dash" for p in amount.problems):
        return True
    if amount.tail.unit is None and amount.tail_text[:1] == "/":
        return True
    counted = amount.tail.unit is not None and amount.tail.unit.dimension == "count"
    if counted and any(t.kind == "date" and t.end == amount.start and _ONE_PERIOD.fullmatch(t.text) for t in clause.tokens):
        return True
    return amount.tail_text == "年" and any(t.kind == "date" and t.start == amount.end + 1 for t in clause.tokens)


def _date_start(clause: Clause, amount: Amount) -> int:
    """Where the date right before the amount begins (较2025年提高3%); the start of the clause where none does."""
    return next((t.start for t in clause.tokens if t.kind == "date" and t.end == amount.start), clause.start)


def _words_before(before: str, doubtful: bool) -> Problem:
    message = f"{before} stands before the number"
    return warning("words-before-value", message) if doubtful else info("words-before-value", message)


def _join(before: str, after: str) -> str:
    return "；".join(part for part in (before, after) if part)


def _unit(amount: Amount, compared: bool, before: str, context: Context) -> tuple[Unit | None, str, Problem | None]:
    """The unit, the words behind it, and the doubt about a unit that nobody knows. Such a unit is short and is all that
    follows; without a comparison it must also be the whole cell, or 1号楼 would be an amount."""
    tail = amount.tail
    rest = _CONJUNCTION.sub("", tail.rest).strip(_TRIM)
    if tail.unit is not None:
        doubt = warning("unknown-unit", f"unit {tail.unit.printed} is not known") if tail.unit.code is None else None
        return tail.unit, rest, doubt
    if tail.bound or tail.before or not _SHORT_UNIT.fullmatch(rest) or rest in context.words.kind("blank"):
        return None, rest, None
    if _is_name(amount, context) or amount.value == 0 or not (compared or (context.whole and not before)):
        return None, rest, None
    return Unit(rest), "", warning("unknown-unit", f"unit {rest} is not known")


def _is_target(amount: Amount, unit: Unit | None, before: str, after: str, compared: bool) -> bool:
    """A number is a target if a comparison is printed with it, or if its unit shows it: first or last in its clause."""
    if compared:
        return True
    if amount.tail.before:
        return False
    led = not before or bool(amount.lead.kinds) or _MEASURE.search(before) is not None
    if unit is None:
        return led and (not after or amount.value == 0)
    if unit.dimension in _TIMES and after:
        return False
    return led or not after


def _operator(amount: Amount) -> tuple[str | None, tuple[Problem, ...]]:
    """The printed comparison: before the number, or the bound behind it. A cap word (控制在) gives way to a bound."""
    operator, bound = amount.operator, amount.tail.bound
    problems: tuple[Problem, ...] = ()
    if operator and operator.endswith("?"):
        operator = operator[:-1]
        problems = (warning("sign-guess", f"the bracket before {amount.text} was read as a comparison"),)
    if amount.high is not None:
        symmetric = amount.value == -amount.high and operator in ("le", "lt")
        if operator not in (None, "between") and not symmetric:
            problems += (warning("operator-conflict", f"a comparison stands with the range {amount.text}"),)
        return "between", problems
    if operator == "between":
        return None, (*problems, warning("operator-conflict", f"two bounds are announced, one is printed: {amount.text}"))
    if operator and bound and operator[0] != bound[0]:
        problems += (warning("operator-conflict", f"comparisons before and behind {amount.text} differ"),)
    return operator or bound or ("le" if amount.lead.cap else None), problems


def _remarks(amount: Amount, earlier: bool) -> list[Problem]:
    """What the understood words add to the number."""
    remarks = []
    kinds = amount.lead.kinds
    if earlier or "relative" in kinds:
        remarks.append(info("relative-to-earlier-year", f"{amount.text} is measured against an earlier time"))
    elif "change" in kinds:
        remarks.append(info("change", f"{amount.text} is an amount of change"))
    if amount.tail.about or "about" in kinds:
        remarks.append(info("approximate", f"{amount.text} is printed as not exact"))
    return remarks


def _per_each(amount: Amount, unit: Unit | None, context: Context) -> Unit | None:
    """The unit per each of what stands before it: 每月不少于2次 is 2 次/月."""
    if not amount.lead.each or unit is None or "/" in unit.printed:
        return unit
    periods = [each[1:].removeprefix("个") for each in amount.lead.each]
    printed = "/".join([unit.printed, *periods])
    return read_unit(printed, context.units) or Unit(printed)


def _deadline(clause: Clause, dates: list[Token], amounts: bool, context: Context) -> tuple[date | None, tuple[Problem, ...], int]:
    """The day that the clause names as its end, doubts about it, and where the words behind it begin. A date in the middle
    of words (保持与2012年编制数持平) names no end."""
    first, last = dates[0], dates[-1]
    begin = _DATE_START.match(clause.text, clause.start, clause.end)
    leading = begin is not None and begin.end() == first.start
    end = _DATE_END.match(clause.text, last.end, clause.end)
    behind = end.end() if end else last.end
    closing = behind >= clause.end
    reading = read_date(last.text, context.fiscal_year)
    if _BEGINNING.match(clause.text, last.end, clause.end):
        return None, (), clause.start
    if len(dates) > 1 or not (leading or closing) or (reading.whole_year and not closing and behind == last.end):
        return None, (), clause.start
    if closing and not leading and _RELATIVE_TO_DATE.search(clause.text, clause.start, first.start):
        return None, (), clause.start
    used = behind if leading else clause.start
    problems = _date_problems(last.text, reading.impossible, reading.inferred_year, context.fiscal_year)
    if _MONTH_ALONE.fullmatch(last.text) and any(t.kind == "compare" and t.end == last.start for t in clause.tokens):
        problems += (warning("month-or-date", f"{last.text} behind a comparison may be a number of months"),)
    return reading.day, problems, used


def _date_problems(printed: str, impossible: bool, inferred: bool, year: int | None) -> tuple[Problem, ...]:
    if impossible:
        return (warning("impossible-date", f"{printed} is no day of the calendar"),)
    if inferred and year is None:
        return (info("deadline-without-year", f"{printed} names no year, and the fiscal year is not known"),)
    if inferred:
        return (info("inferred-year", f"the year of {printed} was taken from the fiscal year {year}"),)
    return ()


def bounds(first: Reading, second: Reading) -> Reading | None:
    """Two readings of a cell as one between (不低于10次，不高于20次); None where they are no pair of bounds."""
    lower, upper = (first, second) if first.operator in ("ge", "gt") else (second, first)
    if lower.operator not in ("ge", "gt") or upper.operator not in ("le", "lt") or lower.value > upper.value:
        return None
    units = {r.unit.printed: r.unit for r in (first, second) if r.unit}
    if len(units) > 1 or first.words or second.words or first.high or second.high:
        return None
    problems = first.problems + second.problems
    if "gt" in (lower.operator, upper.operator) or upper.operator == "lt":
        problems += (info("exclusive-bound", "a bound of the range is itself excluded"),)
    unit = next(iter(units.values()), None)
    if lower.value >= upper.value:
        problems = (*problems, warning("range-out-of-order", f"{lower.value} to {upper.value} runs backwards"))
    return replace(lower, operator="between", high=upper.value, unit=unit, problems=problems)
