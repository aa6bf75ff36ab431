"""Read YAML, or say in one line where it is none. One place, because three kinds of file hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from corpus.errors import CorpusError

SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML was built with it: ten times as fast, the same result."""


def parse_yaml(text: str, path: Path, expected: str, remedy: str, above: int = 0) -> Any:
    """The value that `text` spells. `above`: lines of the file that stand before it. Raises CorpusError."""
    try:
        return yaml.load(text, Loader=SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = above + (mark.line + 1 if mark else 1)
        found = str(getattr(error, "problem", None) or "text that is none")
    except (ValueError, OverflowError) as error:  # what looks like a date or a number and is none: 2026-99-99
        line, found = above + 1, str(error)
    except RecursionError:
        line, found = above + 1, "brackets nested too deeply"
    raise CorpusError(path, min(line, above + text.count("\n") + 1), expected, " ".join(found.split()), remedy)


def decode(raw: bytes, path: Path) -> str:
    """The bytes as UTF-8, newlines untranslated. Raises CorpusError naming the line of the first byte that is none."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CorpusError(path, line, "UTF-8 text", f"byte {raw[error.start]:#04x}", "save the file as UTF-8") from None
