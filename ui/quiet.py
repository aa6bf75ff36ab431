"""Errors in the log by their kind alone: a traceback, and what an error says, may hold the question."""

from __future__ import annotations

import logging
import sys
from typing import Any

LOG = logging.getLogger("nutrace")


class Quiet(logging.Filter):
    """Takes the traceback off a record and leaves the kind of error, unless the program's log tells all (DEBUG)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        if record.exc_info and record.exc_info[0] is not None and not LOG.isEnabledFor(logging.DEBUG):
            record.msg, record.args = f"a request failed: {record.exc_info[0].__name__}", ()
            record.exc_info = record.exc_text = None
        return True


class QuietTraceback:
    """Stands where Gradio's queue has the module `traceback`: it prints an error with all that a function was given."""

    @staticmethod
    def print_exc() -> None:
        """Log the kind of the error that is being handled."""
        LOG.error("a question was refused: %s", type(sys.exception()).__name__)


def quiet() -> None:
    """Keep what Gradio and uvicorn say of errors to their kind."""
    import gradio.queueing

    queueing: Any = gradio.queueing
    queueing.traceback = QuietTraceback
    logger = logging.getLogger("uvicorn.error")
    if not any(isinstance(each, Quiet) for each in logger.filters):
        logger.addFilter(Quiet())
