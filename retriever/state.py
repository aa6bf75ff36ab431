"""What a conversation has come to: the questions understood so far, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, field

from retriever.types import Filters, Question


@dataclass(frozen=True, slots=True)
class State:
    """What the conversation has come to: the questions understood so far, and for whom."""

    questions: tuple[Question, ...] = ()
    filters: Filters = field(default_factory=Filters)
    urgency: str = "none"
    urgency_rule: str | None = None

    @property
    def last(self) -> Question | None:
        """The last real question, if any."""
        return self.questions[-1] if self.questions else None

    def then(self, question: Question, personal: bool) -> State:
        """The state after a question. What was said in general ("are vegans …") is not kept."""
        if question.act == "reset":
            return State(urgency=question.urgency, urgency_rule=question.urgency_rule)
        kept = (*self.questions, question) if question.act in ("ask", "clarify") else self.questions
        filters = question.filters if personal or question.filters == self.filters else _lasting(question, self.filters)
        return State(kept, filters, question.urgency, question.urgency_rule)


def _lasting(question: Question, before: Filters) -> Filters:
    """Diet and exclusions hold from then on; bodies only when somebody said that it is theirs."""
    return Filters(
        diet=question.filters.diet,
        exclude=question.filters.exclude,
        sex=before.sex,
        age_months=before.age_months,
        life_stage=before.life_stage,
        conditions=before.conditions,
        medicines=before.medicines,
        about=before.about,
    )
