"""Foods ranked for a nutrient: `tables/foods.csv` filtered by diet, exclusions and group, one row a family."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from corpus import Corpus, Row
from retriever.text import stems
from retriever.types import Basis, Filters, FoodRow, Foods

A_SOURCE = 0.1
"""Share of the daily value in a serving from which a food is called a source of a nutrient."""
A_LITTLE, FEWEST = 0.05, 3
"""Share of the daily value in a serving below which a food is no source of a nutrient (the FDA calls up to 5 % low),
and how many foods must hold more for it to be left out of a ranking."""
A_TRACE = 0.005
"""Share of the daily value in a serving below which a label shows none of it."""
MEMORY = 512
"""How many rankings are remembered; a ranking is pure, so forgetting one changes nothing."""
SHOWN = 10
"""Foods on a page of a ranking; `more` shows the next page."""
LEAST_ENERGY = 10.0
"""Kilocalories in a serving of a food that is ranked by energy: nobody eats 100 kcal of fish sauce or tea."""
FOR_A_GROUP = 4
"""Foods shown for a group that is asked about without a nutrient."""
LARGEST_GROUP = 16
"""Foods of a group for which a few may stand."""
SPOONFUL = 30.0
"""Grams of a serving up to which it says little that it holds little: of a food served so the FDA lets nobody say that
it is low in sodium or fat, unless 50 g of it are (21 CFR 101.61, 101.62)."""
ALIKE = 3
"""Foods of one group (cereals, nuts, …) on a page at the most, unless the group was asked for."""


class FoodTable:
    """The foods, what they hold, and whom they suit."""

    def __init__(self, corpus: Corpus) -> None:
        tables = corpus.tables
        self.rows = tables["foods"].rows
        self.by_id = tables["foods"].by_id
        self.nutrients = {row.id: row for row in tables["nutrients"].rows}
        self._groups = tables["food_groups"].by_id
        self._others = _other_values(tables["food_alternatives"].rows)
        self._extra = {(row.text("food_id"), row.text("nutrient")): row for row in tables["food_extra"].rows}
        diets: Mapping[str, Any] = corpus.vocabulary["diets"]
        self._diets = {diet["id"]: frozenset(diet["exclude"]) for diet in diets["diets"]}
        self._members = lru_cache(maxsize=None)(self._uncached_members)
        self._tags = {entry["id"]: frozenset(entry["contains"]) for entry in diets["exclusions"]}
        self._preparations: Mapping[str, list[str]] = diets["preparations"]
        self._unasked = frozenset(diets["left_out_unless_asked"])
        self._not_advised, self._limited = (frozenset(diets["not_advised"][name]) for name in ("groups", "but_for"))
        little: Mapping[str, Sequence[str]] = diets["little_of"]
        self._first, self._no_meal, self._unwanted = (tuple(little[name]) for name in ("first", "no_meal", "unwanted"))
        self._warned_as, self._named_too_often = (frozenset(diets[name]) for name in ("warned_as", "named_too_often"))
        self.families_named = lru_cache(maxsize=MEMORY)(self._uncached_families)
        """The families of the foods whose names hold one of some words."""
        self._ranked = lru_cache(maxsize=MEMORY)(self._rank)
        self._ordered = lru_cache(maxsize=MEMORY)(self._order)

    # --- what a food holds

    def extra(self, food: str, nutrient: str) -> Row | None:
        """The row of `food_extra`: what the food table has no column, or no value, for."""
        return self._extra.get((food, nutrient))

    def per_100g(self, row: Row, nutrient: str) -> float | None:
        """Amount of a nutrient in 100 g, in the nutrient's unit; None where unknown. See `known_columns`."""
        extra = self.extra(row.id, nutrient)
        if extra:
            return extra.number_of("amount_per_100g")
        known = known_columns(row, self.columns(nutrient))
        return sum(row.number_of(column) or 0.0 for column in known) if known else None

    def columns(self, nutrient: str) -> tuple[str, ...]:
        """The columns of the food table that add up to a nutrient."""
        text = self.nutrients[nutrient].text("column") if nutrient in self.nutrients else ""
        return tuple(text.split("+")) if text else ()

    def daily_value(self, nutrient: str) -> float | None:
        """The label's daily value, in the nutrient's unit."""
        row = self.nutrients.get(nutrient)
        return row.number_of("daily_value") if row else None

    def share(self, row: Row, nutrient: str) -> float:
        """Share of the daily value in a serving; where there is no daily value, the amount itself."""
        amount = (self.per_100g(row, nutrient) or 0.0) * (row.number_of("serving_grams") or 0.0) / 100
        return amount / (self.daily_value(nutrient) or 1.0)

    def best_nutrient(self, food: str, nutrients: Sequence[str]) -> str | None:
        """Of some nutrients the first if the food may be a source of it, else the one of which it holds most.

        A source holds a tenth of the daily value a serving. What the table does not know may be so, where the food is
        no source of the others.
        """
        row = self.by_id.get(food)
        first = nutrients[0] if row and nutrients else None
        if row and first and self.share(row, first) >= A_SOURCE:
            return first
        scored = [(self.share(row, n), n) for n in nutrients if row and self.daily_value(n)]
        share, best = max(scored, default=(0.0, None), key=lambda pair: pair[0])
        unknown = row and first and self.per_100g(row, first) is None
        return first if unknown and share < A_SOURCE else best

    def prepared(self, foods: tuple[str, ...], words: Sequence[str]) -> tuple[str, ...]:
        """Each food in the preparation that the words name, where its family has one ("cooked" is boiled, too)."""
        wanted = [names for word in words for names in (self._preparations.get(word),) if names]
        return tuple(self._in_preparation(food, wanted[0]) for food in foods) if wanted else foods

    def _in_preparation(self, food: str, names: Sequence[str]) -> str:
        row = self.by_id.get(food)
        if row is None or _is_prepared(row, names):
            return food
        family = [other for other in self.rows if other.text("family") == row.text("family")]
        return next((other.id for other in family if _is_prepared(other, names)), food)

    def words_for(self, food: str) -> frozenset[str]:
        """The words by which a warning may speak of a food: its names, their last words, and what it is of a kind."""
        row = self.by_id.get(food)
        if row is None:
            return frozenset()
        names = {row.text("family").replace("-", " "), row.text("name").partition(",")[0].casefold()}
        names |= {word.casefold() for word in row.items("synonyms")}
        heads = {name.rpartition(" ")[2] for name in names}
        return frozenset({*names, *heads, *(self._warned_as & set(row.items("contains")))} - self._named_too_often)

    # --- whom a food suits

    def suits(self, row: Row, filters: Filters) -> bool:
        """Whether the food fits the diet and holds nothing that is left out."""
        contains = set(row.items("contains"))
        if filters.diet and contains & self._diets.get(filters.diet, frozenset()):
            return False
        return not any(self._is_out(row, contains, name) for name in filters.exclude)

    def _is_out(self, row: Row, contains: set[str], name: str) -> bool:
        if name in self._tags:
            return bool(contains & self._tags[name])
        if name in self._groups:
            return self.in_group(row, name)
        if name in self.by_id:
            return row.text("family") == self.by_id[name].text("family")
        wanted = set(stems(name))
        return any(wanted <= set(stems(word)) for word in (row.text("name"), *row.items("synonyms")))

    def suits_group(self, group: str, filters: Filters) -> bool:
        """Whether anything of a group fits the diet and what is left out."""
        return any(self.suits(self.by_id[food], filters) for food in self._members(group))

    def of_group(self, group: str, filters: Filters) -> tuple[str, ...]:
        """The foods that stand for a group: the first of those that people commonly eat, one a family.

        None where there are so many that a few say nothing: no four vegetables stand for all.
        """
        rows = [row for row in self.rows if row.cells["default"] and row.cells["everyday"]]
        fitting = tuple(row.id for row in rows if self.in_group(row, group) and self.suits(row, filters))
        return fitting[:FOR_A_GROUP] if len(fitting) <= LARGEST_GROUP else ()

    def richest_of_group(self, group: str, count: int) -> tuple[str, ...]:
        """The nutrients that most foods of a group, as people commonly eat them, are richest in."""
        rows = [
            row for row in self.rows if row.cells["default"] and row.cells["everyday"] and self.in_group(row, group)
        ]
        often = Counter(nutrient for row in rows for nutrient in self.richest_in(row, count))
        return tuple(nutrient for nutrient, times in often.most_common(count) if 2 * times >= len(rows))

    def in_group(self, row: Row, group: str) -> bool:
        """Whether the food belongs to a group as people name it ("leafy greens")."""
        return row.id in self._members(group)

    def _uncached_members(self, group: str) -> frozenset[str]:
        entry = self._groups.get(group)
        if entry is None:
            return frozenset()
        groups, families = frozenset(entry.items("groups")), frozenset(entry.items("families"))
        return frozenset(row.id for row in self.rows if row.text("group") in groups or row.text("family") in families)

    def _uncached_families(self, words: tuple[str, ...]) -> frozenset[str]:
        rows = (row for row in self.rows if any(word in row.text("name").casefold() for word in words))
        return frozenset(row.text("family") for row in rows)

    # --- rankings

    def rank(
        self,
        nutrients: Sequence[str],
        filters: Filters,
        groups: Sequence[str] = (),
        basis: Basis = "serving",
        page: int = 0,
        least: bool = False,
        barred: Iterable[str] = (),
    ) -> Foods:
        """The foods richest in all of some nutrients, one row a family, the lower value where data sets disagree.

        `least`: those that make a meal with little of all of them, the least of a page first; of a group all, those
        first. `page` 0 is the first `SHOWN` foods. `barred`: families that must not be shown.
        """
        return self._ranked(tuple(nutrients), filters, tuple(groups), basis, page, least, frozenset(barred))

    def _rank(
        self,
        nutrients: tuple[str, ...],
        filters: Filters,
        groups: tuple[str, ...],
        basis: Basis,
        page: int,
        least: bool,
        out: frozenset[str],
    ) -> Foods:
        best: dict[str, Row] = {}
        for row in self._ordered(nutrients, basis, least, not groups):
            wanted = not groups or any(self.in_group(row, group) for group in groups)
            family = row.text("family")
            if wanted and family not in best and family not in out and self.suits(row, filters):
                best[family] = row
        rows = list(best.values())
        if basis == "serving" and not least:
            rows = (
                [row for row in rows if self._holds_any(row, nutrients)]
                if groups
                else self._worth_naming(rows, nutrients)
            )
        if least and not groups:
            rows = [row for row in rows if self._is_low(row, nutrients)]
        varied = rows if groups else _varied(rows, self._first if least else ())
        chosen = varied[page * SHOWN : (page + 1) * SHOWN]
        if least:
            chosen = sorted(chosen, key=lambda row: (self._score(row, nutrients, basis, least), row.text("name")))
        ranked_by = nutrients[0] if nutrients else None
        return Foods(tuple(self.line(row, nutrients) for row in chosen), tuple(nutrients), basis, ranked_by)

    def _holds_any(self, row: Row, nutrients: tuple[str, ...]) -> bool:
        """Whether a serving holds more than a trace: no margarine stands for oils with vitamin C."""
        known = all(self.daily_value(nutrient) for nutrient in nutrients)
        return not known or (self._score(row, nutrients, "serving") or 0.0) >= A_TRACE

    def _worth_naming(self, rows: list[Row], nutrients: tuple[str, ...]) -> list[Row]:
        """The foods of which a serving gives more than a little; all, where few do or no daily value tells."""
        if not all(self.daily_value(nutrient) for nutrient in nutrients):
            return rows
        enough = [row for row in rows if (self._score(row, nutrients, "serving") or 0.0) >= A_LITTLE]
        return enough if len(enough) >= FEWEST else rows

    def _order(self, nutrients: tuple[str, ...], basis: Basis, least: bool, usual: bool) -> tuple[Row, ...]:
        """The foods that hold the nutrients, or may be ranked by how little, the first of a ranking first.

        `usual`: those alone that people commonly eat. Of the `least` those come first that are low in a meal's sense.
        """
        scored = []
        for row in (row for row in self.rows if not usual or self._is_usual(row, nutrients)):
            score = self._score(row, nutrients, basis, least)
            if score is not None and (score > 0 or (least and _scale(row, basis))):
                behind = least and not self._is_low(row, nutrients)
                scored.append((behind, score if least else -score, row.text("name"), row))
        return tuple(row for *_, row in sorted(scored, key=lambda entry: entry[:3]))

    def _is_low(self, row: Row, nutrients: Sequence[str]) -> bool:
        """Whether it is something to eat with little of the nutrients: no oil, sugar or spoonful, which hold little
        of anything, and nothing that holds much of what is to be limited as well."""
        by_the_spoonful = (row.number_of("serving_grams") or 0.0) <= SPOONFUL
        if by_the_spoonful or row.text("group") in self._no_meal or not row.cells["everyday"]:
            return False
        if any(self.share(row, other) >= A_SOURCE for other in self._unwanted if other not in nutrients):
            return False
        told = all(self.daily_value(nutrient) for nutrient in nutrients)
        return not told or (self._score(row, nutrients, "serving", least=True) or 0.0) <= A_LITTLE

    def _is_usual(self, row: Row, nutrients: Sequence[str]) -> bool:
        """Whether people commonly eat it, by a household serving; other foods are shown when they are named.

        Fast food, snacks and the like are shown for what is to be limited alone.
        """
        group = row.text("group")
        advised = group not in self._not_advised or bool(self._limited & set(nutrients))
        return bool(row.cells["everyday"]) and group not in self._unasked and advised

    def _score(self, row: Row, nutrients: Sequence[str], basis: Basis, least: bool = False) -> float | None:
        """The smallest of the shares of the daily value, so that a food is rich in all that was asked for.

        Of the `least` the largest, so that it is low in all.
        """
        shares = []
        for nutrient in nutrients:
            amount = self._cautious(row, nutrient, least)
            if amount is None:
                return None
            shares.append(amount * _scale(row, basis) / (self.daily_value(nutrient) or 1.0))
        return (max if least else min)(shares, default=None)

    def _cautious(self, row: Row, nutrient: str, least: bool) -> float | None:
        """What it holds at the least, where data sets disagree; of what is to hold little, at the most."""
        amount = self.per_100g(row, nutrient)
        others = [self._others.get((row.id, column)) for column in self.columns(nutrient)]
        known = [value for value in others if value is not None]
        return (max if least else min)([amount, *known]) if amount is not None else None

    def line(self, row: Row, nutrients: Sequence[str]) -> FoodRow:
        """One line of a food table."""
        values = tuple((nutrient, self.per_100g(row, nutrient)) for nutrient in nutrients)
        return FoodRow(row, values, row.text("serving"), row.number_of("serving_grams") or math.nan)

    def richest_in(self, row: Row, count: int, kind: str = "") -> tuple[str, ...]:
        """The nutrients of which a serving holds the largest shares of the daily value, at least a twentieth.

        `kind`: a word that their names hold, where only such are asked for: "vitamin".
        """
        named = [n for n, entry in self.nutrients.items() if not entry.cells["parent"] and self.daily_value(n)]
        named = [n for n in named if kind in self.nutrients[n].text("name").casefold()] or named
        shares = sorted(((self.share(row, n), n) for n in named if n != "sodium"), key=lambda pair: (-pair[0], pair[1]))
        return tuple(n for share, n in shares[:count] if share >= 0.05) or tuple(n for _, n in shares[:3])


