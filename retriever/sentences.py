"""What single sentences of the documents say, and whom and what they fit: rules that no cosine knows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from corpus import Corpus, Row
from retriever.aspects import compile_pattern
from retriever.foods import FoodTable
from retriever.lexicon import Lexicon
from retriever.text import plain, tokens
from retriever.types import Entity, Filters, Question, Quote

EMERGENCY = "emergency"
"""The word by which a sentence about seeing a doctor says that it cannot wait."""


WHOM = ("life-stage", "condition", "medicine", "topic")
"""Kinds of names by which a sentence says whom it is for; a disease may be named as the topic of its document."""


class Sentences:
    """Reads quoted sentences. Patterns are those of `vocabulary/aspects.yaml` and `people.yaml`."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon, foods: FoodTable) -> None:
        self._documents, self._lexicon, self._foods = corpus.documents, lexicon, foods
        wordings = corpus.vocabulary["aspects"]
        self._of_signs = compile_pattern(wordings["of_signs"], "aspects.yaml")
        self._of_much = compile_pattern(wordings["of_much"], "aspects.yaml")
        self._of_side = {side: compile_pattern(wordings[f"of_{side}"], "aspects.yaml") for side in ("low", "high")}
        self._warns = compile_pattern(wordings["warns"], "aspects.yaml")
        self._children = compile_pattern(corpus.vocabulary["people"]["child_figures"], "people.yaml")
        self._of_children = compile_pattern(corpus.vocabulary["people"]["figures_of_children"], "people.yaml")
        self._asked_of_children = compile_pattern(corpus.vocabulary["people"]["asked_of_children"], "people.yaml")
        self._adults = compile_pattern(corpus.vocabulary["people"]["adult_figures"], "people.yaml")
        self._named = cache(self._uncached_named)

    def text(self, quote: Quote) -> str:
        """The sentence itself."""
        start, end = quote.span
        return self._documents[quote.document].text[start:end]

    def asks_for_signs(self, text: str) -> bool:
        """Whether a question about a lack is about its signs, and not about the lack as a whole."""
        return bool(self._of_signs.search(text))

    def is_for_adults(self, quote: Quote) -> bool:
        """Whether a sentence gives a figure for adults, which must not stand in an answer about a child."""
        text = self.text(quote)
        return any(map(str.isdigit, text)) and bool(self._adults.search(text.casefold()))

    def is_for_children(self, quote: Quote, question: Question) -> bool:
        """Whether a sentence gives figures for children alone, of whom nobody asks."""
        text = self.text(quote).casefold()
        of_ages = bool(self._children.search(text))
        if not (question.filters.life_stage or question.filters.age_months is not None):
            return of_ages and not question.literal
        if self._asked_of_children.search(question.text):
            return False
        named = any(map(str.isdigit, text)) and bool(self._of_children.search(text))
        return of_ages or (named and not self._adults.search(text))

    def is_of_other_side(self, quote: Quote, side: str) -> bool:
        """Whether a sentence is about a result on another side than a person's: "low", "within" or "high"."""
        text = self.text(quote).casefold()
        found = {other for other, pattern in self._of_side.items() if pattern.search(text)}
        return bool(found) and side not in found

    def praises(self, quote: Quote, barred: Sequence[str]) -> bool:
        """Whether a sentence names as a good food what somebody is warned of (`barred`: words of food names)."""
        text = self.text(quote).casefold()
        return any(word in text for word in barred) and not self._warns.search(text)

    def names_food(self, quote: Quote) -> bool:
        """Whether a sentence names a food or a group of foods."""
        return any(entity.kind in ("food", "group") for entity in self._named(quote))

    def names_any(self, quote: Quote, rows: Sequence[Row]) -> bool:
        """Whether a sentence names one of some foods, or another of its family."""
        families = {row.text("family") for row in rows}
        found = self._named(quote)
        named = (self._foods.by_id[entity.id].text("family") for entity in found if entity.kind == "food")
        return not families.isdisjoint(named)

    def _uncached_named(self, quote: Quote) -> tuple[Entity, ...]:
        return self._lexicon.find(tokens(plain(self.text(quote))))

    def whom(self, quote: Quote) -> frozenset[str]:
        """The life stages, conditions, topics and medicines that a sentence names."""
        return frozenset(entity.id for entity in self._named(quote) if entity.kind in WHOM)

    def nutrients(self, quote: Quote) -> frozenset[str]:
        """The nutrients that a sentence names."""
        return frozenset(entity.id for entity in self._named(quote) if entity.kind == "nutrient")

    def suits(self, quote: Quote, person: Filters) -> bool:
        """Whether a sentence names no food, and no group of foods, that the person leaves out."""
        if not (person.diet or person.exclude):
            return True
        named = self._named(quote)
        rows = [self._foods.by_id[entity.id] for entity in named if entity.kind == "food"]
        groups = [entity.id for entity in named if entity.kind == "group"]
        return all(self._foods.suits(row, person) for row in rows) and all(
            group not in person.exclude and self._foods.suits_group(group, person) for group in groups
        )

    def closing(self, question: Question, sentences: Sequence[Quote]) -> tuple[Quote, ...]:
        """Of sentences about seeing a doctor one for the emergency and one for what can wait: two emergencies frighten.

        An answer about too much is closed by what is said of that alone, and nothing of it closes one about a lack.
        What names something else that is asked about or that the person has comes first: alcohol, beside a tremor.
        """
        much = question.aspect == "excess"
        weighs = bool(question.nutrients) or much
        fitting = [q for q in sentences if not weighs or bool(self._of_much.search(self.text(q).casefold())) is much]
        beside = {*question.topics, *question.filters.conditions, *question.filters.medicines}
        fitting.sort(key=lambda quote: beside.isdisjoint(self.whom(quote)))
        now = [quote for quote in fitting if EMERGENCY in self.text(quote)]
        later = [quote for quote in fitting if EMERGENCY not in self.text(quote)]
        return (*now[:1], *later[:1])
