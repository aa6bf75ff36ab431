"""What can be wrong with a built index. Each message: what was expected, what was found, what to type.

NutraceError
├── ModelError           (corpus/) the encoder's files are missing or are not the recorded ones
└── BuiltIndexError      the built index cannot be written or used
    ├── IndexMissing     nothing has been built here for this corpus
    ├── IndexStale       built from another state of the corpus, by another model, or by another version of the code
    └── IndexDamaged     truncated, swapped, altered or unreadable
"""

from __future__ import annotations

from corpus.errors import ModelError, NutraceError

__all__ = ["REMEDY", "BuiltIndexError", "IndexDamaged", "IndexMissing", "IndexStale", "ModelError"]

REMEDY = "type: python app.py index"


class BuiltIndexError(NutraceError):
    """Base of what can go wrong with the index on disk. Exit code 1."""

    def __init__(self, where: object, expected: str, found: str, remedy: str = REMEDY) -> None:
        super().__init__(f"{where}: expected {expected}, found {found}; {remedy}")


class IndexMissing(BuiltIndexError):
    """Nothing has been built for this corpus."""


class IndexStale(BuiltIndexError):
    """There is an index, but of another corpus state, model, chunker or setting."""


class IndexDamaged(BuiltIndexError):
    """The files of the index are not those that its manifest names."""
