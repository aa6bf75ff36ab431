"""Runs the command line as a person or a program would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
INDEX = os.environ.get("NUTRACE_INDEX")
"""A folder of built indexes to use instead of the repository's own."""


def places() -> list[str]:
    """The options that name the index."""
    return ["--index", INDEX] if INDEX else []


def run(*arguments: str, stdin: bytes = b"", timeout: float = 300) -> subprocess.CompletedProcess[bytes]:
    """`python app.py …`"""
    command = [sys.executable, "app.py", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=timeout, check=False)


def batch(*rows: bytes | dict[str, Any], options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The replies to rows of JSON Lines."""
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    done = run("ask", "--batch", *options, *places(), stdin=b"\n".join(lines) + b"\n")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.isascii()
    return [json.loads(line) for line in done.stdout.splitlines()]
