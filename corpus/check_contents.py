"""Checks of what the prose says a food holds: the figure is that of foods.csv for the food whose page it cites.

"Half a cup of boiled spinach (90 g) has 78 mg of magnesium.[^fdc168463]": 90 g × 87 mg in 100 g of FDC 168463.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.check_intakes import cited
from corpus.findings import at_offset, cell, number, rows_of, sentences
from corpus.load import Corpus
from corpus.nutrient_names import NutrientNames
from corpus.statements import MICROGRAMS
from corpus.types import Row

TOLERANCE = 0.02
"""How far a figure may be off beside the rounding of its last digit: grams of a serving are rounded as well."""
OUNCE = 28.35
"""Grams. Prose says "one ounce (28 g)"."""
_FDC = re.compile(r"/food-details/(\d+)\b")
_HELD = re.compile(
    r"\((?P<grams>\d+(?:\.\d+)?) g\b[^)]*\) (?:has|have|holds?) (?:about |only )?"
    r"(?P<amount>\d[\d,]*(?:\.\d+)?) (?P<unit>µg|mg|g)\b"
)
_Column = tuple[tuple[str, ...], float]


def check_contents(corpus: Corpus) -> Iterator[str]:
    """A finding for each amount of a nutrient in a serving that no cited food of foods.csv holds."""
    names, columns, foods = NutrientNames(corpus), _columns(corpus), _foods(corpus)
    for document, _, span, text in sentences(corpus):
        addresses = {source.id: source.url for source in document.sources}
        ids = [found[1] if found else "" for mark in cited(document, span) for found in [_FDC.search(addresses[mark])]]
        if not ids or not all(id_ in foods for id_ in ids):
            continue  # a page of a food that is not in the table: its footnote is the source
        named = [name.nutrient for name in names.find(text)] or [document.id]
        known = [columns[nutrient] for nutrient in dict.fromkeys(named) if nutrient in columns]
        for held in _HELD.finditer(text):
            grams = OUNCE if held["grams"] == "28" else float(held["grams"])
            expected = [found for id_ in ids for column in known for found in _held_in(foods[id_], column, grams)]
            unit, written = MICROGRAMS[held["unit"]], held["amount"].replace(",", "")
            rounding = 0.55 * unit / 10 ** len(written.partition(".")[2])
            amount = float(written) * unit
            if expected and not any(abs(amount - value) <= max(TOLERANCE * value, rounding) for value in expected):
                figures = ", ".join(f"{value / unit:.3g}" for value in expected)
                wanted = f"{figures} {held['unit']}, as foods.csv gives for {grams:g} g"
                remedy = "mend the number or the grams"
                yield at_offset(document, span.start, wanted, f"{held[0]!r} in {text!r}", remedy)


def _columns(corpus: Corpus) -> dict[str, _Column]:
    """Nutrient -> its columns of foods.csv, which add up, and their unit in µg."""
    rows = (row for _, row in rows_of(corpus, "nutrients") if cell(row, "column"))
    return {row.id: (tuple(cell(row, "column").split("+")), MICROGRAMS.get(cell(row, "unit"), 0.0)) for row in rows}


def _foods(corpus: Corpus) -> dict[str, list[Row]]:
    foods: dict[str, list[Row]] = {}
    for _, row in rows_of(corpus, "foods"):
        foods.setdefault(cell(row, "fdc_id"), []).append(row)
    foods.pop("", None)
    return foods


def _held_in(rows: list[Row], column: _Column, grams: float) -> Iterator[float]:
    """The amounts in µg: of the columns added up, and of each by itself (DHA is one of the omega-3 fats)."""
    for row in rows:
        known = [value for name in column[0] if (value := number(row, name)) is not None]
        if known:
            yield from (value * column[1] * grams / 100 for value in dict.fromkeys((sum(known), *known)))
