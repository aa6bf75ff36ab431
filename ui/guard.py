"""What stands between the network and the app: hosts, origins, paths, sizes, rates, a password, and the headers.

Plain ASGI, so that streams pass through untouched. Nothing here logs or keeps what was asked.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_PATHS = re.compile(
    r"/(?:|healthz|readyz|state|names|export|feedback|config|theme\.css|manifest\.json|favicon\.ico|robots\.txt"
    r"|(?:assets|static|own|source)/.+|gradio_api/(?:info|app_id|startup-events|run/predict|queue/join|queue/data|cancel|reset"
    r"|heartbeat/\w+|call/respond(?:/\w+)?))"
)
"""The paths that the page needs. Gradio has more (uploads, files, proxies, components, MCP): these are shut."""
QUESTIONS = re.compile(r"/(?:export|feedback|gradio_api/(?:queue/join|call/respond))")
"""Paths whose POST counts against the rate."""
KEPT = re.compile(r"/(?:assets|own)/")
"""Paths whose content never changes under its name, so that browsers may keep it."""
OPEN_TO_ALL = ("/healthz", "/readyz")
_INLINE = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_CORS = b"access-control-"
_MOST_DIGITS = 18
"""Of a length: Python refuses to read a number of thousands."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`hosts`: names beside addresses and localhost. `rate`: questions a minute and client, 0 for no limit."""

    hosts: tuple[str, ...] = ()
    password: str | None = None
    rate: int = 120
    largest_body: int = 2_000_000
    body_seconds: float = 15.0
    clients: int = 10_000


class Refusal(Exception):
    """A request that is not let in."""

    def __init__(self, status: int, words: str, **headers: str) -> None:
        self.status, self.words = status, words
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        super().__init__(words)


