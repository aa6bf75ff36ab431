"""Load corpus and index, telling a person on standard error how far it is."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

if TYPE_CHECKING:
    from answers import Nutrace
    from corpus import Corpus
    from index import Progress


@dataclass(frozen=True, slots=True)
class Places:
    """Where the knowledge is and where its index goes; None: the folders of this repository."""

    corpus: Path | None = None
    index: Path | None = None


def load(places: Places, progress: Progress | None = None) -> Nutrace:
    """Everything, ready to answer. Builds the index where it is missing. Raises NutraceError."""
    from answers import Nutrace
    from corpus import load_corpus
    from corpus.load import DEFAULT_CORPUS
    from index import DEFAULT_ROOT, ensure_index

    with _held():
        corpus = load_corpus(places.corpus or DEFAULT_CORPUS)
        index = ensure_index(corpus, places.index or DEFAULT_ROOT, progress=progress)
        with shape_named(corpus):
            return Nutrace(corpus, index)


@contextmanager
def _held() -> Iterator[None]:
    """What is made inside stays for good, and the garbage collector never looks at it.

    It is some 400,000 objects: looking through them all stops a reply for a quarter of a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def shape_named(corpus: Corpus) -> Iterator[None]:
    """Inside it, a vocabulary or a table that lacks what the program reads there is a CorpusError, not a defect."""
    from corpus import CorpusError

    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        expected, found = "vocabulary and tables as corpus/README.md describes them", f"{type(error).__name__}: {error}"
        remedy = "compare them with those that Nutrace brings"
        raise CorpusError(corpus.root / "vocabulary", 1, expected, found, remedy) from error


@contextmanager
def bar() -> Iterator[Progress]:
    """A Progress that draws on standard error: a bar where the total is known, a line where it is not."""
    drawn: dict[str, tqdm[Any]] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if not total:
            tqdm.write(stage, file=sys.stderr)
            return
        if stage not in drawn:
            drawn[stage] = tqdm(total=total, desc=stage, file=sys.stderr, unit="text", dynamic_ncols=True)
        drawn[stage].update(done - drawn[stage].n)

    try:
        yield tell
    finally:
        for each in drawn.values():
            each.close()
