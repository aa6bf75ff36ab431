"""Compose figures: food tables, intakes, limits, laboratory ranges."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import Corpus, Row
from answers import arithmetic
from answers.build import Builder
from answers.phrases import Phrases
from answers.types import Calculation, Echo, Figure, Food, FoodValue, Grid, Line, Operand, Phrase, Piece
from retriever import Amount, FoodRow, Foods, Question

MASS = {"g": 1.0, "kg": 1000.0, "oz": 28.35, "lb": 453.6}
"""Grams in a unit of mass."""
PIECES = ("nut", "kernel", "piece", "whole", "medium", "slice", "egg", "fruit", "large", "can", "cup")
"""Household units that a food is counted in, the likeliest first."""
MICROGRAMS = {"µg": 1.0, "mg": 1_000.0, "g": 1_000_000.0}
IU_PER_UNIT = {"vitamin-d": 40.0}
"""International units in one microgram, where one factor holds for all forms."""


class TableComposer:
    """Turns chosen rows into grids and lines of pieces."""

    def __init__(self, corpus: Corpus, phrases: Phrases, names: dict[str, str]) -> None:
        self._phrase, self._names = phrases, names
        self._nutrients = corpus.tables["nutrients"].by_id
        self._daily = {row.text("nutrient"): row for row in corpus.tables["daily_values"].rows}
        self._portions: dict[str, list[Row]] = {}
        for row in corpus.tables["food_portions"].rows:
            self._portions.setdefault(row.text("food_id"), []).append(row)
        alternatives = corpus.tables["food_alternatives"].rows
        self._alternatives = {(row.text("food_id"), row.text("nutrient_column")): row for row in alternatives}
        extras = corpus.tables["food_extra"].rows
        self._extra = {(row.text("food_id"), row.text("nutrient")): row for row in extras}

    # --- foods

    def foods(self, foods: Foods, build: Builder) -> tuple[Grid, tuple[Food, ...]]:
        """The food table: one row a food; or, for one food with many nutrients, one row a nutrient."""
        data = tuple(self._food(line, foods.nutrients, build) for line in foods.rows)
        if len(foods.rows) == 1 and len(foods.nutrients) > 1:
            return self._one_food(foods.rows[0], foods.nutrients, build), data
        head: list[tuple[Piece, ...]] = [(self._phrase("column.food"),), (self._phrase("column.serving"),)]
        single = len(foods.nutrients) == 1
        for nutrient in foods.nutrients:
            head.append((self._phrase("column.per-serving", topic=self._name(nutrient)),))
            if self._has_daily(nutrient):
                head.append((self._phrase("column.daily"),))
            if single:
                head.append((self._phrase("column.per-100g"),))
        rows = []
        for line in foods.rows:
            cells: list[tuple[Piece, ...]] = [
                (self._phrase("food.name", food=line.row.text("name")),),
                self._serving(line.row, build),
            ]
            for nutrient in foods.nutrients:
                cells += self._nutrient_cells(line.row, nutrient, build, per_100g=single)
            rows.append(tuple(cells))
        return Grid(tuple(head), tuple(rows)), data

    def _one_food(self, line: FoodRow, nutrients: Sequence[str], build: Builder) -> Grid:
        head = tuple(
            (self._phrase(name),) for name in ("column.food", "column.serving", "column.daily", "column.per-100g")
        )
        serving = self._serving(line.row, build)
        head = ((self._phrase("food.name", food=line.row.text("name")),), serving, *head[2:])
        rows = []
        for nutrient in nutrients:
            cells = self._nutrient_cells(line.row, nutrient, build, per_100g=True)
            if not self._has_daily(nutrient):
                cells.insert(1, ())
            rows.append(((self._phrase("topic.name", topic=self._name(nutrient)),), *cells))
        return Grid(head, tuple(rows))

    def _serving(self, row: Row, build: Builder) -> tuple[Piece, ...]:
        grams = build.figure("foods", row, "serving_grams", "g", row.text("serving"), 1, row.text("preparation"))
        return build.cell("foods", row, "serving"), grams

    def _nutrient_cells(self, row: Row, nutrient: str, build: Builder, per_100g: bool) -> list[tuple[Piece, ...]]:
        """Cells of one nutrient: per serving, share of the daily value where there is one, per 100 g."""
        hundred = self.per_100g(row, nutrient, build)
        has_daily = self._has_daily(nutrient)
        if hundred is None:
            blank: tuple[Piece, ...] = (self._phrase("unknown"),)
            return [blank] * (1 + has_daily + per_100g)
        content, unit, decimals = arithmetic_operand(hundred), self._unit(nutrient), self._decimals(nutrient)
        grams = arithmetic.of_figure(
            build.figure("foods", row, "serving_grams", "g", row.text("serving"), 1, row.text("preparation"))
        )
        cells: list[tuple[Piece, ...]] = [
            (arithmetic.calculate("per_100g × grams ÷ 100", (content, grams), unit, decimals),)
        ]
        if has_daily:
            cells.append((self._share(content, grams, nutrient, build),))
        if per_100g:
            cells.append((hundred, *self._alternative(row, nutrient, build)))
        return cells

    def _share(self, content: Operand, grams: Operand, nutrient: str, build: Builder) -> Calculation:
        daily = arithmetic.of_figure(
            build.figure("daily_values", self._daily[nutrient], "amount", self._unit(nutrient), "a day")
        )
        terms = (content, grams, daily)
        return arithmetic.calculate("per_100g × grams ÷ 100 ÷ daily_value × 100 %", terms, "%")

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

    def per_100g(self, row: Row, nutrient: str, build: Builder) -> Figure | Calculation | None:
        """What 100 g hold: a figure, or the sum of several (omega-3); None where unknown."""
        unit, decimals, prepared = self._unit(nutrient), self._decimals(nutrient), row.text("preparation")
        columns = self._nutrients[nutrient].text("column")
        if not columns:
            extra = self._extra.get((row.id, nutrient))
            if extra is None:
                return None
            return build.figure("food_extra", extra, "amount_per_100g", unit, "per 100 g", decimals, prepared)
        figures = [
            build.figure("foods", row, column, unit, "per 100 g", decimals, prepared)
            for column in columns.split("+")
            if row.cells[column] is not None
        ]
        if len(figures) <= 1:
            return figures[0] if figures else None
        return arithmetic.calculate("sum", [arithmetic.of_figure(figure) for figure in figures], unit, decimals)

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
        for line in foods.rows[:2]:
            for nutrient in foods.nutrients[:3]:
                hundred = self.per_100g(line.row, nutrient, build)
                for named in question.amounts[:1] if hundred else ():
                    shown = self._scaled(line.row, nutrient, hundred, named, build) if hundred else None
                    if shown:
                        lines.append(shown)
                if question.counted and hundred:
                    lines += self._count(line.row, nutrient, hundred, build)
        return (Line((self._phrase("lead.amount"),), "lead"), *lines) if lines else ()

    def _count(self, row: Row, nutrient: str, hundred: Figure | Calculation, build: Builder) -> list[Line]:
        """How many pieces of a food hold the daily value, with each data set's figure where they differ."""
        portion = next((found for unit in PIECES if (found := self._portion(row, unit))), None)
        if portion is None or not self._has_daily(nutrient):
            return []
        table, held, column = portion
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        daily = build.figure("daily_values", self._daily[nutrient], "amount", unit, "a day", decimals)
        each = build.figure(table, held, column, "g", "one piece", 1, row.text("preparation"))
        contents = [hundred, *(piece for piece in self._alternative(row, nutrient, build) if isinstance(piece, Figure))]
        lines = []
        for content in contents:
            operands = (arithmetic.of_figure(daily), arithmetic_operand(content), arithmetic.of_figure(each))
            terms = f"{daily.text} ÷ ({content.text} × {each.text} ÷ 100 g) = "
            count = arithmetic.calculate("wanted ÷ (per_100g × grams ÷ 100)", operands, "", 1, terms)
            lines.append(Line((self._phrase("amount.count", food=row.text("name")), count), "item"))
        return lines

    def _scaled(
        self, row: Row, nutrient: str, hundred: Figure | Calculation, named: Amount, build: Builder
    ) -> Line | None:
        unit, decimals = self._unit(nutrient), self._decimals(nutrient)
        content = arithmetic_operand(hundred)
        if named.unit in MASS:
            grams = named.value * MASS[named.unit]
            weight = f"{arithmetic.amount(grams, 'g', 1)}"
            operands = (content, arithmetic.given(grams, "g"))
            terms = f"{arithmetic.amount(content.value, unit, decimals)} × {weight} ÷ 100 g = "
            total = arithmetic.calculate("per_100g × grams ÷ 100", operands, unit, decimals, terms)
        else:
            portion = self._portion(row, named.unit)
            if portion is None:
                return None
            table, held, column = portion
            each = build.figure(table, held, column, "g", named.unit, 1, row.text("preparation"))
            operands3 = (content, arithmetic.given(named.value, named.unit), arithmetic.of_figure(each))
            count = arithmetic.number(named.value)
            terms = f"{arithmetic.amount(content.value, unit, decimals)} × {count} × {each.text} ÷ 100 g = "
            total = arithmetic.calculate("per_100g × count × grams ÷ 100", operands3, unit, decimals, terms)
        pieces: list[Piece] = [self._phrase("amount.of", food=row.text("name"), topic=self._name(nutrient)), total]
        if self._has_daily(nutrient):
            daily = arithmetic.of_figure(
                build.figure("daily_values", self._daily[nutrient], "amount", unit, "a day", decimals)
            )
            taken = Operand(total.value, unit)
            pieces += [
                self._phrase("lead.daily"),
                arithmetic.calculate("amount ÷ whole × 100 %", (taken, daily), "%", 0, f"{arithmetic.number(total.value, decimals)} ÷ {arithmetic.number(daily.value, decimals)} = "),
            ]
        return Line(tuple(pieces), "item")

    def _portion(self, row: Row, unit: str) -> tuple[str, Row, str] | None:
        """The household measure of a food: (table, row, column of its grams)."""
        names = {"tbsp": "tablespoon", "tsp": "teaspoon", "oz": "ounce"}
        wanted = names.get(unit, unit)
        for row_ in self._portions.get(row.id, ()):
            if row_.text("unit").split(" ")[0] == wanted:
                return "food_portions", row_, "grams"
        served = row.text("serving").lower()
        if unit in ("serving", "portion") or f"1 {unit}" in served or f"1 {wanted}" in served:
            return "foods", row, "serving_grams"
        return None

    # --- intakes

    def intakes(self, rows: Sequence[Row], marked: Sequence[str], build: Builder) -> tuple[Line | Grid, ...]:
        """A table of intakes for each nutrient, the person's rows marked, and what the upper limit counts."""
        blocks: list[Line | Grid] = []
        for nutrient in dict.fromkeys(row.text("nutrient") for row in rows):
            own = [row for row in rows if row.text("nutrient") == nutrient]
            head = tuple((self._phrase(f"column.{n}"),) for n in ("who", "amount", "kind", "limit"))
            cells = tuple(self._intake_cells(row, build) for row in own)
            blocks.append(Line((self._phrase("lead.part", topic=self._name(nutrient)),), "lead"))
            blocks.append(Grid(head, cells, tuple(i for i, row in enumerate(own) if row.id in marked)))
            blocks += self._covers(own, build)
        return tuple(blocks)

    def limits(self, rows: Sequence[Row], build: Builder) -> tuple[Line | Grid, ...]:
        """Upper limits alone, and what they count."""
        blocks: list[Line | Grid] = []
        for nutrient in dict.fromkeys(row.text("nutrient") for row in rows):
            own = [row for row in rows if row.text("nutrient") == nutrient]
            head = ((self._phrase("column.who"),), (self._phrase("limit.of", topic=self._name(nutrient)),))
            cells = tuple(((build.cell("intakes", row, "population"),), self._limit(row, build)) for row in own)
            blocks.append(Grid(head, cells))
            blocks += self._covers(own, build)
        return tuple(blocks)

    def _covers(self, rows: Sequence[Row], build: Builder) -> list[Line | Grid]:
        found = next((row for row in rows if row.cells["ul_covers"]), None)
        if found is None:
            return []
        return [Line((self._phrase("limit.covers"), build.cell("intakes", found, "ul_covers")), "paragraph")]

    def _intake_cells(self, row: Row, build: Builder) -> tuple[tuple[Piece, ...], ...]:
        who = (build.cell("intakes", row, "population"),)
        value = self._intake_figure(row, "value", build)
        return who, value, (self._phrase(f"kind.{row.text('kind')}"),), self._limit(row, build)

    def _intake_figure(self, row: Row, column: str, build: Builder) -> tuple[Piece, ...]:
        if row.cells[column] is None:
            return (self._phrase("none"),)
        unit = row.text("ul_unit") if column == "ul" else row.text("unit")
        measured = row.text("ul_measured_as") if column == "ul" else row.text("measured_as")
        basis = f"a day, {measured}" if measured else "a day"
        return (build.figure("intakes", row, column, unit, basis, None, "", row.text("population")),)

    def _limit(self, row: Row, build: Builder) -> tuple[Piece, ...]:
        if row.cells["ul"] is None and row.cells["cdrr"] is not None:
            return self._phrase("lead.reduction"), *self._intake_figure(row, "cdrr", build)
        return self._intake_figure(row, "ul", build)

    def compared(self, question: Question, rows: Sequence[Row], build: Builder) -> tuple[Line, ...]:
        """ "Is 400 mg too much?": the user's amount as a share of the limit, with its terms; no verdict."""
        lines: list[Line] = []
        for row in rows:
            limit = self._intake_figure(row, "ul", build)[0] if row.cells["ul"] is not None else None
            for named in question.amounts[:1] if isinstance(limit, Figure) else ():
                assert isinstance(limit, Figure)
                shown = self._beside(named, limit, row)
                if shown:
                    lines.append(Line((self._phrase("topic.name", topic=self._name(row.text("nutrient"))), *shown), "item"))
        return (Line((self._phrase("lead.compare"),), "lead"), *lines) if lines else ()

    def _beside(self, named: Amount, limit: Figure, row: Row) -> tuple[Piece, ...] | None:
        pieces: list[Piece] = []
        value = named.value
        if named.unit == "IU":
            factor = IU_PER_UNIT.get(row.text("nutrient"))
            if factor is None:
                return None
            terms = f"{arithmetic.amount(named.value, 'IU')} ÷ {arithmetic.number(factor)} = "
            operands = (arithmetic.given(named.value, "IU"), arithmetic.given(factor, "IU"))
            converted = arithmetic.calculate("amount ÷ units_per", operands, "µg", 1, terms)
            pieces.append(converted)
            value, unit = converted.value, "µg"
        else:
            unit = named.unit
        if unit not in MICROGRAMS or limit.unit not in MICROGRAMS:
            return None
        in_unit = value * MICROGRAMS[unit] / MICROGRAMS[limit.unit]
        terms = f"{arithmetic.amount(in_unit, limit.unit)} ÷ {limit.text} = "
        operands = (arithmetic.given(in_unit, limit.unit), arithmetic.of_figure(limit))
        pieces.append(arithmetic.calculate("amount ÷ whole × 100 %", operands, "%", 0, terms))
        pieces += [self._phrase("column.limit"), limit]
        return tuple(pieces)

    def intake_share(self, question: Question, foods: Foods, build: Builder) -> tuple[Line, ...]:
        """ "How much of my daily need is that?": the food's serving as a share of the daily value."""
        lines = []
        for line in foods.rows[:3]:
            for nutrient in foods.nutrients[:2]:
                if self.per_100g(line.row, nutrient, build) is not None and self._has_daily(nutrient):
                    cells = self._nutrient_cells(line.row, nutrient, build, per_100g=False)
                    name = self._phrase("food.name", food=line.row.text("name"))
                    serving = build.cell("foods", line.row, "serving")
                    lines.append(Line((name, serving, *cells[0], self._phrase("lead.daily"), *cells[1]), "item"))
        return tuple(lines)

    # --- laboratory ranges

    def tests(self, rows: Sequence[Row], question: Question, build: Builder) -> tuple[Line | Grid, ...]:
        """Usual ranges beside what the user said; what low or high means in general; never a verdict."""
        head = tuple((self._phrase(f"column.{name}"),) for name in ("test", "who", "range", "other-units"))
        cells = []
        for row in rows:
            other = row.cells["alt_unit"] and row.cells["alt_unit"] != row.cells["unit"]
            converted = self._range(row, "alt_low", "alt_high", "alt_unit", build) if other else []
            who = (build.cell("tests", row, "population"),) if row.cells["population"] else ()
            usual = self._range(row, "low", "high", "unit", build)
            cells.append(((build.cell("tests", row, "test"),), who, tuple(usual), tuple(converted)))
        lines: list[Line | Grid] = [Line((self._phrase("lead.tests"),), "lead"), Grid(head, tuple(cells))]
        if question.value is not None and question.test:
            digits = next((d for d in _digits(question.message) if _as_float(d) == question.value), None)
            if digits:
                lines.append(Line((self._phrase("lead.test.value"), Echo(digits)), "item"))
        seen = dict.fromkeys((row.text(c), row.id, c) for row in rows[:2] for c in ("meaning", "pitfall", "note") if row.cells[c])
        texts: dict[str, Line] = {}
        by_id = {row.id: row for row in rows}
        for text, row_id, column in seen:
            texts.setdefault(text, Line((build.cell("tests", by_id[row_id], column),), "paragraph"))
        return (*lines, *list(texts.values())[:4])

    def _range(self, row: Row, low: str, high: str, unit: str, build: Builder) -> list[Piece]:
        population, basis = row.text("population"), row.text("test")
        figures = [
            build.figure("tests", row, column, row.text(unit), basis, None, "", population) if row.cells[column] is not None else None
            for column in (low, high)
        ]  # fmt: skip
        if figures[0] and figures[1]:
            return [figures[0], self._phrase("range.to"), figures[1]]
        if figures[0]:
            return [self._phrase("range.above"), figures[0]]
        return [self._phrase("range.below"), figures[1]] if figures[1] else []

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
    return arithmetic.of_figure(content) if isinstance(content, Figure) else Operand(content.value, content.unit)


def _digits(message: str) -> list[str]:
    import re

    return re.findall(r"\d+(?:[.,]\d+)?", message)


def _as_float(text: str) -> float:
    return float(text.replace(",", "."))


__all__ = ["Phrase", "TableComposer"]
