"""The built index in memory: the only thing that `retriever/` asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage
from index.encoder import Encoder
from index.keywords import KeywordIndex
from index.manifest import Manifest
from index.texts import Layout
from index.types import SCORE_DIGITS, Hit, Matrix, Vector, best
from index.vectors import VectorIndex

FIRST_REACH = 3
"""How many vectors are fetched for each passage asked for, to begin with: a passage has several."""


@dataclass(frozen=True)
class Index:
    """Passages, and the ways to find them. Scores are rounded to 6 digits; ties stand in order of position."""

    passages: tuple[Passage, ...]
    encoder: Encoder
    manifest: Manifest
    keywords: KeywordIndex = field(repr=False)
    vectors: VectorIndex = field(repr=False)
    sentences: Matrix = field(repr=False)

    def dense(self, vector: Vector, k: int) -> list[Hit]:
        """The `k` passages nearest to `vector`, (dim,), by FAISS: the best of its text's and its questions' cosines."""
        reach, found = FIRST_REACH * k, list[Hit]()
        while k > 0:
            scores, ids = self.vectors.search(vector, reach)
            found = self._best_passages(scores, ids, k)
            # All is found once the next vector could not tie with the last passage wanted.
            if len(ids) >= len(self.vectors) or len(ids) < reach:
                break
            if len(found) >= k and found[k - 1].score > round(float(scores[-1]), SCORE_DIGITS):
                break
            reach *= 2
        return found[:k]

    def passage_score(self, vector: Vector, position: int) -> float:
        """The cosine of one passage, rounded: the best of its text's and its questions'."""
        starts = self.layout.starts
        return round(float((self._matrix[starts[position] : starts[position + 1]] @ vector).max()), SCORE_DIGITS)

    def keyword(self, query: str, k: int) -> list[Hit]:
        """The `k` passages with the highest BM25 score over title, heading, text and questions; none scores 0."""
        return self.keywords.search(query, k)

    def sentence_scores(self, vector: Vector, position: int) -> list[float]:
        """The cosine of each sentence of a passage, taken alone, in the order of `Passage.sentences`."""
        starts = self.layout.sentence_starts
        cosines = self.sentences[starts[position] : starts[position + 1]] @ vector
        scores: list[float] = np.round(cosines.astype(np.float64), SCORE_DIGITS).tolist()
        return scores

    def sentence_score(self, vector: Vector, position: int) -> float:
        """The best cosine of the sentences of a passage; 0 where it has none."""
        starts = self.layout.sentence_starts
        rows = self.sentences[starts[position] : starts[position + 1]]
        return round(float((rows @ vector).max()), SCORE_DIGITS) if len(rows) else 0.0

    def question_score(
        self, vector: Vector, position: int, counts: Callable[[str], bool] = lambda _: True
    ) -> float:  # fmt: skip
        """The best cosine of the questions that a passage lists, of those that count; 0 where it lists none."""
        starts = self.layout.starts
        rows = self._matrix[starts[position] + 1 : starts[position + 1]]
        scores = [s for s, text in zip(rows @ vector, self.passages[position].questions, strict=True) if counts(text)]
        return round(float(max(scores)), SCORE_DIGITS) if scores else 0.0

    def question_vector(self, position: int, question: str) -> Vector:
        """The vector of a question that a passage lists. Raises ValueError where it lists no such question."""
        row = int(self.layout.starts[position]) + 1 + self.passages[position].questions.index(question)
        vector: Vector = self._matrix[row]
        return vector

    def nearest_questions(self, vector: Vector, k: int) -> list[tuple[str, int, float]]:
        """The `k` front-matter questions nearest to `vector`: (question, position of its passage, cosine)."""
        rows, texts, owners = self._questions
        hits = best((self._matrix @ vector)[rows], k)
        return [(texts[hit.position], owners[hit.position], hit.score) for hit in hits]

    @cached_property
    def layout(self) -> Layout:
        """Where each passage's vectors stand."""
        return Layout.of(self.passages)

    def __repr__(self) -> str:
        served = f"{self.encoder.name} on {self.encoder.backend}"
        return f"Index({len(self.passages)} passages, {len(self.vectors)} vectors, {served})"

    def _best_passages(self, scores: NDArray[np.float32], ids: NDArray[np.int64], k: int) -> list[Hit]:
        """The first `k` passages of vectors found, each at its best score, in order."""
        first: dict[int, float] = {}  # a passage's first is its best
        rounded = np.round(scores.astype(np.float64), SCORE_DIGITS).tolist()
        for owner, score in zip(self.layout.owners[ids].tolist(), rounded, strict=True):
            if owner not in first:
                first[owner] = score
        return [Hit(*pair) for pair in sorted(first.items(), key=_in_order)[:k]]

    @cached_property
    def _matrix(self) -> Matrix:
        return self.vectors.vectors()

    @cached_property
    def _questions(self) -> tuple[NDArray[np.int64], list[str], list[int]]:
        """Of each front-matter question: its row in the matrix, its text, its passage."""
        is_question = np.ones(len(self.layout.owners), dtype=bool)
        is_question[self.layout.starts[:-1]] = False
        rows = np.flatnonzero(is_question)
        texts = [question for passage in self.passages for question in passage.questions]
        return rows, texts, [int(owner) for owner in self.layout.owners[rows]]


def _in_order(hit: tuple[int, float]) -> tuple[float, int]:
    """Best first; ties in order of position."""
    return -hit[1], hit[0]
