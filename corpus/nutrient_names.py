"""What the prose calls each nutrient, read from `tables/nutrients.csv` and `tables/intakes.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from corpus.findings import cell, rows_of
from corpus.load import Corpus

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")


class Named(NamedTuple):
    """A nutrient named in a text, and where."""

    nutrient: str
    start: int
    end: int


class NutrientNames:
    """Finds nutrients by name. A form of a nutrient (retinol) counts as the nutrient (vitamin A)."""

    def __init__(self, corpus: Corpus) -> None:
        self.parents = {row.id: cell(row, "parent") or row.id for _, row in rows_of(corpus, "nutrients")}
        self._by_name: dict[str, str] = {}
        for _, row in rows_of(corpus, "nutrients"):
            for column in ("name", "short", "intake_name"):
                self._add(row.id, *_variants(cell(row, column)))
            self._add(row.id, row.id.replace("-", " "), row.id)
        for _, row in rows_of(corpus, "intakes"):
            self._add(cell(row, "nutrient"), *_variants(cell(row, "ul_measured_as")))
        for document in corpus.documents.values():
            if document.id in self.parents:
                self._add(document.id, *_variants(document.title))
        names = sorted(map(re.escape, self._by_name), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(names) or '(?!)'})(?![\w])", re.IGNORECASE)

    def find(self, text: str) -> Iterator[Named]:
        """The nutrients that a text names, in order; the longest name wins."""
        for match in self._pattern.finditer(text):
            yield Named(self._by_name[match[0].casefold()], *match.span())

    def _add(self, nutrient: str, *names: str) -> None:
        for name in names:
            if len(name) > 1:
                self._by_name.setdefault(name, self.parents.get(nutrient, nutrient))


def _variants(name: str) -> Iterator[str]:
    """ "alpha-linolenic acid (ALA)": with and without the bracket, and what stands in it."""
    plain = name.casefold()
    if plain:
        yield _BRACKETS.sub("", plain).strip()
        yield from (part for part in _IN_BRACKETS.findall(plain) if " " not in part or part.startswith("vitamin"))
