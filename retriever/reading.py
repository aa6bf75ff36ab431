"""Small readings of one message that the rules of the dialogue are made of. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from retriever.doses import of_one_day
from retriever.state import State
from retriever.types import MASSES, Amount, Dosing, Filters, Question
from retriever.utterance import Utterance

ABOUT_NUTRIENTS = frozenset(
    [
        "foods",
        "food-content",
        "comparison",
        "intake",
        "excess",
        "absorption",
        "testing",
        "interactions",
        "deficiency-signs",
        "at-risk",
    ]
)
"""Aspects that ask about nutrients, not about signs."""
OF_FOODS = ("food-content", "comparison", "foods", "overview")
"""Aspects in which "they" beside a nutrient are the foods just named."""
TAKEN = ("absorption", "interactions")
"""Aspects of what is taken together."""
LONGEST_ELLIPSIS = 3
"""A message of at most so many content words may take its whole meaning from the one before."""


def with_people_of(before: Filters, now: Filters) -> Filters:
    """What is known now, and of the question before what is not: "how much more?" is still about women."""
    if before.about != now.about:
        return now
    return replace(
        now,
        sex=now.sex or before.sex,
        age_months=before.age_months if now.age_months is None else now.age_months,
        life_stage=now.life_stage or before.life_stage,
        conditions=now.conditions or before.conditions,
        medicines=now.medicines or before.medicines,
    )


def of_same_body(own: Question, said: Utterance, last: Question, themes: Collection[str]) -> Question:
    """A question of its own, still about the bodies that the talk is about.

    "Why is potassium a problem?", after what people with kidney disease should eat. `themes`: the life stages and
    conditions that were asked about as a whole.
    """
    whom, before, now = said.mentions, last.filters, own.filters
    if "of_them" in said.cues and before.life_stage and not (whom.any or whom.personal):
        return own.about(filters=with_people_of(before, now))  # "how much protein do they need?", of older people
    other = whom.any or whom.dropped or whom.personal or before.about != now.about
    if other or {"shift", "self_again"} & said.acts:
        return own
    stage = before.life_stage if before.life_stage in themes else None
    conditions = tuple(condition for condition in before.conditions if condition in themes)
    return own.about(filters=replace(now, life_stage=now.life_stage or stage, conditions=now.conditions or conditions))


UNBORN = "baby"
"""Whom an answer is about where somebody speaks of a baby."""
BEFORE_BIRTH = ("life-stage:pregnant", "life-stage:trying-to-conceive")
"""Life stages of the woman in which that baby is not born yet."""


def filters(said: Utterance, state: State) -> Filters:
    """For whom the message asks, after what was said before; somebody asked about before is still known."""
    about = said.mentions.about or state.filters.about
    if "self_again" in said.acts and not said.mentions.about:
        about = "self"
    known = state.known_of(about)
    if said.mentions.shared:
        known = known.joined(state.filters)
    found = said.mentions.applied(known)
    if about == UNBORN and said.mentions.age_months is None:
        asked = (state.filters, *(question.filters for question in state.questions[-1:]))
        # "What does it do for the baby?" asks of the pregnant woman.
        found = next((known for known in asked if known.life_stage in BEFORE_BIRTH), found)
        found = _taker(said, state.last) or found
    named = said.mentions.exclude or said.ids("food", "group", "nutrient", "symptom")
    if "disliked" in said.refers and state.last and not named:
        found = replace(found, exclude=tuple(dict.fromkeys((*found.exclude, *state.last.foods))))
    return found


def _taker(said: Utterance, last: Question | None) -> Filters | None:
    """Whose limit a dose has that was told before "is it dangerous for the baby?": hers who takes it."""
    if last is None or last.filters.about == UNBORN or not is_dose(last.amounts):
        return None
    own = said.amounts or said.aspect == "intake" or "given_to" in said.cues  # what the baby needs, or got
    return None if own else last.filters


def weighed(said: Utterance, last: Question) -> bool:
    """Whether the message says how much of the food before: "2 cups", "and 100g", "a pint?"."""
    return bool(last.foods) and "label" not in said.acts and any(a.unit not in MASSES for a in said.amounts)


def dosed(said: Utterance, last: Question | None = None) -> bool:
    """Whether the message names an amount that one takes, not one that one weighs or was measured."""
    grams = bool(last) and (not last.foods or "label" in said.acts)  # type: ignore[union-attr]
    return any(amount.unit in MASSES or (grams and amount.unit == "g") for amount in said.amounts)


def is_dose(amounts: Sequence[Amount]) -> bool:
    """Whether amounts are such as one takes, and may be taken so many times a day."""
    return any(amount.is_dose for amount in amounts)


def is_taken(said: Utterance) -> bool:
    """Whether the message says how much somebody takes of a nutrient, which asks whether it is too much.

    "Vitamin C 500 mg with each meal", whatever else its words may ask for, unless it asks in so many words.
    """
    if not said.ids("nutrient") or said.ids("food") or not dosed(said):
        return False
    often = said.dosing is not None and said.aspect in DOSED_ASPECTS
    return said.aspect in (None, "overview") or (often and not {"question_first", "much"} & said.cues)


def dosed_anew(said: Utterance, last: Question, units: Units) -> tuple[Amount, ...]:
    """ "Twice a day", "I take 2 of them", "500 twice a day", after a dose: that dose, or that number, taken so."""
    silent = said.dosing is None or said.dosing == Dosing() or said.dosing.read == "unclear"
    if silent or "question_first" in said.cues or is_dose(said.amounts):
        return ()
    if last.foods or not is_dose(last.amounts):
        return ()
    amounts = last.amounts if said.bare is None else units.of(said.bare, last.nutrients)
    return tuple(amount.taken(said.dosing or Dosing()) for amount in amounts)


def at_another_hour(said: Utterance, last: Question) -> tuple[Amount, ...]:
    """ "And 200 mg at night", after 400 mg in the morning: both make up what is taken in a day."""
    if "as_well" not in said.cues or last.foods or not said.amounts or len(last.nutrients) != 1:
        return ()
    both = tuple(amount._replace(of=last.nutrients[0]) for amount in (*last.amounts, *said.amounts))
    made = of_one_day(both)
    return made if made != both else ()


def still_taken(said: Utterance, last: Question) -> tuple[Amount, ...]:
    """The amounts of the question before; "and my neighbor has it weekly" leaves open how much a day that is."""
    unclear = said.dosing is not None and said.dosing.read == "unclear"
    return tuple(a.taken(Dosing(read="unclear")) if unclear and a.is_dose else a for a in last.amounts)


def of_each(question: Question, said: Utterance, last: Question | None) -> Question:
    """ "They have iron 15 mg each", after "3 of her chewable vitamins": so much in each of the three."""
    before = last.dosing if last else None
    if before is None or not said.of_each or not said.amounts:
        return question
    own = (amount.taken(before) if amount.plain and amount.is_dose else amount for amount in said.amounts)
    found = tuple(own)
    return question.about(amounts=found) if question.amounts and len(question.amounts) == len(found) else question


DOSED_ASPECTS = ("foods", "food-content", "intake", "absorption")
"""Aspects whose words a message may hold that only says how a dose is taken: "with each meal"."""


class Units:
    """In which unit a bare number of a nutrient is."""

    def __init__(self, usual: Mapping[str, str], in_iu: Mapping[str, float | None]) -> None:
        """`usual`: by nutrient; `in_iu`: from how many on it is IU, None where that can't be told."""
        self._usual, self._in_iu = usual, in_iu

    def of(self, number: float, nutrients: Sequence[str]) -> tuple[Amount, ...]:
        """ "Is 500 a day OK?": the amount, of one nutrient whose unit is certain; 2000 of vitamin D are IU."""
        unit = self._usual.get(nutrients[0]) if len(nutrients) == 1 else None
        if not unit or (nutrients[0] in self._in_iu and self._in_iu[nutrients[0]] is None):
            return ()
        international = number >= (self._in_iu.get(nutrients[0]) or float("inf"))
        return (Amount(number, "IU" if international else unit),)


