"""Numbers out of attributes, where a damaged or hostile file may write anything: other digits, infinity, a million of them."""

from __future__ import annotations

import math
import re

_WHOLE = re.compile(r"\s*0*([0-9]{1,9})\s*")
MOST = 1e9


def whole(text: str | None, default: int = 0) -> int:
    """A count or an index of at most nine digits; the default for everything else."""
    found = _WHOLE.fullmatch(text) if text is not None else None
    return int(found[1]) if found else default


def measure(text: str | None) -> float | None:
    """A length or a size; None where there is none, or none that a page or a sheet can have."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if abs(value) <= MOST else None
