"""What the tests of understanding and finding share."""

from __future__ import annotations

import pytest

from answers import Nutrace
from retriever import Retriever


@pytest.fixture(scope="session")
def retriever(engine: Nutrace) -> Retriever:
    return engine.retriever


@pytest.fixture(scope="session")
def fresh(engine: Nutrace) -> Nutrace:
    """A second engine over the same index, which remembers nothing yet."""
    return Nutrace(engine.corpus, engine.index)
