"""Errors of composing: each is a defect of the program or of the vocabulary, never of the user."""

from __future__ import annotations

from corpus import NutraceError


class GroundingError(NutraceError):
    """A piece is not what the corpus, the tables, the phrases or the message say. The answer is not shown."""
