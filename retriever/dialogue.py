"""Resolve a message against the conversation: a pure fold over the user's earlier messages, without any encoding.

Each rule answers one question: what did the person leave out because it had just been said?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from retriever.reading import (
    ABOUT_NUTRIENTS,
    LONGEST_ELLIPSIS,
    bare_person,
    corrected,
    filters,
    only_about,
    real_topics,
    usual_aspect,
)
from retriever.state import State
from retriever.types import Filters, Question
from retriever.urgency import Urgency, stronger
from retriever.utterance import Utterance

Listing = Callable[[Question], tuple[str, ...]]
"""The nutrients or foods that a question's answer lists, in the order shown."""

BestIn = Callable[[str, Sequence[str]], str | None]
"""Of some nutrients the one for which a food counts most."""

Prepared = Callable[[tuple[str, ...], Sequence[str]], tuple[str, ...]]
"""Foods in the preparation that a message names ("cooked spinach")."""

SMALL_TALK = ("thanks", "greeting", "goodbye", "about_bot", "no")
MOST_FOREIGN = 2
"""How many words about something else a message that points back may hold and still be about what went before."""


class Dialogue:
    """Turns utterances into self-contained questions."""

    def __init__(
        self,
        listing: Listing,
        nutrient_of_test: dict[str, str],
        parents: dict[str, str],
        best_in: BestIn,
        prepared: Prepared,
    ) -> None:
        """`parents`: the nutrient that a measure (retinol) is part of. See `Listing` and `BestIn`."""
        self._parents, self._prepared = parents, prepared
        self._listing = listing
        self._nutrient_of_test = nutrient_of_test
        self._best_in = best_in

    def resolve(self, said: Utterance, state: State, urgent: Urgency) -> Question:
        """The question that a message asks in its conversation."""
        urgency, rule = stronger(urgent, Urgency(state.urgency, state.urgency_rule), "taken_back" in said.acts)
        question = self._act(said, state) or self._ask(said, state)
        read = said.corrections if question.reply != "english" else ()
        return question.about(urgency=urgency, urgency_rule=rule, corrections=read)

    # --- messages that are not questions of their own

    def _act(self, said: Utterance, state: State) -> Question | None:
        blank = Question(said.message, said.text, filters=state.filters)
        if not said.words:
            return blank.about(act="empty")
        if not said.english:
            return blank.about(reply="english")
        if "reset" in said.acts:
            return blank.about(act="reset", filters=Filters())
        last = state.last
        if "yes" in said.acts and last:
            return blank.about(act="ask", reply="yes", carried=True)
        if "sources" in said.acts and last:
            return last.about(message=said.message, reply="sources", carried=True)
        other_aspect = said.aspect == "foods" and bool(last) and last.aspect != "foods"  # type: ignore[union-attr]
        if "more" in said.acts and last and not said.entities and not other_aspect:
            return last.about(message=said.message, more=last.more + 1, filters=filters(said, state), carried=True)
        if "why" in said.acts and last and last.subjects:
            return last.about(message=said.message, aspect="causes", more=0, carried=True, aspect_said=True)
        if "taken_back" in said.acts and state.urgency not in ("none", "doctor_soon") and not said.entities:
            return blank.about(act="small_talk", reply="taken_back")
        talk = next((act for act in SMALL_TALK if act in said.acts or f"{act}_too" in said.acts), None)
        if talk and not said.entities and not said.mentions.any:
            return blank.about(act="small_talk", reply=talk)
        return None

    # --- questions

    def _ask(self, said: Utterance, state: State) -> Question:
        own = self._own(said, state)
        last = state.last
        if "back" in said.acts and last:
            return self._returned(own, said, state)
        if said.ordinals and last:
            picked = self._picked(own, said, state)
            if picked:
                return picked
        if last is None:
            return own.about(act="clarify") if _points_nowhere(own, said) else own
        if "shift" in said.acts:
            return own
        if last.act == "clarify":
            return (
                own
                if own.aspect_said or not own.asked
                else own.about(aspect=last.aspect, carried=True, aspect_said=True)
            )
        if "correction" in said.acts and own.subjects:
            return corrected(own, last)
        return self._completed(own, said, state, last)

    def _own(self, said: Utterance, state: State) -> Question:
        """What the message says by itself."""
        tests = said.ids("test")
        nutrients = (*said.ids("nutrient"), *(self._nutrient_of_test[t] for t in tests if t in self._nutrient_of_test))
        foods, symptoms, topics = said.ids("food"), said.ids("symptom"), said.ids("topic")
        aspect = said.aspect or usual_aspect(nutrients, symptoms, foods, topics, said)
        dosed = bool(nutrients) and not foods and said.aspect in (None, "overview") and _doses(said)
        if dosed:
            aspect = "excess"
        foods = self._prepared(foods, said.content)
        if aspect == "linked-nutrients" and nutrients and not (symptoms or topics):
            aspect = "deficiency-signs"
        if aspect == "comparison" and len(foods) < 2:
            aspect = "food-content" if foods else "foods"
        return Question(
            message=said.message,
            text=said.text,
            aspect=aspect,
            nutrients=tuple(dict.fromkeys(self._parents.get(n, n) for n in nutrients)),
            measures=tuple(dict.fromkeys(n for n in nutrients if n in self._parents)),
            value=said.value,
            symptoms=symptoms,
            topics=topics,
            foods=foods,
            groups=said.ids("group"),
            filters=filters(said, state),
            amounts=said.amounts,
            test=tests[0] if tests else None,
            basis=said.basis or "serving",
            least=said.least,
            counted=said.counted,
            single=said.single,
            aspect_said=said.aspect is not None or dosed,
            named=tuple(entity.id for entity in said.entities),
        )

    def _picked(self, own: Question, said: Utterance, state: State) -> Question | None:
        """ "The second one": counted in the latest answer that listed enough."""
        for earlier in reversed(state.questions):
            shown = self._listing(earlier)
            if shown and all(-len(shown) <= ordinal < len(shown) for ordinal in said.ordinals):
                ids = tuple(dict.fromkeys(shown[ordinal] for ordinal in said.ordinals))
                break
        else:
            return None
        picked = own.about(carried=True, text=f"{own.text} ")
        if ids[0].startswith("food:"):
            aspect = own.aspect if own.aspect_said and own.aspect != "foods" else "food-content"
            aspect = "comparison" if len(ids) > 1 else aspect
            return picked.about(foods=ids, nutrients=own.nutrients or earlier.nutrients, aspect=aspect)
        return picked.about(nutrients=ids, groups=own.groups, aspect=own.aspect if own.aspect_said else "overview")

    def _returned(self, own: Question, said: Utterance, state: State) -> Question:
        """ "Back to magnesium": the latest earlier question about it; else the one before the subject changed."""
        last = state.questions[-1]
        wanted = set(own.subjects) | set(own.groups)
        for earlier in reversed(state.questions):
            if wanted & ({*earlier.asked}) or (not own.subjects and earlier.subjects != last.subjects):
                aspect = own.aspect if own.aspect_said and not only_about(own, said) else earlier.aspect
                if own.foods:
                    aspect = "food-content"
                return earlier.about(
                    message=said.message, text=said.text, filters=own.filters, carried=True, more=0,
                    foods=own.foods or (earlier.foods if not own.aspect_said else ()), aspect=aspect,
                    groups=() if own.foods else own.groups or earlier.groups, aspect_said=True,
                )  # fmt: skip
        return own

    def _completed(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """Fill what the message left out from the question before."""
        if not self._leans_on(own, said, last):
            return own
        new_body = own.filters != state.filters
        if not real_topics(own, said, new_body):
            own = own.about(topics=())
        has = bool(own.nutrients or own.symptoms or own.foods or own.groups or own.topics)
        if not has:
            return self._inherit_all(own, said, state, last, new_body)
        if own.foods:
            return self._about_food(own, said, last)
        if own.nutrients:
            return self._about_nutrient(own, said, last)
        if own.groups:
            nutrients = self._nutrients_of(last, state, said)
            return own.about(nutrients=nutrients, aspect="foods", carried=True) if nutrients else own
        if own.symptoms:
            return self._about_symptom(own, said, state, last)
        if last.nutrients and "pronoun" in said.refers:
            return own.about(nutrients=last.nutrients, carried=True)
        return own

    def _leans_on(self, own: Question, said: Utterance, last: Question) -> bool:
        """Whether the message needs the one before: it points back, begins with "and", or is too short to stand."""
        connected = bool({"same", "more", "why", "focus"} & said.acts) or bool(said.refers)
        if len(said.foreign) > (MOST_FOREIGN if connected or said.mentions.any else 0):
            return False
        whom_alone = own.topics and not real_topics(own, said, True)
        if own.subjects and own.aspect_said and not connected and not whom_alone:
            return bool(own.foods and not own.nutrients) or (own.aspect == "foods" and not own.nutrients)
        return not (own.foods and own.nutrients)

    def _inherit_all(self, own: Question, said: Utterance, state: State, last: Question, new_body: bool) -> Question:
        """ "How much?", "for vegans?", "I have kidney disease though": the same things, another aspect or person."""
        aspect = own.aspect if own.aspect_said else last.aspect
        if own.aspect_said and new_body and aspect in ("linked-nutrients", "overview") and not said.refers:
            aspect = last.aspect if bare_person(said) else aspect
        weighed = bool(last.foods) and any(amount.unit not in ("mg", "µg", "IU") for amount in own.amounts)
        if weighed and not own.aspect_said:
            aspect = "food-content"
        foods = self._prepared(last.foods, said.content)
        carried = last.about(
            message=said.message, text=said.text, filters=own.filters, aspect=aspect, foods=foods, carried=True,
            more=0, reply=None,
            amounts=own.amounts or (last.amounts if aspect == last.aspect else ()), basis=own.basis,
            least=own.least or (last.least and aspect == last.aspect), test=own.test or last.test,
            aspect_said=own.aspect_said or last.aspect_said, topics=last.topics, named=own.named,
        )  # fmt: skip
        if "pair" in said.refers and len(last.nutrients) == 1:
            carried = carried.about(nutrients=self._nutrients_of(last, state, said))
        if aspect == last.aspect:
            return carried
        if "consumed" in said.refers and not carried.nutrients:
            carried = carried.about(nutrients=self._nutrients_of(last, state, said))
        of_a_disease = bool(last.topics) and aspect in ("deficiency-signs", "testing", "at-risk")
        if aspect in ABOUT_NUTRIENTS and not carried.nutrients and not of_a_disease:
            wanted = () if aspect == "testing" and not said.refers else self._nutrients_of(last, state, said)
            carried = carried.about(nutrients=wanted)
        if carried.nutrients and aspect not in ("linked-nutrients", "evidence", "excess"):
            keeps = aspect in ("deficiency-signs", "at-risk", "causes", "testing", "see-doctor", "overview")
            carried = carried.about(symptoms=(), topics=carried.topics if keeps else ())
        if aspect in ("foods", "overview", "deficiency-signs", "causes", "testing", "at-risk"):
            carried = carried.about(foods=())
        return carried if aspect == "foods" else carried.about(groups=())

    def _about_food(self, own: Question, said: Utterance, last: Question) -> Question:
        """ "Is spirulina OK for it?", "bananas help?": the food is new, the nutrient is not."""
        nutrients = own.nutrients or last.nutrients
        symptoms = own.symptoms
        if not nutrients and (last.symptoms or last.topics):
            best = self._best_in(own.foods[0], self._listing(last))
            nutrients, symptoms = ((best,) if best else ()), symptoms or last.symptoms
        aspect = own.aspect
        if aspect not in ("comparison", "evidence", "excess", "interactions", "absorption"):
            aspect = "comparison" if len(own.foods) > 1 else "food-content"
        if aspect == "evidence" and not symptoms:
            aspect = "food-content"
        return own.about(nutrients=nutrients, symptoms=symptoms, aspect=aspect, carried=True, topics=(), groups=())

    def _about_nutrient(self, own: Question, said: Utterance, last: Question) -> Question:
        """ "And potassium?", "same for zinc", "tell me more about zinc"."""
        in_list = set(own.nutrients) <= set(self._listing(last))
        focus = last.aspect == "linked-nutrients" and bool(last.symptoms or last.topics) and in_list
        if focus and own.aspect in ("overview", "linked-nutrients", "evidence") and not own.symptoms:
            return own.about(symptoms=last.symptoms, topics=last.topics, aspect="linked-nutrients", carried=True)
        if own.aspect_said and own.aspect != "overview":
            keep = own.aspect in ("evidence", "excess") and bool(said.refers) and not own.symptoms
            return own.about(symptoms=last.symptoms if keep else own.symptoms, carried=keep)
        if "same" not in said.acts and len(said.content) > LONGEST_ELLIPSIS:
            return own
        if own.aspect_said and "same" not in said.acts:
            return own
        if own.aspect == "intake":
            return own.about(carried=True)
        aspect = last.aspect if last.aspect != "linked-nutrients" else "overview"
        foods = last.foods if aspect in ("food-content", "comparison") else ()
        return own.about(
            aspect=aspect, foods=foods, groups=own.groups or last.groups, amounts=own.amounts or last.amounts,
            basis=last.basis, least=last.least, carried=True, aspect_said=True,
        )  # fmt: skip

    def _about_symptom(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "And for nails?", "I crave ice, is that a thing?": another sign, of what was talked about."""
        if last.foods and "same" in said.acts:
            best = self._best_in(last.foods[0], self._listing(own))
            nutrients = (best,) if best else ()
            return own.about(foods=last.foods, nutrients=nutrients, aspect="evidence", carried=True)
        if "pair" in said.refers and last.nutrients:
            return own.about(nutrients=self._nutrients_of(last, state, said), aspect="linked-nutrients", carried=True)
        if last.nutrients and "pronoun" in said.refers and own.aspect in ("evidence", "deficiency-signs"):
            return own.about(nutrients=last.nutrients, aspect="linked-nutrients", carried=True)
        if "same" in said.acts and last.symptoms and not own.aspect_said:
            return own.about(aspect=last.aspect, carried=True)
        return own

    def _nutrients_of(self, last: Question, state: State, said: Utterance) -> tuple[str, ...]:
        """Which nutrients "it" or "those" are."""
        if "pair" in said.refers and len(last.nutrients) == 1:
            recent = [n for question in reversed(state.questions) for n in reversed(question.nutrients)]
            pair = tuple(dict.fromkeys(recent))[:2]
            return tuple(reversed(pair))
        if last.nutrients:
            return last.nutrients
        listed = tuple(item for item in self._listing(last) if not item.startswith("food:"))
        return listed[:4] if "plural" in said.refers else listed[:1]


def _doses(said: Utterance) -> bool:
    """Whether the message names an amount that one takes, not one that one weighs or was measured."""
    return any(amount.unit in ("mg", "µg", "IU") for amount in said.amounts)


def _points_nowhere(own: Question, said: Utterance) -> bool:
    """Whether a first message points back to something that was never said ("which foods have it?")."""
    points = bool({"pronoun", "plural"} & said.refers) or own.aspect in ("intake", "foods", "excess", "absorption")
    bare = not own.asked and not said.foreign and not said.sweeping
    return points and bare and own.aspect_said and len(said.content) <= 5
