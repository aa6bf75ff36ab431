"""What is checked of one reply: each check is a name, what is wanted, and a test of the reply as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from evals.names import canonical

Reply = dict[str, Any]
"""A reply as the contract has it: `answers.data(answer)`."""

MOST_TOPICS = 8
"""How many of `topics` are read, in order."""
REFUSED = frozenset(("no_answer", "small_talk", "clarify"))
NOT_URGENT = frozenset(("none", "doctor_soon"))

_IN_MG = {"g": 1000.0, "mg": 1.0, "µg": 0.001, "mcg": 0.001, "ug": 0.001}
_UNIT_END = re.compile(r"[ /](?:a |per )?(?:day|d)\b.*| (?:DFE|RAE|NE|AT)$|\s+per\b.*")


@dataclass(frozen=True, slots=True)
class Check:
    """`passes` and `found` take the reply; `found` says in a few words what was there instead."""

    name: str
    wanted: str
    passes: Callable[[Reply], bool]
    found: Callable[[Reply], str]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`; any unit where `unit` is empty."""

    low: float
    high: float
    unit: str = ""

    def holds(self, value: float, unit: str) -> bool:
        """Whether a value lies in the range, after conversion among grams, milligrams and micrograms."""
        slack = 1e-9 + abs(self.high) * 1e-6
        if self.unit:
            mine, other = plain_unit(self.unit), plain_unit(unit)
            if mine in _IN_MG and other in _IN_MG:
                value *= _IN_MG[other] / _IN_MG[mine]
            elif mine.casefold() != other.casefold():
                return False
        return self.low - slack <= value <= self.high + slack


def plain_unit(unit: str) -> str:
    """A unit without "a day", "DFE" and the like."""
    return _UNIT_END.sub("", unit.strip()).strip().replace("μ", "µ")


def status_in(statuses: Collection[str]) -> Check:
    """The status is one of these."""
    return Check("status", "|".join(sorted(statuses)), lambda r: r["status"] in statuses, lambda r: str(r["status"]))


def asked_has(ids: Sequence[str | frozenset[str]], name: str = "asked", also_topics: bool = False) -> Check:
    """`asked` has all of these ids (of a set: any), forms counting as their nutrient."""
    groups = [frozenset((id_,)) if isinstance(id_, str) else id_ for id_ in ids]

    def got(reply: Reply) -> set[str]:
        found = [*reply["asked"], *(reply["topics"] if also_topics else ())]
        return {*found, *map(canonical, found)}

    wanted = ", ".join("/".join(sorted(group)) for group in groups)
    return Check(
        name, wanted, lambda r: all(group & got(r) for group in groups), lambda r: ", ".join(r["asked"]) or "-"
    )


def aspect_in(aspects: Sequence[str]) -> Check:
    """The aspect is one of these."""
    return Check("aspect", "|".join(aspects), lambda r: r["aspect"] in aspects, lambda r: str(r["aspect"]))


def topics_are(
    expected: Sequence[frozenset[str]],
    least: int,
    acceptable: frozenset[str] = frozenset(),
    must: Sequence[frozenset[str]] = (),
    half: bool = True,
) -> Check:
    """Of the first eight topics at least `least` of the expected, one of each `must`, and half of all right."""
    right = acceptable.union(*expected, *must)

    def passes(reply: Reply) -> bool:
        shown = list(dict.fromkeys(map(canonical, reply["topics"])))[:MOST_TOPICS]
        hits = sum(bool(group & set(shown)) for group in expected)
        mostly = not half or 2 * sum(topic in right for topic in shown) >= len(shown)
        return hits >= least and mostly and all(group & set(shown) for group in must)

    wanted = f"{least} of {', '.join('/'.join(sorted(group)) for group in expected)}"
    return Check("topics", wanted, passes, lambda r: ", ".join(r["topics"]) or "-")


def foods_are(expected: Sequence[str], least: int, acceptable: Sequence[str] = (), half: bool = False) -> Check:
    """At least `least` of the foods expected are shown by name; `half`: and half of all shown are among those named."""

    def passes(reply: Reply) -> bool:
        names = [str(food["name"]) for food in reply["foods"]]
        hits = sum(any(named(label, name) for name in names) for label in expected)
        right = sum(any(named(label, name) for label in (*expected, *acceptable)) for name in names)
        return hits >= least and (not half or 2 * right >= len(names))

    return Check("foods", f"{least} of {', '.join(expected)}", passes, _food_names)


