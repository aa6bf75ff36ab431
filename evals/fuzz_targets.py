"""What `evals.fuzz` throws inputs at: each target says what must hold of any input, by raising where it does not."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from answers import Answer, Nutrace, data
from answers.render import escape
from answers.verify import Verifier
from corpus import CorpusError, Span, load_corpus
from corpus.errors import NutraceError, UsageError
from corpus.load import Corpus
from corpus.markdown import read_document
from corpus.tables import read_tables
from evals import fuzz_inputs
from ui.answer_html import AnswerHtml
from ui.conversation import messages_in, said_html
from ui.forms import CALL, JOIN, Forms
from ui.guard import Guard, Message, Rules
from ui.html import tag
from ui.requests import BadRequest, read_request, users_messages
from ui.source_html import document_html
from ui.strings import ENGLISH

STATUSES = ("answered", "no_answer", "clarify", "small_talk")
URGENCIES = ("none", "doctor_soon", "same_day", "emergency", "poisoning", "crisis", "eating_disorder")
LONGEST_REPLY = 30_000
REFUSALS = (401, 403, 405, 408, 413, 421, 429)
LIVE_MARKUP = re.compile(r"<\s*[a-zA-Z/!]|(?<!\\)!\[|(?<!\\)\]\(|(?<!\\)`")
ELEMENTS = frozenset((
    "a", "article", "br", "button", "details", "div", "figcaption", "figure", "h1", "h2", "h3", "li", "mark", "ol", "p",
    "rect", "section", "span", "strong", "summary", "sup", "svg", "table", "tbody", "td", "th", "thead", "tr", "ul",
))  # fmt: skip
"""Elements that our HTML may hold: none that loads or runs anything."""
Check = Callable[[Any], None]


@dataclass(frozen=True)
class Target:
    """`share`: how many of a hundred inputs it gets. `seconds`: of processor time that one input may take."""

    name: str
    share: int
    inputs: st.SearchStrategy[Any]
    check: Check
    seconds: float = 2.0


def targets(nutrace: Nutrace) -> list[Target]:
    """All targets, over the real corpus and index."""
    return [
        Target("documents", 18, fuzz_inputs.documents(), check_document),
        Target("tables", 18, fuzz_inputs.tables(), check_table),
        Target("vocabulary", 14, fuzz_inputs.vocabularies(), check_vocabulary),
        Target("requests", 20, fuzz_inputs.requests(), check_request),
        Target("doors", 10, fuzz_inputs.doors(), check_door),
        Target("markup", 12, fuzz_inputs.ANY | fuzz_inputs.broken(fuzz_inputs.ODD), Markup(nutrace.corpus)),
        Target("respond", 8, fuzz_inputs.conversations(), Replies(nutrace), seconds=5.0),
    ]


def check_document(text: str) -> None:
    """A document is read, its sentences inside their sections; or one line says what is wrong with it."""
    with TemporaryDirectory(prefix="nutrace-fuzz-") as folder:
        path = Path(folder) / "document.md"
        path.write_bytes(encoded(text))
        try:
            document = read_document(path)
        except CorpusError as error:
            one_line(error)
            return
    assert document.text == text
    for section in document.sections:
        for span in section.sentences:
            assert section.start <= span.start < span.end <= section.end
    strict(document_html(document, [Span(0, 5), Span(9, 3), Span(-4, 10**9)], ENGLISH))


def check_table(pair: list[str]) -> None:
    """A table is read as its schema says, or one line says what is wrong with either."""
    with TemporaryDirectory(prefix="nutrace-fuzz-") as folder:
        (Path(folder) / "schema.yaml").write_bytes(encoded(pair[0]))
        (Path(folder) / "table.csv").write_bytes(encoded(pair[1]))
        try:
            found = read_tables(Path(folder))
        except CorpusError as error:
            one_line(error)
            return
    for table in found.values():
        assert all(set(row.cells) == set(table.columns) for row in table.rows)


def check_vocabulary(text: str) -> None:
    """A vocabulary file is read, or one line says what is wrong with it."""
    with TemporaryDirectory(prefix="nutrace-fuzz-") as folder:
        for part in ("documents", "tables", "vocabulary"):
            (Path(folder) / part).mkdir()
        (Path(folder) / "tables" / "schema.yaml").write_text("{}")
        (Path(folder) / "vocabulary" / "words.yaml").write_bytes(encoded(text))
        try:
            load_corpus(Path(folder))
        except CorpusError as error:
            one_line(error)


def check_request(text: str) -> None:
    """A row is a request or a bad one; a history gives the user's texts alone; a form fits or does not."""
    for path in (JOIN, CALL):
        assert Forms(check_request, {0: 2}, 3).fits(path, encoded(text)) in (True, False)  # type: ignore[arg-type]
    try:
        request = read_request(encoded(text))
        assert all(isinstance(message, str) for message in (request.message, *request.history))
        json.dumps(request.id, allow_nan=False)
    except BadRequest as error:
        one_line(error)
    try:
        assert all(isinstance(message, str) for message in messages_in(text))
        found = json.loads(text)
    except (UsageError, ValueError, RecursionError):
        return
    assert "forged" not in users_messages([{"role": "assistant", "content": "forged"}, *_texts(found)])


