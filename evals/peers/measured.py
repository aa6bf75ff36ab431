"""What every peer is measured by: time to index, time to the first result of a new process, queries, memory.

Runs in the peer's own environment, so it needs the standard library alone. The job is a JSON file: `passages`
([{id, text}]), `questions` ([text]), `model` (folder of the encoder), `folder` (where the index is kept), `top`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

Search = Callable[[str], list[str]]


class Peer(Protocol):
    """A retrieval pipeline."""

    def load(self) -> None:
        """Load what embeds documents, where the constructor has not: it counts as no time to index."""

    def build(self, passages: list[dict[str, str]], folder: Path) -> None:
        """Embed and index the passages, and keep the index in `folder`."""

    def open(self, folder: Path, top: int) -> Search:
        """From what `build` kept: a function from a question to the ids of passages, best first."""


def main(make: Callable[[str], Peer]) -> None:
    """`python PEER.py index|query JOB STARTED`: prints one line of JSON. `STARTED`: wall time of its start."""
    phase, job_path, started = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    job: dict[str, Any] = json.loads(job_path.read_text(encoding="utf-8"))
    folder = Path(job["folder"])
    peer = make(job["model"])
    found = _index(peer, job, folder) if phase == "index" else _query(peer, job, folder, started)
    print("\n" + json.dumps(found))


def _index(peer: Peer, job: dict[str, Any], folder: Path) -> dict[str, Any]:
    peer.load()
    start = time.perf_counter()
    peer.build(job["passages"], folder)
    return {"index_seconds": time.perf_counter() - start, "index_peak_mb": memory("VmHWM")}


def _query(peer: Peer, job: dict[str, Any], folder: Path, started: float) -> dict[str, Any]:
    search = peer.open(folder, job["top"])
    first, *rest = job["questions"]
    rankings = [search(first)]
    cold = time.time() - started
    milliseconds = []
    for question in rest:
        start = time.perf_counter()
        rankings.append(search(question))
        milliseconds.append(1000 * (time.perf_counter() - start))
    return {"cold_seconds": cold, "milliseconds": milliseconds, "memory_mb": memory("VmRSS"), "rankings": rankings}


def memory(field: str) -> float:
    """Memory of this process in MB: "VmRSS" now, "VmHWM" at its highest; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), 0.0)
