"""Makes the font that charts are drawn with: the characters of GB 2312 and the signs of forms out of Noto Sans CJK SC.

    python docs/make_font.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

The same source gives the same bytes. What the font lacks is drawn with a font of the system, where there is one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "jixiao" / "fonts" / "JixiaoSans.otf"
FACE = "Noto Sans CJK SC"
FAMILY = "Jixiao Sans"
SIGNS = "≥≤≠≈±×÷·—–…“”‘’《》〈〉「」『』【】〔〕（）％‰℃㎡㎥²³¥￥①②③④⑤⑥⑦⑧⑨⑩→←↑↓∑√∞△▲▽▼○●□■◇◆★☆"


def characters() -> set[str]:
    """ASCII, the rows of GB 2312, common signs, and every character of the knowledge tables that is Chinese."""
    found = {chr(code) for code in range(0x20, 0x7F)} | set(SIGNS)
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    for path in sorted((ROOT / "mappings").glob("*.csv")):
        found.update(char for char in path.read_text(encoding="utf-8") if "\u4e00" <= char <= "\u9fff")
    return found


def main() -> None:
    """Writes the font."""
    fonts = TTCollection(sys.argv[1]).fonts
    font = next(font for font in fonts if font["name"].getDebugName(4) == FACE)
    options = subset.Options(
        hinting=False, layout_features=[], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True, recalc_timestamp=False
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters())))
    subsetter.subset(font)
    for name in font["name"].names:
        new = {1: FAMILY, 3: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "")}.get(name.nameID)
        if new:
            name.string = new
    top = font["CFF "].cff
    top.fontNames[0] = FAMILY.replace(" ", "")
    top[0].FamilyName = top[0].FullName = FAMILY
    OUTPUT.parent.mkdir(exist_ok=True)
    font.save(OUTPUT)


if __name__ == "__main__":
    main()
