"""`python -m evals.calibrate`: fit the confidence on questions that are labelled, and choose its operating point.

The questions are the project's own and those of other writers that were blind once (`evals/others`). Those of
`evals/held_out` and of the files given to `make eval` are never fitted on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from tqdm import tqdm

from answers import Nutrace
from corpus.load import DEFAULT_CORPUS
from evals.abstention import COVERAGES, curve_point, roc_auc, sort_of, threshold_for
from evals.cases import Case
from evals.dialogues import Dialogue, all_dialogues
from evals.formats import read_cases
from evals.load import load_engine
from evals.report import percent, table
from evals.run import OTHERS, QUESTIONS, REPORTS
from index import Vector
from retriever.confidence import MODEL, SCOPE_REACH, WITH_SCOPE, WITHOUT_SCOPE, packed

COVERAGE = 0.965
"""The share of other writers' answerable questions that the operating point covers, before what is known of a question
lowers what it needs (`retriever/gate.py`). The project's own are written to be hard, and say less about people."""
REGION = DEFAULT_CORPUS / "vocabulary" / "region.yaml"
DIMENSIONS, GAMMA, REGULARITY = 64, 2.0, 1.0
"""Of the region: to how many dimensions vectors are brought down, and the kernel's width and the inverse penalty of its
support vector machine. Chosen out of fold; the results change little from 64 to 384, 1.5 to 4 and 0.5 to 3."""
SCOPE = "scope"
OWN, OTHER, FOLLOW_UP = "own", "others", "follow-up"
SHOWN = frozenset(("topics", "first_topic", "foods", "shows"))
"""Checks of a dialogue's turn that only an answer meets."""
STRENGTHS = np.logspace(-3, 2, 11)
"""Inverse strengths of the L2 penalty that cross-validation chooses among."""
FOLDS = 5
DIGITS = 4

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """Of each question its signals but the scope, (n, n_signals), and its vector, (n, dim).

    Then, (n,) each: whether it is answerable, its sort, half, 0 or 1, by its id's hash, and its source.
    """

    names: tuple[str, ...]
    signals: Array
    vectors: Array
    answerable: NDArray[np.bool_]
    sorts: NDArray[np.str_]
    half: NDArray[np.int64]
    source: NDArray[np.str_]

    def of(self, half: int) -> Data:
        """The rows of one half."""
        at = self.half == half
        kept = (x[at] for x in (self.signals, self.vectors, self.answerable, self.sorts, self.half, self.source))
        return Data(self.names, *kept)


@dataclass(frozen=True)
class Fitted:
    """Raw weights by signal and the intercept."""

    weights: Array
    intercept: float
    strength: float

    def scores(self, signals: Array) -> Array:
        """The probability of being answerable, (n,)."""
        scores: Array = 1.0 / (1.0 + np.exp(-(signals @ self.weights + self.intercept)))
        return scores


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, report, and write the model. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("--index", type=Path, help="folder of the built index; default: $NUTRACE_INDEX or index/built")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    parser.add_argument("--model", type=Path, default=MODEL, help="where the coefficients go")
    parser.add_argument("--region", type=Path, default=REGION, help="where the region of the scope goes")
    options = parser.parse_args(arguments)
    engine = load_engine(options.index)
    own, others = ([case for p in sorted(x.glob("*.jsonl")) for case in read_cases(p)] for x in (QUESTIONS, OTHERS))
    data = collect(engine, {OWN: own, OTHER: others, FOLLOW_UP: list(follow_ups(all_dialogues()))})
    report = halves(data) | {"all": fit_all(data, options.model)}
    _write_region(region(data), engine.index.encoder.fingerprint, options.region)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "calibration.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (options.out / "calibration.md").write_text(to_markdown(report), encoding="utf-8")
    print(f"wrote {options.model}, {options.region} and {options.out / 'calibration.md'}", file=sys.stderr)
    return 0


def follow_ups(dialogues: Iterable[Dialogue]) -> Iterator[Case]:
    """The turns after the first of scripted dialogues that say whether they get an answer."""
    for dialogue in dialogues:
        messages = [turn.message for turn in dialogue.turns]
        for number, turn in enumerate(dialogue.turns[1:], start=1):
            checks = dict(turn.checks)
            status = checks.get("status") or ("answered" if SHOWN & set(checks) else "")
            if status in ("answered", "no_answer"):
                id_ = f"{dialogue.file}-{dialogue.name}-{number}"
                history = tuple(messages[:number])
                yield Case(id_, FOLLOW_UP, turn.message, history, FOLLOW_UP, status == "answered", ())


