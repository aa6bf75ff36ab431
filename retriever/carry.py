"""Fill what a message left out from the question before: one rule for each kind of thing that it names itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from retriever.antecedents import Antecedents
from retriever.reading import (
    ABOUT_NUTRIENTS,
    LONGEST_ELLIPSIS,
    Units,
    bare_person,
    dosed,
    filters,
    in_danger,
    in_usual_unit,
    measured_so,
    of_this_person,
    real_topics,
    weighed,
    with_people_of,
)
from retriever.state import RECENT, State
from retriever.types import Filters, Question
from retriever.utterance import Utterance

BestIn = Callable[[str, Sequence[str]], str | None]
"""Of some nutrients the one for which a food counts most."""

Prepared = Callable[[tuple[str, ...], Sequence[str]], tuple[str, ...]]
"""Foods in the preparation that a message names ("cooked spinach")."""

OF_FOODS = ("food-content", "comparison", "foods", "overview")
"""Aspects in which "they" beside a nutrient are the foods just named."""
COMPARING = frozenset(("compare", "which", "best_of"))
MOST_BESIDE = 4
"""How many foods are compared with one another."""
COUNTS = {"three": 3, "3": 3, "four": 4, "4": 4, "all": 4, "lot": 4}
"""How many foods "the three" are; "both" and the like are two."""
OTHERS = frozenset(("something", "anything", "else", "other", "others"))
"""Words by which other foods than those named are asked for."""
AMOUNTS = frozenset(("much", "many", "dose", "limit", "max", "maximum", "overdose", "overdo", "take"))
"""Words by which "is it dangerous?" is about an amount, and not about a disease."""
HELPING = ("help", "helps", "helped", "work", "works")
"""Words after which a message leaves out against what."""
GUESSING = ("could be", "might be", "may be", "must be", "maybe", "or maybe", "perhaps", "or is it", "is it")
"""How a guess begins; what follows the name only says why."""
LACKING = frozenset(("low", "lack", "lacking", "little", "enough", "deficient", "deficiency", "short", "none"))
"""Words by which signs are those of too little, even after it was asked about too much."""
MOST_CAUSES = 4
"""A topic that more nutrients matter to is no disease that foods with one nutrient put right."""
TAKEN = ("absorption", "interactions")
"""Aspects of what is taken together."""
KEEPS_ITS_OWN = ("comparison", "evidence", "excess", "interactions", "absorption")
OF_A_PERSON = ("deficiency-signs", "at-risk", "causes", "testing", "see-doctor", "overview")
"""Aspects that may be asked of a disease as well as of its nutrient."""


class Carrier:
    """Completes questions. See `Antecedents`, `BestIn` and `Prepared`."""

    def __init__(
        self, antecedents: Antecedents, best_in: BestIn, prepared: Prepared, units: Units,
        topics: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._before, self._best_in, self._prepared = antecedents, best_in, prepared
        self._units, self._topics = units, topics

    def completed(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """The question with what it left out taken from `last`, where it leans on it at all.

        People of whom only the last question was asked ("why do women need more iron?") stay those of a follow-up.
        """
        if said.mentions.exclude and last.nutrients and last.aspect in OF_FOODS and own.aspect not in ABOUT_NUTRIENTS:
            # "Not citrus, it burns my mouth" says why, and asks no more.
            own = own.about(symptoms=(), topics=(), aspect="overview", aspect_said=False)
        if own.symptoms and own.subjects == own.symptoms and last.nutrients and not ("same" in said.acts or own.single):
            if said.states and set(last.nutrients) & set(self._before.listing(own)):
                # "My feet tingle", after what a lack of vitamin B12 feels like.
                return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
            earlier = {symptom for question in state.questions[-RECENT:] for symptom in question.symptoms}
            if set(own.symptoms) <= earlier and last.symptoms:
                # "Will the numbness go away?": the sign that was put down to this nutrient.
                return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
        if not self._before.leans(own, said, last):
            return own
        question = self._filled(own, said, state, last)
        same_people = question.carried and not said.mentions.any and "self_again" not in said.acts
        return question.about(filters=with_people_of(last.filters, question.filters)) if same_people else question

    def _filled(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        new_body = own.filters != state.filters
        if not real_topics(own, said, new_body):
            own = own.about(topics=())
        blamed = self._blamed(own, said, state, last)
        if blamed:
            return blamed
        if own.test and own.aspect == "interactions" and last.nutrients and "pronoun" in said.refers:
            return own.about(nutrients=last.nutrients, test=None, carried=True)  # "will it mess up my thyroid test?"
        compared = self._compared(own, said, state, last)
        if compared:
            return compared
        if "followers" in said.refers:
            return self._of_followers(own, said, state)
        if not (own.nutrients or own.symptoms or own.foods or own.groups or own.topics):
            return self._inherited(own, said, state, last, new_body)
        if own.foods:
            return self._about_food(own, said, last)
        if own.nutrients:
            return self._about_nutrient(own, said, state, last)
        if own.groups and own.aspect_said and own.aspect in ("excess", "see-doctor"):
            of_it = last.nutrients if "much" in said.content and own.aspect == "excess" else ()
            return own.about(nutrients=of_it, carried=True) if of_it else own
        if own.groups:
            nutrients = self._before.nutrients(last, state, said)
            return own.about(nutrients=nutrients, aspect="foods", carried=True) if nutrients else own
        if own.symptoms:
            return self._about_symptom(own, said, state, last)
        return self._about_topic(own, said, state, last)

    def _blamed(self, own: Question, said: Utterance, state: State, last: Question) -> Question | None:
        """ "And B1, could it be that?", "or maybe it's zinc": whether another nutrient explains the signs before."""
        first = bool(said.words) and said.text.startswith(GUESSING)
        alone = own.nutrients and not own.symptoms and (first or not (own.foods or own.groups or own.amounts))
        if not alone or "maybe" not in said.refers or own.aspect in (*TAKEN, "intake", "testing"):
            return None
        recent = (q for q in reversed((*state.questions[-RECENT:], last)) if q.symptoms)
        before = next(recent, None)
        if before is None:
            return None
        return own.about(symptoms=before.symptoms, topics=(), foods=(), groups=(), aspect="evidence", carried=True)

    # --- nothing named: the same things, another aspect, person or amount

    def _inherited(self, own: Question, said: Utterance, state: State, last: Question, new_body: bool) -> Question:
        """ "How much?", "for vegans?", "I have kidney disease though", "2 cups"."""
        aspect = own.aspect if own.aspect_said else last.aspect
        lasting = {"long", "soon", "fast", "quickly"} & set(said.content)
        if aspect == "evidence" and last.aspect == "absorption" and said.refers and not said.foreign and not lasting:
            aspect = last.aspect
        if own.aspect_said and new_body and aspect in ("linked-nutrients", "overview") and not said.refers:
            aspect = last.aspect if bare_person(said) else aspect
        of_much = last.aspect == "excess" and said.refers and not LACKING & set(said.content)
        if aspect == "deficiency-signs" and of_much:
            aspect = last.aspect  # "signs of that?"
        if "happens" in said.acts and last.nutrients:
            aspect = "excess" if last.aspect == "excess" else "deficiency-signs"
        left_out = bool(said.mentions.exclude) or "disliked" in said.refers
        if left_out and last.nutrients and (aspect in (*OF_FOODS, "intake") or "more" in said.acts) and not own.amounts:
            return last.about(
                message=said.message, text=said.text, filters=own.filters, aspect="foods", foods=(), symptoms=(),
                carried=True, more=0, reply=None, amounts=(), aspect_said=True, foreign=own.foreign,
            )  # fmt: skip
        amounts = own.amounts or in_usual_unit(said, last, self._units)
        measured = measured_so(own, said, last)
        if measured:
            aspect = "testing"
        elif weighed(said, last) and not (own.aspect_said and aspect in ("excess", "comparison")):
            aspect = "food-content"
        elif aspect not in ("testing", "interactions") and (
            dosed(said, last) or amounts != own.amounts or in_danger(own, said, last)
        ):
            aspect = "excess"
        carried = last.about(
            message=said.message, text=said.text, filters=own.filters, aspect=aspect,
            foods=self._prepared(last.foods, said.content), carried=True, more=0, reply=None,
            single=own.single or (last.single and aspect == last.aspect),
            kind=own.kind or (last.kind if aspect == last.aspect else None),
            value=said.number if measured else own.value,
            amounts=amounts or (last.amounts if aspect == last.aspect else ()), basis=own.basis,
            least=own.least or (last.least and aspect == last.aspect), test=own.test or last.test,
            aspect_said=own.aspect_said or last.aspect_said, named=own.named, foreign=own.foreign,
        )  # fmt: skip
        if "pair" in said.refers and len(last.nutrients) == 1 and len(state.foods()) < 2:
            carried = carried.about(nutrients=self._before.nutrients(last, state, said))
        about = of_this_person(own, said, last, self._topics)
        if about:
            return carried.about(topics=about, symptoms=(), nutrients=(), foods=(), groups=())
        return carried if aspect == last.aspect else self._turned(carried, said, state, last)

    def _turned(self, carried: Question, said: Utterance, state: State, last: Question) -> Question:
        """What still belongs to the question now that its aspect is another."""
        aspect = carried.aspect
        amounts = AMOUNTS & set(said.content) or {"high", "low"} & said.acts or said.amounts
        if aspect == "excess" and not last.nutrients and (last.topics or last.symptoms) and not amounts:
            return carried.about(aspect="overview")
        if "consumed" in said.refers and not carried.nutrients:
            carried = carried.about(nutrients=self._before.nutrients(last, state, said))
        of_a_disease = bool(last.topics) and aspect in ("deficiency-signs", "testing", "at-risk") and not last.kind
        of_a_diet = aspect == "foods" and bool(last.topics) and len(self._before.listing(last)) > MOST_CAUSES
        if aspect in ABOUT_NUTRIENTS and not carried.nutrients and not (of_a_disease or of_a_diet):
            of_signs = bool(last.symptoms or last.topics)
            of_any = aspect == "testing" and of_signs and not said.refers
            carried = carried.about(nutrients=() if of_any else self._before.nutrients(last, state, said))
        of_the_signs = aspect == "causes" and "plural" in said.refers and bool(last.symptoms)
        if of_the_signs:
            return carried.about(nutrients=(), foods=(), groups=())
        if carried.nutrients and aspect not in ("linked-nutrients", "evidence", "excess"):
            carried = carried.about(symptoms=(), topics=carried.topics if aspect in OF_A_PERSON else ())
        if aspect in ("foods", *OF_A_PERSON) or (aspect == "excess" and dosed(said, last)):
            carried = carried.about(foods=())
        alone = not (carried.subjects or carried.foods)
        return carried if aspect == "foods" or alone else carried.about(groups=())

    def _of_followers(self, own: Question, said: Utterance, state: State) -> Question:
        """ "How do people who follow it get enough?", "children raised this way": the diet that was talked about."""
        topics = next((question.topics for question in reversed(state.questions) if question.topics), own.topics)
        needs = "plural" in said.refers or "gap" in said.refers
        last = self._before.question(state)
        nutrients = last.nutrients if last and needs and not own.nutrients else own.nutrients
        return own.about(topics=topics, nutrients=nutrients, carried=True)

    # --- foods

    def _compared(self, own: Question, said: Utterance, state: State, last: Question) -> Question | None:
        """ "Kiwi beats that, right?", "more or less than soya milk", "which one wins?": beside the foods before."""
        among = "among" in said.refers
        if own.symptoms or own.groups or len(own.foods) > 1 or not (COMPARING & said.acts or among):
            return None
        if among and not own.foods and not own.nutrients:
            return self._among_listed(own, said, state)
        before = tuple(food for food in (last.foods or state.foods()[-1:]) if food not in own.foods)
        if not own.foods and OTHERS & set(said.content):
            return None
        if not own.foods:
            nothing_else = not own.nutrients and not own.topics
            latest = state.foods()[-_how_many(said) :] if nothing_else and last.foods and not own.aspect_said else ()
            before = last.foods if len(last.foods) > 1 else latest
        foods = (*before, *own.foods)
        if len(foods) < 2 or not before:
            return None
        nutrients = own.nutrients or last.nutrients
        return own.about(foods=foods[-MOST_BESIDE:], nutrients=nutrients, topics=(), aspect="comparison", carried=True)

    def _among_listed(self, own: Question, said: Utterance, state: State) -> Question | None:
        """ "Which of those has the least?": of the latest foods that were listed, those at that end of the list."""
        for earlier in reversed(state.questions):
            foods = tuple(item for item in self._before.listing(earlier) if item.startswith("food:"))
            if len(foods) > 1:
                ends = foods[-MOST_BESIDE:] if own.least else foods[:MOST_BESIDE]
                return own.about(nutrients=earlier.nutrients, foods=ends, aspect="comparison", carried=True)
        return None

    def _about_food(self, own: Question, said: Utterance, last: Question) -> Question:
        """ "Is spirulina OK for it?", "bananas help?": the food is new, the nutrient is not."""
        if own.aspect == "excess" and own.filters != Filters() and not ({"pronoun", "plural"} & said.refers):
            return own  # "is liver safe for me?" is about liver and this person, not about the nutrient before
        nutrients = own.nutrients or last.nutrients
        symptoms = own.symptoms
        if not nutrients and (last.symptoms or last.topics):
            best = self._best_in(own.foods[0], self._before.listing(last))
            nutrients, symptoms = ((best,) if best else ()), symptoms or last.symptoms
        counted = {"much", "many"} & set(said.content)
        still = last.aspect in TAKEN and own.aspect == "food-content" and not counted and not last.filters.medicines
        aspect = "absorption" if nutrients and (still or {"with_it", "beside"} & said.refers) else own.aspect
        alone = sum(entity.end - entity.start for entity in said.entities) >= len(said.content)
        again = ("same" in said.acts and alone) or "same" in said.content or " also " in said.text
        if last.aspect == "excess" and again and nutrients:
            aspect = last.aspect  # "can you eat too many?", "and liver?"
        if aspect not in KEEPS_ITS_OWN:
            aspect = "comparison" if len(own.foods) > 1 else "food-content"
        topics = last.topics if said.foreign or aspect == "evidence" else ()
        if aspect == "evidence" and not (symptoms or topics):
            aspect = "food-content"
        return own.about(nutrients=nutrients, symptoms=symptoms, aspect=aspect, carried=True, topics=topics, groups=())

    # --- nutrients

    def _about_nutrient(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "And potassium?", "same for zinc", "do both have magnesium?", "tell me more about zinc"."""
        foods = self._before.foods(last, state, said) if {"pronoun", "plural"} & said.refers else ()
        if foods and own.aspect in OF_FOODS and not own.symptoms:
            aspect = "comparison" if own.aspect == "comparison" and len(foods) > 1 else "food-content"
            return own.about(foods=foods, aspect=aspect, carried=True, aspect_said=True)
        if last.foods and "many" in said.content and own.aspect in ("intake", "foods", "overview") and not own.amounts:
            return own.about(foods=last.foods, aspect="food-content", counted=True, carried=True)
        if "beside" in said.refers and last.nutrients and not own.symptoms and own.aspect in (*TAKEN, "overview"):
            both = tuple(dict.fromkeys((*last.nutrients, *own.nutrients)))
            return own.about(nutrients=both, aspect="interactions", carried=True, aspect_said=True)
        if "also" in said.refers and last.nutrients and not own.symptoms:
            own = own.about(nutrients=tuple(dict.fromkeys((*last.nutrients, *own.nutrients))), carried=True)
            return own if own.aspect_said else own.about(aspect=last.aspect, aspect_said=True)
        if "matters" in said.refers and last.nutrients and not set(own.nutrients) & set(last.nutrients):
            both = tuple(dict.fromkeys((*last.nutrients, *own.nutrients)))
            return own.about(nutrients=both, symptoms=(), aspect="interactions", carried=True, aspect_said=True)
        in_list = set(own.nutrients) <= set(self._before.listing(last))
        focus = last.aspect == "linked-nutrients" and bool(last.symptoms or last.topics) and in_list
        if focus and own.aspect in ("overview", "linked-nutrients", "evidence") and not own.symptoms:
            return own.about(symptoms=last.symptoms, topics=last.topics, aspect="linked-nutrients", carried=True)
        if own.aspect_said and own.aspect != "overview":
            points_back = bool(said.refers) or (own.aspect == "evidence" and said.content[-1] in HELPING)
            keep = own.aspect in ("evidence", "excess", "at-risk") and points_back and not own.symptoms
            if keep and last.symptoms and own.aspect == "at-risk":
                own = own.about(aspect="evidence")
            topics = last.topics if keep and own.aspect == "evidence" else own.topics
            return own.about(symptoms=last.symptoms if keep else own.symptoms, topics=topics, carried=keep)
        if (own.aspect_said and "same" not in said.content) or (
            "same" not in said.acts and len(said.content) > LONGEST_ELLIPSIS
        ):
            return own
        if own.aspect == "intake":
            return own.about(carried=True)
        aspect = last.aspect if last.aspect != "linked-nutrients" else "overview"
        return own.about(
            aspect=aspect, foods=last.foods if aspect in ("food-content", "comparison") else (),
            groups=own.groups or last.groups, amounts=own.amounts or last.amounts,
            basis=last.basis, least=last.least, carried=True, aspect_said=True,
        )  # fmt: skip

    # --- symptoms and topics

    def _about_symptom(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "And for nails?", "I crave ice, is that a thing?": another sign, of what was talked about."""
        if last.foods and "same" in said.acts and not own.aspect_said:
            best = self._best_in(last.foods[0], self._before.listing(own))
            wanted = (best,) if best else ()
            return own.about(foods=last.foods, nutrients=wanted, aspect="evidence", carried=True)
        if last.nutrients and "pronoun" in said.refers and (last.aspect == "excess" or (last.taking and last.amounts)):
            return own.about(nutrients=last.nutrients, aspect="excess", carried=True)  # "my feet tingle, from that?"
        if "pair" in said.refers and last.nutrients:
            nutrients = self._before.nutrients(last, state, said)
            return own.about(nutrients=nutrients, aspect="linked-nutrients", carried=True)
        asks_if = own.aspect in ("evidence", "deficiency-signs") or "blamed" in said.refers
        if last.nutrients and "pronoun" in said.refers and asks_if:
            return own.about(nutrients=last.nutrients, aspect="linked-nutrients", carried=True)
        what_for = any(word.text == "for" for word in said.words) and len(said.content) <= LONGEST_ELLIPSIS + 1
        if "same" in said.acts and what_for and len(last.nutrients) == 1:
            return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
        if "same" in said.acts and last.symptoms and not own.aspect_said:
            return own.about(aspect=last.aspect, carried=True)
        return own

    def _about_topic(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "Could a vegan diet be the reason?", "does it matter in pregnancy?"."""
        if own.aspect in ("causes", "linked-nutrients") and (last.symptoms or last.nutrients) and not said.foreign:
            nutrients = self._before.nutrients(last, state, said)
            return own.about(nutrients=nutrients, carried=True, filters=filters(said, state))
        if last.topics and not last.nutrients and "pronoun" in said.refers:
            return own.about(topics=tuple(dict.fromkeys((*last.topics, *own.topics))), carried=True)
        if last.nutrients and ({"pronoun", "plural", "blamed"} & said.refers or {"compare", "which"} & said.acts):
            aspect = "evidence" if own.aspect == "overview" else own.aspect
            return own.about(nutrients=last.nutrients, aspect=aspect, carried=True)
        return own


def _how_many(said: Utterance) -> int:
    several = "plural" in said.refers and "pair" not in said.refers
    return max((COUNTS.get(word, 2) for word in (*said.content, "all" if several else "both")), default=2)
