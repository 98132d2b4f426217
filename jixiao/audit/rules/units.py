"""Units and signs that cannot belong to what an indicator says it measures."""

from __future__ import annotations

import re
from functools import lru_cache

from jixiao.audit.declare import ends_with_any, names_any, rule, unsure
from jixiao.audit.model import AGREES, Figure, Form, Found, Params, Unchecked, Verdict
from jixiao.audit.reading import fold
from normalize.record import Record

_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_WORDS = re.compile(r"[㐀-鿿]{3,}")
_TAIL = re.compile(r"[:;,。、\s]+$")
DOUBTFUL = "the row was read with doubt"


def bare_name(row: Record) -> str:
    """The name of the indicator without brackets and closing marks."""
    return _bare(row["level3"])


@lru_cache(1 << 15)
def _bare(name: str | None) -> str:
    return _TAIL.sub("", _BRACKETS.sub("", fold(name)))


def _found(row: Record, message: str) -> Found:
    return Found(message, (Figure(row["level3"] or "", row["target_text"] or ""),), (row,))


def _judge(row: Record, wrong: bool, message: str) -> Verdict:
    """The verdict on a row that the rule applies to; a wrong one is believed only if the row was read surely."""
    if not wrong:
        return AGREES
    return Unchecked(DOUBTFUL, row["target_text"] or "", (row,)) if unsure(row) else _found(row, message)


@rule("rate-over-100", "error", "row")
def rate_over_100(row: Record, form: Form, params: Params) -> Verdict | None:
    """A rate over 100 %.

    Rates of parts in a whole (满意度, 合格率, 覆盖率, 及时率, 到位率 …; the list is in rules.csv) cannot be over 100 %. Silent for
    rates of growth and for every rate that is not in the list; an upper limit (≤) over 100 % says nothing and is left alone.
    """
    if row["dimension"] != "ratio" or row["quantity"] is None or row["operator"] in ("le", "lt"):
        return None
    name = bare_name(row)
    if not ends_with_any(name, params, "bounded") or names_any(name, params, "unbounded"):
        return None
    high = row["quantity"] if row["quantity_high"] is None else row["quantity_high"]
    wrong = high > 1 or (high == 1 and row["operator"] == "gt")
    return _judge(row, wrong, f"{row['level3']} cannot be over 100 %, its target is {row['target_text']}")


@rule("rate-counted", "error", "row")
def rate_counted(row: Record, form: Form, params: Params) -> Verdict | None:
    """A rate counted in 次, 个, 人 …

    The name ends with 率, 比例 or the like, and the target is a count. Silent for 频率, 效率 and other words in 率 that are no
    share (rules.csv), and for a target of 0.
    """
    name = bare_name(row)
    if not ends_with_any(name, params, "rates") or ends_with_any(name, params, "no_rates") or not row["dimension"] or not row["value"]:
        return None
    return _judge(row, row["dimension"] == "count", f"{row['level3']} is a rate, its target {row['target_text']} is a count")


@rule("count-as-rate", "warning", "row")
def count_as_rate(row: Record, form: Form, params: Params) -> Verdict | None:
    """A count in per cent: 培训次数 ≥95%.

    The name ends with 次数, 人数, 份数 … (rules.csv), and the target is a share. Silent where the name speaks of
    growth, completion or a share, and where the target holds any word beside its number.
    """
    name = bare_name(row)
    if not ends_with_any(name, params, "counts") or not row["dimension"]:
        return None
    if names_any(name, params, "relative") or _WORDS.search(fold(row["target_text"])):
        return None
    return _judge(row, row["dimension"] == "ratio", f"{row['level3']} is a count, its target {row['target_text']} is a share")


@rule("quality-counted", "warning", "row")
def quality_counted(row: Record, form: Form, params: Params) -> Verdict | None:
    """质量指标 or 时效指标 counted in 次.

    How often something is done is 数量指标: it says neither how good nor how timely it was. Silent where what is counted
    are faults, accidents, complaints and the like (rules.csv), for limits (≤) and for 0.
    """
    if row["level2_code"] not in ("P2", "P3") or not row["dimension"]:
        return None
    if row["operator"] in ("le", "lt") or not row["value"] or names_any(row["level3"], params, "faults"):
        return AGREES
    wrong = row["unit_code"] == "time" and row["dimension"] == "count"
    return _judge(row, wrong, f"{row['level3']} stands under {row['level2']} and is counted in {row['unit']}")


@rule("cost-at-least", "error", "row")
def cost_at_least(row: Record, form: Form, params: Params) -> Verdict | None:
    """A cost with ≥: 维护费 ≥10万元.

    A cost is held down; a target that must be reached or exceeded rewards spending more. Silent for savings, and for
    standards and subsidies that must not be less than something (rules.csv).
    """
    if row["level1_code"] != "C" or not (row["dimension"] or "").startswith("money") or names_any(row["level3"], params, "wanted"):
        return None
    wrong = row["operator"] in ("ge", "gt")
    return _judge(row, wrong, f"{row['level3']} is a cost, its target {row['target_text']} must be reached or exceeded")


@rule("deadline-as-rate", "warning", "row")
def deadline_as_rate(row: Record, form: Form, params: Params) -> Verdict | None:
    """A deadline with =100.

    The name asks for a date or a length of time (完成时间, 时限, 工期 …), and the target is a share. Silent where the name
    also speaks of a rate.
    """
    name = bare_name(row)
    if not ends_with_any(name, params, "times") or names_any(name, params, "rates") or row["value"] is None:
        return None
    bare = row["dimension"] is None and row["unit"] is None and row["value"] == 100
    wrong = row["dimension"] == "ratio" or bare
    return _judge(row, wrong, f"{row['level3']} is a time, its target is {row['target_text']}")
