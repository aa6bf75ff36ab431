"""Export a sentence-transformers model's transformer as an ONNX graph. Only the build imports this file."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"
OPSET = 17
SAMPLE = "which foods are rich in magnesium?"


class _Transformer(torch.nn.Module):
    """Word pieces in, token vectors out; positional arguments, as tracing wants them."""

    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.inner(**dict(zip(INPUTS, inputs, strict=False))).last_hidden_state


def export(transformer: Any) -> bytes:
    """The graph. The same weights and versions give the same bytes. Raises what torch raises."""
    sample = transformer.tokenizer([SAMPLE], return_tensors="pt")
    names = [name for name in INPUTS if name in sample]
    axes = {name: {0: "batch", 1: "tokens"} for name in (*names, OUTPUT)}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The TorchScript exporter is deprecated, but needs no further package, and its result is compared by value.
        warnings.simplefilter("ignore")
        path = Path(folder) / "graph.onnx"
        torch.onnx.export(
            _Transformer(transformer[0].auto_model).eval(),
            tuple(sample[name] for name in names),
            path,
            input_names=names,
            output_names=[OUTPUT],
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        return path.read_bytes()