def collect(engine: Nutrace, sources: Mapping[str, Sequence[Case]]) -> Data:
    """The signals of all cases that say whether they are answerable and that ask something."""
    names: tuple[str, ...] = ()
    rows, vectors, answerable, sorts, half, source = [], [], [], [], [], []
    cases = [(name, case) for name, found in sources.items() for case in found if case.answerable is not None]
    for name, case in tqdm(cases, desc="signals", file=sys.stderr):
        found = signals_of(engine, case)
        if found is not None:
            signals, vector = found
            names = tuple(signal for signal in signals if signal != SCOPE)
            rows.append([signals[signal] for signal in names])
            vectors.append(vector)
            answerable.append(bool(case.answerable))
            sorts.append(sort_of(case))
            half.append(hashlib.sha256(case.id.encode()).digest()[0] % 2)
            source.append(name)
    return Data(
        names,
        np.array(rows),
        np.array(vectors, dtype=np.float64),
        np.array(answerable),
        np.array(sorts),
        np.array(half),
        np.array(source),
    )


def signals_of(engine: Nutrace, case: Case) -> tuple[dict[str, float], Vector] | None:
    """The signals and the vector of a case; None where it asks nothing. Of several questions the nearest counts."""
    retriever = engine.retriever
    question = retriever.understand(case.message, case.history)
    found = []
    for part in question.parts or (question,):
        if part.act == "ask":
            searched = retriever.searched(part)
            vector = engine.index.encoder.encode_question(retriever.queries.of(searched))
            ranking = retriever.searcher.search(searched, vector, retriever.gatherer.aspects(searched))
            found.append((retriever.gate.signals(searched, ranking, vector), vector))
    return max(found, key=lambda pair: pair[0]["dense"]) if found else None


def region(data: Data) -> Pipeline:
    """Where the answerable questions lie among all question vectors; follow-ups are encoded in other words."""
    at = data.source != FOLLOW_UP
    return _kernel().fit(data.vectors[at], data.answerable[at])


def scoped(data: Data, model: Pipeline | None = None) -> Data:
    """The data with the scope as one more signal: out of fold, or by a region fitted on other questions."""
    if model is None:
        margin = np.zeros(len(data.answerable))
        for fitted, other in _folds().split(data.vectors, data.answerable):
            at = fitted[data.source[fitted] != FOLLOW_UP]
            region = _kernel().fit(data.vectors[at], data.answerable[at])
            margin[other] = region.decision_function(data.vectors[other])
    else:
        margin = model.decision_function(data.vectors)
    signal = (np.clip(margin, -SCOPE_REACH, SCOPE_REACH) + SCOPE_REACH) / (2 * SCOPE_REACH)
    return replace(data, names=(*data.names, SCOPE), signals=np.column_stack([data.signals, signal]))


def fit(data: Data) -> Fitted:
    """A logistic regression on standardised signals, its penalty by cross-validation, folded back to raw ones."""
    scaler = StandardScaler().fit(data.signals)
    model = LogisticRegressionCV(
        Cs=STRENGTHS, cv=_folds(), scoring="neg_log_loss", class_weight="balanced", max_iter=5000, l1_ratios=(0,),
        use_legacy_attributes=False,
    ).fit(scaler.transform(data.signals), data.answerable)  # fmt: skip
    weights = np.round(model.coef_[0] / scaler.scale_, DIGITS)
    intercept = float(model.intercept_[0] - (model.coef_[0] / scaler.scale_) @ scaler.mean_)
    return Fitted(weights, round(intercept, DIGITS), float(model.C_))


