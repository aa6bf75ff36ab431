"""`python -m evals.adversarial FILES`: hostile messages through the command line, the HTTP API and the page.

Takes any question set whose format `evals.formats` reads. It must hold: no crash, no status from 500 on, no traceback,
nothing executed, every reply escaped, memory steady. Exit codes: 0 all holds, 1 something does not. No message is
written to the report.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from evals.cases import Case
from evals.checks import escaped
from evals.formats import read_cases
from evals.fuzz_targets import STATUSES
from evals.report import table
from evals.run import REPORTS
from evals.serving import Client, Server, nutrace
from tools.marked import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

ROUNDS = 3
"""How often the API gets all of it: the first time warms up, the others must add no memory."""
STEADY = 0.05
"""Growth of memory between the second round and the last that still counts as steady."""
SLOWEST = 20.0
"""Seconds that a reply may take."""
PAGE_EVERY = 15
"""Messages that one visit of the page gets."""
PAGE_HISTORY = 2
"""Earlier messages of a row that are typed on the page too."""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
RUNNING = "#nt-chat :is(.nt-said, .nt-answer) :is(script, img, iframe, object, embed, video, audio, style, form, link)"
"""Elements that no message may make."""


@dataclass
class Way:
    """What came of one way in. `problems`: what does not hold, each with the row's id."""

    name: str
    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    problems: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def took(self, id_: str, seconds: float) -> None:
        """Note how long a row took."""
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOWEST:
            self.problems.append(f"{id_}: {seconds:.1f} s")

    def replied(self, case: Case, reply: dict[str, Any]) -> None:
        """Check a reply as data."""
        self.outcomes[str(reply.get("status"))] += 1
        if reply.get("status") not in STATUSES or not reply.get("disclaimer"):
            self.problems.append(f"{case.id}: no reply of the contract")
        elif not escaped().passes(reply):
            self.problems.append(f"{case.id}: live markup in the reply")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every row every way, and write the report. Returns the exit code."""
    options = _parser().parse_args(arguments)
    cases = [case for path in options.files for case in read_cases(path)]
    ways = [command_line(cases, options.index)]
    with nutrace(index=options.index) as server:
        ways.append(api(cases, server))
        if options.page:
            ways.append(page(cases, server))
        complaints = server.errors()
    options.out.mkdir(parents=True, exist_ok=True)
    report = {"rows": len(cases), "complaints": complaints[-4_000:], "ways": [vars(way) for way in ways]}
    (options.out / "adversarial.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = to_markdown(ways, len(cases), complaints)
    (options.out / "adversarial.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if complaints or any(way.problems for way in ways) else 0


def command_line(cases: Sequence[Case], index: Path | None) -> Way:
    """All rows through one `ask --batch`."""
    way, began = Way("ask --batch", len(cases)), time.perf_counter()
    rows = "".join(json.dumps({"id": c.id, "message": c.message, "history": c.history}) + "\n" for c in cases)
    places = ["--index", str(index)] if index else []
    command = [sys.executable, "app.py", "ask", "--batch", *places]
    done = subprocess.run(command, input=rows.encode(), capture_output=True, cwd=ROOT, check=False)
    way.slowest = (time.perf_counter() - began) / max(1, len(cases))
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or b"Traceback" in done.stderr or len(replies) != len(cases):
        way.problems.append(f"exit code {done.returncode}, {len(replies)} rows: {done.stderr[-200:]!r}")
    for case, reply in zip(cases, replies, strict=False):
        if "error" not in reply:
            way.replied(case, reply)
        else:
            way.outcomes["refused"] += 1
            if reply["id"] != case.id or "internal" in reply["error"]:
                way.problems.append(f"{case.id}: {reply['error'][:80]}")
    return way


def api(cases: Sequence[Case], server: Server) -> Way:
    """All rows through Gradio's HTTP API, several times over."""
    way, client = Way("HTTP API", len(cases)), Client(server.address)
    for number in range(ROUNDS):
        for case in tqdm(cases, desc=f"API, round {number + 1}", file=sys.stderr):
            reply = client.ask(case.message, list(case.history), "en-US")
            way.took(case.id, reply.seconds)
            if reply.data is not None:
                way.replied(case, reply.data)
                continue
            way.outcomes[f"refused, {reply.status}"] += 1
            if reply.status >= 500 or reply.status == 0 or "Traceback" in reply.problem:
                way.problems.append(f"{case.id}: {reply.status} {reply.problem[:80]}")
        way.memory_mb.append(round(server.memory_mb(), 1))
    if way.memory_mb[-1] > way.memory_mb[-2] * (1 + STEADY):
        way.problems.append(f"memory grows: {way.memory_mb} MB")
    return way


