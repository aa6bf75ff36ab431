"""Compose reference figures: intakes and upper limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answers import arithmetic
from answers.build import Builder
from answers.phrases import Phrases
from answers.types import Figure, Grid, Line, Piece
from corpus import Row
from retriever import Amount, Question


class ReferenceComposer:
    """Turns rows of intakes into grids and lines of pieces; compares, and never judges."""

    def __init__(self, phrases: Phrases, names: dict[str, str], nutrients: Mapping[str, Row]) -> None:
        """`nutrients`: the rows of `tables/nutrients.csv` by id."""
        self._phrase, self._names, self._nutrients = phrases, names, nutrients

    # --- intakes

    def intakes(self, rows: Sequence[Row], marked: Sequence[str], build: Builder) -> tuple[Line | Grid, ...]:
        """A table of intakes for each nutrient, the person's rows marked, and what the upper limit counts."""
        blocks: list[Line | Grid] = []
        for nutrient in dict.fromkeys(row.text("nutrient") for row in rows):
            own = [row for row in rows if row.text("nutrient") == nutrient]
            head = tuple((self._phrase(f"column.{n}"),) for n in ("who", "amount", "kind", "limit"))
            cells = tuple(self._intake_cells(row, build) for row in own)
            blocks.append(
                Line((self._phrase("lead.intake"), self._phrase("topic.name", topic=self._name(nutrient))), "lead")
            )
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
        limits = {(row.text("nutrient"), row.cells["ul"]): row for row in reversed(rows)}
        for row in reversed(limits.values()):
            limit = self._intake_figure(row, "ul", build)[0] if row.cells["ul"] is not None else None
            for named in question.amounts[:1] if isinstance(limit, Figure) else ():
                assert isinstance(limit, Figure)
                shown = self._beside(named, limit, row, build)
                if shown:
                    lines.append(
                        Line((self._phrase("topic.name", topic=self._name(row.text("nutrient"))), *shown), "item")
                    )
        return (Line((self._phrase("lead.compare"),), "lead"), *lines) if lines else ()

    def _beside(self, named: Amount, limit: Figure, row: Row, build: Builder) -> tuple[Piece, ...] | None:
        pieces: list[Piece] = []
        if named.unit == "IU":
            nutrient = self._nutrients[row.text("nutrient")]
            if nutrient.cells["iu_per_unit"] is None:
                return None
            factor = build.figure("nutrients", nutrient, "iu_per_unit", "IU", f"in 1 {nutrient.text('unit')}")
            operands = (arithmetic.given(named.value, "IU"), arithmetic.of_figure(factor))
            in_mass = arithmetic.calculate("amount ÷ units_per", operands, nutrient.text("unit"), 1, with_terms=True)
            pieces.append(in_mass)
            taken = arithmetic.of_calculation(in_mass)
        else:
            taken = arithmetic.given(named.value, named.unit)
        value = arithmetic.converted(taken.value, taken.unit, limit.unit)
        if value is None:
            return None
        if taken.unit != limit.unit:
            taken = arithmetic.given(value, limit.unit)
        operands = (taken, arithmetic.of_figure(limit))
        pieces.append(arithmetic.calculate("amount ÷ whole × 100 %", operands, "%", with_terms=True))
        pieces += [self._phrase("column.limit"), limit]
        return tuple(pieces)

    def _name(self, nutrient: str) -> str:
        return self._names.get(nutrient, nutrient)
