"""What a message about foods leaves out: the foods before, and the nutrient that they were asked about for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from retriever.antecedents import Antecedents
from retriever.reading import OF_FOODS, TAKEN, with_people_of
from retriever.state import RECENT, State
from retriever.types import Filters, Question
from retriever.utterance import Utterance

BestIn = Callable[[str, Sequence[str]], str | None]
"""Of some nutrients the one for which a food counts most."""

COMPARING = frozenset(("compare", "which", "best_of"))
MOST_BESIDE = 4
"""How many foods are compared with one another."""
OF_ITSELF = ("evidence", "at-risk", "causes")
"""Aspects in which a food is asked about for the topic before, and not for what it holds."""
KEEPS_ITS_OWN = ("comparison", "evidence", "excess", "interactions", "absorption")


class FoodCarrier:
    """Completes questions about foods."""

    def __init__(
        self, antecedents: Antecedents, best_in: BestIn, how_many: Mapping[str, int], of_people: Collection[str]
    ) -> None:
        """`how_many`: how many foods "the three" or "all" are; "both" and the like are two.

        `of_people`: the documents about life stages and conditions, whose nutrients a food is asked about for.
        """
        self._before, self._best_in, self._counts = antecedents, best_in, how_many
        self._of_people = frozenset(of_people)

    def compared(self, own: Question, said: Utterance, state: State, last: Question) -> Question | None:
        """ "Kiwi beats that, right?", "more or less than soya milk", "which one wins?": beside the foods before."""
        among = "among" in said.refers
        if own.symptoms or own.groups or len(own.foods) > 1 or not (COMPARING & said.acts or among):
            return None
        if among and not own.foods and not own.nutrients:
            listed = self._among_listed(own, said, state)
            if listed:
                return listed
        before = tuple(food for food in (last.foods or state.foods()[-1:]) if food not in own.foods)
        if not own.foods and "others" in said.cues:
            return None
        if not own.foods:
            nothing_else = not own.nutrients and not own.topics
            which = "which" in said.acts and own.aspect in OF_FOODS and not own.topics
            meant = last.foods and (which or (nothing_else and not own.aspect_said))
            latest = state.foods()[-self._how_many(said) :] if meant else ()
            before = last.foods if len(last.foods) > 1 else latest
        foods = (*before, *own.foods)
        if len(foods) < 2 or not before:
            return None
        nutrients = own.nutrients or last.nutrients
        if not nutrients and last.topics and not self._of_people & set(last.topics):
            # "Is there more in green tea or black tea?", of caffeine.
            return own.about(foods=foods[-MOST_BESIDE:], topics=last.topics, aspect="evidence", carried=True)
        return own.about(foods=foods[-MOST_BESIDE:], nutrients=nutrients, topics=(), aspect="comparison", carried=True)

    def _among_listed(self, own: Question, said: Utterance, state: State) -> Question | None:
        """ "Which of those has the least?": of the latest foods that were listed, those at that end of the list."""
        for earlier in reversed(state.questions):
            foods = tuple(item for item in self._before.listing(earlier) if item.startswith("food:"))
            if len(foods) > 1:
                ends = foods[-MOST_BESIDE:] if own.least else foods[:MOST_BESIDE]
                return own.about(nutrients=earlier.nutrients, foods=ends, aspect="comparison", carried=True)
        return None

    def about(self, own: Question, said: Utterance, last: Question) -> Question:
        """ "Is spirulina OK for it?", "bananas help?": the food is new, the nutrient is not."""
        people = with_people_of(last.filters, own.filters)
        if own.aspect == "excess" and people != Filters() and not ({"pronoun", "plural"} & said.refers):
            # "Is liver safe for me?" is about liver and this person, not about the nutrient before.
            return own.about(filters=people)
        if last.aspect == "interactions" and own.filters.medicines and "contents" not in said.cues:
            # "Should she stop eating spinach?", of warfarin: which of its nutrients matters is found later.
            return own.about(carried=True)
        substance = bool(own.topics) and "contents" in said.cues  # "does kombucha contain alcohol?"
        nutrients = own.nutrients or (() if substance else last.nutrients)
        symptoms = own.symptoms
        if not nutrients and "worsens" in said.cues and (last.symptoms or last.topics):
            # "Is the milk making it worse?", of anemia, is not asked for what milk holds.
            return own.about(symptoms=last.symptoms, topics=last.topics, aspect="evidence", carried=True)
        if not nutrients and (last.symptoms or self._of_people & set(last.topics)):
            best = self._best_in(own.foods[0], self._before.listing(last))
            nutrients, symptoms = ((best,) if best else ()), symptoms or last.symptoms
        of_topic = bool(last.topics) and not (nutrients or symptoms or self._of_people & set(last.topics))
        if of_topic and not own.topics and "contents" not in said.cues:
            # "With milk?", of coffee while one fasts; "is there more in green tea?", of caffeine.
            return own.about(topics=last.topics, aspect="evidence", aspect_said=True, carried=True)
        counted = {"much", "many"} & said.cues
        still = last.aspect in TAKEN and own.aspect == "food-content" and not counted and not last.filters.medicines
        helping = last.foods and {"pronoun", "plural"} & said.refers and "helping" in said.cues
        together = {"with_it", "beside"} & said.refers or (helping and not set(own.foods) & set(last.foods))
        aspect = "absorption" if nutrients and (still or together) else own.aspect
        alone = sum(entity.end - entity.start for entity in said.entities) >= len(said.content)
        again = ("same" in said.acts and alone) or {"the_same", "also"} & said.cues
        if last.aspect == "excess" and again and nutrients:
            aspect = last.aspect  # "can you eat too many?", "and liver?"
        if aspect not in KEEPS_ITS_OWN:
            aspect = "comparison" if len(own.foods) > 1 else "food-content"
        topics = last.topics if said.foreign or aspect == "evidence" else ()
        if aspect == "evidence" and not (symptoms or topics):
            aspect = "food-content"
        amounts = own.amounts or (last.amounts if own.counted and "the_same" in said.cues else ())
        return own.about(
            nutrients=nutrients, symptoms=symptoms, aspect=aspect, carried=True, topics=topics, groups=(),
            amounts=amounts,
        )  # fmt: skip

    def in_its_place(self, own: Question, said: Utterance, state: State, last: Question) -> Question | None:
        """ "And green tea?", after the caffeine of coffee: the question before, asked of another food or group.

        So also where the question before said more than is known ("do eggs raise cholesterol?", "and shrimp?").
        """
        placed = said.ordinals and "latter" not in said.refers
        anew = own.subjects or own.amounts or placed or "contents" in said.cues
        if anew or not (own.foods or own.groups) or last.nutrients or last.symptoms or last.filters.medicines:
            return None
        aspect = last.aspect if not own.aspect_said or own.aspect == "comparison" else own.aspect
        before = any(q.foods and q.topics == last.topics and not q.nutrients for q in state.questions[-RECENT:])
        allowed = "allowed" in said.cues or (own.aspect == "excess" and not {"much", "many"} & said.cues)
        of_itself = before or allowed or own.aspect in OF_ITSELF or "latter" in said.refers
        if last.topics and (of_itself or not self._before.listing(last)):
            return own.about(topics=last.topics, aspect=aspect, aspect_said=True, carried=True)
        if not last.subjects and (last.after or last.foreign or not last.asked):
            return own.about(aspect="evidence", aspect_said=True, carried=True)
        return None

    def _how_many(self, said: Utterance) -> int:
        several = "plural" in said.refers and "pair" not in said.refers
        return max((self._counts.get(word, 2) for word in (*said.content, "all" if several else "both")), default=2)