class Guard:
    """Lets requests through to `app`, or refuses them with a short plain text."""

    def __init__(self, app: App, rules: Rules, busy: str = "busy") -> None:
        self._app, self._rules, self._busy = app, rules, busy.encode()
        self._rates = Rates(rules.rate, rules.clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        outgoing = Outgoing(send, scope["path"], self._busy)
        try:
            self._admit(scope)
            body = await self._body(scope, receive)
        except Refusal as refusal:
            await outgoing.refuse(refusal)
            return
        await self._app(scope, again(body, receive), outgoing)

    def _admit(self, scope: Scope) -> None:
        """Raises Refusal unless host, path, origin, password and rate are in order."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, path, method = headers.get(b"host", ""), scope["path"], scope["method"]
        if not self._is_known(host):
            raise Refusal(421, "This host name is not known here; the operator can allow it with --allowed-host.")
        if path == "/gradio_api/upload" or not OPEN_PATHS.fullmatch(path):
            raise Refusal(403, "Not open here.")
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, "Not allowed.")
        origin = headers.get(b"origin")
        if method == "POST" and origin is not None and _split(origin).netloc.lower() != host.lower():
            raise Refusal(403, "Requests from other sites are refused.")
        if path not in OPEN_TO_ALL:
            self._check_password(headers.get(b"authorization", ""))
        if method == "POST" and QUESTIONS.fullmatch(path):
            wait = self._rates.take((scope.get("client") or ("",))[0])
            if wait:
                raise Refusal(429, "Too many questions at once. Please wait a moment.", retry_after=str(wait))

    def _is_known(self, host: str) -> bool:
        """Addresses can't be rebound by DNS; names must be known."""
        name = (_split(f"//{host}").hostname or "").rstrip(".")
        if name == "localhost" or name in self._rules.hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _check_password(self, header: str) -> None:
        if self._rules.password is None:
            return
        try:
            given = base64.b64decode(header.removeprefix("Basic "), validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            given = b""
        if not hmac.compare_digest(given, self._rules.password.encode()):
            raise Refusal(401, "A password is needed.", www_authenticate='Basic realm="Nutrace", charset="UTF-8"')

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, at most `largest_body` bytes within `body_seconds`."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or len(length) > _MOST_DIGITS or int(length) > self._rules.largest_body:
            raise Refusal(413, "Too large.")
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._rules.body_seconds):
                while True:
                    message = await receive()
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > self._rules.largest_body:
                        raise Refusal(413, "Too large.")
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise Refusal(408, "Too slow.") from None


def _split(address: str) -> SplitResult:
    """The parts of an address; none where it is no address, such as one with a bracket that never closes."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def again(body: bytes, receive: Receive) -> Receive:
    """The body once more for the app, and whatever comes after it."""
    given = False

    async def once_more() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once_more


class Rates:
    """A bucket of tokens for each client, refilled steadily, half a minute's worth deep. 0: no limit."""

    def __init__(self, a_minute: int, clients: int) -> None:
        self._a_second, self._deep, self._clients = a_minute / 60, max(1.0, a_minute / 2), clients
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int:
        """Take one token. Returns the seconds to wait where there is none, else 0."""
        if not self._a_second:
            return 0
        now = time.monotonic()
        tokens, since = self._held.pop(client, (self._deep, now))
        tokens = min(self._deep, tokens + (now - since) * self._a_second)
        enough = tokens >= 1
        self._held[client] = (tokens - enough, now)
        while len(self._held) > self._clients:
            self._held.popitem(last=False)
        return 0 if enough else max(1, round((1 - tokens) / self._a_second))


class Outgoing:
    """Sends a response with our headers. A page is held back until it is whole, since its policy names its scripts."""

    def __init__(self, send: Send, path: str, busy: bytes) -> None:
        self._send, self._path, self._busy = send, path, busy
        self._start: Message | None = None
        self._page: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """Send one message of the app's."""
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if not name.lower().startswith(_CORS)]
            kind = next((value for name, value in headers if name.lower() == b"content-type"), b"")
            is_busy = message["status"] == 503 and QUESTIONS.fullmatch(self._path) is not None
            if kind.startswith(b"text/html") or is_busy:
                self._start = {**message, "headers": headers}
                return
            await self._send({**message, "headers": [*headers, *self._added(b"")]})
        elif message["type"] == "http.response.body" and self._start is not None:
            self._page.append(message.get("body", b""))
            if not message.get("more_body"):
                await self._send_page(self._start, b"".join(self._page))
        else:
            await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """A refusal as plain text, or as what Gradio's page shows for a question."""
        body = refusal.words.encode()
        kind = b"text/plain; charset=utf-8"
        if self._path.startswith("/gradio_api/"):
            kind, body = b"application/json", _detail(refusal.words.encode())
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        headers += [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
        start = {"type": "http.response.start", "status": refusal.status, "headers": [*headers, *self._added(b"")]}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    async def _send_page(self, start: Message, body: bytes) -> None:
        if start["status"] == 503:
            body = _detail(self._busy)
        headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
        headers += [(b"content-length", str(len(body)).encode()), *self._added(body)]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    def _added(self, page: bytes) -> list[tuple[bytes, bytes]]:
        """Our headers; scripts inside the page are allowed by their hash and no others."""
        keep = KEPT.match(self._path) is not None
        return [
            (b"content-security-policy", policy(page)),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
            *([] if keep else [(b"cache-control", b"no-store")]),
        ]


def policy(page: bytes) -> bytes:
    """The content security policy of a page: own files, own inline scripts by hash, nothing from elsewhere, no eval.

    Styles may stand inline, because Svelte, which Gradio is written in, sets them.
    """
    hashes = [
        b"'sha256-" + base64.b64encode(hashlib.sha256(found["code"].replace(b"\r\n", b"\n")).digest()) + b"'"
        for found in _INLINE.finditer(page)
        if b"src=" not in found["attributes"]
    ]
    return b"; ".join(
        (
            b"default-src 'none'",
            b" ".join((b"script-src 'self'", *dict.fromkeys(hashes))),
            b"style-src 'self' 'unsafe-inline'",
            b"img-src 'self' data:",
            b"font-src 'self' data:",
            b"connect-src 'self'",
            b"manifest-src 'self'",
            b"base-uri 'self'",
            b"form-action 'none'",
            b"frame-ancestors 'none'",
        )
    )


def _detail(words: bytes) -> bytes:
    return json.dumps({"detail": words.decode()}).encode()
