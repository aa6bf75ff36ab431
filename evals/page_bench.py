"""`python -m evals.page_bench`: from Enter to the answer on the page, beside a bare Gradio echo chat in the same run.

One question at a time in headless Chromium, the two pages in turn; then many people at once, without browsers.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from corpus import load_corpus
from evals.page_load import Person, Step, throughput
from evals.report import table
from evals.run import REPORTS
from tools.marked import ROOT, fill_file
from tools.screenshots import FLAGS, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

README = ROOT / "README.md"
MOST_TIME, LEAST_THROUGHPUT = 1.5, 0.8
"""What is aimed at, as ratios to the echo chat."""
ASKED = ("Which foods have the most {}?", "What are the signs of low {}?", "How much {} do I need a day?")
"""One conversation; each is asked about a nutrient of its own, so that nothing was seen before."""
PATIENCE = 300.0
SETTLED = 1_500
"""Milliseconds after which a turn sends nothing more."""
MEASURE = """(answers) => {
  const count = () => document.querySelectorAll(answers).length, before = count();
  window.took = new Promise((done) => document.addEventListener("keydown", (event) => {
    const from = event.timeStamp;
    const watcher = new MutationObserver(() => {
      if (count() <= before) return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
    });
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
  }, { capture: true, once: true }));
}"""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that runs: its address, where its answers and its box are, and its function for programs."""

    name: str
    address: str
    answers: str
    box: str
    function: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write the report and the README's lines. Returns the exit code: 1 where an aim was missed."""
    options = _parser().parse_args(arguments)
    names = [row.text("name") for row in load_corpus().tables["nutrients"].rows]
    with _own() as own, _echo() as echo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        print(f"{options.questions} questions one at a time", file=sys.stderr)
        times = latency(browser, (own, echo), names, options.questions)
        turns = {chat.name: recorded(browser, chat) for chat in (own, echo)}
        browser.close()
        print(f"{options.people} people at once", file=sys.stderr)
        rates = rates_of((own, echo), turns, names, options)
    report = {"questions": options.questions, "people": options.people, "milliseconds": times, "per_second": rates}
    report["requests"] = {name: len(steps) for name, steps in turns.items()}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "page_bench.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    text = to_markdown(report)
    print(text)
    if options.readme:
        fill_file(README, "page-bench", text)
    held = _ratio(times) <= MOST_TIME and _ratio(rates["page"]) >= LEAST_THROUGHPUT
    return 0 if held else 1


def to_markdown(report: dict[str, Any]) -> str:
    """What the README shows: ratios first, since absolute figures hold for one machine."""
    times, rates = report["milliseconds"], report["per_second"]
    requests = " and ".join(f"{count} ({name})" for name, count in report["requests"].items())
    rows = [
        ("from Enter to the answer on the page, median", *_cells(times, " ms"), f"{_ratio(times):.2f}", "at most 1.5"),
        ("turns a second, all that the page sends", *_cells(rates["page"]), f"{_ratio(rates['page']):.2f}",
         "at least 0.8"),
        ("turns a second, one call of the API", *_cells(rates["call"]), f"{_ratio(rates['call']):.2f}", ""),
    ]  # fmt: skip
    return "\n\n".join(
        (
            f"The page beside a bare Gradio echo chat (`gr.ChatInterface`) in the same run: {report['questions']} "
            f"questions never asked before, one at a time in Chromium; then {report['people']} people at once, who "
            f"send what the pages send for a turn, which is {requests} POST requests.",
            table(("", "Nutrace", "echo", "ratio", "aim"), rows),
        )
    )


# --- one at a time


def latency(browser: Browser, chats: Sequence[Chat], names: Sequence[str], questions: int) -> dict[str, float]:
    """Median milliseconds from Enter to the answer painted, over conversations of three turns, the chats in turn."""
    found: dict[str, list[float]] = {chat.name: [] for chat in chats}
    for number in range(0, questions, len(ASKED)):
        for chat in chats:
            page = browser.new_page()
            _open(page, chat)
            for turn, wording in enumerate(ASKED):
                found[chat.name].append(_timed(page, chat, wording.format(names[(number + turn) % len(names)])))
            page.close()
    return {name: statistics.median(times[:questions]) for name, times in found.items()}


