"""What answers the very question, before all else: who needs a supplement at all, and how soon a lack is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from index import Vector
from retriever.aspects import compile_pattern
from retriever.search import Searcher
from retriever.select import Selector
from retriever.sentences import Sentences
from retriever.types import Evidence, Question, Quote

EVIDENCE = "evidence"
"""The aspect of the sections whose first sentences say who needs a supplement."""
MOST = 2
"""Sentences on how soon a lack is mended."""
SUBJECTS = 3


class Foremost:
    """Reads the wordings of `vocabulary/aspects.yaml`, under `foremost`; without them nothing comes first."""

    def __init__(
        self, wordings: Mapping[str, str], searcher: Searcher, selector: Selector, sentences: Sentences
    ) -> None:
        """Raises CorpusError where a pattern is broken."""
        self._patterns = {name: compile_pattern(pattern, "aspects.yaml") for name, pattern in wordings.items()}
        self._searcher, self._selector, self._sentences = searcher, selector, sentences

    def first(self, question: Question, evidence: Evidence, vector: Vector, fits: Callable[[Quote], bool]) -> Evidence:
        """The evidence with the sentences in front that answer the question's own words.

        `fits`: whether a sentence may be shown to this person.
        """
        if question.aspect != EVIDENCE or question.symptoms or question.foods:
            return evidence
        first: tuple[Quote, ...] = ()
        if self._says("how_soon", question.text):
            first = self._how_soon(question, vector, fits)
        elif self._says("whether_to_take", question.text) and not question.topics:
            first = self._who_needs_it(question, fits)
        if not first:
            return evidence
        if evidence.links:
            return replace(evidence, lead=first, quotes=tuple(q for q in evidence.quotes if q not in first))
        sections = {(quote.document, quote.heading) for quote in first}
        rest = [quote for quote in evidence.quotes if quote not in first]
        rest.sort(key=lambda quote: (quote.document, quote.heading) not in sections)  # what goes on, before what strays
        return replace(evidence, quotes=(*first, *rest)[: max(len(first), len(evidence.quotes))])

    def _how_soon(self, question: Question, vector: Vector, fits: Callable[[Quote], bool]) -> tuple[Quote, ...]:
        """The nearest sentences that say in what time somebody gets better, of the first subject that has any."""
        for subject in (*question.topics, *question.nutrients)[:SUBJECTS]:
            scores = self._selector.scores(self._searcher.passages_of(subject, EVIDENCE), vector)
            found = [q for q in scores if self._says("mended_in", self._sentences.text(q)) and fits(q)]
            if found:
                best = sorted(found, key=lambda quote: (-scores[quote], quote.span))[:MOST]
                return tuple(sorted(best, key=lambda quote: quote.span))
        return ()

    def _who_needs_it(self, question: Question, fits: Callable[[Quote], bool]) -> tuple[Quote, ...]:
        """The first sentence on what a supplement of each nutrient does, which says who needs one."""
        sections = (self._searcher.passages_of(nutrient, EVIDENCE) for nutrient in question.nutrients[:SUBJECTS])
        return tuple(quote for section in sections for quote in self._selector.first(section) if fits(quote))

    def _says(self, name: str, text: str) -> bool:
        pattern = self._patterns.get(name)
        return pattern is not None and bool(pattern.search(text))