def in_usual_unit(said: Utterance, last: Question, units: Units) -> tuple[Amount, ...]:
    """What a bare number is an amount of: so much a day, or so much of what the person said that they take."""
    number = said.daily or (said.number if last.taking and said.mentions.age_months is None else None)
    anew = dosed_anew(said, last, units)
    if anew and not said.daily:
        return anew
    if not number or said.amounts:
        return ()
    return units.of(number, last.nutrients)


OF_A_LEVEL = ("deficiency-signs", "excess", "see-doctor")
"""Aspects after which a bare number is what somebody's blood held."""


def measured_so(own: Question, said: Utterance, last: Question) -> bool:
    """Whether a bare number is what a test came back with: "mine was 160", "5.8, is that dangerous?"."""
    of_a_level = last.aspect == "testing" or "level" in said.acts
    of_a_level = of_a_level or (last.aspect in OF_A_LEVEL and own.aspect in (*OF_A_LEVEL, "overview"))
    bare = said.number is not None and said.daily is None and not said.amounts and said.mentions.age_months is None
    return bare and of_a_level and bool(last.nutrients or last.test)


def of_this_person(own: Question, said: Utterance, last: Question, topics: Mapping[str, str]) -> tuple[str, ...]:
    """ "And after a gastric bypass?", after what alcoholics lack: the document about that person instead."""
    if own.aspect_said or last.aspect != "linked-nutrients" or last.nutrients or last.symptoms:
        return ()
    whom = (said.mentions.life_stage or "", *said.mentions.conditions)
    return tuple(topics[one] for one in whom if one in topics)[:1]


