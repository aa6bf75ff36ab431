"""Requests from outside: a row of JSON Lines, or a history as Gradio's page, its API or the command line give it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import UsageError

MAX_LINE = 4 * 1024 * 1024
"""Longest row in bytes: a message of 100,000 characters, each written as a \\u escape, fits six times."""
MAX_HISTORY = 1_000
"""Most earlier messages in a request."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: `id` is any JSON value, `history` holds the user's earlier messages alone."""

    id: Any
    message: str
    history: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


class BadRequest(UsageError):
    """A row that is no request. `id` is the row's own where it could be read, else None."""

    def __init__(self, expected: str, found: str, id_: Any = None) -> None:
        self.id = id_
        super().__init__(f"expected {expected}, found {found}")


def read_request(line: bytes) -> Request:
    """The request in one row of JSON Lines. Raises BadRequest."""
    row = _parsed(line)
    if not isinstance(row, dict):
        raise BadRequest('an object with "message"', _kind(row))
    id_ = row.get("id")
    message, context = row.get("message"), row.get("context")
    if not isinstance(message, str):
        raise BadRequest('a text in "message"', _kind(message) if "message" in row else "none", id_)
    if context is not None and not isinstance(context, dict):
        raise BadRequest('an object in "context"', _kind(context), id_)
    try:
        history = users_messages(row.get("history"))
    except UsageError as error:
        expected, _, found = str(error).removeprefix("expected ").partition(", found ")
        raise BadRequest(expected, found, id_) from None
    return Request(id_, message, history, context or {})


def users_messages(history: object) -> tuple[str, ...]:
    """The user's messages of a history; what an assistant is said to have said is dropped, so none can be forged.

    Takes None, texts, and entries of role and content, where content is a text or a list of blocks
    (`{"type": "text", "text": …}`). Raises UsageError for anything else.
    """
    if history is None:
        return ()
    if isinstance(history, str) or not isinstance(history, Sequence):
        raise UsageError(f'expected a list in "history", found {_kind(history)}')
    if len(history) > MAX_HISTORY:
        raise UsageError(f'expected at most {MAX_HISTORY} entries in "history", found {len(history)}')
    found = (_users_message(entry) for entry in history)
    return tuple(message for message in found if message is not None)


def _users_message(entry: object) -> str | None:
    if isinstance(entry, str):
        return entry
    if isinstance(entry, Mapping) and entry.get("role") in ("user", "assistant", "system"):
        text = _text_of(entry.get("content"))
        if text is not None:
            return text if entry["role"] == "user" else None
    raise UsageError(f'expected texts, or entries of role and content, in "history", found {_kind(entry)}')


def _text_of(content: object) -> str | None:
    """The text of a message's content; None where it has another shape. Blocks that are no text are left out."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list):
        return None
    texts = [block.get("text") for block in content if isinstance(block, Mapping)]
    return "\n".join(text for text in texts if isinstance(text, str))


def _parsed(line: bytes) -> Any:
    if len(line) > MAX_LINE:
        raise BadRequest(f"a row of at most {MAX_LINE:,} bytes", "a longer one")
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise BadRequest("UTF-8 text", f"byte {line[error.start]:#04x}") from None
    except json.JSONDecodeError as error:
        raise BadRequest("one JSON object a line", f"{error.msg} at column {error.colno}") from None
    except RecursionError:
        raise BadRequest("one JSON object a line", "one nested too deeply") from None
    except ValueError as error:  # a number that Python won't hold
        raise BadRequest("one JSON object a line", str(error).partition(";")[0]) from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name}, which JSON doesn't have")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]}, which is out of range")
    return value


def _kind(value: object) -> str:
    """What a value is, in JSON's words."""
    if value is None:
        return "null"
    names = {
        bool: "true or false",
        str: "a text",
        list: "a list",
        dict: "an object",
        int: "a number",
        float: "a number",
    }
    return next((name for kind, name in names.items() if isinstance(value, kind)), type(value).__name__)
