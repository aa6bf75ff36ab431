"""The soak and the hostile run: their figures, without a server."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from evals import soak
from evals.adversarial import Way
from evals.cases import Case
from evals.formats import read_cases
from evals.serving import Client, _event
from evals.soak import Load, conversations, growth, highest, to_markdown
from tools.marked import ROOT


def test_growth_compares_the_last_third_with_the_middle_one() -> None:
    assert growth([(n, mb) for n, mb in enumerate([50, 90, 100, 100, 110, 110])]) == 0.1
    assert growth([(n, 100.0) for n in range(9)]) == 0
    assert growth([]) == growth([(0.0, 0.0)] * 3) == 0


def test_a_run_holds_where_its_replies_come_in_time_and_none_fails() -> None:
    assert Load(1, times=[1.0] * 96 + [9.0] * 4).holds
    assert not Load(1, times=[1.0] * 90 + [9.0] * 10).holds
    assert not Load(1, times=[1.0], problems=Counter({"503 busy": 1})).holds
    assert not Load(1).holds


@pytest.mark.parametrize("bears", [0, 1, 3, 24, 40, 1_000])
def test_the_highest_load_is_found(monkeypatch: pytest.MonkeyPatch, bears: int) -> None:
    """A server whose p95 is in time up to `bears` people at once."""

    def run(server: Any, said: Any, users: int, *rest: Any, told: str = "") -> Load:
        return Load(users, 1.0, [1.0 if users <= bears else 3.0])

    monkeypatch.setattr(soak, "run", run)
    found = highest(None, [], 1, soak.ask, "respond").users  # type: ignore[arg-type]
    assert found <= bears
    assert found >= min(bears, soak.MOST_USERS) * 0.85


def test_the_report_of_a_soak_names_its_figures() -> None:
    load = Load(4, 2.0, [0.5, 0.5], statuses=Counter(answered=2)).figures()
    report = {"minutes": 1, "cores": 2, "echo": load, "highest": load, "held": load, "growth": 0.01, "complaints": ""}
    text = to_markdown({**report, "memory": [(0.0, 100.0), (60.0, 101.0)]})
    assert "| Nutrace, held | 4 | 1.0 | 0.5 | 0.5 | 2 | 0 |" in text and "1 min 101" in text and "+1.0 %" in text


def test_conversations_are_mixed() -> None:
    lengths = Counter(len(said) for said in conversations())
    assert lengths[1] > 100 and sum(count for length, count in lengths.items() if length > 3) > 20


def test_a_stream_gives_its_last_event() -> None:
    stream = 'event: heartbeat\ndata: null\n\nevent: complete\ndata: [{"status": "answered"}]\n\n'
    assert _event(200, 1.0, stream).data == {"status": "answered"}
    assert "event error" in _event(200, 1.0, 'event: error\ndata: {"error": null}\n\n').problem
    assert _event(200, 1.0, "").data is None


def test_a_server_that_is_not_there_is_a_problem_and_no_error() -> None:
    reply = Client("http://127.0.0.1:9", timeout=1).ask("a")
    assert (reply.status, reply.data) == (0, None) and reply.problem


def test_a_reply_with_live_markup_is_a_problem() -> None:
    way, case = Way("API"), Case("a", "adversarial", "x")
    way.replied(case, {"status": "no_answer", "disclaimer": "d", "text": "&lt;b&gt;"})
    assert way.problems == []
    way.replied(case, {"status": "no_answer", "disclaimer": "d", "text": "<b>"})
    way.replied(case, {"error": "x"})
    way.took("b", 99)
    assert len(way.problems) == 3


def test_the_projects_own_hostile_messages_are_read() -> None:
    cases = read_cases(ROOT / "evals" / "hostile" / "messages.jsonl")
    assert len(cases) > 40 and max(len(case.message) for case in cases) >= 100_000
    assert max(len(case.history) for case in cases) > 1_000