def check_door(given: list[str]) -> None:
    """A request is let in or refused with a status of ours, whatever its headers say."""
    method, path, *values = given
    names = (b"host", b"origin", b"authorization", b"content-length")
    headers = [(name, value.encode("latin-1", "replace")) for name, value in zip(names, values, strict=True)]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "client": ("192.0.2.1", 1)}
    sent: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<script>a</script>"})

    async def receive() -> Message:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(app, Rules(("nutrace.example",), password="b"))(scope, receive, send))
    assert sent[0]["status"] in (200, *REFUSALS)
    assert any(name == b"content-security-policy" for name, _ in sent[0]["headers"])


class Markup:
    """Text stays text, as Markdown and as HTML."""

    def __init__(self, corpus: Corpus) -> None:
        self._document = next(iter(corpus.documents.values()))

    def __call__(self, text: str) -> None:
        """Check one text."""
        assert not LIVE_MARKUP.search(escape(text))
        assert "\n" not in escape(text)
        shown = strict(tag("p", text, title=text) + said_html(text))
        wanted = re.sub(r"\s+", " ", text.replace("\0", "\ufffd").encode("utf-8", "replace").decode())
        assert shown.attributes[0] == {"title": wanted}
        assert shown.text.startswith(wanted)


class Replies:
    """Any conversation gets a verified reply of the contract, as data, Markdown and HTML."""

    def __init__(self, nutrace: Nutrace) -> None:
        self._nutrace = nutrace
        self._verifier = Verifier(nutrace.corpus, nutrace.composer.phrases)
        self._html = AnswerHtml(nutrace, ENGLISH, feedback=True)

    def __call__(self, messages: list[str]) -> None:
        """Check one conversation."""
        answer, times = self._nutrace.timed(messages[-1], messages[:-1], {"locale": messages[0][:5]})
        self._verifier.verify(answer)
        self._check_data(answer, messages[-1])
        strict(self._html(answer, times, len(messages) - 1))

    def _check_data(self, answer: Answer, message: str) -> None:
        reply = data(answer)
        json.dumps(reply, ensure_ascii=True, allow_nan=False)
        assert reply["message"] == message
        assert reply["status"] in STATUSES and reply["urgency"] in URGENCIES
        assert reply["pieces"][-1]["id"] == "disclaimer"
        assert len(reply["text"]) < LONGEST_REPLY
        assert not LIVE_MARKUP.search(reply["text"])


class Strict(HTMLParser):
    """Reads HTML of ours; raises where an element, an attribute or a link is none of ours, or the nesting is off."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.attributes = "", list[dict[str, str | None]]()
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check an element."""
        assert tag in ELEMENTS, tag
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found)
        link = found.get("href") or ""
        assert link.startswith(("source/", "#", "https://", "http://", "tel:", "/")) or "href" not in found, link
        self.attributes.append(found)
        if tag not in ("br", "rect"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check the nesting."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


def strict(markup: str) -> Strict:
    """The markup, read strictly."""
    return Strict(markup)


def encoded(text: str) -> bytes:
    """A text as bytes; where it has lone surrogates they are no UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def one_line(error: NutraceError) -> None:
    """An error for a person is one line that says what was expected and found."""
    assert len(str(error).splitlines()) == 1, repr(str(error))
    assert "expected" in str(error) and "found" in str(error)


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str) and entry != "forged"] if isinstance(value, list) else []
