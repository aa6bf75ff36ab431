"""Answer JSON Lines: one row in, one row out, in the same order, each as soon as it is done."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any, BinaryIO

from answers import Nutrace, data
from corpus.errors import NutraceError
from ui.requests import MAX_LINE, BadRequest, Request, read_request

LOG = logging.getLogger("nutrace")


def answer_lines(nutrace: Nutrace, source: BinaryIO, target: BinaryIO, timings: bool = False) -> int:
    """Answer each row of `source` on `target`, ASCII-escaped and flushed row by row. Returns the number of rows."""
    count = 0
    for line in rows(source):
        target.write(reply_row(nutrace, line, timings))
        target.flush()
        count += 1
    return count


def rows(source: BinaryIO) -> Iterator[bytes]:
    """The lines that are not blank; of a line too long only its beginning, one byte longer than is allowed."""
    while line := source.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(1 << 16)) and not rest.endswith(b"\n"):
                pass
        if line.strip():
            yield line


def reply_row(nutrace: Nutrace, line: bytes, timings: bool = False) -> bytes:
    """The row that answers `line`: a reply, or the error that stands in its place."""
    try:
        request = read_request(line)
        return _row(reply(nutrace, request, timings))
    except BadRequest as error:
        return _row({"id": error.id, "error": str(error)})
    except RecursionError:
        return _row({"id": None, "error": "expected one JSON object a line, found one nested too deeply"})


def reply(nutrace: Nutrace, request: Request, timings: bool = False) -> dict[str, Any]:
    """The reply as data; `{"id", "error"}` where the program itself fails, which is logged without the message."""
    try:
        answer, times = nutrace.timed(request.message, request.history, request.context)
        shown = {"id": request.id, **data(answer)}
    except NutraceError as error:
        LOG.error("row %.40r: %s", request.id, type(error).__name__)
        return {"id": request.id, "error": str(error)}
    except Exception as error:
        LOG.error("row %.40r: %s", request.id, type(error).__name__, exc_info=LOG.isEnabledFor(logging.DEBUG))
        return {"id": request.id, "error": f"internal error: {type(error).__name__}"}
    return shown | ({"timings": times_shown(times)} if timings else {})


def times_shown(times: dict[str, float]) -> dict[str, float]:
    """Milliseconds, to the microsecond, with their sum."""
    return {name: round(value, 3) for name, value in {**times, "total": sum(times.values())}.items()}


def _row(reply: dict[str, Any]) -> bytes:
    return json.dumps(reply, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"
