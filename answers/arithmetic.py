"""Numbers as they are shown, and the few kinds of arithmetic that may be done with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from answers.types import Calculation, Figure, Operand


class Operator(NamedTuple):
    """A kind of arithmetic: what it computes, and how its terms are written ("" for terms joined by +)."""

    compute: Callable[[Sequence[float]], float]
    written: str
    terms: int | None


OPERATORS: Mapping[str, Operator] = {
    "sum": Operator(sum, "", None),
    "per_100g × grams ÷ 100": Operator(lambda t: t[0] * t[1] / 100, "{} × {} ÷ 100 g", 2),
    "amount ÷ whole × 100 %": Operator(lambda t: 100 * t[0] / t[1], "{} ÷ {}", 2),
    "per_100g × grams ÷ 100 ÷ daily_value × 100 %": Operator(
        lambda t: 100 * (t[0] * t[1] / 100) / t[2], "{} × {} ÷ 100 g ÷ {}", 3
    ),
    "per_100g × count × grams ÷ 100": Operator(lambda t: t[0] * t[1] * t[2] / 100, "{} × {} × {} ÷ 100 g", 3),
    "wanted ÷ (per_100g × grams ÷ 100)": Operator(lambda t: t[0] / (t[1] * t[2] / 100), "{} ÷ ({} × {} ÷ 100 g)", 3),
    "count × amount": Operator(lambda t: t[0] * t[1], "{} × {}", 2),
    "count × times × amount": Operator(lambda t: t[0] * t[1] * t[2], "{} × {} × {}", 3),
    "amount ÷ days": Operator(lambda t: t[0] / t[1], "{} ÷ {}", 2),
    "amount × per_unit": Operator(lambda t: t[0] * t[1], "{} × {}", 2),
    "per_100g × volume ÷ cup × grams ÷ 100": Operator(
        lambda t: t[0] * t[1] / t[2] * t[3] / 100, "{} × {} ÷ {} × {} ÷ 100 g", 4
    ),
    "amount ÷ units_per": Operator(lambda t: t[0] / t[1], "{} ÷ {}", 2),
    "per_100g ÷ kcal × 100": Operator(lambda t: 100 * t[0] / t[1], "{} ÷ {} × 100 kcal", 2),
    "per_100g ÷ kcal × 100 ÷ daily_value × 100 %": Operator(
        lambda t: 100 * (100 * t[0] / t[1]) / t[2], "{} ÷ {} × 100 kcal ÷ {}", 3
    ),
}

SHARE = "amount ÷ whole × 100 %"
DAYS = "days"
MILLILITERS = {"ml": 1.0, "liter": 1_000.0}
"""Milliliters in each unit of volume whose size is certain."""
GRAMS = {"µg": 1e-6, "mg": 1e-3, "g": 1.0, "kg": 1_000.0, "oz": 28.35, "lb": 453.6}
"""Grams in each unit of mass that people use."""


SHOWN = ("IU", DAYS, "ml")
"""Other units that are shown in the terms of a calculation."""


def converted(value: float, unit: str, to: str) -> float | None:
    """A mass in another unit; None where one of the units is none of mass. To 12 significant digits."""
    if unit == to:
        return value
    if unit not in GRAMS or to not in GRAMS:
        return None
    return float(f"{value * GRAMS[unit] / GRAMS[to]:.12g}")


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


def calculate(
    operator: str, operands: Sequence[Operand], unit: str, decimals: int = 0, with_terms: bool = False
) -> Calculation:
    """Do one of `OPERATORS`. `with_terms`: shown as "351 mg ÷ 1,300 mg = 27 %", else its result alone."""
    value = OPERATORS[operator].compute([operand.value for operand in operands])
    text = amount(value, unit, decimals)
    if with_terms:
        text = f"{terms(operator, operands)} = {text}"
    return Calculation(text, tuple(operands), operator, round(value, 6), unit)


def terms(operator: str, operands: Sequence[Operand]) -> str:
    """The terms of a calculation as they are written: "351 mg ÷ 1,300 mg"."""
    written = OPERATORS[operator].written
    shown = [_shown(operand) for operand in operands]
    return written.format(*shown) if written else " + ".join(shown)


def _shown(operand: Operand) -> str:
    if operand.figure is not None:
        return operand.figure.text
    if operand.calculation is not None:
        return operand.calculation.text.rpartition(" = ")[2]
    # "2 × 180 g": a count of cups needs no unit beside the weight of a cup.
    return amount(operand.value, operand.unit if operand.unit in (*GRAMS, *SHOWN) else "")


def of_figure(figure: Figure) -> Operand:
    """A figure as a term."""
    return Operand(figure.value, figure.unit, figure)


def of_calculation(done: Calculation) -> Operand:
    """The result of a calculation as a term of the next."""
    return Operand(done.value, done.unit, calculation=done)


def given(value: float, unit: str) -> Operand:
    """A number of the user's as a term."""
    return Operand(value, unit, given=True)
