"""Hosts, origins, paths, sizes, rates, password and headers, without a network."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
from typing import Any

import pytest

from ui.forms import CALL, JOIN, Forms
from ui.guard import Guard, Message, Rates, Rules, policy
from ui.quiet import Quiet, QuietTraceback

PAGE = b"<html><script>let a = 1;</script><script src='x.js'></script></html>"


async def _app(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"] if scope["method"] == "POST" else PAGE
    headers = [
        (b"content-type", b"text/html"),
        (b"access-control-allow-origin", b"*"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def ask(
    path: str = "/", method: str = "GET", rules: Rules | None = None, body: bytes = b"", guard: Guard | None = None,
    client: str = "1.2.3.4", **headers: str,
) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
    """One request through the guard: status, headers, body."""
    sent: list[Message] = []
    named = {"host": "localhost:7860", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http", "path": path, "method": method, "client": (client, 1),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run((guard or Guard(_app, rules or Rules()))(scope, receive, send))
    shown = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], shown, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:80", "127.0.0.1:7860", "[::1]:7860", "192.168.1.9", "nutrace.example"]
)
def test_known_hosts_and_addresses_are_let_in(host: str) -> None:
    assert ask(host=host, rules=Rules(hosts=("nutrace.example",)))[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "", "localhost.evil.example", "127.0.0.1.nip.io", "[", "[::1", "[localhost]", "\xff"]
)
def test_other_names_are_refused(host: str) -> None:
    assert ask(host=host)[0] == 421


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://localhost:7860.evil", "http://["]
)
def test_questions_from_other_sites_are_refused(origin: str) -> None:
    assert ask("/gradio_api/queue/join", "POST", origin=origin)[0] == 403


def test_questions_from_the_page_itself_are_let_in() -> None:
    assert ask("/gradio_api/queue/join", "POST", origin="http://localhost:7860", body=b"{}")[2] == b"{}"


SHUT = (
    "upload gradio_api/upload gradio_api/file=/etc/passwd gradio_api/proxy=http://x gradio_api/component_server "
    "gradio_api/mcp gradio_api/run/respond gradio_api/call/ask gradio_api/stream/a/b gradio_api/dev/reload "
    "login docs monitoring openapi.json file=x"
)


@pytest.mark.parametrize("path", [f"/{path}" for path in SHUT.split()])
def test_what_the_page_does_not_need_is_shut(path: str) -> None:
    assert ask(path)[0] == ask(path, "POST")[0] == 403


def test_large_and_oddly_sized_bodies_are_refused() -> None:
    small = Rules(largest_body=10)
    assert ask("/export", "POST", small, b"a" * 11)[0] == 413
    assert ask("/export", "POST", small, content_length="11")[0] == 413
    assert ask("/export", "POST", small, content_length="-1")[0] == 413
    assert ask("/export", "POST", small, content_length="9" * 5_000)[0] == 413
    assert ask("/export", "POST", small, b"a" * 10)[0] == 200


def test_a_body_that_never_comes_is_given_up() -> None:
    async def slowly() -> tuple[int, bytes]:
        sent: list[Message] = []

        async def receive() -> Message:
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b"a", "more_body": True}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/export", "method": "POST", "headers": [(b"host", b"localhost")]}
        await Guard(_app, Rules(body_seconds=0.1))(scope, receive, send)
        return sent[0]["status"], sent[1]["body"]

    assert asyncio.run(slowly()) == (408, b"Too slow.")


def test_a_client_that_asks_too_often_waits_and_others_do_not() -> None:
    guard = Guard(_app, Rules(rate=4))
    codes = [ask("/export", "POST", guard=guard)[0] for _ in range(4)]
    assert codes == [200, 200, 429, 429]
    assert ask("/export", "POST", guard=guard)[1]["retry-after"]
    assert ask("/export", "POST", guard=guard, client="5.6.7.8")[0] == 200
    assert ask("/", guard=guard)[0] == 200


def test_the_memory_of_clients_is_bounded() -> None:
    rates = Rates(60, clients=10)
    for number in range(100):
        rates.take(str(number))
    assert len(rates._held) == 10


def test_only_questions_of_the_pages_own_form_reach_gradio() -> None:
    forms = Forms(_app, {0: 2, 3: 0}, called=3)
    page = {"data": ["iron?", "[]"], "fn_index": 0, "session_hash": "s", "event_data": None}
    assert forms.fits(JOIN, json.dumps(page).encode())
    assert forms.fits(JOIN, b'{"data": [], "fn_index": 3}')
    assert forms.fits(CALL, b'{"data": ["iron?", [], ""]}')
    changes: list[dict[str, object]] = [{"data": ["a"]}, {"fn_index": 7}, {"fn_index": []}, {"event_data": 5}]
    others: list[object] = [{**page, **change} for change in changes]
    for other in [*others, [], 5, None, {"data": 5}]:
        assert not forms.fits(JOIN, json.dumps(other).encode())
    for body in (b"", b"{", b"[" * 100_000, b"\xff", b'{"data": ["a"]}'):
        assert not forms.fits(CALL, body)
    guard = Guard(forms, Rules())
    assert ask(CALL, "POST", guard=guard, body=b"{}")[0] == 400
    assert ask(CALL, "POST", guard=guard, body=b'{"data": [1, 2, 3]}')[2] == b'{"data": [1, 2, 3]}'


def test_an_error_is_logged_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("nutrace.test")
    logger.addFilter(Quiet())
    try:
        raise KeyError("a question")
    except KeyError:
        logger.exception("of %s", "a question")
        QuietTraceback.print_exc()
    assert [record.getMessage() for record in caplog.records] == [
        "a request failed: KeyError",
        "a question was refused: KeyError",
    ]
    assert "a question\n" not in caplog.text and "Traceback" not in caplog.text


def test_a_password_opens_all_but_health() -> None:
    rules = Rules(password="pässword")
    header = "Basic " + base64.b64encode("anyone:pässword".encode()).decode()
    assert ask(rules=rules)[0] == ask(rules=rules, authorization="Basic !")[0] == 401
    assert ask(rules=rules, authorization=header)[0] == 200
    assert ask("/healthz", rules=rules)[0] == 200


def test_every_response_has_our_headers_and_none_that_open_it_to_other_sites() -> None:
    for response in (ask(), ask("/nowhere"), ask("/own/x")):
        headers = response[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert not any(name.startswith("access-control") for name in headers)
    assert ask()[1]["cache-control"] == "no-store"


def test_the_policy_names_the_pages_own_scripts_and_allows_no_eval() -> None:
    found = policy(PAGE).decode()
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in found
    assert "unsafe-eval" not in found and "script-src 'self' 'unsafe-inline'" not in found
    assert "http" not in found
