"""When to abstain: the risk-coverage curve of the confidence, its area, and what each coverage refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.cases import Case
from evals.scoring import Outcome, grouped, rate

COVERAGES = (0.90, 0.95, 0.97, 0.99)


def kind_of(outcome: Outcome) -> str:
    """The sort of an outcome's question."""
    return sort_of(outcome.case)


def sort_of(case: Case) -> str:
    """The sort of a question in the words of the issue: answerable, trap, near scope, out of scope."""
    if case.answerable:
        return "answerable"
    names = {"near": "near scope", "oos": "out of scope", "trap": "trap", "gold": "trap"}
    return {"consumer": "trap", "gold": "trap"}.get(case.kind) or names.get(case.id.split("-")[0], case.kind)


def abstention(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Coverage and refusals at the operating point, and the curve of the confidence; only cases that say count."""
    said = [outcome for outcome in outcomes if outcome.case.answerable is not None]
    if not said:
        return {}
    scores = np.array([confidence_of(outcome) for outcome in said])
    positive = np.array([bool(outcome.case.answerable) for outcome in said])
    kinds = np.array([kind_of(outcome) for outcome in said])
    return {
        "at_operating_point": {
            kind: {"rows": len(group), "answered": sum(outcome.status == "answered" for outcome in group)}
            for kind, group in grouped(said, kind_of).items()
        },
        "aurc": area(scores, positive),
        "roc_auc": roc_auc(scores, positive),
        "curve": [curve_point(scores, positive, kinds, coverage) for coverage in COVERAGES] if positive.any() else [],
        "risk_coverage": risk_coverage(scores, positive),
    }


def confidence_of(outcome: Outcome) -> float:
    """The confidence that decided; 0 where something else than the confidence kept the answer back."""
    return outcome.confidence if outcome.status in ("answered", "no_answer") else 0.0


def risk_coverage(scores: NDArray[np.float64], positive: NDArray[np.bool_], points: int = 20) -> list[dict[str, float]]:
    """Of the most confident share (coverage), the share that should not have been answered (risk)."""
    risks = _risks(scores, positive)
    at = np.unique(np.linspace(1, len(risks), points).round().astype(int))
    return [{"coverage": rate(int(n), len(risks)), "risk": round(float(risks[n - 1]), 4)} for n in at]


def area(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """The area under the risk-coverage curve: mean risk over all coverages; lower is better."""
    return round(float(_risks(scores, positive).mean()), 4)


def roc_auc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """How often an answerable question scores above another; ties count half. 0 where one sort is missing."""
    yes, no = scores[positive], scores[~positive]
    if not len(yes) or not len(no):
        return 0.0
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return round(float(above), 4)


def threshold_for(scores: NDArray[np.float64], positive: NDArray[np.bool_], coverage: float) -> float:
    """The highest threshold at which at least that share of the answerable is covered (score >= threshold)."""
    ordered = np.sort(scores[positive])[::-1]
    return float(ordered[max(int(np.ceil(coverage * len(ordered) - 1e-9)), 1) - 1])


def curve_point(
    scores: NDArray[np.float64], positive: NDArray[np.bool_], kinds: NDArray[np.str_], coverage: float
) -> dict[str, Any]:
    """What would be refused of each sort at the threshold of a coverage."""
    threshold = threshold_for(scores, positive, coverage)
    refused = {
        str(kind): rate(int((scores[kinds == kind] < threshold).sum()), int((kinds == kind).sum()))
        for kind in sorted(set(kinds[~positive]))
    }
    covered = rate(int((scores[positive] >= threshold).sum()), int(positive.sum()))
    return {"coverage": covered, "threshold": round(threshold, 4), "refused": refused}


def _risks(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Risk at each coverage 1/n … n/n; among equal scores the unanswerable come first, which flatters nobody."""
    order = np.lexsort((positive, -scores))
    risks: NDArray[np.float64] = np.cumsum(~positive[order]) / np.arange(1, len(order) + 1)
    return risks
