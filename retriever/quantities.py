"""Numbers and units as people type them: "1½ cups", "2,000 IU", "half a tin"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retriever.types import MASSES, Amount

_IN_WORDS = {
    "half": 0.5, "a half": 0.5, "a": 1.0, "an": 1.0, "a dozen": 12.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0,
}  # fmt: skip
_UNITS = {
    "milligram": "mg", "microgram": "µg", "mcg": "µg", "ug": "µg", "gram": "g", "ounce": "oz", "pound": "lb",
    "lbs": "lb", "tablespoon": "tbsp", "teaspoon": "tsp", "iu": "IU", "tin": "can", "glasse": "glass", "leave": "leaf",
}  # fmt: skip
DOSED = (*MASSES, "g")
"""Units in which a dose may be given."""
PIECE = "piece"
"""The unit of what is only counted."""
IN_BLOOD = re.compile(r" ?(?:/|per ) ?(?:d?l|ml|100 ?ml)\b")
"""What makes an amount a concentration: "11 mg/dl" is nothing that anybody takes."""


def number_of(text: str, counts: Mapping[str, int]) -> float:
    """The number that a text says in digits, words (`counts`) or fractions."""
    if text in counts:
        return float(counts[text])
    if text in _IN_WORDS:
        return _IN_WORDS[text]
    mixed = re.fullmatch(r"(?:(\d+) ?)?(\d)\u2044(\d+)|(?:(\d+) )?(\d+)/(\d+)", text)
    if mixed:
        whole, over, under = (int(part or 0) for part in (mixed.groups()[:3] if mixed[2] else mixed.groups()[3:]))
        return whole + over / under if under else 0.0
    grouped = re.fullmatch(r"\d{1,3}(,\d{3})+", text)
    return float(text.replace(",", "" if grouped else "."))


def unit_of(text: str) -> str:
    """The one name of a unit: "mcg" and "micrograms" are µg."""
    single = text.removesuffix("s") if text not in ("glass", "lbs") else text
    return _UNITS.get(single, _UNITS.get(text, single))


def is_dose_at(found: re.Match[str]) -> bool:
    """Whether an amount found in a text is one that is taken, and no concentration."""
    return unit_of(found["unit"]) in DOSED and not IN_BLOOD.match(found.string, found.end())


def without_ages(amounts: tuple[Amount, ...], age_months: int | None) -> tuple[Amount, ...]:
    """ "My son 7 iron tablets 15 mg": a count that may be an age is not certain."""
    ages = () if age_months is None else (age_months, age_months / 12)
    uncertain = [amount.many != 1 and amount.many in ages for amount in amounts]
    return tuple(a._replace(read="unclear") if may_be else a for a, may_be in zip(amounts, uncertain, strict=True))


def weighed_in(amount: Amount, of_food: str | None) -> Amount:
    """So many grams beside a food are grams of that food."""
    return amount._replace(of=of_food) if of_food and amount.unit == "g" else amount
