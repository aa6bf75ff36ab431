"""Texts with parts that a program writes: what stands between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def marked(text: str, name: str) -> str:
    """What stands between the markers called `name`. Raises ValueError where they are missing."""
    return _match(text, name)["inside"]


def fill(text: str, name: str, content: str) -> str:
    """`text` with `content` on lines of its own between the markers called `name`. Raises ValueError."""
    found = _match(text, name)
    return f"{text[: found.start('inside')]}\n{content.strip()}\n{text[found.end('inside') :]}"


def fill_file(path: Path, name: str, content: str) -> None:
    """Write `content` between the markers called `name` of a file. Raises ValueError, OSError."""
    path.write_text(fill(path.read_text(encoding="utf-8"), name, content), encoding="utf-8")


def _match(text: str, name: str) -> re.Match[str]:
    pattern = f"<!-- {re.escape(name)} -->(?P<inside>.*?)<!-- /{re.escape(name)} -->"
    found = re.search(pattern, text, re.DOTALL)
    if found is None:
        raise ValueError(f"expected <!-- {name} --> and <!-- /{name} -->, found no such pair; put them in")
    return found
