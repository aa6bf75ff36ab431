"""Checks across tables: each id that a row names exists where it should, and each link has its sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from corpus.findings import cell, cells_of_list, in_row, number, rows_of
from corpus.load import Corpus
from corpus.nutrient_names import NutrientNames
from corpus.types import Document, Row, Table

STRENGTHS = ("well-established", "possible", "indirect", "weak", "unproven", "not-a-cause")
DIRECTIONS = ("deficiency", "excess")
SEXES = ("any", "female", "male")
GROUPS = ("men", "women", "adults", "pregnant", "children", "everyone", "groups")
"""Whose range a row of tests holds; `groups`: that of no single person."""
SIDES = ("low", "high")
ANY, EVERYONE = "any", "everyone"
"""A row for whatever nutrient (grapefruit juice and statins, say), and one for whoever asks."""
SOURCE_TABLES = ("cautions", "daily_values", "intakes", "interactions", "nutrients", "test_meanings", "tests")
"""Tables whose `source` is an id of sources.csv; the tables of foods name data sets in words."""


class _Reference(NamedTuple):
    """A column that names ids, those that it may name, and what they are, for the message."""

    table: str
    column: str
    known: Collection[str]
    what: str


def check_tables(corpus: Corpus) -> Iterator[str]:
    """Findings about ids across tables, about ranges, and about links without a sentence."""
    for reference in _references(corpus):
        for table, row in rows_of(corpus, reference.table):
            value = cell(row, reference.column)
            if value and value not in reference.known:
                expected = f"{reference.what} in {reference.column!r}"
                yield in_row(table, row, expected, repr(value), "mend the name, or add what it names")
    for name, low, high in (
        ("intakes", "age_from_months", "age_to_months"),
        ("tests", "low", "high"),
        ("tests", "least", "most"),
        ("tests", "alt_low", "alt_high"),
    ):
        for table, row in rows_of(corpus, name):
            yield from _range(table, row, low, high)
    tests = {row.id for _, row in rows_of(corpus, "tests")}
    for table, row in rows_of(corpus, "test_meanings"):
        for id_ in cells_of_list(row, "tests"):
            if id_ not in tests:
                yield in_row(table, row, "a row of tests.csv in 'tests'", repr(id_), "mend the name")
    for table, row in rows_of(corpus, "sources"):
        if not cell(row, "url").startswith(("http://", "https://")):
            yield in_row(table, row, "an http(s) URL", repr(cell(row, "url")), "give the address of the page")
    yield from _unique(corpus)
    yield from _links(corpus)


def _references(corpus: Corpus) -> Iterator[_Reference]:
    nutrients = {row.id for _, row in rows_of(corpus, "nutrients")}
    for name in ("cautions", "interactions"):
        yield _Reference(name, "nutrient", nutrients | {ANY}, "a nutrient of nutrients.csv or any")
    for name in ("daily_values", "food_extra", "intakes", "links", "tests"):
        yield _Reference(name, "nutrient", nutrients, "a nutrient of nutrients.csv")
    yield _Reference("nutrients", "parent", nutrients, "a nutrient of nutrients.csv")
    yield _Reference("links", "subject", corpus.documents, "the id of a document")
    yield _Reference("links", "strength", STRENGTHS, " | ".join(STRENGTHS))
    yield _Reference("links", "direction", DIRECTIONS, " | ".join(DIRECTIONS))
    yield _Reference("intakes", "sex", SEXES, " | ".join(SEXES))
    foods = {row.id for _, row in rows_of(corpus, "foods")}
    for name in ("food_alternatives", "food_extra", "food_portions"):
        yield _Reference(name, "food_id", foods, "a food of foods.csv")
    for name in SOURCE_TABLES:
        yield _Reference(name, "source", corpus.sources, "a source of sources.csv")
    yield _Reference("tests", "whom", GROUPS, " | ".join(GROUPS))
    yield _Reference("tests", "meaning_of", (*SIDES, "both", "any"), "low | high | both | any")
    yield _Reference("tests", "high_means", ("more",), "more, or blank,")
    yield _Reference("cautions", "hide_foods", ("no", "list", "yes"), "no | list | yes")
    yield _Reference("test_meanings", "side", SIDES, " | ".join(SIDES))
    yield _Reference("nutrients", "note_source", corpus.sources, "a source of sources.csv")
    if "medicines" in corpus.vocabulary:
        medicines = set(_ids(corpus.vocabulary["medicines"]))
        yield _Reference("interactions", "medicine", medicines, "a medicine of medicines.yaml")
    if "people" in corpus.vocabulary:
        people: Mapping[str, Any] = corpus.vocabulary["people"]
        known = {*_ids(people.get("life_stages")), *_ids(people.get("conditions")), EVERYONE}
        yield _Reference("cautions", "who", known, "a life stage or condition of people.yaml, or everyone,")
        stages = {id_.partition(":")[2] for id_ in known}
        yield _Reference("intakes", "life_stage", stages, "a life stage of people.yaml")


def _ids(entries: Any) -> Iterator[str]:
    """The ids of a list of entries and of their members."""
    for entry in entries or ():
        yield str(entry.get("id"))
        yield from _ids(entry.get("members"))


def _range(table: Table, row: Row, low: str, high: str) -> Iterator[str]:
    least, most = number(row, low), number(row, high)
    if least is not None and (least < 0 or (most is not None and most < least)):
        found = f"{least:g} and {'none' if most is None else f'{most:g}'}"
        yield in_row(table, row, f"{low} of at least 0 and at most {high}", found, "mend the numbers")


def _unique(corpus: Corpus) -> Iterator[str]:
    """One row for each subject, nutrient and direction; one for each nutrient with a daily value."""
    for name, columns in (("links", ("subject", "nutrient", "direction")), ("daily_values", ("nutrient",))):
        seen: dict[tuple[str, ...], Row] = {}
        for table, row in rows_of(corpus, name):
            other = seen.setdefault(tuple(cell(row, column) for column in columns), row)
            if other is not row:
                expected = f"one row for each {', '.join(columns)}"
                yield in_row(table, row, expected, f"another in line {other.number}", "drop one")


def _links(corpus: Corpus) -> Iterator[str]:
    """Each link's nutrient is named by a sentence of the subject's linked-nutrients section, which answers quote."""
    names = NutrientNames(corpus)
    named = {id_: _named(document, names) for id_, document in corpus.documents.items()}
    for table, row in rows_of(corpus, "links"):
        subject, nutrient = cell(row, "subject"), cell(row, "nutrient")
        if subject in named and names.parents.get(nutrient, nutrient) not in named[subject]:
            expected = f"a sentence of {subject} under linked-nutrients that names {nutrient}"
            yield in_row(table, row, expected, "none", "write the sentence, or drop the row")


def _named(document: Document, names: NutrientNames) -> frozenset[str]:
    held = (section.sentences for section in document.sections if section.aspect == "linked-nutrients")
    texts = (document.text[span.start : span.end] for spans in held for span in spans)
    return frozenset(name.nutrient for text in texts for name in names.find(text))
