"""People asking at once, without their browsers: what the page sends for a turn is sent again, by many threads."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 60.0
"""Seconds in which a request is answered."""
JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Step:
    """One POST of a turn, as the page sent it; `path` without its host."""

    path: str
    body: Mapping[str, Any]


class Person:
    """One visitor: a kept connection, and Gradio's way of waiting for an event."""

    def __init__(self, address: str, session: str) -> None:
        parts = urlsplit(address)
        self._host, self._port, self._session = str(parts.hostname), parts.port, session
        self._connection = HTTPConnection(self._host, self._port, timeout=PATIENCE)

    def turn(self, steps: Sequence[Step], recorded: str, message: str) -> None:
        """Send the steps one after the other, `message` in the place of the one that was recorded. Raises OSError."""
        old, new = json.dumps(recorded)[1:-1], json.dumps(message)[1:-1]
        for step in steps:
            body = json.dumps({**step.body, "session_hash": self._session}).replace(old, new)
            answered = self._post(step.path, body)
            if "queue/join" in step.path:
                self._await(f"/gradio_api/queue/data?session_hash={self._session}", str(answered["event_id"]))

    def call(self, name: str, arguments: Sequence[Any]) -> None:
        """One call of Gradio's API for programs, and its result. Raises OSError."""
        path = f"/gradio_api/call/{name}"
        event = self._post(path, json.dumps({"data": arguments}))["event_id"]
        self._await(f"{path}/{event}", "event: complete")

    def _post(self, path: str, body: str) -> Any:
        self._connection.request("POST", path, body, JSON)
        answered = self._connection.getresponse()
        content = answered.read()
        if answered.status != 200:
            raise OSError(f"{path}: expected 200, found {answered.status}: {content[:200]!r}")
        return json.loads(content)

    def _await(self, path: str, wanted: str) -> None:
        """Read the stream of events up to the end of the one that is wanted."""
        connection = HTTPConnection(self._host, self._port, timeout=PATIENCE)
        connection.request("GET", path)
        stream = connection.getresponse()
        while line := stream.readline().decode():
            ended = "process_completed" in line and '"success":true' in line.replace(" ", "")
            if wanted in line and (ended or line.startswith("event: complete")):
                connection.close()
                return
        raise OSError(f"{path}: expected the end of an event, found the end of the stream")


def throughput(people: int, turns: int, do: Callable[[int, int], None]) -> float:
    """Turns a second: `do(person, turn)` of all people at once, each `turns` times. Raises what a turn raised."""
    failed: list[BaseException] = []
    together = threading.Barrier(people + 1)

    def live(person: int) -> None:
        together.wait()
        try:
            for turn in range(turns):
                do(person, turn)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=live, args=(person,)) for person in range(people)]
    for thread in threads:
        thread.start()
    together.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return people * turns / (time.perf_counter() - began)
