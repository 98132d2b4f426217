"""The font that charts and pages are drawn with: the one that is shipped, then those of the system for what it lacks."""

from __future__ import annotations

import base64
from functools import cache
from io import BytesIO
from pathlib import Path

FONT = Path(__file__).parents[1] / "fonts" / "JixiaoSans.otf"
FAMILY = "Jixiao Sans"
_OF_SYSTEMS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "DejaVu Sans",
)


@cache
def families() -> tuple[str, ...]:
    """The families of fonts for matplotlib, the shipped one first; those that are not here are left out."""
    from matplotlib.font_manager import fontManager

    fontManager.addfont(FONT)
    here = set(fontManager.get_font_names())
    return (FAMILY, *(name for name in _OF_SYSTEMS if name in here))


def embedded(text: str) -> str:
    """A font of the characters of the text alone, as a data address for a page that is right on every machine."""
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=[], recalc_timestamp=False, bidi_closure=False)
    font = subset.load_font(FONT, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    made = BytesIO()
    subset.save_font(font, made, options)
    font.close()
    return "data:font/woff;base64," + base64.b64encode(made.getvalue()).decode()
