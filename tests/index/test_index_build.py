from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from index_support import FACTS, CountingEncoder, WriteCorpus, alter

from corpus import Corpus, NutraceError, load_corpus
from index import (
    BuiltIndexError,
    IndexMissing,
    IndexSettings,
    IndexStale,
    build_index,
    ensure_index,
    open_index,
)
from index.build import KEPT_BUILDS, builds

HERE = Path(__file__).parents[2]
KILLS = int(os.environ.get("NUTRACE_KILLS", "10"))
IRON = ["Iron is a metal.", *FACTS["iron"][1:]]

BUILD = """
import os, sys
from pathlib import Path
from corpus import NutraceError, load_corpus
from index import build_index, find_model
from index.onnx_encoder import OnnxEncoder
corpus, root, graph, limit, user = sys.argv[1:]
encoder = OnnxEncoder(find_model("all-MiniLM-L6-v2"), Path(graph))
corpus = load_corpus(Path(corpus))
if int(limit):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
if int(user):
    os.setuid(int(user))
print("building", flush=True)
try:
    print(build_index(corpus, encoder, Path(root)))
except NutraceError as error:
    sys.exit(f"{type(error).__name__} {error}")
"""


def start_build(corpus: Path, root: Path, limit: int = 0, user: int = 0) -> subprocess.Popen[str]:
    """A build in a process of its own, which embeds by ONNX Runtime (it starts faster); returns once it builds."""
    (graph,) = root.parent.glob("graph.onnx")
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, str(corpus), str(root), str(graph), str(limit), str(user)],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "building\n", process.communicate()[1]
    return process


@pytest.fixture
def root(root: Path) -> Path:
    """The seed's root, and beside it the graph that `start_build` takes."""
    (graph,) = root.glob("models/*.onnx")
    os.link(graph, root.parent / "graph.onnx")
    return root


def leftovers(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name.startswith(".building")]


def test_a_sound_index_is_kept(corpus: Corpus, root: Path, encoder: CountingEncoder) -> None:
    (folder,) = builds(root)
    before = {path.name: path.stat().st_ino for path in folder.iterdir()}
    assert build_index(corpus, encoder, root) == folder
    assert {path.name: path.stat().st_ino for path in folder.iterdir()} == before
    assert encoder.encoded == []


def test_the_folder_is_the_fingerprint_of_corpus_and_model(corpus: Corpus, root: Path) -> None:
    (folder,) = builds(root)
    assert folder.name == open_index(corpus, root).manifest.recipe.key
    assert len(folder.name) == 16
    assert int(folder.name, 16)


def test_only_what_changed_is_embedded(root: Path, write_corpus: WriteCorpus, encoder: CountingEncoder) -> None:
    build_index(load_corpus(write_corpus(iron=IRON)), encoder, root)
    # The passage with its heading, and its sentence; its questions and the other documents are as they were.
    assert sorted(encoder.encoded) == ["Iron is a metal.", "Iron. What it does. Iron is a metal."]


def test_going_back_embeds_nothing(root: Path, write_corpus: WriteCorpus, encoder: CountingEncoder) -> None:
    build_index(load_corpus(write_corpus(iron=IRON)), encoder, root)
    encoder.encoded = []
    for folder in builds(root):
        (folder / "manifest.json").unlink()
    build_index(load_corpus(write_corpus()), encoder, root)
    assert encoder.encoded == []


def test_a_text_that_stands_twice_is_embedded_once(
    tmp_path: Path, write_corpus: WriteCorpus, encoder: CountingEncoder
) -> None:
    same = ["Water is wet.", "Water is wet.", "Water is wet."]
    build_index(load_corpus(write_corpus(iron=same)), encoder, tmp_path / "b", settings=IndexSettings(serving="torch"))
    assert encoder.encoded.count("Water is wet.") == 1
    assert len(encoder.encoded) == len(set(encoder.encoded))


def test_the_vectors_are_the_same_whether_embedded_at_once_or_bit_by_bit(
    root: Path, tmp_path: Path, write_corpus: WriteCorpus, encoder: CountingEncoder
) -> None:
    changed, settings = load_corpus(write_corpus(iron=IRON)), IndexSettings(serving="torch")
    build_index(changed, encoder, root, settings=settings)
    build_index(changed, encoder, tmp_path / "whole", settings=settings)
    by_bits, whole = (open_index(changed, place, settings) for place in (root, tmp_path / "whole"))
    vector = encoder.encode_question("which foods hold iron?")
    for at in range(len(whole.passages)):
        assert by_bits.passage_score(vector, at) == pytest.approx(whole.passage_score(vector, at), abs=2e-6)


