"""Any BEIR folder (corpus.jsonl, queries.jsonl, qrels/test.tsv): its long documents cut to the encoder's window."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from answers import Nutrace
from corpus import NutraceError, Passage
from evals.retrieval import DEPTH, halves_of, measure
from index import Index, IndexSettings, building_encoder
from index.cache import embed
from index.keywords import build_keywords
from index.vectors import vector_index
from retriever import Question
from retriever.search import DEFAULTS, Searcher

SPECIAL_TOKENS = 2
OVERLAP = 0.25
"""The share of a chunk that stands in the next one too."""
REACH = 4
"""How many times more chunks than documents are read from a ranking."""


def beir_report(engine: Nutrace, folder: Path, root: Path) -> dict[str, Any]:
    """Dense only, BM25 only and fused over a BEIR folder; a document ranks as its best chunk. Vectors kept in `root`.

    Raises NutraceError where the folder is not of that format.
    """
    relevant = _relevant(folder)
    queries = {id_: row["text"] for id_, row in _rows(folder / "queries.jsonl") if id_ in relevant}
    index = chunk_index(engine, folder, root)
    vectors = {id_: index.encoder.encode_question(text) for id_, text in tqdm(queries.items(), file=sys.stderr)}
    runs = {}
    for name, settings in halves_of(DEFAULTS).items():
        searcher = Searcher(index, replace(settings, depth=REACH * DEPTH, shown=REACH * DEPTH))
        ranking = {}
        for id_, text in queries.items():
            found = searcher.search(Question(text, text), vectors[id_], ("overview",))
            ranking[id_] = list(dict.fromkeys(ranked.passage.document for ranked in found))
        runs[name] = measure({id_: relevant[id_] for id_ in queries}, ranking)
    return {folder.name: {"queries": len(queries), "chunks": len(index.passages), "runs": runs}}


def chunk_index(engine: Nutrace, folder: Path, root: Path) -> Index:
    """An index in memory over the chunks of a BEIR corpus, embedded by the engine's model as its own passages are."""
    encoder = engine.index.encoder
    cost = lru_cache(maxsize=None)(lambda word: encoder.count_tokens(word) - SPECIAL_TOKENS)
    chunks = [c for id_, row in _rows(folder / "corpus.jsonl") for c in _chunks(id_, row, encoder.window, cost)]
    matrix = embed([f"{c.title}\n{c.text}".strip() for c in chunks], building_encoder(encoder.model), root, _progress)
    keywords = build_keywords(chunks, IndexSettings())
    sentences = np.empty((0, encoder.dimension), dtype=np.float32)
    return Index(tuple(chunks), encoder, engine.index.manifest, keywords, vector_index(matrix, len(matrix)), sentences)


def _chunks(id_: str, row: dict[str, Any], window: int, cost: Callable[[str], int]) -> Iterator[Passage]:
    """A document cut into overlapping runs of words that fit the window with its title. `cost`: a text's tokens."""
    title, words = str(row.get("title", "")), str(row["text"]).split()
    room = window - SPECIAL_TOKENS - cost(title)
    start = 0
    while start < len(words) or start == 0:
        end, used = start, 0
        while end < len(words) and (used := used + cost(words[end])) <= room:
            end += 1
        end = max(end, start + 1)
        text = " ".join(words[start:end])
        yield Passage(f"{id_}#{start}", id_, title, "", "overview", "topic", (), (), 0, len(text), text, ())
        if end >= len(words):
            break
        start = max(end - int(OVERLAP * (end - start)), start + 1)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise NutraceError(f"{path}: expected a file of a BEIR folder, found {error.strerror}") from None
    for row in map(json.loads, filter(str.strip, lines)):
        yield str(row["_id"]), row


def _relevant(folder: Path) -> dict[str, dict[str, int]]:
    path = folder / "qrels" / "test.tsv"
    if not path.is_file():
        raise NutraceError(f"{path}: expected the judgements of a BEIR folder, found none")
    relevant: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for query, document, score in list(csv.reader(file, delimiter="\t"))[1:]:
            if int(score) > 0:
                relevant.setdefault(query, {})[document] = int(score)
    return relevant


def _progress(stage: str, done: int, total: int) -> None:
    if total:
        print(f"\r{stage} {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr)
