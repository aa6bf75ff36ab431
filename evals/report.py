"""A report as Markdown, from its JSON. No question text in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

NOT_SHOWN = ("raises nothing", "status")
"""Checks that say nothing beside the others."""
SHOWN = ("ndcg@10", "recall@10")
"""Metrics of retrieval that the README shows."""


def to_markdown(report: dict[str, Any]) -> str:
    """The whole report."""
    parts = [f"# Evaluation\n\n{report['index']}, {report['made']}."]
    parts += [_set(name, found) for name, found in report["sets"].items()]
    if report.get("abstention"):
        parts.append(_abstention(report["abstention"]))
    for title, found in report.get("retrieval", {}).items():
        parts.append(_retrieval(title, found))
    return "\n\n".join(parts) + "\n"


def summary_markdown(report: dict[str, Any]) -> str:
    """What the README shows: each set in a line, and the project's own retrieval with its ablations."""
    lines = []
    for name, found in report["sets"].items():
        checks = {"answered": found["covered"], "refused": found["refused"], **found["checks"]}
        held = [f"{check} {percent(n['rate'])}" for check, n in checks.items() if n and check not in NOT_SHOWN]
        lines.append((name.removeprefix("own/"), found["rows"], ", ".join(held)))
    parts = [
        "The project's own questions, written to be hard, those of others, and those that are held out. The confidence "
        "is fitted on the first two; [what they held at first sight](evals/others/README.md) says more "
        f"({report['made']}):",
        table(("set", "questions", "held"), lines),
    ]
    for title, found in report.get("retrieval", {}).items():
        rows = [
            (
                name,
                *(f"{m[metric]['mean']:.3f} ({m[metric]['low']:.3f} to {m[metric]['high']:.3f})" for metric in SHOWN),
            )
            for name, m in found["runs"].items()
        ]
        parts += [f"Retrieval, {title}, {found['queries']} queries, 95 % intervals:", table(("run", *SHOWN), rows)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)])


def percent(share: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * share:.1f} %"


def _set(name: str, found: dict[str, Any]) -> str:
    rows = [(check, f"{int(n['passed'])} / {int(n['of'])}", percent(n["rate"])) for check, n in found["checks"].items()]
    for key in ("covered", "refused"):
        if found[key]:
            rows.append((key, f"{int(found[key]['passed'])} / {int(found[key]['of'])}", percent(found[key]["rate"])))
    statuses = ", ".join(f"{status} {count}" for status, count in found["statuses"].items())
    times = f"{found['milliseconds']['p50']} ms p50, {found['milliseconds']['p95']} ms p95"
    text = f"## {name}\n\n{found['rows']} rows: {statuses}; clarify {percent(found['clarify_rate'])}; {times}.\n\n"
    text += table(("check", "held", "rate"), rows)
    if 1 < len(found["by_category"]) <= 25:
        rows = [(category or "-", f"{n['passed']} / {n['rows']}", "") for category, n in found["by_category"].items()]
        text += "\n\n" + table(("category", "all right", ""), rows)
    return text


def _abstention(found: dict[str, Any]) -> str:
    now = found["at_operating_point"]
    rows = [(kind, n["rows"], n["answered"], percent(1 - n["answered"] / n["rows"])) for kind, n in now.items()]
    areas = f"Area under the risk-coverage curve {found['aurc']}, under the ROC curve {found['roc_auc']}."
    text = f"## Abstention over all sets\n\n{areas}\n\n"
    text += table(("sort", "rows", "answered", "not answered"), rows)
    if found["curve"]:
        kinds = list(found["curve"][0]["refused"])
        points = [
            (percent(p["coverage"]), p["threshold"], *(percent(p["refused"][kind]) for kind in kinds))
            for p in found["curve"]
        ]
        text += "\n\nRefused by the confidence alone, at the threshold of a coverage:\n\n"
        text += table(("coverage", "threshold", *kinds), points)
    curve = [(percent(p["coverage"]), percent(p["risk"])) for p in found["risk_coverage"]]
    return text + "\n\n" + table(("answered, of all", "risk"), curve)


def _retrieval(title: str, found: dict[str, Any]) -> str:
    metrics = list(next(iter(found["runs"].values()))) if found["runs"] else []
    rows = [
        (name, *(f"{m[metric]['mean']:.3f} ({m[metric]['low']:.3f} to {m[metric]['high']:.3f})" for metric in metrics))
        for name, m in found["runs"].items()
    ]
    text = f"## Retrieval: {title}\n\n{found['queries']} queries; 95 % bootstrap intervals.\n\n"
    return text + table(("run", *metrics), rows)
