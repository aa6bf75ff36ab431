"""Laboratory values against the ranges of `tables/tests.csv`: which rows are somebody's, on which side a value lies.

A value is compared in its own unit. Without a unit it is compared in each unit in which anybody could have it, and
placed where these agree. What nobody can have, and what the range of other people says nothing of, is not placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from corpus import Corpus, Row
from retriever.aspects import compile_pattern
from retriever.lexicon import test_id
from retriever.types import Compared, Filters, Question, Reading
from retriever.units import concentration, converted

ADULTS = ("men", "women", "adults", "everyone", "groups")
"""Whom rows are about that are shown where nothing is known of the person."""
PREGNANT = ("life-stage:pregnant", "life-stage:pregnant-no-figure")
MOST_ROWS = 4
MOST_TEXTS = 5
OF_ROWS = 2
"""Rows of which the sentences are shown beside the ranges."""


class _Scale(NamedTuple):
    """A range in one of the units of a row, and what a number in it is in the row's first unit."""

    unit: str
    low: float | None
    high: float | None
    to_first: float


class Laboratory:
    """Knows the laboratory tests and what their results mean."""

    def __init__(self, corpus: Corpus) -> None:
        self._rows = corpus.tables["tests"].rows
        meanings = corpus.tables["test_meanings"].rows if "test_meanings" in corpus.tables else ()
        self._meanings = {(test, row.text("side")): row for row in meanings for test in row.items("tests")}
        wordings = corpus.vocabulary["dialogue"]["results"]
        self._sides = {side: compile_pattern(wordings[side], "dialogue.yaml") for side in ("low", "high")}
        self.nutrients = {test_id(row): row.text("nutrient") for row in self._rows}

    # --- which test a reading is of

    def test_of(self, reading: Reading) -> str | None:
        """The test that a reading is of; of a nutrient's name with a number, the one in whose unit it is.

        None where a nutrient has several and neither its table nor a unit says which.
        """
        if reading.of in self.nutrients:
            return reading.of
        own = [row for row in self._rows if row.text("nutrient") == reading.of]
        own.sort(key=lambda row: not row.cells.get("main"))
        if not own:
            return None
        if reading.unit:
            same = [row for row in own if _is_reported_in(row, reading.unit)]
            alike = [row for row in own if _value_in(row, reading) is not None]
            return test_id((same or alike or own)[0])
        return test_id(own[0]) if own[0].cells.get("main") else None

    def is_bare(self, nutrient: str, value: float) -> bool:
        """Whether a bare number beside a nutrient's name is what blood held, and no amount that anybody takes."""
        limits = [(row, row.number_of("alone")) for row in self._rows if row.text("nutrient") == nutrient]
        return any(most is not None and value <= most and _fits_any(row, value) for row, most in limits if most)

    def may_hold(self, nutrient: str, value: float) -> bool:
        """Whether some test of a nutrient can have come back with a number, in some unit."""
        return any(_fits_any(row, value) for row in self._rows if row.text("nutrient") == nutrient)

    def of_nutrient(self, reading: Reading) -> tuple[str, float] | None:
        """A nutrient and how much of it a reading found, in the first unit of its main test; else None."""
        test = self.test_of(reading)
        row = next((row for row in self._rows if test_id(row) == test and row.cells.get("main")), None)
        if row is None:
            return None
        values = [value for value in _in_first_unit(row, reading) if _is_possible(row, value)]
        return (row.text("nutrient"), values[0]) if values else None

    def is_of_main(self, compared: Sequence[Compared]) -> bool:
        """Whether what was measured is a nutrient itself, not a sign of it such as the size of blood cells."""
        return all(one.row.cells.get("main") for one in compared)

    # --- which rows are somebody's, and how a value compares

    def compared(self, question: Question, child: bool) -> tuple[Compared, ...]:
        """The rows that answer a question about tests, with its readings. `child`: whether the person is under 18."""
        readings = question.readings or _stated(question) or self._told(question)
        if not readings:
            side = self.said_side(question)
            return tuple(Compared(row, None, side) for row in self._asked(question, child)[:MOST_ROWS])
        found: list[Compared] = []
        for reading in readings:
            of = self.test_of(reading) or (question.test if not reading.of else None)
            if of is None and not reading.of and question.nutrients:
                of = self.test_of(reading._replace(of=question.nutrients[0]))
            rows = [row for row in self._rows if test_id(row) == of]
            if rows:
                own = _rows_for(rows, question.filters, child)
                found += [self._compare(row, reading, question.filters, child) for row in own]
            else:
                found += [Compared(row, reading, "", "which") for row in self._asked(question, child)[:OF_ROWS]]
        several = len(readings) > 1
        return tuple(found[: (2 if several else 1) * MOST_ROWS])

    def said_side(self, question: Question) -> str:
        """The side that somebody tells of a test in words: "high mcv"."""
        said = [side for side, pattern in self._sides.items() if question.test and pattern.search(question.text)]
        return said[0] if len(said) == 1 else ""

    def _told(self, question: Question) -> tuple[Reading, ...]:
        """What was told before of the tests and nutrients asked about."""
        subjects = {*question.nutrients, question.test}
        return tuple(r for r in question.told_readings if {r.of, self.nutrients.get(r.of)} & subjects)

    def _asked(self, question: Question, child: bool) -> list[Row]:
        """The rows of the test asked for, or of the first test of each nutrient."""
        rows = [row for row in self._rows if test_id(row) == question.test]
        if not rows and question.nutrients:
            own = [row for row in self._rows if row.text("nutrient") in question.nutrients]
            first = {row.text("nutrient"): test_id(row) for row in reversed(own)}
            rows = [row for row in own if test_id(row) == first[row.text("nutrient")]]
        return _rows_for(rows, question.filters, child)

    def _compare(self, row: Row, reading: Reading, person: Filters, child: bool) -> Compared:
        side, why = _side_of(row, reading)
        if row.text("whom") == "groups":
            why = "groups"
        elif _is_of_others(row, person, child):
            why = why or "whom"
        return Compared(row, reading, side, why)

    def side(self, question: Question, child: bool) -> str:
        """The side on which those of a question's values lie that are not usual; "within" where all are usual."""
        if not (question.readings or _stated(question) or self._told(question)):
            return self.said_side(question)
        sides = {one.side for one in self.compared(question, child)} - {""}
        off = sides - {"within"}
        return (off if off else sides).pop() if len(off) == 1 or sides == {"within"} else ""

    def much(self, question: Question, child: bool) -> frozenset[str]:
        """The nutrients of which a value, of this message or told before, shows much."""
        told = (*question.readings, *_stated(question), *question.told_readings)
        found = self.compared(question.about(readings=told), child) if told else ()
        own: dict[str, set[str]] = {}
        for one in found:
            if one.reading and one.row.cells.get("high_means") == "more":
                own.setdefault(test_id(one.row), set()).add(one.side)
        return frozenset(self.nutrients[test] for test, sides in own.items() if sides & {"high"} and "low" not in sides)

    # --- what is said beside the ranges

    def texts(self, compared: Sequence[Compared]) -> tuple[tuple[str, Row, str], ...]:
        """The cells to quote, as table, row and column: of the sides on which the values lie, then what misleads."""
        if not any(one.reading or one.side for one in compared):
            return _unlike(("tests", one.row, c) for one in compared[:OF_ROWS] for c in ("meaning", "pitfall", "note"))
        off = [one for one in compared if one.side in ("low", "high") and not one.why]
        beside = off or list(compared)
        said: list[tuple[str, Row, str]] = []
        for one in beside:
            meaning = None if one.why else self._meanings.get((one.row.id, one.side))
            if one.says_meaning and not (meaning and one.row.cells.get("meaning_of") == "both"):
                said.append(("tests", one.row, "meaning"))
            if meaning:
                said.append(("test_meanings", meaning, "text"))
        said = said[: MOST_TEXTS - OF_ROWS]
        first = {test_id(one.row): one.row for one in reversed(beside)}
        rows = list(reversed(first.values()))
        return _unlike((*said, *(("tests", row, "pitfall") for row in rows), ("tests", beside[0].row, "note")))


