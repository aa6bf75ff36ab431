"""Replies that many tests look at, composed once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from answers_support import CONVERSATION, OUTSIDE, ROOT, URGENT, Answering, Case, sampled

from answers import Nutrace, data
from answers.verify import Verifier

SAMPLE_FOR_TWO = 6
ELSEWHERE = """
import json, sys

def forbid(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise RuntimeError(f"{event} {arguments[1:]}")

sys.addaudithook(forbid)
from answers import data
from evals.load import load_engine
engine = load_engine()
for row in json.load(sys.stdin):
    print(json.dumps(data(engine.respond(row["message"], row["history"]))))
"""
"""Loads the program and answers rows, with every connection forbidden."""


@pytest.fixture(scope="session")
def other(engine: Nutrace) -> Nutrace:
    """A second engine over the same index, which has answered nothing yet."""
    return Nutrace(engine.corpus, engine.index)


@pytest.fixture(scope="session")
def ask(engine: Nutrace) -> Answering:
    """Asks, and gives the case."""

    def asking(message: str, *history: str, **context: Any) -> Case:
        answer = engine.respond(message, history, context)
        return Case(message, history, answer, data(answer))

    return asking


@pytest.fixture(scope="session")
def answerable(ask: Answering) -> list[Case]:
    """Some sixty questions that the corpus answers."""
    return [ask(message) for message in sampled()]


@pytest.fixture(scope="session")
def conversation(ask: Answering) -> list[Case]:
    """One conversation, turn by turn."""
    return [ask(message, *CONVERSATION[:at]) for at, message in enumerate(CONVERSATION)]


@pytest.fixture(scope="session")
def cases(ask: Answering, answerable: list[Case], conversation: list[Case]) -> list[Case]:
    """Replies of every kind."""
    others = [
        *OUTSIDE,
        *URGENT,
        "",
        "thanks!",
        "which foods have it?",
        "my ferritin is 12, is that low?",
        "is 400 mg magnesium too much?",
    ]
    return [*answerable, *conversation, *(ask(message) for message in others)]


@pytest.fixture(scope="session")
def verifier(engine: Nutrace) -> Verifier:
    return Verifier(engine.corpus, engine.composer.phrases)


@pytest.fixture(scope="session")
def elsewhere(engine: Nutrace, cases: list[Case]) -> list[tuple[Case, dict[str, Any]]]:
    """Some of the cases, each with the reply of another process that hashes otherwise and may not connect."""
    chosen = [case for case in cases if case.history] + [case for case in cases if not case.history][::SAMPLE_FOR_TWO]
    rows = [{"message": case.message, "history": case.history} for case in chosen]
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ELSEWHERE]
    done = subprocess.run(
        command, input=json.dumps(rows).encode(), capture_output=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    return list(zip(chosen, replies, strict=True))
