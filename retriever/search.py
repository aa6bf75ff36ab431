"""Hybrid search: FAISS and BM25 and what was understood, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus import Passage
from index import Index, Vector
from retriever.text import spelled_out
from retriever.types import Question, Ranked

SENTENCES_OF = 4
"""Of how many passages the best sentence is scored."""
RRF_K = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Weights of the ranked lists that are fused; 0 leaves one out. `depth`: how far down each list is read."""

    dense: float = 1.0
    keyword: float = 0.6
    topic: float = 2.0
    aspect: float = 1.0
    depth: int = 30
    shown: int = 12


DEFAULTS = SearchSettings()


class Searcher:
    """Ranks passages for a question."""

    def __init__(self, index: Index, settings: SearchSettings = DEFAULTS) -> None:
        self.index, self.settings = index, settings
        self._by_document: dict[str, list[int]] = {}
        self._aspects = [passage.aspect for passage in index.passages]
        for position, passage in enumerate(index.passages):
            self._by_document.setdefault(passage.document, []).append(position)

    def search(self, question: Question, vector: Vector, aspects: Sequence[str]) -> tuple[Ranked, ...]:
        """The passages in order of their fused score. `aspects`: the wanted one first, then those that may stand in."""
        settings = self.settings
        dense = self.index.dense(vector, settings.depth) if settings.dense else []
        keyword = self.index.keyword(spelled_out(question.text), settings.depth) if settings.keyword else []
        lists = [
            (settings.dense, [hit.position for hit in dense]),
            (settings.keyword, [hit.position for hit in keyword]),
        ]
        dense_of, keyword_of = dict(dense), dict(keyword)
        if question.subjects:
            lists += self._understood(question, aspects, dense_of)
        found = self._fused(lists)[: settings.shown]
        for position, _ in found:
            if position not in dense_of:
                dense_of[position] = self.index.passage_score(vector, position)
        return tuple(
            Ranked(
                self.index.passages[p],
                score,
                dense_of.get(p, 0.0),
                keyword_of.get(p, 0.0),
                self.index.sentence_score(vector, p) if rank < SENTENCES_OF else 0.0,
            )
            for rank, (p, score) in enumerate(found)
        )

    def _fused(self, lists: Sequence[tuple[float, Sequence[int]]]) -> list[tuple[int, float]]:
        """Positions and scores by weighted reciprocal rank, best first; ties stand in order of position."""
        total: dict[int, float] = {}
        for weight, positions in lists:
            for rank, position in enumerate(positions, RRF_K + 1):
                total[position] = total.get(position, 0.0) + weight / rank
        rounded = [(position, round(score, 9)) for position, score in total.items()]
        return sorted(rounded, key=lambda found: (-found[1], found[0]))

    def _understood(
        self, question: Question, aspects: Sequence[str], dense_of: dict[int, float]
    ) -> list[tuple[float, list[int]]]:
        """Two lists: passages of the documents named, and of these the ones of the aspect asked for."""
        place = {aspect: at for at, aspect in reversed([*enumerate(aspects)])}
        named = {p for subject in question.subjects for p in self._by_document.get(subject, ())}
        last = len(aspects)
        keys = sorted((place.get(self._aspects[p], last), -dense_of.get(p, 0.0), p) for p in named)
        exact = [p for at, _, p in keys if at == 0]
        return [(self.settings.topic, [p for _, _, p in keys]), (self.settings.aspect, exact)]

    def aspect_scores(
        self, subjects: Sequence[str], vector: Vector, asks: Callable[[str], bool] = lambda _: True
    ) -> dict[str, float]:
        """For each aspect of some documents how near one of the questions that its sections list is to `vector`.

        `asks`: which of these questions count.
        """
        best: dict[str, float] = {}
        for position in (p for subject in subjects for p in self._by_document.get(subject, ())):
            aspect = self.index.passages[position].aspect
            best[aspect] = max(best.get(aspect, 0.0), self.index.question_score(vector, position, asks))
        return best

    def passages_of(self, document: str, aspect: str | None = None) -> tuple[Passage, ...]:
        """A document's passages, of one aspect if one is given, in its order."""
        passages = (self.index.passages[position] for position in self._by_document.get(document, ()))
        return tuple(passage for passage in passages if aspect is None or passage.aspect == aspect)
