"""Compose laboratory ranges: the rows, a person's value beside them, and what its side means."""

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
    """Turns compared rows of tests into a grid and lines of pieces. Says where a value lies, and no diagnosis."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrase = phrases

    def tests(self, evidence: Evidence, build: Builder) -> tuple[Line | Grid, ...]:
        """Usual ranges, the person's value and the side on which it lies; then what that means in general."""
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
        """Each value with its unit, and its side: once where all rows agree, else for each row's population."""
        lines: list[Line] = []
        readings = dict.fromkeys(one.reading for one in compared if one.reading)
        several = len(readings) > 1
        for reading in readings:
            own = _telling([one for one in compared if one.reading == reading])
            shown: list[Piece] = [build.cell("tests", own[0].row, "test")] if several else []
            shown += [self._phrase("lead.test.value"), Echo(reading.typed)]
            shown += [] if reading.unit else [self._phrase("test.no-unit")]
            if len({(one.side, one.why) for one in own}) == 1:
                lines.append(Line((*shown, self._phrase(self._side(own[0]))), "item"))
                continue
            for one in own:
                of_whom = build.cell("tests", one.row, "population")
                lines.append(Line((*shown, of_whom, self._phrase(self._side(one))), "item"))
        return lines

    @staticmethod
    def _side(one: Compared) -> str:
        """The phrase that says on which side of a row's range a value lies, or why this is not said."""
        if one.why:
            return f"test.{one.why}"
        ends = [end for end in ("low", "high") if one.row.cells[end] is not None]
        if not ends:
            return "test.no-range"
        one_sided = f".{ends[0]}" if len(ends) == 1 else ""
        return f"test.side.{one.side}{one_sided}"

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


def _telling(compared: Sequence[Compared]) -> list[Compared]:
    """The rows that say something of a value: beside a range that it leaves, a mere lower limit says nothing."""
    off = any(one.side in ("low", "high") for one in compared)
    return [
        one
        for one in compared
        if not (off and one.side == "within" and None in (one.row.cells["low"], one.row.cells["high"]))
    ]
