"""A message that names nothing: the same things as before, with another aspect, person or amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from retriever.antecedents import Antecedents, has_rare
from retriever.reading import (
    ABOUT_NUTRIENTS,
    OF_FOODS,
    Units,
    at_another_hour,
    bare_person,
    dosed,
    in_danger,
    in_usual_unit,
    measured_so,
    of_this_person,
    still_taken,
    weighed,
)
from retriever.state import State
from retriever.types import Question, Reading
from retriever.utterance import Utterance

Prepared = Callable[[tuple[str, ...], Sequence[str]], tuple[str, ...]]
"""Foods in the preparation that a message names ("cooked spinach")."""

MOST_CAUSES = 4
"""A topic that more nutrients matter to is no disease that foods with one nutrient put right."""
OF_A_PERSON = ("deficiency-signs", "at-risk", "causes", "testing", "see-doctor", "overview")
"""Aspects that may be asked of a disease as well as of its nutrient."""


class Inheritor:
    """Takes over what was asked about before. See `Antecedents`, `Prepared` and `Units`."""

    def __init__(self, antecedents: Antecedents, prepared: Prepared, units: Units, topics: Mapping[str, str]) -> None:
        """`topics`: the document about a life stage or a condition."""
        self._before, self._prepared, self._units, self._topics = antecedents, prepared, units, topics

    def question(self, own: Question, said: Utterance, state: State, last: Question, new_body: bool) -> Question:
        """ "How much?", "for vegans?", "I have kidney disease though", "2 cups"."""
        aspect = own.aspect if own.aspect_said else last.aspect
        lasting = "lasting" in said.cues
        if aspect == "evidence" and last.aspect == "absorption" and said.refers and not said.foreign and not lasting:
            aspect = last.aspect
        if own.aspect_said and new_body and aspect in ("linked-nutrients", "overview") and not said.refers:
            aspect = last.aspect if bare_person(said) else aspect
        of_much = last.aspect == "excess" and last.nutrients and said.refers and "lacking" not in said.cues
        if aspect == "deficiency-signs" and of_much:
            aspect = last.aspect  # "signs of that?"
        if "happens" in said.acts and last.nutrients:
            aspect = "excess" if last.aspect == "excess" else "deficiency-signs"
        if "apart" in said.refers and last.nutrients and (own.filters.medicines or last.filters.medicines):
            aspect = "interactions"  # "how far apart?", of a medicine and what is taken with it
        left_out = bool(said.mentions.exclude) or "disliked" in said.refers
        if left_out and last.nutrients and (aspect in (*OF_FOODS, "intake") or "more" in said.acts) and not own.amounts:
            return last.about(
                message=said.message, text=said.text, filters=own.filters, aspect="foods", foods=(), symptoms=(),
                carried=True, more=0, reply=None, amounts=(), aspect_said=True, foreign=own.foreign,
            )  # fmt: skip
        amounts = at_another_hour(said, last) or own.amounts or in_usual_unit(said, last, self._units)
        measured = measured_so(own, said, last)
        if measured:
            aspect = "testing"
        elif weighed(said, last) and not (own.aspect_said and aspect in ("excess", "comparison")):
            aspect = "food-content"
        elif aspect not in ("testing", "interactions") and (
            dosed(said, last) or amounts != own.amounts or in_danger(own, said, last)
        ):
            aspect = "excess"
        whom = (own.filters.life_stage or "", *own.filters.conditions)
        of_them = next((self._topics[one] for one in whom if one in self._topics), None)
        if "barring" in said.cues and aspect == "foods" and of_them:
            # "Which foods should I stay away from?", of somebody pregnant.
            return own.about(topics=(of_them,), aspect="foods", carried=True, aspect_said=True)
        if "blamed" in said.refers and last.symptoms and last.nutrients and not own.aspect_said:
            aspect = "linked-nutrients"
        carried = last.about(
            message=said.message, text=said.text, filters=own.filters, aspect=aspect,
            foods=self._prepared(last.foods, said.content), carried=True, more=0, reply=None,
            single=own.single or (last.single and aspect == last.aspect),
            kind=own.kind or (last.kind if aspect == last.aspect else None),
            value=said.number if measured else own.value, readings=_measured(said) if measured else own.readings,
            amounts=amounts or (still_taken(said, last) if aspect == last.aspect or _of_food(last, aspect) else ()),
            basis=own.basis,
            least=own.least or (last.least and aspect == last.aspect), test=own.test or last.test,
            aspect_said=own.aspect_said or last.aspect_said, named=own.named, foreign=own.foreign,
        )  # fmt: skip
        new_medicines = set(own.filters.medicines) - set(last.filters.medicines)
        if new_medicines and last.foods and "contents" not in said.cues and not own.amounts:
            # "I'm on warfarin, do I have to give it up?", of kale: which of its nutrients matters then.
            return carried.about(nutrients=(), symptoms=(), aspect="interactions")
        if "pair" in said.refers and len(last.nutrients) == 1 and len(state.foods()) < 2:
            carried = carried.about(nutrients=self._before.nutrients(last, state, said))
        about = of_this_person(own, said, last, self._topics)
        if about:
            return carried.about(topics=about, symptoms=(), nutrients=(), foods=(), groups=())
        if aspect == "interactions" and said.sweeping and own.filters.medicines and not said.refers:
            # "Does my medication affect any vitamins?", after one nutrient: any.
            return carried.about(nutrients=(), symptoms=(), topics=(), foods=(), groups=())
        if "of_a_food" in said.cues and not said.ids("nutrient"):
            return own.about(
                foods=last.foods, aspect="evidence", literal=True, carried=True
            )  # "does it lose its vitamins?"
        if aspect == "linked-nutrients" and said.sweeping and not said.refers and (last.symptoms or last.topics):
            return carried.about(nutrients=())  # "which deficiencies can have an impact?", after one cause of hair loss
        return carried if aspect == last.aspect else self._turned(carried, said, state, last)

    def _turned(self, carried: Question, said: Utterance, state: State, last: Question) -> Question:
        """What still belongs to the question now that its aspect is another."""
        aspect = carried.aspect
        amounts = "of_amount" in said.cues or {"high", "low"} & said.acts or said.amounts
        if aspect == "excess" and not last.nutrients and (last.topics or last.symptoms) and not amounts:
            return carried.about(aspect="overview")
        of_no_nutrient = bool(last.symptoms or last.topics) and not last.nutrients
        theme = self._before.theme(state, last)
        asks_anew = bool(said.refers) or said.sweeping
        if aspect == "linked-nutrients" and asks_anew and (theme.symptoms or theme.topics):
            return carried.about(nutrients=(), symptoms=theme.symptoms, topics=theme.topics, foods=(), groups=())
        if aspect == "intake" and "portion" in said.cues and not set(carried.nutrients) & set(last.named):
            carried = carried.about(nutrients=(), symptoms=(), topics=())  # "how much should he be having?", of milk
        if "consumed" in said.refers and not carried.nutrients:
            carried = carried.about(nutrients=self._before.nutrients(last, state, said))
        of_a_disease = bool(last.topics) and aspect in ("deficiency-signs", "testing", "at-risk") and not last.kind
        of_many = bool(last.topics) and len(self._before.listing(last)) > MOST_CAUSES
        of_a_diet = of_many and (aspect == "foods" or not (last.symptoms or {"plural", "gap"} & said.refers))
        if aspect == "excess" and carried.foods and {"gap", "pronoun"} <= said.refers and "much" in said.cues:
            carried = carried.about(nutrients=())  # "how much of it is too much?", of milk
        of_food = aspect == "excess" and bool(carried.foods)  # "how many are too many?": the food says of what
        # "The dose", of donepezil, is of no nutrient, nor is what to avoid while one has mouth sores.
        of_food = of_food or (aspect == "intake" and bool(carried.foods) and "portion" in said.cues)
        of_another = of_food or (aspect == "intake" and has_rare(last)) or ("barring" in said.cues and of_no_nutrient)
        of_another = of_another or (bool(last.topics) and "on_it" in said.refers)  # "what can you eat on it?", a diet
        # "800 mg a day, ok?", after caffeine pills, is no amount of iron.
        of_itself = aspect == "excess" and bool(last.topics) and dosed(said, last)
        of_another = of_another or (of_itself and len(self._before.listing(last)) > 1)
        # "How does it differ from the Mediterranean diet?", of another one, is of no nutrient either.
        of_another = of_another or (bool(last.topics) and "differs" in said.cues and bool(said.foreign))
        if aspect in ABOUT_NUTRIENTS and not (carried.nutrients or of_a_disease or of_a_diet or of_another):
            of_signs = bool(last.symptoms or last.topics)
            of_any = aspect == "testing" and of_signs and not said.refers
            carried = carried.about(nutrients=() if of_any else self._before.nutrients(last, state, said))
        of_the_signs = aspect == "causes" and {"plural", "explains"} & said.refers
        signs = last.symptoms or (theme.symptoms if "explains" in said.refers else ())
        if of_the_signs and signs:
            return carried.about(nutrients=(), symptoms=signs, foods=(), groups=())
        if carried.nutrients and aspect not in ("linked-nutrients", "evidence", "excess"):
            carried = carried.about(symptoms=(), topics=carried.topics if aspect in OF_A_PERSON else ())
        if aspect in ("foods", *OF_A_PERSON) or (aspect == "excess" and dosed(said, last)):
            carried = carried.about(foods=())
        alone = not (carried.subjects or carried.foods)
        return carried if aspect == "foods" or alone else carried.about(groups=())


def _of_food(last: Question, aspect: str) -> bool:
    """ "Is that enough for the day?", after "a can of tuna": of that can."""
    return bool(last.foods) and last.aspect == "food-content" and aspect == "intake"


def _measured(said: Utterance) -> tuple[Reading, ...]:
    """ "Mine was 11": the result that a message gives without a name."""
    bare = () if said.number is None else (Reading("", said.number, "", f"{said.number:g}"),)
    return said.readings or bare
