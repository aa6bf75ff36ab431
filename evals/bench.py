"""`python -m evals.bench`: where an answer's time goes, and this project beside other libraries on the same machine."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.formats import read_cases
from evals.load import index_root, load_engine
from evals.report import table
from evals.retrieval import measure, queries_of
from evals.run import QUESTIONS, REPORTS
from evals.sidebyside import PEERS, Job, run_own, run_peer
from evals.split import cold_start, split
from tools.marked import ROOT, fill_file

LEAST_QUESTIONS = 200
TOP = 10
README = ROOT / "README.md"
SHOWN = {
    "index_seconds": ("time to index", "s", 1),
    "cold_seconds": ("cold start", "s", 1),
    "p50": ("query p50", "ms", 1),
    "p95": ("query p95", "ms", 1),
    "memory_mb": ("memory", "MB", 0),
}
"""The figures of the table: title, unit, digits."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the report and the README's table. Returns the exit code."""
    options = _parser().parse_args(arguments)
    root = index_root(options.index)
    engine = load_engine(root)
    cases = [case for path in sorted(QUESTIONS.glob("*.jsonl")) for case in read_cases(path)]
    queries = queries_of(engine, cases)
    texts = list(dict.fromkeys(query.question.text for query in queries))[: options.questions]
    print(f"{len(texts)} questions", file=sys.stderr)
    report: dict[str, Any] = {"index": repr(engine.index), "split": split(engine, texts)}
    report["split"]["cold"] = cold_start(root, texts[0])
    passages = [{"id": p.id, "text": f"{p.title}. {p.heading}. {p.text}"} for p in engine.index.passages]
    model = engine.index.encoder.model.folder
    with tempfile.TemporaryDirectory(prefix="nutrace-bench-") as folder:
        job = Job(passages, texts, model, TOP, Path(folder))
        found = {"Nutrace": run_own(job, root, engine.index.encoder.name)}
        for peer in PEERS if options.peers else ():
            print(f"{peer.name}: installing and measuring", file=sys.stderr)
            found[peer.name] = run_peer(peer, job, options.venvs)
    relevant = {q.id: q.relevant for q in queries if q.question.text in texts}
    id_of = {q.question.text: q.id for q in queries}
    for result in found.values():
        if "rankings" in result:
            ranking = {id_of[text]: ids for text, ids in zip(texts, result.pop("rankings"), strict=True)}
            result["ndcg"] = measure({q: relevant[q] for q in ranking}, ranking)["ndcg@10"]["mean"]
    report["side_by_side"] = found
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "bench.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = to_markdown(report)
    (options.out / "bench.md").write_text(text, encoding="utf-8")
    if options.readme:
        fill_file(README, "bench", text)
    print(f"wrote {options.out / 'bench.md'}", file=sys.stderr)
    return 0


def to_markdown(report: Mapping[str, Any]) -> str:
    """What the README shows: times by stage, and the ratios."""
    times, found = report["split"], report["side_by_side"]
    stages = [(name, f"{t['p50']:.2f}", f"{t['p95']:.2f}") for name, t in times["stages"].items()]
    cold = times["cold"]
    parts = [
        f"One answer, over {times['questions']} questions, none seen before, in milliseconds:",
        table(("stage", "p50", "p95"), stages),
        f"Everything but the encoding takes {times['ratio']:.2f} of the time of one torch encoding of the question in "
        f"the same run; {times['ratio_after_torch']:.2f} where an answer comes right after such an encoding, which "
        f"empties the processor's caches and is in no process that serves. A new process gives its first answer after "
        f"{cold['seconds']:.1f} s, with {cold['memory_mb']:.0f} MB.",
        "The same hybrid retrieval over the same passages with the same model; of the others, ratios to the first line "
        "(more than 1: slower, larger):",
        table(("", *(title for title, _, _ in SHOWN.values()), "nDCG@10"), _lines(found)),
    ]
    return "\n\n".join(parts) + "\n"


def _lines(found: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    own = found["Nutrace"]
    lines = []
    for name, result in found.items():
        if "skipped" in result:
            lines.append([name, f"not measured: {result['skipped']}", *[""] * len(SHOWN)])
        elif result is own:
            cells = [f"{own[key]:.{digits}f} {unit}" for key, (_, unit, digits) in SHOWN.items()]
            lines.append([name, *cells, f"{own['ndcg']:.3f}"])
        else:
            cells = [f"{result[key] / own[key]:.2f} ×" for key in SHOWN]
            lines.append([f"{name} {result['version']}", *cells, f"{result['ndcg']:.3f}"])
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--index", type=Path, help="folder of the built index; default: $NUTRACE_INDEX or index/built")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    parser.add_argument(
        "--questions", type=int, default=300, help=f"how many, at least {LEAST_QUESTIONS} to be counted"
    )
    parser.add_argument("--venvs", type=Path, help="keep the peers' environments there; default: a folder thrown away")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="measure this project alone")
    parser.add_argument("--no-readme", dest="readme", action="store_false", help="leave README.md as it is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
