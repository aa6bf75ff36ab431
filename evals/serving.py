"""A server in a process of its own, as a person starts it, and clients that ask it over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.marked import ROOT

READY_SECONDS = 600
MEGABYTE = 1024


@dataclass(frozen=True)
class Server:
    """One that is ready. `log` holds what it wrote to standard error."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def memory_mb(self) -> float:
        """Resident memory; 0 where the system has no /proc."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / MEGABYTE if found else 0.0

    def errors(self) -> str:
        """What it complained of."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True)
class Reply:
    """What came back: the status of the first request that was no 200, else 200; `data` where there is an answer."""

    status: int
    seconds: float
    data: Any = None
    problem: str = ""


class Client:
    """One program that asks through Gradio's HTTP API, as curl would: a question posted, its event read."""

    def __init__(self, address: str, name: str = "respond", timeout: float = 120) -> None:
        parts = urlsplit(address)
        self._host, self._port, self._timeout = parts.hostname or "", parts.port, timeout
        self._path = f"/gradio_api/call/{name}"
        self._connection = self._fresh()

    def ask(self, *arguments: Any) -> Reply:
        """One question. Never raises: what went wrong is in the reply."""
        began = time.perf_counter()
        try:
            status, body = self._request("POST", self._path, json.dumps({"data": arguments}).encode())
            if status != 200:
                return Reply(status, time.perf_counter() - began, problem=body[:200].decode("utf-8", "replace"))
            status, body = self._request("GET", f"{self._path}/{json.loads(body)['event_id']}")
        except (OSError, HTTPException, ValueError, KeyError) as error:
            self._connection.close()
            self._connection = self._fresh()
            return Reply(0, time.perf_counter() - began, problem=f"{type(error).__name__}: {error}")
        return _event(status, time.perf_counter() - began, body.decode("utf-8", "replace"))

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _fresh(self) -> HTTPConnection:
        return HTTPConnection(self._host, self._port, timeout=self._timeout)

    def _request(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """A request on the connection that is kept; a new one where the server has closed it meanwhile."""
        headers = {"content-type": "application/json"} if body else {}
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except (ConnectionError, HTTPException):
                self._connection.close()
                self._connection = self._fresh()
                if attempt == 2:
                    raise
        raise AssertionError


def _event(status: int, seconds: float, stream: str) -> Reply:
    """The last event of Gradio's stream."""
    events = re.findall(r"^event: (\w+)\ndata: (.*)$", stream, re.MULTILINE)
    name, data = events[-1] if events else ("none", "null")
    if status != 200 or name != "complete":
        return Reply(status, seconds, problem=f"event {name}: {data[:200]}")
    return Reply(status, seconds, json.loads(data)[0])


@contextmanager
def serving(command: Sequence[str], ready: str) -> Iterator[Server]:
    """Starts a Python program that prints its address last on a line, waits until `ready` answers 200, ends it."""
    with (
        tempfile.TemporaryDirectory(prefix="nutrace-serving-") as folder,
        (Path(folder) / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            server = Server(process.stdout.readline().rsplit(" ", 1)[-1].strip(), process, Path(folder) / "log")
            _wait(server, ready)
            yield server
        finally:
            process.terminate()
            process.wait(30)


def nutrace(*options: str, index: Path | None = None) -> Any:
    """This project's server, without a rate, since all clients here have one address."""
    places = ["--index", str(index)] if index else []
    return serving(["app.py", "serve", "--port", "0", "--rate", "0", *places, *options], "/readyz")


def _wait(server: Server, path: str) -> None:
    parts = urlsplit(server.address)
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                if response.status == 200:
                    return
        except (OSError, HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise RuntimeError(f"the server did not become ready: {server.errors()[-500:]}")
