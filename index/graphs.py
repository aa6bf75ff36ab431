"""The ONNX graphs that encode questions: exported once a model, compared by value, shared by all builds."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from corpus.errors import ModelError
from index.encoder import Encoder
from index.files import replace_file
from index.manifest import Serving
from index.models import Model, file_sha256
from index.settings import IndexSettings
from index.types import Progress

FOLDER = "models"
TOLERANCE = 1e-5
"""Largest difference allowed between a number of a vector by torch and by ONNX Runtime: float32 has 7 digits."""

SAMPLES = ("magnesium", "Why do my eyelids twitch at night, and what should I eat?", "vitamin " * 400)


@runtime_checkable
class Exportable(Protocol):
    """An encoder that can give its transformer as an ONNX graph."""

    def graph(self) -> bytes:
        """The graph."""


def serving_of(encoder: Encoder, root: Path, settings: IndexSettings, progress: Progress) -> Serving:
    """How questions will be encoded; exports the graph below `root` where it is not there yet.

    Raises ModelError if ONNX Runtime was asked for and cannot serve, OSError if the graph cannot be written.
    """
    if encoder.model.is_onnx:
        return Serving("onnxruntime", "the weights are an ONNX graph")
    if settings.serving == "torch":
        return Serving("torch", "asked for")
    try:
        return _exported(encoder, root, progress)
    except _NotExported as error:
        if settings.serving == "onnxruntime":
            remedy = 'pip install onnxruntime, or set serving to "auto"'
            raise ModelError(f"{encoder.name}: expected serving by ONNX Runtime, found {error}; {remedy}") from error
        return Serving("torch", str(error))


def serves(serving: Serving, settings: IndexSettings) -> bool:
    """Whether an index with that serving can do what the settings ask for."""
    return settings.serving != "onnxruntime" or serving.backend == "onnxruntime"


def graph_is_sound(serving: Serving, root: Path) -> bool:
    """Whether the graph that the serving names is there as it was written."""
    try:
        return not serving.graph or file_sha256(root / serving.graph) == serving.sha256
    except OSError:
        return False


def graph_path(model: Model, serving: Serving, root: Path) -> Path:
    """The file that ONNX Runtime loads: the export, or the model's own weights."""
    return root / serving.graph if serving.graph else model.weights


class _NotExported(Exception):
    """Why torch will serve, in a few words."""


def _exported(encoder: Encoder, root: Path, progress: Progress) -> Serving:
    if importlib.util.find_spec("onnxruntime") is None:
        raise _NotExported("no ONNX Runtime installed")
    name = f"{FOLDER}/{encoder.fingerprint[:16]}.onnx"
    digest = _recorded(root / name)
    if digest is None:
        progress("exporting the model for ONNX Runtime", 0, 0)
        digest = _write(root / name, _graph(encoder))
    return Serving("onnxruntime", "", name, digest)


def _recorded(path: Path) -> str | None:
    """The SHA-256 of a graph written earlier, if it is still as written."""
    try:
        digest = str(json.loads(path.with_suffix(".json").read_bytes())["sha256"])
        return digest if file_sha256(path) == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, graph: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, graph)
    digest = file_sha256(path)
    replace_file(path.with_suffix(".json"), json.dumps({"sha256": digest}).encode())
    return digest


def _graph(encoder: Encoder) -> bytes:
    """The encoder's graph, once it has given the same vectors as the encoder itself."""
    from index.onnx_encoder import OnnxEncoder

    if not isinstance(encoder, Exportable):
        raise _NotExported(f"{type(encoder).__name__}, which exports no ONNX graph")
    try:
        graph = encoder.graph()
        served = OnnxEncoder(encoder.model, graph).encode(SAMPLES)
    except Exception as error:  # torch and ONNX Runtime raise many kinds; whichever it is, torch can serve
        reason = str(error).strip().split("\n")[0]
        raise _NotExported(f"a failed export ({type(error).__name__}: {reason})") from error
    difference = float(np.abs(served - encoder.encode(SAMPLES)).max())
    if difference > TOLERANCE:
        raise _NotExported(f"an export whose vectors differ by {difference:.1e}")
    return graph