def _stated(question: Question) -> tuple[Reading, ...]:
    """A number without a name beside it: "mine was 11"."""
    if question.value is None or question.filters.age_months == 12 * question.value:
        return ()
    return (Reading("", question.value, "", f"{question.value:g}"),)


def _rows_for(rows: Iterable[Row], person: Filters, child: bool) -> list[Row]:
    """Those of a test's rows that are the person's; where none is, those of adults."""
    held = list(rows)
    if child:
        months = person.age_months
        own = [row for row in held if row.text("whom") == "children" and _is_of_age(row, months)]
    elif person.life_stage in PREGNANT:
        own = [row for row in held if row.text("whom") == "pregnant"]
    else:
        own = []
    if own:
        return own
    other = {"female": "men", "male": "women"}.get(person.sex or "")
    adults = [row for row in held if row.text("whom") in ADULTS and row.text("whom") != other]
    return adults or held


def _is_of_age(row: Row, months: int | None) -> bool:
    low, high = row.number_of("age_from_months"), row.number_of("age_to_months")
    return months is None or ((low is None or low <= months) and (high is None or months <= high))


def _is_of_others(row: Row, person: Filters, child: bool) -> bool:
    """Whether a range of adults is all there is for a child or in pregnancy."""
    apart = child or person.life_stage in PREGNANT
    return apart and row.text("whom") in ("men", "women", "adults")


