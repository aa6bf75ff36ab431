"""The Python expressions by which a question set describes huge inputs, evaluated without trusting them."""

from __future__ import annotations

import ast
import json
from types import SimpleNamespace
from typing import Any

_NODES = (
    ast.Expression, ast.BinOp, ast.Add, ast.Mult, ast.Mod, ast.Pow, ast.Constant, ast.List, ast.Dict, ast.Tuple,
    ast.GeneratorExp, ast.comprehension, ast.Name, ast.Load, ast.Store, ast.Call, ast.Attribute,
)  # fmt: skip
_NAMES = {"range": range, "json": SimpleNamespace(dumps=json.dumps)}
_METHODS = ("join", "dumps")
_VARIABLE = "i"


def evaluate(expression: str) -> Any:
    """The value of an expression of literals, `+ * % **`, `range`, `join` and `json.dumps`. Raises ValueError."""
    tree = ast.parse(expression, mode="eval")
    for node in ast.walk(tree):
        known = isinstance(node, _NODES)
        known = known and not (isinstance(node, ast.Name) and node.id not in (*_NAMES, _VARIABLE))
        known = known and not (isinstance(node, ast.Attribute) and node.attr not in _METHODS)
        if not known:
            raise ValueError(
                f"{expression[:60]!r}: expected literals and {', '.join(_METHODS)}, found {ast.dump(node)[:60]}"
            )
    return eval(compile(tree, "<generator>", "eval"), {"__builtins__": {}, **_NAMES})
