"""Units: the one name of each, however it is written, and how those of laboratories are brought to one another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from retriever.aspects import compile_pattern

MICRO, MU = "\u00b5", "\u03bc"
"""The sign of a millionth, and the letter that folding makes of it."""
_PREFIXES = {"p": 1e-12, "n": 1e-9, MICRO: 1e-6, "m": 1e-3, "": 1.0}
_VOLUMES = {"l": 1.0, "dl": 1e-1, "ml": 1e-3}
_CONCENTRATION = re.compile(rf"(?P<prefix>[pn{MICRO}m]?)(?P<kind>g|mol|iu|eq)/(?P<volume>[dm]?l)")


class UnitNames:
    """Knows how units are written, from `vocabulary/units.yaml`; without it each has the name that it is given."""

    def __init__(self, vocabulary: Mapping[str, Any] | None) -> None:
        """Raises CorpusError where a pattern is broken."""
        held = vocabulary or {}
        self._names: Mapping[str, str] = held.get("names", {})
        self._reported = [(compile_pattern(of, "units.yaml"), to) for of, to in held.get("reported", ())]

    def name(self, text: str) -> str:
        """The one name of a unit: "mcg" and "micrograms" are µg, "mcg per 100 ml" is µg/dl."""
        written = re.sub(r"\s+", "", text.casefold()).replace(MU, MICRO)
        for pattern, spelling in self._reported:
            written = pattern.sub(spelling, written)
        return "/".join(self._part(part) for part in written.split("/"))

    def _part(self, written: str) -> str:
        single = written.removesuffix("s")
        return self._names.get(written) or self._names.get(single, single)


class Concentration(NamedTuple):
    """What is measured (mass, amount, "%", …) and how many grams, moles or the like in a liter one of it is."""

    kind: str
    factor: float


def concentration(unit: str) -> Concentration:
    """A unit by its one name; one that is no concentration is of its own kind."""
    written = unit.casefold().replace(MU, MICRO)
    found = _CONCENTRATION.fullmatch(written)
    if not found:
        return Concentration(written, 1.0)
    return Concentration(found["kind"], _PREFIXES[found["prefix"]] / _VOLUMES[found["volume"]])


def converted(value: float, unit: str, to: str) -> float | None:
    """A value in another unit of the same kind; None where the kinds differ. To 12 significant digits."""
    one, other = concentration(unit), concentration(to)
    return float(f"{value * one.factor / other.factor:.12g}") if one.kind == other.kind else None
