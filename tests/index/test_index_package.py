from __future__ import annotations

import ast
from pathlib import Path

import index

FOLDER = Path(index.__file__).parent
OURS = {"corpus", "index", "retriever", "answers", "ui", "app", "evals"}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found.add((node.module or "").split(".")[0])
    return found


def test_the_package_imports_only_what_stands_to_its_left() -> None:
    for path in FOLDER.rglob("*.py"):
        assert imports_of(path) & OURS <= {"corpus", "index"}, path


def test_nothing_is_pickled_or_printed() -> None:
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not imports_of(path) & {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}, path
        assert "allow_pickle=True" not in text
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"], path


def test_the_public_names() -> None:
    assert index.__all__ == sorted(index.__all__, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(index, name) for name in index.__all__)
    assert {"Hit", "Index", "IndexSettings", "build_index", "ensure_index", "open_index"} <= set(index.__all__)


def test_files_fit_in_the_head() -> None:
    for path in FOLDER.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path
