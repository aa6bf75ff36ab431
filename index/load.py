"""Open a built index, verified against corpus, model and its own manifest; build it where that fails."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from corpus.load import Corpus
from index.artefacts import read_parts
from index.build import build_index, builds
from index.encoder import Encoder
from index.errors import REMEDY, BuiltIndexError, IndexDamaged, IndexMissing, IndexStale
from index.graphs import graph_is_sound, graph_path, serves
from index.index import Index
from index.manifest import Manifest, Recipe, differences
from index.models import Model, find_model
from index.settings import IndexSettings
from index.types import Progress, silent

DEFAULT_ROOT = Path(__file__).parent / "built"
DEFAULTS = IndexSettings()


def open_index(corpus: Corpus, root: Path = DEFAULT_ROOT, settings: IndexSettings = DEFAULTS) -> Index:
    """The index of `corpus` below `root`. Reads only.

    Raises IndexMissing, IndexStale or IndexDamaged where it is not the one that corpus, model and settings ask for,
    and ModelError where the model itself is not as recorded.
    """
    model = find_model(settings.encoder, settings.allow_download)
    recipe = Recipe.of(corpus, model, settings)
    folder = root / recipe.key
    manifest = _manifest(folder, recipe, corpus, model, settings)
    if not graph_is_sound(manifest.serving, root):
        raise IndexDamaged(root / manifest.serving.graph, f"SHA-256 {manifest.serving.sha256[:12]}…", "another file")
    parts = read_parts(folder, manifest, corpus, settings.weights)
    return Index(
        passages=parts.passages,
        encoder=serving_encoder(model, manifest, root, settings),
        manifest=manifest,
        keywords=parts.keywords,
        vectors=parts.vectors,
        sentences=parts.sentences,
    )


def ensure_index(
    corpus: Corpus,
    root: Path = DEFAULT_ROOT,
    settings: IndexSettings = DEFAULTS,
    progress: Progress | None = None,
) -> Index:
    """The index of `corpus`, built first where it is missing, stale or damaged; `progress` is told why.

    Raises BuiltIndexError where it cannot be written, ModelError where the model is missing or altered.
    """
    try:
        return open_index(corpus, root, settings)
    except (IndexMissing, IndexStale, IndexDamaged) as error:
        (progress or silent)(str(error).replace(REMEDY, "building it"), 0, 0)
    model = find_model(settings.encoder, settings.allow_download)
    build_index(corpus, building_encoder(model, settings), root, progress, settings)
    return open_index(corpus, root, settings)


def building_encoder(model: Model, settings: IndexSettings = DEFAULTS) -> Encoder:
    """The encoder that embeds documents: sentence-transformers, or ONNX Runtime where the weights are a graph."""
    if model.is_onnx:
        from index.onnx_encoder import OnnxEncoder

        return OnnxEncoder(model, threads=settings.threads)
    from index.torch_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(model)


def serving_encoder(model: Model, manifest: Manifest, root: Path, settings: IndexSettings) -> Encoder:
    """The encoder that encodes questions: what settings and manifest say; torch where ONNX Runtime is gone."""
    wants_torch = settings.serving == "torch" and not model.is_onnx
    runtime = importlib.util.find_spec("onnxruntime") is not None
    if manifest.serving.backend == "onnxruntime" and not wants_torch and (runtime or model.is_onnx):
        from index.onnx_encoder import OnnxEncoder

        return OnnxEncoder(model, graph_path(model, manifest.serving, root), settings.threads)
    from index.torch_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(model, settings.threads)


def _manifest(folder: Path, recipe: Recipe, corpus: Corpus, model: Model, settings: IndexSettings) -> Manifest:
    """The manifest of the index wanted. Raises IndexMissing, IndexStale or IndexDamaged."""
    try:
        manifest = Manifest.read(folder)
    except IndexMissing as error:
        nearest = _nearest(folder.parent, corpus)
        if nearest is None:
            raise error from None
        found = "; ".join(differences(nearest, recipe, corpus, model))
        raise IndexStale(folder, "an index of this corpus and model", found) from None
    if manifest.recipe != recipe:
        raise IndexStale(folder, "the index its name says", "; ".join(differences(manifest, recipe, corpus, model)))
    if not serves(manifest.serving, settings):
        raise IndexStale(folder, "serving by ONNX Runtime", f"torch ({manifest.serving.reason})")
    return manifest


def _nearest(root: Path, corpus: Corpus) -> Manifest | None:
    """The readable build that shares most files with the corpus, the newest of them; None if it shares no document."""
    related = []
    for folder in builds(root):
        try:
            manifest = Manifest.read(folder)
        except BuiltIndexError:
            continue
        if manifest.documents.keys() & corpus.documents.keys():
            related.append(manifest)
    return max(related, key=lambda manifest: len(manifest.files.items() & corpus.files.items()), default=None)
