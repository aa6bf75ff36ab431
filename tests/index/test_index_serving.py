from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from index_support import only_build

from corpus import Corpus
from index import (
    Index,
    IndexSettings,
    IndexStale,
    ensure_index,
    open_index,
)

HERE = Path(__file__).parents[2]


def test_torch_serves_where_it_is_asked_to(corpus: Corpus, root: Path, built: Index) -> None:
    index = open_index(corpus, root, IndexSettings(serving="torch"))
    assert index.encoder.backend == "torch"
    expected = built.encoder.encode_question("iron")
    np.testing.assert_allclose(index.encoder.encode_question("iron"), expected, atol=1e-5)


def test_torch_serves_where_onnx_runtime_is_gone(corpus: Corpus, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert open_index(corpus, root).encoder.backend == "torch"


def test_without_onnx_runtime_at_the_build_the_manifest_says_why_torch_serves(
    corpus: Corpus, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(only_build(root))
    shutil.rmtree(root / "models")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "onnxruntime", None)
        index = ensure_index(corpus, root)
    assert (index.manifest.serving.backend, index.manifest.serving.reason) == ("torch", "no ONNX Runtime installed")
    with pytest.raises(
        IndexStale, match=r"expected serving by ONNX Runtime, found torch \(no ONNX Runtime installed\)"
    ):
        open_index(corpus, root, IndexSettings(serving="onnxruntime"))
    assert ensure_index(corpus, root, IndexSettings(serving="onnxruntime")).encoder.backend == "onnxruntime"


def test_two_processes_give_the_same_bytes(seed: tuple[Path, Path]) -> None:
    code = """
import sys
from pathlib import Path
from corpus import load_corpus
from index import open_index
index = open_index(load_corpus(Path(sys.argv[1])), Path(sys.argv[2]))
for question in ("why do my muscles twitch?", "iron", "vitamin d"):
    vector = index.encoder.encode_question(question)
    print(vector.tobytes().hex())
    print(index.dense(vector, 9), index.keyword(question, 9), index.sentence_scores(vector, 1))
    print(index.nearest_questions(vector, 5))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, *map(str, seed)],
            cwd=HERE,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert len(runs[0]) > 1000
    assert runs[0] == runs[1]
