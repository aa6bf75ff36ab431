"""Compose reference figures: intakes and upper limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from answers.build import Builder
from answers.doses import DoseComposer
from answers.phrases import Phrases
from answers.types import Grid, Line, Piece
from corpus import Row
from retriever import Amount, Question


class ReferenceComposer:
    """Turns rows of intakes into grids and lines of pieces; compares, and never judges."""

    def __init__(
        self, phrases: Phrases, names: dict[str, str], nutrients: Mapping[str, Row], units: Sequence[Row]
    ) -> None:
        """`nutrients`: the rows of `tables/nutrients.csv` by id; `units`: those of `tables/units.csv`."""
        self._phrase, self._names, self._nutrients = phrases, names, nutrients
        self.doses = DoseComposer(phrases, nutrients, units)

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
        """ "Is 400 mg too much?": what is taken in a day as a share of the limit, with its terms; no verdict."""
        limits = {(row.text("nutrient"), row.cells["ul"]): row for row in reversed(rows)}
        pairs = [
            (named, row)
            for row in reversed(limits.values())
            for named in question.amounts
            if row.cells["ul"] is not None and self._is_of(named, row, question)
        ]
        taken = [([named], row) for named, row in pairs if not (named.read or named.part)]
        for row in {row.id: row for _, row in pairs}.values():
            parts = [named for named, own in pairs if own is row and named.part and not named.read]
            taken += [(parts, row)] if parts else []
        lines = dict.fromkeys(
            Line((self._phrase("topic.name", topic=self._name(row.text("nutrient"))), *shown), "item")
            for doses, row in taken
            for shown in self.doses.beside(doses, self._intake_figure(row, "ul", build)[0], row, build)
        )
        lead = (Line((self._phrase("lead.compare"),), "lead"),) if lines else ()
        notes = dict.fromkeys(f"compare.{named.read}" for named, _ in pairs if named.read)
        if any(named.days != 1 and not named.read for named, _ in pairs) and lines:
            notes["compare.average.note"] = None
        return (*lead, *lines, *(Line((self._phrase(note),), "paragraph") for note in notes))

    def _is_of(self, named: Amount, row: Row, question: Question) -> bool:
        """Whether an amount is one of what a row's limit counts: of no food, no other nutrient, no other form of it."""
        if question.foods and not named.is_dose:
            return False
        nutrient = row.text("nutrient")
        form = self._nutrients.get(named.of or "")
        counted = form is not None and form.text("parent") == nutrient and row.text("ul_measured_as") in ("", form.id)
        return named.of in (None, nutrient) or counted

    def _name(self, nutrient: str) -> str:
        return self._names.get(nutrient, nutrient)
