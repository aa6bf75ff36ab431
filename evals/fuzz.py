"""`python -m evals.fuzz`: at least 100,000 hostile inputs for the parsers, the guard, the markup and the whole program.

Hypothesis makes the inputs, from a fixed seed, and makes those that fail as small as it can; these are kept in
`tests/fuzz_seeds`, where the tests replay them. Exit codes: 0 nothing failed, 1 something did.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from tqdm import tqdm

from evals.fuzz_targets import Target, targets
from evals.load import load_engine
from evals.report import table
from evals.run import REPORTS
from tools.marked import ROOT

SEEDS = ROOT / "tests" / "fuzz_seeds"
LEAST = 100_000
BATCH = 1_000
"""Inputs of one hypothesis run: it remembers what it tried, and slows with it."""
MOST_BATCHES_FAILING = 20
"""After so many a target is left; what fails is then well known."""
FIRST_SEED = 20261126


@dataclass
class Found:
    """What came of one target. `failures` maps an error and its place to the smallest input that brings it."""

    name: str
    inputs: int = 0
    distinct: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    failures: dict[str, Any] = field(default_factory=dict)


class TooSlow(AssertionError):
    """An input took more processor time than its target allows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Throw the inputs, keep what fails, write the report. Returns the exit code."""
    options = _parser().parse_args(arguments)
    warnings.simplefilter("error")
    chosen = [t for t in targets(load_engine(options.index)) if options.only in (None, t.name)]
    if not chosen:
        print(f"no target {options.only!r}", file=sys.stderr)
        return 2
    total = sum(target.share for target in chosen)
    found = []
    with tqdm(total=options.inputs, unit=" inputs", file=sys.stderr, dynamic_ncols=True) as bar:
        for target in chosen:
            bar.set_description(target.name)
            found.append(fuzz(target, -(-options.inputs * target.share // total), options.seed, bar.update))
    for each in found:
        keep(each, options.seeds)
    options.out.mkdir(parents=True, exist_ok=True)
    text = to_markdown(found, options.seed)
    (options.out / "fuzz.md").write_text(text, encoding="utf-8")
    (options.out / "fuzz.json").write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n")
    print(text)
    return 1 if any(each.failures for each in found) else 0


def fuzz(target: Target, count: int, first_seed: int, tell: Callable[[int], object] = lambda _: None) -> Found:
    """Give `target` at least `count` inputs, each counted once; the same seed gives the same inputs."""
    found, seen, began = Found(target.name), set[int](), time.perf_counter()
    batch = failed = 0
    while found.distinct < count and failed < MOST_BATCHES_FAILING:
        size = min(BATCH, 2 * (count - found.distinct))
        failure = _batch(target, size, first_seed + batch, found, seen, tell)
        batch += 1
        if failure is not None:
            failed += 1
            found.failures.setdefault(failure[0], failure[1])
    found.seconds = time.perf_counter() - began
    return found


def _batch(
    target: Target, size: int, batch_seed: int, found: Found, seen: set[int], tell: Callable[[int], object]
) -> tuple[str, Any] | None:
    """One run of hypothesis. Returns error and input where one fails: the last that it tries is the smallest."""
    latest: Any = None

    @seed(batch_seed)
    @settings(
        max_examples=size, database=None, deadline=None, report_multiple_bugs=False, print_blob=False,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(target.inputs)
    def one(value: Any) -> None:
        nonlocal latest
        latest = value
        found.inputs += 1
        seen.add(hash(json.dumps(value)))
        tell(len(seen) - found.distinct)
        found.distinct = len(seen)
        began = time.thread_time()
        target.check(value)
        took = time.thread_time() - began
        found.slowest = max(found.slowest, took)
        if took > target.seconds:
            raise TooSlow(f"more than {target.seconds} s")

    try:
        one()
    except Exception as error:
        return place_of(error), latest
    return None


def place_of(error: BaseException) -> str:
    """What kind of error it is and the last line of this project that it came through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    ours = [frame for frame in ours if ".venv" not in frame.filename] or ours
    where = f"{Path(ours[-1].filename).relative_to(ROOT).as_posix()}:{ours[-1].name}" if ours else "?"
    return f"{type(error).__name__} in {where}"


def keep(found: Found, folder: Path) -> None:
    """Add the inputs that failed to the target's seeds."""
    path = folder / f"{found.name}.jsonl"
    known = seeds_of(found.name, folder)
    fresh = {error: value for error, value in found.failures.items() if value not in known}
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as file:
            file.writelines(json.dumps({"error": error, "input": value}) + "\n" for error, value in fresh.items())


def seeds_of(name: str, folder: Path = SEEDS) -> list[Any]:
    """The inputs that once failed a target."""
    path = folder / f"{name}.jsonl"
    return [json.loads(line)["input"] for line in path.read_text().splitlines()] if path.exists() else []


def to_markdown(found: Sequence[Found], first_seed: int) -> str:
    """The report. No input in it."""
    rows = [
        (each.name, f"{each.inputs:,}", f"{each.distinct:,}", f"{each.seconds:.0f}", f"{each.slowest:.2f}",
         "; ".join(each.failures) or "none")
        for each in found
    ]  # fmt: skip
    inputs, distinct = (sum(getattr(each, name) for each in found) for name in ("inputs", "distinct"))
    head = f"# Fuzzing\n\n{inputs:,} inputs, {distinct:,} of them distinct, from seed {first_seed}.\n\n"
    return head + table(("target", "inputs", "distinct", "seconds", "slowest (s)", "failures"), rows) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=LEAST, help=f"how many different ones ({LEAST:,})")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="another gives other inputs")
    parser.add_argument("--only", help="one target alone")
    parser.add_argument("--index", type=Path, help="folder of the built index; default: $NUTRACE_INDEX or index/built")
    parser.add_argument("--seeds", type=Path, default=SEEDS, help="where inputs that fail are kept")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
