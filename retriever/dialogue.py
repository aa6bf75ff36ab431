"""Resolve a message against the conversation: a pure fold over the user's earlier messages, without any encoding.

Each rule answers one question: what did the person leave out because it had just been said?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from retriever.antecedents import Antecedents, pointless
from retriever.carry import Carrier
from retriever.carry_foods import BestIn
from retriever.context import Context
from retriever.inherit import Prepared
from retriever.reading import (
    TABLED,
    Units,
    corrected,
    filters,
    in_own_words,
    is_taken,
    only_about,
    says_more,
    sided,
    tells_of_somebody,
    tells_story,
    usual_aspect,
)
from retriever.state import RECENT, State
from retriever.types import Filters, Question, Reading
from retriever.urgency import CALM, Urgency, stronger
from retriever.utterance import Utterance

LIMITED = ("intake", "excess")
"""Aspects in which a name asks about itself, whatever was talked about: "how much salt a day?"."""
NUTRIENT_WORDS = frozenset(("vitamin", "mineral", "nutrient"))
"""What one goes back to that is no sign."""
SMALL_TALK = ("thanks", "greeting", "goodbye", "about_bot", "no")


class Dialogue:
    """Turns utterances into self-contained questions."""

    def __init__(
        self,
        antecedents: Antecedents,
        nutrient_of_test: Mapping[str, str],
        parents: Mapping[str, str],
        why: Mapping[str, str],
        best_in: BestIn,
        prepared: Prepared,
        topics: Mapping[str, str],
        units: Units,
        how_many: Mapping[str, int],
        meant_beside: Sequence[Mapping[str, str]],
        matters_to: Callable[[Filters], tuple[str, ...]],
    ) -> None:
        """`parents`: the nutrient that a measure (retinol) is part of; `why`: what "why?" asks after an aspect.

        `topics`: the document about a life stage or a condition; `units`: in which unit a bare number is;
        `how_many`: see `FoodCarrier`; `meant_beside`: what the name `typed` means (`means`) beside a nutrient;
        `matters_to`: the documents about somebody.
        """
        self._matters_to = matters_to
        self._topics, self._meant_beside = topics, meant_beside
        self._parents, self._prepared, self._why = parents, prepared, why
        self._nutrient_of_test = nutrient_of_test
        self._before = antecedents
        self.context = Context(antecedents)
        self._carry = Carrier(antecedents, best_in, prepared, units, topics, how_many)

    def resolve(self, said: Utterance, state: State, urgent: Urgency) -> Question:
        """The question that a message asks in its conversation."""
        urgency, rule = stronger(urgent, Urgency(state.urgency, state.urgency_rule), "taken_back" in said.acts)
        question = self._act(said, state) or self._ask(said, state)
        read = said.corrections if question.reply != "english" else ()
        if urgent.level == "poisoning" and question.nutrients and question.aspect in TABLED:
            # Somebody poisoned is not told the daily need.
            question = question.about(aspect="excess", foods=(), symptoms=(), amounts=())
        question = question.about(told_readings=_told(question, state))
        literal = says_more(question, said) or (state.last is not None and in_own_words(question, said))
        literal = literal or "why" in said.acts or bool({"barred", "among", "with_meal", "at_once"} & said.cues)
        # "What foods are high in oxalate?" is not what to eat for it.
        of_topic = question.aspect == "foods" and question.topics and not (question.nutrients or question.symptoms)
        literal = literal or bool(of_topic and (said.more or "contents" in said.cues or not question.carried))
        called = dict(pair for earlier in state.questions[-RECENT:] for pair in earlier.called) | dict(_called(said))
        return question.about(
            urgency=urgency,
            urgency_rule=rule,
            alarmed=urgent.level not in CALM,
            corrections=read,
            literal=literal,
            called=tuple(called.items()),
            told=tells_story(said),
            context=(),
            after=(),
            quoted=(),
            unshown=(),
            whole="",
        )

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
        leaves_out = "disliked" in said.refers or bool(said.mentions.exclude)
        newly = last and last.nutrients and set(state.filters.exclude) - set(last.filters.exclude)
        if "more" in said.acts and last and newly and not said.entities:
            # "He hates meat. What else?"
            fresh = last.about(message=said.message, text=said.text, filters=filters(said, state), carried=True)
            return fresh.about(aspect="foods", foods=(), symptoms=(), topics=(), more=0, amounts=(), aspect_said=True)
        if "more" in said.acts and last and not said.entities and not other_aspect and not leaves_out:
            return last.about(message=said.message, more=last.more + 1, filters=filters(said, state), carried=True)
        if "why" in said.acts and last and last.subjects:
            aspect = self._why.get(last.aspect, "causes")
            return last.about(message=said.message, aspect=aspect, more=0, carried=True, aspect_said=True)
        if "taken_back" in said.acts and state.urgency not in ("none", "doctor_soon") and not said.entities:
            return blank.about(act="small_talk", reply="taken_back")
        talk = next((act for act in SMALL_TALK if act in said.acts or f"{act}_too" in said.acts), None)
        if talk and not said.entities and not said.mentions.any:
            return blank.about(act="small_talk", reply=talk)
        return None

    # --- questions

    def _ask(self, said: Utterance, state: State) -> Question:
        last = self._before.question(state)
        own = self._read_beside(self._own(said, state), said, last)
        beside = own.test and last and last.nutrients and {"consumed", "with_it"} & said.refers
        if beside and not said.ids("nutrient"):
            own = own.about(nutrients=(), test=None)  # "is it risky to take it? I have a thyroid test next month"
        if "back" in said.acts and last:
            return self._returned(own, said, state)
        of_words = self._before.in_words(said, state)
        if said.ordinals and last and not own.symptoms and not of_words:
            picked = self._picked(own, said, state)
            if picked:
                return picked
        if own.topics and not said.ids("topic"):
            return own
        nothing = last is None or not (last.asked or last.after or last.foreign or last.act == "clarify")
        if nothing and said.only_tells:
            return self._of_person(own, said)
        if nothing and pointless(own, said):
            return own.about(act="clarify")
        if last is None:
            return own
        if "shift" in said.acts:
            return own
        if last.act == "clarify":
            waits = own.asked and not own.aspect_said
            amounts = own.amounts or last.amounts  # "is 400 mg too much?", "magnesium"
            return own.about(aspect=last.aspect, amounts=amounts, carried=True, aspect_said=True) if waits else own
        adds = own.symptoms and {"pronoun", "plural"} & said.refers  # "wait, my feet tingle, from that?"
        if "correction" in said.acts and own.subjects and not (said.mentions.exclude or adds):
            return corrected(own, state.last or last)
        return self._carry.completed(own, said, state, last)

    def _of_person(self, own: Question, said: Utterance) -> Question:
        """ "Stage 4 CKD", "I'm pregnant", "just had a sleeve", and no word more: what matters to such a person.

        Where no document says that, what they want to know is asked for; what they told is kept.
        """
        topics = own.topics or self._matters_to(own.filters)[:1]
        if not topics:
            return own if own.filters.medicines else own.about(act="clarify")
        matters = self._before.listing(own.about(topics=topics, aspect="linked-nutrients"))
        return own.about(topics=topics, aspect="linked-nutrients" if matters else "overview", aspect_said=True)

    def _own(self, said: Utterance, state: State) -> Question:
        """What the message says by itself."""
        tests = said.ids("test")
        nutrients = (*said.ids("nutrient"), *(self._nutrient_of_test[t] for t in tests if t in self._nutrient_of_test))
        foods, symptoms, topics = said.ids("food"), said.ids("symptom"), said.ids("topic")
        stage = said.mentions.life_stage
        whom = [one for one in (stage or "", *said.mentions.conditions) if one in self._topics]
        if whom and said.aspect == "linked-nutrients" and not (nutrients or symptoms or foods):
            topics = topics or (self._topics[whom[0]],)
        side = sided(said)
        if "barred" in said.cues and said.aspect in (None, "food-content"):
            side = "causes"  # "why can't babies have honey?"
        an_age = said.value is not None and said.mentions.age_months == 12 * said.value  # "iron for women of 30?"
        measured = said.value is not None and not an_age and "how" not in said.content
        unasked = said.aspect is None or (bool(said.readings) and said.aspect == "overview")
        if measured and nutrients and unasked and not (foods or symptoms):
            side = "testing"  # "calcium 11", "potassium 4.2, is that ok"
        aspect = side or said.aspect or usual_aspect(nutrients, symptoms, foods, topics, said)
        taken = is_taken(said)
        if taken:
            aspect = "excess"
        if symptoms and foods and not nutrients and tells_of_somebody(said):
            foods, aspect = (), "linked-nutrients"  # "baby drinks only milk and looks pale"
        known = filters(said, state)
        if known.medicines and "taken_with" in said.cues and said.sweeping and not (nutrients or symptoms or foods):
            topics, aspect = (), "interactions"  # "I take isotretinoin. Can I take vitamins with it?"
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
            value=None if an_age else said.value,
            readings=said.readings,
            symptoms=symptoms,
            topics=topics,
            foods=foods,
            groups=said.groups,
            filters=known,
            amounts=said.amounts,
            dosing=said.dosing,
            test=tests[0] if tests else None,
            basis=said.basis or "serving",
            least=said.least,
            counted=said.counted,
            single=said.single,
            taking="taken" in said.acts,
            kind=said.kind,
            aspect_said=said.aspect is not None or side is not None or taken,
            named=tuple(entity.id for entity in said.entities),
            called=_called(said),
            foreign=said.foreign or _unknown(said),
        )

    def _read_beside(self, own: Question, said: Utterance, last: Question | None) -> Question:
        """A name that means another thing beside some nutrient: salt, in talk of iodine."""
        talked: tuple[str, ...] = ()
        if last is not None and own.aspect not in LIMITED:
            talked = last.nutrients or self._before.listing(last)
        for entry in self._meant_beside:
            entity = next((e for e in said.entities if e.typed == entry["typed"] and e.id in own.nutrients), None)
            beside = entry["beside"]
            if entity and beside in (*own.nutrients, *talked):
                nutrients = dict.fromkeys(beside if nutrient == entity.id else nutrient for nutrient in own.nutrients)
                topics = tuple(dict.fromkeys((*own.topics, entry["means"])))
                return own.about(nutrients=tuple(nutrients), topics=topics, foods=())
        return own

    def _picked(self, own: Question, said: Utterance, state: State) -> Question | None:
        """ "The second one": counted in the topics that were compared, or the latest answer that listed enough."""
        compared = self._before.compared(said, state)
        if compared and not (own.nutrients or own.foods):
            return own.about(topics=compared, carried=True)
        found = self._before.picked(said, state)
        if found is None:
            return None
        ids, earlier, shown = found
        if "latter" in said.refers and len(shown) != 2:
            return None
        if (own.nutrients or own.foods) and ids[0].startswith("food:") is bool(own.foods):
            return None
        again = "same" in said.acts and bool(earlier.listed) and earlier.aspect != "linked-nutrients"
        own = own.about(aspect=earlier.aspect, aspect_said=True) if again and not own.aspect_said else own
        picked = own.about(carried=True, text=f"{own.text} ", listed=shown)
        if own.foods:
            return picked.about(nutrients=ids, aspect="comparison" if len(own.foods) > 1 else "food-content")
        if ids[0].startswith("food:"):
            aspect = own.aspect if own.aspect_said and own.aspect != "foods" else "food-content"
            aspect = "comparison" if len(ids) > 1 else "food-content" if own.amounts else aspect
            return picked.about(foods=ids, nutrients=own.nutrients or earlier.nutrients, aspect=aspect)
        aspect = own.aspect if own.aspect_said and own.aspect not in ("food-content", "comparison") else "overview"
        return picked.about(nutrients=ids, groups=own.groups, aspect=aspect)

    def _returned(self, own: Question, said: Utterance, state: State) -> Question:
        """ "Back to magnesium": the latest earlier question about it; else the one before the subject changed."""
        last = state.questions[-1]
        wanted = set(own.subjects) | set(own.groups)
        of_nutrient = not own.subjects and bool(NUTRIENT_WORDS & set(said.content))  # "back to the first vitamin"
        for earlier in reversed(state.questions):
            if of_nutrient and (earlier.symptoms or not earlier.nutrients):
                continue
            if wanted & ({*earlier.asked}) or (not own.subjects and earlier.subjects != last.subjects):
                asks = own.aspect_said and (own.aspect != "overview" if said.aspect else not only_about(own, said))
                aspect = own.aspect if asks else earlier.aspect
                if own.foods:
                    aspect = "food-content"
                elif own.nutrients and earlier.symptoms and not earlier.nutrients:
                    return own.about(symptoms=earlier.symptoms, aspect="linked-nutrients", carried=True)
                return earlier.about(
                    message=said.message, text=said.text, filters=own.filters, carried=True, more=0,
                    foods=own.foods or (earlier.foods if not own.aspect_said else ()), aspect=aspect,
                    groups=() if own.foods else own.groups or earlier.groups, aspect_said=True,
                )  # fmt: skip
        return own


def _told(question: Question, state: State) -> tuple[Reading, ...]:
    """The results that were told before of the same person, the latest of each test."""
    same = [earlier for earlier in state.questions[-RECENT:] if earlier.filters.about == question.filters.about]
    latest = {reading.of: reading for earlier in same for reading in earlier.readings if reading.of}
    own = {reading.of for reading in question.readings}
    return tuple(reading for of, reading in latest.items() if of not in own)


def _called(said: Utterance) -> tuple[tuple[str, str], ...]:
    """The topics that a message names, each with the name that it used."""
    return tuple((entity.id, entity.name) for entity in said.entities if entity.kind == "topic")


def _unknown(said: Utterance) -> tuple[str, ...]:
    """The diseases that a message is about of which no document is: gout, in "what causes gout?"."""
    about = said.ids("nutrient", "symptom", "topic", "food", "group")
    return () if about or said.mentions.any else tuple(e.typed for e in said.entities if e.kind == "condition")
