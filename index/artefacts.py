"""The files of a built index: their names, and what they hold, checked against manifest and corpus."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from corpus.load import Corpus
from corpus.types import Passage
from index.errors import IndexDamaged, IndexStale
from index.keywords import KeywordIndex
from index.manifest import Manifest, document_hashes
from index.settings import FieldWeights
from index.texts import Layout, passages_of_json
from index.types import Matrix
from index.vectors import KINDS, VectorIndex

PASSAGES = "passages.json"
VECTORS = "vectors.faiss"
SENTENCES = "sentences.npy"


@dataclass(frozen=True)
class Parts:
    """What the files hold; the fields are those of `Index`."""

    passages: tuple[Passage, ...]
    keywords: KeywordIndex
    vectors: VectorIndex
    sentences: Matrix


def read_parts(folder: Path, manifest: Manifest, corpus: Corpus, weights: FieldWeights) -> Parts:
    """What lies in `folder`, if all of it is as the manifest says and of this corpus.

    Raises IndexDamaged at the first file that is not, IndexStale if a document is another.
    """
    if manifest.documents != document_hashes(corpus):
        raise IndexStale(folder, "an index of these documents", "one of others")
    files = {name: _read(folder / name, digest) for name, digest in sorted(manifest.artefacts.items())}
    try:
        parts = Parts(
            passages=passages_of_json(files[PASSAGES], corpus),
            keywords=KeywordIndex.from_bytes(files, weights),
            vectors=KINDS[manifest.vectors].deserialize(files[VECTORS]),
            sentences=array_of(files[SENTENCES]),
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise IndexDamaged(folder, "files of one build", str(error)) from error
    _check_sizes(folder, parts)
    return parts


def array_bytes(array: Matrix) -> bytes:
    """An array as a .npy file, no pickle."""
    buffer = BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def array_of(data: bytes) -> Matrix:
    """The inverse. Raises ValueError."""
    array: Matrix = np.load(BytesIO(data), allow_pickle=False)
    return array


def _read(path: Path, expected: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexDamaged(path, "a file of the index", str(error.strerror)) from None
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise IndexDamaged(path, f"SHA-256 {expected[:12]}…", f"{found[:12]}… ({len(data):,} bytes)")
    return data


def _check_sizes(folder: Path, parts: Parts) -> None:
    """Raises IndexDamaged if the parts do not belong together."""
    layout = Layout.of(parts.passages)
    expected = (int(layout.starts[-1]), int(layout.sentence_starts[-1]), len(parts.passages))
    found = (len(parts.vectors), len(parts.sentences), parts.keywords.size)
    if expected != found:
        raise IndexDamaged(folder, f"vectors, sentences, passages {expected}", str(found))