def known_columns(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    """Of the columns that add up to a nutrient (omega-3) those that are known; none where the sum is unknown.

    What is known is the least that there is; where that is nothing, the rest may be all.
    """
    known = tuple(column for column in columns if row.number_of(column) is not None)
    return known if len(known) == len(columns) or any(row.number_of(column) for column in known) else ()


def _varied(rows: list[Row], first: Sequence[str] = ()) -> list[Row]:
    """The rows in their order, but at most `ALIKE` of one group on a page: nine cereals are no advice.

    `first`: groups of which a page takes so many before it takes of others.
    """
    ordered: list[Row] = []
    place = {row.id: number for number, row in enumerate(rows)}
    waiting = sorted(rows, key=lambda row: row.text("group") not in first)
    while waiting:
        page: list[Row] = []
        counts: Counter[str] = Counter()
        for row in waiting:
            if len(page) < SHOWN and counts[row.text("group")] < ALIKE:
                page.append(row)
                counts[row.text("group")] += 1
        held = {row.id for row in page}
        waiting = [row for row in waiting if row.id not in held]
        ordered += sorted(page, key=lambda row: place[row.id])
    return ordered


def _is_prepared(row: Row, names: Sequence[str]) -> bool:
    said = f"{row.text('preparation')} {row.text('name').partition(',')[2]}".casefold()
    return any(name in said for name in names)


def _scale(row: Row, basis: Basis) -> float:
    """Factor from per 100 g to the basis."""
    if basis == "serving":
        return (row.number_of("serving_grams") or 0.0) / 100
    if basis == "100kcal":
        energy = row.number_of("energy_kcal")
        eaten = (energy or 0.0) * (row.number_of("serving_grams") or 0.0) / 100
        return 100 / energy if energy and eaten >= LEAST_ENERGY else 0.0
    return 1.0


def _other_values(rows: Iterable[Row]) -> dict[tuple[str, str], float]:
    others: dict[tuple[str, str], float] = {}
    for row in rows:
        value = row.number_of("other_value")
        if value is not None:
            others[row.text("food_id"), row.text("nutrient_column")] = value
    return others