def in_danger(own: Question, said: Utterance, last: Question) -> bool:
    """ "I smoke", after what beta-carotene is: whether it can do harm to somebody with that condition."""
    return bool(said.mentions.conditions and last.nutrients) and not own.aspect_said and last.aspect == "overview"


ASKING = ("is", "are", "do", "does", "can", "could", "should")
"""Words with which questions begin that are answered by yes or no."""


def in_general(said: Utterance) -> bool:
    """Whether it asks about people in general: "is folate important in pregnancy?", "why can't babies have it?"."""
    named = said.ids("nutrient", "symptom", "food")
    first = said.words[0].text if said.words else ""
    asks = bool(named) and first in (*ASKING, "what", "which", "who")
    return asks or first == "why" or "of_medicine" in said.cues


def tells_in_brief(said: Utterance) -> bool:
    """Whether it says what somebody has or takes as on a telegram: "isoniazid for TB, hands tingling"."""
    asks = "question_first" in said.cues or (said.words and said.words[0].text in ASKING) or "of_medicine" in said.cues
    return bool(said.mentions.conditions or said.mentions.medicines or said.mentions.life_stage) and not asks


def sided(said: Utterance) -> str | None:
    """The aspect of "what about high?" and "and too little?"."""
    if said.ids("nutrient", "symptom", "food", "topic"):
        return None
    return "deficiency-signs" if "low" in said.acts else "excess" if "high" in said.acts else None


def usual_aspect(
    nutrients: Sequence[str], symptoms: Sequence[str], foods: Sequence[str], topics: Sequence[str], said: Utterance
) -> str:
    """What a bare name asks for."""
    if foods:
        return "comparison" if len(foods) > 1 else "food-content"
    if said.mentions.medicines and not (symptoms or topics):
        return "interactions"
    if symptoms and not nutrients:
        return "linked-nutrients"
    if symptoms:
        return "evidence"
    if said.ids("test"):
        return "testing"
    whom = said.mentions
    return "intake" if nutrients and (whom.age_months is not None or whom.sex or whom.life_stage) else "overview"


def corrected(own: Question, last: Question) -> Question:
    """ "No, I meant B6": the same question with things of the same kind replaced."""
    return last.about(
        message=own.message, text=own.text, filters=own.filters, carried=True, more=0,
        nutrients=own.nutrients or (() if own.symptoms or own.topics else last.nutrients),
        symptoms=own.symptoms or (() if own.nutrients and last.aspect in ABOUT_NUTRIENTS else last.symptoms),
        amounts=tuple(a if a.is_of_food else a._replace(of=None) for a in own.amounts or last.amounts),
        topics=own.topics or last.topics if not own.symptoms else (), foods=own.foods or last.foods,
        aspect=own.aspect if own.aspect_said and own.aspect != "overview" else last.aspect,
    )  # fmt: skip


def real_topics(own: Question, said: Utterance, new_body: bool) -> bool:
    """Whether a topic is asked about, not merely named as whom it is for ("in pregnancy?", "I'm vegan")."""
    topics = [entity for entity in said.entities if entity.kind == "topic"]
    other = any(entity.typed not in said.mentions.whom for entity in topics)
    asked = own.aspect in ("overview", "at-risk") and own.aspect_said and "same" not in said.acts
    of_itself = bool(topics) and asked and not (said.mentions.personal or said.refers)
    return other or of_itself or bool(topics and own.aspect_said and not new_body)


def bare_person(said: Utterance) -> bool:
    """Whether the message says hardly more than for whom it is."""
    named = sum(entity.end - entity.start for entity in said.entities)
    return len(said.content) - named <= LONGEST_ELLIPSIS


def only_about(own: Question, said: Utterance) -> bool:
    """Whether the message only names what to go back to."""
    return own.aspect == "overview" or len(said.content) <= LONGEST_ELLIPSIS


TABLED = ("foods", "food-content", "comparison", "intake")
"""Aspects answered by a table, whose fixed wordings say all that is shown."""

LONGEST_CONTENT = 4
"""Words beside the names of a question about what a food holds, beyond which it asks more than that."""
VAGUE = ("overview", "evidence")
"""Aspects whose fixed wordings say little of what was asked."""


def says_more(question: Question, said: Utterance) -> bool:
    """Whether the message says more than the names and the aspect that were understood."""
    if question.act != "ask" or question.reply:
        return False
    if said.foreign:
        return question.carried or question.aspect not in TABLED or _is_of_several(question, said)
    return _has_words_left(question, said) or _is_of_several(question, said) or _points(question, said)


