"""Checks of what the prose says of daily amounts: no sentence contradicts `tables/intakes.csv`, nor another sentence.

A sentence that cites the source of that table states its numbers, for the people that the row is about. A sentence that
cites another authority (Europe's, the World Health Organization) has numbers of its own; those are only compared with
each other, for the same authority, nutrient and people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from corpus.findings import at_offset, cell, in_row, number, rows_of, sentences
from corpus.load import Corpus
from corpus.markdown import FOOTNOTE
from corpus.nutrient_names import NutrientNames
from corpus.statements import MICROGRAMS, NO_END, Amount, People, amounts_in
from corpus.types import Document, Row, Span

UNITS_PER_MICROGRAM = {"vitamin-d": 40.0}
"""International units; for the vitamins whose unit does not depend on the form."""
_DAILY = re.compile(r"\b(?:a day|per day|daily|limits?)\b", re.IGNORECASE)
_FOLLOWING = re.compile(r"(?:\s*\[\^[^\]\s]+\])*")


class _Place(NamedTuple):
    document: Document
    span: Span
    text: str

    def __str__(self) -> str:
        return f"{self.document.id}: {self.text}"


def check_intakes(corpus: Corpus) -> Iterator[str]:
    """Findings about stated daily amounts, and about daily values that differ between two tables."""
    names, reference = NutrientNames(corpus), _Reference(corpus)
    others: dict[tuple[object, ...], tuple[tuple[float, ...], _Place]] = {}
    for document, _, span, text in sentences(corpus):
        publishers = {source.id: source.publisher for source in document.sources}
        addresses = {source.id: source.url for source in document.sources}
        marks = cited(document, span)
        if not marks or not (_DAILY.search(text) or any(addresses[mark] in reference.labels for mark in marks)):
            continue
        place = _Place(document, span, text)
        about = document.id if document.id in names.parents else None
        for amount in amounts_in(text, names, about):
            yield from _units(place, amount)
            if {addresses[mark] for mark in marks} <= reference.addresses:
                yield from reference.findings(place, amount, any(addresses[mark] in reference.labels for mark in marks))
            elif len(marks) == 1:
                yield from _same_authority(others, publishers[marks[0]], place, amount)
    yield from _daily_values(corpus)


def cited(document: Document, span: Span) -> tuple[str, ...]:
    """The footnote marks right behind a sentence."""
    behind = _FOLLOWING.match(document.text, span.end)
    return tuple(FOOTNOTE.findall(behind[0])) if behind else ()


class _Reference:
    """The rows of `intakes` and `daily_values` by nutrient, and the addresses of the sources that they name."""

    def __init__(self, corpus: Corpus) -> None:
        self._intakes: dict[str, list[Row]] = {}
        self._values: dict[str, float] = {}
        for _, row in rows_of(corpus, "intakes"):
            self._intakes.setdefault(cell(row, "nutrient"), []).append(row)
        for _, row in rows_of(corpus, "daily_values"):
            self._values[cell(row, "nutrient")] = (number(row, "amount") or 0.0) * MICROGRAMS.get(cell(row, "unit"), 0)
        self.labels = _addresses(corpus, "daily_values")
        self.addresses = self.labels | _addresses(corpus, "intakes")

    def findings(self, place: _Place, amount: Amount, labels: bool) -> Iterator[str]:
        """A finding where the amount stands in no row about these people; `labels`: a daily value will do as well."""
        known = [nutrient for nutrient in amount.nutrients if nutrient in self._intakes or nutrient in self._values]
        expected = {value for nutrient in known for value in self._values_of(nutrient, amount, labels)}
        missing = [end for end in amount.ends if not any(_equal(end, value) for value in expected)]
        if known and missing:
            named = " or ".join(known)
            figures = ", ".join(f"{value:,g} µg" for value in sorted(expected)) or "no figure"
            remedy = "mend the number or the people, or cite another source"
            wanted = f"a figure of intakes.csv for {named} and {_people(amount.people)} ({figures})"
            yield at_offset(place.document, place.span.start, wanted, f"{amount.written!r} in {place.text!r}", remedy)

    def _values_of(self, nutrient: str, amount: Amount, labels: bool) -> Iterator[float]:
        if labels and nutrient in self._values:
            yield self._values[nutrient]
        for row in self._intakes.get(nutrient, ()):
            if _is_about(row, amount.people):
                yield from figures_of(row, amount.kind)


def figures_of(row: Row, kind: str) -> Iterator[float]:
    """The figures of a row of `intakes` in µg: the intake, the upper limit, the risk reduction intake; by `kind`."""
    unit = cell(row, "unit")
    columns = {"need": ("value",), "limit": ("ul", "cdrr")}.get(kind, ("value", "ul", "cdrr"))
    for column in columns:
        value = number(row, column)
        if value is not None:
            yield value * MICROGRAMS.get((cell(row, "ul_unit") if column == "ul" else "") or unit, 0.0)


def _is_about(row: Row, people: People) -> bool:
    sex, stage = cell(row, "sex"), cell(row, "life_stage")
    start, end = number(row, "age_from_months") or 0.0, number(row, "age_to_months")
    of_age = any(start <= last and first <= (NO_END if end is None else end) for first, last in people.ages)
    same_sex = sex == "any" or not people.sexes or sex in people.sexes
    return (of_age or not people.ages) and same_sex and (stage in people.stages if people.stages else not stage)


def _addresses(corpus: Corpus, table: str) -> frozenset[str]:
    ids = {cell(row, "source") for _, row in rows_of(corpus, table)}
    return frozenset(corpus.sources[id_].url for id_ in ids if id_ in corpus.sources)


def _units(place: _Place, amount: Amount) -> Iterator[str]:
    """µg and international units of one amount are the same amount."""
    for nutrient in amount.nutrients[:1]:
        factor = UNITS_PER_MICROGRAM.get(nutrient)
        if factor and amount.units is not None and not _equal(amount.ends[-1] * factor, amount.units):
            found = f"{amount.units:,g} IU in {place.text!r}"
            yield at_offset(place.document, place.span.start, f"{amount.ends[-1] * factor:,g} IU", found, "mend one")


def _same_authority(
    others: dict[tuple[object, ...], tuple[tuple[float, ...], _Place]], publisher: str, place: _Place, amount: Amount
) -> Iterator[str]:
    """The same authority, nutrient, people and kind: the same amount, wherever it is stated."""
    if not amount.kind or len(amount.nutrients) != 1 or amount.people == People():
        return
    key = (publisher, amount.nutrients, amount.people, amount.kind)
    ends, first = others.setdefault(key, (amount.ends, place))
    if ends != amount.ends and first != place:
        expected = f"the amount that {first} gives for the same people"
        yield at_offset(place.document, place.span.start, expected, f"{amount.written!r} in {place.text!r}", "mend one")


def _daily_values(corpus: Corpus) -> Iterator[str]:
    nutrients: Mapping[str, Row] = {row.id: row for _, row in rows_of(corpus, "nutrients")}
    for table, row in rows_of(corpus, "daily_values"):
        other = nutrients.get(cell(row, "nutrient"))
        if other is None:
            continue
        here = (number(row, "amount"), cell(row, "unit"))
        there = (number(other, "daily_value"), cell(other, "unit"))
        if here != there:
            expected = f"the daily value of nutrients.csv, {there[0]} {there[1]}"
            yield in_row(table, row, expected, f"{here[0]} {here[1]}", "mend one of the two")


def _people(people: People) -> str:
    ages = (
        f"ages {start / 12:.3g} to {end / 12:.3g}" if end < NO_END else f"ages from {start / 12:.3g}"
        for start, end in people.ages
    )
    return ", ".join([*sorted(people.stages), *sorted(people.sexes), *ages]) or "everyone"


def _equal(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-6 * max(abs(left), abs(right))
