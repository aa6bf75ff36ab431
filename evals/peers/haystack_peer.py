"""Haystack: an in-memory store with BM25 and embeddings, joined by reciprocal rank fusion."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from evals.peers.measured import Search, main

STORE = "store.json"


class Haystack:
    """The embedders on sentence-transformers, two retrievers and a joiner, called in the order of a pipeline."""

    def __init__(self, model: str) -> None:
        self._haystack: Any = import_module("haystack")
        self._components: Any = import_module("haystack.components.retrievers.in_memory")
        self._store: Any = import_module("haystack.document_stores.in_memory").InMemoryDocumentStore
        self._joiners: Any = import_module("haystack.components.joiners")
        embedders: Any = import_module("haystack_integrations.components.embedders.sentence_transformers")
        device = self._haystack.utils.ComponentDevice.from_str("cpu")
        options: dict[str, Any] = {"model": model, "device": device, "progress_bar": False}
        self._documents = embedders.SentenceTransformersDocumentEmbedder(**options)
        self._text = embedders.SentenceTransformersTextEmbedder(**options)

    def load(self) -> None:
        """The embedder of documents."""
        self._documents.warm_up()

    def build(self, passages: list[dict[str, str]], folder: Path) -> None:
        """Embed, write and save."""
        documents = [self._haystack.Document(id=passage["id"], content=passage["text"]) for passage in passages]
        store = self._store(embedding_similarity_function="cosine")
        store.write_documents(self._documents.run(documents)["documents"])
        folder.mkdir(parents=True, exist_ok=True)
        store.save_to_disk(str(folder / STORE))

    def open(self, folder: Path, top: int) -> Search:
        """Load the store and connect a pipeline."""
        store = self._store.load_from_disk(str(folder / STORE))
        pipeline = self._haystack.Pipeline()
        pipeline.add_component("embedder", self._text)
        pipeline.add_component("dense", self._components.InMemoryEmbeddingRetriever(store, top_k=top))
        pipeline.add_component("words", self._components.InMemoryBM25Retriever(store, top_k=top))
        joiner = self._joiners.DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=top)
        pipeline.add_component("joiner", joiner)
        pipeline.connect("embedder.embedding", "dense.query_embedding")
        pipeline.connect("dense", "joiner")
        pipeline.connect("words", "joiner")

        def search(question: str) -> list[str]:
            found = pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
            return [document.id for document in found["joiner"]["documents"]]

        return search


if __name__ == "__main__":
    main(Haystack)
