"""How well passages are found: nDCG, recall and reciprocal rank with intervals, each stage against its ablation."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ranx import Qrels, Run, evaluate
from tqdm import tqdm

from answers import Nutrace
from evals.cases import Case
from index import FieldWeights, Index, Vector
from index.vectors import vector_index
from retriever.search import DEFAULTS, Searcher, SearchSettings
from retriever.types import Question

METRICS = ("ndcg@10", "recall@5", "recall@10", "mrr@10")
RESAMPLES = 2_000
DEPTH = 60

Ranking = Mapping[str, Sequence[str]]
"""Ids found, best first, by query."""
Relevant = Mapping[str, Mapping[str, int]]
"""Grades of relevant ids, by query."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched, its vector, the aspects wanted, and the ids of the passages that are right."""

    id: str
    question: Question
    vector: Vector
    aspects: tuple[str, ...]
    relevant: Mapping[str, int]


def measure(relevant: Relevant, ranking: Ranking) -> dict[str, dict[str, float]]:
    """Each metric's mean over the queries and its 95 % bootstrap interval."""
    qrels = Qrels({query: dict(grades) for query, grades in relevant.items()})
    run = Run({q: {id_: 1.0 / rank for rank, id_ in enumerate(ids, 1)} or {"": 0.0} for q, ids in ranking.items()})
    found = evaluate(qrels, run, list(METRICS), return_mean=False, make_comparable=True)
    if not isinstance(found, dict):
        raise TypeError(f"ranx.evaluate: expected a dictionary of {len(METRICS)} metrics, found {type(found).__name__}")
    return {metric: interval(np.asarray(values, dtype=np.float64)) for metric, values in found.items()}


def interval(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean, and the 2.5th and 97.5th percentile of the means of resamples; the same on every run."""
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), (2.5, 97.5))
    return {"mean": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def own_report(engine: Nutrace, cases: Sequence[Case]) -> dict[str, Any]:
    """Retrieval over the corpus itself: right is a passage of a document asked about, with an aspect expected."""
    queries = queries_of(engine, cases)
    if not queries:
        return {}
    relevant = {query.id: query.relevant for query in queries}
    runs = {}
    for name, index, settings in tqdm(_ablations(engine.index), desc="retrieval", file=sys.stderr):
        runs[name] = measure(relevant, _run(Searcher(index, settings), queries))
    return {"own passages": {"queries": len(queries), "runs": runs}}


def queries_of(engine: Nutrace, cases: Sequence[Case]) -> list[Query]:
    """The cases for which it is known which passages are right."""
    return [query for case in cases if (query := _query(engine, case))]


def without_question_vectors(index: Index) -> Index:
    """The index with the vectors of the passages' texts alone; BM25 stays as it is."""
    matrix = index.vectors.vectors()[index.layout.starts[:-1]]
    bare = tuple(replace(passage, questions=()) for passage in index.passages)
    return replace(index, passages=bare, vectors=vector_index(matrix, len(matrix)))


def without_question_words(index: Index) -> Index:
    """The index whose BM25 leaves the passages' questions out."""
    weights = replace(index.keywords.weights, questions=0.0)
    return replace(index, keywords=replace(index.keywords, weights=weights))


def without_fields(index: Index) -> Index:
    """The index whose BM25 looks at the passages' text alone."""
    weights = FieldWeights(title=0.0, heading=0.0, text=1.0, questions=0.0)
    return replace(index, keywords=replace(index.keywords, weights=weights))


def halves_of(settings: SearchSettings) -> dict[str, SearchSettings]:
    """Dense only, BM25 only, and the two fused, without understanding."""
    plain = replace(settings, topic=0.0, aspect=0.0, depth=DEPTH, shown=DEPTH)
    return {"dense": replace(plain, keyword=0.0), "BM25": replace(plain, dense=0.0), "fused": plain}


def _ablations(index: Index) -> list[tuple[str, Index, SearchSettings]]:
    """Each stage alone, then with the next: name, index, settings. The last of the first five is what is shipped."""
    halves = halves_of(DEFAULTS)
    shipped = replace(DEFAULTS, depth=DEPTH, shown=DEPTH)
    bare, wordless, textual = without_question_vectors(index), without_question_words(index), without_fields(index)
    return [
        ("dense only", index, halves["dense"]),
        ("BM25 only", index, halves["BM25"]),
        ("fused", index, halves["fused"]),
        ("fused + topic", index, replace(shipped, aspect=0.0)),
        ("fused + topic + aspect (shipped)", index, shipped),
        ("shipped, without question vectors", bare, shipped),
        ("shipped, without dense", index, replace(shipped, dense=0.0)),
        ("shipped, without BM25", index, replace(shipped, keyword=0.0)),
        ("dense only, without question vectors", bare, halves["dense"]),
        ("BM25 only, without question words", wordless, halves["BM25"]),
        ("BM25 only, text field alone", textual, halves["BM25"]),
    ]


def _run(searcher: Searcher, queries: Sequence[Query]) -> dict[str, list[str]]:
    return {q.id: [r.passage.id for r in searcher.search(q.question, q.vector, q.aspects)] for q in queries}


def _query(engine: Nutrace, case: Case) -> Query | None:
    """A case as a query; None where it names no document, or the document has no such section."""
    retriever = engine.retriever
    question = retriever.understand(case.message, case.history)
    passages = [p for p in engine.index.passages if p.document in case.asked and p.aspect in case.aspects]
    if not case.answerable or question.act != "ask" or question.parts or not passages:
        return None
    question = retriever.searched(question)
    vector = engine.index.encoder.encode_question(retriever.queries.of(question))
    aspects = retriever.gatherer.aspects(question)
    return Query(case.id, question, vector, aspects, {passage.id: 1 for passage in passages})
