"""Find laboratory results in a message: "ferritin 9 ng/ml", "vit d came back 14", "38 nmol/l for vitamin d".

A number beside the name of a test is its result. Beside the name of a nutrient it may be an amount that somebody takes,
so there a unit of concentration, a word such as "came back", or a number that nobody takes has to say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus import Corpus
from retriever.aspects import compile_pattern
from retriever.laboratory import Laboratory
from retriever.quantities import in_digits
from retriever.text import Token
from retriever.types import Entity, Reading
from retriever.units import UnitNames

_FILE = "dialogue.yaml"


class Readings:
    """Reads results by the wordings of `vocabulary/dialogue.yaml`, under `results`."""

    def __init__(self, corpus: Corpus, laboratory: Laboratory) -> None:
        wordings: Mapping[str, str] = corpus.vocabulary["dialogue"]["results"]
        number, unit = rf"(?<![\w.,/$])(?P<n>{wordings['number']})", rf"\s*(?P<unit>{wordings['unit']})"
        beyond = rf"(?!\d|[.,]\d)(?!{wordings['unless']})"
        between = rf"(?P<between>(?:{wordings['between']})*?)"
        self._after = compile_pattern(rf"{between}{number}(?:{unit}|{beyond})", _FILE)
        self._measured = compile_pattern(rf"{number}{unit}", _FILE)
        self._tells = compile_pattern(wordings["tells"], _FILE)
        self._ends = compile_pattern(wordings["ends"], _FILE)
        self._laboratory, self._units = laboratory, UnitNames(corpus.vocabulary.get("units"))

    def find(self, text: str, words: Sequence[Token], entities: Sequence[Entity]) -> tuple[Reading, ...]:
        """The results in a plain text, in order; one of which nothing says what it is of has no `of`."""
        named = _apart([entity for entity in entities if entity.kind in ("test", "nutrient")])
        found: list[tuple[Reading, str]] = []
        for entity in named:
            match = self._after.match(text, words[entity.end - 1].end)
            if match and (match["unit"] or not _counts_food(match.end(), words, entities)):
                found.append((self._reading(entity.id, match), match["between"]))
        kept = [reading for reading, between in found if self._is_result(reading, between, text)]
        if kept:
            # "Hba1c 6.9, b12 310": among results a bare number beside a nutrient's name is one, too.
            kept = [r for r, _ in found if r in kept or (not r.unit and self._laboratory.may_hold(r.of, r.value))]
        return tuple(kept) or self._apart_from_name(text, words, named)

    def _is_result(self, reading: Reading, between: str, text: str) -> bool:
        if reading.unit or reading.of in self._laboratory.nutrients:
            return True
        if self._tells.search(between):
            return self._laboratory.may_hold(reading.of, reading.value)
        ends = reading.value != int(reading.value) or self._ends.match(text, reading.at[1])
        return bool(ends) and self._laboratory.is_bare(reading.of, reading.value)

    def _apart_from_name(self, text: str, words: Sequence[Token], named: Sequence[Entity]) -> tuple[Reading, ...]:
        """ "38 nmol/l for vitamin d": a number in a unit of concentration says by itself that it is a result."""
        match = self._measured.search(text)
        if not match:
            return ()
        nearest = min(named, key=lambda e: abs(words[e.start].start - match.start()), default=None)
        of = nearest.id if nearest else ""
        return (self._reading(of, match),)

    def _reading(self, of: str, match: re.Match[str]) -> Reading:
        at = (match.start("n"), match.end("unit") if match["unit"] else match.end("n"))
        unit = self._units.name(match["unit"] or "")
        return Reading(of, in_digits(match["n"]), unit, match.string[slice(*at)], at)


def _apart(entities: Sequence[Entity]) -> list[Entity]:
    """One thing for each name: the test, where a name means a test and a nutrient."""
    found: list[Entity] = []
    for entity in sorted(entities, key=lambda e: (e.kind != "test", e.start - e.end, e.start)):
        if not any(entity.start < other.end and other.start < entity.end for other in found):
            found.append(entity)
    return sorted(found, key=lambda entity: entity.start)


def _counts_food(end: int, words: Sequence[Token], entities: Sequence[Entity]) -> bool:
    """Whether a number counts a food that stands behind it: "potassium in 2 bananas"."""
    after = next((at for at, word in enumerate(words) if word.start >= end), len(words))
    return any(entity.kind in ("food", "group") and 0 <= entity.start - after <= 1 for entity in entities)


def as_written(reading: Reading, message: str) -> Reading:
    """The reading with number and unit in the message's own writing, which the plain text may have changed."""
    number = re.match(r"[\d.,]*", reading.typed)
    digits = number[0] if number else ""
    unit = re.escape(reading.typed[len(digits) :].strip()).replace("u", "[u\u00b5\u03bc]")
    for pattern in (rf"{re.escape(digits)}\s*{unit}", re.escape(digits)):
        found = re.search(rf"(?<![\d.,]){pattern}", message, re.IGNORECASE)
        if found:
            return reading._replace(typed=found[0])
    return reading
