"""Search among vectors by inner product, on FAISS. The only file that imports it."""

from __future__ import annotations

import math
import os
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.types import Matrix, Vector

# FAISS and torch each bring an OpenMP runtime. Where the two differ (macOS) the second to load aborts the process
# unless this is set; one thread in FAISS then keeps their pools from meeting, and an HNSW build deterministic.
os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "TRUE")

import faiss

faiss.omp_set_num_threads(1)

Scores = NDArray[np.float32]
Ids = NDArray[np.int64]

CODED_FROM = 1_000
"""From so many vectors on, a scan of 8-bit codes comes first; fewer are scanned in full as fast."""
LARGEST, TINY = 127, 1e-30
"""The largest code, and the least that a vector's largest number is taken to be."""
BLOCK = 512
"""Vectors of which the codes are made at once."""
EXTRA = 16
"""Candidates fetched beyond half as many again as are wanted, which are enough for nearly every question."""
ROUNDING = 1e-6
"""What two sums of the same products may differ by, for vectors of length 1."""
HNSW_LINKS = 32
HNSW_BUILD_BREADTH = 200
HNSW_SEARCH_BREADTH = 128


class VectorIndex(Protocol):
    """Vectors in the order in which they were added, found by inner product."""

    def add(self, vectors: Matrix) -> None:
        """Append `vectors`, (n, dim)."""

    def search(self, vector: Vector, k: int) -> tuple[Scores, Ids]:
        """The `k` nearest to `vector`, best first: (scores, ids), each (min(k, len),)."""

    def vectors(self) -> Matrix:
        """All vectors as they were added, (n, dim)."""

    def serialize(self) -> bytes:
        """The whole index."""

    def __len__(self) -> int:
        """Number of vectors."""


class _Faiss:
    """What the two kinds share."""

    kind = ""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def deserialize(cls, data: bytes) -> Self:
        """From the bytes of `serialize`. Raises ValueError if FAISS cannot read them."""
        try:
            return cls(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))
        except RuntimeError as error:
            raise ValueError(str(error).strip().split("\n")[0]) from None

    def add(self, vectors: Matrix) -> None:
        """Append `vectors`, float32, (n, dim)."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, vector: Vector, k: int) -> tuple[Scores, Ids]:
        """The `k` nearest to `vector`, best first: (scores, ids), each (min(k, len),)."""
        k = min(k, len(self))
        if k == 0:  # which FAISS refuses
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        scores, ids = self._index.search(vector.reshape(1, -1), k)
        found = ids[0] >= 0
        return scores[0][found], ids[0][found]

    def vectors(self) -> Matrix:
        """All vectors as they were added, (n, dim)."""
        matrix: Matrix = self._index.reconstruct_n(0, len(self))
        return matrix

    def serialize(self) -> bytes:
        """The whole index, as FAISS writes it."""
        data: bytes = faiss.serialize_index(self._index).tobytes()
        return data

    def __len__(self) -> int:
        return int(self._index.ntotal)


class FlatIndex(_Faiss):
    """Exact. A scan of 8-bit codes finds the candidates, in a quarter of the memory; they are then scored in full."""

    kind = "flat"

    def __init__(self, index: Any) -> None:
        super().__init__(index)
        self._coded: _Coded | None = None

    def add(self, vectors: Matrix) -> None:
        """Append `vectors`, float32, (n, dim)."""
        super().add(vectors)
        self._coded = None

    def search(self, vector: Vector, k: int) -> tuple[Scores, Ids]:
        """The `k` nearest to `vector`, best first: (scores, ids), each (min(k, len),)."""
        if len(self) < CODED_FROM:
            return super().search(vector, k)
        self._coded = self._coded or _Coded(self.vectors())
        return self._coded.search(vector, min(k, len(self))) if self._coded.right else super().search(vector, k)

    @classmethod
    def of(cls, dimension: int) -> Self:
        """An empty index for vectors of that dimension."""
        return cls(faiss.IndexFlatIP(dimension))


class _Coded:
    """The vectors in full, and as whole numbers of 8 bits in FAISS, by which a query is multiplied as whole numbers.

    `error`: the longest difference between a vector and its code; `right`: whether FAISS multiplies codes as they are.
    `full`: float32, (n, dim).
    """

    def __init__(self, full: Matrix) -> None:
        self._full, self._scale = full, _scale(full)
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._codes = faiss.IndexScalarQuantizer(full.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        self.error = self._longest = 0.0
        for start in range(0, len(full), BLOCK):  # a copy of all would double the memory of a process for good
            block = full[start : start + BLOCK]
            codes = _whole(block, self._scale)
            self._codes.add(codes)
            self.error = max(self.error, float(np.linalg.norm(block - codes / self._scale, axis=1).max()))
            self._longest = max(self._longest, float(np.linalg.norm(block, axis=1).max()))
        first = _whole(full[:1], self._scale)
        scores, ids = self._codes.search(first, min(BLOCK, len(full)))
        as_they_are = np.array_equal(scores[0], _whole(full[ids[0]], self._scale) @ first[0])
        self.right = bool(np.isfinite(self.error)) and as_they_are

    def search(self, vector: Vector, k: int) -> tuple[Scores, Ids]:
        """The `k` nearest, exactly: none that was not fetched can be nearer than the last one kept."""
        scale = _scale(vector)
        code = _whole(vector, scale)
        lost = _length(vector - code / scale)
        # |vx - v'x'| <= |v| |x - x'| + |v - v'| |x'|
        slack = self.error * _length(vector) + (self._longest + self.error) * lost + ROUNDING
        reach = 3 * k // 2 + EXTRA
        while True:
            rough, ids = self._codes.search(code.reshape(1, -1), min(reach, len(self._full)))
            scores = self._full[ids[0]] @ vector
            order = np.argsort(-scores, kind="stable")[:k]
            all_seen = reach >= len(self._full) or k == 0
            if all_seen or scores[order[-1]] >= rough[0, -1] / (scale * self._scale) + slack:
                return scores[order], ids[0][order]
            reach *= 2


def _length(vector: Vector) -> float:
    """The Euclidean norm, in a third of the time that numpy's takes for a short vector."""
    return math.sqrt(float(vector @ vector))


def _scale(vectors: Matrix) -> float:
    """By what the vectors are multiplied, so that their largest number becomes the largest code."""
    return LARGEST / max(float(vectors.max()), -float(vectors.min()), TINY)


def _whole(vectors: Matrix, scale: float) -> Matrix:
    """Vectors times a factor, rounded to whole numbers of 8 bits."""
    codes: Matrix = np.rint(vectors * np.float32(scale))
    return codes


class HnswIndex(_Faiss):
    """A graph of near neighbours: approximate, and far faster than exact above some 50,000 vectors."""

    kind = "hnsw"

    @classmethod
    def of(cls, dimension: int) -> Self:
        """An empty index for vectors of that dimension."""
        index = faiss.IndexHNSWFlat(dimension, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = HNSW_BUILD_BREADTH
        index.hnsw.efSearch = HNSW_SEARCH_BREADTH
        return cls(index)


KINDS: dict[str, type[FlatIndex] | type[HnswIndex]] = {"flat": FlatIndex, "hnsw": HnswIndex}


def vector_index(vectors: Matrix, flat_limit: int) -> FlatIndex | HnswIndex:
    """An index over `vectors`, (n, dim): exact up to `flat_limit` of them."""
    kind = FlatIndex if len(vectors) <= flat_limit else HnswIndex
    index = kind.of(vectors.shape[1])
    index.add(vectors)
    return index
