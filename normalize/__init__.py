"""From printed declarations to comparable records."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from normalize.assemble import normalize as normalize
    from normalize.decisions import match_name as match_name
    from normalize.values import read_target as read_target

__all__ = ["match_name", "normalize", "read_target"]

# The modules behind these names load arrays and tables; a command that needs none of them must start at once.
_HOME = {"match_name": "normalize.decisions", "normalize": "normalize.assemble", "read_target": "normalize.values"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'normalize' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)