def page(cases: Sequence[Case], server: Server) -> Way:
    """All rows typed into the page, in headless Chromium."""
    from playwright.sync_api import sync_playwright

    way = Way("page", len(cases))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for part in _parts(tqdm(cases, desc="page", file=sys.stderr)):
            context = browser.new_context(reduced_motion="reduce")
            shown = _opened(context.new_page(), server.address, way)
            for case in part:
                for message in (*case.history[-PAGE_HISTORY:], case.message):
                    _type(shown, case, message, way)
            context.close()
        browser.close()
    way.memory_mb.append(round(server.memory_mb(), 1))
    return way


def _opened(shown: Page, address: str, way: Way) -> Page:
    """The page, watched: nothing may run, fail, or be asked of another place."""

    def foreign(url: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            way.problems.append("a request to elsewhere")

    def ran(dialog: Dialog) -> None:
        way.problems.append("a script ran")
        dialog.dismiss()

    shown.on("dialog", ran)
    shown.on("pageerror", lambda error: way.problems.append(f"page error: {str(error)[:100]}"))
    shown.on("console", lambda m: way.problems.append(f"console: {m.text[:100]}") if m.type == "error" else None)
    shown.on("request", lambda request: foreign(request.url))
    shown.on("response", lambda r: way.problems.append(f"status {r.status}") if r.status >= 500 else None)
    shown.goto(address)
    shown.locator("#nt-box textarea").wait_for()
    return shown


def _type(shown: Page, case: Case, message: str, way: Way) -> None:
    """One message, its answer, and what may not have come of it."""
    from playwright.sync_api import Error

    answers, began = shown.locator("#nt-chat .nt-answer"), time.perf_counter()
    number = answers.count()
    try:
        box = shown.locator("#nt-box textarea")
        box.fill(message.encode("utf-8", "replace").decode())
        box.press("Enter")
        answers.nth(number).wait_for(timeout=1000 * 2 * SLOWEST)
    except Error as error:
        way.problems.append(f"{case.id}: no answer on the page ({str(error).splitlines()[0][:80]})")
        return
    way.took(case.id, time.perf_counter() - began)
    way.outcomes[answers.nth(number).get_attribute("data-status") or "notice"] += 1
    if shown.locator(RUNNING).count():
        way.problems.append(f"{case.id}: an element of the message's making")


def _parts(cases: Iterator[Case] | Sequence[Case] | tqdm[Case]) -> Iterator[list[Case]]:
    part: list[Case] = []
    for case in cases:
        part.append(case)
        if len(part) == PAGE_EVERY:
            yield part
            part = []
    if part:
        yield part


def to_markdown(ways: Sequence[Way], rows: int, complaints: str) -> str:
    """The report."""
    lines = []
    for way in ways:
        outcomes = ", ".join(f"{name} {count}" for name, count in sorted(way.outcomes.items()))
        memory = ", ".join(f"{mb:.0f}" for mb in way.memory_mb) or "-"
        lines.append((way.name, way.rows, outcomes, f"{way.slowest:.2f}", memory, len(way.problems)))
    head = ("way in", "rows", "outcomes", "slowest (s)", "memory (MB)", "problems")
    problems = "".join(f"- {way.name}: {problem}\n" for way in ways for problem in way.problems)
    said = f"The server complained: {complaints[-1_000:]}" if complaints else "The server complained of nothing."
    return f"# Hostile messages\n\n{rows} rows.\n\n{table(head, lines)}\n\n{said}\n\n{problems}".rstrip() + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.adversarial", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="question sets as JSON Lines")
    parser.add_argument("--no-page", dest="page", action="store_false", help="leave the browser out")
    parser.add_argument("--index", type=Path, help="folder of the built index; default: index/built")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
