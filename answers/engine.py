"""`respond(message, history, context) -> Answer`: a function of its arguments and the built index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from time import perf_counter
from typing import Any

from answers.compose import Composer
from answers.types import Answer, Line
from answers.verify import Verifier
from corpus import Corpus
from index import Index
from retriever import Retriever, RetrieverSettings
from retriever.types import Question

CAN_PASS = ("same_day", "eating_disorder", "poisoning", "emergency")
"""Levels that a misunderstanding may have raised; of a crisis nobody is asked to take it back."""
STANDS = "lead.stands"
"""The phrase that says how."""


class Nutrace:
    """The whole program but the page: understands, finds, composes, verifies."""

    def __init__(self, corpus: Corpus, index: Index, settings: RetrieverSettings | None = None) -> None:
        self.corpus, self.index = corpus, index
        self.retriever = Retriever(corpus, index, settings)
        self._urgent = self.retriever.urgent
        self.composer = Composer(corpus, self.retriever, self._urgent.messages)
        self._verifier = Verifier(corpus, self.composer.phrases)

    def respond(self, message: str, history: Sequence[str] = (), context: Mapping[str, Any] | None = None) -> Answer:
        """The verified answer to `message` after the user's earlier messages.

        `context["locale"]` ("en-US") chooses the numbers to call. Raises GroundingError, which is a defect, rather
        than return an answer in which anything is not what it claims to be.
        """
        return self.timed(message, history, context)[0]

    def timed(
        self, message: str, history: Sequence[str] = (), context: Mapping[str, Any] | None = None
    ) -> tuple[Answer, dict[str, float]]:
        """The answer, and how long each stage took, in milliseconds."""
        marks = [perf_counter()]
        encoder = self.index.encoder
        question = self.retriever.understand(message, history)
        marks.append(perf_counter())
        spent = encoder.seconds if hasattr(encoder, "seconds") else 0.0
        evidence = self.retriever.evidence(question)
        marks.append(perf_counter())
        spent = (encoder.seconds if hasattr(encoder, "seconds") else 0.0) - spent
        answer = self.composer.compose(question, evidence, self._banner(question, context or {}))
        answer = replace(answer, history=tuple(history))
        marks.append(perf_counter())
        self._verifier.verify(answer)
        marks.append(perf_counter())
        stages = [1000 * (b - a) for a, b in pairwise(marks)]
        names = ("understanding", "search", "composing", "verifying")
        times = dict(zip(names, stages, strict=True))
        times["search"] -= 1000 * spent
        return answer, {"encoding": 1000 * spent, **times}

    def _banner(self, question: Question, context: Mapping[str, Any]) -> tuple[Line, ...]:
        """The urgent message, with the numbers of the country where it is known.

        Under one that stands from an earlier message is said how to take it back.
        """
        locale = context.get("locale")
        messages = self._urgent.wordings(question.urgency, locale if isinstance(locale, str) else None)
        banner = tuple(Line((self.composer.phrases(id_),), "banner") for id_ in messages)
        stands = question.act == "ask" and question.urgency in CAN_PASS and not question.alarmed
        stands = stands and STANDS in self.composer.phrases
        return (*banner, Line((self.composer.phrases(STANDS),))) if stands else banner
