"""What a message goes on about, to be shown with it and, where nothing of it is known, to be searched with it."""

from __future__ import annotations

from collections.abc import Sequence

from retriever.antecedents import Antecedents, has_rare
from retriever.reading import SHORTEST, TABLED
from retriever.state import State
from retriever.text import plain
from retriever.types import Question
from retriever.utterance import Utterance

MOST_QUOTED = 3
"""Earlier messages that one goes on from, at the most; the one that the conversation began with stands beside them."""
MOST_OPENED = 3
"""Subjects that "they" may be, at the most, where not all of them are known."""
GOING_ON = frozenset(("same", "which", "compare"))
"""Acts of a message that asks the same of another thing, or which of several."""


class Context:
    """Adds to a question the names or the earlier messages without which it says little."""

    def __init__(self, antecedents: Antecedents) -> None:
        self._before = antecedents

    def added(self, question: Question, said: Utterance, state: State) -> Question:
        """The question with its context: by name, or in the person's own words (`after`, `quoted`)."""
        last = self._before.question(state)
        if last is None or last.act not in ("ask", "clarify") or "shift" in said.acts:
            return question
        if last.act == "ask":
            sign = self._sign_before(question, state, last)
            if sign:
                return question.about(context=sign, literal=True)
            if not (question.context or question.after):
                question = self._with_context(question, said, state, last)
            if self._is_bare(question, said, state, last):
                question = question.about(quoted=self._words(said, state, last))
        if question.act == "ask" and not (question.quotes or question.reply or question.context):
            question = question.about(quoted=self._still_meant(question, said, state, last))
        return with_quotes(question, state) if question.quotes else question

    def added_to_parts(self, question: Question, said: Utterance, state: State) -> Question:
        """A message of several parts with the earlier ones that it goes on from, unless fixed wordings say it all."""
        last = self._before.question(state)
        carried = any(part.carried for part in question.parts) or bool(said.refers)
        in_words = any(part.literal for part in question.parts) or bool(said.refers)
        if last is None or last.act not in ("ask", "clarify") or "shift" in said.acts:
            return question
        if not (carried and in_words):
            literal = any(part.literal for part in question.parts)
            return with_quotes(question.about(quoted=_story(state)), state) if literal else question
        return with_quotes(question.about(quoted=self._words(said, state, last)), state)

    def _sign_before(self, question: Question, state: State, last: Question) -> tuple[str, ...]:
        """The sign beside which a result is told, if it may explain it: "my ferritin is 40", after restless legs."""
        if not (question.readings and question.nutrients) or question.symptoms or question.parts:
            return ()
        theme = self._before.theme(state, last)
        linked = set(question.nutrients) & set(self._before.listing(theme.about(nutrients=())))
        return theme.symptoms if linked and theme.filters.about == question.filters.about else ()

    def _with_context(self, question: Question, said: Utterance, state: State, last: Question) -> Question:
        """Known subjects by name; of unknown ones the words: lavender is not answered by what is said of eating."""
        among = _among_unknown(question, said, last) or self._before.in_words(said, state)
        if among or _only_continues(said):
            return question.about(after=self._words(said, state, last), literal=True)
        subject = question.carried or said.ids("topic", "condition")
        if subject and not question.parts and _is_parallel(question, said, last):
            return question.about(after=self._words(said, state, last))  # "and iodine?", after what selenium does there
        other = _other_name(question, last)
        held = (*last.subjects, *last.foods)
        if not _replaces(question, last):
            if not self._goes_on(question, said):
                return question
            if held and not other:
                theme = self._before.theme(state, last)
                context = dict.fromkeys((*theme.symptoms, *theme.topics, *held))
                return question.about(
                    context=tuple(id_ for id_ in context if id_ not in question.asked),
                    literal=question.literal or not question.asked,
                    after=self._words(said, state, last) if last.literal and len(question.foods) < 2 else (),
                )
        return self._after(question, said, state, last, other)

    def _is_bare(self, question: Question, said: Utterance, state: State, last: Question) -> bool:
        """Whether names alone would leave out what the talk told: a story, a number, what "do that" means."""
        # Of a table the fixed wording says all: "which foods provide biotin?", whatever story led to it.
        tabled = bool(question.nutrients) and question.aspect in TABLED and not (question.literal or said.more)
        told = not tabled and (last.told or self._before.opening(state, last).told)
        # "Can I take vitamin D with it?", of warfarin, says by itself what it asks.
        measured = question.value is not None  # "mine was 11"
        leans = measured or ("pronoun" in said.refers and not said.ids("nutrient"))
        goes_on = question.carried or question.context or (told and (leans or not question.asked))
        goes_on = goes_on and not (question.parts or question.after or question.reply)
        same = "same" in said.acts
        # "And men?", "the alcohol-free kind?".
        whom = same and (said.mentions.any or question.foreign or question.literal)
        bare = told or measured or (question.literal and (said.refers or whom)) or (whom and not question.subjects)
        return bool(question.act == "ask" and goes_on and bare)

    def _still_meant(self, question: Question, said: Utterance, state: State, last: Question) -> tuple[str, ...]:
        """What a message hangs on that nothing else has shown: what "it" is, or the story that the talk began with."""
        points = bool({"pronoun", "plural"} & said.refers or {"hearsay", "among", "helping", "later"} & said.cues)
        held = question.carried and (question.subjects or question.foods or question.groups)
        if points and not held and (question.literal or not question.subjects):
            return self._words(said, state, last)
        return _story(state) if question.literal else ()

    def _goes_on(self, question: Question, said: Utterance) -> bool:
        """Whether a message in its own words hangs on those before it."""
        named = question.subjects or question.foods or question.groups
        alone = named or self._before.opens(question) or self._before.begins(question)
        helping = "helping" in said.cues  # against what was talked about
        compared = "compare" in said.acts and len({*question.asked}) < 2  # "is beta-alanine any better?"
        points_back = bool(said.refers) or not alone or helping or compared or (question.carried and question.literal)
        return points_back and not question.parts and bool(question.literal or not named)

    def _after(self, question: Question, said: Utterance, state: State, last: Question, other: bool) -> Question:
        """The question with the words of the earlier messages that it follows, which it is searched with."""
        latest = state.last or last
        if not (last.foreign or last.named or latest.after or said.refers):
            return question
        one = other and not {"plural", "pair"} & said.refers
        words = (last.typed,) if one else self._words(said, state, last)
        text = question.text if other else " ".join(map(plain, (*words, question.message)))
        return question.about(after=words, text=text)

    def _words(self, said: Utterance, state: State, last: Question) -> tuple[str, ...]:
        """The earlier messages without which a message says little: those since what opened the subject, or the ends.

        Of several unknown subjects ("how do the two differ?"), those that opened them.
        """
        latest = state.last or last
        if "back" in said.acts:
            return tuple(dict.fromkeys(q.typed for q in (*state.questions[: MOST_QUOTED - 1], latest)))
        several = self._before.opened(state, MOST_OPENED) if {"plural", "pair"} & said.refers else ()
        if len(several) < 2:
            begun = tuple(q.typed for q in state.questions if not (q.carried or q.after or q.quoted))
            several = begun[-2:] if "pair" in said.refers else ()
        begun = (latest.typed,) if self._before.begins(latest) else latest.after[:1]
        opening = self._before.opening(state, last)
        since = [*dict.fromkeys(q.typed for q in state.questions[_place(opening, state) :])]
        if several:
            since = [*several, latest.typed]
        elif begun and begun[0] not in since:
            since = [*begun, *since]
        story = state.questions[0]
        if story.told and story.typed not in since and not several:
            since = [story.typed, *since]
        if len(since) > MOST_QUOTED:
            since = [since[0], _middle(since[1:-1], state), since[-1]]
        return tuple(dict.fromkeys(since))


