"""Question sets are told apart by their fields. The rows here are made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus import NutraceError
from evals.checks import Range
from evals.expressions import evaluate
from evals.formats import gold_ranges, read_cases
from evals.names import nutrient_ids
from evals.run import QUESTIONS


def read(tmp_path: Path, *rows: dict[str, Any]) -> list[Any]:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_cases(path)


def names(case: Any) -> list[str]:
    return [check.name for check in case.checks]


def test_an_own_row(tmp_path: Path) -> None:
    expect = {"status": "answered", "asked": ["iron"], "aspect": ["foods"], "number": [1, 2], "unit": "mg"}
    (case,) = read(tmp_path, {"id": "ans-1", "message": "q", "history": ["p"], "expect": expect})
    assert (case.history, case.answerable, case.asked, case.aspects) == (("p",), True, ("iron",), ("foods",))
    assert names(case) == ["status", "asked", "aspect", "number"]


def test_a_trap_is_not_answerable(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "id": "t",
        "question": "q",
        "answerable": "no",
        "intent": "other",
        "subintent": None,
        "nutrients": [],
    }
    borderline = row | {"borderline": True}
    assert [case.answerable for case in read(tmp_path, row | {"borderline": False}, borderline)] == [False, None]


def test_a_composed_follow_up_drops_what_the_assistant_said(tmp_path: Path) -> None:
    row = {
        "id": "f",
        "history": [{"role": "user", "text": "a"}, {"role": "assistant", "text": "b"}],
        "question": "q",
        "self_contained_rewrite": "r",
        "composed": True,
        "phenomenon": "x",
        "expected": {"nutrient": ["thiamin (B1)"], "intent": "nutrient->foods", "food": "nuts", "group": "boy 14"},
    }
    (case,) = read(tmp_path, row)
    assert case.history == ("a",)
    assert names(case) == ["aspect", "nutrient", "food", "group", "group"]


def test_near_scope_differs_from_out_of_scope(tmp_path: Path) -> None:
    row = {"id": "o", "question": "q", "category": "trivia: x", "expected": "abstain"}
    near = row | {"borderline": False}
    assert [case.kind for case in read(tmp_path, row, near, row | {"borderline": True})] == [
        "out of scope",
        "near scope",
    ]


def test_a_row_of_no_known_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(NutraceError, match=r"rows.jsonl:1: expected a row of a known format .* found id, what"):
        read(tmp_path, {"id": 1, "what": "?"})


def test_the_ranges_of_a_gold_number() -> None:
    row = {
        "expected_number": 20,
        "unit": "mg each",
        "tolerance": "13-30",
        "acceptable_alternatives": ["2 g", "5-6 mg"],
    }
    assert gold_ranges(row) == [Range(13, 30, "mg"), Range(1.9, 2.1, "g"), Range(5, 6, "mg")]


@pytest.mark.parametrize(
    ("label", "ids"),
    [
        ("vitamin B12", {"vitamin-b12"}),
        ("thiamin (B1)", {"thiamin"}),
        ("pantothenic acid (B5)", {"pantothenic-acid"}),
        ("omega-3 fatty acids", {"omega-3"}),
        ("multivitamin", set()),
    ],
)
def test_labels_become_canonical_ids(label: str, ids: set[str]) -> None:
    assert nutrient_ids(label) == ids


def test_generators_are_evaluated_and_nothing_else_is() -> None:
    assert evaluate("' '.join('v%d' % i for i in range(3))") == "v0 v1 v2"
    assert evaluate("json.dumps({'q': 'x' * 3})") == '{"q": "xxx"}'
    for hostile in ("__import__('os')", "open('x')", "().__class__", "(lambda: 1)()"):
        with pytest.raises(ValueError, match="expected literals"):
            evaluate(hostile)


def test_the_projects_own_sets_are_large_and_their_ids_unique() -> None:
    cases = [case for path in sorted(QUESTIONS.glob("*.jsonl")) for case in read_cases(path)]
    assert len(cases) >= 400
    assert len({case.id for case in cases}) == len(cases)
