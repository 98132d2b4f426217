"""The columns of every table of a dataset, in order, with type and meaning: the one place that the Arrow schema, the
codebook and the checks are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

ColumnType = Literal["string", "int32", "int64", "float64", "bool", "date"]
Record: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``values`` lists the codes of a closed vocabulary."""

    name: str
    type: ColumnType
    description: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """What one source gives to the dataset: table name -> rows, each row with exactly the columns of TABLES."""

    tables: dict[str, list[Record]] = field(default_factory=dict)


FORMS = ("department", "project", "special_fund", "self_evaluation")
HORIZONS = ("annual", "mid_term", "long_term")
OPERATORS = ("ge", "gt", "le", "lt", "eq", "between", "qualitative", "unspecified")
MATCH_METHODS = ("exact", "alias", "fuzzy", "decision", "none")
UNIT_SOURCES = ("target", "unit_column", "name", "header")
SEVERITIES = ("info", "warning", "error")
RECOGNITIONS = ("auto", "always", "never", "missing")
AMOUNT_KINDS = ("funding_income", "funding_expenditure", "task", "project", "payout")

_ID = (
    Column("declaration_id", "string", "Identity of the declaration: document_id, a colon, declaration_index"),
    Column("document_id", "string", "SHA-256 of the source's bytes, in hex"),
    Column("source_name", "string", "File name of the source"),
    Column("declaration_index", "int32", "0-based order of the declaration in its source"),
)

_PLACE = (
    Column("page", "int32", "Page it begins on, 1-based"),
    Column("x0", "float64", "Left edge in points"),
    Column("top", "float64", "Upper edge in points"),
    Column("x1", "float64", "Right edge in points"),
    Column("bottom", "float64", "Lower edge in points, on the page it begins on"),
    Column("sheet", "string", "Sheet of a workbook"),
    Column("cell", "string", "Address of its first cell in a native table"),
    Column("table_index", "int32", "0-based order of the table in its source"),
)

DOCUMENTS = (
    Column("document_id", "string", "SHA-256 of the source's bytes, in hex"),
    Column("source_name", "string", "File name of the source"),
    Column("source_path", "string", "Name of the folder that was ingested (of a file's own folder) and the path below it"),
    Column(
        "other_paths",
        "string",
        "Further sources with the same bytes, whose rows are these; a path a line, in it \\n for a line end and \\\\ for a backslash",
    ),
    Column("format", "string", "Format recognised by content: pdf, docx, xlsx, text, …"),
    Column("bytes", "int64", "Size of the source"),
    Column("pages", "int32", "Pages of a paged source, sheets of a workbook, else 1"),
    Column("reader", "string", "What read it: pdfium, pdfplumber, docx, …; with +pp-ocrv6 where that model recognised pages"),
    Column("ocr", "bool", "True where any page was recognised from a picture"),
    Column(
        "recognition",
        "string",
        "Which pages were to be recognised: those without usable text (auto), all (always), none as asked for (never), or none since "
        "recognition is not installed (missing); null for formats without pages",
        RECOGNITIONS,
    ),
    Column("ocr_confidence", "float64", "Mean confidence of recognised text, 0 to 1; null without recognition"),
    Column("contacts", "bool", "True where names and telephone numbers of contact persons were kept"),
    Column("status", "string", "ok; doubtful: a warning or error among its problems; failed: not read", ("ok", "doubtful", "failed")),
    Column("problems", "int32", "Number of its rows in the table problems"),
    Column("tool_version", "string", "Version of jixiao that read it"),
    Column("reading_version", "string", "Version of the knowledge tables that its reading stands on"),
    Column("mappings_version", "string", "Version of all knowledge tables when its names were last mapped"),
    Column("decisions_version", "string", "Version of what persons decided when its names were last mapped; null without decisions"),
)

DECLARATIONS = (
    *_ID,
    Column("form", "string", "Kind of form", FORMS),
    Column("title", "string", "Printed title of the form"),
    Column("organization", "string", "Unit that declares, as printed"),
    Column("city", "string", "Prefecture-level city, by its official name; null where it cannot be told"),
    Column("city_code", "string", "GB/T 2260 code of the city, six digits"),
    Column("province", "string", "Province of the city, by its official name"),
    Column("subject", "string", "Name of the project or fund; null for a department form"),
    Column("project_code", "string", "Printed code of the project"),
    Column("project_type", "string", "Printed type of the project"),
    Column("fiscal_year", "int32", "Budget year"),
    Column("fiscal_year_basis", "string", "printed: in the form or its title; inferred: elsewhere in the source", ("printed", "inferred")),
    Column("filled_on", "date", "Date of filling in, where printed"),
    Column("period_start", "date", "First day of the printed period of the project"),
    Column("period_end", "date", "Last day of the printed period of the project"),
    Column("total_wan", "float64", "Total funds in 万元"),
    Column("fiscal_wan", "float64", "Funds from the budget (财政拨款) in 万元"),
    Column("other_wan", "float64", "Other funds in 万元"),
    Column("pages", "string", "Pages it stands on, 1-based, joined by commas; null for unpaged sources"),
)

