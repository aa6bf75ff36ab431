"""Compose laboratory ranges: the rows, a person's value beside them, and what such a result means in general."""

from __future__ import annotations

from collections.abc import Sequence

from answers.build import Builder
from answers.phrases import Phrases
from answers.types import Echo, Grid, Line, Piece
from corpus import Row
from retriever import Compared, Evidence

APART = ("children", "pregnant")
"""Whom rows may be about that are no adults in general."""


class LaboratoryComposer:
    """Turns compared rows into a grid and lines of pieces. A value stands beside its range, never a verdict."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrase = phrases

    def tests(self, evidence: Evidence, build: Builder) -> tuple[Line | Grid, ...]:
        """Usual ranges and the person's value; then what results on its side of the range mean in general."""
        head = tuple((self._phrase(f"column.{name}"),) for name in ("test", "who", "range", "other-units"))
        rows = tuple(dict.fromkeys(one.row.id for one in evidence.tests))
        by_id = {one.row.id: one.row for one in evidence.tests}
        grid = Grid(head, tuple(self._cells(by_id[id_], build) for id_ in rows))
        apart = any(row.text("whom") in APART for row in by_id.values())
        lead = Line((self._phrase("lead.tests.whom" if apart else "lead.tests"),), "lead")
        texts = (Line((build.cell(table, row, column),), "paragraph") for table, row, column in evidence.of_tests)
        return lead, grid, *self._values(evidence.tests, build), *texts

    def _cells(self, row: Row, build: Builder) -> tuple[tuple[Piece, ...], ...]:
        other = row.cells["alt_unit"] and row.cells["alt_unit"] != row.cells["unit"]
        converted = self._range(row, "alt_low", "alt_high", "alt_unit", build) if other else []
        who = (build.cell("tests", row, "population"),) if row.cells["population"] else ()
        usual = self._range(row, "low", "high", "unit", build)
        return (build.cell("tests", row, "test"),), who, tuple(usual), tuple(converted)

    def _values(self, compared: Sequence[Compared], build: Builder) -> list[Line]:
        """Each value with its unit, beside the range and without a verdict; where no row is meant for it, why."""
        lines: list[Line] = []
        readings = dict.fromkeys(one.reading for one in compared if one.reading)
        several = len(readings) > 1
        for reading in readings:
            own = [one for one in compared if one.reading == reading]
            shown: list[Piece] = [build.cell("tests", own[0].row, "test")] if several else []
            shown += [self._phrase("lead.test.value"), Echo(reading.typed)]
            shown += [] if reading.unit else [self._phrase("test.no-unit")]
            reasons = {one.why for one in own}
            if len(reasons) == 1 and (why := reasons.pop()):
                shown.append(self._phrase(f"test.{why}"))
            lines.append(Line(tuple(shown), "item"))
        return lines

    def _range(self, row: Row, low: str, high: str, unit: str, build: Builder) -> list[Piece]:
        population, basis = row.text("population"), row.text("test")
        figures = [
            None
            if row.cells[column] is None
            else build.figure("tests", row, column, row.text(unit), basis, None, "", population)
            for column in (low, high)
        ]
        if figures[0] and figures[1]:
            return [figures[0], self._phrase("range.to"), figures[1]]
        if figures[0]:
            return [self._phrase("range.above"), figures[0]]
        return [self._phrase("range.below"), figures[1]] if figures[1] else []
