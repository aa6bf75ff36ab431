"""This project, measured as the others are: the same passages, model and fusion, nothing of the understanding."""

from __future__ import annotations

import json
from pathlib import Path

from corpus import Passage, load_corpus
from evals.peers.measured import Search, main
from index import IndexSettings, building_encoder, find_model, open_index
from index.keywords import build_keywords
from index.vectors import vector_index
from retriever import Question
from retriever.search import Searcher, SearchSettings

ROOT_FILE = "root.txt"
DEPTH = 60


class Own:
    """Builds vectors and keywords of the passages; opens the real index, which the root file names."""

    def __init__(self, model: str) -> None:
        self._model = model

    def load(self) -> None:
        """Torch, sentence-transformers and the model, which no query needs."""
        self._encoder = building_encoder(find_model(self._model))

    def build(self, passages: list[dict[str, str]], folder: Path) -> None:
        """Embed, index by vectors and words, and write both."""
        matrix = self._encoder.encode([passage["text"] for passage in passages])
        cut = [Passage(p["id"], p["id"], "", "", "", "", (), (), 0, 0, p["text"], ()) for p in passages]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vectors.faiss").write_bytes(vector_index(matrix, len(matrix)).serialize())
        for name, data in build_keywords(cut, IndexSettings()).to_bytes().items():
            (folder / name).write_bytes(data)

    def open(self, folder: Path, top: int) -> Search:
        """The real index, corpus included, searched by vectors and words alone."""
        root = Path(json.loads((folder / ROOT_FILE).read_text(encoding="utf-8")))
        index = open_index(load_corpus(), root)
        searcher = Searcher(index, SearchSettings(topic=0.0, aspect=0.0, depth=DEPTH, shown=top))

        def search(question: str) -> list[str]:
            vector = index.encoder.encode_question(question)
            return [
                ranked.passage.id for ranked in searcher.search(Question(question, question), vector, ("overview",))
            ]

        return search


if __name__ == "__main__":
    main(Own)
