"""The web app: our own few routes, and Gradio's page mounted beside them."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse

from answers.build import Builder
from corpus import Span
from corpus.errors import UsageError
from ui.conversation import Conversations
from ui.forms import Forms
from ui.html import Html, tag, text
from ui.page import Page, browser_locale, words_for_gradio
from ui.quiet import quiet
from ui.requests import users_messages
from ui.source_html import document_html, row_html
from ui.startup import Startup
from ui.strings import ENGLISH

STATIC = Path(__file__).parent / "static"
FILES = {
    "nutrace.css": "text/css",
    "nutrace.js": "text/javascript",
    "names.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
NAMED = ("food", "symptom", "topic", "condition", "medicine")
"""Kinds of names that are offered while typing, beside the nutrients."""
SESSIONS = 64
"""Sessions that Gradio remembers, some 45 kB each: every question of a program makes one. The page has no state."""
EXPORTS_AT_ONCE = 2
"""An export answers a whole conversation again, which takes seconds: more at once are told that it is busy."""
MOST_EXPORTED = 300
"""Messages of a conversation that is exported."""
SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]


def web_app(startup: Startup, locale: str | None = None, feedback: Path | None = None, waiting: int = 64) -> FastAPI:
    """The whole app. `waiting`: questions that may wait; more are told that it is busy."""
    app = FastAPI(title=ENGLISH["title"], docs_url=None, redoc_url=None, openapi_url=None)
    Routes(startup, locale, feedback).add_to(app)
    words = words_for_gradio()
    page = Page(startup, locale).blocks(words)
    page.queue(max_size=waiting or None, default_concurrency_limit=4, api_open=False)
    page.state_session_capacity = SESSIONS
    mounted: FastAPI = gr.mount_gradio_app(
        app, page, path="/", show_error=False, ssr_mode=False, run_history=False, footer_links=[], pwa=False,
        mcp_server=False, enable_monitoring=False, max_file_size=1, i18n=words, head=_head(),
        theme=gr.themes.Base(primary_hue="teal", neutral_hue="slate", font=SYSTEM_FONTS, font_mono=["monospace"]),
    )  # fmt: skip
    # Gradio keeps its functions by number; the API's is the one with a name.
    inputs = {number: len(function.inputs) for number, function in page.fns.items()}
    called = next(len(function.inputs) for function in page.fns.values() if function.api_name == "respond")
    mounted.add_middleware(Forms, inputs=inputs, called=called)
    quiet()
    return mounted


class Routes:
    """Health, evidence, export and feedback."""

    def __init__(self, startup: Startup, locale: str | None, feedback: Path | None) -> None:
        self._startup, self._locale, self._feedback = startup, locale, feedback
        self._writing, self._exporting = threading.Lock(), threading.BoundedSemaphore(EXPORTS_AT_ONCE)

    def add_to(self, app: FastAPI) -> None:
        """Register the routes."""
        app.get("/healthz")(self.health)
        app.get("/readyz")(self.readiness)
        app.get("/state")(self.state)
        app.get("/names")(self.names)
        app.get("/own/{name}")(self.file)
        app.get("/favicon.ico")(self.icon)
        app.get("/source/document/{id_:path}")(self.document)
        app.get("/source/table/{table}/{row:path}")(self.row)
        app.post("/export")(self.export)
        if self._feedback:
            app.post("/feedback")(self.feedback)

    async def health(self) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok")

    async def readiness(self) -> Response:
        """Questions are answered at once; else how far the loading is."""
        return JSONResponse(self._state(), 200 if self._startup.is_ready else 503)

    async def state(self) -> Response:
        """The same for the page, which would have a 503 in the browser's list of errors."""
        return JSONResponse(self._state())

    def _state(self) -> dict[str, Any]:
        stage = self._startup.stage
        return {"ready": self._startup.is_ready, "stage": stage.words, "done": stage.done, "total": stage.total}

    async def names(self) -> Response:
        """What topics and foods are called, to be offered while typing; none before all is loaded."""
        conversations = self._startup.conversations(0)
        shown = conversations.nutrace.retriever.parser.lexicon.shown if conversations else {}
        kinds = ((id_.rpartition(":")[0], name) for id_, name in shown.items())
        return JSONResponse(sorted({name for kind, name in kinds if kind in ("", *NAMED)}, key=str.lower))

    async def file(self, name: str) -> Response:
        """One of our own few files; their address changes with their content."""
        if name not in FILES:
            return PlainTextResponse(ENGLISH["source.none"], 404)
        keep = {"cache-control": "public, max-age=31536000, immutable"}
        return FileResponse(STATIC / name, media_type=FILES[name], headers=keep)

    async def icon(self) -> Response:
        """The icon that browsers ask for by themselves."""
        return FileResponse(STATIC / "icon.svg", media_type=FILES["icon.svg"])

    def document(self, id_: str, at: str = "", fragment: bool = False) -> Response:
        """A document with the span `at` ("120-240") marked."""
        conversations = self._startup.conversations(0)
        found = conversations and conversations.nutrace.corpus.documents.get(id_)
        if not found:
            return _missing(fragment)
        start, _, end = at.partition("-")
        spans = [Span(int(start), int(end))] if start.isdecimal() and end.isdecimal() and len(at) < 20 else []
        return _shown(document_html(found, spans, ENGLISH), found.title, fragment)

    def row(self, table: str, row: str, column: str = "", fragment: bool = False) -> Response:
        """A row of a table with the cell of `column` marked, and where it comes from."""
        conversations = self._startup.conversations(0)
        corpus = conversations.nutrace.corpus if conversations else None
        found = corpus.tables[table].by_id.get(row) if corpus and table in corpus.tables else None
        if corpus is None or found is None:
            return _missing(fragment)
        builder = Builder(corpus)
        builder.cite_row(table, found)
        source = next(iter(builder.citations[0].sources), None)
        return _shown(row_html(corpus, table, found, column, source, ENGLISH), row, fragment)

    async def export(self, request: Request) -> Response:
        """The conversation that the messages in the body make, as Markdown with its sources."""
        try:
            messages, _ = await self._posted(request)
        except (UsageError, ValueError, RecursionError) as error:
            return PlainTextResponse(str(error), 400)
        locale = self._locale or browser_locale(request.headers)
        if not self._exporting.acquire(blocking=False):
            return PlainTextResponse(ENGLISH["busy"], 503)
        try:
            text_ = await run_in_threadpool(lambda: self._exported(messages, locale))
        finally:
            self._exporting.release()
        return PlainTextResponse(text_, media_type="text/markdown; charset=utf-8")

    def _exported(self, messages: tuple[str, ...], locale: str | None) -> str:
        conversations: Conversations | None = self._startup.conversations(0)
        return conversations.markdown(messages, locale) if conversations else ENGLISH["starting"]

    async def feedback(self, request: Request) -> Response:
        """Keep one line of helpful or not, with the question and the messages before it. Only where turned on."""
        try:
            messages, body = await self._posted(request)
        except (UsageError, ValueError, RecursionError) as error:
            return PlainTextResponse(str(error), 400)
        if not messages or not isinstance(body.get("helpful"), bool):
            return PlainTextResponse("expected messages and helpful", 400)
        line = {"time": int(time.time()), "helpful": body["helpful"], "messages": messages}
        await run_in_threadpool(lambda: self._keep(json.dumps(line, ensure_ascii=True)))
        return PlainTextResponse("kept")

    def _keep(self, line: str) -> None:
        assert self._feedback
        with self._writing, self._feedback.open("a", encoding="ascii") as file:
            file.write(line + "\n")

    async def _posted(self, request: Request) -> tuple[tuple[str, ...], dict[str, Any]]:
        body = json.loads(await request.body())
        if not isinstance(body, dict):
            raise UsageError("expected an object with messages")
        return users_messages(body.get("messages"))[-MOST_EXPORTED:], body


