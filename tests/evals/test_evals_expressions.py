"""Expressions of question sets give what Python would give, and can do nothing else."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.expressions import LARGEST, evaluate

SAME_AS_PYTHON = {
    "'iron ' * 20": "iron " * 20,
    "3 * '\"'": '"' * 3,
    "'(' * 5 + 'iron' + ')' * 5": "(((((iron)))))",
    "' '.join('vitamin%d' % i for i in range(3))": "vitamin0 vitamin1 vitamin2",
    "''.join('%s-%d;' % (n, n % 2) for n in range(1, 4))": "1-1;2-0;3-1;",
    "', '.join(['a', 'b'])": "a, b",
    "json.dumps({'q': 'x' * 10**3, 'n': [1, 2.5, None, (True,)]})": json.dumps(
        {"q": "x" * 1000, "n": [1, 2.5, None, (True,)]}
    ),
    "[{'role': 'user', 'text': 'a'}] * 4": [{"role": "user", "text": "a"}] * 4,
    "'\\U0001F34A' * 2": "🍊🍊",
}


@pytest.mark.parametrize("expression", SAME_AS_PYTHON)
def test_an_expression_has_the_value_that_python_gives_it(expression: str) -> None:
    assert evaluate(expression) == SAME_AS_PYTHON[expression]


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "open('x')",
        "().__class__.__bases__",
        "json.loads('1')",
        "'{0.__class__}'.format(1)",
        "f'{1}'",
        "[i for i in range(3)]",
        "''.join(i for i in 'abc')",
        "''.join('a' for i in range(3) if i)",
        "lambda: 1",
        "i",
        "range(3)",
        "'a' % b",
        "1 if 1 else 2",
        "{**{}}",
        "'a' * 'b'",
        "1 -",
        "",
        "(" * 10_000,
        "b'a'",
        "...",
    ],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        f"'a' * {LARGEST + 1}",
        "[['a' * 1000] * 1000] * 1000",
        "9 ** 9 ** 9",
        "10 ** 64",
        "'%999999999d' % 1",
        "('%s' * 1000) % ('a' * 1000000)",
        "''.join('a' * 1000 for i in range(1000000))",
        "''.join('' for i in range(10 ** 12))",
        "json.dumps([[[1] * 200] * 200] * 200)",
    ],
)
def test_what_would_be_too_large_is_refused_before_it_is_made(expression: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        evaluate(expression)


@given(st.text("abi01 '\"()[]{}+*%.,:d", max_size=40))
def test_any_text_is_a_value_or_a_value_error(expression: str) -> None:
    with contextlib.suppress(ValueError):
        evaluate(expression)
