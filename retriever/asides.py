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

    def sentence(
        self, text: str, at: int, relation: Mapping[str, Any], bodily: bool, entities: Sequence[Entity]
    ) -> tuple[int, int] | None:
        """Where the sentence is that only mentions the person named at a place; None where they are asked about.

        `relation`: who that is; `bodily`: whether the message says anything of a body or a diet.
        """
        if relation.get("life_stage") not in _GROWN:
            return None
        sentences = [(found.start(), found.end()) for found in _SENTENCE.finditer(text)]
        questions = [(start, end) for start, end in sentences if text[start:end].rstrip().endswith("?")]
        if not questions:
            questions = [
                (start, end) for start, end in sentences[-1:] if self._patterns["asks"].search(text[start:end])
            ]
        telling = next(((s, e) for s, e in sentences if s <= at < e and (s, e) not in questions), None)
        if telling is None or not questions:
            return None
        asking = self._patterns["judged"].sub(" ", " ".join(text[start:end] for start, end in questions))
        told = text[telling[0] : telling[1]]
        spoken_of = {sex for sex in SEXES if self._patterns[sex].search(asking)}
        sex = relation.get("sex")
        if sex in spoken_of or (sex is None and spoken_of):
            return None
        of_oneself = self._patterns["oneself"].search(asking) and not self._patterns["for_them"].search(asking)
        kinds = {entity.kind for entity in entities if entity.typed in told}
        if "medicine" in kinds and not of_oneself:
            return None
        signs = "symptom" in kinds
        fares = (bodily or signs or self._patterns["fares"].search(told)) and not self._patterns["beside"].search(told)
        return None if fares and not (of_oneself or spoken_of) else telling
