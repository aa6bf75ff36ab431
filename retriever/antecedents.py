"""What a message points back to: the question before, the foods, the nutrients, a place in an earlier answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from retriever.reading import bare_person, real_topics
from retriever.spelling import common_words
from retriever.state import RECENT, State
from retriever.text import stem
from retriever.types import Question
from retriever.utterance import Utterance

Listing = Callable[[Question], tuple[str, ...]]
"""The nutrients or foods that a question's answer lists, in the order shown."""

WordsOf = Callable[[str], frozenset[str]]
"""The stems of everything that the document about a subject says."""

MOST_FOREIGN = 2
"""How many words about something else a message that points back may hold and still be about what went before."""
SHORT = 4
"""Content words of a message that says what it wants to know and of nothing known: "too much gives gas?"."""
BRIEF = 4
"""Words of a "what about …?" that puts an unknown thing in the place of a known one."""
PAIR = 2
"""Names of which a message that tells things apart has at least so many, if it does not do so in words."""
CONNECTING = frozenset(
    ("same", "more", "why", "focus", "compare", "which", "best_of", "high", "low", "label", "forms", "told")
)
"""Acts that make no sense without something before."""


class Antecedents:
    """Finds in the state what a message leaves out."""

    def __init__(
        self, listing: Listing, words_of: WordsOf, opens: re.Pattern[str], tells_apart: re.Pattern[str],
        shown: Mapping[str, str],
    ) -> None:  # fmt: skip
        """`opens` and `tells_apart`: wordings of `dialogue.yaml`; `shown`: the plain name of each thing."""
        self.listing, self._words_of, self._opens, self._tells_apart = listing, words_of, opens, tells_apart
        self._shown = shown

    def question(self, state: State) -> Question | None:
        """The question that a message may lean on: the last one that named something.

        A question that opened an unknown subject of its own hides those before it.
        """
        last = state.last
        if last is None or last.asked or last.act == "clarify":
            return last
        for earlier in reversed(state.questions):
            if earlier.asked or self.opens(earlier):
                return earlier
        return last

    def theme(self, state: State, last: Question) -> Question:
        """The question whose sign or topic is still talked about: `last`, or the latest before it that has one."""
        recent = (last, *reversed(state.questions[-RECENT:]))
        return next((question for question in recent if question.symptoms or question.topics), last)

    @staticmethod
    def opening(state: State, last: Question) -> Question:
        """The question that the latest ones go on from, back to the first that stands by itself."""
        found = last
        for earlier in reversed(state.questions):
            if not (found.carried or found.context or found.after or found.quoted):
                break
            found = earlier
        return found

    def opened(self, state: State, count: int) -> tuple[str, ...]:
        """The latest messages, at most `count`, that opened a subject, the earliest first; none if all are known."""
        opening = [q for q in state.questions if self._opens.search(q.text) and not (q.carried or q.after or q.quoted)]
        return tuple(q.typed for q in opening[-count:]) if any(map(self.opens, opening)) else ()

    def opens(self, question: Question) -> bool:
        """Whether a question that names nothing known is about a subject of its own ("what is high blood CO2?")."""
        return bool(question.foreign) and not question.asked and bool(self._opens.search(question.text))

    def begins(self, question: Question) -> bool:
        """Whether a question brings up something unknown by a rare word: "is there a guide to low histamine diets?"."""
        alone = not (question.carried or question.after or question.asked)
        return alone and has_rare(question)

    def leans(self, own: Question, said: Utterance, last: Question) -> bool:
        """Whether the message needs the one before: it points back, begins with "and", or is too short to stand."""
        connected = bool(CONNECTING & said.acts) or bool(said.refers) or own.aspect == "comparison"
        connected = (
            connected
            or (said.counted and bool(last.nutrients))
            or (bool(own.nutrients) and own.subjects == own.nutrients and "helping" in said.cues)
        )
        if _only_goes_on(said) and len(said.foreign) > MOST_FOREIGN:
            return False
        foreign = self.foreign(said, last)
        of_food = bool(own.foods) and not own.nutrients
        room = SHORT + 2 if of_food else SHORT
        short = len(said.content) <= room and (of_food or (own.aspect_said and not own.asked))
        short = short or (own.aspect_said and own.aspect == "intake" and not own.asked)  # so much of what?
        if len(foreign) > (MOST_FOREIGN if connected or said.mentions.any else int(short)):
            return False
        brief = "same" in said.acts and len(said.words) <= BRIEF and bool(last.asked)  # "what about himalayan?"
        # "What about the sun, how long?" is of vitamin D, whose document speaks of it.
        if self.opens(own) and foreign and not (said.refers or brief or "forms" in said.acts):
            return False
        whom_alone = own.topics and not real_topics(own, said, True)
        if own.subjects and own.aspect_said and not connected and not whom_alone:
            return bool(own.foods and not own.nutrients) or (own.aspect == "foods" and not own.nutrients)
        again = ("compare" in said.acts and len(own.foods) == 1) or ("the_same" in said.cues and bool(last.amounts))
        return not (own.foods and own.nutrients) or again

    def foreign(self, said: Utterance, last: Question) -> tuple[str, ...]:
        """The words of a message that nothing explains, what the documents about the subject before say included."""
        if not said.foreign:
            return ()
        known = frozenset[str]().union(*map(self._words_of, last.subjects))
        return tuple(word for word in said.foreign if stem(word) not in known)

    def picked(self, said: Utterance, state: State) -> tuple[tuple[str, ...], Question, tuple[str, ...]] | None:
        """The ids at the places named, the question whose answer lists them, and that list.

        "And the last one?" after "the first one" counts in the same list; else the latest that is long enough.
        """
        last = state.last
        if last and last.listed and "same" in said.acts and _reaches(said, last.listed):
            return _at(said, last.listed), last, last.listed
        alone = None
        asked = tuple(reversed(dict.fromkeys(state.nutrients())))
        for earlier in reversed(state.questions):
            shown = self.listing(earlier)
            if len(shown) == 1 and len(earlier.listed) > 1:
                shown = earlier.listed
            if shown and _reaches(said, shown):
                found = _at(said, shown), earlier, shown
                if len(shown) > 1:
                    return found
                alone = alone or found
        if alone and last and len(asked) > 1 and _reaches(said, asked) and len(said.ordinals) == 1:
            return _at(said, asked), last, asked  # "and calcium?", "the first one": of those asked about
        return alone

    def in_words(self, said: Utterance, state: State) -> bool:
        """Whether a place ("the first one") counts in what was told apart in words, not in a list of known things."""
        last = state.last
        if not (last and said.ordinals):
            return False
        if last.after and not last.listed:
            return True
        apart = next((q for q in reversed(state.questions[-RECENT:]) if self._tells_apart.search(q.text)), None)
        return bool(apart and len(set(apart.named)) < PAIR and not (apart.listed or last.listed))

    @staticmethod
    def compared(said: Utterance, state: State) -> tuple[str, ...]:
        """The topics at the places named, of several that the last question was about by their names."""
        last = state.last
        shown = last.topics if last and not last.nutrients and set(last.topics) <= set(last.named) else ()
        return _at(said, shown) if len(shown) > 1 and _reaches(said, shown) else ()

    def nutrients(self, last: Question, state: State, said: Utterance) -> tuple[str, ...]:
        """Which nutrients "it" or "those" are."""
        if "pair" in said.refers and len(last.nutrients) == 1:
            pair = tuple(dict.fromkeys(state.nutrients()))[:2]
            return tuple(reversed(pair))
        if last.nutrients:
            return last.nutrients
        named = next(state.nutrients(), None) if last.symptoms and not last.aspect_said else None
        if named and {"with_it", "pronoun"} <= said.refers:
            return (named,)  # "which foods have potassium?", "I get dizzy", "does my water pill drain it?"
        if last.topics and not last.symptoms and "pronoun" in said.refers and self._is_narrower(last):
            return ()  # "what foods contain it?", of melatonin, which is not all that its document is about
        listed = tuple(item for item in self.listing(last) if not item.startswith("food:"))
        return listed[:4] if "plural" in said.refers else listed[:1]

    def _is_narrower(self, question: Question) -> bool:
        """Whether it is about a part of what a document is about, by a name of its own: melatonin, of sleep."""
        called = dict(question.called)
        return any(called.get(topic, shown := self._shown.get(topic)) != shown for topic in question.topics)

    def foods(self, last: Question, state: State, said: Utterance) -> tuple[str, ...]:
        """Which foods "it", "they" or "both" are."""
        if "pair" in said.refers and len(last.foods) < 2:
            return state.foods()[-2:]
        if "plural" in said.refers and len(last.foods) == 1:
            several = (q.foods for q in reversed(state.questions[-RECENT:]) if len(q.foods) > 1)
            return next((foods for foods in several if last.foods[0] in foods), last.foods)
        return last.foods


def pointless(own: Question, said: Utterance) -> bool:
    """Whether a first message points back to something that was never said ("which foods have it?", "why?")."""
    if own.asked or said.foreign or said.sweeping or len(said.content) > 5:
        return False
    if said.ordinals or {"why", "more", "same", "which", "high", "low"} & said.acts:
        return not bare_person(said) or not said.mentions.any
    points = bool({"pronoun", "plural"} & said.refers) or own.aspect in ("intake", "foods", "excess", "absorption")
    return points and own.aspect_said


def _only_goes_on(said: Utterance) -> bool:
    """Whether nothing but an "and" ties the message to the one before: "and who won the world cup?"."""
    tied = CONNECTING & said.acts == {"same"} and not said.refers and not said.mentions.any
    return tied and not {"about", "the_same"} & said.cues


def _reaches(said: Utterance, shown: tuple[str, ...]) -> bool:
    return all(-len(shown) <= ordinal < len(shown) for ordinal in said.ordinals)


def _at(said: Utterance, shown: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shown[ordinal] for ordinal in said.ordinals))


def has_rare(question: Question) -> bool:
    """Whether the question has a word neither explained nor common: it is about that, whatever else it names."""
    return any(word not in common_words() for word in question.foreign)
