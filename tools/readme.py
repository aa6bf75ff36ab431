"""`python -m tools.readme`: write the command line's own help into README.md."""

from __future__ import annotations

import os
from contextlib import redirect_stdout, suppress
from io import StringIO
from unittest.mock import patch

from app import COMMANDS, parser
from tools.marked import ROOT, fill_file

README = ROOT / "README.md"
WIDTH = "100"


def help_texts() -> str:
    """The `--help` of the program and of each of its commands, as Markdown."""
    texts = [_help(), *(_help(command) for command in COMMANDS)]
    return "\n".join(f"```text\n{text}```\n" for text in texts)


def _help(*command: str) -> str:
    shown = StringIO()
    with patch.dict(os.environ, COLUMNS=WIDTH), redirect_stdout(shown), suppress(SystemExit):
        parser().parse_args([*command, "--help"])
    return shown.getvalue()


if __name__ == "__main__":
    fill_file(README, "help", help_texts())
