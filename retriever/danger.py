"""What is said to somebody in danger: what the documents say of this danger, and nothing that leads elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from corpus import Passage
from index import Index, Vector
from retriever.select import Selector
from retriever.sentences import Sentences
from retriever.types import Evidence, Question, Quote, Ranked

NEAR = 0.5
"""The cosine from which on a sentence is about the danger that a message tells of."""
CLOSE = 0.06
"""How much less near a second sentence may be."""
SEARCHED = 20
"""Passages in which such sentences are looked for."""
ALONE = ("poisoning", "emergency")
"""Levels at which what was asked without being named can wait."""


class Danger:
    """Finds the sentences of a danger. `words`: what they say at each level, "poison center" (`urgent.said_of`)."""

    def __init__(
        self, words: Mapping[str, Sequence[str]], index: Index, selector: Selector, sentences: Sentences
    ) -> None:
        self._words, self._index, self._selector, self._sentences = words, index, selector, sentences

    def holds(self, question: Question) -> bool:
        """Whether a message tells of the danger, or goes on about it and asks for nothing of its own."""
        if question.urgency not in self._words or question.act != "ask":
            return False
        asks = question.aspect_said and question.urgency != "poisoning"
        goes_on = question.urgency in ALONE and not (question.named or asks or question.reply)
        return question.alarmed or goes_on

    def instead(self, question: Question, evidence: Evidence) -> Evidence:
        """The evidence, or the danger's own sentences where it answers nothing or something that was not asked.

        Where it does answer, they close the answer.
        """
        answered = evidence.status == "answered"
        of_sign = evidence.links or evidence.closing or any(part.links for _, part in evidence.parts)
        asked = question.aspect_said and not question.foods
        kept = of_sign or evidence.tests or asked or question.urgency not in ALONE
        if answered and kept and question.urgency != "poisoning":
            if evidence.closing or evidence.parts:
                return evidence
            found = self._nearest(question.urgency, self._index.encoder.encode_question(question.typed))
            return replace(evidence, closing=tuple(quote for _, _, quote in found if quote not in evidence.quotes))
        whole = question.typed if question.alarmed else ". ".join((*question.quotes, question.typed))
        texts = (whole, *(() if question.alarmed else question.quotes))
        tried = (self._nearest(question.urgency, self._index.encoder.encode_question(text)) for text in texts)
        found = next(filter(None, tried), [])
        if not found:
            # Somebody poisoned is told to call, and nothing else.
            return Evidence("no_answer", evidence.confidence) if question.urgency == "poisoning" else evidence
        passages = tuple(Ranked(passage, score, score, 0.0) for passage, score, _ in found)
        quotes = tuple(quote for _, _, quote in found)
        about = question.about(parts=(), literal=True)
        return Evidence("answered", evidence.confidence, (*passages, *evidence.ranking), quotes=quotes, grounded=about)

    def _nearest(self, level: str, vector: Vector) -> list[tuple[Passage, float, Quote]]:
        """At most two sentences that say what to do at a level, the nearest first, of different documents."""
        passages = [self._index.passages[hit.position] for hit in self._index.dense(vector, SEARCHED)]
        scored = [
            (passage, score, quote)
            for passage in passages
            for quote, score in self._selector.scores([passage], vector).items()
            if score >= NEAR and any(words in self._sentences.text(quote) for words in self._words[level])
        ]
        scored.sort(key=lambda entry: (-entry[1], entry[2]))
        first = scored[:1]
        second = [x for x in scored[1:] if x[1] >= scored[0][1] - CLOSE and x[0].document != scored[0][0].document]
        return [*first, *second[:1]]


def said_of(vocabulary: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """The words for a level of danger; a corpus without them says nothing of it."""
    words: Mapping[str, Sequence[str]] = vocabulary["urgent"].get("said_of", {})
    return words
