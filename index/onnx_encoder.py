"""The encoder on ONNX Runtime: a quarter of torch's time for a question, and no torch in the process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import ModelError
from index.encoder import Described
from index.models import Model
from index.types import Matrix, Progress, Vector, silent

STAGE = "embedding"


class OnnxEncoder(Described):
    """A transformer as an ONNX graph; pooling and normalisation are done here, in float32.

    `graph` is the export of the model's weights, or those weights where they are an ONNX graph.
    """

    backend = "onnxruntime"

    def __init__(self, model: Model, graph: Path | bytes | None = None, threads: int = 2) -> None:
        super().__init__(model)
        self._session = _session(graph or model.weights, threads)
        self._inputs = {node.name for node in self._session.get_inputs()}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of `texts`, (len(texts), dimension), one at a time, so that a text's vector hangs on it alone."""
        tell = progress or silent
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for at, text in enumerate(texts):
            vectors[at] = self._encode(text)
            tell(STAGE, at + 1, len(texts))
        return vectors

    def encode_question(self, text: str) -> Vector:
        """The vector of one question, (dimension,)."""
        self.encodings += 1
        return self._encode(self.model.prompt + text)

    def _encode(self, text: str) -> Vector:
        ids = np.array([self.pieces.ids(text)], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (hidden, *_) = self._session.run(None, {name: feed[name] for name in self._inputs})
        pooled = hidden[0, 0] if self.model.pooling == "cls" else hidden[0].mean(axis=0)
        vector: Vector = pooled / max(float(np.linalg.norm(pooled)), 1e-12)
        return vector.astype(np.float32, copy=False)


def _session(graph: Path | bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads that spin take the cores from whoever else needs them: on 2 busy cores they doubled the time.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        source = graph if isinstance(graph, bytes) else str(graph)
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library raises its own RuntimeErrors, one class for each status
        reason = str(error).strip().split("\n")[0]
        where = "the export" if isinstance(graph, bytes) else graph
        raise ModelError(f"{where}: expected an ONNX graph, found {reason}; type: python app.py index") from None
