"""A medicine that is told, and one that is asked about."""

from __future__ import annotations

import pytest

from retriever import Retriever

TOLD = (
    "i am on warfarin",
    "metformin for 10 years",
    "omeprazole for 8 years what am i missing",
    "isoniazid for TB, hands tingling",
    "my doctor put me on alendronate",
    "levothyroxine 100 mcg in the morning",
    "i take furosemide every morning",
)
ASKED = (
    "sertraline making me yawn all day",
    "coming off sertraline brain zaps",
    "i am on ibuprofen how much can i take",
    "iron injection for piglets age",
    "can i drink on citalopram",
    "lithium carbonate brand names",
    "propranolol for migraine when does it start working",
)


@pytest.mark.parametrize("message", TOLD)
def test_a_medicine_that_is_told_brings_its_own_rows(retriever: Retriever, message: str) -> None:
    question = retriever.understand(message)
    evidence = retriever.evidence(question)
    assert retriever.said(message).on_medicine
    assert evidence.status == "answered"
    assert evidence.interactions or evidence.warnings


@pytest.mark.parametrize("message", ASKED)
def test_what_else_is_asked_of_a_medicine_stays_outside(retriever: Retriever, message: str) -> None:
    assert not retriever.said(message).on_medicine
    assert retriever.evidence(retriever.understand(message)).status == "no_answer"


def test_a_loop_diuretic_is_not_about_the_nearest_nutrient_alone(retriever: Retriever) -> None:
    evidence = retriever.evidence(retriever.understand("i take furosemide every morning"))
    assert {"potassium", "magnesium"} <= {row.text("nutrient") for row in evidence.interactions}


@pytest.mark.parametrize("word", ["shouldnt", "couldnt", "didnt"])
def test_a_contraction_without_its_apostrophe_is_no_other_word(retriever: Retriever, word: str) -> None:
    assert retriever.parser.speller.correct(word) == f"{word[:-1]}'t"
