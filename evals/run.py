"""`python -m evals.run [FILES]`: answers, abstention, groundedness and retrieval over question sets."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tqdm import tqdm

from corpus import NutraceError
from evals.abstention import abstention
from evals.cases import Case
from evals.formats import read_cases
from evals.load import load_engine
from evals.report import summary_markdown, to_markdown
from evals.scoring import Outcome, Scorer, miss_lines, reading_lines, summary
from tools.marked import ROOT, fill_file

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions"
OTHERS = HERE / "others"
"""Questions by other writers, blind when they were first asked; the confidence is fitted on them now."""
HELD_OUT = HERE / "held_out"
"""Questions by other writers, on which no confidence is fitted."""
REPORTS = HERE / "reports"
NAMES = {QUESTIONS: "own", OTHERS: "others", HELD_OUT: "held_out"}
"""What a report calls the sets of a folder."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate and write the report. Returns the exit code."""
    options = _parser().parse_args(arguments)
    files = options.files or [path for folder in NAMES for path in sorted(folder.glob("*.jsonl"))]
    try:
        sets = {_name(path): read_cases(path) for path in files}
    except (OSError, ValueError, NutraceError) as error:
        print(error, file=sys.stderr)
        return 1
    engine = load_engine(options.index)
    scorer = Scorer(engine)
    outcomes = {name: _scored(scorer, name, cases) for name, cases in sets.items()}
    everything = [outcome for found in outcomes.values() for outcome in found]
    report: dict[str, Any] = {
        "made": date.today().isoformat(),
        "index": repr(engine.index),
        "sets": {name: summary(found) for name, found in outcomes.items()},
        "abstention": abstention(everything),
        "retrieval": {},
    }
    if options.retrieval:
        from evals.beir import beir_report
        from evals.retrieval import own_report

        cases = [case for found in sets.values() for case in found if case.kind == "own"]
        report["retrieval"] |= own_report(engine, cases)
        for folder in options.beir:
            report["retrieval"] |= beir_report(engine, folder, options.out)
    _write(report, outcomes, options.out, options.misses)
    if options.readme and not options.files:
        fill_file(ROOT / "README.md", "eval", summary_markdown(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.run", description=__doc__)
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="question sets; default: all of the project"
    )
    parser.add_argument("--index", type=Path, help="folder of the built index; default: $NUTRACE_INDEX or index/built")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the reports go (default: evals/reports)")
    parser.add_argument(
        "--beir", type=Path, action="append", default=[], metavar="DIR", help="a BEIR folder; repeatable"
    )
    parser.add_argument("--misses", type=Path, metavar="DIR", help="write what went wrong, question by question, there")
    parser.add_argument("--no-readme", dest="readme", action="store_false", help="leave README.md as it is")
    parser.add_argument(
        "--no-retrieval", dest="retrieval", action="store_false", help="leave the retrieval metrics out"
    )
    return parser


def _name(path: Path) -> str:
    """A set's name in the report: "own/traps", or the file's name."""
    name = NAMES.get(path.resolve().parent)
    return f"{name}/{path.stem}" if name else path.stem


def _scored(scorer: Scorer, name: str, cases: Sequence[Case]) -> list[Outcome]:
    return [scorer.score(case) for case in tqdm(cases, desc=name, file=sys.stderr)]


def _write(report: dict[str, Any], outcomes: dict[str, list[Outcome]], out: Path, misses: Path | None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "report.md").write_text(to_markdown(report), encoding="utf-8")
    print(f"wrote {out / 'report.md'} and report.json", file=sys.stderr)
    if misses:
        misses.mkdir(parents=True, exist_ok=True)
        for name, found in outcomes.items():
            path = misses / f"misses_{name.replace('/', '_')}.txt"
            path.write_text("\n".join(miss_lines(found)) + "\n", encoding="utf-8")
            if reading := reading_lines(found):
                (misses / f"reading_{path.name.removeprefix('misses_')}").write_text(
                    "\n".join(reading) + "\n", encoding="utf-8"
                )


if __name__ == "__main__":
    sys.exit(main())
