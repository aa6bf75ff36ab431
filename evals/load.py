"""Load the engine over the real corpus and its index."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from answers import Nutrace
from index import DEFAULT_ROOT
from ui.loading import Places, load

INDEX_VARIABLE = "NUTRACE_INDEX"
"""Names the folder below which indexes are kept, where no option does."""


def index_root(given: Path | None = None) -> Path:
    """The folder below which indexes are kept: as given, else of the environment, else the default."""
    return given or Path(os.environ.get(INDEX_VARIABLE) or DEFAULT_ROOT)


def load_engine(root: Path | None = None) -> Nutrace:
    """The engine, its index built first where it is missing or stale; progress goes to standard error."""
    return load(Places(index=index_root(root)), _tell)


def _tell(stage: str, done: int, total: int) -> None:
    if not total:
        print(stage, file=sys.stderr)
    elif done == total:
        print(f"{stage}: {total:,}", file=sys.stderr)
