"""How sure it is that the corpus answers a question: a small logistic model over signals that can be read.

The coefficients are data (`confidence.json`), fitted by `python -m evals.calibrate` on the project's own questions. One
of the signals says whether a question lies where the questions lie that this corpus answers; that region belongs to the
corpus (`vocabulary/region.yaml`). A corpus or an encoder without one is judged by the other signals alone.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus import Corpus, NutraceError
from index import Index, Vector
from retriever.types import Question, Ranked
from retriever.utterance import Utterance

MODEL = Path(__file__).with_name("confidence.json")
WITH_SCOPE, WITHOUT_SCOPE = "with_scope", "without_scope"
"""The two fits that `confidence.json` holds."""
SCOPE_REACH = 4.0
"""Margin of the region alone at which its signal is 0 or 1."""
TOP = 5
"""How many passages of the ranking the signals look at."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights by signal, the intercept, and the operating point chosen in calibration."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, fit: str = WITHOUT_SCOPE, path: Path = MODEL) -> Confidence:
        """Read one of the two fitted models. Raises NutraceError where the file is missing or malformed."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))[fit]
            return cls(dict(data["weights"]), float(data["intercept"]), float(data["threshold"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{path}: expected weights, intercept and threshold, found {error}; run `make calibrate`"
            raise NutraceError(message) from None

    def of(self, signals: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that the corpus answers; rounded to 6 digits."""
        total = self.intercept + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return round(1.0 / (1.0 + math.exp(-max(min(total, 40.0), -40.0))), 6)


@dataclass(frozen=True)
class Scope:
    """Where among all questions those lie that the corpus answers.

    A support vector machine with a Gaussian kernel (Cortes and Vapnik 1995) over question vectors, brought down to some
    dozens of dimensions. A straight cut through their space tells nutrition from other subjects, but not "is calcium a
    metal" from "is calcium a mineral": what lies near known questions of either sort does.

    `axes`, (k, dim), and `shift`, (k,): the projection. `points`: (n, k), known questions near the border; `weights`:
    (n,), positive for what is answered. `gamma`: of the kernel exp(-gamma · squared distance).
    """

    axes: NDArray[np.float32]
    shift: NDArray[np.float32]
    points: NDArray[np.float32]
    weights: NDArray[np.float32]
    intercept: float
    gamma: float

    @classmethod
    def of_corpus(cls, corpus: Corpus, encoder: str) -> Scope | None:
        """The corpus's region, if it has one for this encoder (the fingerprint of its model)."""
        held: Mapping[str, Any] = corpus.vocabulary.get("region") or {}
        if held.get("encoder") != encoder:
            return None
        axes, points = _unpacked(held["axes"]), _unpacked(held["points"])
        shift, weights = (_unpacked(held[name])[0] for name in ("shift", "weights"))
        return cls(axes, shift, points, weights, float(held["intercept"]), float(held["gamma"]))

    @cached_property
    def _squares(self) -> NDArray[np.float32]:
        """The squared length of each point, (n,)."""
        squares: NDArray[np.float32] = (self.points**2).sum(axis=1)
        return squares

    def margin(self, vector: Vector) -> float:
        """How far inside (above 0) or outside (below 0) of the region a question's vector, (dim,), lies."""
        at = self.axes @ vector - self.shift
        apart = self._squares + at @ at - 2 * (self.points @ at)
        return float(self.weights @ np.exp(-self.gamma * apart)) + self.intercept

    def signal(self, vector: Vector) -> float:
        """From 0 (far outside) to 1 (far inside)."""
        margin = max(-SCOPE_REACH, min(SCOPE_REACH, self.margin(vector)))
        return round((margin + SCOPE_REACH) / (2 * SCOPE_REACH), 6)


def packed(rows: NDArray[np.float32]) -> dict[str, Any]:
    """A matrix, (n, m), as plain data: one byte a number, each row with the step that it was divided by."""
    steps = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-12) / 127
    coded = np.round(rows / steps).astype(np.int8)
    encode = {"steps": steps.astype("<f4").tobytes(), "rows": coded.tobytes()}
    return {"shape": list(rows.shape)} | {name: base64.b64encode(raw).decode() for name, raw in encode.items()}


