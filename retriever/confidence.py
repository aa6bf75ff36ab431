"""How sure it is that the corpus answers a question: a small logistic model over signals that can be read.

The coefficients are data (`confidence.json`), fitted by `python -m evals.calibrate` on the project's own questions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import NutraceError
from retriever.types import Question, Ranked
from retriever.utterance import Utterance

MODEL = Path(__file__).with_name("confidence.json")
TOP = 5
"""How many passages of the ranking the signals look at."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights by signal, the intercept, and the operating point chosen in calibration."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, path: Path = MODEL) -> Confidence:
        """Read the fitted model. Raises NutraceError where the file is missing or malformed."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(dict(data["weights"]), float(data["intercept"]), float(data["threshold"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{path}: expected weights, intercept and threshold, found {error}; run `make calibrate`"
            raise NutraceError(message) from None

    def of(self, signals: Mapping[str, float]) -> float:
        """The probability, 0 to 1, that the corpus answers; rounded to 6 digits."""
        total = self.intercept + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return round(1.0 / (1.0 + math.exp(-max(min(total, 40.0), -40.0))), 6)


def signals(question: Question, said: Utterance, ranking: Sequence[Ranked], known: frozenset[str]) -> dict[str, float]:
    """What the confidence looks at. `known`: the words of the corpus. All signals lie between 0 and 1."""
    top = ranking[:TOP]
    dense = max((ranked.dense for ranked in ranking), default=0.0)
    keyword = max((ranked.keyword for ranked in ranking), default=0.0)
    text = " ".join(f"{r.passage.title} {r.passage.heading} {r.passage.text} {' '.join(r.passage.questions)}" for r in top)
    nearby = frozenset(text.lower().replace(".", " ").replace(",", " ").split())
    words = len(said.content) or 1
    about = bool(question.subjects)
    return {
        "dense": max(dense, 0.0),
        "dense_high": max(dense - 0.6, 0.0) / 0.4,
        "keyword": keyword / (keyword + 12.0),
        "agreement": float(bool(top) and max(top, key=lambda r: r.dense) == max(top, key=lambda r: r.keyword)),
        "subject_on_top": float(about and bool(top) and top[0].passage.document in question.subjects),
        "nutrient": float(bool(question.nutrients)),
        "symptom": float(bool(question.symptoms)),
        "topic": float(bool(question.topics)),
        "food": float(bool(question.foods)),
        "group": float(bool(question.groups)),
        "person": float(bool(question.filters.conditions or question.filters.medicines or question.filters.life_stage)),
        "aspect_said": float(question.aspect_said),
        "food_and_nutrient": float(bool(question.foods and question.nutrients)),
        "carried": float(question.carried),
        "foreign": len(said.foreign) / words,
        "foreign_many": min(len(said.foreign), 6) / 6,
        "foreign_elsewhere": sum(word not in nearby for word in said.foreign) / words,
        "unknown": sum(word not in known for word in said.foreign) / words,
        "unknown_any": float(any(word not in known for word in said.foreign)),
        "long": min(words, 25) / 25,
    }
