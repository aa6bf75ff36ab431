"""`python -m evals.soak --minutes 20`: the highest load that keeps p95 under two seconds, held, with memory over time.

The load is a number of people who talk at once and ask again as soon as they have their answer. It is looked for with
short runs, first for a bare Gradio echo chat and then for the real server; nine tenths of the highest are then held.
Conversations are the project's own dialogues and questions, chosen by a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from evals.dialogues import all_dialogues
from evals.formats import read_cases
from evals.fuzz_targets import STATUSES
from evals.report import table
from evals.run import QUESTIONS, REPORTS
from evals.serving import Client, Reply, Server, nutrace, serving

LIMIT = 2.0
"""Seconds within which 95 of 100 answers come."""
MOST_USERS = 256
HELD = 0.9
"""The share of the highest load that is held: the machine does other things too."""
FLAT = 0.05
"""Growth of the memory, from the middle third of the time to the last, that still counts as flat."""
SEED = 20261126
Ask = Callable[[Client, Sequence[str]], Reply]
Conversations = Sequence[Sequence[str]]


@dataclass
class Load:
    """One run: how many talked at once, and what came back."""

    users: int
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """Seconds within which 95 of 100 replies came; infinite where there is none."""
        return float(np.percentile(self.times, 95)) if self.times else float("inf")

    @property
    def holds(self) -> bool:
        """Whether the replies came in time and without an error."""
        return self.p95 <= LIMIT and not self.problems

    def figures(self) -> dict[str, Any]:
        """What the report says of it."""
        return {
            "users": self.users,
            "answers": len(self.times),
            "a_second": round(len(self.times) / self.seconds, 2) if self.seconds else 0.0,
            "p50": round(float(np.median(self.times)), 3) if self.times else None,
            "p95": round(self.p95, 3) if self.times else None,
            "problems": dict(self.problems),
            "statuses": dict(self.statuses),
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Find the load, hold it, write the report. Returns 0 where nothing failed and the memory stayed flat, else 1."""
    options = _parser().parse_args(arguments)
    said = conversations()
    with serving(["-m", "evals.echo"], "/config") as server:
        echo = highest(server, said, options.step, ask_echo, "chat")
    with nutrace(index=options.index) as server:
        best = highest(server, said, options.step, ask, "respond")
        users = options.users or max(1, int(best.users * HELD))
        held = run(server, said, users, 60 * options.minutes, ask, "respond", told=f"holding {users}")
        complaints = server.errors()
    report = {
        "cores": os.cpu_count(),
        "echo": echo.figures(),
        "highest": best.figures(),
        "held": held.figures(),
        "minutes": options.minutes,
        "memory": held.memory,
        "growth": growth(held.memory),
        "complaints": complaints[-2_000:],
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "soak.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = to_markdown(report)
    (options.out / "soak.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if held.holds and report["growth"] <= FLAT and not complaints else 1


def conversations() -> list[tuple[str, ...]]:
    """Mixed: scripted dialogues, and single questions of every kind."""
    cases = [case for path in sorted(QUESTIONS.glob("*.jsonl")) for case in read_cases(path)]
    found = [tuple(turn.message for turn in dialogue.turns) for dialogue in all_dialogues()]
    found += [(*case.history, case.message) for case in cases]
    return sorted(set(found))


def ask(client: Client, said: Sequence[str]) -> Reply:
    """The last message after those before it; a reply without its disclaimer is a problem."""
    reply = client.ask(said[-1], list(said[:-1]), "en-US")
    if reply.data is None:
        return reply
    sound = reply.data.get("status") in STATUSES and reply.data.get("disclaimer")
    return reply if sound else Reply(reply.status, reply.seconds, None, "no reply of the contract")


def ask_echo(client: Client, said: Sequence[str]) -> Reply:
    """The last message to the echo chat, which keeps no history for a program."""
    reply = client.ask(said[-1])
    return reply if reply.data is None or said[-1].strip() in str(reply.data) else Reply(200, 0, None, "no echo")


def highest(server: Server, said: Conversations, seconds: float, asking: Ask, name: str) -> Load:
    """The run with most users that still holds: doubled until one does not, then halved in between."""
    run(server, said, 2, min(seconds, 10), asking, name)  # the first answers pay for what is made late
    good, bad, users = Load(0), MOST_USERS + 1, 2
    while good.users + max(1, good.users // 8) < bad and users <= MOST_USERS:
        tried = run(server, said, users, seconds, asking, name, told=f"{name}: {users} at once")
        print(json.dumps(tried.figures()), file=sys.stderr)
        if tried.holds:
            good, users = tried, (users * 2 if bad > MOST_USERS else (users + bad) // 2)
        else:
            bad, users = users, (good.users + users) // 2
        if users <= good.users:
            break
    return good


def run(
    server: Server, said: Conversations, users: int, seconds: float, asking: Ask, name: str, told: str = ""
) -> Load:
    """`users` talk for `seconds`, each in a thread of its own."""
    load, lock, until = Load(users), threading.Lock(), time.monotonic() + seconds
    began = time.monotonic()

    def talk(number: int) -> None:
        client = Client(server.address, name)
        for turns in _turns(said, number):
            if time.monotonic() >= until:
                return
            reply = asking(client, turns)
            with lock:
                if reply.data is None:
                    load.problems[f"{reply.status} {reply.problem[:80]}"] += 1
                else:
                    load.times.append(reply.seconds)
                    load.statuses[reply.data["status"] if isinstance(reply.data, dict) else "echo"] += 1

    threads = [threading.Thread(target=talk, args=(number,), daemon=True) for number in range(users)]
    for thread in threads:
        thread.start()
    with tqdm(total=5 * -(-round(seconds) // 5), desc=told, unit="s", file=sys.stderr, disable=not told) as bar:
        while (left := until - time.monotonic()) > 0:
            load.memory.append((round(time.monotonic() - began, 1), round(server.memory_mb(), 1)))
            time.sleep(min(left, 5.0))
            bar.update(5)
    for thread in threads:
        thread.join(150)
    load.seconds = time.monotonic() - began
    return load


def growth(memory: Sequence[tuple[float, float]]) -> float:
    """How much more memory the last third of the time has than the middle third, as a share; the first one warms up."""
    third = len(memory) // 3
    if not third:
        return 0.0
    middle, last = (np.mean([mb for _, mb in memory[a:b]]) for a, b in ((third, 2 * third), (2 * third, None)))
    return round(float(last / middle - 1), 4) if middle else 0.0


def to_markdown(report: dict[str, Any]) -> str:
    """The report."""
    names = {"echo": "bare echo chat, highest", "highest": "Nutrace, highest", "held": "Nutrace, held"}
    rows = []
    for key, title in names.items():
        found = report[key]
        problems = sum(found["problems"].values())
        rows.append((title, found["users"], found["a_second"], found["p50"], found["p95"], found["answers"], problems))
    memory = report["memory"]
    step = max(1, len(memory) // 20)
    shown = ", ".join(f"{seconds / 60:.0f} min {mb:.0f}" for seconds, mb in memory[::step])
    parts = [
        f"# Soak\n\n{report['minutes']:g} minutes on {report['cores']} cores, which also made the questions.",
        table(("", "people at once", "answers a second", "p50 (s)", "p95 (s)", "answers", "errors"), rows),
        f"Memory in MB: {shown}; the last third has {100 * report['growth']:+.1f} % of the middle one.",
        f"Errors: {report['held']['problems'] or 'none'}. Statuses: {report['held']['statuses']}.",
        f"The server complained: {report['complaints'] or 'of nothing'}.",
    ]
    return "\n\n".join(parts) + "\n"


def _turns(said: Conversations, number: int) -> Iterator[Sequence[str]]:
    """Without end: the turns of conversations, each with those before it."""
    chance = random.Random(SEED + number)
    while True:
        chosen = chance.choice(said)
        yield from (chosen[: at + 1] for at in range(len(chosen)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="how long the load is held (20)")
    parser.add_argument("--users", type=int, help="hold this many, where others use the machine meanwhile")
    parser.add_argument("--step", type=float, default=20, help="seconds of each run that looks for the load (20)")
    parser.add_argument("--index", type=Path, help="folder of the built index; default: index/built")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
