"""What turns text into vectors. Two ways, the same vectors: sentence-transformers and ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from index.models import Model
from index.tokens import WordPieces
from index.types import Matrix, Progress, Vector


@runtime_checkable
class Encoder(Protocol):
    """Text in, L2-normalised float32 out.

    `encode` is for what is indexed and may batch; `encode_question` takes one at a time, with the model's query
    prompt, because the size of a batch changes the last bits. `encodings` counts the questions encoded.
    """

    encodings: int

    @property
    def model(self) -> Model:
        """The files and the shape of the model."""

    @property
    def backend(self) -> str:
        """What runs the model: "torch" or "onnxruntime"."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def window(self) -> int:
        """Longest input in tokens, special tokens included; what is longer is cut."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of weights, dimension, window, pooling and prompt: the same for both backends."""

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text, special tokens included, not cut at the window."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of `texts`, (len(texts), dimension), in their order."""

    def encode_question(self, text: str) -> Vector:
        """The vector of one question, (dimension,)."""


class Described:
    """What both encoders say of their model, and how they count tokens."""

    def __init__(self, model: Model) -> None:
        self.encodings = 0
        self.model = model
        self.pieces = WordPieces(model)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.model.dimension

    @property
    def window(self) -> int:
        """Longest input in tokens, special tokens included."""
        return self.model.window

    @property
    def fingerprint(self) -> str:
        """SHA-256 of weights, dimension, window, pooling and prompt."""
        return self.model.fingerprint

    def count_tokens(self, text: str) -> int:
        """Tokens of the whole text, special tokens included, not cut at the window."""
        return self.pieces.count(text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, dimension {self.dimension}, window {self.window})"
