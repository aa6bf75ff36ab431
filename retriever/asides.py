"""People who are only mentioned: "my wife would rather buy gummies. Would they do the job?"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from retriever.aspects import compile_pattern
from retriever.types import Entity

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_GROWN = ("life-stage:adult", "life-stage:older-adult")
"""Stages of those whom one may only mention; of a child that is mentioned one asks."""
SEXES = ("male", "female")


class Asides:
    """Reads the patterns `asides` of `vocabulary/people.yaml`, which says what each is for."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._patterns = {name: compile_pattern(text, "people.yaml") for name, text in patterns.items()}

    def is_company(self, text: str, at: int) -> bool:
        """Whether somebody named at a place is only with the one who asks: "I go crabbing with my brother"."""
        start = next((found.start() for found in _SENTENCE.finditer(text) if found.start() <= at < found.end()), 0)
        return bool(self._patterns["company"].search(text[start:at])) and not self._patterns["company_told"].search(
            text
        )

    def sentence(self, text: str, named: re.Match[str], relation: Mapping[str, Any]) -> tuple[int, int] | None:
        """Where the sentence is that tells of a grown-up, beside a question; or where an illness of theirs is told."""
        if relation.get("life_stage") not in _GROWN:
            return None
        family = self._patterns["family"].match(text, named.end())
        if family:
            return named.start(), family.end()
        sentences, questions = self._split(text)
        at = named.start()
        telling = next(((s, e) for s, e in sentences if s <= at < e and (s, e) not in questions), None)
        return telling if questions else None

    def only_mentions(
        self,
        text: str,
        telling: tuple[int, int],
        relation: Mapping[str, Any],
        bodily: bool,
        entities: Sequence[Entity],
    ) -> bool:
        """Whether the part of a message that tells of somebody leaves them out of what is asked.

        `bodily`: whether that part says anything of a body or a diet.
        """
        _, questions = self._split(text)
        asking = self._patterns["judged"].sub(" ", " ".join(text[start:end] for start, end in questions))
        told = text[telling[0] : telling[1]]
        spoken_of = {sex for sex in SEXES if self._patterns[sex].search(asking)}
        sex = relation.get("sex")
        if sex in spoken_of or (sex is None and spoken_of):
            return False
        if self._patterns["family"].search(text[telling[0] :]) and not questions:
            return True
        of_oneself = self._patterns["oneself"].search(asking) and not self._patterns["for_them"].search(asking)
        kinds = {entity.kind for entity in entities if entity.typed in told}
        if "medicine" in kinds and not of_oneself:
            return False
        signs = "symptom" in kinds
        fares = (bodily or signs or self._patterns["fares"].search(told)) and not self._patterns["beside"].search(told)
        return bool(not fares or of_oneself or spoken_of)

    def _split(self, text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Where the sentences stand, and where those that ask."""
        sentences = [(found.start(), found.end()) for found in _SENTENCE.finditer(text)]
        questions = [(start, end) for start, end in sentences if text[start:end].rstrip().endswith("?")]
        if not questions:
            questions = [
                (start, end) for start, end in sentences[-1:] if self._patterns["asks"].search(text[start:end])
            ]
        return sentences, questions
