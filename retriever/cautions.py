"""Where person and nutrient clash: rows of `tables/cautions.csv` and `tables/interactions.csv`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from corpus import Corpus, Row
from retriever.aspects import compile_pattern
from retriever.medicines import classes_of
from retriever.text import plain
from retriever.types import Filters, Question

EVERYONE = "everyone"
ADULT = "life-stage:adult"
"""What most people are, so that it tells nobody from others."""
ANY_NUTRIENT = "any"
"""Stands in the tables where a row holds whatever the nutrient."""
ABOUT_FOODS = frozenset(("foods", "food-content", "comparison"))
ABOUT_AMOUNTS = frozenset((*ABOUT_FOODS, "intake", "excess", "evidence", "absorption"))
"""Aspects whose answers make people eat or take more; what concerns everyone is said before these alone."""


class Cautions:
    """Warnings for conditions, life stages and medicines."""

    def __init__(self, corpus: Corpus) -> None:
        self._by_who: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in corpus.tables["cautions"].rows:
            self._by_who[row.text("who"), row.text("nutrient")].append(row)
        self._by_medicine: defaultdict[str, list[Row]] = defaultdict(list)
        for row in corpus.tables["interactions"].rows:
            self._by_medicine[row.text("medicine")].append(row)
        self._classes = classes_of(corpus)
        self._of_products = compile_pattern(corpus.vocabulary["aspects"]["of_products"], "aspects.yaml")
        known = corpus.vocabulary.get("medicines") or ()
        entries = (held for entry in known for held in (entry, *(entry.get("members") or ())))
        self._holds = {str(entry["id"]): str(entry["holds"]) for entry in entries if entry.get("holds")}
        people = corpus.vocabulary.get("people") or {}
        self._parents = {e["id"]: e["parents"] for e in people.get("conditions") or () if e.get("parents")}
        stages = people.get("life_stages") or ()
        # Of an age alone nobody is trying for a baby.
        of_age = (entry for entry in stages if entry.get("age_months") and entry["sex"] == "any")
        self._ages = [(entry["id"], entry["age_months"]) for entry in of_age]

    def medicine_ids(self, medicine: str) -> tuple[str, ...]:
        """A medicine, then the classes whose rows hold for it too."""
        return (medicine, *self._classes.get(medicine, ()))

    def interactions(self, medicines: Sequence[str], nutrients: Sequence[str] = ()) -> tuple[Row, ...]:
        """Rows for some medicines, with those nutrients if any are given; the warning ones first."""
        ids = dict.fromkeys(id_ for medicine in medicines for id_ in self.medicine_ids(medicine))
        rows = [row for id_ in ids for row in self._by_medicine[id_]]
        wanted = [row for row in rows if not nutrients or row.text("nutrient") in nutrients]
        one_each: dict[tuple[str, str], Row] = {}
        for row in wanted:
            one_each.setdefault((row.text("nutrient"), row.text("effect")), row)
        return tuple(sorted(one_each.values(), key=lambda row: row.cells["warn"] is None))

    def of_question(self, question: Question) -> tuple[Row, ...]:
        """The rows for the medicines of a question, those that its message names first."""
        medicines = question.filters.medicines
        own = self.interactions([one for one in medicines if one in question.named], question.nutrients)
        return (*own, *(row for row in self.interactions(medicines, question.nutrients) if row not in own))

    def mixes_badly(self, medicines: Sequence[str]) -> bool:
        """Whether one of several medicines is listed as clashing with whatever else is taken: St. John's wort."""
        return len(medicines) > 1 and any(row.text("nutrient") == ANY_NUTRIENT for row in self.interactions(medicines))

    def warnings(
        self, nutrients: Sequence[str], person: Filters, aspect: str, text: str = "", of_food: bool = False
    ) -> tuple[Row, ...]:
        """What must be said before an answer about some nutrients to this person, who asks with that plain text.

        What concerns everyone about tablets is said of tablets, and neither of lentils nor of what a person needs.
        `of_food`: whether a food is named.
        """
        who = [*person.conditions, *self._stages(person)]
        of_products = bool(self._of_products.search(text))
        if aspect in ABOUT_AMOUNTS or (of_products and aspect == "overview"):
            who.append(EVERYONE)
        concerns = (*nutrients, ANY_NUTRIENT) if nutrients else ()
        rows = [row for n in concerns for name in self._closest(who, n) for row in self._by_who[name, n][:1]]
        if (aspect in (*ABOUT_FOODS, "intake", "absorption") or of_food) and not of_products:
            rows = [
                row for row in rows if row.text("who") != EVERYONE or not self._of_products.search(row.text("text"))
            ]
        taken = self.interactions(person.medicines, concerns) if concerns else ()
        medicines = [row for row in taken if row.cells["warn"]]
        # Milk of magnesia is magnesium, whatever was asked about it.
        held = (self._holds[one] for one in person.medicines if one in self._holds)
        first = [row for nutrient in held for name in person.conditions for row in self._by_who[name, nutrient][:1]]
        return (*first, *medicines, *(row for row in rows if row not in first))

    def _closest(self, who: Sequence[str], nutrient: str) -> list[str]:
        """Of some names those of whom no kind is told of: dialysis, and not kidney disease."""
        kinds = {parent for name in who if self._by_who[name, nutrient] for parent in self._parents.get(name, ())}
        return [name for name in who if name not in kinds]

    def is_of_products(self, row: Row) -> bool:
        """Whether the danger that a warning tells of comes from tablets and the like."""
        return "text" in row.cells and bool(self._of_products.search(plain(row.text("text"))))

    def speaks_of_products(self, row: Row) -> bool:
        """Whether a warning speaks of tablets and the like anywhere: what not to take, without a word on food."""
        said = " ".join(row.text(name) for name in ("text", "text2") if row.cells.get(name))
        return bool(self._of_products.search(plain(said)))

    def of_foods(self, words: Iterable[str], person: Filters) -> tuple[Row, ...]:
        """What this person is warned of that speaks of a food by one of some words, each warning once."""
        who = (*person.conditions, *self._stages(person))
        if not (who or person.medicines):
            return ()
        named = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})s?\b", re.IGNORECASE)
        rows = [row for (name, _), held in self._by_who.items() if name in who for row in held]
        rows += self.interactions(person.medicines)
        once: dict[str, Row] = {}
        for row in rows:
            first, *more = (row.text(column) for column in ("text", "text2", "effect", "advice") if column in row.cells)
            if named.search(" ".join((first, *more))):
                once.setdefault(first, row)
        return tuple(once.values())

    def whom(self, person: Filters) -> frozenset[str]:
        """By what names sentences may speak of a person: life stages, conditions, medicines and their classes."""
        medicines = (id_ for medicine in person.medicines for id_ in self.medicine_ids(medicine))
        return frozenset((*self._stages(person), *person.conditions, *medicines)) - {ADULT}

    def _stages(self, person: Filters) -> Iterable[str]:
        if person.life_stage:
            yield person.life_stage
        if person.age_months is not None:
            for stage, (low, high) in self._ages:
                if stage != person.life_stage and low <= person.age_months <= (high or 10**6):
                    yield stage


def hides_foods(warnings: Sequence[Row], named: bool = False) -> bool:
    """Whether a list of rich foods is itself the danger; `named`: whether even what a named food holds is."""
    return any(row.cells["hide_foods"] in (("yes",) if named else ("yes", "list")) for row in warnings)


def barred_words(warnings: Sequence[Row]) -> tuple[str, ...]:
    """Words of food names that must not be shown to this person."""
    rows = (row for row in warnings if "exclude_foods" in row.cells)
    return tuple(dict.fromkeys(word.casefold() for row in rows for word in row.items("exclude_foods")))