def _shown(content: Html, title: str, fragment: bool) -> Response:
    """The evidence for the drawer, or as a page of its own where there is no script."""
    if fragment:
        return HTMLResponse(content)
    head = [
        tag("title", title),
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<link rel="stylesheet" href="{own("nutrace.css", "/")}">'),
    ]
    page = tag("html", [tag("head", head), tag("body", tag("main", content))], lang="en")
    return HTMLResponse(f"<!doctype html>{page}")


def _missing(fragment: bool) -> Response:
    return HTMLResponse(tag("p", ENGLISH["source.none"]) if fragment else ENGLISH["source.none"], 404)


def own(name: str, root: str = "") -> str:
    """The address of one of our files, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"{root}own/{name}?v={digest}"


def _head() -> str:
    words = text(json.dumps({key: ENGLISH[key] for key in SCRIPT_WORDS}))
    return (
        f'<link rel="stylesheet" href="{own("nutrace.css")}"><link rel="icon" href="{own("icon.svg")}">'
        f'<meta name="color-scheme" content="light dark"><meta name="nt-words" content="{words}">'
        f'<script defer src="{own("nutrace.js")}"></script><script defer src="{own("names.js")}"></script>'
    )


SCRIPT_WORDS = (
    "close", "saved", "source", "source.strength", "starting", "starting.detail", "looking", "names.found", "answer",
    "you", "saved.none", "saved.delete", "saved.clear", "copied", "thanks", "failed.export",
)  # fmt: skip
