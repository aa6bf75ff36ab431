from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from index_support import FACTS, WriteCorpus, alter, corpus_folder, only_build

from corpus import Corpus, NutraceError, load_corpus
from index import (
    Index,
    IndexDamaged,
    IndexMissing,
    IndexSettings,
    IndexStale,
    ensure_index,
    find_model,
    open_index,
)
from index.manifest import Manifest, Recipe, _seal
from index.models import Model

ARTEFACTS = ["keywords.json", "keywords.npz", "passages.json", "sentences.npy", "vectors.faiss"]


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def alter_middle(path: Path) -> None:
    alter(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def assert_heals(corpus: Corpus, root: Path, expected: Index) -> None:
    told: list[str] = []
    healed = ensure_index(corpus, root, progress=lambda stage, done, total: told.append(stage))
    assert any("building it" in stage for stage in told)
    vector = healed.encoder.encode_question("muscle cramps")
    assert healed.dense(vector, 5) == expected.dense(vector, 5)
    assert repr(open_index(corpus, root)) == repr(expected)


def test_a_built_index_opens_and_equals_the_one_built_from(corpus: Corpus, root: Path, built: Index) -> None:
    opened = open_index(corpus, root)
    assert opened.passages == built.passages
    assert [p.text for p in opened.passages] == [
        corpus.documents[p.document].text[p.start : p.end] for p in opened.passages
    ]
    assert set(opened.manifest.artefacts) == set(ARTEFACTS)
    assert opened.manifest.documents == {name: each.sha256 for name, each in corpus.documents.items()}
    assert opened.manifest.serving.backend == "onnxruntime"


def test_opening_writes_nothing(corpus: Corpus, root: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    open_index(corpus, root)
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


def test_without_a_build_the_index_is_missing(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"expected a built index, found none; type: python app\.py index"):
        open_index(corpus, tmp_path / "nowhere")


def test_an_index_of_another_corpus_altogether_is_missing(tmp_path: Path, root: Path) -> None:
    with pytest.raises(IndexMissing):
        open_index(load_corpus(corpus_folder(tmp_path / "other", {"zinc": FACTS["iron"]})), root)


def test_a_changed_document_makes_it_stale(root: Path, write_corpus: WriteCorpus) -> None:
    changed = load_corpus(write_corpus(iron=["Iron is a metal.", *FACTS["iron"][1:]]))
    with pytest.raises(
        IndexStale, match=r"1 corpus file changed since: documents/iron\.md; type: python app\.py index"
    ):
        open_index(changed, root)
    healed = ensure_index(changed, root)
    assert any("Iron is a metal." in passage.text for passage in healed.passages)


def test_an_added_and_a_removed_document_make_it_stale(root: Path, write_corpus: WriteCorpus) -> None:
    folder = write_corpus(zinc=FACTS["iron"])
    (folder / "documents" / "iron.md").unlink()
    with pytest.raises(IndexStale, match=r"2 corpus files changed since: documents/iron\.md, …"):
        open_index(load_corpus(folder), root)


def test_another_chunker_makes_it_stale(
    corpus: Corpus, root: Path, built: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.passages.CHUNKER_VERSION", "99")
    with pytest.raises(IndexStale, match=r"chunker '99' expected, '.+' built"):
        open_index(corpus, root)
    assert_heals(corpus, root, built)


def test_another_format_makes_it_stale(
    corpus: Corpus, root: Path, built: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.manifest.FORMAT", 99)
    with pytest.raises(IndexStale, match="format 99 expected, 1 built"):
        open_index(corpus, root)
    assert_heals(corpus, root, built)


@pytest.mark.parametrize(
    ("settings", "name"),
    [(IndexSettings(k1=1.9), "k1 1.9"), (IndexSettings(b=0.1), "b 0.1"), (IndexSettings(flat_limit=5), "flat_limit 5")],
)
def test_other_settings_of_the_build_make_it_stale(
    corpus: Corpus, root: Path, settings: IndexSettings, name: str
) -> None:
    with pytest.raises(IndexStale, match=f"{name} expected, .* built"):
        open_index(corpus, root, settings)
    assert ensure_index(corpus, root, settings).manifest.recipe == Recipe.of(
        corpus, find_model("all-MiniLM-L6-v2"), settings
    )


def test_above_the_flat_limit_search_goes_through_hnsw(corpus: Corpus, root: Path, built: Index) -> None:
    approximate = ensure_index(corpus, root, IndexSettings(flat_limit=5))
    assert (built.manifest.vectors, approximate.manifest.vectors) == ("flat", "hnsw")
    vector = built.encoder.encode_question("muscle cramps")
    assert approximate.dense(vector, 3) == built.dense(vector, 3)
    scored = [[index.passage_score(vector, at) for at in range(len(index.passages))] for index in (approximate, built)]
    assert scored[0] == scored[1]


def test_other_weights_make_it_stale(corpus: Corpus, root: Path, model: Model, tmp_path: Path) -> None:
    folder = shutil.copytree(model.folder, tmp_path / "altered")
    alter(folder / "model.safetensors")
    with pytest.raises(IndexStale, match=r"model altered \(\w{8}\) expected, all-MiniLM-L6-v2 \(53aa5117\) built"):
        open_index(corpus, root, IndexSettings(encoder=str(folder)))


@pytest.mark.parametrize("name", ARTEFACTS)
@pytest.mark.parametrize("damage", [truncate, alter, alter_middle, empty, remove, make_folder])
def test_a_damaged_file_is_named(corpus: Corpus, root: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(only_build(root) / name)
    with pytest.raises(IndexDamaged, match=rf"{name}: expected .*, found .*; type: python app\.py index"):
        open_index(corpus, root)


@pytest.mark.parametrize("damage", [truncate, alter, alter_middle, empty, make_folder])
def test_a_damaged_manifest_is_named(corpus: Corpus, root: Path, damage: Callable[[Path], None]) -> None:
    damage(only_build(root) / "manifest.json")
    with pytest.raises(IndexDamaged, match=r"manifest\.json: expected a manifest .*; type: python app\.py index"):
        open_index(corpus, root)


@pytest.mark.parametrize("text", ["no JSON", "[]", "{}", "null", "[" * 100_000, '{"seal": 1}'])
def test_a_manifest_that_is_none_is_named(corpus: Corpus, root: Path, text: str) -> None:
    (only_build(root) / "manifest.json").write_text(text)
    with pytest.raises(IndexDamaged, match="expected a manifest"):
        open_index(corpus, root)


def test_any_altered_byte_of_the_manifest_is_noticed(corpus: Corpus, root: Path) -> None:
    path = only_build(root) / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 97):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(NutraceError):
            Manifest.read(path.parent)


def test_swapped_files_are_noticed(corpus: Corpus, root: Path, built: Index) -> None:
    folder = only_build(root)
    os.rename(folder / "sentences.npy", folder / "aside")
    os.rename(folder / "vectors.faiss", folder / "sentences.npy")
    os.rename(folder / "aside", folder / "vectors.faiss")
    with pytest.raises(IndexDamaged):
        open_index(corpus, root)
    assert_heals(corpus, root, built)


def test_an_index_moved_to_anothers_place_is_noticed(root: Path, write_corpus: WriteCorpus, model: Model) -> None:
    changed = load_corpus(write_corpus(iron=["Iron is a metal.", *FACTS["iron"][1:]]))
    os.rename(only_build(root), root / Recipe.of(changed, model, IndexSettings()).key)
    with pytest.raises(IndexStale, match=r"documents/iron\.md"):
        open_index(changed, root)


def test_files_of_another_build_are_noticed_even_with_their_hashes(root: Path, write_corpus: WriteCorpus) -> None:
    """A manifest that was made to fit: the parts still have to belong together."""
    changed = load_corpus(write_corpus(iron=["Iron is a metal. Steel holds iron.", *FACTS["iron"][1:]]))
    old = only_build(root)
    new = root / ensure_index(changed, root).manifest.recipe.key
    shutil.copy(old / "sentences.npy", new / "sentences.npy")
    body = json.loads((new / "manifest.json").read_text())
    body["artefacts"]["sentences.npy"] = json.loads((old / "manifest.json").read_text())["artefacts"]["sentences.npy"]
    body.pop("seal")
    (new / "manifest.json").write_text(json.dumps({**body, "seal": _seal(body)}))
    with pytest.raises(IndexDamaged, match="vectors, sentences, passages"):
        open_index(changed, root)
    assert ensure_index(changed, root).sentences.shape == (10, 384)


def test_a_document_edited_while_the_corpus_was_read_is_noticed(
    corpus: Corpus, root: Path, write_corpus: WriteCorpus
) -> None:
    """Its text is the old one, the hash among the corpus's files the new one."""
    torn = replace(load_corpus(write_corpus(iron=["Iron is a metal.", *FACTS["iron"][1:]])), files=corpus.files)
    with pytest.raises(IndexStale, match="expected an index of these documents, found one of others"):
        open_index(torn, root)
    assert any("Iron is a metal." in passage.text for passage in ensure_index(torn, root).passages)
    assert not any("Iron is a metal." in passage.text for passage in ensure_index(corpus, root).passages)


@pytest.mark.parametrize("damage", [truncate, alter, remove])
def test_a_damaged_graph_is_noticed_and_exported_again(
    corpus: Corpus, root: Path, built: Index, damage: Callable[[Path], None]
) -> None:
    (graph,) = root.glob("models/*.onnx")
    shutil.copy(graph, copy := graph.with_suffix(".copy"))
    os.replace(copy, graph)
    damage(graph)
    with pytest.raises(IndexDamaged, match=r"\.onnx: expected SHA-256"):
        open_index(corpus, root)
    if damage is alter:  # an export takes a while: once is enough
        assert_heals(corpus, root, built)


@pytest.mark.parametrize("name", ["vectors.faiss", "manifest.json"])
def test_a_damaged_index_is_built_anew(corpus: Corpus, root: Path, built: Index, name: str) -> None:
    truncate(only_build(root) / name)
    assert_heals(corpus, root, built)


def test_a_damaged_cache_is_not_believed(root: Path, write_corpus: WriteCorpus, built: Index) -> None:
    for cache in root.glob("cache/*.npy"):
        alter_middle(cache)
    shutil.rmtree(only_build(root))
    assert_heals(load_corpus(write_corpus()), root, built)
