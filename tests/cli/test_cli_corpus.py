"""A corpus whose vocabulary has another shape than the program reads is refused in one line, never with a traceback."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_support import ROOT, run

from answers import Nutrace
from corpus import CorpusError, load_corpus
from ui.loading import shape_named

VOCABULARY = [path.name for path in sorted((ROOT / "corpus" / "vocabulary").glob("*.yaml"))]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the real corpus, to be broken."""
    for part in ("documents", "tables", "vocabulary"):
        shutil.copytree(ROOT / "corpus" / part, tmp_path / part)
    return tmp_path


@pytest.mark.parametrize("name", VOCABULARY)
def test_a_vocabulary_of_another_shape_is_a_corpus_error(copy: Path, engine: Nutrace, name: str) -> None:
    for text in ("[]", "{}", "5", "- {}", "a: 1", "- 5", "{diets: 5, rules: 5, sets: 5, outside: 5, sexes: 5}"):
        (copy / "vocabulary" / name).write_text(text, encoding="utf-8")
        try:
            corpus = load_corpus(copy)
            with shape_named(corpus):
                Nutrace(corpus, engine.index)
        except CorpusError as error:
            assert len(str(error).splitlines()) == 1 and "expected vocabulary" in str(error)


def test_check_refuses_it_in_one_line(copy: Path) -> None:
    (copy / "vocabulary" / "diets.yaml").write_text("5", encoding="utf-8")
    done = run("check", "--corpus", str(copy))
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1 and "expected vocabulary and tables" in done.stderr.decode()
