"""Comparisons as charts: a panel for each unit, so that nothing of two units stands on one axis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from extract.problem import ToolMissingError
from jixiao.compare.change import CHANGE
from jixiao.compare.model import Comparison
from jixiao.compare.shown import CODES, shown, unit_name
from jixiao.compare.views import VIEWS
from normalize.record import Record

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BARS, MOST_PANELS, MOST_SHOWN = 30, 8, 5000
_COLOURS = ("#1F4E79", "#E08E45", "#7BA66F", "#C4504B", "#8E6C8A", "#B8B8B8")
_WIDTH = 9.0
_ROW, _FRAME = 0.28, 1.0
_LONGEST = 34
_NO_KEYS = ("units", "names", "who", "years", "signs")


@dataclass(frozen=True, slots=True)
class Panel:
    """One axis: its title, the unit on it, and what stands on each line. ``values`` of a line are the parts of a bar, or
    least, quartiles and greatest of a range."""

    title: str
    unit: str
    lines: tuple[tuple[str, tuple[float, ...]], ...]
    parts: tuple[str, ...] = ()
    ranges: bool = False


def panels(comparison: Comparison) -> list[Panel]:
    """What is drawn, the greatest groups first. Lines that do not fit are left out; titles say so."""
    figures: list[Record] = comparison.figures.slice(0, MOST_SHOWN).to_pylist()
    if comparison.view == CHANGE:
        return _kinds(figures)
    chart = VIEWS[comparison.view].chart
    return _ranges(figures, comparison) if chart == "ranges" else _bars(figures, comparison, tuple(chart.split()))


def _ranges(figures: Sequence[Record], comparison: Comparison) -> list[Panel]:
    concept = "indicator_name" if comparison.view == "targets" else "base_unit"
    made = []
    for (name, unit), group in groupby(figures, key=lambda row: (row.get(concept), row["base_unit"])):
        rows = list(group)
        scale = 100.0 if unit == "ratio" else 1.0
        values = [tuple(row[part] * scale for part in ("min", "q1", "median", "q3", "max")) for row in rows]
        labels = [_label(row, comparison, leave=(concept,)) + f" (n={row['rows']:,})" for row in rows]
        called = unit_name(unit, comparison.unit_names)
        title = called if concept == "base_unit" else f"{name}（{called}）"
        made.append(Panel(_with_rest(title, len(rows)), called, tuple(zip(labels, values, strict=True))[:MOST_BARS], ranges=True))
    return sorted(made, key=lambda panel: len(panel.lines) < 2)[:MOST_PANELS]


def _bars(figures: Sequence[Record], comparison: Comparison, names: tuple[str, ...]) -> list[Panel]:
    share = names[0].startswith("share")
    lines = [
        (_label(row, comparison), tuple((row[name] or 0) * (100.0 if share else 1.0) for name in names))
        for row in islice(figures, MOST_BARS)
    ]
    title = _with_rest(comparison.question, comparison.figures.num_rows)
    return [Panel(title, "%" if share else "rows", tuple(lines), names)] if lines else []


def _kinds(figures: Sequence[Record]) -> list[Panel]:
    counted: Counter[tuple[str, str]] = Counter()
    for row in figures:
        counted[f"{row['before']} → {row['after']}", row["kind"]] += row.get("rows", 1)
    kinds = ("added", "dropped", "raised", "lowered", "restated", "unchanged")
    spans = sorted({span for span, _ in counted})[:MOST_BARS]
    lines = tuple((span, tuple(float(counted[span, kind]) for kind in kinds)) for span in spans)
    return [Panel("Changes from year to year", "rows", lines, kinds)] if lines else []


def _label(row: Record, comparison: Comparison, leave: tuple[str, ...] = ()) -> str:
    """The keys of a figure, those that its panel names left out."""
    left = {*CODES, *leave, *_NO_KEYS, *(("base_unit",) if leave else ())}
    keys = [column for column in comparison.columns if column.kind == "text" and column.name not in left]
    text = " · ".join(shown(row, column, comparison.unit_names) for column in keys) or "all"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _with_rest(title: str, lines: int) -> str:
    return f"{title}  first {MOST_BARS} of {lines:,}" if lines > MOST_BARS else title


def draw(comparison: Comparison, kind: str) -> bytes:
    """The charts as the bytes of a picture: svg, with letters as outlines, or png. The same comparison gives the same bytes.

    Raises ToolMissingError without matplotlib."""
    try:
        import matplotlib
    except ImportError as error:
        raise ToolMissingError("Charts need matplotlib.", 'Get it with: pip install "jixiao[charts]"') from error
    from jixiao.compare.font import families

    settings: Any = {
        "font.family": list(families()),
        "svg.fonttype": "path",
        "svg.hashsalt": "jixiao",
        "axes.unicode_minus": False,
    }
    made = BytesIO()
    with matplotlib.rc_context(settings):
        figure = _figure(panels(comparison))
        figure.savefig(made, format=kind, dpi=120, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return made.getvalue()


def _figure(drawn: Sequence[Panel]) -> Figure:
    from matplotlib.figure import Figure

    heights = [_FRAME + _ROW * len(panel.lines) for panel in drawn] or [_FRAME]
    figure = Figure(figsize=(_WIDTH, sum(heights)), layout="constrained")
    if not drawn:
        figure.text(0.5, 0.5, "Nothing to draw: no row is compared", ha="center")
        return figure
    axes = figure.subplots(len(drawn), 1, squeeze=False, height_ratios=heights)
    for panel, (axis,) in zip(drawn, axes, strict=True):
        _draw_ranges(axis, panel) if panel.ranges else _draw_bars(axis, panel)
        axis.set_title(panel.title, loc="left", fontsize=10)
        axis.set_xlabel(panel.unit, fontsize=8)
        axis.set_yticks(range(len(panel.lines)), [label for label, _ in panel.lines], fontsize=8)
        axis.tick_params(axis="x", labelsize=8)
        axis.set_ylim(len(panel.lines) - 0.4, -0.6)
        axis.grid(axis="x", linewidth=0.4, alpha=0.6)
        axis.set_axisbelow(True)
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
    return figure


def _draw_ranges(axis: Axes, panel: Panel) -> None:
    names = ("whislo", "q1", "med", "q3", "whishi")
    boxes = [dict(zip(names, values, strict=True)) for _, values in panel.lines]
    axis.bxp(
        boxes,
        positions=range(len(boxes)),
        orientation="horizontal",
        showfliers=False,
        widths=0.5,
        patch_artist=True,
        boxprops={"facecolor": "#BDD3E8", "edgecolor": _COLOURS[0]},
        medianprops={"color": _COLOURS[1], "linewidth": 2},
    )


def _draw_bars(axis: Axes, panel: Panel) -> None:
    lines = range(len(panel.lines))
    left = [0.0] * len(panel.lines)
    for number, name in enumerate(panel.parts):
        widths = [values[number] for _, values in panel.lines]
        start = left if _stacked(panel) else None
        offset = 0.0 if _stacked(panel) else (number - (len(panel.parts) - 1) / 2) * 0.8 / len(panel.parts)
        height = 0.7 if _stacked(panel) else 0.8 / len(panel.parts)
        axis.barh([line + offset for line in lines], widths, height, left=start, color=_COLOURS[number], label=name.replace("_", " "))
        left = [a + b for a, b in zip(left, widths, strict=True)]
    if len(panel.parts) > 1:
        axis.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _stacked(panel: Panel) -> bool:
    """Parts of one whole are put behind each other, others under each other."""
    return "share_quantified" in panel.parts or "added" in panel.parts
