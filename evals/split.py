"""Where an answer's time goes, stage by stage, beside one torch encoding of the same question in the same run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, cast

import numpy as np
from tqdm import tqdm

from answers import Nutrace, data
from index import Encoder, IndexSettings, Vector
from index.torch_encoder import SentenceTransformerEncoder
from tools.marked import ROOT

STAGES = ("encoding", "understanding", "search", "composing", "verifying")
WARM_UP = 10
BLOCK = 25
"""Questions that are encoded by torch, then answered, before the next ones."""


class Clocked:
    """An encoder that adds up the seconds that its questions take; everything else is the encoder's."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.seconds = encoder, 0.0

    def encode_question(self, text: str) -> Vector:
        """The vector of one question."""
        start = perf_counter()
        vector = self._encoder.encode_question(text)
        self.seconds += perf_counter() - start
        return vector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)


def split(engine: Nutrace, questions: Sequence[str]) -> dict[str, Any]:
    """Milliseconds by stage at p50 and p95, and the ratio of all but the encoding to one torch encoding, of medians.

    A block of questions is encoded by torch, then answered, then the next: a program that serves holds no torch, and a
    torch encoding empties the processor's caches for whatever comes right after it. What that does to an answer is
    measured as well (`after_torch`).
    """
    clocked = cast(Encoder, Clocked(engine.index.encoder))
    timed = Nutrace(engine.corpus, replace(engine.index, encoder=clocked))
    torch = SentenceTransformerEncoder(engine.index.encoder.model, IndexSettings().threads)
    for question in questions[:WARM_UP]:
        torch.encode_question(question)
        timed.respond(question)
    times: dict[str, list[float]] = {name: [] for name in (*STAGES, "rendering", "torch encoding")}
    after_torch: list[float] = []
    for start_of_block in tqdm(range(0, len(questions), BLOCK), desc="split", file=sys.stderr):
        block = questions[start_of_block : start_of_block + BLOCK]
        times["torch encoding"] += [_milliseconds(torch.encode_question, question) for question in block]
        forget(timed)
        timed.respond(block[0])
        forget(timed)
        for question in block:
            answer, stages = timed.timed(question)
            for name in STAGES:
                times[name].append(stages[name])
            times["rendering"].append(_milliseconds(data, answer))
        forget(timed)
        for question in block:
            torch.encode_question(question)
            stages = timed.timed(question)[1]
            after_torch.append(sum(stages[name] for name in STAGES[1:]))
    rest = [sum(parts) for parts in zip(*(times[name] for name in STAGES[1:]), strict=True)]
    times["all but encoding"] = rest
    return {
        "questions": len(questions),
        "backend": engine.index.encoder.backend,
        "stages": {
            name: {"p50": _percentile(spent, 50), "p95": _percentile(spent, 95)} for name, spent in times.items()
        },
        "ratio": round(median(rest) / median(times["torch encoding"]), 3),
        "ratio_after_torch": round(median(after_torch) / median(times["torch encoding"]), 3),
    }


def _milliseconds(do: Callable[[Any], Any], given: Any) -> float:
    start = perf_counter()
    do(given)
    return 1000 * (perf_counter() - start)


def forget(engine: Nutrace) -> None:
    """Clear what is remembered by message, as for a message never seen. Words that were seen stay known."""
    retriever = engine.retriever
    for memory in (retriever.evidence, retriever._state, retriever.parser.parse, retriever.urgent.judge):
        memory.cache_clear()


MEASURE = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - start, usage.ru_maxrss)
"""
"""Runs a command from a small process: the highest memory of a child counts that of the one that started it, too."""


def cold_start(root: Path, question: str, runs: int = 3) -> dict[str, float]:
    """From the start of `app.py ask` to its end, best of some runs: seconds, and the memory at its highest in MB."""
    found = []
    command = [sys.executable, "app.py", "ask", "--index", str(root), question]
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", MEASURE, *command], cwd=ROOT, capture_output=True, check=True)
        code, spent, kilobytes = done.stdout.split()
        if int(code):
            raise RuntimeError(f"app.py ask: expected exit code 0, found {int(code)}; try it by hand")
        found.append((float(spent), int(kilobytes) / 1024))
    seconds, memory = min(found)
    return {"seconds": round(seconds, 2), "memory_mb": round(memory, 1)}


def _percentile(values: Sequence[float], q: float) -> float:
    return round(float(np.percentile(values, q)), 3)
