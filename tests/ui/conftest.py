"""One server and one browser for all tests of the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ui_support import CHROMIUM, FLAGS, INDEX, OpenPage, serving

from ui.conversation import Conversations
from ui.loading import Places, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: from the first one on, Playwright's event loop runs, and asyncio.run can't be used."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def conversations() -> Conversations:
    """The loaded program, in this process."""
    return Conversations(load(Places(index=Path(INDEX) if INDEX else None)), feedback=True)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that is ready, with feedback kept."""
    kept = tmp_path_factory.mktemp("feedback") / "feedback.jsonl"
    os.environ["NUTRACE_TEST_FEEDBACK"] = str(kept)
    with serving("--feedback", str(kept)) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where there is none: skipped with the reason, under CI=true failed."""
    if not Path(CHROMIUM).exists():
        reason = f"no Chromium at {CHROMIUM}; install it, or name it in the environment variable CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens the page as a fresh visitor: `open_page(width=360)`. Fails on any error in the console."""
    contexts = []
    problems: list[str] = []

    def opened(width: int = 1200, height: int = 800, scheme: str = "light", at: str = "", **options: object) -> Page:
        viewport = {"width": width, "height": height}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append("a script ran: " + dialog.message))
        page.goto(at or address)
        page.locator("#nt-box textarea").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert problems == []
