"""Serve the page: listen at once, load behind it, stop cleanly."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from argparse import Namespace
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import uvicorn

from corpus.errors import NutraceError
from ui.guard import App, Guard, Message, Receive, Rules, Scope, Send
from ui.loading import Places
from ui.startup import Startup
from ui.strings import ENGLISH

if TYPE_CHECKING:
    from fastapi import FastAPI

GRACE = 3
"""Seconds that open connections have at the end."""
STARTING = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
    f"<title>{ENGLISH['title']}</title><style>body {{ font: 1rem system-ui, sans-serif; margin: 20vh auto; "
    "max-width: 40rem; padding: 0 1rem } h1 { color: light-dark(#0f6b63, #6fd3c6) }</style></head>"
    f'<body><h1>{ENGLISH["title"]}</h1><p role="status">{ENGLISH["starting"]} …</p></body></html>'
).encode()


class ServeError(NutraceError):
    """The page cannot be served."""


class Doorway:
    """Answers from the first moment: with a page that says to wait, until the app stands behind it."""

    def __init__(self) -> None:
        self.app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            while True:
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
                if kind == "lifespan.shutdown":
                    return
        if self.app is not None:
            await self.app(scope, receive, send)
            return
        alive = scope["path"] == "/healthz"
        page = scope["path"] == "/"
        body = b"ok" if alive else STARTING if page else b"starting"
        kind = b"text/html; charset=utf-8" if page else b"text/plain"
        status = 200 if alive or page else 503
        start: Message = {"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]}
        await send(start)
        await send({"type": "http.response.body", "body": body})


def serve(places: Places, options: Namespace) -> int:
    """Serve until interrupted. Raises NutraceError where the port is taken or the corpus can't be loaded."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    listening = _socket(options.host, options.port)
    startup = Startup(places, feedback=options.feedback is not None)
    doorway = Doorway()
    hosts = tuple(name.lower() for name in (*options.allowed_host, options.host, socket.gethostname()))
    guard = Guard(doorway, Rules(hosts, options.password, options.rate), ENGLISH["busy"])
    server = uvicorn.Server(
        uvicorn.Config(
            guard, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE,
            limit_concurrency=1_000, lifespan="on", date_header=False,
        )
    )  # fmt: skip
    sys.stdout.write(f"Nutrace is at {_address(listening)}\n")
    sys.stdout.flush()
    asyncio.run(_run(server, listening, startup, doorway, options))
    if startup.error:
        raise ServeError(startup.error)
    return 0


async def _run(
    server: uvicorn.Server, listening: socket.socket, startup: Startup, doorway: Doorway, options: Namespace
) -> None:
    """The server, and beside it the making of the app and the loading, one after the other."""
    async with AsyncExitStack() as stack:
        making = asyncio.create_task(_make(stack, startup, doorway, server, options))
        try:
            await server.serve(sockets=[listening])
        finally:
            making.cancel()


async def _make(
    stack: AsyncExitStack, startup: Startup, doorway: Doorway, server: uvicorn.Server, options: Namespace
) -> None:
    try:
        app = await asyncio.to_thread(_web_app, startup, options)
        await stack.enter_async_context(app.router.lifespan_context(app))
    except Exception as error:
        startup.error = f"the page could not be made: {type(error).__name__}: {error}"
        server.should_exit = True
        return
    doorway.app = app
    threading.Thread(target=_load, args=(startup, server), name="loading", daemon=True).start()


def _web_app(startup: Startup, options: Namespace) -> FastAPI:
    from ui.web import web_app  # imports Gradio, which takes seconds

    return web_app(startup, options.locale, options.feedback, options.queue)


def _load(startup: Startup, server: uvicorn.Server) -> None:
    startup.load()
    if startup.error:
        server.should_exit = True


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise ServeError(
            f"{host}:{port}: expected a free port, found: {error.strerror}; choose another with --port"
        ) from None
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
