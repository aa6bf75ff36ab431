"""Checks of numbers in prose: each has a source right behind its sentence, or stands in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.check_intakes import cited, figures_of
from corpus.findings import at_offset, cell, number, rows_of, sentences
from corpus.load import Corpus
from corpus.nutrient_names import NutrientNames
from corpus.statements import MICROGRAMS, amounts_in

NAMES = re.compile(
    r"""
    (?<![\w.,])[^\W\d_][\w-]*\d[\w-]*     # B12, omega-3, COVID-19, AREDS2: a digit behind a letter is part of a name
    | \btype\s[12]\b | \bphase\s[1-4]\b   # kinds that are told apart by number
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AGES = re.compile(
    r"\b(?:aged?|ages|over|up to|from|at) \d{1,2}(?: to \d{1,2})?\b(?! ?(?:mg|µg|g|percent)\b)", re.IGNORECASE
)
"""Whom a row of the table is about stands in the row as well."""
_NUMBER = re.compile(r"\d[\d.,]*(?<![.,])")


def check_numbers(corpus: Corpus) -> Iterator[str]:
    """A finding for each sentence with a number that has neither a footnote behind it nor a row that holds it."""
    names, figures = NutrientNames(corpus), _figures(corpus)
    for document, _, span, text in sentences(corpus):
        if cited(document, span):
            continue
        numbers = _NUMBER.findall(NAMES.sub("", text))
        stated = tuple(amounts_in(text, names, document.id)) if numbers else ()
        held = [a for a in stated if all((nutrient, end) in figures for nutrient in a.nutrients[:1] for end in a.ends)]
        if held:
            numbers = _NUMBER.findall(_AGES.sub("", NAMES.sub("", text)))
        if len(numbers) > sum(len(amount.ends) for amount in held if amount.nutrients):
            remedy = "add [^source] behind the full stop, or take the number out"
            yield at_offset(document, span.start, "a footnote behind a sentence with a number", repr(text), remedy)


def _figures(corpus: Corpus) -> frozenset[tuple[str, float]]:
    """The nutrients and amounts, in µg, of `intakes` and `daily_values`."""
    held = {(cell(row, "nutrient"), value) for _, row in rows_of(corpus, "intakes") for value in figures_of(row, "")}
    for _, row in rows_of(corpus, "daily_values"):
        amount = (number(row, "amount") or 0.0) * MICROGRAMS.get(cell(row, "unit"), 0.0)
        held.add((cell(row, "nutrient"), amount))
    return frozenset(held)
