"""The manifest: what an index was built from and what its files are, so that it cannot lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from corpus import passages
from corpus.load import Corpus
from index.errors import IndexDamaged, IndexMissing
from index.models import Model
from index.settings import IndexSettings

FORMAT = 1
"""Version of the files' layout. Another one makes every built index stale."""

MANIFEST = "manifest.json"
_SEAL = "seal"
_KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what an index holds. `key` names its folder."""

    format: int
    chunker: str
    corpus: str
    model: str
    k1: float
    b: float
    flat_limit: int

    @classmethod
    def of(cls, corpus: Corpus, model: Model, settings: IndexSettings) -> Recipe:
        """The recipe that an index of this corpus by this model and these settings follows."""
        return cls(
            format=FORMAT,
            chunker=passages.CHUNKER_VERSION,
            corpus=corpus.fingerprint,
            model=model.fingerprint,
            k1=settings.k1,
            b=settings.b,
            flat_limit=settings.flat_limit,
        )

    @property
    def key(self) -> str:
        """Short hexadecimal fingerprint."""
        return hashlib.sha256(_canonical(asdict(self))).hexdigest()[:_KEY_DIGITS]


@dataclass(frozen=True, slots=True)
class EncoderRecord:
    """The encoder that made the vectors, by name and by hash."""

    name: str
    fingerprint: str
    weights_sha256: str
    dimension: int
    window: int
    pooling: str
    prompt: str

    @classmethod
    def of(cls, model: Model) -> EncoderRecord:
        """What the manifest keeps of a model."""
        return cls(
            name=model.name,
            fingerprint=model.fingerprint,
            weights_sha256=model.sha256,
            dimension=model.dimension,
            window=model.window,
            pooling=model.pooling,
            prompt=model.prompt,
        )


@dataclass(frozen=True, slots=True)
class Serving:
    """How questions are encoded: "onnxruntime" by the graph `graph` of that SHA-256, or "torch", and why.

    `graph` is a path below the root of the built indexes; empty where the model's weights are a graph already.
    """

    backend: str
    reason: str = ""
    graph: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What lies on disk.

    `files` maps the corpus's files, `documents` the documents' ids, `artefacts` the index's files, each to a SHA-256;
    `vectors` is the kind of the vector index; `counts` says how many documents, passages, questions, sentences and
    words there are.
    """

    recipe: Recipe
    encoder: EncoderRecord
    serving: Serving
    vectors: str
    files: Mapping[str, str]
    documents: Mapping[str, str]
    counts: Mapping[str, int]
    artefacts: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Manifest({self.recipe.key}, {dict(self.counts)}, {self.encoder.name!r}, {self.serving.backend!r})"

    def to_json(self) -> bytes:
        """JSON, sorted, with a seal: the SHA-256 of all the rest."""
        body = asdict(self)
        return json.dumps({**body, _SEAL: _seal(body)}, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in `folder`. Raises IndexMissing if there is none, IndexDamaged if it is not as written."""
        path = folder / MANIFEST
        try:
            body = json.loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(folder, "a built index", "none") from None
        except OSError as error:
            raise IndexDamaged(path, "a manifest that can be read", str(error.strerror)) from None
        except (ValueError, RecursionError):
            raise IndexDamaged(path, "a manifest in JSON", "something else") from None
        if not isinstance(body, dict) or body.pop(_SEAL, None) != _seal(body):
            raise IndexDamaged(path, "a manifest as it was written", "one that was altered")
        return cls._of_json(path, body)

    @classmethod
    def _of_json(cls, path: Path, body: dict[str, Any]) -> Manifest:
        wanted = {field.name for field in fields(cls)}
        try:
            nested = {
                "recipe": Recipe(**body["recipe"]),
                "encoder": EncoderRecord(**body["encoder"]),
                "serving": Serving(**body["serving"]),
            }
            return cls(**{name: body[name] for name in wanted} | nested)
        except (KeyError, TypeError):
            found = f"format {(body.get('recipe') or {}).get('format')!r}"
            raise IndexDamaged(path, f"a manifest of format {FORMAT}", found) from None


def document_hashes(corpus: Corpus) -> dict[str, str]:
    """The SHA-256 of each document as it was read, by id."""
    return {document.id: document.sha256 for document in corpus.documents.values()}


def differences(built: Manifest, wanted: Recipe, corpus: Corpus, model: Model) -> list[str]:
    """In what an index differs from the one wanted, each as "expected …, found …" in a few words; [] if in nothing."""
    found = [
        f"{name} {getattr(wanted, name)!r} expected, {getattr(built.recipe, name)!r} built"
        for name in ("format", "chunker", "k1", "b", "flat_limit")
        if getattr(wanted, name) != getattr(built.recipe, name)
    ]
    if wanted.model != built.recipe.model:
        theirs = built.encoder
        found.append(
            f"model {model.name} ({model.sha256[:8]}) expected, {theirs.name} ({theirs.weights_sha256[:8]}) built"
        )
    if wanted.corpus != built.recipe.corpus:
        found.append(_changed_files(built.files, corpus.files))
    return found


def _changed_files(built: Mapping[str, str], now: Mapping[str, str]) -> str:
    names = sorted(name for name in {*built, *now} if built.get(name) != now.get(name))
    return f"{len(names)} corpus file{'s' * (len(names) != 1)} changed since: {names[0]}{', …' * (len(names) > 1)}"


def _seal(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
