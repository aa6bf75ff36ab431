"""Compose, verify and render answers. Knows nothing of the page or of vectors.

Imports `corpus`, `index` (its type alone) and `retriever`.
"""

from answers.engine import Nutrace
from answers.errors import GroundingError
from answers.render import data, markdown
from answers.types import Answer

__all__ = ["Answer", "GroundingError", "Nutrace", "data", "markdown"]
