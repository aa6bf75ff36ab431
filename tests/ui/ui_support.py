"""A running server, and what the tests do with its page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

OpenPage = Callable[..., "Page"]
"""Opens the page as a fresh visitor; a fixture."""
TWITCHING = "What deficiencies cause muscle twitching?"
ROOT = Path(__file__).parents[2]
INDEX = os.environ.get("NUTRACE_INDEX")
"""A folder of built indexes to use instead of the repository's own."""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def serving(*options: str, ready: bool = True) -> Iterator[str]:
    """Serves on a free port; gives the address once the page answers, or at once."""
    places = ["--index", INDEX] if INDEX else []
    command = [sys.executable, "app.py", "serve", "--port", "0", "--rate", "0", *places, *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().rsplit(" ", 1)[-1].strip()
            assert address.startswith("http"), "the server did not start"
            if ready:
                wait_until_ready(address)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def wait_until_ready(address: str, seconds: float = 300) -> None:
    """Until questions are answered at once."""
    until = time.monotonic() + seconds
    while status(f"{address}/readyz")[0] != 200:
        assert time.monotonic() < until, "the server did not become ready"
        time.sleep(0.2)


def status(url: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body of a request, whatever the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, named), timeout=60) as answered:
            return answered.status, {k.lower(): v for k, v in answered.headers.items()}, answered.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def call(address: str, *arguments: Any, name: str = "respond") -> Any:
    """Gradio's HTTP API, as its documentation shows it for curl."""
    body = json.dumps({"data": arguments}).encode()
    url = f"{address}/gradio_api/call/{name}"
    code, _, answered = status(url, body, content_type="application/json")
    assert code == 200, answered
    _, _, stream = status(f"{url}/{json.loads(answered)['event_id']}")
    event, _, data = stream.decode().strip().partition("\n")
    assert event == "event: complete", stream
    return json.loads(data.removeprefix("data: "))[0]


class Parsed(HTMLParser):
    """The text of some HTML, its tags, and the attributes of each."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.open = "", list[tuple[str, dict[str, str | None]]](), list[str]()
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "img", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        """All addresses that are linked."""
        return [str(attributes["href"]) for tag, attributes in self.tags if tag == "a"]


# --- the page in a browser


def answers(page: Page) -> Locator:
    """All answers on the page."""
    return page.locator("#nt-chat .nt-answer")


def after(page: Page, number: int) -> Locator:
    """The answer with this number, once it is there."""
    answers(page).nth(number).wait_for(timeout=60_000)
    return answers(page).nth(number)


def ask(page: Page, message: str) -> Locator:
    """Type, press Enter, and wait for the answer."""
    number = answers(page).count()
    page.locator("#nt-box textarea").fill(message)
    page.locator("#nt-box textarea").press("Enter")
    return after(page, number)


def tap(page: Page, target: Locator) -> Locator:
    """Tap, and wait for the answer that it brings."""
    number = answers(page).count()
    target.click()
    return after(page, number)


def too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.locator("html").evaluate("(element) => element.scrollWidth > element.clientWidth"))