def test_the_same_corpus_gives_the_same_bytes(corpus: Corpus, tmp_path: Path, encoder: CountingEncoder) -> None:
    settings = IndexSettings(serving="torch")
    first, second = (build_index(corpus, encoder, tmp_path / name, settings=settings) for name in ("a", "b"))
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_old_builds_are_pruned(root: Path, write_corpus: WriteCorpus, encoder: CountingEncoder) -> None:
    folders = [
        build_index(load_corpus(write_corpus(iron=[f"Iron is number {n}.", *IRON[1:]])), encoder, root)
        for n in range(3)
    ]
    assert set(builds(root)) == set(folders[-KEPT_BUILDS:])


def test_progress_is_told(tmp_path: Path, corpus: Corpus, encoder: CountingEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    build_index(corpus, encoder, tmp_path / "b", lambda *step: told.append(step), IndexSettings(serving="torch"))
    embedded = [step for step in told if step[0] == "embedding"]
    assert embedded[-1][1] == embedded[-1][2] == len(encoder.encoded)
    assert [done for _, done, _ in embedded] == sorted({done for _, done, _ in embedded})


def test_a_build_that_fails_midway_leaves_the_old_index(
    corpus: Corpus, root: Path, write_corpus: WriteCorpus, encoder: CountingEncoder
) -> None:
    before = open_index(corpus, root)
    encoder.allowed = 1
    with pytest.raises(RuntimeError, match="the lights went out"):
        build_index(load_corpus(write_corpus("changed", iron=IRON)), encoder, root)
    assert repr(open_index(corpus, root)) == repr(before)
    assert leftovers(root) == []


def test_a_build_killed_at_any_moment_leaves_the_old_index(
    corpus: Corpus, root: Path, write_corpus: WriteCorpus
) -> None:
    chance = random.Random(KILLS)
    (old,) = builds(root)
    first = start_build(write_corpus("first", iron=IRON), root)
    started = time.monotonic()
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 0, errors
    longest = time.monotonic() - started
    unfinished = 0
    for number in range(KILLS):
        folder = write_corpus("changed", iron=[f"Iron is number {number}.", *IRON[1:]])
        os.utime(old)  # else the second build to succeed would prune it
        process = start_build(folder, root)
        time.sleep(chance.uniform(0, longest))
        process.kill()
        process.communicate()
        assert open_index(corpus, root).passages
        try:
            open_index(load_corpus(folder), root)
        except (IndexMissing, IndexStale):  # never damaged: it is there whole, or not at all
            unfinished += 1
    assert unfinished, "no kill came before the end of a build"
    assert ensure_index(load_corpus(folder), root).passages
    assert leftovers(root) == []


def test_builds_at_the_same_time_do_not_meet(root: Path, write_corpus: WriteCorpus) -> None:
    folder = write_corpus("changed", iron=IRON)
    processes = [start_build(folder, root) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert open_index(load_corpus(folder), root).passages
    assert leftovers(root) == []


@pytest.mark.parametrize("limit", [1_000, 20_000, 60_000])
def test_a_full_disk_is_a_clear_error(corpus: Corpus, root: Path, write_corpus: WriteCorpus, limit: int) -> None:
    folder = write_corpus("changed", **{name: [f"{name} is new {n}." for n in range(3)] for name in FACTS})
    process = start_build(folder, root, limit)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert "BuiltIndexError" in errors
    assert "expected a place to write the index, found File too large; free some space" in errors
    assert open_index(corpus, root).passages
    assert leftovers(root) == []


needs_mount = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can mount a disk")


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """Something mounted at `place`; skips where root may not mount, as in some containers."""
    if subprocess.run(["mount", *options, str(place)], check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@needs_mount
def test_a_disk_that_is_full_leaves_the_old_index(corpus: Corpus, root: Path, write_corpus: WriteCorpus) -> None:
    """A real disk, with room for the old index and a little more; the graph is a link to another one."""
    disk = root.parent / "disk"
    disk.mkdir()
    with mounted(disk, "-t", "tmpfs", "-o", "size=400k", "tmpfs"):
        small = shutil.copytree(root, disk / "built", ignore=shutil.ignore_patterns("*.onnx"))
        (graph,) = root.glob("models/*.onnx")
        os.symlink(graph, small / "models" / graph.name)
        os.symlink(graph, disk / "graph.onnx")
        process = start_build(
            write_corpus("large", **{name: [f"{name} {n}. " * 40 for n in range(3)] for name in FACTS}), small
        )
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 1, errors
        assert "BuiltIndexError" in errors and "No space left on device; free some space" in errors
        assert open_index(corpus, small).passages
        assert leftovers(small) == []


def test_a_read_only_folder_serves_but_cannot_be_built_in(root: Path, write_corpus: WriteCorpus) -> None:
    corpus, changed = load_corpus(write_corpus()), write_corpus("changed", iron=IRON)
    if os.getuid() == 0:
        pytest.skip("root may write anywhere; see the next test")
    root.chmod(0o555)
    try:
        assert open_index(corpus, root).passages
        with pytest.raises(BuiltIndexError, match="expected a place to write the index, found Permission denied"):
            ensure_index(load_corpus(changed), root)
    finally:
        root.chmod(0o755)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that another user can reach, which `tmp_path` is not."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become somebody else")
def test_somebody_without_the_right_to_write_is_told(open_to_all: Path, seed: tuple[Path, Path]) -> None:
    (open_to_all / "built").mkdir()
    os.symlink(next(seed[1].glob("models/*.onnx")), open_to_all / "graph.onnx")
    process = start_build(seed[0], open_to_all / "built", user=65534)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert "BuiltIndexError" in errors
    assert "expected a place to write the index, found Permission denied; free some space or allow writing" in errors


@needs_mount
def test_a_read_only_disk_serves_but_cannot_be_built_in(
    root: Path, write_corpus: WriteCorpus, encoder: CountingEncoder
) -> None:
    corpus, changed = load_corpus(write_corpus()), load_corpus(write_corpus("changed", iron=IRON))
    with mounted(root, "--bind", str(root)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(root)], check=True)
        assert ensure_index(corpus, root).passages
        with pytest.raises(BuiltIndexError, match="expected a place to write the index, found Read-only file system"):
            build_index(changed, encoder, root)
        assert open_index(corpus, root).passages


def test_a_root_that_is_a_file_is_a_clear_error(corpus: Corpus, tmp_path: Path, encoder: CountingEncoder) -> None:
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "built"):
        with pytest.raises(IndexMissing):
            open_index(corpus, root)
        with pytest.raises(BuiltIndexError, match="expected a place to write the index"):
            build_index(corpus, encoder, root)


