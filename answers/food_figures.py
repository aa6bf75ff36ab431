"""What one food holds of one nutrient, on a basis: figures and calculations with their terms."""

from __future__ import annotations

from answers import arithmetic
from answers.build import Builder
from answers.phrases import Phrases
from answers.types import Calculation, Figure, Operand, Piece
from corpus import Corpus, Row
from retriever.foods import known_columns
from retriever.types import Basis

SHARES = {
    "serving": "per_100g × grams ÷ 100 ÷ daily_value × 100 %",
    "100g": "amount ÷ whole × 100 %",
    "100kcal": "per_100g ÷ kcal × 100 ÷ daily_value × 100 %",
}
"""Operators of a share of the daily value, by basis."""


class FoodFigures:
    """Reads the food tables. `names`: how nutrients and foods are called."""

    def __init__(self, corpus: Corpus, phrases: Phrases, names: dict[str, str]) -> None:
        self._phrase, self._names = phrases, names
        self._nutrients = corpus.tables["nutrients"].by_id
        self._daily = {row.text("nutrient"): row for row in corpus.tables["daily_values"].rows}
        alternatives = corpus.tables["food_alternatives"].rows
        self._alternatives = {(row.text("food_id"), row.text("nutrient_column")): row for row in alternatives}
        extras = corpus.tables["food_extra"].rows
        self._extra = {(row.text("food_id"), row.text("nutrient")): row for row in extras}

    # --- on a basis

    def _nutrient_cells(
        self, row: Row, nutrient: str, build: Builder, basis: Basis = "serving"
    ) -> list[tuple[Piece, ...]]:
        """Cells of one nutrient on a basis: its amount, and the share of the daily value where there is one."""
        cells = [self._amount(row, nutrient, build, basis)]
        if self._has_daily(nutrient):
            cells.append(self._share(row, nutrient, build, basis))
        return cells

    def _amount(self, row: Row, nutrient: str, build: Builder, basis: Basis) -> tuple[Piece, ...]:
        hundred = self.per_100g(row, nutrient, build)
        divisor = self._divisor(row, build, basis)
        if hundred is None or divisor is None:
            return (self._phrase("unknown"),)
        if basis == "100g":
            return hundred, *self._alternative(row, nutrient, build)
        operator = {"serving": "per_100g × grams ÷ 100", "100kcal": "per_100g ÷ kcal × 100"}[basis]
        terms = (arithmetic_operand(hundred), *divisor)
        return (arithmetic.calculate(operator, terms, self._unit(nutrient), self._decimals(nutrient)),)

    def _share(self, row: Row, nutrient: str, build: Builder, basis: Basis) -> tuple[Piece, ...]:
        hundred = self.per_100g(row, nutrient, build)
        divisor = self._divisor(row, build, basis)
        if hundred is None or divisor is None:
            return (self._phrase("unknown"),)
        daily = build.figure("daily_values", self._daily[nutrient], "amount", self._unit(nutrient), "a day")
        terms = (arithmetic_operand(hundred), *divisor, arithmetic.of_figure(daily))
        return (arithmetic.calculate(SHARES[basis], terms, "%"),)

    def _divisor(self, row: Row, build: Builder, basis: Basis) -> tuple[Operand, ...] | None:
        """What an amount per 100 g is scaled by: the serving's grams, the energy, or nothing; None where unknown."""
        if basis == "100g":
            return ()
        prepared = row.text("preparation")
        if basis == "serving":
            return (
                arithmetic.of_figure(
                    build.figure("foods", row, "serving_grams", "g", row.text("serving"), 1, prepared)
                ),
            )
        if not row.number_of("energy_kcal"):
            return None
        return (arithmetic.of_figure(build.figure("foods", row, "energy_kcal", "kcal", "per 100 g", 0, prepared)),)

    def _alternative(self, row: Row, nutrient: str, build: Builder) -> tuple[Piece, ...]:
        """The other data set's value, where it differs by over a quarter."""
        found = self._alternatives.get((row.id, self._nutrients[nutrient].text("column")))
        if found is None:
            return ()
        basis, decimals = "per 100 g", self._decimals(nutrient)
        figure = build.figure(
            "food_alternatives", found, "other_value", self._unit(nutrient), basis, decimals, row.text("preparation")
        )
        return self._phrase("alternative"), figure

    def _served_alternative(self, row: Row, nutrient: str, build: Builder) -> tuple[Piece, ...]:
        """The other data set's value for a serving, where it differs by over a quarter."""
        other = self._alternative(row, nutrient, build)
        figure = next((piece for piece in other if isinstance(piece, Figure)), None)
        grams = self._divisor(row, build, "serving")
        if figure is None or grams is None:
            return ()
        terms = (arithmetic.of_figure(figure), *grams)
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        return other[0], arithmetic.calculate("per_100g × grams ÷ 100", terms, unit, decimals)

    def per_100g(self, row: Row, nutrient: str, build: Builder) -> Figure | Calculation | None:
        """What 100 g hold: a figure, or the sum of several (omega-3); None where unknown."""
        unit, decimals, prepared = self._unit(nutrient), self._decimals(nutrient), row.text("preparation")
        extra = self._extra.get((row.id, nutrient))
        if extra is not None:
            return build.figure("food_extra", extra, "amount_per_100g", unit, "per 100 g", decimals, prepared)
        columns = [column for column in self._nutrients[nutrient].text("column").split("+") if column]
        known = known_columns(row, columns)
        figures = [build.figure("foods", row, column, unit, "per 100 g", decimals, prepared) for column in known]
        if len(figures) <= 1:
            return figures[0] if figures else None
        return arithmetic.calculate("sum", [arithmetic.of_figure(figure) for figure in figures], unit, decimals)

    # --- units

    def _name(self, nutrient: str) -> str:
        return self._names.get(nutrient, nutrient)

    def _unit(self, nutrient: str) -> str:
        return self._nutrients[nutrient].text("unit")

    def _decimals(self, nutrient: str) -> int:
        return int(self._nutrients[nutrient].number_of("decimals") or 0)

    def _has_daily(self, nutrient: str) -> bool:
        return nutrient in self._daily


def arithmetic_operand(content: Figure | Calculation) -> Operand:
    """A figure, or a sum of figures, as a term."""
    return arithmetic.of_figure(content) if isinstance(content, Figure) else arithmetic.of_calculation(content)
