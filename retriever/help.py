"""When to get medical help: the sentences that close an answer about what can be dangerous."""

from __future__ import annotations

from retriever.laboratory import Laboratory
from retriever.search import Searcher
from retriever.select import Selector
from retriever.sentences import Sentences
from retriever.types import Evidence, Question, Quote

WITH_HELP = ("linked-nutrients", "deficiency-signs", "causes", "excess")
"""Aspects of answers that end with when to get medical help."""


class WhenToGetHelp:
    """Finds the closing sentences of an answer."""

    def __init__(self, searcher: Searcher, selector: Selector, sentences: Sentences, laboratory: Laboratory) -> None:
        self._searcher, self._selector, self._sentences = searcher, selector, sentences
        self._laboratory = laboratory

    def closing(self, question: Question, evidence: Evidence) -> tuple[Quote, ...]:
        """When to see a doctor: for symptoms, and for what can be dangerous."""
        off = any(one.side in ("low", "high") and not one.why for one in evidence.tests)
        of_main = self._laboratory.is_of_main(evidence.tests)
        sent = question.aspect == "evidence" or question.urgency == "doctor_soon"
        asked = question.aspect in WITH_HELP or (question.symptoms and sent)
        if not (asked or (off and of_main)) or not of_main:
            return ()
        subjects = question.symptoms or question.nutrients or (question.topics if question.aspect == "excess" else ())
        passages = [p for s in subjects[:2] for p in self._searcher.passages_of(s, "see-doctor")]
        if off and any(one.side == "high" for one in evidence.tests):
            question = question.about(aspect="excess")
        return self._sentences.closing(question, self._selector.first(passages, 12))
