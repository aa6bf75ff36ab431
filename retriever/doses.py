"""How many are taken and how often: "2 tablets of 25 mg", "three times a day", "50000 IU once a week"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from retriever.aspects import compile_pattern, sign, with_signs
from retriever.patterns import Patterns
from retriever.quantities import in_digits
from retriever.types import Amount, Dosing

FILE = "doses.yaml"
BLANK = "\ue0fe"
"""Stands where something was read, so that no later pattern reads across it."""
AMOUNT, NUTRIENT, FOOD, MEDICINE = (sign(kind) for kind in ("amount", "nutrient", "food", "medicine"))
LONGEST = 45.0
"""Days between two doses beyond which no average a day is worked out: monthly is still read."""
MOST = 12.0
"""Tablets at once, or doses in a period; more are a packet: "60 tablets of 25 mg"."""
HOURS = 24
MEMORY = 64
"""Stretches of text remembered, since a message is read for several things; forgetting one changes nothing."""
_SEPARATOR = re.compile(r"[,;]|\b(?:and|plus|with|then|but|or)\b|\+|&")
_CLAUSE = re.compile(
    r"[,;!?]|\.(?= |$)|\+|&|"
    r"\b(?:and|plus|with|then|but|or|because|since|while|though|although|when|if|after|before|which|who)\b"
)
_WORD = re.compile(r"[a-z][a-z']*")
_STICKS_BEFORE = re.compile(r"^ ?(?:of (?:the )?)?$")
_STICKS_BEHIND = re.compile(r"^ ?(?:at |of |is |was |: ?|- ?|\()?$")
_NUMBER = re.compile(r"(?<![\w.,/])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w/])")


class _Read(NamedTuple):
    """What a stretch of a message says; `dosing` is None where it says nothing of how many or how often."""

    dosing: Dosing | None
    left: str


class Doses:
    """Reads the patterns of `vocabulary/doses.yaml`. Without that file nothing is read."""

    def __init__(self, vocabulary: Mapping[str, Any] | None) -> None:
        """Raises CorpusError where a pattern is broken."""
        held = vocabulary or {}
        self._numbers = {str(word): float(value) for word, value in held.get("numbers", {}).items()}
        self._periods = {str(word): float(days) for word, days in held.get("periods", {}).items()}
        words = "|".join(sorted(map(re.escape, self._numbers), key=len, reverse=True))
        number = rf"(?:(?:{words})\b|\d+ \d+/\d+|\d+/\d+|\d{{1,2}}(?:\.\d+)?)(?![\w.,/]*\d)"
        begins = r"(?<![\w.,/-])"
        self._slots = {
            "{number}": f"{begins}{number}",
            "{behind}": number,
            "{range}": f"{begins}(?:{number} ?(?:-|to|or) ?)?{number}",
            "{period}": "(?:" + "|".join(sorted(map(re.escape, self._periods), key=len, reverse=True)) + ")",
            "{unit}": held.get("units", ""),
            "{between}": held.get("between", ""),
            "{moment}": held.get("moments", ""),
            "{weekday}": held.get("weekdays", ""),
        }
        self._rare, self._unclear, self._alone, self._durations, self._wholes = (
            self._compiled(held.get(name, ())) for name in ("rare", "unclear", "unclear_alone", "durations", "wholes")
        )
        self._totals, self._leftover, self._each = (
            self._compiled([held[name]] if name in held else ()) for name in ("totals", "leftover", "each")
        )
        self._moment = self._compiled(["{moment}"])[0]
        self._either = self._compiled([held["either"]])[0] if "either" in held else None
        self._elsewhere = self._compiled([held["elsewhere"]] if "elsewhere" in held else ())
        self._beside = frozenset(map(str, held.get("beside", ())))
        self._counts, self._moments = (self._compiled(held.get(name, ())) for name in ("counts", "at_some_time"))
        entries = [entry if isinstance(entry, dict) else {"pattern": entry} for entry in held.get("frequencies", ())]
        patterns = self._compiled(entry["pattern"] for entry in entries)
        self._frequencies = tuple(zip(patterns, entries, strict=True))
        every = (self._rare, self._unclear, self._alone, self._durations, self._wholes, self._totals, self._leftover)
        known = (*every, self._counts, self._moments, patterns)
        self._any = Patterns((None, pattern) for group in known for pattern in group)
        self._read = lru_cache(maxsize=MEMORY)(self._read_once)

    def _compiled(self, patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        made = []
        for pattern in patterns:
            for slot, written in self._slots.items():
                pattern = pattern.replace(slot, written)
            made.append(compile_pattern(with_signs(pattern), FILE))
        return tuple(made)

    def dosing(self, masked: str) -> Dosing | None:
        """What a whole message says of how many are taken, how often and when: "twice a day", "2 of them"."""
        own, certain = self._own(masked, several=False)
        return self._read(own).dosing if certain or AMOUNT in masked else Dosing(read="unclear")

    def bare(self, masked: str) -> float | None:
        """The number without a unit that is left when how many and how often was read: "500 twice a day"."""
        found = _NUMBER.search(self._read(masked).left)
        return in_digits(found[0]) if found else None

    def says_each(self, masked: str) -> bool:
        """Whether an amount is what each tablet holds."""
        return any(pattern.search(masked) for pattern in self._each)

    def taken(self, masked: str, amounts: Sequence[Amount], names: Sequence[str]) -> tuple[Amount, ...]:
        """Doses with how many are taken, how often, and of what.

        `masked`: the message with each dose and each nutrient as its sign; `names`: the nutrients in their order.
        """
        places = [at for at, character in enumerate(masked) if character == AMOUNT]
        if not amounts or len(places) != len(amounts):
            return tuple(amount._replace(read="unclear") for amount in amounts)
        several = len(set(names)) > 1
        reads = [self._dosing_of(stretch, several) for stretch in _stretches(masked, places)]
        changing = any(read is not None and read.changes for read in reads)
        found = []
        for at, (amount, read) in enumerate(zip(amounts, reads, strict=True)):
            if read is not None:
                amount = amount.taken(read)
            elif changing and len(amounts) > 1:
                # "Calcium 500 mg and magnesium 250 mg twice a day": of which of them that holds is not said.
                amount = amount._replace(read="unclear")
            of = _of(masked, places, at, names)
            found.append(amount._replace(of=of) if of != "" else amount._replace(read="unclear"))
        found = [
            amount._replace(hours=tuple(at[0].rpartition(" ")[2] for at in self._moment.finditer(stretch)))
            for amount, stretch in zip(found, _stretches(masked, places), strict=True)
        ]
        one_of = self._either is not None and self._either.search(masked, places[0], places[-1])
        return _added_up(found if one_of else of_one_day(found), reads)

    def _dosing_of(self, stretch: str, several: bool) -> Dosing | None:
        """How many and how often, of the dose in a stretch; unclear where that may be said of something else."""
        own, certain = self._own(stretch, several)
        found = self._read(own).dosing
        return found if certain else Dosing(read="unclear")

    def _own(self, text: str, several: bool) -> tuple[str, bool]:
        """The text without clauses that tell how often something else is done, and whether the rest is surely not one.

        "I eat fish twice a week and take vitamin D 1000 IU". `several`: whether several nutrients are named.
        """
        certain, at, behind = True, 0, ""
        kept = []
        for separator in (*_CLAUSE.finditer(text), None):
            end = separator.start() if separator else len(text)
            clause, following = text[at:end], separator[0] if separator else ""
            read = self._read(clause)
            says = read.dosing is not None and read.dosing.changes
            other = any(pattern.search(clause) for pattern in self._elsewhere) or MEDICINE in clause
            if says and AMOUNT not in clause and other:
                clause = BLANK
            elif says and AMOUNT not in clause:
                beside_food = FOOD in clause and behind != "with"
                strange = any(word not in self._beside for word in _WORD.findall(read.left))
                certain = certain and not (beside_food or strange or (several and NUTRIENT in clause))
            elif says and other:
                certain = False
            kept.append(clause + following)
            at, behind = end + len(following), following
        return "".join(kept), certain

    def _read_once(self, text: str) -> _Read:
        if not any(self._any.matches(text)):
            return _Read(None, text)  # nothing of it is known, as of most messages
        if any(pattern.search(text) for pattern in self._rare):
            return _Read(Dosing(read="rare"), text)
        if any(pattern.search(text) for pattern in self._unclear):
            return _Read(Dosing(read="unclear"), text)
        whole = any(pattern.search(text) for pattern in self._totals)
        for pattern in self._wholes:
            text, cuts = pattern.subn(lambda match: AMOUNT * match[0].count(AMOUNT) + BLANK, text)
            whole = whole or bool(cuts)
        for pattern in self._durations:
            text = pattern.sub(BLANK, text)
        text, within, over = self._how_often(text)
        at_some_time = any(pattern.search(text) for pattern in self._moments)
        count = None
        for pattern in self._counts:
            if count is None and (found := pattern.search(text)):
                count = self._number(_group(found, "count"))
                text = _blanked(text, found)
        named = bool(within or over or count is not None)
        if any(pattern.search(text) for pattern in self._leftover) or (
            not (within or over) and any(pattern.search(text) for pattern in self._alone)
        ):
            return _Read(Dosing(read="unclear"), text)
        if not named:
            return _Read(Dosing() if whole or at_some_time else None, text)
        return _Read(_combined(count, within, over, whole), text)

    def _how_often(self, text: str) -> tuple[str, list[float], list[tuple[float, float]]]:
        """The text without what was read, the times within a day, and (times, days) over several days."""
        within: list[float] = []
        over: list[tuple[float, float]] = []
        for pattern, entry in self._frequencies:
            while found := pattern.search(text):
                text = _blanked(text, found)
                times, days = self._of(found, entry)
                if days == 1:
                    within.append(times)
                else:
                    over.append((times, days))
        return text, within, over

    def _of(self, found: re.Match[str], entry: Mapping[str, Any]) -> tuple[float, float]:
        hours = _group(found, "hours")
        if hours:
            apart = float(hours) or 1.0
            return (HOURS / apart, 1.0) if apart < HOURS else (1.0, apart / HOURS)
        plus = [self._number(part) for name, part in found.groupdict().items() if name.startswith("plus") and part]
        times = sum(plus) if plus else self._number(_group(found, "times") or str(entry.get("times", 1)))
        period = _group(found, "period")
        in_week = "period" not in found.re.groupindex and "times" in found.re.groupindex  # "5 days out of 7"
        days = self._periods.get(period, 1.0) if period else 7.0 if in_week else float(entry.get("days", 1))
        return times, days * self._number(_group(found, "every") or "1")

    def _number(self, text: str) -> float:
        """A number, of a range the higher: "1-2 tablets"."""
        text = text.strip()
        if text in self._numbers:
            return self._numbers[text]
        ends = re.split(r" ?(?:-|\bto\b|\bor\b) ?", text)
        if len(ends) > 1:
            return self._number(ends[-1])
        mixed = re.fullmatch(r"(?:(\d+) )?(\d+)/(\d+)", text)
        if mixed:
            return int(mixed[1] or 0) + int(mixed[2]) / (int(mixed[3]) or 1)
        first = re.match(r"\d+(?:\.\d+)?", text)
        if first:
            return float(first[0])
        return next((value for word, value in self._numbers.items() if text.startswith(word + " ")), 1.0)


def _group(found: re.Match[str], name: str) -> str:
    """The text of a named group, which a pattern may have in several places: name, name_, name__."""
    groups = found.groupdict()
    return next((text for key, text in groups.items() if key.rstrip("_") == name and text), "")


def _blanked(text: str, found: re.Match[str]) -> str:
    """The text without what was found, its doses kept."""
    return text[: found.start()] + AMOUNT * found[0].count(AMOUNT) + BLANK + text[found.end() :]


def _combined(count: float | None, within: list[float], over: list[tuple[float, float]], whole: bool) -> Dosing:
    """One frequency of all that were named; unclear where they do not fit together."""
    counted = {times for times in within if times != 1}
    several = {(times, days) for times, days in over}
    most = max((count or 0.0, *within, *(times for times, _ in several)))
    if len(counted) > 1 or len(several) > 1 or most > MOST or (whole and counted):
        return Dosing(read="unclear")
    times, days = next(iter(several)) if several else (1.0, 1.0)
    if several and within and times == 1 and not counted:
        return Dosing(read="unclear")  # "daily, then weekly"
    if days / times > LONGEST:
        return Dosing(read="rare")
    if whole:
        count = None
    a_day = next(iter(counted), 1.0)
    # "Every 5 hours": no whole number of times, and nobody keeps to it.
    if a_day != round(a_day, 2):
        return Dosing(read="unclear")
    often = bool(within or over)
    return Dosing(count, a_day * times if often else None, days if often else None)


def _stretches(masked: str, places: Sequence[int]) -> list[str]:
    """The part of a message that belongs to each dose: up to the last separator before the next one."""
    cuts = [0]
    for one, other in pairwise(places):
        breaks = list(_SEPARATOR.finditer(masked, one + 1, other))
        cuts.append(breaks[-1].start() if breaks else other)
    return [masked[start:end] for start, end in zip(cuts, (*cuts[1:], len(masked)), strict=True)]


def _of(masked: str, places: Sequence[int], at: int, names: Sequence[str]) -> str | None:
    """The nutrient that a dose is of: the one beside it, else the only one; "" where that can't be told."""
    if len(set(names)) <= 1:
        return names[0] if names else None
    signs = [place for place, character in enumerate(masked) if character == NUTRIENT]
    place = places[at]
    if len(signs) != len(names):
        return ""
    named = dict(zip(signs, names, strict=True))
    before = max((one for one in signs if one < place), default=None)
    behind = min((one for one in signs if one > place), default=None)
    sticks_behind = behind is not None and bool(_STICKS_BEFORE.match(masked[place + 1 : behind]))
    sticks_before = before is not None and bool(_STICKS_BEHIND.match(masked[before + 1 : place]))
    if sticks_before and sticks_behind:
        # "Vitamin A 10000 IU of beta-carotene"; else the first of all says on which side the names stand.
        sticks_behind = min(signs) > min(places) or "of" in masked[place + 1 : behind]
        sticks_before = not sticks_behind
    if sticks_behind or sticks_before:
        return named[behind if sticks_behind else before]  # type: ignore[index]
    stretch = _stretches(masked, places)[at]
    start = sum(len(part) for part in _stretches(masked, places)[:at])
    own = {name for one, name in named.items() if start <= one < start + len(stretch)}
    return own.pop() if len(own) == 1 else ""


def of_one_day(amounts: Sequence[Amount]) -> tuple[Amount, ...]:
    """Doses of one nutrient, each clearly taken once a day at an hour that no other has, are parts of the day's."""
    parts = {of for of in {amount.of for amount in amounts} if _make_up_a_day([a for a in amounts if a.of == of])}
    return tuple(amount._replace(part=True) if amount.of in parts else amount for amount in amounts)


def _make_up_a_day(doses: Sequence[Amount]) -> bool:
    named = [hour for dose in doses for hour in dose.hours]
    clear = all(dose.hours and not dose.read and dose.days == 1 for dose in doses)
    return clear and len(doses) > 1 and len(named) == len(set(named)) and len({dose.unit for dose in doses}) == 1


def _added_up(amounts: Sequence[Amount], reads: Sequence[Dosing | None]) -> tuple[Amount, ...]:
    """Of other doses of one nutrient that are each taken at some time of their own none is the day's."""
    often = [amount.of for amount, read in zip(amounts, reads, strict=True) if read is not None and not amount.part]
    several = {of for of in often if often.count(of) > 1}
    return tuple(amount._replace(read="unclear") if amount.of in several else amount for amount in amounts)
