"""The statements of a source file, by their lines: what each sets, its equation."""

from __future__ import annotations

import ast
import linecache
import re
from dataclasses import dataclass
from functools import cache

EQUATION = re.compile(r"#\s*\((\d+[a-z]?)\)")


@dataclass(frozen=True)
class Statement:
    """One statement of a file, as its text says it."""

    first: int
    last: int  # of its own lines: for a loop those of its head
    end: int  # of its body
    names: tuple[str, ...]
    returns: int  # 0: it does not; 1: one value; n: a tuple of n
    loops: bool
    text: str
    equation: str


@cache
def statements(path: str) -> dict[int, Statement]:
    """The innermost statement of each line of the file at `path`, by the line's number (from 1)."""
    lines, found = linecache.getlines(path), {}
    for node in ast.walk(ast.parse("".join(lines))):  # outer ones first
        if isinstance(node, ast.stmt):
            statement = _statement(node, lines)
            found |= dict.fromkeys(range(statement.first, statement.last + 1), statement)
    return found


def _statement(node: ast.stmt, lines: list[str]) -> Statement:
    body = getattr(node, "body", None)
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
    own = lines[node.lineno - 1 : last]
    margin = len(own[0]) - len(own[0].lstrip())
    text = "\n".join(line[margin:].rstrip() for line in own)
    number = EQUATION.search(text)
    returns = 0
    if isinstance(node, ast.Return) and node.value is not None:
        returns = len(node.value.elts) if isinstance(node.value, ast.Tuple) else 1
    loops = isinstance(node, ast.For)
    names = () if isinstance(node, ast.FunctionDef | ast.ClassDef) else _targets(node)
    equation = number[1] if number else ""
    return Statement(node.lineno, last, node.end_lineno, names, returns, loops, text, equation)


def _targets(node: ast.stmt) -> tuple[str, ...]:
    """The local names that a statement sets, or changes in place: x, and y of y[i] += x."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    names: list[str] = []
    while targets:
        target = targets.pop(0)
        if isinstance(target, ast.Tuple | ast.List):
            targets = [*target.elts, *targets]
        elif isinstance(target, ast.Starred | ast.Subscript):
            targets = [target.value, *targets]
        elif isinstance(target, ast.Name) and target.id not in names:
            names.append(target.id)
    return tuple(names)
