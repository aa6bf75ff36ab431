"""What tests of the whole program share: the engine over the real corpus and index, loaded once."""

from __future__ import annotations

import pytest

from answers import Nutrace
from evals.load import load_engine


@pytest.fixture(scope="session")
def engine() -> Nutrace:
    """The engine; its index lies below `$NUTRACE_INDEX` or `index/built`, and is built first where it is missing."""
    return load_engine()
