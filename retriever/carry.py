"""Fill what a message left out from the question before: one rule for each kind of thing that it names itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from retriever.antecedents import Antecedents
from retriever.carry_foods import MOST_BESIDE, BestIn, FoodCarrier
from retriever.inherit import Inheritor, Prepared
from retriever.reading import (
    ABOUT_NUTRIENTS,
    LONGEST_ELLIPSIS,
    OF_FOODS,
    TAKEN,
    Units,
    filters,
    is_dose,
    of_same_body,
    of_two_names,
    real_topics,
    with_people_of,
)
from retriever.state import RECENT, State
from retriever.types import Question
from retriever.utterance import Utterance

OF_A_LINK = ("linked-nutrients", "causes", "evidence")
"""Aspects in which a message about a sign asks whether something brings it on."""


class Carrier:
    """Completes questions. `how_many`: how many foods "the three" are. See `Antecedents`, `BestIn`, `Prepared`."""

    def __init__(
        self, antecedents: Antecedents, best_in: BestIn, prepared: Prepared, units: Units, topics: Mapping[str, str],
        how_many: Mapping[str, int],
    ) -> None:  # fmt: skip
        self._before, self._best_in, self._topics = antecedents, best_in, topics
        self._inheritor = Inheritor(antecedents, prepared, units, topics)
        self._foods = FoodCarrier(antecedents, best_in, how_many, topics.values())

    def completed(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """The question with what it left out taken from `last`, where it leans on it at all.

        People of whom only the last question was asked ("why do women need more iron?") stay those of a follow-up.
        """
        if (
            said.mentions.exclude
            and last.nutrients
            and last.aspect in (*OF_FOODS, "intake")
            and own.aspect not in ABOUT_NUTRIENTS
        ):
            # "Not citrus, it burns my mouth" says why, and asks no more.
            own = own.about(symptoms=(), topics=(), aspect="overview", aspect_said=False)
        if own.symptoms and own.subjects == own.symptoms and last.nutrients and not self._anew(own, said):
            if (said.states and is_dose(last.amounts)) or "gave" in said.cues:
                # "My feet are numb", after so much zinc a day: what too much of it does comes before all else.
                # So does it after "the citrate gave me the runs".
                return own.about(
                    nutrients=last.nutrients, amounts=last.amounts, symptoms=(), aspect="excess", carried=True
                )
            if said.states and last.aspect != "causes" and set(last.nutrients) & set(self._before.listing(own)):
                # "My feet tingle", after what a lack of vitamin B12 feels like.
                return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
            earlier = {symptom for question in state.questions[-RECENT:] for symptom in question.symptoms}
            if set(own.symptoms) <= earlier and last.symptoms:
                # "Will the numbness go away?": the sign that was put down to this nutrient.
                return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
        question = self._filled(own, said, state, last) if self._before.leans(own, said, last) else own
        if not question.carried:
            talked = {topic for q in state.questions if not q.nutrients for topic in q.topics}
            themes = [one for one, topic in self._topics.items() if topic in talked]
            return of_same_body(question, said, last, themes)
        same_people = not said.mentions.any and "self_again" not in said.acts
        whom = last.filters
        if not said.refers:  # a medicine that was only asked about is nobody's
            whom = replace(whom, medicines=state.filters.medicines)
        return question.about(filters=with_people_of(whom, question.filters)) if same_people else question

    def _filled(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        new_body = own.filters != state.filters
        if not real_topics(own, said, new_body):
            own = own.about(topics=())
        if own.foods and own.aspect == "linked-nutrients" and own.aspect_said and not own.nutrients:
            own = own.about(foods=())  # "he lives on toast, what could he be missing?"
        blamed = self._blamed(own, said, state, last)
        if blamed:
            return blamed
        if own.test and own.aspect == "interactions" and last.nutrients and "pronoun" in said.refers:
            return own.about(nutrients=last.nutrients, test=None, carried=True)  # "will it mess up my thyroid test?"
        compared = self._foods.compared(own, said, state, last)
        if compared:
            return compared
        if "followers" in said.refers:
            return self._of_followers(own, said, state)
        beside = own.aspect == "interactions" and said.mentions.medicines and {"pronoun", "plural"} & said.refers
        if beside and last.topics and not (own.asked != own.filters.medicines or last.nutrients):
            return own.about(topics=last.topics, carried=True)  # "should I take them after antibiotics?", of probiotics
        if not (own.nutrients or own.symptoms or own.foods or own.groups or own.topics):
            return self._inheritor.question(own, said, state, last, new_body)
        told = said.mentions.conditions or said.mentions.medicines
        if own.foods and told and new_body and not (own.nutrients or {"pronoun", "plural"} & said.refers):
            return own  # "My mum has kidney disease, can she have bananas?", after iron: what matters to her decides
        instead = self._foods.in_its_place(own, said, state, last)
        if instead:
            return instead
        if own.foods:
            theme = self._before.theme(state, last)
            helping = {"helping", "question_first"} <= said.cues and not own.nutrients
            if (helping or {"among", "hearsay"} & said.cues) and not own.symptoms and (theme.symptoms or theme.topics):
                # "How does lemonade help?", "is chocolate one of them?", whatever was asked in between.
                return own.about(symptoms=theme.symptoms, topics=theme.topics, aspect="evidence", carried=True)
            return self._foods.about(own, said, last)
        if own.nutrients:
            return self._about_nutrient(own, said, state, last)
        if own.groups and own.aspect_said and own.aspect in ("excess", "see-doctor"):
            of_it = last.nutrients if "much" in said.cues and own.aspect == "excess" else ()
            return own.about(nutrients=of_it, carried=True) if of_it else own
        if own.groups:
            nutrients = self._before.nutrients(last, state, said)
            aspect = own.aspect if own.aspect_said and own.aspect == "absorption" else "foods"
            if not nutrients and last.topics and {"pronoun", "plural"} & said.refers:
                # "Which vegetables are rich in those?", of prebiotics.
                return own.about(topics=last.topics, aspect=aspect, carried=True)
            if not nutrients and {"pronoun", "plural"} & said.refers and (last.foreign or last.topics):
                return own.about(aspect=aspect, literal=True, carried=True)  # "which grains have it?", of gluten
            return own.about(nutrients=nutrients, aspect=aspect, carried=True) if nutrients else own
        if own.symptoms:
            return self._about_symptom(own, said, state, last)
        return self._about_topic(own, said, state, last)

    @staticmethod
    def _anew(own: Question, said: Utterance) -> bool:
        """Whether a message about a sign asks what matters to it, and not whether this nutrient does."""
        return "same" in said.acts or own.single or said.sweeping

    def _blamed(self, own: Question, said: Utterance, state: State, last: Question) -> Question | None:
        """ "And B1, could it be that?", "or maybe it's zinc": whether another nutrient explains the signs before."""
        first = "guess_first" in said.cues
        alone = own.nutrients and not own.symptoms and (first or not (own.foods or own.groups or own.amounts))
        if not alone or "maybe" not in said.refers or own.aspect in (*TAKEN, "intake", "testing"):
            return None
        recent = (q for q in reversed((*state.questions[-RECENT:], last)) if q.symptoms)
        before = next(recent, None)
        if before is None:
            return None
        return own.about(
            symptoms=before.symptoms, topics=(), foods=(), groups=(), aspect="linked-nutrients", carried=True
        )

    def _of_followers(self, own: Question, said: Utterance, state: State) -> Question:
        """ "How do people who follow it get enough?", "children raised this way": the diet that was talked about."""
        topics = next((question.topics for question in reversed(state.questions) if question.topics), own.topics)
        needs = "plural" in said.refers or "gap" in said.refers
        last = self._before.question(state)
        nutrients = last.nutrients if last and needs and not own.nutrients else own.nutrients
        return own.about(topics=topics, nutrients=nutrients, carried=True)

    # --- nutrients

    def _about_nutrient(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "And potassium?", "same for zinc", "do both have magnesium?", "tell me more about zinc"."""
        foods = self._before.foods(last, state, said) if {"pronoun", "plural"} & said.refers else ()
        if "any_of" in said.refers and last.aspect == "foods" and not foods:
            foods = tuple(item for item in self._before.listing(last) if item.startswith("food:"))[:MOST_BESIDE]
            own = own.about(aspect="comparison") if len(foods) > 1 else own
        other = "others" in said.cues or "disliked" in said.refers or bool(own.groups and own.aspect == "foods")
        if foods and own.aspect in OF_FOODS and not (own.symptoms or other):
            aspect = "comparison" if own.aspect == "comparison" and len(foods) > 1 else "food-content"
            return own.about(foods=foods, aspect=aspect, carried=True, aspect_said=True)
        if last.foods and last.amounts and own.aspect == "intake" and "pronoun" in said.refers and not own.foods:
            return own.about(foods=last.foods, amounts=last.amounts, carried=True)  # "is that enough calcium?"
        if last.foods and "many" in said.cues and own.aspect in ("intake", "foods", "overview") and not own.amounts:
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
        of_signs = last.aspect == "linked-nutrients" and bool(last.symptoms or last.topics)
        # "What about magnesium then?", after whether bananas help with cramps.
        focus = (in_list and of_signs) or ("same" in said.acts and last.aspect == "evidence" and bool(last.symptoms))
        if focus and own.aspect in ("overview", "linked-nutrients", "evidence") and not own.symptoms:
            aspect = "evidence" if "helping" in said.cues else "linked-nutrients"
            return own.about(symptoms=last.symptoms, topics=last.topics, aspect=aspect, carried=True)
        if own.aspect_said and own.aspect != "overview":
            points_back = bool(said.refers) or (own.aspect == "evidence" and "helping" in said.cues)
            keep = own.aspect in ("evidence", "excess", "at-risk") and points_back and not own.symptoms
            if keep and last.symptoms and own.aspect == "at-risk":
                own = own.about(aspect="evidence")
            theme = self._before.theme(state, last)
            topics = theme.topics if keep and own.aspect == "evidence" else own.topics
            return own.about(symptoms=theme.symptoms if keep else own.symptoms, topics=topics, carried=keep)
        if (own.aspect_said and "the_same" not in said.cues) or (
            "same" not in said.acts and len(said.content) > LONGEST_ELLIPSIS
        ):
            return own
        if own.aspect == "intake":
            return own.about(carried=True)
        aspect = last.aspect if last.aspect != "linked-nutrients" else "overview"
        if set(own.filters.exclude) - set(last.filters.exclude) and aspect in OF_FOODS:
            aspect = "foods"  # "and iodine? I can't stand seaweed", after what spirulina holds
        if of_two_names(said):
            return own.about(carried=True)  # "D2 or D3?"
        # "And zinc?" may mean as much of it; "what happens to copper?" does not.
        amounts = last.amounts if len(said.content) < LONGEST_ELLIPSIS else ()
        return own.about(
            aspect=aspect, foods=last.foods if aspect in ("food-content", "comparison", "intake") else (),
            groups=own.groups or (() if "any_food" in said.cues else last.groups), amounts=own.amounts or amounts,
            basis=last.basis, least=last.least, carried=True, aspect_said=True,
            topics=own.topics or (last.topics if last.literal else ()),
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
        if last.nutrients and "pronoun" in said.refers and own.aspect == "excess":
            return own.about(nutrients=last.nutrients, symptoms=(), carried=True)  # "too much of it damages nerves?"
        if "pair" in said.refers and last.nutrients:
            nutrients = self._before.nutrients(last, state, said)
            return own.about(nutrients=nutrients, aspect="linked-nutrients", carried=True)
        asks_if = own.aspect in ("evidence", "deficiency-signs") or "blamed" in said.refers or "it_causes" in said.cues
        if last.nutrients and "pronoun" in said.refers and asks_if:
            return own.about(nutrients=last.nutrients, aspect="linked-nutrients", carried=True)
        if last.nutrients and "plural" in said.refers and {"for_what", "question_first"} <= said.cues:
            return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)  # "which one is better for …?"
        what_for = "for_what" in said.cues and len(said.content) <= LONGEST_ELLIPSIS + 1
        if "same" in said.acts and what_for and len(last.nutrients) == 1:
            return own.about(nutrients=last.nutrients, aspect="evidence", carried=True)
        only_named = not own.aspect_said or (own.aspect == "linked-nutrients" and not (said.more or said.single))
        if "same" in said.acts and (last.symptoms or last.topics) and only_named:
            if last.nutrients and last.aspect == "evidence":  # "what about leg cramps?", after whether it helps sleep
                return own.about(nutrients=last.nutrients, aspect=last.aspect, carried=True)
            if last.topics and last.symptoms and not last.nutrients:
                return own.about(topics=last.topics, aspect=last.aspect, aspect_said=True, carried=True)
        if "same" in said.acts and last.symptoms and not own.aspect_said:
            return own.about(aspect=last.aspect, carried=True)
        brings_it = own.aspect in OF_A_LINK or "it_causes" in said.cues
        if last.topics and not last.nutrients and "pronoun" in said.refers and brings_it:
            return own.about(topics=last.topics, aspect="causes", carried=True)  # "can it cause headaches?", of a drink
        return own

    def _about_topic(self, own: Question, said: Utterance, state: State, last: Question) -> Question:
        """ "Could a vegan diet be the reason?", "does it matter in pregnancy?"."""
        if own.aspect in ("causes", "linked-nutrients") and (last.symptoms or last.nutrients) and not said.foreign:
            nutrients = self._before.nutrients(last, state, said)
            return own.about(nutrients=nutrients, carried=True, filters=filters(said, state))
        if own.aspect == "excess" and last.nutrients and "much" in said.cues:
            return own.about(nutrients=last.nutrients, carried=True)  # "is too much a problem for the thyroid?"
        if last.topics and not last.nutrients and "pronoun" in said.refers:
            return own.about(topics=tuple(dict.fromkeys((*last.topics, *own.topics))), carried=True)
        if last.nutrients and ({"pronoun", "plural", "blamed"} & said.refers or {"compare", "which"} & said.acts):
            aspect = "evidence" if own.aspect == "overview" else own.aspect
            return own.about(nutrients=last.nutrients, aspect=aspect, carried=True)
        return own
