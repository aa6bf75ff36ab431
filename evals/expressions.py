"""The Python expressions by which a question set describes huge inputs, read as data: nothing of them is run as code.

A small interpreter over the syntax tree. Each value is measured before it is made, so that an expression of a few
letters cannot fill the memory.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

LARGEST = 5_000_000
"""Characters and entries of any value, those inside it counted."""
LARGEST_NUMBER = 10**18
_FORMAT = re.compile(r"%[ds]")
Names = Mapping[str, Any]


def evaluate(expression: str) -> Any:
    """The value of an expression of literals, `+ * % **`, one loop over `range`, `join` and `json.dumps`.

    Raises ValueError for any other expression, and for a value that would be too large.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, {})
    except (SyntaxError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise ValueError(f"{expression[:60]!r}: expected an expression, found {type(error).__name__}") from None


def _value(node: ast.expr, names: Names) -> Any:
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return _bounded(value)
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.List(elts=elements):
            return _bounded([_value(element, names) for element in elements])
        case ast.Tuple(elts=elements):
            return _bounded(tuple(_value(element, names) for element in elements))
        case ast.Dict(keys=keys, values=values) if None not in keys:
            return _bounded({_value(k, names): _value(v, names) for k, v in zip(keys, values, strict=True) if k})
        case ast.BinOp(left=left, op=op, right=right):
            return _bounded(_combined(op, _value(left, names), _value(right, names)))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="json"), attr="dumps"), args=[of], keywords=[]):
            return _bounded(json.dumps(_value(of, names)))
        case ast.Call(func=ast.Attribute(value=between, attr="join"), args=[ast.GeneratorExp() as loop], keywords=[]):
            return _joined(_value(between, names), loop, names)
        case ast.Call(func=ast.Attribute(value=between, attr="join"), args=[of], keywords=[]):
            return _bounded(str.join(_value(between, names), _value(of, names)))
    raise ValueError(f"expected literals, + * % **, range, join and json.dumps, found {ast.unparse(node)[:60]}")


def _combined(op: ast.operator, left: Any, right: Any) -> Any:
    """`left op right`, measured first."""
    match op:
        case ast.Add():
            _allow(_size(left) + _size(right))
            return left + right
        case ast.Mult():
            if not (isinstance(left, int | float) and isinstance(right, int | float)):
                times, what = (left, right) if isinstance(left, int) else (right, left)
                _allow(_size(what) * (times if isinstance(times, int) else 1))
            return left * right
        case ast.Pow() if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 64:
            return left**right
        case ast.Mod() if isinstance(left, int) and isinstance(right, int) and right:
            return left % right
        case ast.Mod() if isinstance(left, str) and "%" not in _FORMAT.sub("", left):
            _allow(_size(left) + left.count("%") * _size(right))
            return left % right
    raise ValueError(f"expected + * % ** of texts, lists and small numbers, found {type(op).__name__}")


def _joined(between: str, loop: ast.GeneratorExp, names: Names) -> str:
    parts, size = [], 0
    for part in _looped(loop, names):
        parts.append(part)
        size += len(between) + _size(part)
        _allow(size)
    return str.join(between, parts)


def _looped(loop: ast.GeneratorExp, names: Names) -> Iterator[Any]:
    """The values of `… for name in range(…)`."""
    match loop.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=ast.Call() as call, ifs=[], is_async=0)]:
            if isinstance(call.func, ast.Name) and call.func.id == "range" and not call.keywords:
                numbers = range(*(_value(argument, names) for argument in call.args))
                _allow(len(numbers))
                return (_value(loop.elt, {**names, name: number}) for number in numbers)
    raise ValueError("expected one loop over a range")


def _bounded(value: Any) -> Any:
    _allow(_size(value))
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        raise ValueError(f"expected numbers up to {LARGEST_NUMBER:.0e}, found a larger one")
    return value


def _allow(size: int) -> None:
    if size > LARGEST:
        raise ValueError(f"expected a value of at most {LARGEST:,} characters and entries, found a larger one")


def _size(value: Any) -> int:
    """Characters of a text; entries of a list or a dictionary with all that is in them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(1 + _size(key) + _size(entry) for key, entry in value.items())
    if isinstance(value, list | tuple):
        return sum(1 + _size(entry) for entry in value)
    return 1
