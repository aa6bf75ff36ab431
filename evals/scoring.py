"""Run the cases of a question set through the engine, and count what holds."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from answers import Nutrace, data
from evals.cases import Case
from evals.checks import REFUSED, Check, Reply, same_asked, understood_has

RAISES = "raises nothing"
STATUSES = ("answered", "no_answer", "clarify", "small_talk", "raised")


@dataclass(frozen=True, slots=True)
class Result:
    """One check of one reply."""

    name: str
    passed: bool
    wanted: str
    found: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and what came of it. `status`: "raised" where the engine raised; `confidence` is 0 then."""

    case: Case
    status: str
    confidence: float
    results: tuple[Result, ...]
    milliseconds: float
    understood: str = ""

    @property
    def failed(self) -> tuple[Result, ...]:
        """The checks that did not hold."""
        return tuple(result for result in self.results if not result.passed)


class Scorer:
    """Asks the engine, each question once."""

    def __init__(self, engine: Nutrace) -> None:
        self.engine = engine
        self._replies: dict[tuple[str, tuple[str, ...]], tuple[Reply, float]] = {}

    def reply(self, message: str, history: tuple[str, ...] = ()) -> tuple[Reply, float]:
        """The reply as data, and the milliseconds it took when it was first asked for.

        Raises whatever the engine raises: GroundingError where a piece is not what it claims to be.
        """
        key = (message, history)
        if key not in self._replies:
            started = perf_counter()
            reply = data(self.engine.respond(message, history))
            self._replies[key] = reply, 1000 * (perf_counter() - started)
        return self._replies[key]

    def score(self, case: Case) -> Outcome:
        """The outcome of one case; an engine that raises fails the check "raises nothing"."""
        try:
            reply, milliseconds = self.reply(case.message, case.history)
            results = [_result(check, reply) for check in self._checks(case)]
        except Exception as error:  # a crash is a result here, and it is reported
            crash = Result(RAISES, False, "a reply", f"{type(error).__name__}: {error}"[:200])
            return Outcome(case, "raised", 0.0, (crash,), 0.0)
        results.append(Result(RAISES, True, "a reply", "a reply"))
        confidence = reply["scores"]["confidence"]
        return Outcome(case, reply["status"], confidence, tuple(results), milliseconds, reply["understood"])

    def _checks(self, case: Case) -> Iterable[Check]:
        yield from case.checks
        if case.correct is not None:
            yield same_asked(self.reply(case.correct)[0])
        if case.rewrite is not None:
            understand = self.engine.retriever.understand
            names = understand(case.rewrite).asked
            if names:
                yield understood_has(names, understand(case.message, case.history).asked)


def _result(check: Check, reply: Reply) -> Result:
    passed = bool(check.passes(reply))
    return Result(check.name, passed, check.wanted, "" if passed else check.found(reply)[:300])


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Counts and rates of a set: statuses, each check, coverage and refusals, milliseconds."""
    statuses = Counter(outcome.status for outcome in outcomes)
    times = np.array([outcome.milliseconds for outcome in outcomes] or [0.0])
    return {
        "rows": len(outcomes),
        "statuses": {status: statuses[status] for status in STATUSES if statuses[status]},
        "clarify_rate": rate(statuses["clarify"], len(outcomes)),
        "checks": checks_of(outcomes),
        "covered": _share(outcomes, True, lambda status: status == "answered"),
        "refused": _share(outcomes, False, lambda status: status in REFUSED),
        "by_category": {
            category: {"rows": len(group), "passed": sum(_is_right(outcome) for outcome in group)}
            for category, group in grouped(outcomes, lambda outcome: outcome.case.category).items()
        },
        "milliseconds": {
            "p50": _round(float(np.percentile(times, 50))),
            "p95": _round(float(np.percentile(times, 95))),
        },
    }


def checks_of(outcomes: Iterable[Outcome]) -> dict[str, dict[str, float]]:
    """Of each check: how often it was made, how often it held."""
    total, passed = Counter[str](), Counter[str]()
    for outcome in outcomes:
        for result in outcome.results:
            total[result.name] += 1
            passed[result.name] += result.passed
    return {
        name: {"passed": passed[name], "of": total[name], "rate": rate(passed[name], total[name])} for name in total
    }


def grouped(outcomes: Iterable[Outcome], key: Callable[[Outcome], str]) -> Mapping[str, list[Outcome]]:
    """Outcomes by a key, in the order of first occurrence."""
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    return groups


def rate(part: int, whole: int) -> float:
    """A share from 0 to 1, rounded to 4 digits; 0 of nothing is 0."""
    return round(part / whole, 4) if whole else 0.0


def refused_or_covered(outcome: Outcome) -> bool:
    """Whether a case that says if it should be answered was treated so; True where it does not say."""
    if outcome.case.answerable is None:
        return True
    return outcome.status == "answered" if outcome.case.answerable else outcome.status in REFUSED


def miss_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each thing that went wrong: id, history, message, check, wanted, found."""
    lines = []
    for outcome in outcomes:
        case = outcome.case
        said = " > ".join((*case.history[-4:], case.message))
        if not refused_or_covered(outcome) and not any(result.name == "status" for result in outcome.failed):
            wanted = "answered" if case.answerable else "refused"
            lines.append(_line(case, said, outcome, Result("status", False, wanted, outcome.status)))
        lines += [_line(case, said, outcome, result) for result in outcome.failed]
    return lines


def _line(case: Case, said: str, outcome: Outcome, result: Result) -> str:
    shown = json.dumps(said[:400], ensure_ascii=False)
    where = f"{case.id} [{case.category}] {shown} ({outcome.status}, {outcome.confidence:.2f})"
    extra = f"  (as: {case.correct or case.rewrite})" if case.correct or case.rewrite else ""
    return f"{where}\n    {result.name}: wanted {result.wanted} | got {result.found}{extra}"


def reading_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """What was understood of each row that has a rewrite, beside the rewrite: for a person to compare."""
    return [
        f"{outcome.case.id} {json.dumps(outcome.case.message[:300], ensure_ascii=False)} ({outcome.status})\n"
        f"    rewrite:    {outcome.case.rewrite}\n    understood: {outcome.understood}"
        for outcome in outcomes
        if outcome.case.rewrite
    ]


def _is_right(outcome: Outcome) -> bool:
    return refused_or_covered(outcome) and not outcome.failed


def _share(outcomes: Sequence[Outcome], answerable: bool, holds: Callable[[str], bool]) -> dict[str, float] | None:
    """How many of the (un)answerable cases have a status of that sort; None where the set has none."""
    statuses = [outcome.status for outcome in outcomes if outcome.case.answerable is answerable]
    held = sum(map(holds, statuses))
    return {"passed": held, "of": len(statuses), "rate": rate(held, len(statuses))} if statuses else None


def _round(value: float) -> float:
    return round(value, 1)
