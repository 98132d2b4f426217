"""All rules, in the order in which they are listed."""

from __future__ import annotations

from jixiao.audit.model import Rule
from jixiao.audit.rules.across import copied_goals, project_amounts
from jixiao.audit.rules.costs import cost_over_budget, cost_sum
from jixiao.audit.rules.funds import funds_parts, funds_totals, money_unit, money_unreadable
from jixiao.audit.rules.parts import (
    empty_target,
    level_contradiction,
    no_benefit,
    no_output,
    no_satisfaction,
    only_qualitative,
)
from jixiao.audit.rules.plans import income_expenditure, payout_whole, project_sum, task_parts, task_sum
from jixiao.audit.rules.texts import duplicate_rows, explanation_target, scoring_target
from jixiao.audit.rules.times import achieved_score, below_last_year, deadline_late, score_over_weight
from jixiao.audit.rules.units import cost_at_least, count_as_rate, deadline_as_rate, quality_counted, rate_counted, rate_over_100
from jixiao.audit.rules.weights import weight_share, weights_level, weights_sum

RULES: tuple[Rule, ...] = (
    funds_parts,
    funds_totals,
    money_unreadable,
    money_unit,
    task_sum,
    task_parts,
    income_expenditure,
    project_sum,
    payout_whole,
    project_amounts,
    cost_over_budget,
    cost_sum,
    cost_at_least,
    weights_sum,
    weights_level,
    weight_share,
    rate_over_100,
    rate_counted,
    count_as_rate,
    quality_counted,
    deadline_as_rate,
    deadline_late,
    below_last_year,
    scoring_target,
    explanation_target,
    duplicate_rows,
    copied_goals,
    no_output,
    no_benefit,
    no_satisfaction,
    empty_target,
    only_qualitative,
    level_contradiction,
    score_over_weight,
    achieved_score,
)
