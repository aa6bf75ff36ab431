"""The few types that every file of the package shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""float32, (dim,), L2-normalised."""

Matrix = NDArray[np.float32]
"""float32, (n, dim), each row L2-normalised."""

Progress = Callable[[str, int, int], None]
"""Told (stage, done, total); stage is a few words for a person, total is 0 where it is not known."""

SCORE_DIGITS = 6
"""Scores are rounded to this many digits, so that the last bits of a sum never decide an order."""


class Hit(NamedTuple):
    """A passage found: its position in `Index.passages`, and its score (rounded; higher is better)."""

    position: int
    score: float


def best(scores: NDArray[np.floating], k: int) -> list[Hit]:
    """The `k` highest of `scores` ((n_passages,), one a passage), rounded; ties stand in order of position."""
    rounded = np.round(scores.astype(np.float64), SCORE_DIGITS)
    if k < len(rounded):
        threshold = np.partition(rounded, len(rounded) - max(k, 1))[len(rounded) - max(k, 1)]
        candidates = np.flatnonzero(rounded >= threshold)
    else:
        candidates = np.arange(len(rounded))
    order = candidates[np.argsort(-rounded[candidates], kind="stable")][:k]
    return list(map(Hit, order.tolist(), rounded[order].tolist()))


def silent(stage: str, done: int, total: int) -> None:
    """The Progress that tells nobody."""
