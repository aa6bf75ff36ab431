"""What a message asks, and what the corpus has for it. Knows nothing of wording.

Imports `corpus` and `index`.
"""

from retriever.offers import Offer
from retriever.retriever import Retriever, RetrieverSettings
from retriever.types import Amount, Entity, Evidence, Filters, FoodRow, Foods, Link, Question, Quote, Ranked

__all__ = [
    "Amount",
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
    "Retriever",
    "RetrieverSettings",
]
