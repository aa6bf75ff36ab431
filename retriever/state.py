"""What a conversation has come to: the questions understood so far, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from retriever.types import Filters, Question

RECENT = 5
"""How many questions back the foods that "both" or "the pernicious form" mean may lie."""


@dataclass(frozen=True, slots=True)
class State:
    """What the conversation has come to. `others`: what is known of everybody who was asked about before."""

    questions: tuple[Question, ...] = ()
    filters: Filters = field(default_factory=Filters)
    urgency: str = "none"
    urgency_rule: str | None = None
    others: tuple[Filters, ...] = ()

    @property
    def last(self) -> Question | None:
        """The last real question, if any."""
        return self.questions[-1] if self.questions else None

    def known_of(self, about: str) -> Filters:
        """What was said about a person before, "self" among them."""
        if about == self.filters.about:
            return self.filters
        return next((known for known in self.others if known.about == about), Filters(about=about))

    def foods(self) -> tuple[str, ...]:
        """The foods named in the latest questions, the earliest first."""
        recent = [food for question in self.questions[-RECENT:] for food in question.foods]
        return tuple(reversed(dict.fromkeys(reversed(recent))))

    def nutrients(self) -> Iterator[str]:
        """The nutrients of the questions, the latest first."""
        return (nutrient for question in reversed(self.questions) for nutrient in reversed(question.nutrients))

    def then(self, question: Question, personal: bool) -> State:
        """The state after a question. What was said in general ("are vegans …") is not kept."""
        if question.act == "reset":
            return State(urgency=question.urgency, urgency_rule=question.urgency_rule)
        asked = question.act in ("ask", "clarify") and question.reply != "english"
        kept = (*self.questions, question) if asked else self.questions
        in_passing = bool(question.after) and not question.subjects
        if personal or question.filters == self.filters:
            filters = question.filters
        else:
            filters = self.filters if in_passing else _lasting(question, self.filters)
        return State(kept, filters, question.urgency, question.urgency_rule, self._beside(filters))

    def telling(self, filters: Filters) -> State:
        """The state after a statement about a person that asks nothing."""
        return replace(self, filters=filters, others=self._beside(filters))

    def _beside(self, filters: Filters) -> tuple[Filters, ...]:
        """What is known of everybody but the one whom some filters are about."""
        if filters.about == self.filters.about:
            return self.others
        return (self.filters, *(known for known in self.others if known.about != self.filters.about))


def _lasting(question: Question, before: Filters) -> Filters:
    """Diet and exclusions hold from then on; bodies only when somebody said that it is theirs."""
    return replace(before, diet=question.filters.diet, exclude=question.filters.exclude)
