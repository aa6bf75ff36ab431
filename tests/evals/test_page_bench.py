"""The page's bench: ratios to the echo chat, and people who ask at once."""

from __future__ import annotations

import threading

import pytest

from evals.page_bench import to_markdown
from evals.page_load import throughput


def test_the_report_gives_ratios_to_the_echo_chat() -> None:
    report = {
        "questions": 30,
        "people": 16,
        "milliseconds": {"Nutrace": 120.0, "echo": 160.0},
        "per_second": {"page": {"Nutrace": 45.0, "echo": 50.0}, "call": {"Nutrace": 20.0, "echo": 80.0}},
        "requests": {"Nutrace": 1, "echo": 8},
    }
    lines = [line for line in to_markdown(report).splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[3] for line in lines[2:]] == ["0.75", "0.90", "0.25"]


def test_people_ask_at_once_and_each_turn_counts() -> None:
    together, done = threading.Barrier(4, timeout=10), []

    def ask(person: int, turn: int) -> None:
        together.wait()
        done.append((person, turn))

    assert throughput(4, 3, ask) > 0
    assert sorted(done) == [(person, turn) for person in range(4) for turn in range(3)]


def test_a_turn_that_fails_ends_the_measurement() -> None:
    def ask(person: int, turn: int) -> None:
        raise OSError("503")

    with pytest.raises(OSError, match="503"):
        throughput(2, 1, ask)
