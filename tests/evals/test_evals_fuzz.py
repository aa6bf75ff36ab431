"""The fuzzer finds what is wrong, keeps it, and what it once found stays mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from answers import Nutrace
from evals.fuzz import SEEDS, fuzz, keep, seeds_of, to_markdown
from evals.fuzz_targets import Target, targets

KEPT = [
    (path.stem, number)
    for path in sorted(SEEDS.glob("*.jsonl"))
    for number in range(len(path.read_text().splitlines()))
]


@pytest.fixture(scope="module")
def by_name(engine: Nutrace) -> dict[str, Target]:
    return {target.name: target for target in targets(engine)}


@pytest.mark.parametrize(("name", "number"), KEPT)
def test_what_once_failed_stays_mended(by_name: dict[str, Target], name: str, number: int) -> None:
    by_name[name].check(seeds_of(name)[number])


def test_each_target_takes_its_inputs(by_name: dict[str, Target]) -> None:
    assert sum(target.share for target in by_name.values()) == 100
    for target in by_name.values():
        found = fuzz(target, 15, first_seed=1)
        assert found.failures == {} and found.distinct >= 15, target.name


def test_an_input_that_fails_is_made_small_and_kept_once(tmp_path: Path) -> None:
    def check(text: str) -> None:
        if "x" in text:
            raise KeyError(text)

    target = Target("letters", 100, st.text("abx"), check)
    first, again = fuzz(target, 200, first_seed=3), fuzz(target, 200, first_seed=3)
    assert list(first.failures.values()) == ["x"] and first.failures == again.failures
    keep(first, tmp_path)
    keep(again, tmp_path)
    (line,) = (tmp_path / "letters.jsonl").read_text().splitlines()
    assert json.loads(line)["input"] == "x" and json.loads(line)["error"].startswith("KeyError in ")
    assert "KeyError" in to_markdown([first], 3)


def test_an_input_that_takes_too_long_fails() -> None:
    def check(number: Any) -> None:
        sum(range(200_000))

    found = fuzz(Target("slow", 100, st.integers(), check, seconds=1e-6), 5, first_seed=1)
    assert [error.split()[0] for error in found.failures] == ["TooSlow"]
