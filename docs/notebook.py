"""Runs the notebook docs/cross-city.ipynb and puts what its cells give below them: printed text, tables, pictures.

    python docs/notebook.py

Its cells need nothing but the project and pandas, so that they also run where no Jupyter is."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "docs" / "cross-city.ipynb"


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with the outputs of its cells, run one after the other in a fresh place beside the corpus."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with TemporaryDirectory() as place:
        for name in ("corpus", "docs"):
            Path(place, name).symlink_to(ROOT / name)
        before = os.getcwd()
        os.chdir(place)
        try:
            for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
                cell.execution_count = number
                cell.outputs = outputs(cell.source, names, number)
        finally:
            os.chdir(before)
    return notebook


def outputs(source: str, names: dict[str, Any], number: int) -> list[nbformat.NotebookNode]:
    """What the cell gives: its printed text, and the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"cell {number}", "exec"), names)
        value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names) if isinstance(last, ast.Expr) else None
    made = [nbformat.v4.new_output("stream", name="stdout", text=printed.getvalue())] if printed.getvalue() else []
    if value is not None:
        made.append(nbformat.v4.new_output("execute_result", data=shown(value), execution_count=number))
    return made


def shown(value: Any) -> dict[str, str]:
    """The value as a notebook shows it: a picture, a table, or its text."""
    if hasattr(value, "_repr_png_"):
        return {"image/png": base64.b64encode(value._repr_png_()).decode(), "text/plain": repr(value)}
    if hasattr(value, "_repr_html_"):
        return {"text/html": value._repr_html_(), "text/plain": type(value).__name__}
    return {"text/plain": repr(value)}


def main() -> None:
    """Writes the notebook again."""
    sys.path.insert(0, str(ROOT))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.write(executed(notebook), NOTEBOOK)


if __name__ == "__main__":
    main()
