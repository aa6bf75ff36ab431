"""Rows of `tables/intakes.csv` for a person: recommended intake, upper limit, whom they hold for."""

from __future__ import annotations

from collections import defaultdict

from corpus import Corpus, Row
from retriever.types import Filters

ADULT_FROM = 228
"""Months: from 19 years on the tables speak of adults."""
CHILD_UNTIL = 216
OPEN_END = 10**6
SPECIAL = ("pregnant", "breastfeeding")


class Intakes:
    """Chooses the rows that hold for somebody, and the adult rows where nothing is known."""

    def __init__(self, corpus: Corpus) -> None:
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)
        for row in corpus.tables["intakes"].rows:
            self._rows[row.text("nutrient")].append(row)
        stages = (corpus.vocabulary.get("people") or {}).get("life_stages") or ()
        self._stage_ages = {entry["id"]: entry["age_months"] for entry in stages if entry.get("age_months")}

    def of(self, nutrient: str) -> tuple[Row, ...]:
        """All rows of a nutrient, in the order of the table."""
        return tuple(self._rows[nutrient])

    def rows_for(self, nutrient: str, person: Filters) -> tuple[tuple[Row, ...], tuple[str, ...]]:
        """The rows to show and the ids of those that hold for the person.

        Where neither age nor stage is known: the adult rows. A child's answer holds children's rows only.
        """
        fitting = [row for row in self._rows[nutrient] if self._fits(row, person)]
        known = person.age_months is not None or person.life_stage is not None
        marked = tuple(row.id for row in fitting) if known or person.sex else ()
        if known:
            return tuple(fitting), marked
        return tuple(row for row in fitting if _is_plain_adult(row)), ()

    def limits_for(self, nutrient: str, person: Filters) -> tuple[Row, ...]:
        """The rows whose limit (of harm, or of chronic disease) holds for the person; else one row a sex and limit."""
        rows = [row for row in self.rows_for(nutrient, person)[0] if row.cells["ul"] or row.cells["cdrr"]]
        one_each = {(row.cells["sex"], row.cells["ul"], row.cells["cdrr"]): row for row in reversed(rows)}
        return tuple(one_each.values())[::-1]

    def is_child(self, person: Filters) -> bool:
        """Whether the person is known to be under 18, by age or by stage."""
        if person.age_months is not None:
            return person.age_months < CHILD_UNTIL
        _, high = self._stage_ages.get(person.life_stage or "") or (ADULT_FROM, None)
        return high is not None and high < ADULT_FROM

    def _fits(self, row: Row, person: Filters) -> bool:
        if row.text("sex") not in ("any", person.sex or row.text("sex")):
            return False
        stage = (person.life_stage or "").removeprefix("life-stage:")
        wanted = stage if stage in SPECIAL else ""
        if row.text("life_stage") != wanted:
            return False
        low, high = self._ages(person)
        row_low, row_high = row.number_of("age_from_months") or 0.0, row.number_of("age_to_months") or OPEN_END
        if person.age_months is not None:
            return row_low <= person.age_months <= row_high
        return row_low <= high and row_high >= low

    def _ages(self, person: Filters) -> tuple[float, float]:
        """The months of age that a life stage spans; adults where there is none."""
        span = self._stage_ages.get(person.life_stage or "")
        low, high = span or (ADULT_FROM, None)
        return low or 0, OPEN_END if high is None else high


def _is_plain_adult(row: Row) -> bool:
    return (row.number_of("age_from_months") or 0) >= ADULT_FROM and not row.cells["life_stage"]