def _scales(row: Row) -> list[_Scale]:
    low, high = row.number_of("low"), row.number_of("high")
    scales = [_Scale(row.text("unit"), low, high, 1.0)]
    if row.cells["alt_unit"]:
        alt_low, alt_high = row.number_of("alt_low"), row.number_of("alt_high")
        pairs = [(one, alt) for one, alt in ((high, alt_high), (low, alt_low)) if one and alt]
        if pairs:
            scales.append(_Scale(row.text("alt_unit"), alt_low, alt_high, pairs[0][0] / pairs[0][1]))
    return scales


def _is_possible(row: Row, first: float) -> bool:
    """Whether anybody can have that value, in the row's first unit; beyond, a wrong unit explains it better."""
    least, most = row.number_of("least"), row.number_of("most")
    return (least is None or first >= least) and (most is None or first <= most)


def _fits_any(row: Row, value: float) -> bool:
    return any(_is_possible(row, value * scale.to_first) for scale in _scales(row))


def _is_reported_in(row: Row, unit: str) -> bool:
    return concentration(unit) in {concentration(scale.unit) for scale in _scales(row)}


def _value_in(row: Row, reading: Reading) -> tuple[_Scale, float] | None:
    """A reading with a unit, in the unit of the row that is of its kind."""
    for scale in _scales(row):
        value = converted(reading.value, reading.unit, scale.unit)
        if value is not None:
            return scale, value
    return None


def _in_first_unit(row: Row, reading: Reading) -> list[float]:
    if reading.unit:
        found = _value_in(row, reading)
        return [found[1] * found[0].to_first] if found else []
    return [reading.value * scale.to_first for scale in _scales(row)]


def _side_of(row: Row, reading: Reading) -> tuple[str, str]:
    """The side on which a reading lies ("" where that cannot be told), and why it cannot."""
    if reading.unit:
        found = _value_in(row, reading)
        if found is None:
            return "", "other-unit"
        candidates = [found]
    else:
        candidates = [(scale, reading.value) for scale in _scales(row)]
    possible = [(scale, value) for scale, value in candidates if _is_possible(row, value * scale.to_first)]
    sides = {_side(scale, value) for scale, value in possible}
    if not sides:
        return "", "impossible"
    return (sides.pop(), "") if len(sides) == 1 else ("", "unit")


def _side(scale: _Scale, value: float) -> str:
    if scale.low is None and scale.high is None:
        return ""
    if scale.low is not None and value < scale.low:
        return "low"
    return "high" if scale.high is not None and value > scale.high else "within"


def _unlike(cells: Iterable[tuple[str, Row, str]]) -> tuple[tuple[str, Row, str], ...]:
    """At most `MOST_TEXTS` cells that are filled, each sentence once."""
    texts: dict[str, tuple[str, Row, str]] = {}
    for table, row, column in cells:
        if row.cells[column]:
            texts.setdefault(row.text(column), (table, row, column))
    return tuple(texts.values())[:MOST_TEXTS]
