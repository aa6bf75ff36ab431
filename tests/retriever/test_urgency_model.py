"""The linear model beside the rules of urgency: unforeseen wordings, and what must not alarm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from corpus import load_corpus
from retriever.text import plain
from retriever.urgency import CALM, UrgentSigns


@pytest.fixture(scope="module")
def vocabulary() -> Mapping[str, Any]:
    return load_corpus().vocabulary


@pytest.fixture(scope="module")
def signs(vocabulary: Mapping[str, Any]) -> UrgentSigns:
    return UrgentSigns(vocabulary)


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("grans mouth has slid down on the left and she talks mush, low b12?", "emergency"),
        ("my wee lad munched a strip of ferrous tablets", "poisoning"),
        ("how many potassium tablets to never wake up", "crisis"),
        ("i bring my dinner back up on purpose every night", "eating_disorder"),
    ],
)
def test_wordings_that_no_rule_foresaw_are_urgent(signs: UrgentSigns, message: str, level: str) -> None:
    assert signs.judge(plain(message)).level == level


@pytest.mark.parametrize(
    "message",
    [
        "i have heart failure",
        "magnesium supplement dose",
        "which deficiency makes your mouth numb",
        "my grandad had a stroke in 2009, what should he eat",
        "no chest pain and no fever, just flaky nails",
        "that price nearly gave me a heart attack lol, cheaper nuts?",
    ],
)
def test_ordinary_messages_stay_calm(signs: UrgentSigns, message: str) -> None:
    assert signs.judge(plain(message)).level in CALM


def test_a_verdict_can_be_looked_into(signs: UrgentSigns) -> None:
    assert signs.model is not None
    names = [name for name, _ in signs.model.reasons("blood when i vomit")]
    assert "k:blood" in names and "k:vomit" in names


def test_a_corpus_without_weights_is_judged_by_its_rules_alone(vocabulary: Mapping[str, Any]) -> None:
    bare = UrgentSigns({"urgent": vocabulary["urgent"]})
    assert bare.model is None and bare.features("chest pain") == {}
    assert bare.judge("i have chest pain").level == "emergency"
