"""Build an index: cut, embed what is new, write to a temporary folder, swap in whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from filelock import FileLock, Timeout

from corpus.load import Corpus
from index.artefacts import PASSAGES, SENTENCES, VECTORS, array_bytes, read_parts
from index.cache import embed
from index.encoder import Encoder
from index.errors import BuiltIndexError
from index.files import TEMPORARY, new_folder, sweep, write_file, writing
from index.graphs import graph_is_sound, serves, serving_of
from index.keywords import build_keywords
from index.manifest import MANIFEST, EncoderRecord, Manifest, Recipe, document_hashes
from index.settings import IndexSettings
from index.texts import cut, passages_to_json, searched_texts, sentence_texts
from index.types import Progress, silent
from index.vectors import vector_index

KEPT_BUILDS = 2
LOCK = ".lock"
DEFAULTS = IndexSettings()


def build_index(
    corpus: Corpus,
    encoder: Encoder,
    root: Path,
    progress: Progress | None = None,
    settings: IndexSettings = DEFAULTS,
) -> Path:
    """Build the index of `corpus` below `root` and return its folder; one that is there and sound is kept.

    Builds wait for each other. Whatever happens in between, the indexes that were there stay as they were.
    Raises BuiltIndexError where the disk refuses, and what the encoder raises.
    """
    tell = progress or silent
    recipe = Recipe.of(corpus, encoder.model, settings)
    target = root / recipe.key
    with writing(root), _lock(root, tell):
        sweep(root)
        if not _is_sound(target, recipe, corpus, settings):
            _build(corpus, encoder, target, recipe, settings, tell)
        target.touch()
        _prune(root, target)
    return target


def builds(root: Path) -> list[Path]:
    """The folders of built indexes below `root`, newest first."""
    folders = [path.parent for path in root.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(TEMPORARY)]
    return sorted(folders, key=lambda folder: (-_modified(folder), folder.name))


def _build(
    corpus: Corpus, encoder: Encoder, target: Path, recipe: Recipe, settings: IndexSettings, tell: Progress
) -> None:
    """Make all artefacts, then the folder."""
    root = target.parent
    tell("cutting passages", 0, 0)
    passages = cut(corpus, encoder.count_tokens, encoder.window)
    searched, sentences = list(searched_texts(passages)), list(sentence_texts(corpus, passages))
    matrix = embed([*searched, *sentences], encoder, root, tell)
    tell("indexing", 0, 0)
    vectors = vector_index(matrix[: len(searched)], settings.flat_limit)
    keywords = build_keywords(passages, settings)
    artefacts = {
        PASSAGES: passages_to_json(passages),
        VECTORS: vectors.serialize(),
        SENTENCES: array_bytes(matrix[len(searched) :]),
        **keywords.to_bytes(),
    }
    manifest = Manifest(
        recipe=recipe,
        encoder=EncoderRecord.of(encoder.model),
        serving=serving_of(encoder, root, settings, tell),
        vectors=vectors.kind,
        files=dict(corpus.files),
        documents=document_hashes(corpus),
        counts={
            "documents": len(corpus.documents),
            "passages": len(passages),
            "questions": len(searched) - len(passages),
            "sentences": len(sentences),
            "words": len(keywords.vocabulary),
        },
        artefacts={name: sha256(data).hexdigest() for name, data in artefacts.items()},
    )
    with new_folder(target) as folder:
        for name, data in artefacts.items():
            write_file(folder / name, data)
        write_file(folder / MANIFEST, manifest.to_json())


@contextmanager
def _lock(root: Path, tell: Progress) -> Iterator[None]:
    """One build at a time below `root`. The system lets go of the lock of a process that was killed."""
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        tell("waiting for another build", 0, 0)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _modified(folder: Path) -> int:
    """When it was last built or kept, in nanoseconds; 0 if another process has just pruned it."""
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _is_sound(target: Path, recipe: Recipe, corpus: Corpus, settings: IndexSettings) -> bool:
    """Whether the index wanted is there already, whole."""
    try:
        manifest = Manifest.read(target)
        read_parts(target, manifest, corpus, settings.weights)
    except BuiltIndexError:
        return False
    serving = manifest.serving
    return manifest.recipe == recipe and serves(serving, settings) and graph_is_sound(serving, target.parent)


def _prune(root: Path, kept: Path) -> None:
    """Keep the newest builds, `kept` among them."""
    for folder in [folder for folder in builds(root) if folder != kept][KEPT_BUILDS - 1 :]:
        rmtree(folder, ignore_errors=True)
