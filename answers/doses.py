"""What somebody takes in a day, worked out from a dose, how many and how often, and set beside a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from answers import arithmetic
from answers.build import Builder
from answers.phrases import Phrases
from answers.types import Calculation, Figure, Operand, Piece
from corpus import Row
from retriever import Amount

IU = "IU"


class DoseComposer:
    """Turns a dose into calculations that end in a share of a limit."""

    def __init__(self, phrases: Phrases, nutrients: Mapping[str, Row], units: Sequence[Row]) -> None:
        """`nutrients`: the rows of `tables/nutrients.csv` by id; `units`: those of `tables/units.csv`."""
        self._phrase, self._nutrients, self._units = phrases, nutrients, units

    def beside(self, doses: Sequence[Amount], limit: Piece, row: Row, build: Builder) -> Iterator[tuple[Piece, ...]]:
        """What is taken in a day as a share of a limit; one for each form where IU depend on the form.

        `doses`: one, or those at different hours, in the same unit; `row`: the row of the limit. Nothing where units
        do not fit.
        """
        named = doses[0]
        if not isinstance(limit, Figure):
            return
        if named.unit != IU and arithmetic.converted(named.value, named.unit, limit.unit) is None:
            return
        steps = [_multiplied(dose, _start(dose, limit.unit)) for dose in doses]
        first = tuple(calculation for calculations, _ in steps for calculation in calculations)
        taken = steps[0][1]
        if len(steps) > 1:
            done = arithmetic.calculate("sum", [part for _, part in steps], taken.unit, 2, with_terms=True)
            first, taken = (*first, done), arithmetic.of_calculation(done)
        for form, in_mass in self._in_mass(named, taken, row.text("nutrient"), build):
            pieces: list[Piece] = [*form, *first]
            if in_mass is not taken and in_mass.calculation:
                pieces.append(in_mass.calculation)
            days, a_day = _averaged(named, in_mass)
            if days:
                pieces += [self._phrase("compare.average"), *days]
            operands = (a_day, arithmetic.of_figure(limit))
            pieces.append(arithmetic.calculate(arithmetic.SHARE, operands, "%", with_terms=True))
            yield (*pieces, self._phrase("column.limit"), limit)

    def _in_mass(
        self, named: Amount, taken: Operand, nutrient: str, build: Builder
    ) -> Iterator[tuple[tuple[Piece, ...], Operand]]:
        """The same amount in the unit of the limit, with the form that it is taken to be."""
        if named.unit != IU:
            yield (), taken
            return
        held = self._nutrients[nutrient]
        if held.cells["iu_per_unit"] is not None:
            factor = build.figure("nutrients", held, "iu_per_unit", IU, f"in 1 {held.text('unit')}")
            operands = (taken, arithmetic.of_figure(factor))
            done = arithmetic.calculate("amount ÷ units_per", operands, held.text("unit"), 1, with_terms=True)
            yield (), arithmetic.of_calculation(done)
        for form in self._units:
            if form.text("nutrient") == nutrient and form.text("one") == IU:
                factor = build.figure("units", form, "value", form.text("unit"), "in 1 IU")
                operands = (taken, arithmetic.of_figure(factor))
                done = arithmetic.calculate("amount × per_unit", operands, form.text("unit"), 1, with_terms=True)
                assumed = (self._phrase("compare.form"), build.cell("units", form, "form"))
                yield assumed, arithmetic.of_calculation(done)


def _start(named: Amount, unit: str) -> Operand:
    """A dose as the user gave it, in a unit of mass."""
    value = arithmetic.converted(named.value, named.unit, unit)
    return arithmetic.given(named.value, IU) if value is None else arithmetic.given(value, unit)


def _multiplied(named: Amount, start: Operand) -> tuple[tuple[Calculation, ...], Operand]:
    """What is taken in all: how many, and how often."""
    factors = [arithmetic.given(factor, "") for factor in (named.many, named.times) if factor != 1]
    if not factors:
        return (), start
    operator = "count × amount" if len(factors) == 1 else "count × times × amount"
    done = arithmetic.calculate(operator, (*factors, start), start.unit, 2, with_terms=True)
    return (done,), arithmetic.of_calculation(done)


def _averaged(named: Amount, taken: Operand) -> tuple[tuple[Calculation, ...], Operand]:
    """What is taken on an average day, where it is not taken daily."""
    if named.days == 1:
        return (), taken
    operands = (taken, arithmetic.given(named.days, arithmetic.DAYS))
    decimals = 0 if taken.value / named.days >= 100 else 1
    done = arithmetic.calculate("amount ÷ days", operands, taken.unit, decimals, with_terms=True)
    return (done,), arithmetic.of_calculation(done)
