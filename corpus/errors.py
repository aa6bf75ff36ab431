"""The errors a user may see, as a tree; each message says what was expected, what was found, what to do.

NutraceError
├── CorpusError        a document, table or vocabulary file is not as it should be (file, line)
├── ModelError         the encoder's files are missing or are not the recorded ones
├── IndexError_        (index/) the built index is missing, stale, truncated or tampered with
│   ├── IndexMissing
│   ├── IndexStale
│   └── IndexDamaged
├── GroundingError     (answers/) an answer failed its verification: a defect, never shown
└── UsageError         the command line or a request is not as the contract says
"""

from __future__ import annotations

from pathlib import Path


class NutraceError(Exception):
    """Base of all errors with a message meant for a person. Exit code 1."""


class CorpusError(NutraceError):
    """A corpus file is malformed. One line: file, line, expected, found, remedy."""

    def __init__(self, path: Path | str, line: int, expected: str, found: str, remedy: str) -> None:
        self.path, self.line = Path(path), line
        # What was found may hold a line break of any script; the message is one line all the same.
        expected, found = (" ".join(words.split()) for words in (expected, found))
        super().__init__(f"{self.path}:{line}: expected {expected}, found {found}; {remedy}")


class ModelError(NutraceError):
    """The encoder cannot be used: missing, altered, or of another shape."""


class UsageError(NutraceError):
    """A request is not of the form that the contract describes."""
