"""What `ask`, `index` and `check` do. Each returns an exit code: 0 done, 1 refused; NutraceError passes through."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import BinaryIO

from ui.loading import Places, bar, load, shape_named


def ask(
    places: Places, message: str, history: Sequence[str] = (), locale: str | None = None,
    as_json: bool = False, timings: bool = False,
) -> int:  # fmt: skip
    """Print one reply, as Markdown or as data; with `timings`, also where the time went."""
    from answers import markdown
    from ui.batch import reply, times_shown
    from ui.requests import Request

    with bar() as progress:
        nutrace = load(places, progress)
    context = {"locale": locale} if locale else {}
    if as_json:
        shown = reply(nutrace, Request(None, message, tuple(history), context), timings)
        _out(json.dumps(shown, ensure_ascii=True, allow_nan=False))
        return 1 if "error" in shown else 0
    answer, times = nutrace.timed(message, history, context)
    _out(markdown(answer))
    if timings:
        _err(" · ".join(f"{name} {value:.1f} ms" for name, value in times_shown(times).items()))
    return 0


def batch(places: Places, source: BinaryIO, timings: bool = False) -> int:
    """Answer JSON Lines from `source`. Nothing but the rows goes to standard output, whoever else would write there."""
    from ui.batch import answer_lines

    target = sys.stdout.buffer
    with contextlib.redirect_stdout(sys.stderr):
        with bar() as progress:
            nutrace = load(places, progress)
        answer_lines(nutrace, source, target, timings)
    return 0


def index(places: Places) -> int:
    """Build the index, or say that it is there."""
    from corpus import load_corpus
    from corpus.load import DEFAULT_CORPUS
    from index import DEFAULT_ROOT, ensure_index

    began = perf_counter()
    corpus = load_corpus(places.corpus or DEFAULT_CORPUS)
    root = places.index or DEFAULT_ROOT
    with bar() as progress:
        built = ensure_index(corpus, root, progress=progress)
    _err(f"{built} in {root / built.manifest.recipe.key}, {perf_counter() - began:.1f} s")
    return 0


def check(places: Places) -> int:
    """Say whether corpus, index and model fit together, and what is wrong with the corpus."""
    from corpus import load_corpus
    from corpus.load import DEFAULT_CORPUS
    from index import DEFAULT_ROOT, IndexSettings, find_model, open_index

    corpus = load_corpus(places.corpus or DEFAULT_CORPUS)
    _out(f"corpus: {corpus}, {corpus.fingerprint[:16]}")
    with shape_named(corpus):
        findings = _findings(corpus)
    for finding in findings:
        _out(f"corpus: {finding}")
    model = find_model(IndexSettings().encoder)
    _out(f"model: {model.name}, {model.sha256[:16]}")
    built = open_index(corpus, places.index or DEFAULT_ROOT)
    _out(f"index: {built}, {built.manifest.recipe.key}")
    _out("corpus, index and model fit together" if not findings else f"{len(findings)} findings in the corpus")
    return 1 if findings else 0


def _findings(corpus: object) -> list[str]:
    """What the corpus's own checker finds, where there is one."""
    if importlib.util.find_spec("corpus.check") is None:
        return []
    return list(importlib.import_module("corpus.check").check_corpus(corpus))


def _out(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _err(text: str) -> None:
    sys.stderr.write(text + "\n")


def folder(text: str) -> Path:
    """A folder named on the command line."""
    return Path(text).expanduser()
