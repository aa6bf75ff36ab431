"""Numbers and amounts as people type them: "1½ cups", "2,000 IU", "half a tin"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from retriever.types import MASSES, Amount
from retriever.units import UnitNames

DOSED = (*MASSES, "g")
"""Units in which a dose may be given."""
PIECE = "piece"
"""The unit of what is only counted."""
IN_BLOOD = re.compile(r" ?(?:/|per ) ?(?:d?l|ml|100 ?ml)\b")
"""What makes an amount a concentration: "11 mg/dl" is nothing that anybody takes."""


def in_digits(text: str) -> float:
    """A number in digits: "2,000" is two thousand, "2,5" two and a half."""
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+", text)
    return float(text.replace(",", "" if grouped else "."))


class Quantities:
    """Reads a number with its unit, by the words of the vocabulary."""

    def __init__(self, units: Mapping[str, Any] | None, counts: Mapping[str, float]) -> None:
        """`units`: `vocabulary/units.yaml`; `counts`: further words for numbers."""
        self._numbers = {**(units or {}).get("numbers", {}), **counts}
        self.names = UnitNames(units)

    def number(self, text: str) -> float:
        """The number that a text says in digits, words or fractions."""
        if text in self._numbers:
            return float(self._numbers[text])
        mixed = re.fullmatch(r"(?:(\d+) ?)?(\d)\u2044(\d+)|(?:(\d+) )?(\d+)/(\d+)", text)
        if mixed:
            whole, over, under = (int(part or 0) for part in (mixed.groups()[:3] if mixed[2] else mixed.groups()[3:]))
            return whole + over / under if under else 0.0
        return in_digits(text)

    def amount(self, found: re.Match[str]) -> Amount:
        """The amount that a pattern with the groups n and unit found."""
        return Amount(self.number(found["n"]), self.names.name(found["unit"]))

    def is_dose(self, found: re.Match[str]) -> bool:
        """Whether an amount found in a text is one that is taken, and no concentration."""
        return self.names.name(found["unit"]) in DOSED and not IN_BLOOD.match(found.string, found.end())


def without_ages(amounts: tuple[Amount, ...], age_months: int | None) -> tuple[Amount, ...]:
    """ "My son 7 iron tablets 15 mg": a count that may be an age is not certain."""
    ages = () if age_months is None else (age_months, age_months / 12)
    uncertain = [amount.many != 1 and amount.many in ages for amount in amounts]
    return tuple(a._replace(read="unclear") if may_be else a for a, may_be in zip(amounts, uncertain, strict=True))


def weighed_in(amount: Amount, of_food: str | None) -> Amount:
    """So many grams beside a food are grams of that food."""
    return amount._replace(of=of_food) if of_food and amount.unit == "g" else amount
