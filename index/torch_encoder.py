"""The encoder on sentence-transformers: builds the index, and serves where ONNX Runtime cannot."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from corpus.errors import ModelError
from index.encoder import Described
from index.models import OFFLINE_VARIABLE, Model
from index.types import Matrix, Progress, Vector, silent

BATCH = 16
"""Measured on two cores: with 32, padding and caches cost a tenth more."""
STAGE = "embedding"


class SentenceTransformerEncoder(Described):
    """A sentence-transformers model of a local folder. Importing torch waits for the first one made.

    `threads` fixes torch's; None leaves its default, which is the fastest and is meant for building.
    """

    backend = "torch"

    def __init__(self, model: Model, threads: int | None = None) -> None:
        super().__init__(model)
        self._transformer = _load(model, threads)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of `texts`, (len(texts), dimension), in batches of like length."""
        tell = progress or silent
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda at: (-len(texts[at]), texts[at]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._encode([texts[at] for at in batch])
            tell(STAGE, start + len(batch), len(order))
        return vectors

    def encode_question(self, text: str) -> Vector:
        """The vector of one question, (dimension,)."""
        self.encodings += 1
        vector: Vector = self._encode([self.model.prompt + text])[0]
        return vector

    def graph(self) -> bytes:
        """The model's transformer as an ONNX graph. Raises whatever torch raises."""
        from index.onnx_export import export

        return export(self._transformer)

    def _encode(self, texts: list[str]) -> Matrix:
        vectors: Matrix = self._transformer.encode(
            texts, batch_size=len(texts), prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def _load(model: Model, threads: int | None) -> Any:
    os.environ.setdefault(OFFLINE_VARIABLE, "1")
    if model.is_onnx:
        raise ModelError(f"{model.weights}: expected weights for torch, found an ONNX graph; serve it by onnxruntime")
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    if threads is not None:
        torch.set_num_threads(threads)
    library: Any = transformers  # its logging is untyped
    library.logging.disable_progress_bar()
    try:
        transformer = SentenceTransformer(str(model.folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).strip().split("\n")[0]
        raise ModelError(f"{model.folder}: expected a sentence-transformers model, found {reason}") from None
    transformer.max_seq_length = model.window
    found = transformer.get_embedding_dimension()
    if found != model.dimension:
        raise ModelError(f"{model.folder}: expected vectors of {model.dimension}, found {found}; name another model")
    return transformer.eval()
