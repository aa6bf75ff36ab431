"""The choices of the index, in one place, with named defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Serving = Literal["auto", "torch", "onnxruntime"]


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """How much a word counts for BM25 in each field of a passage. Applied at load: changing them needs no rebuild."""

    title: float = 1.0
    heading: float = 1.0
    text: float = 1.0
    questions: float = 1.0


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """`encoder`: "all-MiniLM-L6-v2", "bge-small-en-v1.5", a folder, or a hub name.

    `serving`: what encodes questions; "auto" takes ONNX Runtime where it is there and the export succeeded.
    `threads`: of one question's encoding; fixed, because another number adds in another order.
    `k1`, `b`: of BM25, Lucene's variant. `flat_limit`: vectors up to which the search is exact (FAISS flat).
    """

    encoder: str = "all-MiniLM-L6-v2"
    allow_download: bool = False
    serving: Serving = "auto"
    threads: int = 2
    weights: FieldWeights = field(default_factory=FieldWeights)
    k1: float = 1.2
    b: float = 0.75
    flat_limit: int = 50_000
