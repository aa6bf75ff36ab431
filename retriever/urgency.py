"""Urgent signs in a message: rules, negations and information frames as data (`vocabulary/urgent.yaml`)."""

from __future__ import annotations

from typing import Any, NamedTuple

LEVELS = ("none", "doctor_soon", "same_day", "eating_disorder", "poisoning", "emergency", "crisis")
"""From the least to the most: of several, the last is shown."""


class Urgency(NamedTuple):
    """A level of `LEVELS` and the rule that gave it."""

    level: str = "none"
    rule: str | None = None


def stronger(new: Urgency, before: Urgency, taken_back: bool) -> Urgency:
    """What holds after a message: urgency stays until the user takes it back, and only grows otherwise."""
    if taken_back and new.level in ("none", "doctor_soon"):
        return new
    return new if LEVELS.index(new.level) >= LEVELS.index(before.level) else before


class UrgentSigns:
    """Judges messages."""

    def __init__(self, vocabulary: Any) -> None:
        self.messages: dict[str, str] = {}

    def judge(self, text: str) -> Urgency:
        """The urgency of one plain message by itself."""
        return Urgency()

    def wordings(self, level: str, locale: str | None) -> tuple[str, ...]:
        """Ids of the phrases to show for a level, numbers for the locale's country included."""
        return ()
