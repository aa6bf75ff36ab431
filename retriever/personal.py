"""What the documents say of the very person who asks, or is asked for: it comes before what holds for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus import Corpus, Passage, Row
from index import Vector
from retriever.cautions import Cautions
from retriever.foods import FoodTable
from retriever.search import Searcher
from retriever.select import Selector
from retriever.sentences import Sentences
from retriever.text import plain, tokens
from retriever.types import Evidence, Question, Quote

MOST = 2
"""Sentences about the person that are put first."""
SHOWN = 4
"""Sentences that an answer has then, unless it had more."""
OPEN = ("overview", "evidence", "excess", "interactions", "absorption", "intake", "see-doctor")
"""Aspects under which anything said of the person matters; under others what is said of that aspect alone."""


class ForPerson:
    """Finds the sentences that name a life stage, a condition or a medicine of a person."""

    def __init__(
        self, corpus: Corpus, searcher: Searcher, selector: Selector, sentences: Sentences, cautions: Cautions,
        foods: FoodTable,
    ) -> None:  # fmt: skip
        self._searcher, self._selector, self._sentences = searcher, selector, sentences
        self._cautions, self._foods = cautions, foods
        people = corpus.vocabulary.get("people") or {}
        entries = (*(people.get("life_stages") or ()), *(people.get("conditions") or ()))
        self._conditions = frozenset(entry["id"] for entry in people.get("conditions") or ())
        self._parents = {entry["id"]: frozenset(entry.get("parents") or ()) for entry in entries}
        self._document_of = {entry["id"]: str(entry.get("topic") or entry.get("document") or "") for entry in entries}

    def first(
        self, question: Question, evidence: Evidence, vector: Vector, fits: Callable[[Quote], bool]
    ) -> Evidence:  # fmt: skip
        """The evidence with at most `MOST` sentences about the person in front.

        Of a topic those that name the person: multivitamins on dialysis. Of a nutrient those that name a condition,
        where no table warns of the two: vitamin C and gout. Of a food those of the person's own documents that name
        the food: seaweed in pregnancy.
        """
        if question.symptoms:
            return evidence
        whom = self._cautions.whom(question.filters)
        found = [(passage, quote) for passage, quote in self._found(question, whom) if fits(quote)]
        if question.nutrients and not (question.topics or question.foods or evidence.warnings):
            found = [(passage, quote) for passage, quote in self._of_nutrients(question, whom) if fits(quote)]
        if not found:
            return evidence
        scores = self._selector.scores([passage for passage, _ in found], vector)
        own = sorted({quote for _, quote in found}, key=lambda quote: (-scores[quote], quote.span))[:MOST]
        rest = tuple(quote for quote in evidence.quotes if quote not in own)
        return replace(evidence, quotes=(*own, *rest)[: max(SHOWN, len(evidence.quotes))])

    def naming(self, question: Question, rows: Sequence[Row], vector: Vector) -> tuple[Quote, ...]:
        """What the documents about the nutrients say of some foods, in whatever section, the nearest first."""
        scores = self._selector.scores([p for n in question.nutrients for p in self._searcher.passages_of(n)], vector)
        words = frozenset[str]().union(*(self._foods.words_for(row.id) for row in rows))
        named = (q for q in scores if words & {word.stem for word in tokens(plain(self._sentences.text(q)))})
        return tuple(sorted(named, key=lambda quote: (-scores[quote], quote.span)))

    def of_medicines(self, quotes: Sequence[Quote], question: Question) -> tuple[Quote, ...]:
        """The sentences that name the person, or else the nearest: water pills say nothing of birth control pills."""
        whom = self._cautions.whom(question.filters)
        return tuple(quote for quote in quotes if whom & self._sentences.whom(quote)) or tuple(quotes[:1])

    def names_food(self, question: Question) -> bool:
        """Whether a document about the person names a food that is asked about."""
        return any(self._found(question.about(topics=()), self._cautions.whom(question.filters)))

    def _found(self, question: Question, whom: frozenset[str]) -> Iterator[tuple[Passage, Quote]]:
        wanted = frozenset(question.nutrients)
        for topic in question.topics:
            # In the document about that very condition all sentences are about such a person.
            others = {one for one in whom if self._document_of.get(one) != topic}
            others -= {kind for one in whom - others for kind in self._parents.get(one, ())}
            others |= {document for one in others if (document := self._document_of.get(one))}
            for passage, quote in self._of(topic) if others else ():
                fits = question.aspect in OPEN or passage.aspect == question.aspect
                named = others & self._sentences.whom(quote)
                if fits and named and (not wanted or wanted & self._sentences.nutrients(quote)):
                    yield passage, quote
        rows = [self._foods.by_id[food] for food in question.foods if food in self._foods.by_id]
        documents = {document for one in whom if (document := self._document_of.get(one))}
        for document in sorted(documents) if rows and not question.topics else ():
            for passage, quote in self._of(document):
                if self._sentences.names_any(quote, rows):
                    yield passage, quote

    def _of_nutrients(self, question: Question, whom: frozenset[str]) -> Iterator[tuple[Passage, Quote]]:
        """What the documents of the nutrients say of a condition that the person has, or that is asked about."""
        conditions = self._conditions & (whom | frozenset(question.named))
        if not conditions or question.aspect not in OPEN:
            return
        names = conditions | {document for one in conditions if (document := self._document_of.get(one))}
        for nutrient in question.nutrients:
            for passage, quote in self._of(nutrient):
                if names & self._sentences.whom(quote):
                    yield passage, quote

    def _of(self, document: str) -> Iterator[tuple[Passage, Quote]]:
        for passage in self._searcher.passages_of(document):
            for span in passage.sentences:
                yield passage, Quote(passage.document, passage.heading, span)