def _unpacked(held: Mapping[str, Any]) -> NDArray[np.float32]:
    """The matrix that `packed` wrote."""
    steps = np.frombuffer(base64.b64decode(held["steps"]), dtype="<f4")
    rows = np.frombuffer(base64.b64decode(held["rows"]), dtype=np.int8).reshape(held["shape"])
    found: NDArray[np.float32] = rows.astype(np.float32) * steps[:, None]
    return found


def signals(
    question: Question, said: Utterance, ranking: Sequence[Ranked], words: Words, scope: float
) -> dict[str, float]:
    """What the confidence looks at; all signals lie between 0 and 1. `scope`: see `Scope`."""
    top = ranking[:TOP]
    dense = max((ranked.dense for ranked in ranking), default=0.0)
    keyword = max((ranked.keyword for ranked in ranking), default=0.0)
    subjects = question.subjects
    uncovered = words.left_out(said.foreign, top)
    typed = {word for entity in said.entities for word in entity.typed.split()}
    said_outside = [word for word in said.content if word in words.outside and word not in typed]
    outside = words.left_out(said_outside, top)
    count = len(said.content) or 1
    unknown = bool(question.after) and not question.subjects
    carried = question.carried and bool(question.asked) and not unknown
    on_top = bool(subjects) and bool(top) and top[0].passage.document in subjects
    named = bool(subjects or question.foods or question.groups)
    return {
        "scope": scope,
        "dense": max(dense, 0.0),
        "dense_high": max(dense - 0.6, 0.0) / 0.4,
        "keyword": keyword / (keyword + 12.0),
        "agreement": float(bool(top) and max(top, key=lambda r: r.dense) == max(top, key=lambda r: r.keyword)),
        "subject_on_top": float(on_top),
        "nutrient": float(bool(question.nutrients)),
        "symptom": float(bool(question.symptoms)),
        "topic": float(bool(question.topics)),
        "food": float(bool(question.foods)),
        "group": float(bool(question.groups)),
        "nothing_named": float(not named),
        "medicine_alone": float(bool(question.filters.medicines) and not subjects),
        "person": float(bool(question.filters.conditions or question.filters.life_stage)),
        "aspect_said": float(question.aspect_said),
        "overview_said": float(question.aspect_said and question.aspect == "overview"),
        "food_and_nutrient": float(bool(question.foods and question.nutrients)),
        "food_in_content": float(bool(question.foods) and question.aspect in ("food-content", "comparison")),
        "carried": float(carried),
        "foreign": len(said.foreign) / count,
        "uncovered": len(uncovered) / count,
        "uncovered_any": float(bool(uncovered)),
        "uncovered_rare": min(sum(word not in words.common for word in uncovered), 3) / 3,
        "unknown": min(sum(not words.is_known(word) for word in said.foreign), 3) / 3,
        "outside": min(len(outside), 3) / 3,
        "outside_any": float(bool(outside)),
        "outside_said": min(len(said_outside), 3) / 3,
        "outside_said_any": float(bool(said_outside)),
        "outside_and_named": float(bool(said_outside) and named),
        "outside_many": float(len(outside) > 1),
        "uncovered_many": min(len(uncovered), 5) / 5,
        "uncovered_named": float(bool(uncovered) and named),
        "short": float(count <= 2),
        "bare_name": float(named and not said.foreign and not question.aspect_said),
        "understood": float(named and not said.foreign and (question.aspect_said or carried)),
        "sentence": max((ranked.sentence for ranked in top), default=0.0),
        "text_gap": max(dense - max((ranked.sentence for ranked in top), default=0.0), 0.0),
    }


class Words:
    """Which words the corpus holds, which are common in English, and which belong to other subjects."""

    def __init__(self, corpus: Corpus, index: Index, common: frozenset[str]) -> None:
        self.common = common
        groups = corpus.vocabulary["scope"]["outside"].values()
        self.outside = frozenset(str(word) for group in groups for word in group)
        self._keywords = index.keywords
        self._positions = {passage.id: at for at, passage in enumerate(index.passages)}

    def is_known(self, word: str) -> bool:
        """Whether any passage says the word, in any form."""
        return all(self._keywords.knows(word))

    def left_out(self, words: Sequence[str], top: Sequence[Ranked]) -> list[str]:
        """Those of some words that none of some passages says, questions that they answer included."""
        positions = {self._positions[ranked.passage.id] for ranked in top}
        return [word for word in words if not self._keywords.stands_in(word, positions)]
