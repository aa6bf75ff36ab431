"""Vectors kept by the content of their texts, so that changing one document embeds that document alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from index.encoder import Encoder
from index.files import replace_file
from index.types import Matrix, Progress

FOLDER = "cache"
KEEP_FACTOR = 2
"""The cache holds at most this many times the texts of the newest build; the longest unused go first."""


def embed(texts: Sequence[str], encoder: Encoder, root: Path, progress: Progress) -> Matrix:
    """Vectors of `texts`, (n, dim), in their order; only those not in the cache below `root` are encoded."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    known, rows = _read(folder, encoder)
    keys = [text_key(encoder.fingerprint, text) for text in texts]
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        fresh = encoder.encode(list(missing.values()), progress)
        known |= {key: len(rows) + at for at, key in enumerate(missing)}
        rows = np.concatenate([rows, fresh])
        _write(folder, encoder, list(dict.fromkeys(keys)), known, rows)
    return rows[[known[key] for key in keys]]


def text_key(fingerprint: str, text: str) -> str:
    """SHA-256 of a model's fingerprint and a text."""
    return hashlib.sha256(f"{fingerprint}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _read(folder: Path, encoder: Encoder) -> tuple[dict[str, int], Matrix]:
    """What is cached: the row of each key, and the rows. A cache that is not as written is no cache."""
    try:
        header = json.loads(_header(folder, encoder).read_bytes())
        data = _array(folder, encoder).read_bytes()
        if hashlib.sha256(data).hexdigest() != header["sha256"]:
            raise ValueError("altered")
        rows: Matrix = np.load(BytesIO(data), allow_pickle=False)
        keys = header["keys"]
        if rows.shape != (len(keys), encoder.dimension):
            raise ValueError("of another shape")
        return {key: at for at, key in enumerate(keys)}, rows
    except (OSError, ValueError, KeyError, TypeError):
        return {}, np.empty((0, encoder.dimension), dtype=np.float32)


def _write(folder: Path, encoder: Encoder, used: list[str], known: dict[str, int], rows: Matrix) -> None:
    """Keep the keys in use first, then the others, the last used first."""
    in_use = set(used)
    keys = (used + [key for key in known if key not in in_use])[: KEEP_FACTOR * len(used)]
    buffer = BytesIO()
    np.save(buffer, rows[[known[key] for key in keys]], allow_pickle=False)
    data = buffer.getvalue()
    replace_file(_array(folder, encoder), data)
    replace_file(
        _header(folder, encoder), json.dumps({"sha256": hashlib.sha256(data).hexdigest(), "keys": keys}).encode()
    )


def _array(folder: Path, encoder: Encoder) -> Path:
    return folder / f"{encoder.fingerprint[:16]}.npy"


def _header(folder: Path, encoder: Encoder) -> Path:
    return folder / f"{encoder.fingerprint[:16]}.json"
