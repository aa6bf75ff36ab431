"""Small corpora of their own, and one real model, exported once for the whole run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from index_support import FACTS, CountingEncoder, WriteCorpus, corpus_folder

from corpus import Corpus, load_corpus
from index import Index, IndexSettings, build_index, find_model, open_index
from index.models import Model


@pytest.fixture
def write_corpus(tmp_path: Path) -> WriteCorpus:
    """Writes a corpus folder: `write_corpus("name", magnesium=[…])` replaces the sentences of that document."""

    def write(name: str = "corpus", **changes: Sequence[str]) -> Path:
        return corpus_folder(tmp_path / name, {**FACTS, **changes})

    return write


@pytest.fixture(scope="session")
def model() -> Model:
    return find_model(IndexSettings().encoder)


@pytest.fixture(scope="session")
def loaded_encoder(model: Model) -> CountingEncoder:
    return CountingEncoder(model, threads=2)


@pytest.fixture
def encoder(loaded_encoder: CountingEncoder) -> CountingEncoder:
    """The torch encoder, its notes blank."""
    loaded_encoder.encoded, loaded_encoder.allowed = [], float("inf")
    return loaded_encoder


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory, loaded_encoder: CountingEncoder) -> tuple[Path, Path]:
    """A corpus and a root with its index, made once: (corpus folder, root). Not to be changed."""
    folder = tmp_path_factory.mktemp("seed")
    corpus_folder(folder / "corpus", dict(FACTS))
    loaded_encoder.encoded = []
    build_index(load_corpus(folder / "corpus"), loaded_encoder, folder / "built")
    return folder / "corpus", folder / "built"


@pytest.fixture
def root(tmp_path: Path, seed: tuple[Path, Path]) -> Path:
    """A copy of the seed's root, to be changed at will; the exported graph is a link until it is replaced."""
    return shutil.copytree(seed[1], tmp_path / "built", copy_function=_link_graphs)


@pytest.fixture
def corpus(write_corpus: WriteCorpus) -> Corpus:
    """The seed's corpus."""
    return load_corpus(write_corpus())


@pytest.fixture(scope="session")
def built(seed: tuple[Path, Path]) -> Index:
    """The seed's index, opened."""
    return open_index(load_corpus(seed[0]), seed[1])


def _link_graphs(source: str, target: str) -> None:
    if source.endswith(".onnx"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
