"""Messages that tell of a medicine which somebody takes: "metformin for 10 years", "i am on warfarin"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retriever.aspects import compile_pattern, with_signs


class MedicineTold:
    """Reads `medicine_told` of `vocabulary/dialogue.yaml`, whose patterns see the names as signs."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        """`tells`: that somebody takes it; `asks`: a question; `lacks`: one of what the medicine takes away."""
        self._tells = tuple(compile_pattern(with_signs(p), "dialogue.yaml") for p in vocabulary["tells"])
        self._asks, self._lacks = (
            compile_pattern(with_signs(vocabulary[name]), "dialogue.yaml") for name in ("asks", "lacks")
        )

    def reads(self, masked: str) -> bool:
        """Whether a message asks no more than what matters with a medicine that it says somebody takes."""
        tells = any(pattern.search(masked) for pattern in self._tells)
        return tells and (not self._asks.search(masked) or bool(self._lacks.search(masked)))
