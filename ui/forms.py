"""Only questions of the page's own form reach Gradio: it answers others with an internal error, and prints them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ui.guard import App, Receive, Scope, Send, again

JOIN, CALL = "/gradio_api/queue/join", "/gradio_api/call/respond"
NO_QUESTION = b'{"detail": "Expected a question as the page or its API sends it."}'


class Forms:
    """ASGI. `inputs`: how many values each of the page's functions takes, by its number; `called`: and the API's."""

    def __init__(self, app: App, inputs: Mapping[int, int], called: int) -> None:
        self._app, self._inputs, self._called = app, inputs, called

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 400."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in (JOIN, CALL):
            await self._app(scope, receive, send)
            return
        body = (await receive()).get("body", b"")  # the guard in front gives it in one piece
        if self.fits(scope["path"], body):
            await self._app(scope, again(body, receive), send)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(NO_QUESTION)).encode())]
        await send({"type": "http.response.start", "status": 400, "headers": headers})
        await send({"type": "http.response.body", "body": NO_QUESTION})

    def fits(self, path: str, body: bytes) -> bool:
        """Whether a body is a question, as far as its form goes."""
        try:
            found: Any = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if not isinstance(found, dict) or not isinstance(found.get("event_data"), dict | None):
            return False
        data, number = found.get("data"), found.get("fn_index")
        wanted = self._called if path == CALL else self._inputs.get(number) if isinstance(number, int) else None
        return isinstance(data, list) and len(data) == wanted
