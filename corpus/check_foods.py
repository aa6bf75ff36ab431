"""Checks of the tables of foods: servings, families, plausible amounts, and tables that repeat each other's numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.findings import cell, cells_of_list, finding, in_row, number, rows_of
from corpus.load import Corpus
from corpus.types import Row, Table

MAX_PERCENT = 5_000.0
"""Of the daily value, in one serving. The richest food known, beef liver, holds some 3,000 % (vitamin B12)."""
MAX_GRAMS = 100.0
"""Of a nutrient in 100 g of food."""
ROUNDING = 0.06
"""How far a figure per serving may be from the figure per 100 g times the grams: both are printed with few digits."""
_MICROGRAMS = {"ug": 1.0, "mg": 1e3, "g": 1e6}
Foods = Mapping[str, Row]


def check_foods(corpus: Corpus) -> Iterator[str]:
    """Findings about foods.csv and the tables that add to it."""
    foods = {row.id: row for _, row in rows_of(corpus, "foods")}
    daily = _daily_values(corpus)
    for table, row in rows_of(corpus, "foods"):
        yield from _food(table, row, daily)
    yield from _contains(corpus)
    yield from _families(corpus)
    yield from _columns(corpus)
    for table, row in rows_of(corpus, "food_portions"):
        grams = number(row, "grams")
        if grams is None or grams <= 0:
            yield in_row(table, row, "more than 0 grams", repr(grams), "weigh the portion")
    yield from _alternatives(corpus, foods)
    yield from _extra(corpus)
    yield from _groups(corpus)


def _daily_values(corpus: Corpus) -> dict[str, tuple[tuple[str, ...], float]]:
    """Nutrient -> its columns of foods.csv, which add up, and its daily value in the unit of these columns."""
    held = {}
    for _, row in rows_of(corpus, "nutrients"):
        value, columns = number(row, "daily_value"), cell(row, "column")
        if value and columns:
            held[row.id] = (tuple(columns.split("+")), value)
    return held


def _food(table: Table, row: Row, daily: Mapping[str, tuple[tuple[str, ...], float]]) -> Iterator[str]:
    grams = number(row, "serving_grams") or 0.0
    if grams <= 0:
        yield in_row(table, row, "serving_grams above 0", f"{grams:g}", "weigh the serving")
    for nutrient, (columns, value) in daily.items():
        held = sum(number(row, column) or 0.0 for column in columns) * grams / 100
        if held / value * 100 > MAX_PERCENT:
            found = f"{held / value:.0%} for {row.id}, {held:g} in {grams:g} g"
            expected = f"at most {MAX_PERCENT:,.0f} % of the daily value of {nutrient} in a serving"
            yield in_row(table, row, expected, found, "look for a slip of unit or serving")
    for column in table.columns:
        factor = _MICROGRAMS.get(column.rpartition("_")[2]) if column != "serving_grams" else None
        amount = number(row, column)
        if factor and amount is not None and not 0 <= amount * factor / 1e6 <= MAX_GRAMS:
            expected = f"0 to {MAX_GRAMS:g} g of {column!r} in 100 g"
            yield in_row(table, row, expected, f"{amount:g}", "look for a slip of unit")


def _contains(corpus: Corpus) -> Iterator[str]:
    """What a food contains is spelled as some diet, exclusion or caution leaves it out, or is left out by nobody."""
    diets: Mapping[str, Any] = corpus.vocabulary.get("diets") or {}
    known = {word for diet in diets.get("diets") or () for word in diet.get("exclude") or ()}
    known |= {word for exclusion in diets.get("exclusions") or () for word in exclusion.get("contains") or ()}
    used = {word for _, row in rows_of(corpus, "foods") for word in cells_of_list(row, "contains")}
    for word in sorted(known - used) if used else ():
        path = corpus.root / "vocabulary" / "diets.yaml"
        yield finding(path, 1, f"a food that contains {word!r}", "none", "mend the word, or tag the foods")


def _families(corpus: Corpus) -> Iterator[str]:
    """One food of each family is shown unless another is asked for."""
    defaults: defaultdict[str, list[str]] = defaultdict(list)
    first: dict[str, tuple[Table, Row]] = {}
    for table, row in rows_of(corpus, "foods"):
        family = cell(row, "family")
        first.setdefault(family, (table, row))
        defaults[family] += [row.id] if cell(row, "default") else []
    for family, (table, row) in first.items():
        if len(defaults[family]) != 1:
            found = ", ".join(defaults[family]) or "none"
            yield in_row(table, row, f"one default food of the family {family!r}", found, "mark one with yes")


def _columns(corpus: Corpus) -> Iterator[str]:
    foods = corpus.tables.get("foods")
    for table, row in rows_of(corpus, "nutrients"):
        for column in filter(None, cell(row, "column").split("+")):
            if foods and column not in foods.columns:
                yield in_row(table, row, "columns of foods.csv", repr(column), "mend the name")


def _alternatives(corpus: Corpus, foods: Foods) -> Iterator[str]:
    """`sr_value` repeats the cell of foods.csv, so that a row is readable alone; it must not drift from it."""
    for table, row in rows_of(corpus, "food_alternatives"):
        food, column = foods.get(cell(row, "food_id")), cell(row, "nutrient_column")
        if food is None:
            continue  # check_tables says so
        if column not in food.cells:
            yield in_row(table, row, "a column of foods.csv in 'nutrient_column'", repr(column), "mend the name")
            continue
        repeated, held = number(row, "sr_value"), number(food, column)
        if repeated != held:
            yield in_row(table, row, f"sr_value {held}, as in foods.csv", str(repeated), "copy it from there")
        if number(row, "other_value") == held:
            yield in_row(table, row, "an other_value that differs", str(held), "drop the row")


def _extra(corpus: Corpus) -> Iterator[str]:
    for table, row in rows_of(corpus, "food_extra"):
        serving, grams, per_100 = (
            number(row, name) for name in ("amount_per_serving", "serving_grams", "amount_per_100g")
        )
        if serving is None or per_100 is None or not grams or grams <= 0:
            yield in_row(table, row, "an amount per serving, its grams and per 100 g", "a blank", "fill it in")
            continue
        product = per_100 * grams / 100
        if abs(serving - product) > max(ROUNDING * max(serving, product), _half_digit(serving)):
            found = f"{serving:g}, while {per_100:g} per 100 g × {grams:g} g = {product:.3g}"
            yield in_row(table, row, "per serving = per 100 g × grams", found, "compute it anew")


def _half_digit(value: float) -> float:
    """Half of the last digit that a number is written with."""
    digits = f"{value:g}".partition(".")[2]
    return float(0.5 * 10 ** -len(digits))


def _groups(corpus: Corpus) -> Iterator[str]:
    """A group of foods that people name consists of groups and families of foods.csv."""
    for column, of_foods in (("groups", "group"), ("families", "family")):
        known = {cell(row, of_foods) for _, row in rows_of(corpus, "foods")}
        for table, row in rows_of(corpus, "food_groups"):
            for name in cells_of_list(row, column):
                if name not in known:
                    yield in_row(table, row, f"a {of_foods} of foods.csv", repr(name), "mend the name")