def test_folders_may_have_any_name(tmp_path: Path, write_corpus: WriteCorpus, encoder: CountingEncoder) -> None:
    corpus = load_corpus(write_corpus("büro ✓"))
    root = tmp_path / "büro ✓" / "gebaut 鉄"
    build_index(corpus, encoder, root)
    assert open_index(corpus, root).encoder.backend == "onnxruntime"


def test_a_corpus_without_documents_has_an_index(tmp_path: Path, encoder: CountingEncoder) -> None:
    for part in ("documents", "tables"):
        (tmp_path / "empty" / part).mkdir(parents=True)
    (tmp_path / "empty" / "tables" / "schema.yaml").write_text("{}")
    corpus, settings = load_corpus(tmp_path / "empty"), IndexSettings(serving="torch")
    build_index(corpus, encoder, tmp_path / "built", settings=settings)
    index = open_index(corpus, tmp_path / "built", settings)
    vector = encoder.encode_question("iron")
    assert index.dense(vector, 3) == index.keyword("iron", 3) == []
    assert index.nearest_questions(vector, 3) == []
    assert index.passages == ()


def test_a_damaged_build_is_replaced_whole(corpus: Corpus, root: Path, encoder: CountingEncoder) -> None:
    (folder,) = builds(root)
    alter(folder / "vectors.faiss")
    assert build_index(corpus, encoder, root) == folder
    assert open_index(corpus, root).passages
    assert leftovers(root) == []


def test_every_error_is_one_for_a_person() -> None:
    assert issubclass(BuiltIndexError, NutraceError)
    assert all(issubclass(kind, BuiltIndexError) for kind in (IndexMissing, IndexStale))
