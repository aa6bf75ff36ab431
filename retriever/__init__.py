"""What a message asks, and what the corpus has for it. Knows nothing of wording.

Imports `corpus` and `index`.
"""

from retriever.offers import Offer
from retriever.retriever import Retriever, RetrieverSettings
from retriever.types import (
    Amount,
    Compared,
    Entity,
    Evidence,
    Filters,
    FoodRow,
    Foods,
    Link,
    Question,
    Quote,
    Ranked,
    Reading,
)

__all__ = [
    "Amount",
    "Compared",
    "Entity",
    "Evidence",
    "Filters",
    "FoodRow",
    "Foods",
    "Link",
    "Offer",
    "Question",
    "Quote",
    "Ranked",
    "Reading",
    "Retriever",
    "RetrieverSettings",
]
