"""Compose the figures of foods: tables, amounts that the user named, shares of the daily value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answers import arithmetic
from answers.build import Builder
from answers.food_figures import FoodFigures, arithmetic_operand
from answers.phrases import Phrases, listed
from answers.types import Calculation, Figure, Food, FoodValue, Grid, Line, Operand, Piece
from corpus import Corpus, Row
from retriever import Amount, FoodRow, Foods, Question
from retriever.quantities import PIECE
from retriever.types import MASSES, Basis
from retriever.units import UnitNames

PIECES = ("nut", "kernel", "piece", "whole", "medium", "slice", "egg", "fruit", "large", "can", "cup")
"""Household units that a food is counted in, the likeliest first."""

ENERGY = (("energy_kcal", "kcal", 0), ("protein_g", "g", 1), ("fat_g", "g", 1), ("carb_g", "g", 1))
"""Columns of the energy of a food and of what gives it, with unit and decimals."""
MOST_BESIDE = 4
"""Foods that stand beside each other; of more each has a row of its own."""


class FoodComposer(FoodFigures):
    """Turns chosen rows into grids and lines of pieces."""

    def __init__(self, corpus: Corpus, phrases: Phrases, names: dict[str, str]) -> None:
        super().__init__(corpus, phrases, names)
        self._families = {row.id: row.text("family") for row in corpus.tables["foods"].rows}
        units = UnitNames(corpus.vocabulary.get("units"))
        sizes = corpus.tables["units"].rows if "units" in corpus.tables else ()
        self._volumes = tuple(row for row in sizes if row.text("unit") in arithmetic.MILLILITERS)
        self._portions: dict[tuple[str, str], Row] = {}
        for row in corpus.tables["food_portions"].rows:
            measure = units.name(row.text("unit").split(" ")[0])
            self._portions.setdefault((row.text("food_id"), measure), row)

    # --- foods

    def foods(
        self, foods: Foods, build: Builder, beside: bool = False, whole: bool = False
    ) -> tuple[Grid, tuple[Food, ...]]:
        """The food table: one row a food; one row a nutrient for one food with many, or for a few foods `beside`.

        `whole`: nothing of it was asked for by name, so that its energy and what gives it stand first.
        """
        data = tuple(self._food(line, foods.nutrients, build) for line in foods.rows)
        if len(foods.rows) == 1 and (whole or len(foods.nutrients) > 1):
            return self._one_food(foods.rows[0], foods.nutrients, build, whole), data
        if beside and 1 < len(foods.rows) <= MOST_BESIDE and len(foods.nutrients) > 1:
            return self._side_by_side(foods, build), data
        head: list[tuple[Piece, ...]] = [(self._phrase("column.food"),), (self._phrase("column.serving"),)]
        single = len(foods.nutrients) == 1
        other: Basis = "100g" if foods.basis == "serving" else "serving"
        for nutrient in foods.nutrients:
            head.append(self._amount_head(nutrient, foods.basis))
            if self._has_daily(nutrient):
                head.append((self._phrase("column.daily"), *self._basis_head(foods.basis)))
            if single:
                head.append(self._basis_head(other) or self._amount_head(nutrient, other))
        rows = []
        for line in foods.rows:
            cells: list[tuple[Piece, ...]] = [
                (self._phrase("food.name", food=line.row.text("name")),),
                self._serving(line.row, build),
            ]
            for nutrient in foods.nutrients:
                cells += self._nutrient_cells(line.row, nutrient, build, foods.basis)
                if single:
                    cells.append(self._amount(line.row, nutrient, build, other))
            rows.append(tuple(cells))
        return Grid(tuple(head), tuple(rows)), data

    def _side_by_side(self, foods: Foods, build: Builder) -> Grid:
        """Foods beside each other, one row a nutrient: its amount and its share of the daily value, on one basis."""
        rows = [((self._phrase("column.serving"),), *(self._serving(line.row, build) for line in foods.rows))]
        for nutrient in foods.nutrients:
            head = self._amount_head(nutrient, foods.basis)
            if self._has_daily(nutrient):
                head = (*head, self._phrase("column.daily"))
            cells = (self._beside(line.row, nutrient, build, foods.basis) for line in foods.rows)
            # Where nothing is known, that is said once.
            rows.append((head, *(tuple(dict.fromkeys(piece for cell in own for piece in cell)) for own in cells)))
        names = ((self._phrase("food.name", food=line.row.text("name")),) for line in foods.rows)
        return Grid(((self._phrase("column.food"),), *names), tuple(rows))

    def _beside(self, row: Row, nutrient: str, build: Builder, basis: Basis) -> list[tuple[Piece, ...]]:
        """The cells of one nutrient, with another data set's amount in a serving, since no other column shows it."""
        cells = self._nutrient_cells(row, nutrient, build, basis)
        return [*cells, self._served_alternative(row, nutrient, build)] if basis == "serving" else cells

    def _basis_head(self, basis: Basis) -> tuple[Piece, ...]:
        return () if basis == "serving" else (self._phrase(f"column.per-{basis}"),)

    def _amount_head(self, nutrient: str, basis: Basis) -> tuple[Piece, ...]:
        if basis == "serving":
            return (self._phrase("column.per-serving", topic=self._name(nutrient)),)
        return self._phrase("topic.name", topic=self._name(nutrient)), *self._basis_head(basis)

    def _one_food(self, line: FoodRow, nutrients: Sequence[str], build: Builder, whole: bool) -> Grid:
        head: tuple[tuple[Piece, ...], ...] = (
            (self._phrase("food.name", food=line.row.text("name")),),
            self._serving(line.row, build),
            (self._phrase("column.daily"),),
            (self._phrase("column.per-100g"),),
        )
        rows = self._energy_rows(line.row, nutrients, build) if whole else []
        for nutrient in nutrients:
            cells = [*self._nutrient_cells(line.row, nutrient, build), self._amount(line.row, nutrient, build, "100g")]
            if not self._has_daily(nutrient):
                cells.insert(1, ())
            rows.append(((self._phrase("topic.name", topic=self._name(nutrient)),), *cells))
        return Grid(head, tuple(rows))

    def _energy_rows(self, row: Row, nutrients: Sequence[str], build: Builder) -> list[tuple[tuple[Piece, ...], ...]]:
        """Energy, protein, fat and carbohydrate of a serving and of 100 g, as far as known and not shown anyway."""
        prepared = row.text("preparation")
        grams = build.figure("foods", row, "serving_grams", "g", row.text("serving"), 1, prepared)
        rows: list[tuple[tuple[Piece, ...], ...]] = []
        for column, unit, decimals in ENERGY:
            if row.cells[column] is not None and column.removesuffix("_g") not in nutrients:
                hundred = build.figure("foods", row, column, unit, "per 100 g", decimals, prepared)
                terms = (arithmetic.of_figure(hundred), arithmetic.of_figure(grams))
                serving = arithmetic.calculate("per_100g × grams ÷ 100", terms, unit, decimals)
                rows.append(((self._phrase(f"column.{column}"),), (serving,), (), (hundred,)))
        return rows

    def _serving(self, row: Row, build: Builder) -> tuple[Piece, ...]:
        grams = build.figure("foods", row, "serving_grams", "g", row.text("serving"), 1, row.text("preparation"))
        return build.cell("foods", row, "serving"), grams

    def _food(self, line: FoodRow, nutrients: Sequence[str], build: Builder) -> Food:
        values = []
        for nutrient, hundred in line.values:
            serving = None if hundred is None else round(hundred * line.grams / 100, 6)
            daily = self._daily.get(nutrient)
            percent = None
            if daily and serving is not None:
                percent = round(100 * serving / (daily.number_of("amount") or 1.0), 2)
            number = build.cite_row("foods", line.row)
            values.append(FoodValue(nutrient, self._unit(nutrient), serving, hundred, percent, number))
        row = line.row
        energy = row.number_of("energy_kcal")
        return Food(
            row.id, row.text("name"), row.text("fdc_id"), line.serving, line.grams, row.text("preparation"),
            tuple(values), energy,
        )  # fmt: skip

    # --- amounts that the user named

    def amount(self, question: Question, foods: Foods, build: Builder) -> tuple[Line, ...]:
        """ "2 cups of cooked spinach", "50 g of almonds", "how many Brazil nuts for selenium": shown with its terms."""
        lines: list[Line] = []
        several = any(named.is_of_food for named in question.amounts)
        rows = [line.row for line in foods.rows[: MOST_BESIDE if several else 2]]
        totals: dict[str, dict[str, Calculation]] = {}
        for row in rows:
            for nutrient in foods.nutrients[: 3 if question.nutrients else 1]:
                hundred = self.per_100g(row, nutrient, build)
                if not hundred:
                    continue
                wanted = self._wanted(question, nutrient)
                if question.counted:
                    lines += self._count(row, nutrient, hundred, wanted, build)
                if wanted:
                    continue
                named = self._named_of(row, rows, question)
                total = self._scaled(row, nutrient, hundred, named, build) if named else None
                if named is None and several:
                    total = self._served(row, nutrient, hundred, build)
                if total:
                    lines.append(self._with_share(row, nutrient, total, build))
                    totals.setdefault(nutrient, {})[row.text("name")] = total
        if any(named.part for named in question.amounts) and question.aspect != "comparison":
            lines += (self._sum(n, own, build) for n, own in totals.items() if 1 < len(own) == len(rows))
        no_mass = all(named.unit == "IU" for named in question.amounts)  # of which no count is worked out
        lead = "lead.count" if question.counted and no_mass else "lead.amount"
        return (Line((self._phrase(lead),), "lead"), *lines) if lines else ()

    def _named_of(self, row: Row, rows: Sequence[Row], question: Question) -> Amount | None:
        """How much of a food the user named; an amount of none of the foods shown, or the one compared by, is of all.

        Beside "1 cup of milk" almond milk is compared by the cup, too.
        """
        amounts, shared = question.amounts, question.aspect == "comparison" and len(question.amounts) == 1
        of_this = [named for named in amounts if named.of == row.id]
        of_this = of_this or [named for named in amounts if self._families.get(named.of or "") == row.text("family")]
        families = {other.text("family") for other in rows}
        if not of_this and (shared or not any(self._families.get(named.of or "") in families for named in amounts)):
            return amounts[0] if amounts else None
        return of_this[0] if of_this else None

    def _wanted(self, question: Question, nutrient: str) -> Operand | None:
        """The amount of the nutrient that the user wants to reach; None where they named none."""
        masses = [named for named in question.amounts if named.unit in MASSES]
        value = arithmetic.converted(masses[0].value, masses[0].unit, self._unit(nutrient)) if masses else None
        return None if value is None else arithmetic.given(value, self._unit(nutrient))

    def _count(
        self, row: Row, nutrient: str, hundred: Figure | Calculation, wanted: Operand | None, build: Builder
    ) -> list[Line]:
        """How many pieces of a food hold what is wanted, else the daily value; by each data set where they differ."""
        portion = next((found for unit in PIECES if (found := self._portion(row, unit))), None)
        if portion is None or not (wanted or self._has_daily(nutrient)):
            return []
        table, held, column = portion
        phrase = "amount.count.named" if wanted else "amount.count"
        if wanted is None:
            unit, decimals = self._unit(nutrient), self._decimals(nutrient)
            daily = build.figure("daily_values", self._daily[nutrient], "amount", unit, "a day", decimals)
            wanted = arithmetic.of_figure(daily)
        each = build.figure(table, held, column, "g", "one piece", 1, row.text("preparation"))
        contents = [hundred, *(piece for piece in self._alternative(row, nutrient, build) if isinstance(piece, Figure))]
        lines = []
        for content in contents:
            operands = (wanted, arithmetic_operand(content), arithmetic.of_figure(each))
            count = arithmetic.calculate("wanted ÷ (per_100g × grams ÷ 100)", operands, "", 1, with_terms=True)
            lines.append(Line((self._phrase(phrase, food=row.text("name"), topic=self._name(nutrient)), count), "item"))
        return lines

    def _scaled(
        self, row: Row, nutrient: str, hundred: Figure | Calculation, named: Amount, build: Builder
    ) -> Calculation | None:
        """What so much of a food holds, with its terms; None where the amount is in no measure of the food."""
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        content = arithmetic_operand(hundred)
        grams = arithmetic.converted(named.value, named.unit, "g")
        if grams is not None:
            operands = (content, arithmetic.given(grams, "g"))
            total = arithmetic.calculate("per_100g × grams ÷ 100", operands, unit, decimals, with_terms=True)
        elif named.unit in arithmetic.MILLILITERS:
            sized = next(((of, x) for x in self._volumes if (of := self._portion(row, x.text("one")))), None)
            if sized is None:
                return None
            (table, held, column), size = sized
            each = build.figure(table, held, column, "g", f"one {size.text('one')}", 1, row.text("preparation"))
            whole = build.figure("units", size, "value", size.text("unit"), size.text("form"))
            volume = arithmetic.given(named.value * arithmetic.MILLILITERS[named.unit], "ml")
            operands4 = (content, volume, arithmetic.of_figure(whole), arithmetic.of_figure(each))
            operator = "per_100g × volume ÷ cup × grams ÷ 100"
            total = arithmetic.calculate(operator, operands4, unit, decimals, with_terms=True)
        else:
            units = PIECES if named.unit == PIECE else (named.unit,)
            portion = next((found for unit in units if (found := self._portion(row, unit))), None)
            if portion is None:
                return None
            table, held, column = portion
            each = build.figure(table, held, column, "g", named.unit, 1, row.text("preparation"))
            operands3 = (content, arithmetic.given(named.value, named.unit), arithmetic.of_figure(each))
            total = arithmetic.calculate("per_100g × count × grams ÷ 100", operands3, unit, decimals, with_terms=True)
        return total

    def _served(self, row: Row, nutrient: str, hundred: Figure | Calculation, build: Builder) -> Calculation | None:
        """What a usual serving holds, of a food named beside others of which it was said how much."""
        grams = self._divisor(row, build, "serving")
        operands = (arithmetic_operand(hundred), *(grams or ()))
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        return arithmetic.calculate("per_100g × grams ÷ 100", operands, unit, decimals, with_terms=True)

    def _with_share(self, row: Row, nutrient: str, total: Calculation, build: Builder) -> Line:
        """What so much of a food holds, and which share of the daily value that is."""
        served = total.operator == "per_100g × grams ÷ 100" and not total.operands[1].given
        pieces: list[Piece] = [self._phrase("amount.of", food=row.text("name"), topic=self._name(nutrient))]
        pieces += [build.cell("foods", row, "serving")] if served else []
        return Line((*pieces, total, *self._share_of(nutrient, total, build)), "item")

    def _sum(self, nutrient: str, totals: Mapping[str, Calculation], build: Builder) -> Line:
        """What several foods hold together, by name of the food."""
        terms = [arithmetic.of_calculation(total) for total in totals.values()]
        total = arithmetic.calculate("sum", terms, self._unit(nutrient), self._decimals(nutrient), with_terms=True)
        phrase = self._phrase("amount.sum", foods=listed(totals), topic=self._name(nutrient))
        return Line((phrase, total, *self._share_of(nutrient, total, build)), "item")

    def _share_of(self, nutrient: str, total: Calculation, build: Builder) -> tuple[Piece, ...]:
        """An amount as a share of the daily value, where there is one."""
        if not self._has_daily(nutrient):
            return ()
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        daily = build.figure("daily_values", self._daily[nutrient], "amount", unit, "a day", decimals)
        operands = (arithmetic.of_calculation(total), arithmetic.of_figure(daily))
        return self._phrase("lead.daily"), arithmetic.calculate(arithmetic.SHARE, operands, "%", with_terms=True)

    def _portion(self, row: Row, unit: str) -> tuple[str, Row, str] | None:
        """The household measure of a food: (table, row, column of its grams)."""
        measured = self._portions.get((row.id, unit))
        if measured:
            return "food_portions", measured, "grams"
        if unit in ("serving", "portion") or f"1 {unit}" in row.text("serving").lower():
            return "foods", row, "serving_grams"
        return None

    def intake_share(self, question: Question, foods: Foods, build: Builder) -> tuple[Line, ...]:
        """ "How much of my daily need is that?": the food's serving as a share of the daily value."""
        named = self.amount(question, foods, build) if question.amounts else ()
        if named:
            return named
        lines = []
        for line in foods.rows[:3]:
            for nutrient in foods.nutrients[:2]:
                if self.per_100g(line.row, nutrient, build) is not None and self._has_daily(nutrient):
                    cells = self._nutrient_cells(line.row, nutrient, build)
                    name = self._phrase("food.name", food=line.row.text("name"))
                    serving = build.cell("foods", line.row, "serving")
                    lines.append(Line((name, serving, *cells[0], self._phrase("lead.daily"), *cells[1]), "item"))
        return tuple(lines)


__all__ = ["FoodComposer"]
