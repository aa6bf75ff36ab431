"""txtai: hybrid embeddings (dense vectors in FAISS, BM25), as its documentation builds them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from evals.peers.measured import Search, main


class Txtai:
    """One `Embeddings` instance with `hybrid`."""

    def __init__(self, model: str) -> None:
        embeddings: Any = import_module("txtai").Embeddings
        self._embeddings = embeddings(path=model, hybrid=True, gpu=False, method="sentence-transformers")

    def load(self) -> None:
        """Nothing: `Embeddings` has loaded it."""

    def build(self, passages: list[dict[str, str]], folder: Path) -> None:
        """Index and save."""
        self._embeddings.index((passage["id"], passage["text"], None) for passage in passages)
        self._embeddings.save(str(folder))

    def open(self, folder: Path, top: int) -> Search:
        """Load and search."""
        self._embeddings.load(str(folder))
        return lambda question: [id_ for id_, _ in self._embeddings.search(question, top)]


if __name__ == "__main__":
    main(Txtai)
