"""Run this project and its peers on the same job, each in processes and an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus import NutraceError
from tools.marked import ROOT

HERE = ROOT / "evals" / "peers"
TORCH = ROOT / "requirements-torch.txt"
COMMON = ("sentence-transformers==6.2.0", "transformers==5.23.0")
INSTALL_SECONDS = 900
RUN_SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class Peer:
    """A library: its name, the file that drives it, and what is installed for it, pinned; the first is the library."""

    name: str
    file: str
    packages: tuple[str, ...]

    @property
    def version(self) -> str:
        """Of the library itself."""
        return self.packages[0].partition("==")[2]


PEERS = (
    Peer("txtai", "txtai_peer.py", ("txtai==9.14.0", *COMMON)),
    Peer("Haystack", "haystack_peer.py", ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0", *COMMON)),
    Peer(
        "LlamaIndex",
        "llama_index_peer.py",
        (
            "llama-index-core==0.14.25",
            "llama-index-embeddings-huggingface==0.8.0",
            "llama-index-retrievers-bm25==0.8.0",
            *COMMON,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Job:
    """The same for all: passages ({id, text}), questions, the model's folder, results wanted, a folder to work in."""

    passages: list[dict[str, str]]
    questions: list[str]
    model: Path
    top: int
    folder: Path

    def write(self, name: str, model: str | None = None) -> Path:
        """The job as a file for one peer."""
        path = self.folder / f"{name}.json"
        job = {
            "passages": self.passages,
            "questions": self.questions,
            "model": model or str(self.model),
            "folder": str(self.folder / name),
            "top": self.top,
        }
        path.write_text(json.dumps(job), encoding="utf-8")
        return path


def run_own(job: Job, root: Path, model: str) -> dict[str, Any]:
    """This project's figures; its queries run over the real index below `root`."""
    path = job.write("own", model)
    found = _run(Path(sys.executable), "own_peer.py", "index", path)
    (job.folder / "own" / "root.txt").write_text(json.dumps(str(root.resolve())), encoding="utf-8")
    return _figures(found | _run(Path(sys.executable), "own_peer.py", "query", path))


def run_peer(peer: Peer, job: Job, venvs: Path | None) -> dict[str, Any]:
    """A peer's figures, or {"skipped": why}. Its environment is kept below `venvs`, or thrown away."""
    with tempfile.TemporaryDirectory(prefix="nutrace-venv-") as temporary:
        try:
            python = environment(peer, venvs or Path(temporary))
            path = job.write(peer.name)
            found = _run(python, peer.file, "index", path) | _run(python, peer.file, "query", path)
        except (subprocess.SubprocessError, NutraceError, OSError, ValueError) as error:
            return {"skipped": _last(getattr(error, "stderr", None) or str(error))}
    return _figures(found) | {"version": peer.version}


def environment(peer: Peer, folder: Path) -> Path:
    """The interpreter of the peer's own environment below `folder`, made and filled where it is not there."""
    home = folder / peer.name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "installed.txt"
    wanted = "\n".join(peer.packages)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(home, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for arguments in (["--no-deps", "--retries", "0", "-r", str(TORCH)], list(peer.packages)):
            subprocess.run([*pip, *arguments], check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _run(python: Path, file: str, phase: str, job: Path) -> dict[str, Any]:
    """One phase in a process of its own, without network look-ups of models. Raises NutraceError where it fails."""
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "HAYSTACK_TELEMETRY_ENABLED": "false"}
    process = subprocess.run(
        [str(python), str(HERE / file), phase, str(job), repr(time.time())],
        capture_output=True, text=True, timeout=RUN_SECONDS, cwd=job.parent,
        env={**os.environ, **quiet, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if process.returncode:
        raise NutraceError(f"{file} {phase}: expected exit code 0, found {process.returncode}: {_last(process.stderr)}")
    found = json.loads(process.stdout.strip().splitlines()[-1])
    if not isinstance(found, dict):
        raise ValueError(f"{file}: expected a JSON object as the last line, found {process.stdout[-80:]!r}")
    return found


def _figures(found: dict[str, Any]) -> dict[str, Any]:
    """Without the single times of the queries: their percentiles."""
    milliseconds = found.pop("milliseconds")
    percentiles = {f"p{q}": round(float(np.percentile(milliseconds, q)), 2) for q in (50, 95)}
    return {key: round(value, 2) if isinstance(value, float) else value for key, value in found.items()} | percentiles


def _last(said: str) -> str:
    """The last line that says something, short enough for a table."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and "WARNING" not in line]
    return (lines[-1] if lines else "no word of why")[:160].replace("|", "/")