def _middle(between: Sequence[str], state: State) -> str:
    """Of the messages between, the latest that named something or brought up something unknown, or else the latest."""
    new = {q.typed for q in state.questions if has_rare(q) or q.named}
    return next((words for words in reversed(between) if words in new), between[-1])


def _story(state: State) -> tuple[str, ...]:
    """What the conversation began with, if that was somebody's story: what they ask in their own words is about it."""
    first = state.questions[0]
    return (first.typed,) if first.told else ()


def with_quotes(question: Question, state: State) -> Question:
    """The question with the message that the conversation began with before those that it quotes.

    Of nutrients and foods it is marked which need not be named beside them: what nobody named, and what they name.
    """
    quoted = question.quotes
    began = state.questions[0].typed
    if quoted and began not in quoted:
        quoted = (began, *quoted)
    named = {id_ for earlier in (*state.questions, question) for id_ in (*earlier.named, *earlier.listed)}
    named |= {id_ for earlier in state.questions if not earlier.carried for id_ in earlier.nutrients}
    parts = question.parts or (question,)
    guessed = (id_ for part in parts if part.carried for id_ in part.nutrients if id_ not in named)
    told = (id_ for earlier in state.questions if earlier.typed in quoted for id_ in earlier.named)
    return question.about(quoted=quoted, unshown=tuple(dict.fromkeys((*guessed, *told))))


def _place(question: Question, state: State) -> int:
    """Where in the conversation a question stands."""
    return next((at for at, one in enumerate(state.questions) if one is question), -1)


def _among_unknown(question: Question, said: Utterance, last: Question) -> bool:
    """Whether it is about one of two that are not both known: "the latter", "the first one"."""
    return bool("latter" in said.refers or (said.ordinals and last.after)) and not question.listed


def _names(said: Utterance) -> bool:
    return bool(said.ids("nutrient", "food", "group", "topic", "condition")) or said.mentions.any


def _only_continues(said: Utterance) -> bool:
    """Whether a few words go on from the message before: "and afterwards?"."""
    return "same" in said.acts and said.more and not _names(said) and len(said.content) <= SHORTEST


def _is_parallel(question: Question, said: Utterance, last: Question) -> bool:
    """Whether it asks why, or again what was asked in words that no wording stands for."""
    # "Which of the three keeps most?", after boiling, "and steaming?" and the microwave.
    of_words = bool(last.after) and bool(said.refers) and not (_names(said) or said.more)
    again = bool(GOING_ON & said.acts) or (question.aspect == "intake" and last.aspect == "evidence")
    in_words = bool(last.literal or last.after)
    return "why" in said.acts or of_words or (in_words and again and not said.more)


def _other_name(question: Question, last: Question) -> bool:
    """Whether both are about one document by different names: "how is it related to keto?" after what fasting is."""
    before, now = dict(last.called), dict(question.called)
    return any(id_ in last.topics and before.get(id_) != now.get(id_) for id_ in question.topics)


def _replaces(question: Question, last: Question) -> bool:
    """Whether a food takes the place of another in the words of the question before: "and green tea?"."""
    foods = question.foods or question.groups
    if not (question.carried and foods) or question.nutrients or question.symptoms or question.parts:
        return False
    unknown = last.after or not last.asked or (last.foreign and not last.subjects)
    beside = bool(last.foods) and question.topics == last.topics and set(question.foods) != set(last.foods)
    return bool(beside if question.topics else unknown)
