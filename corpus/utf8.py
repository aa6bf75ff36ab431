"""Bytes of a corpus file as text."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CorpusError


def decoded(path: Path, raw: bytes, encoding: str = "utf-8") -> str:
    """The text of a file, with no newline translated. Raises CorpusError at the line that is no UTF-8."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        wrong = raw.removeprefix(b"\xef\xbb\xbf") if encoding == "utf-8-sig" else raw
        line = wrong[: error.start].count(b"\n") + 1
        found = f"byte {wrong[error.start]:#04x}"
        raise CorpusError(path, line, "UTF-8 text", found, "save the file as UTF-8") from None
