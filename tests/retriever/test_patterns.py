from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retriever import Retriever
from retriever.patterns import DIGIT, Families, Patterns, needed

PATTERNS = [
    r"how much|how many",
    r"\b(?:low|lower) in (?:iron|zinc)\b",
    r"^\W*(?:why)?\W*$",
    r"(?<!not )enough(?! iron)",
    r"\d{1,3} ?mg",
    r"[12](?= cups)",
    r"(?:very )?(?:tired|weak)+",
    r"(?:zinc){0,2}",
    r"(?:iron){2}",
    r"vit(?:amin)? ?[abcde]",
    r"(?i:IRON)",
    r"[^\d]x",
    r"(a|b|)zinc(?=.*tired)",
    r"\bof\b",
    r".",
]
TYPED = "how,much,many,low,er,in,iron,zinc,why,not ,enough,2,12,٣,mg, cups,very,tired,weak,vit,amin, , ,?,b,IRON,x,of,²"
WORDS = TYPED.split(",")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"how much|so many", {"how much", "so many"}),
        (r"\b(?:iron|zinc) deficien\w*", {" deficien"}),
        (r"(?:very )?tired", {"tired"}),
        (r"(?:tired){0,3}", None),
        (r"(?:tired|)", None),
        (r"(?:tired|at)", None),
        (r"(?:tired|x2)", {"tired", DIGIT}),
        (r"\d+ (?:g|mg)", {DIGIT}),
        (r"[0-9]{1,3}", {DIGIT}),
        (r"[0-9a]", None),
        (r"(?i)tired", None),
        (r"(?=tired)", None),
        (r"of", None),
        (r"", None),
    ],
)
def test_the_literals_of_which_every_match_has_one(pattern: str, expected: set[str] | None) -> None:
    assert needed(re.compile(pattern)) == expected


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text(max_size=30))
def test_patterns_that_are_passed_over_would_not_have_matched(text: str) -> None:
    compiled = [(source, re.compile(source)) for source in PATTERNS]
    found = [(key, match.span()) for key, match in Patterns(compiled).matches(text)]
    assert found == [(key, match.span()) for key, p in compiled if (match := p.search(text))]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join), st.data())
def test_a_part_of_a_text_has_no_pattern_that_the_whole_rules_out(text: str, data: st.DataObject) -> None:
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    compiled = [(source, re.compile(source)) for source in PATTERNS]
    possible = {key for key, _ in Patterns(compiled).possible(text)}
    assert {key for key, pattern in compiled if pattern.search(text[start:end])} <= possible


def test_families_keep_their_order_and_hold_all_their_matches() -> None:
    families = Families({"a": [("x", re.compile("iron")), ("y", re.compile("zinc"))], "b": [("z", re.compile("zinc"))]})
    found = families.found("zinc and iron")
    assert {name: [key for key, _ in pairs] for name, pairs in found.items()} == {"a": ["x", "y"], "b": ["z"]}
    assert families.found("salt") == {"a": [], "b": []}


def test_every_pattern_of_the_vocabulary_matches_a_listed_question_as_it_does_alone(retriever: Retriever) -> None:
    parser, corpus = retriever.parser, retriever.corpus
    rules = [(rule, pattern) for rule in parser.aspects.rules for pattern in rule.patterns]
    table = Patterns(rules)
    questions = [q for document in corpus.documents.values() for s in document.sections for q in s.questions]
    assert len(questions) > 3_000
    for question in questions[::7]:
        text = parser.parse(question).text
        assert list(table.keys(text)) == [rule for rule, pattern in rules if pattern.search(text)]


def test_most_patterns_are_passed_over(retriever: Retriever) -> None:
    table = Patterns((rule, pattern) for rule in retriever.parser.aspects.rules for pattern in rule.patterns)
    assert len(list(table.possible("what are the signs of low iron"))) < len(table.pairs) / 4