def out_of_fold(data: Data, strength: float) -> Array:
    """The probability of each row by a model that has not seen it, (n,)."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, class_weight="balanced", max_iter=5000))
    scores: Array = cross_val_predict(model, data.signals, data.answerable, cv=_folds(), method="predict_proba")[:, 1]
    return scores


def halves(data: Data) -> dict[str, Any]:
    """Fitted on one half, the threshold chosen there, reported on the other; with and without the scope."""
    fitting, other = data.of(0), data.of(1)
    where = region(fitting)
    report = {}
    for name, here, there in (
        ("other_half", scoped(fitting), scoped(other, where)), ("other_half_without_scope", fitting, other),
    ):  # fmt: skip
        model = fit(here)
        threshold = operating_point(out_of_fold(here, model.strength), here)
        report[name] = at_threshold(model.scores(there.signals), there, threshold)
    return report


def fit_all(data: Data, path: Path) -> dict[str, Any]:
    """Fitted on everything, with and without the scope, and written; thresholds are chosen on out-of-fold scores."""
    written, report = {}, {}
    for name, rows in ((WITHOUT_SCOPE, data), (WITH_SCOPE, scoped(data))):
        model = fit(rows)
        scores = out_of_fold(rows, model.strength)
        threshold = round(operating_point(scores, rows), DIGITS)
        written[name] = {
            "weights": dict(zip(rows.names, model.weights.tolist(), strict=True)),
            "intercept": model.intercept,
            "threshold": threshold,
            "chosen_by": f"evals.calibrate: {len(rows.answerable)} questions, L2 at C = {model.strength:g}, "
            f"{COVERAGE:.1%} of others' answerable covered out of fold",
        }
        report = at_threshold(scores, rows, threshold) | {"model": written[name]}
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return report


def operating_point(scores: Array, data: Data) -> float:
    """The threshold at which `COVERAGE` of the answerable questions of others is covered."""
    at = data.source == OTHER
    return threshold_for(scores[at], data.answerable[at], COVERAGE)


def _write_region(model: Pipeline, encoder: str, path: Path) -> None:
    projection, machine = model[0], model[1]
    arrays = {
        "axes": projection.components_,
        "shift": (projection.components_ @ projection.mean_)[None],
        "points": machine.support_vectors_,
        "weights": machine.dual_coef_,
    }
    lines = (
        "# Where the questions lie that this corpus answers, among the vectors of all questions: a support vector",
        "# machine (retriever/confidence.py, Scope). Fitted by `make calibrate` on evals/questions, evals/others; it",
        "# holds for one encoder. One byte a number, in base 64.",
        f"encoder: {encoder}",
        f"gamma: {GAMMA}",
        f"intercept: {float(machine.intercept_[0]):.{DIGITS}f}",
        *(f"{name}: {json.dumps(packed(np.asarray(array, dtype=np.float32)))}" for name, array in arrays.items()),
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _kernel() -> Pipeline:
    projection = PCA(DIMENSIONS, random_state=0)
    return make_pipeline(projection, SVC(C=REGULARITY, gamma=GAMMA, class_weight="balanced"))


def at_threshold(scores: Array, data: Data, threshold: float) -> dict[str, Any]:
    """Coverage, refusals by sort, the areas, and the curve."""
    sorts = sorted(set(data.sorts))
    return {
        "threshold": round(threshold, DIGITS),
        "rows": {sort: int((data.sorts == sort).sum()) for sort in sorts},
        "answered": {sort: round(float((scores[data.sorts == sort] >= threshold).mean()), DIGITS) for sort in sorts},
        "roc_auc": roc_auc(scores, data.answerable),
        "average_precision": round(float(average_precision_score(data.answerable, scores)), DIGITS),
        "curve": [curve_point(scores, data.answerable, data.sorts, coverage) for coverage in COVERAGES],
    }


def to_markdown(report: dict[str, Any]) -> str:
    """The report of a calibration."""
    titles = {
        "other_half": "Fitted on one half, reported on the other",
        "other_half_without_scope": "The same without the region of the scope",
        "all": "All questions, out of fold",
    }
    parts = ["# Calibration of the confidence"]
    for name, title in titles.items():
        found = report[name]
        rows = [(s, n, percent(found["answered"][s])) for s, n in found["rows"].items()]
        kinds = list(found["curve"][0]["refused"])
        curve = [
            (percent(p["coverage"]), p["threshold"], *(percent(p["refused"][kind]) for kind in kinds))
            for p in found["curve"]
        ]
        areas = (
            f"Threshold {found['threshold']}; ROC {found['roc_auc']}, average precision {found['average_precision']}."
        )
        parts += [f"## {title}", areas, table(("sort", "rows", "answered"), rows)]
        parts.append("Refused at a coverage:\n\n" + table(("coverage", "threshold", *kinds), curve))
    weights = sorted(report["all"]["model"]["weights"].items(), key=lambda item: -abs(item[1]))
    parts.append("## Weights\n\n" + table(("signal", "weight"), weights))
    return "\n\n".join(parts) + "\n"


def _folds() -> StratifiedKFold:
    return StratifiedKFold(FOLDS, shuffle=True, random_state=0)


if __name__ == "__main__":
    sys.exit(main())
