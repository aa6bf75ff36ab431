"""LlamaIndex: a vector index and a BM25 retriever, fused by reciprocal rank."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from evals.peers.measured import Search, main

VECTORS, WORDS = "vectors", "words"


class LlamaIndex:
    """The default vector store, `BM25Retriever` and `QueryFusionRetriever` without query generation."""

    def __init__(self, model: str) -> None:
        self._core: Any = import_module("llama_index.core")
        self._schema: Any = import_module("llama_index.core.schema")
        self._bm25: Any = import_module("llama_index.retrievers.bm25").BM25Retriever
        self._retrievers: Any = import_module("llama_index.core.retrievers")
        embedding: Any = import_module("llama_index.embeddings.huggingface").HuggingFaceEmbedding
        self._embedding = embedding(model_name=model, device="cpu")
        self._llm: Any = import_module("llama_index.core.llms").MockLLM()

    def load(self) -> None:
        """Nothing: `HuggingFaceEmbedding` has loaded it."""

    def build(self, passages: list[dict[str, str]], folder: Path) -> None:
        """Embed, index by words, and persist both."""
        nodes = [self._schema.TextNode(id_=passage["id"], text=passage["text"]) for passage in passages]
        index = self._core.VectorStoreIndex(nodes, embed_model=self._embedding)
        index.storage_context.persist(str(folder / VECTORS))
        self._bm25.from_defaults(nodes=nodes, similarity_top_k=10).persist(str(folder / WORDS))

    def open(self, folder: Path, top: int) -> Search:
        """Load both and fuse them."""
        storage = self._core.StorageContext.from_defaults(persist_dir=str(folder / VECTORS))
        index = self._core.load_index_from_storage(storage, embed_model=self._embedding)
        words = self._bm25.from_persist_dir(str(folder / WORDS))
        fused = self._retrievers.QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=top), words],
            llm=self._llm,
            mode="reciprocal_rerank",
            similarity_top_k=top,
            num_queries=1,
            use_async=False,
        )
        return lambda question: [found.node.node_id for found in fused.retrieve(question)]


if __name__ == "__main__":
    main(LlamaIndex)
