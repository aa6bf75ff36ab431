"""Load everything in the background, so that the page is there at once; questions wait until it is done."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from corpus.errors import NutraceError
from ui.conversation import Conversations
from ui.loading import Places, load

LOG = logging.getLogger("nutrace")


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the loading is: a few words, and done of total where the total is known (else 0)."""

    words: str = "loading"
    done: int = 0
    total: int = 0


class Startup:
    """One background load. `error` is set where it failed; nothing answers then."""

    def __init__(self, places: Places, feedback: bool = False) -> None:
        self.places, self._feedback = places, feedback
        self.stage, self.error = Stage(), ""
        self._done = threading.Event()
        self._conversations: Conversations | None = None

    @property
    def is_ready(self) -> bool:
        """Whether questions are answered at once."""
        return self._conversations is not None

    def load(self) -> None:
        """Load, to be run in a thread of its own. Never raises: what went wrong is in `error`."""
        try:
            nutrace = load(self.places, self._tell)
            nutrace.respond("magnesium")  # the first answer pays for what is imported late
            self._conversations = Conversations(nutrace, feedback=self._feedback)
            self.stage = Stage("ready")
        except NutraceError as error:
            self.error = str(error)
        except Exception as error:
            self.error = f"could not load: {type(error).__name__}: {error}"
        finally:
            self._done.set()

    def conversations(self, timeout: float | None = None) -> Conversations | None:
        """The loaded program; waits for it. None where it failed or `timeout` (seconds) passed."""
        self._done.wait(timeout)
        return self._conversations

    def _tell(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage.words:
            LOG.info("%s", stage)
        self.stage = Stage(stage, done, total)
