"""What this very person is warned about: which nutrient of a food is the one that matters to them."""

from __future__ import annotations

from corpus import Row
from retriever.cautions import Cautions, hides_foods
from retriever.foods import FoodTable
from retriever.intakes import Intakes
from retriever.types import Filters, Question

OF_A_GROUP = 3
"""The same of a group of foods."""
RICHEST = 12
"""Nutrients of a food that are looked at, by their share of the daily value in a serving."""


MOST_NAMED = 2
"""Foods of a question of which warnings are looked up by name; more are compared, not eaten."""
A_LITTLE = 0.05
"""Share of the daily value in a serving below which a food is no matter of a nutrient."""
LESS = 0.03
"""The same of a nutrient whose rich foods are themselves the danger: potassium, with kidney disease."""


class Concerns:
    """Joins foods, upper limits and warnings."""

    def __init__(self, foods: FoodTable, intakes: Intakes, cautions: Cautions) -> None:
        self._foods, self._intakes, self._cautions = foods, intakes, cautions

    def own_warnings(self, question: Question) -> tuple[Row, ...]:
        """The warnings that hold for this person and not for everyone."""
        asked = question.nutrients, question.filters, question.aspect
        everyone = self._cautions.warnings(question.nutrients, Filters(), question.aspect)
        known = {row.id for row in everyone}
        return tuple(row for row in self._cautions.warnings(*asked) if row.id not in known)

    def named(self, question: Question) -> tuple[Row, ...]:
        """What this person is warned of by the name of a food that they ask about."""
        words = {word for food in question.foods[:MOST_NAMED] for word in self._foods.words_for(food)}
        return self._cautions.of_foods(words, question.filters) if words else ()

    def of_food(self, question: Question) -> tuple[str, ...]:
        """Of the nutrients that the food named is rich in the one that this person is warned about most.

        First where rich foods are not to be shown at all, then by how near a serving comes to the upper limit. What is
        warned of as tablets (potassium, with diabetes) is a matter of no food, unless it hides lists of rich foods too.
        """
        row = self._foods.by_id.get(question.foods[0]) if question.foods else None
        if row is None:
            return ()
        rich = tuple(n for n in self._foods.richest_in(row, RICHEST) if self._foods.share(row, n) >= A_LITTLE)
        every = self.own_warnings(question.about(nutrients=tuple(self._foods.nutrients)))
        danger = (w.text("nutrient") for w in every if hides_foods([w]))
        rich = tuple(dict.fromkeys((*rich, *(n for n in danger if self._foods.share(row, n) >= LESS))))
        warned = {row.text("nutrient"): row for row in reversed(self.own_warnings(question.about(nutrients=rich)))}
        if not warned:
            return ()
        share = {nutrient: self._share_of_limit(row, nutrient, question.filters) for nutrient in rich}
        named = [nutrient for nutrient in rich if nutrient in warned]
        hidden = {nutrient: hides_foods([warned[nutrient]], named=True) for nutrient in named}
        tablets = {nutrient: self._cautions.is_of_products(warned[nutrient]) for nutrient in named}
        of_food = [n for n in named if hides_foods([warned[n]]) or not self._cautions.speaks_of_products(warned[n])]
        order = sorted(of_food, key=lambda n: (tablets[n], not hidden[n], -share[n] * (not hidden[n]), rich.index(n)))
        return tuple(order[:1])

    def of_group(self, question: Question) -> tuple[str, ...]:
        """Of the nutrients that a group of foods is richest in, the one that a medicine of this person acts through."""
        medicines = question.filters.medicines
        if not (medicines and question.groups) or question.foods or question.subjects:
            return ()
        rich = self._foods.richest_of_group(question.groups[0], OF_A_GROUP)
        told = {row.text("nutrient") for row in self._cautions.interactions(medicines, rich)} if rich else ()
        return tuple(nutrient for nutrient in rich if nutrient in told)[:1]

    def _share_of_limit(self, food: Row, nutrient: str, person: Filters) -> float:
        """A serving's amount as a share of the upper limit; 0 where there is none, or in another unit."""
        unit = self._foods.nutrients[nutrient].text("unit")
        rows = self._intakes.limits_for(nutrient, person)
        limits = [row.number_of("ul") for row in rows if row.text("ul_unit") == unit]
        amount = (self._foods.per_100g(food, nutrient) or 0.0) * (food.number_of("serving_grams") or 0.0) / 100
        return max((amount / limit for limit in limits if limit), default=0.0)
