"""Numbers as they are shown, and the few kinds of arithmetic that may be done with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from answers.types import Calculation, Figure, Operand


def _serving(terms: Sequence[float]) -> float:
    return terms[0] * terms[1] / 100


def _sum(terms: Sequence[float]) -> float:
    return sum(terms)


def _percent(terms: Sequence[float]) -> float:
    return 100 * terms[0] / terms[1]


def _percent_of_serving(terms: Sequence[float]) -> float:
    return 100 * (terms[0] * terms[1] / 100) / terms[2]


def _scaled(terms: Sequence[float]) -> float:
    return terms[0] * terms[1] * terms[2] / 100


def _count_for(terms: Sequence[float]) -> float:
    return terms[0] / (terms[1] * terms[2] / 100)


def _per_energy(terms: Sequence[float]) -> float:
    return 100 * terms[0] / terms[1]


def _percent_per_energy(terms: Sequence[float]) -> float:
    return 100 * (100 * terms[0] / terms[1]) / terms[2]


def _convert(terms: Sequence[float]) -> float:
    return terms[0] / terms[1]


OPERATORS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "sum": _sum,
    "per_100g × grams ÷ 100": _serving,
    "amount ÷ whole × 100 %": _percent,
    "per_100g × grams ÷ 100 ÷ daily_value × 100 %": _percent_of_serving,
    "per_100g × count × grams ÷ 100": _scaled,
    "wanted ÷ (per_100g × grams ÷ 100)": _count_for,
    "per_100g ÷ kcal × 100": _per_energy,
    "per_100g ÷ kcal × 100 ÷ daily_value × 100 %": _percent_per_energy,
    "amount ÷ units_per": _convert,
}


def number(value: float, decimals: int | None = None) -> str:
    """A number for a person: thousands apart, at most `decimals`, small amounts with two significant digits."""
    if decimals is None:
        decimals = 0 if value == int(value) else 2
    if value and abs(value) < 10**-decimals / 2:
        decimals = 1 - math.floor(math.log10(abs(value)))
    text = f"{value:,.{min(decimals, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: float, unit: str, decimals: int | None = None) -> str:
    """A number with its unit."""
    return f"{number(value, decimals)} {unit}".strip()


def calculate(operator: str, operands: Sequence[Operand], unit: str, decimals: int = 0, terms: str = "") -> Calculation:
    """Do one of `OPERATORS`. `terms`: what is shown before the result, "351 ÷ 1,300 = "."""
    value = OPERATORS[operator]([operand.value for operand in operands])
    return Calculation(terms + amount(value, unit, decimals), tuple(operands), operator, round(value, 6), unit)


def of_figure(figure: Figure) -> Operand:
    """A figure as a term."""
    return Operand(figure.value, figure.unit, figure)


def given(value: float, unit: str) -> Operand:
    """A number of the user's as a term."""
    return Operand(value, unit, given=True)
