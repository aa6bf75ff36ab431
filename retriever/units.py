"""Units in which laboratories report: read as people type them, and brought to one another by powers of ten."""

from __future__ import annotations

import re
from typing import NamedTuple

_PREFIXES = {"p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0}
_VOLUMES = {"l": 1.0, "dl": 1e-1, "ml": 1e-3}
_SPELLINGS = (
    (r"\s+", ""), ("[\u00b5\u03bc]", "u"), ("mcg", "ug"), (r"gms?(?=/)", "g"), ("per(?!cent)", "/"), ("100ml", "dl"),
    (r"lit(?:er|re)s?", "l"), (r"^([pnum]mol)$", r"\1/l"), (r"u?u(?:iu|u)/ml|mi?u/l", "miu/l"), ("percent", "%"),
)  # fmt: skip
_CONCENTRATION = re.compile(r"(?P<prefix>[pnum]?)(?P<kind>g|mol|iu|eq)/(?P<volume>[dm]?l)")


class Unit(NamedTuple):
    """What is measured (mass, amount, "%", …) and how many grams, moles or the like in a liter one of it is."""

    kind: str
    factor: float


def unit_of(text: str) -> Unit:
    """A unit in any spelling; one that is no concentration is of its own kind."""
    written = text.casefold()
    for pattern, spelling in _SPELLINGS:
        written = re.sub(pattern, spelling, written)
    found = _CONCENTRATION.fullmatch(written)
    if not found:
        return Unit(written, 1.0)
    return Unit(found["kind"], _PREFIXES[found["prefix"]] / _VOLUMES[found["volume"]])


def converted(value: float, unit: str, to: str) -> float | None:
    """A value in another unit of the same kind; None where the kinds differ. To 12 significant digits."""
    one, other = unit_of(unit), unit_of(to)
    return float(f"{value * one.factor / other.factor:.12g}") if one.kind == other.kind else None