def _has_words_left(question: Question, said: Utterance) -> bool:
    """Whether so many words stand beside the names that the aspect alone says too little."""
    named = sum(entity.end - entity.start for entity in {(e.start, e.end): e for e in said.entities}.values())
    left = len(said.content) - named
    unnamed = not (said.entities or said.mentions.any)
    counting = said.amounts or said.ordinals
    if said.aspect is None and left > LONGEST_ELLIPSIS and not (said.mentions.any or counting):
        return True
    of_food = question.aspect == "food-content" or (question.aspect == "foods" and question.carried and unnamed)
    if of_food and left > LONGEST_CONTENT and not said.counted:
        return True
    wide = question.carried or not (question.nutrients or question.symptoms)
    of_a_topic = bool(question.topics) and not (question.nutrients or question.symptoms or said.mentions.personal)
    if wide and question.aspect in VAGUE and left > 1 and (unnamed or of_a_topic):
        return True
    # "Are they reversible?" names nothing and asks for no aspect.
    new = question.carried and unnamed and said.aspect is None and not (said.acts or counting or said.number)
    beside = bool(question.nutrients and question.topics) and said.aspect is None and not question.symptoms
    return left > 0 and bool(new or beside)


def _is_of_several(question: Question, said: Utterance) -> bool:
    """Whether it asks how things stand to one another, for which the wordings have one name each."""
    compared = "compare" in said.acts and question.carried and question.aspect not in ("comparison", "food-content")
    among = bool(question.groups) and question.aspect not in TABLED
    food_of_topic = bool(question.foods and question.topics) and not (question.nutrients or question.symptoms)
    wanted = said.counted and any(amount.unit in MASSES for amount in said.amounts)
    return compared or among or food_of_topic or wanted


def _points(question: Question, said: Utterance) -> bool:
    """Whether it means something of the talk by its place or what it does: "the former", "does boiling help?"."""
    of_a_food = bool(question.foods) and not question.nutrients  # "should I avoid spinach?"
    barring = "barring" in said.cues and (of_a_food or (question.carried and bool(question.topics)))
    pointing = bool({"latter", "caused"} & said.refers) and not (said.ids("nutrient") or question.listed)
    helping = "helping" in said.cues and bool(question.topics) and not (question.nutrients or question.symptoms)
    of_a_sign = bool(question.symptoms) and not (question.nutrients or question.carried)
    defining = of_a_sign and ("defining" in said.cues or said.aspect == "deficiency-signs")  # "what is a goitre?"
    return barring or pointing or helping or defining


SHORTEST = 2
"""Content words of a message about what is taken together, beyond which the fixed wording leaves out with what."""


def tells_of_somebody(said: Utterance) -> bool:
    """Whether the message only says how somebody lives and fares: "baby drinks only milk and looks pale"."""
    asks = "?" in said.message or "question_first" in said.cues or said.counted or said.aspect in ("excess", "evidence")
    return "of_somebody" in said.cues and not asks


STORY = 8
"""Content words from which a message tells more than its fixed wording says."""


def tells_story(said: Utterance) -> bool:
    """Whether the message tells so much that what follows is to be read with it."""
    return said.more and len(said.content) >= STORY


def of_two_names(said: Utterance) -> bool:
    """Whether the message names one nutrient by two names, to tell them apart: "D2 or D3?"."""
    named = [entity for entity in said.entities if entity.kind == "nutrient"]
    return len({entity.typed for entity in named}) > len({entity.id for entity in named})


def in_own_words(question: Question, said: Utterance) -> bool:
    """Whether a follow-up says more than a fixed wording would: "why do women need it before pregnancy?"."""
    of_whom = said.mentions.any and bare_person(said) and said.aspect is None
    counted = said.amounts or said.number or said.counted
    weighed = counted and not (question.aspect == "excess" and question.amounts)  # "mine are 375 mg each, too much?"
    more = (said.more and not (of_whom or weighed)) or ("the_same" in said.cues and bool(question.amounts))
    forms = "compare" in said.acts and question.aspect in VAGUE and bool(said.ids("nutrient"))
    taken = question.carried and question.aspect in TAKEN and len(said.content) > SHORTEST
    # "Can she get that without dairy?" is more than a list of foods.
    of_it = question.carried and question.aspect in ("foods", "intake") and not said.ids("nutrient")
    allowed = question.aspect == "excess" and not (said.amounts or said.number or "of_amount" in said.cues)
    whether = "whether" in said.cues and bool(of_it or allowed)
    more = more or forms or taken or whether or of_two_names(said)
    return question.act == "ask" and not question.reply and bool(more)
