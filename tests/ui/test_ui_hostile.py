"""A corpus written by an enemy: script and HTML in a document's name, title, heading, text and sources stay text."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_support import INDEX, ROOT, OpenPage, Parsed, call, serving, status

from evals.checks import escaped

RUN = "<script>alert(1)</script>"
LOAD = "<img src=x onerror=alert(1)>"
QUESTION = "what is zorblium?"
DOCUMENT = f"""\
---
id: topic:zorblium
title: "Zorblium {RUN}"
kind: topic
topics: [topic:zorblium]
synonyms: [zorblium]
reviewed: 2026-11-22
sources:
  - id: s
    title: "A book {LOAD}"
    publisher: "{RUN}"
    url: "javascript:alert(1)"
sections:
  - heading: "What zorblium is {LOAD}"
    aspect: overview
    questions: [what is zorblium, zorblium]
---

# Zorblium

## What zorblium is {LOAD}

Zorblium is a powder {RUN} of no known use {LOAD} and [not](javascript:alert(1)) a nutrient.[^s]
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the real corpus and that document, whose file has markup for a name."""
    folder = tmp_path_factory.mktemp("hostile")
    for part in ("documents", "tables", "vocabulary"):
        shutil.copytree(ROOT / "corpus" / part, folder / "corpus" / part)
    (folder / "corpus" / "documents" / "topics" / f"{LOAD}.md").write_text(DOCUMENT, encoding="utf-8")
    # What is embedded already is taken from the real index's cache.
    shutil.copytree(Path(INDEX or ROOT / "index" / "built"), folder / "built", copy_function=_linked)
    with serving("--corpus", str(folder / "corpus"), "--index", str(folder / "built")) as address:
        yield address


def _linked(source: str, target: str) -> None:
    """A link to a file of the same disk, else a copy: the index replaces files and never writes into them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def test_markup_of_a_document_stays_text_in_the_reply_and_in_the_evidence(hostile: str) -> None:
    reply = call(hostile, QUESTION, [], "")
    (quote,) = [piece for piece in reply["pieces"] if piece["kind"] == "quote"]
    assert RUN in quote["text"] and LOAD in quote["text"]
    assert escaped().passes(reply)
    span = f"{quote['start']}-{quote['end']}"
    code, headers, page = status(f"{hostile}/source/document/topic:zorblium?at={span}&fragment=true")
    parsed = Parsed(page.decode())
    assert code == 200 and quote["text"] in parsed.text
    assert not {"script", "img"} & {tag for tag, _ in parsed.tags}
    assert not any(link.startswith("javascript") for link in parsed.links())
    assert "script-src 'self';" in headers["content-security-policy"]


@pytest.mark.browser
def test_markup_of_a_document_runs_nowhere_on_the_page(open_page: OpenPage, hostile: str) -> None:
    page = open_page(at=hostile)
    page.locator("#nt-box textarea").fill(QUESTION)
    page.locator("#nt-box textarea").press("Enter")
    answer = page.locator("#nt-chat .nt-answer").first
    answer.wait_for(timeout=60_000)
    assert RUN in answer.inner_text() and LOAD in answer.inner_text()
    answer.locator("a.nt-cite").first.click()
    page.locator("dialog mark").wait_for()
    assert RUN in page.locator("dialog").inner_text()
    assert page.locator("#nt-chat .nt-answer :is(script, img), dialog :is(script, img)").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