INDICATORS = (
    Column("indicator_id", "string", "Identity of the row: declaration_id, a colon, row_index"),
    *_ID,
    Column("row_index", "int32", "0-based order of the row in its declaration"),
    Column("city", "string", "City of the declaration"),
    Column("fiscal_year", "int32", "Budget year of the declaration"),
    Column("organization", "string", "Organization of the declaration"),
    Column("subject", "string", "Project of the declaration"),
    Column("horizon", "string", "Time the target is set for", HORIZONS),
    Column("level1", "string", "Printed level-1 indicator, filled down over merged cells"),
    Column("level2", "string", "Printed level-2 indicator, filled down over merged cells"),
    Column("level3", "string", "Printed name of the indicator"),
    Column("target_text", "string", "All printed target cells joined: operator, value, unit"),
    Column("unit", "string", "Printed unit, wherever it stands for the row"),
    Column("unit_source", "string", "Where the unit was printed", UNIT_SOURCES),
    Column("explanation", "string", "Printed explanation of the indicator"),
    Column("scoring_rule", "string", "Printed scoring rule"),
    Column("weight", "float64", "Printed weight in points"),
    Column("basis", "string", "Printed basis of the target"),
    Column("remark", "string", "Printed remark"),
    Column("history", "string", "Printed values of earlier years, label=text pairs joined by '; '"),
    Column("achieved_text", "string", "Printed achieved value of a self-evaluation"),
    Column("score", "float64", "Printed score of a self-evaluation"),
    Column("deviation", "string", "Printed reason for the deviation of a self-evaluation"),
    Column("operator", "string", "Comparison read from the target; unspecified for a bare number and for a blank target", OPERATORS),
    Column("value", "float64", "Number as printed (80 for 80%, 5.68 for 5.68万元); lower bound of between"),
    Column("value_high", "float64", "Upper bound of between, as printed"),
    Column("unit_code", "string", "Code of the unit in mappings/units.csv; base units joined by '/' for compounds"),
    Column("quantity", "float64", "value in the base unit of the dimension: yuan, ratio, day, count …"),
    Column("quantity_high", "float64", "value_high in the base unit"),
    Column("dimension", "string", "Dimension of the unit: money, ratio, duration, count, area …"),
    Column("qualitative_text", "string", "Target in words, where it is not a number"),
    Column("deadline", "date", "Date that the target names"),
    Column("level1_code", "string", "Official level-1 code: C cost, P output, B benefit, S satisfaction"),
    Column("level2_code", "string", "Official level-2 code: C1-C3, P1-P3, B1-B4, S1"),
    Column("legacy_layout", "bool", "True where the printed level is of the layout before 2021 (成本 under 产出, 可持续影响)"),
    Column("indicator_code", "string", "Code of the concept in mappings/taxonomy.csv; null where none was accepted"),
    Column("indicator_name", "string", "Chinese name of the concept"),
    Column("match_score", "float64", "Score of the best candidate, 0 to 1"),
    Column("match_method", "string", "How the concept was found", MATCH_METHODS),
    Column("match_candidates", "string", "Best candidates as code=score, joined by '; '"),
    Column("read_review", "bool", "True where the reading of the row is in doubt, whatever its concept"),
    Column("needs_review", "bool", "True where a person should look at the row: its reading or its concept is in doubt"),
    *_PLACE,
    Column("confidence", "float64", "Least confidence of the row's cells, 0 to 1; 1 for text that was not recognised"),
    Column("repairs", "string", "What was mended to get this row, joined by '; '"),
)

FACTS = (
    *_ID,
    Column("name", "string", "Canonical name of the fact, or other_fact"),
    Column("label", "string", "Printed label"),
    Column("text", "string", "Printed value"),
    *_PLACE,
)

GOALS = (
    *_ID,
    Column("horizon", "string", "Time the goal is set for", HORIZONS),
    Column("label", "string", "Printed label of the goal"),
    Column("text", "string", "Printed goal"),
    *_PLACE,
)

AMOUNTS = (
    *_ID,
    Column("kind", "string", "What the money is", AMOUNT_KINDS),
    Column("item", "string", "Printed item"),
    Column("period", "string", "Printed period or year of the column"),
    Column("value_wan", "float64", "Amount in 万元; null where the text is not a readable amount"),
    Column("share", "float64", "Printed share as a ratio (0.8563 for 85.63%)"),
    Column("text", "string", "Printed text"),
    *_PLACE,
)

PROBLEMS = (
    Column("document_id", "string", "SHA-256 of the source's bytes, in hex"),
    Column("source_name", "string", "File name of the source"),
    Column("declaration_index", "int32", "Declaration concerned; null for the whole source"),
    Column("code", "string", "Stable code of the doubt"),
    Column("severity", "string", "info, warning or error", SEVERITIES),
    Column("page", "int32", "Page concerned"),
    Column("message", "string", "What is wrong and where, in a sentence"),
)

FINDINGS = (
    Column("finding_id", "string", "Identity of the finding: the same as long as rule, source, rows and figures are"),
    Column("rule", "string", "Code of the rule: docs/audit.md has its page"),
    Column("severity", "string", "error: figures contradict each other; warning: a careful reader asks; info: a note", SEVERITIES),
    Column("message", "string", "What does not add up, in a sentence"),
    Column("figures", "string", "What was compared, label=printed text, joined by '; '"),
    Column("rows", "string", "The rows concerned, as printed, joined by '; '"),
    Column("places", "string", "Where each row stands, joined by '; '"),
    Column("waived", "string", "Reason for which a person waived it; null for an open finding"),
    *_ID,
    Column("row_index", "int32", "Row of indicators of the first row concerned, where it is one"),
    Column("city", "string", "City of the declaration"),
    Column("fiscal_year", "int32", "Budget year of the declaration"),
    Column("organization", "string", "Organization of the declaration"),
    Column("subject", "string", "Project of the declaration"),
    Column("page", "int32", "Page of the first row concerned"),
)


TABLES: dict[str, tuple[Column, ...]] = {
    "declarations": DECLARATIONS,
    "indicators": INDICATORS,
    "facts": FACTS,
    "goals": GOALS,
    "amounts": AMOUNTS,
    "problems": PROBLEMS,
    "findings": FINDINGS,
    "documents": DOCUMENTS,
}
