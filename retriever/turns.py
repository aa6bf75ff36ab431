"""One turn: a message and the state before it become a question, or several."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from retriever.antecedents import Antecedents
from retriever.context import with_quotes
from retriever.dialogue import Dialogue
from retriever.offers import Offer
from retriever.people import Mentions
from retriever.reading import (
    LONGEST_ELLIPSIS,
    corrected,
    filters,
    in_general,
    of_each,
    only_about,
    tells_in_brief,
    tells_story,
)
from retriever.state import RECENT, State
from retriever.text import plain, tokens
from retriever.types import Question
from retriever.urgency import Urgency, UrgentSigns
from retriever.utterance import Parser, Utterance

MOST_GROUNDED = 2
"""Earlier questions without a name that are retrieved again for one message, at the most."""
_MEANT = re.compile(r"^.{0,40}?\b(?:i|we) (?:meant|mean)\b(?! to\b)[\s,:]+(?P<rest>\S.+)$", re.IGNORECASE | re.DOTALL)
_LETTER = re.compile(r"(?<![\w'&/.-])(?:[cdek]|a(?=\W*$)|b ?\d{1,2})(?![\w'&/-])", re.IGNORECASE)
"""A vitamin by its letter alone, where vitamins are talked about: "not k, D"."""
_KIND = re.compile(r"\b(?P<which>[a-z]{4,}) (?:kind|form|type|sort|one|variety|version)s?\b")
_BOTH_AGAIN = re.compile(r"\bsame (?:two|both|questions)\b|\bboth (?:questions|again)\b")
PUT_OTHERWISE = 3
"""From so many content words on, what somebody means without naming a thing says their question in other words."""
LONGEST_LETTER = 12
"""Words of a message in which a letter alone may be a vitamin."""

Grounded = Callable[[Question], Question]
"""A question with the subject that its passages gave it, where it named none. Encodes."""

Offers = Callable[[Question], tuple[Offer, ...]]
"""The follow-ups offered after a question."""


class Turns:
    """Reads one message after another. Pure."""

    def __init__(
        self, parser: Parser, urgent: UrgentSigns, dialogue: Dialogue, antecedents: Antecedents, grounded: Grounded,
        offers: Offers,
    ) -> None:  # fmt: skip
        self.parser, self._urgent, self._dialogue = parser, urgent, dialogue
        self._antecedents, self._grounded, self._offers = antecedents, grounded, offers

    def fold(self, history: Iterable[str]) -> State:
        """What a conversation has come to. Encodes nothing."""
        state = State()
        for message in history:
            state = self.step(state, message)
        return state

    def step(self, state: State, message: str) -> State:
        """The state after one more message."""
        question = self.resolve(message, state, ground=False)
        said = self._read(message, state)
        told = said.mentions.any or said.mentions.dropped
        # "Is there a vegetarian one?", of rennet, says nothing of anybody.
        bare = said.bare_person and not (in_general(said) or (question.after and not question.subjects))
        personal = bool(told) and (said.mentions.personal or bare or tells_in_brief(said))
        for part in question.parts or (question,):
            state = state.then(part.about(whole=message, told=part.told or tells_story(said)), personal)
        return state

    def resolve(self, message: str, state: State, ground: bool) -> Question:
        """The question that a message asks; `ground`: whether earlier questions may be retrieved again."""
        said, before = self._read(message, state), state
        # Of the words as typed: a spelling corrected towards nutrition must not hide a sign.
        earlier = [plain(question.message) for question in state.questions[-RECENT:]]
        urgent = self._urgent.judge_after(plain(message), earlier)
        stands = said.ids("symptom", "topic", "food") or (said.ids("nutrient") and said.aspect)
        if ground and not stands and "correction" not in said.acts:
            state = self._with_ground(state)
        pieces = [self._read(piece, state, said.mentions) for piece in self.parser.parts(message)]
        asking = [piece for piece in pieces if piece.asks]
        if len(pieces) > 1 and asking:
            whole = {"message": message, "corrections": said.corrections}
            parts = self._parts(message, pieces, state, urgent)
            if len(parts) == 1:
                alone = {} if parts[0].asked else {"text": said.text, "foreign": said.foreign}
                told = any(piece.more and not piece.mentions.any for piece in pieces if piece is not asking[-1])
                literal = parts[0].literal or (told and parts[0].act == "ask" and not parts[0].reply)
                question = parts[0].about(**whole, **alone, literal=literal, told=tells_story(said))
                return self._dialogue.context.added(question, said, state)
            kept = tuple(part.about(filters=parts[-1].filters) for part in parts if part.act == "ask")
            if kept:
                question = kept[0].about(parts=kept if len(kept) > 1 else (), **whole)
                return self._dialogue.context.added_to_parts(question, said, state)
        question = of_each(self._dialogue.resolve(said, state, urgent), said, before.last)
        for known in (state, before):
            question = self._dialogue.context.added(question, said, known)
        if question.after and before.last and before.last.typed not in question.after:
            question = with_quotes(question.about(after=(*question.after, before.last.typed), quoted=()), before)
        if len(question.nutrients) == 1 and _BOTH_AGAIN.search(said.text):
            return _both_again(question, state)
        if question.reply == "yes" and state.last:
            return self._accepted(question, state.last)
        return question

    # --- one message of several sentences

    def _parts(self, message: str, pieces: list[Utterance], state: State, urgent: Urgency) -> list[Question]:
        """The questions of the pieces, without those that only lead up to the next: "Back to folate. Foods?"."""
        asking = [piece for piece in pieces if piece.asks]
        if "?" in message:
            asking = [piece for at, piece in enumerate(asking) if not at or not _only_adds(piece)]
        for piece in pieces:
            if not piece.asks:
                state = state.telling(filters(piece, state))
        parts: list[Question] = []
        told = False
        for piece, following in zip(asking, [*asking[1:], None], strict=True):
            if "shift" in piece.acts and following is not None and not piece.entities:
                state = replace(state, questions=())
                continue
            part = self._dialogue.resolve(piece, state, urgent)
            state = state.then(part, personal=True)
            if following is not None and _only_tells(piece, part) and "?" in message:
                told = True
                continue  # "My mother is 81 and takes donepezil. Can …?" tells before it asks
            # With what was told before it, a question says more than a fixed wording.
            parts.append(part.about(literal=True) if told and part.act == "ask" and not part.reply else part)
            eaten = _tells_of_food(piece, part)
            if following is not None and (eaten or _leads(piece, part)):
                after = self._dialogue.resolve(following, state, urgent)
                same = after.foods == part.foods if eaten else set(part.subjects) <= set(after.subjects)
                if after.carried and same:
                    parts.pop()
        return _without_repeats(parts)

    # --- what is read before the rules: wordings that the state alone explains

    def _read(self, message: str, state: State, whole: Mentions | None = None) -> Utterance:
        """The message as parsed, after what the person says they meant, with letters and kinds completed.

        Somebody whom it only mentions is left out; `whole`: what the message says of people of which this is a piece.
        """
        said = self.parser.parse(message)
        if state.last and said.mentions.aside:
            said = replace(said, mentions=said.mentions.aside)
        elif whole and said.mentions.about and not whole.about:
            said = replace(said, mentions=Mentions())
        meant = _MEANT.match(message)
        rest = self.parser.parse(meant["rest"]) if meant else None
        if rest and (rest.entities or rest.mentions.any or len(rest.content) < PUT_OTHERWISE):
            said = replace(rest, message=message, acts=rest.acts | {"correction"})
        elif rest:
            said = replace(said, acts=said.acts - {"correction"})
        last = state.last
        if last and not said.entities:
            said = self._with_letters(said, last)
            said = self._with_part(self._with_kind(said, state), last)
        elif last and said.ids("food") and len(said.content) <= LONGEST_ELLIPSIS:
            said = self._with_head(said, last)
        return said

    def _with_letters(self, said: Utterance, last: Question) -> Utterance:
        held = last.nutrients or self._antecedents.listing(last)
        vitamins = any("vitamin" in self.parser.lexicon.shown.get(nutrient, "") for nutrient in held)
        if not vitamins or len(said.words) > LONGEST_LETTER or "thanks" in said.acts or not _LETTER.search(said.text):
            return said
        return self._again(said, _LETTER.sub(lambda letter: f"vitamin {letter[0]}", said.text))

    def _with_kind(self, said: Utterance, state: State) -> Utterance:
        """ "The pernicious form" of what was just talked about, where the corpus knows such a name."""
        kind = _KIND.search(said.text)
        recent = dict.fromkeys(s for question in reversed(state.questions[-RECENT:]) for s in question.subjects)
        for subject in recent if kind else ():
            name = f"{kind['which']} {self.parser.lexicon.shown.get(subject, '').rpartition(' ')[2]}"  # type: ignore[index]
            if self.parser.is_name(name):
                return self._again(said, said.text.replace(kind[0], name))  # type: ignore[index]
        return said

    def _with_part(self, said: Utterance, last: Question) -> Utterance:
        """ "And ridges?" after a sign of the nails: the same part of the body, where the corpus knows such a sign."""
        if not said.foreign or len(said.content) > LONGEST_ELLIPSIS + 1:
            return said
        for symptom in last.symptoms:
            for part in reversed(tokens(self.parser.lexicon.shown.get(symptom, ""))):
                read = self._again(said, f"{said.text} {part.text}")
                if symptom not in read.ids("symptom") and read.ids("symptom") and not read.foreign:
                    return read
        return said

    def _with_head(self, said: Utterance, last: Question) -> Utterance:
        """ "How does oat compare?", after plant milks: oat milk, where the food table knows such a food."""
        shown = self.parser.lexicon.shown
        heads = {name.rpartition(" ")[2].removesuffix("s") for id_ in last.groups if (name := shown.get(id_, ""))}
        for food in (entity for entity in said.entities if entity.kind == "food"):
            for head in sorted(heads):
                if head not in food.typed and self.parser.is_name(f"{food.typed} {head}"):
                    return self._again(said, said.text.replace(food.typed, f"{food.typed} {head}", 1))
        return said

    def _again(self, said: Utterance, text: str) -> Utterance:
        read = self.parser.parse(text)
        return replace(read, message=said.message, acts=said.acts | read.acts, corrections=said.corrections)

    # --- what earlier answers held

    def _with_ground(self, state: State) -> State:
        """The state with its last question given the subject that its passages gave it, or left out if it had none."""
        for _ in range(MOST_GROUNDED):
            last = state.last
            if last is None or last.act != "ask" or last.carried:
                return state
            if last.subjects or last.foods or last.groups or last.filters.medicines:
                return state
            told = self.parser.parse(last.message).states  # "we kept forgetting" asks nothing
            found = last if told else self._grounded(last)
            if not found.asked and (self._antecedents.opens(last) or self._antecedents.begins(last)):
                return state
            state = replace(state, questions=state.questions[:-1] + ((found,) if found.asked else ()))
        return state

    def _accepted(self, question: Question, last: Question) -> Question:
        """ "Yes" to the bot's offer: the first follow-up of the last answer."""
        offered = self._offers(last)
        if not offered:
            return question.about(act="small_talk", reply="yes")
        offer = offered[0]
        taken = last.about(
            message=question.message, whole="", quoted=(), carried=True, more=0, reply=None, filters=question.filters
        )
        if offer.subject is None:
            return taken.about(filters=replace(question.filters, diet="vegan"))
        kind = "symptoms" if offer.subject.startswith("symptom:") else "nutrients"
        kind = "topics" if offer.subject.startswith("topic:") else kind
        cleared = taken.about(nutrients=(), symptoms=(), topics=(), foods=(), groups=(), aspect_said=True)
        return cleared.about(**{kind: (offer.subject,)}, aspect=offer.phrase.removeprefix("offer."))


