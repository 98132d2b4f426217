"""Mutants of the rules: each comparison, sum, sign and condition turned round, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from jixiao.audit.model import Rule

FLIPS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


@dataclass(frozen=True)
class Mutant:
    """A function with one thing turned round."""

    name: str
    function: FunctionType
    code: CodeType


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every mutant of the functions of a module."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef):
            for number in range(len(list(_changes(node)))):
                yield _mutant(module, tree, index, number)


def _mutant(module: ModuleType, tree: ast.Module, index: int, number: int) -> Mutant:
    changed = copy.deepcopy(tree)
    node = changed.body[index]
    assert isinstance(node, ast.FunctionDef)
    line, what, change = list(_changes(node))[number]
    change()
    ast.fix_missing_locations(changed)
    code = compile(changed, str(module.__file__), "exec")
    body = next(one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == node.name)
    return Mutant(f"{module.__name__}:{line} {node.name}: {what}", _function(module, node.name), body)


def _function(module: ModuleType, name: str) -> FunctionType:
    value: Any = getattr(module, name)
    value = value.test if isinstance(value, Rule) else value
    value = getattr(value, "__wrapped__", value)
    assert isinstance(value, FunctionType)
    return value


def _changes(function: ast.FunctionDef) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """Line, what is turned round, and what does it; messages are left as they are."""
    for node in _parts(function):
        match node:
            case ast.Compare():
                yield from _comparisons(node)
            case ast.BinOp() if type(node.op) in SUMS and not _text(node):
                new = SUMS[type(node.op)]
                yield node.lineno, f"{type(node.op).__name__} -> {new.__name__}", _setter(node, "op", new())
            case ast.BoolOp(op=ast.Or(), values=[*_, ast.Constant(value=str())]):
                continue  # a text for one that is missing is no condition
            case ast.BoolOp():
                other: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
                yield node.lineno, f"{type(node.op).__name__} turned", _setter(node, "op", other)
            case ast.UnaryOp(op=ast.Not()):
                yield node.lineno, "not dropped", _setter(node, "op", ast.UAdd(), truth=True)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.JoinedStr | ast.arguments):
            yield child
            yield from _parts(child)


def _comparisons(node: ast.Compare) -> Iterator[tuple[int, str, Callable[[], None]]]:
    for place, old in enumerate(node.ops):
        for new in FLIPS[type(old)]:
            ops = [new() if at == place else op for at, op in enumerate(node.ops)]
            yield node.lineno, f"{type(old).__name__} -> {new.__name__}", _setter(node, "ops", ops)


def _text(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.JoinedStr) for side in (node.left, node.right))


def _setter(node: ast.AST, name: str, value: object, *, truth: bool = False) -> Callable[[], None]:
    def change() -> None:
        if truth:
            assert isinstance(node, ast.UnaryOp)
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
            node.op = ast.Not()
            return
        setattr(node, name, value)

    return change
