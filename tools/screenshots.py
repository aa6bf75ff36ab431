"""`python -m tools.screenshots`: draw the pictures of the documentation from the running page, in headless Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Literal, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tools.marked import ROOT

FOLDER = ROOT / "docs" / "screenshots"
QUESTION, FOLLOW_UP = "What deficiencies cause muscle twitching?", "which foods have the second one?"
WIDE, PHONE = (1280, 1000), (390, 844)


class Picture(NamedTuple):
    """The window's size, what is asked in it, what is tapped then (a CSS selector), and the colours."""

    size: tuple[int, int]
    asked: tuple[str, ...]
    tapped: str = ""
    colours: Literal["light", "dark"] = "light"


PICTURES = {
    "wide": Picture(WIDE, (QUESTION,)),
    "foods": Picture(WIDE, (QUESTION, FOLLOW_UP)),
    "narrow": Picture(PHONE, (QUESTION,)),
    "compare": Picture(PHONE, ("compare spinach, kale, lentils and beef liver",), colours="dark"),
    "evidence": Picture(PHONE, (QUESTION,), ".nt-items a.nt-cite"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
PATIENCE = 600
"""Seconds that the page may take to be ready, an index build included."""
SETTLED = 2_000
"""Milliseconds in which an answer has been drawn and scrolled to."""


def chromium() -> str:
    """The browser's program: `$CHROMIUM`, else the first on the path. Raises FileNotFoundError."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(f"expected {', '.join(BROWSERS)} or $CHROMIUM, found none; install Chromium")
    return found


@contextmanager
def served() -> Iterator[str]:
    """The address of a page of its own, ready to answer. Raises TimeoutError, and RuntimeError where it ends early."""
    command = [sys.executable, "app.py", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            _wait(address.rstrip("/") + "/readyz", process)
            yield address
        finally:
            process.terminate()


def _wait(address: str, process: subprocess.Popen[str]) -> None:
    end = monotonic() + PATIENCE
    while monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"expected a page, but it ended with code {process.returncode}; it said why above")
        try:
            with urlopen(address, timeout=5):
                return
        except URLError:  # 503 until it is ready
            sleep(0.5)
    raise TimeoutError(f"{address}: expected the page to be ready in {PATIENCE} s")


def draw(page: Page, address: str, picture: Picture, path: Path) -> None:
    """Ask the questions one after the other, tap, and take the picture."""
    page.goto(address)
    box = page.get_by_role("textbox").last
    for number, question in enumerate(picture.asked):
        box.fill(question)
        box.press("Enter")
        page.get_by_text("Understood:").filter(visible=True).nth(number).wait_for()
        page.wait_for_timeout(SETTLED)
    if picture.tapped:
        page.locator(picture.tapped).first.click()
        page.wait_for_timeout(SETTLED)
    page.screenshot(path=path)


def main() -> None:
    """Draw each picture into docs/screenshots."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for name, picture in PICTURES.items():
            width, height = picture.size
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=picture.colours)
            draw(page, address, picture, FOLDER / f"{name}.png")
            page.close()
            print(f"docs/screenshots/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