def _both_again(question: Question, state: State) -> Question:
    """ "The same two for niacin": the last two questions, about something else."""
    asked = [earlier for earlier in state.questions if earlier.act == "ask" and earlier.subjects][-2:]
    parts = tuple(corrected(question.about(aspect_said=False), earlier) for earlier in asked)
    return parts[0].about(parts=parts) if len(parts) > 1 else question


def _leads(piece: Utterance, part: Question) -> bool:
    """Whether a piece only names what the next one asks about."""
    return piece.aspect is None if "back" in piece.acts else not part.aspect_said and only_about(part, piece)


def _only_tells(piece: Utterance, part: Question) -> bool:
    """Whether a piece states what the next one asks about: no sign, no number, and nothing that went on from before."""
    only_food = bool(part.foods) and not piece.ids("nutrient", "symptom", "topic")
    told = bool(piece.mentions.exclude) or not part.carried or only_food
    measured = piece.number or any(amount.is_dose or not only_food for amount in piece.amounts)
    return piece.states and told and not (piece.ids("symptom") or measured)


def _tells_of_food(piece: Utterance, part: Question) -> bool:
    """Whether a piece says how much of some foods is eaten: "I drink a glass of milk a day. Is that enough?"."""
    return bool(part.foods and part.amounts) and "?" not in piece.message and not piece.ids("nutrient", "symptom")


def _only_adds(piece: Utterance) -> bool:
    """Whether a piece after a question only says something of it: "Why is there a limit? They're just nuts"."""
    asks = "?" in piece.message or "question_first" in piece.cues
    weighs = piece.ids("symptom", "topic") or piece.amounts or piece.number or piece.mentions.any
    booked = bool(piece.ids("test")) and "of_somebody" in piece.cues  # "is it risky? I have a thyroid test next month"
    of_it = "adds" in piece.cues or ((piece.states or booked) and not piece.ids("nutrient"))
    return of_it and not (asks or weighs)


def _without_repeats(parts: list[Question]) -> list[Question]:
    """The parts without those that ask the same again."""
    kept: list[Question] = []
    for part in parts:
        if kept and kept[-1].asked == part.asked and kept[-1].aspect == part.aspect and part.act == "ask":
            kept.pop()
        kept.append(part)
    return kept
