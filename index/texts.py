"""Which texts of the passages are embedded, and where their vectors stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.load import Corpus
from corpus.markdown import FOOTNOTE
from corpus.passages import CountTokens, passages_of, prefix
from corpus.types import Passage, Span


@dataclass(frozen=True)
class Layout:
    """Where the vectors of the passages stand, passage by passage.

    Among the searched vectors each passage has its text's first, then its questions'. `starts` and
    `sentence_starts`: int64, (n_passages + 1,); those of passage `p` are at `starts[p]:starts[p + 1]`.
    """

    starts: NDArray[np.int64]
    sentence_starts: NDArray[np.int64]
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Layout:
        """The layout of these passages' vectors."""
        sizes = np.array([1 + len(passage.questions) for passage in passages], dtype=np.int64)
        sentences = np.array([len(passage.sentences) for passage in passages], dtype=np.int64)
        return cls(_starts(sizes), _starts(sentences), np.repeat(np.arange(len(passages)), sizes))


def cut(corpus: Corpus, count_tokens: CountTokens, window: int) -> tuple[Passage, ...]:
    """All passages of the corpus, documents in order of their ids."""
    documents = sorted(corpus.documents.values(), key=lambda document: document.id)
    return tuple(passage for document in documents for passage in passages_of(document, count_tokens, window))


def searched_texts(passages: Sequence[Passage]) -> Iterator[str]:
    """The texts that are searched, in the order of `Layout`: each passage with its heading, then its questions."""
    for passage in passages:
        yield prefix(passage.title, passage.heading) + plain(passage.text)
        yield from passage.questions


def sentence_texts(corpus: Corpus, passages: Sequence[Passage]) -> Iterator[str]:
    """Each sentence of each passage, alone. A sentence longer than a passage stands in several, whole in each."""
    for passage in passages:
        text = corpus.documents[passage.document].text
        yield from (plain(text[span.start : span.end]) for span in passage.sentences)


def plain(text: str) -> str:
    """The text without footnote marks, which mean nothing to an encoder."""
    return FOOTNOTE.sub("", text)


def passages_to_json(passages: Sequence[Passage]) -> bytes:
    """The passages as they were cut: cutting again would take a tokenizer's time at each start."""
    return json.dumps([asdict(passage) for passage in passages], ensure_ascii=False).encode("utf-8", "surrogatepass")


def passages_of_json(data: bytes, corpus: Corpus) -> tuple[Passage, ...]:
    """The inverse. Raises ValueError, KeyError or TypeError where they are not spans of the corpus's documents."""
    passages = []
    for row in json.loads(data.decode("utf-8", "surrogatepass")):
        text = corpus.documents[row["document"]].text
        if text[row["start"] : row["end"]] != row["text"]:
            raise ValueError(f"passage {row['id']} is not in its document")
        for name in ("topics", "questions"):
            row[name] = tuple(row[name])
        row["sentences"] = tuple(Span(*span) for span in row["sentences"])
        passages.append(Passage(**row))
    return tuple(passages)


def _starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
