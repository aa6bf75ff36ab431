"""Reads statements of amounts out of prose: how much, of which nutrient, for whom, as a need or as a limit.

"Women over 50 need 1,200 mg of calcium a day, and men up to 70 need 1,000 mg." states two amounts. What the second part
of a sentence leaves out (the nutrient, the ages, the sex), it takes from the part before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from corpus.nutrient_names import NutrientNames

Ages = tuple[tuple[int, int], ...]
"""Ranges in months, both ends within; NO_END where there is no upper end."""
NO_END = 2_000
MICROGRAMS = {"µg": 1.0, "mg": 1e3, "g": 1e6}
"""How many micrograms are in a unit."""
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?<![\w.,-])(?P<low>{_NUMBER})(?: to (?P<high>{_NUMBER}))?\s(?P<unit>µg|mg|g)\b(?P<form> (?:DFE|RAE|NE)\b)?"
    rf"(?: \((?P<iu>{_NUMBER}) IU\))?"
)
_NOT_DAILY = re.compile(r"\s(?:more\b|less\b|in (?:many|most|some)\b|(?:[\w-]+ ){0,4}per k)", re.IGNORECASE)
_HELD = re.compile(r"\b(?:has|have|holds?|contains?)(?: about)?\s$", re.IGNORECASE)
_BOUND = re.compile(r"\s(?:of|for)\s(?:added |preformed |elemental )?", re.IGNORECASE)
_OF_ELSE = re.compile(r"\sof\s(?!it\b|them\b)", re.IGNORECASE)
_BREAK = re.compile(r", (?:and |but |or )?|; | and | but ")
_LIMIT = re.compile(r"\b(?:(?<!to )limits?|stay below|safe level)\b", re.IGNORECASE)
_NEED = re.compile(r"\b(?:needs?|needed|adequate|recommended|recommends?|advised?|advises)\b", re.IGNORECASE)
_TOLD_TO = re.compile(r"\badvised to stay below\b", re.IGNORECASE)
_SEXES = {
    "female": re.compile(r"\b(?:wom[ae]n|girls?|mothers?)\b", re.I),
    "male": re.compile(r"\b(?:m[ae]n|boys?)\b", re.I),
}
_STAGES = {
    "pregnant": re.compile(r"(?<!become )\bpregnan", re.I),
    "breastfeeding": re.compile(r"\bbreastfe(?!d\b)", re.I),
}
_GROUPS = (
    (re.compile(r"\bolder (?:adults|people)\b", re.I), (612, NO_END)),
    (re.compile(r"\badults?\b|\b(?:wo)?m[ae]n\b", re.I), (228, NO_END)),
    (re.compile(r"\bteenage", re.I), (168, 227)),
    (re.compile(r"\b(?<!teenage )(?:children|boys|girls)\b", re.I), (13, 227)),
    (re.compile(r"\b(?:babies|baby|infants)\b", re.I), (0, 12)),
)
_NOT_YEARS = r"(?!\d|,\d|\.\d| ?(?:mg|µg|g|IU|percent|months?|weeks?|times)\b)"
_SAME_AGES = re.compile(r"\b(?:that|their) age\b|\bbreastfeeding women\b", re.IGNORECASE)
_MONTHS = re.compile(r"(?:(\d+) to|up to) (\d+) months")
_TO = re.compile(rf"\b(?:(birth)|(\d{{1,2}})) to (\d{{1,2}})\b{_NOT_YEARS}")
_OVER = re.compile(rf"\b(?:over|older than)(?: age)? (\d{{1,2}})\b{_NOT_YEARS}")
_UP_TO = re.compile(rf"\bup to(?: age)? (\d{{1,2}})\b{_NOT_YEARS}")
_FROM = re.compile(rf"\b(?:from|at)(?: age)? (\d{{1,2}})(?! to)\b{_NOT_YEARS}")


class People(NamedTuple):
    """Whom a statement is about; an empty part means that it says nothing of it. Stage "": neither of the two."""

    sexes: frozenset[str] = frozenset()
    ages: Ages = ()
    stages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Amount:
    """One stated amount: its ends in µg, as written, the nutrients it may be of, whom it holds for, need or limit."""

    ends: tuple[float, ...]
    written: str
    nutrients: tuple[str, ...]
    people: People
    kind: str
    units: float | None
    """International units given beside it."""


def amounts_in(text: str, names: NutrientNames, about: str | None) -> Iterator[Amount]:
    """The daily amounts that a sentence states. `about`: the nutrient of the document, where it names none."""
    named = tuple(names.find(text))
    found = [match for match in _AMOUNT.finditer(text) if _is_daily(text, match, {name.start for name in named})]
    whole = tuple(dict.fromkeys(name.nutrient for name in named)) or ((about,) if about else ())
    people, kind = People(), _kind(text)
    for match, (start, end) in zip(found, _parts(text, found), strict=True):
        part = text[start:end]
        people = _people(part, people, _people(text, People(), People()))
        kind = _kind(part) or kind
        bound = _BOUND.match(text, match.end())
        at = bound.end() if bound else -1
        own = tuple(name.nutrient for name in named if name.start == at)
        own = own or tuple(dict.fromkeys(name.nutrient for name in named if start <= name.start < end))
        ends = tuple(_value(match[end]) * MICROGRAMS[match["unit"]] for end in ("low", "high") if match[end])
        units = _value(match["iu"]) if match["iu"] else None
        yield Amount(ends, match[0], own or whole, people, kind, units)


def _is_daily(text: str, match: re.Match[str], names: Collection[int]) -> bool:
    """Not what a food holds, not a difference, not of something else ("5 g of salt"), not per kilogram."""
    bound = _BOUND.match(text, match.end())
    of_else = _OF_ELSE.match(text, match.end()) and not (bound and bound.end() in names)
    return not (of_else or _NOT_DAILY.match(text, match.end()) or _HELD.search(text[: match.start()]))


def _value(written: str) -> float:
    return float(written.replace(",", ""))


def _parts(text: str, found: list[re.Match[str]]) -> list[tuple[int, int]]:
    """A sentence cut so that each part holds one amount: at the first comma between two, else at the first "and"."""
    edges = [0]
    for left, right in pairwise(found):
        breaks = list(_BREAK.finditer(text, left.end(), right.start()))
        chosen = next((cut for cut in breaks if cut[0][0] in ",;"), breaks[0] if breaks else None)
        edges.append(chosen.end() if chosen else right.start())
    return list(zip(edges, [*edges[1:], len(text)], strict=True))[: len(found)]


def _kind(text: str) -> str:
    limit, need = _LIMIT.search(text), _NEED.search(_TOLD_TO.sub("", text))
    return "" if bool(limit) == bool(need) else "limit" if limit else "need"


def _people(part: str, before: People, whole: People) -> People:
    """Whom a part is about; what it leaves out is as before, or as in the whole sentence where nothing is before."""
    sexes = frozenset(sex for sex, pattern in _SEXES.items() if pattern.search(part))
    stages = frozenset(stage for stage, pattern in _STAGES.items() if pattern.search(part))
    stated, groups = _ages(part, before.ages), _groups(part)
    ages = (_overlap(stated, groups) or stated) if stated and groups else stated or groups
    fallback = whole if before == People() else before
    if not stated and _SAME_AGES.search(part):
        ages = fallback.ages
    if not stages and not groups and fallback.stages:
        # "3,500 mg in pregnancy, and 3,000 mg over 70": with ages of its own it may be about anybody again.
        stages = fallback.stages | {""} if stated else fallback.stages
    return People(sexes if sexes or groups else fallback.sexes, ages or fallback.ages, stages)


def _ages(part: str, before: Ages) -> Ages:
    found: list[tuple[int, int]] = []
    found += [(int(match[1] or 0), int(match[2])) for match in _MONTHS.finditer(part)]
    found += [(0 if m[1] else int(m[2]) * 12 + (int(m[2]) == 1), int(m[3]) * 12 + 11) for m in _TO.finditer(part)]
    found += [(int(match[1]) * 12 + 12, NO_END) for match in _OVER.finditer(part)]
    found += [(0, int(match[1]) * 12 + 11) for match in _UP_TO.finditer(part)]
    found += [(int(match[1]) * 12, NO_END) for match in _FROM.finditer(part)]
    if not found and before and re.search(r"\bafter that\b", part):
        found = [(max(end for _, end in before) + 1, NO_END)]
    if not found and before and re.search(r"\bbefore\.$", part):
        found = [(0, min(start for start, _ in before) - 1)]
    return tuple(found)


def _groups(part: str) -> Ages:
    found = next((ages for pattern, ages in _GROUPS[:1] if pattern.search(part)), None)
    return (found,) if found else tuple(ages for pattern, ages in _GROUPS[1:] if pattern.search(part))


def _overlap(left: Ages, right: Ages) -> Ages:
    pairs = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return tuple(dict.fromkeys((start, end) for start, end in pairs if start <= end))
