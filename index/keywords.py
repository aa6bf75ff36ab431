"""BM25 over the fields of passages: scored by bm25s when built, summed by numpy when asked.

bm25s is not imported to search: each word's scores are a column of a sparse matrix, and a query adds a few columns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import numpy as np
import Stemmer
from numpy.typing import NDArray

from corpus.markdown import FOOTNOTE
from corpus.types import Passage
from index.settings import FieldWeights, IndexSettings
from index.types import Hit, best

FIELDS = ("title", "heading", "text", "questions")
METHOD = "lucene"
# One letter is a word here: "vitamin D" is not "vitamin".
_WORD = re.compile(r"\w+")
_STEMMER = "english"


class Words:
    """Text to stemmed words, stop words left out."""

    def __init__(self, stopwords: Sequence[str]) -> None:
        self._stopwords = frozenset(stopwords)
        self._stemmer = Stemmer.Stemmer(_STEMMER)

    def __call__(self, text: str) -> list[str]:
        """The words of `text`, lower-cased and stemmed, in order."""
        kept = [word for word in _WORD.findall(text.lower()) if word not in self._stopwords]
        stems: list[str] = self._stemmer.stemWords(kept)
        return stems


@dataclass(frozen=True, slots=True)
class Columns:
    """One field's scores, sparse, by word: those of word `w` are at `starts[w]:starts[w + 1]`.

    `scores`: float32 (float64 once merged). `positions`: int32, the passages, ascending within a word. `starts`: int64,
    (n_words + 1,).
    """

    scores: NDArray[np.float32] | NDArray[np.float64]
    positions: NDArray[np.int32]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class KeywordIndex:
    """BM25 scores of every word in every field of every passage."""

    vocabulary: Mapping[str, int]
    stopwords: tuple[str, ...]
    fields: Mapping[str, Columns]
    size: int
    weights: FieldWeights

    def search(self, query: str, k: int) -> list[Hit]:
        """The `k` best passages that share a word with the query; ties in order of position."""
        return [hit for hit in best(self.scores(query), k) if hit.score > 0]

    def scores(self, query: str) -> NDArray[np.float64]:
        """The score of every passage, float64, (n_passages,): a repeated word counts as often as it stands."""
        total = np.zeros(self.size)
        merged = self._merged
        for word in self._words(query):
            at = self.vocabulary.get(word)
            if at is not None:
                column = slice(merged.starts[at], merged.starts[at + 1])
                total[merged.positions[column]] += merged.scores[column]
        return total

    def knows(self, query: str) -> list[bool]:
        """For each word of the query that is no stop word: whether any passage has it."""
        return [word in self.vocabulary for word in self._words(query)]

    def stands_in(self, word: str, positions: Collection[int]) -> bool:
        """Whether a word stands in one of some passages, in any field. Stop words stand everywhere."""
        wanted, merged = set(positions), self._merged
        for stem in self._words(word):
            at = self.vocabulary.get(stem)
            holding = () if at is None else merged.positions[merged.starts[at] : merged.starts[at + 1]].tolist()
            if wanted.isdisjoint(holding):
                return False
        return True

    def to_bytes(self) -> dict[str, bytes]:
        """The files of the index, by name; no pickle in them."""
        arrays = {
            f"{field}_{part}": getattr(columns, part)
            for field, columns in self.fields.items()
            for part in Columns.__slots__
        }
        buffer = BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        words = {"size": self.size, "stopwords": self.stopwords, "vocabulary": list(self.vocabulary)}
        return {"keywords.npz": buffer.getvalue(), "keywords.json": json.dumps(words).encode()}

    @classmethod
    def from_bytes(cls, files: Mapping[str, bytes], weights: FieldWeights) -> KeywordIndex:
        """The inverse of `to_bytes`. Raises ValueError, KeyError or OSError if they are something else."""
        words = json.loads(files["keywords.json"])
        with np.load(BytesIO(files["keywords.npz"]), allow_pickle=False) as arrays:
            fields = {
                field: Columns(*(arrays[f"{field}_{part}"] for part in ("scores", "positions", "starts")))
                for field in FIELDS
            }
        vocabulary = {word: at for at, word in enumerate(words["vocabulary"])}
        return cls(vocabulary, tuple(words["stopwords"]), fields, words["size"], weights)

    @cached_property
    def _words(self) -> Words:
        return Words(self.stopwords)

    @cached_property
    def _merged(self) -> Columns:
        """All fields as one, weighted: what a query adds up."""
        return _merge([(self.fields[field], getattr(self.weights, field)) for field in FIELDS], self.size)


def build_keywords(passages: Sequence[Passage], settings: IndexSettings) -> KeywordIndex:
    """Score every word of every passage with bm25s."""
    from bm25s.stopwords import STOPWORDS_EN

    words = Words(STOPWORDS_EN)
    texts = {field: [words(field_text(passage, field)) for passage in passages] for field in FIELDS}
    vocabulary = {
        word: at for at, word in enumerate(sorted({word for rows in texts.values() for row in rows for word in row}))
    }
    fields = {field: _score(rows, vocabulary, settings) for field, rows in texts.items()}
    return KeywordIndex(vocabulary, tuple(STOPWORDS_EN), fields, len(passages), settings.weights)


def field_text(passage: Passage, field: str) -> str:
    """A field of the passage as it is searched: footnote marks left out of the text, questions joined by a blank."""
    if field == "questions":
        return " ".join(passage.questions)
    return FOOTNOTE.sub("", getattr(passage, field))


def _score(rows: list[list[str]], vocabulary: Mapping[str, int], settings: IndexSettings) -> Columns:
    """bm25s' scores of one field; its columns sorted by passage, so that equal input gives equal bytes."""
    import bm25s

    if not any(rows):
        return Columns(np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(len(vocabulary) + 1, np.int64))
    bm25 = bm25s.BM25(k1=settings.k1, b=settings.b, method=METHOD)
    ids = [[vocabulary[word] for word in row] for row in rows]
    bm25.index((ids, dict(vocabulary)), create_empty_token=False, show_progress=False)
    starts = np.asarray(bm25.scores["indptr"], dtype=np.int64)
    positions = np.asarray(bm25.scores["indices"], dtype=np.int32)
    order = np.lexsort((positions, np.repeat(np.arange(len(starts) - 1), np.diff(starts))))
    scores = np.asarray(bm25.scores["data"], dtype=np.float32)[order]
    return Columns(scores, positions[order], starts)


def _merge(parts: list[tuple[Columns, float]], size: int) -> Columns:
    """The weighted sum of sparse columns, float64 inside, in the order of the fields."""
    keys = [
        np.repeat(np.arange(len(columns.starts) - 1), np.diff(columns.starts)) * size + columns.positions
        for columns, _ in parts
    ]
    cells, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    weighted = np.concatenate([columns.scores.astype(np.float64) * weight for columns, weight in parts])
    sums = np.bincount(inverse, weights=weighted, minlength=len(cells))
    starts = np.searchsorted(cells, np.arange(len(parts[0][0].starts)) * size)
    return Columns(sums.astype(np.float64), (cells % max(size, 1)).astype(np.int32), starts.astype(np.int64))