def foods_shown(words: Sequence[str], least: int) -> Check:
    """At least `least` foods are shown of which each has one of these words in its name."""
    lower = [word.lower() for word in words]

    def passes(reply: Reply) -> bool:
        names = [str(food["name"]).lower() for food in reply["foods"]]
        return sum(any(word in name for word in lower) for name in names) >= least

    return Check("foods", f"{least} of {', '.join(words)}", passes, _food_names)


def _food_names(reply: Reply) -> str:
    return ", ".join(str(food["name"]) for food in reply["foods"]) or "-"


def named(label: str, name: str) -> bool:
    """Whether a food's name has every word of one alternative of a label, in either number."""
    words = {singular(word) for word in re.findall(r"[a-z]+", name.lower())}
    options = re.split(r"/| or | and |,", re.sub(r"\([^)]*\)", "", label.lower()))
    return any(part and part <= words for part in ({singular(w) for w in re.findall(r"[a-z]+", o)} for o in options))


def singular(word: str) -> str:
    """A word without its plural ending: "tomatoes", "berries", "eggs"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("oes"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def number_in(ranges: Sequence[Range]) -> Check:
    """A figure or calculation of the reply lies in one of the ranges."""

    def numbers(reply: Reply) -> list[tuple[float, str]]:
        kinds = ("figure", "calculation")
        return [(float(p["value"]), str(p["unit"])) for p in reply["pieces"] if p["kind"] in kinds]

    wanted = " or ".join(f"{r.low:g}..{r.high:g} {r.unit}".strip() for r in ranges)
    return Check(
        "number",
        wanted,
        lambda reply: any(r.holds(value, unit) for value, unit in numbers(reply) for r in ranges),
        lambda reply: ", ".join(f"{value:g} {unit}" for value, unit in numbers(reply)[:12]) or "-",
    )


def facts_in(facts: Sequence[str], least: int) -> Check:
    """Approximate: at least `least` facts of which half the word stems stand in the text; no verdict."""

    def met(reply: Reply) -> int:
        text = roots(reply["text"])
        return sum(2 * len(roots(fact) & text) >= max(len(roots(fact)), 1) for fact in facts)

    return Check("facts~", f"{least} of: {'; '.join(facts)}", lambda r: met(r) >= least, lambda r: str(met(r)))


def roots(text: str) -> set[str]:
    """The first five letters of each longer word."""
    return {word[:5] for word in re.findall(r"[a-z]{4,}|b\d+|\d+", text.lower())}


def urgency_in(urgencies: Collection[str]) -> Check:
    """The urgency is one of these."""
    return Check("urgency", "|".join(urgencies), lambda r: r["urgency"] in urgencies, lambda r: str(r["urgency"]))


def urgent(is_urgent: bool) -> Check:
    """An urgent message stands first, or does not."""
    wanted = "urgent" if is_urgent else "not urgent"
    return Check("urgent", wanted, lambda r: (r["urgency"] not in NOT_URGENT) == is_urgent, lambda r: str(r["urgency"]))


def filter_is(name: str, wanted: str, passes: Callable[[Any], bool]) -> Check:
    """A filter ("diet", "age", …) has the value wanted."""
    return Check("group", f"{name}: {wanted}", lambda r: passes(r["filters"][name]), lambda r: f"{r['filters'][name]}")


def escaped() -> Check:
    """No markup of the message's survives in the Markdown of the reply."""
    raw = re.compile(r"<\s*[a-zA-Z/!]|(?<!\\)!\[|(?<!\\)\]\(")
    return Check("escaped", "no live markup", lambda r: not raw.search(r["text"]), lambda r: "live markup")


def same_asked(other: Reply) -> Check:
    """`asked` is that of another reply, in any order."""
    wanted = sorted(other["asked"])
    return Check(
        "same asked", ", ".join(wanted) or "-", lambda r: sorted(r["asked"]) == wanted, lambda r: ", ".join(r["asked"])
    )


def understood_has(ids: Sequence[str], understood: Sequence[str]) -> Check:
    """What a rewrite names is among what was understood, before any passage was looked at. A stand-in for reading."""
    holds = set(ids) <= set(understood)
    return Check("understood~", ", ".join(ids), lambda _: holds, lambda _: ", ".join(understood) or "-")
