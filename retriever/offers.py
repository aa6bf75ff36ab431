"""Follow-up questions that get an answer: what to ask next, and what is covered nearby."""

from __future__ import annotations

from typing import NamedTuple

from retriever.types import Filters, Question


class Offer(NamedTuple):
    """A follow-up by its phrase (`offer.…` in the phrases) and the id of what fills its slot, if it has one."""

    phrase: str
    subject: str | None = None


NEXT_FOR_NUTRIENT = ("foods", "deficiency-signs", "intake", "excess", "testing", "interactions", "causes")
NEXT_FOR_SYMPTOM = ("causes", "see-doctor", "testing")
SHOWN = 3


def offers(question: Question, listed: tuple[str, ...]) -> tuple[Offer, ...]:
    """Three follow-ups for a question whose answer lists some nutrients or foods, in order."""
    nutrients = [item for item in listed if not item.startswith("food:")] or list(question.nutrients)
    found: list[Offer] = []
    if question.aspect in ("linked-nutrients", "overview") and question.symptoms and nutrients:
        found.append(Offer("offer.foods", nutrients[0]))
        found += [Offer(f"offer.{aspect}", question.symptoms[0]) for aspect in ("causes", "see-doctor")]
    elif question.symptoms and not question.nutrients:
        found += [Offer(f"offer.{a}", question.symptoms[0]) for a in NEXT_FOR_SYMPTOM if a != question.aspect]
        found.append(Offer("offer.linked-nutrients", question.symptoms[0]))
    elif nutrients:
        if question.aspect in ("foods", "food-content", "comparison") and question.filters == Filters():
            found.append(Offer("offer.vegan"))
        if question.aspect == "intake" and question.filters == Filters():
            found.append(Offer("offer.person"))
        found += [Offer(f"offer.{a}", nutrients[0]) for a in NEXT_FOR_NUTRIENT if a != question.aspect]
    return tuple(found[:SHOWN])