def _open(page: Page, chat: Chat) -> None:
    page.goto(chat.address)
    page.locator(chat.box).wait_for()
    page.wait_for_timeout(SETTLED)


def _timed(page: Page, chat: Chat, question: str) -> float:
    box = page.locator(chat.box)
    box.fill(question)
    page.evaluate(MEASURE, chat.answers)
    box.press("Enter")
    took = float(page.evaluate("() => window.took"))
    page.wait_for_timeout(SETTLED)
    return took


def recorded(browser: Browser, chat: Chat) -> list[Step]:
    """What the page sends for the first turn of a conversation, in order."""
    steps: list[Step] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            steps.append(Step(request.url.removeprefix(chat.address), json.loads(request.post_data or "{}")))

    page = browser.new_page()
    _open(page, chat)
    page.on("request", note)
    _timed(page, chat, RECORDED)
    page.close()
    return steps


RECORDED = "recorded question"


# --- many at once


def rates_of(
    chats: Sequence[Chat], turns: dict[str, list[Step]], names: Sequence[str], options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Turns a second of each chat, as its page asks and by one call: the median of rounds in which they alternate."""
    found: dict[str, dict[str, list[float]]] = {"page": {}, "call": {}}
    for round_ in range(options.rounds):
        for chat in chats:
            people = [Person(chat.address, f"bench{round_}x{number}") for number in range(options.people)]

            def question(person: int, turn: int, round_: int = round_) -> str:
                at = int((round_ * options.people + person) * options.turns + turn)
                return f"{ASKED[at % len(ASKED)].format(names[at % len(names)])} ({at})"

            def page(person: int, turn: int, chat: Chat = chat, people: list[Person] = people) -> None:
                people[person].turn(turns[chat.name], RECORDED, question(person, turn))

            def call(person: int, turn: int, chat: Chat = chat, people: list[Person] = people) -> None:
                rest: tuple[Any, ...] = ([], "") if chat.function == "respond" else ()
                people[person].call(chat.function, (question(person, turn) + "?", *rest))

            for kind, do in (("page", page), ("call", call)):
                rate = throughput(options.people, options.turns, do)
                found[kind].setdefault(chat.name, []).append(rate)
    return {kind: {name: statistics.median(each) for name, each in of.items()} for kind, of in found.items()}


# --- the two chats


@contextmanager
def _own() -> Iterator[Chat]:
    with _served(["app.py", "--rate", "0"], "/readyz") as address:
        yield Chat("Nutrace", address, "#nt-chat .nt-answer", "#nt-box textarea", "respond")


@contextmanager
def _echo() -> Iterator[Chat]:
    with _served(["-m", "evals.echo_chat"], "/config") as address:
        yield Chat("echo", address, "[data-testid=bot]", "textarea:visible", "chat")


@contextmanager
def _served(program: list[str], ready: str) -> Iterator[str]:
    """The address of a chat that answers. Raises TimeoutError."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, *program, *(["--port"] if program[0] == "app.py" else []), port]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + PATIENCE
            while not _answers(address + ready):
                if time.monotonic() > end or process.poll() is not None:
                    raise TimeoutError(f"{' '.join(program)}: expected a chat within {PATIENCE:.0f} s, found none")
                time.sleep(0.2)
            yield address
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answered:
            return bool(answered.status == 200)
    except (URLError, OSError):
        return False


def _ratio(figures: dict[str, float]) -> float:
    return figures["Nutrace"] / figures["echo"]


def _cells(figures: dict[str, float], unit: str = "") -> tuple[str, str]:
    return f"{figures['Nutrace']:.0f}{unit}", f"{figures['echo']:.0f}{unit}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.page_bench", description=__doc__)
    parser.add_argument("--questions", type=int, default=30, help="asked one at a time (30)")
    parser.add_argument("--people", type=int, default=16, help="who ask at once (16)")
    parser.add_argument("--turns", type=int, default=5, help="of each of them, in each round (5)")
    parser.add_argument("--rounds", type=int, default=7, help="whose median is taken (7)")
    parser.add_argument("--out", type=Path, default=REPORTS, help="where the report goes (default: evals/reports)")
    parser.add_argument("--no-readme", dest="readme", action="store_false", help="leave README.md as it is")
    return parser


if __name__ == "__main__":
    sys.exit(main())
