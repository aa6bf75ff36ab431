"""The words of the vocabulary and of the corpus: those that ask, and those that spelling is corrected towards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from corpus import Corpus
from retriever.spelling import Speller
from retriever.text import FILLERS, is_vitamin, plain_document, tokens

NOT_ASKING = (
    "no_names",
    "opens",
    "short",
    "texted",
    "autocorrected",
    "told",
    "plain",
    "self_again",
    "ages_in_words",
    "weighed",
    "of_products",
    "of_much",
    "of_low",
    "warned_as",
    "named_too_often",
    "not_advised",
    "between",
    "elsewhere",
    "beside",
    "rare",
    "unclear",
    "unclear_alone",
    "durations",
    "wholes",
    "totals",
    "moments",
    "weekdays",
    "at_some_time",
    "leftover",
    "each",
)
"""Parts of the vocabulary whose words are about something."""

_GLUE = re.compile(r"(?<!\\)(?:[a-z]{2,}(?:'[a-z]+)?|\bi'[a-z]+)")
UNITS = "milligram microgram gram ounce pound tablespoon teaspoon grams ounces pounds tablespoons teaspoons cup cups"
"""Words for amounts, which stand in questions about foods."""


def glue_of(corpus: Corpus) -> frozenset[str]:
    """The words of the patterns themselves: they ask, but are about nothing."""
    patterns: list[str] = []
    for name in ("aspects", "dialogue", "diets", "doses"):
        held = corpus.vocabulary.get(name) or {}
        patterns += _strings(held)
    return frozenset(word for pattern in patterns for word in _GLUE.findall(pattern))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for key, part in value.items() if key not in NOT_ASKING for text in (str(key), *_strings(part))]
    return [text for part in value for text in _strings(part)] if isinstance(value, list) else []


def speller_of(corpus: Corpus, glue: frozenset[str]) -> Speller:
    """Names weigh most, then the words of the questions in the documents, then every other word of the corpus."""
    weights: dict[str, int] = {}
    medicines: set[str] = set()

    def add(text: str, weight: int) -> None:
        for word in tokens(plain_document(text)):
            if word.text.isalpha() and not is_vitamin(word.text):
                weights[word.text] = max(weights.get(word.text, 0), weight)

    for document in corpus.documents.values():
        for section in document.sections:
            add(document.text[section.start : section.end], 1)
            add(" ".join((section.heading, *section.questions)), 2)
        add(document.title, 4 if document.kind == "nutrient" else 3)
        add(" ".join(document.synonyms), 3)
    for table, columns in (
        ("foods", ("name", "synonyms")),
        ("food_groups", ("words",)),
        ("tests", ("test", "synonyms")),
    ):
        for row in corpus.tables[table].rows:
            for column in columns:
                cell = row.cells[column]
                add(" ".join(cell) if isinstance(cell, tuple) else str(cell or ""), 3)
    for entry in corpus.vocabulary.get("medicines") or ():
        for part in (entry, *(entry.get("members") or ())):
            words = " ".join([part["name"], *map(str, part.get("words") or ())])
            add(words, 3)
            medicines |= {token.text for token in tokens(plain_document(words))}
    for group in ("conditions", "life_stages"):
        for entry in corpus.vocabulary["people"][group]:
            add(" ".join([entry["name"], *map(str, entry.get("words") or ())]), 3)
    add(UNITS, 3)
    add("vitamin vitamins mineral minerals deficiency symptoms women", 4)
    scope = corpus.vocabulary["scope"]
    right = frozenset(
        str(word) for kind in ("outside", "right") for words in scope.get(kind, {}).values() for word in words
    )
    dialogue = corpus.vocabulary["dialogue"]
    short, texted, corrected = (dialogue[name] for name in ("short", "texted", "autocorrected"))
    # "shouldnt" is no shoulder.
    texted = {word.replace("'", ""): word for word in glue if word.endswith("n't")} | texted
    return Speller(weights, FILLERS | glue | right, short, texted, corrected, medicines)
