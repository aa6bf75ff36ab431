"""Parse one message by itself, before the conversation is looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from corpus import Corpus
from retriever.aspects import Aspects, compile_pattern, mask, sign, with_signs
from retriever.doses import Doses
from retriever.laboratory import Laboratory
from retriever.lexicon import Lexicon
from retriever.patterns import Families
from retriever.people import Mentions, People
from retriever.portions import Portions
from retriever.quantities import DOSED, IN_BLOOD, PIECE, Quantities, weighed_in, without_ages
from retriever.readings import Readings, as_written
from retriever.spelling import english_words
from retriever.text import FILLERS, Token, fold, join, stem, stems, tokens
from retriever.types import Amount, Basis, Dosing, Entity, Reading
from retriever.wordings import glue_of, speller_of

_NO_PLACE = (
    r"(?! (?:time|thing|of all|trimester|week|month|year|night|day|half|hand|way|words?|signs?|symptoms?|steps?|aid))"
)
"""What an ordinal must not count: "the second trimester" is no place in a list."""
LANGUAGE_WORDS = 4
"""Words that a message must have for its language to be told."""
MOST_PARTS = 4
"""A message of more sentences is read as one: a story, not a list of questions."""
_PART_END = re.compile(
    r"(?<=[?!;\n])\s+|(?<=[a-z]{3}\.)\s+(?=[A-Za-z])|\n+"
    r"|(?:(?<= [abcdek]\.)|(?<=[bdk]\d\.)|(?<=b12\.))\s+(?=(?:what|which|how|where|when|why|can|do|does|is|are)\w*\b)"
    r"|,?\s+(?:and|also|plus)\s+"
    r"(?!(?:is|are) (?:always|also|often|now|so|very|really|still|just|only|never|quite|too|not|\w+ing|\w+ed)\b)"
    r"(?=(?:what|which|how|where|when|why|can|do|does|is|are|should)\b(?! (?:it|that)\b))",
    re.IGNORECASE,
)
LINKED = "linked-nutrients"
OF_TELLING = frozenset(("stage", "diagnosed", "had", "going", "weeks", "months", "years", "old", "type"))
"""Words beside a disease or an age that ask nothing."""
OF_STATEMENTS = (None, LINKED, "food-content")
"""Aspects of messages that name signs or foods, and may only tell of them: "I live on toast"."""
_ANSWERS = frozenset(("nutrient", "food", "group"))
"""Kinds that a question for one nutrient does not name: it asks for them."""
_SPAN = re.compile(r"\b(?:the )?(first|last|top) (\w+)\b")
_NUMBERED = re.compile(r"(?:\b(?:number|no\.?|option)|#) ?\(?(\d)\)?(?!\d)")
_THAN = re.compile(r"\bthan (?:an? |the |in )*$")
MEMORY = 4_096
"""How many parsed messages are remembered; parsing is pure, so forgetting one changes nothing."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message as parsed alone. `ordinals` count from 0, negative ones from the end.

    `acts`: what it does in the talk; `refers`: how it points back; `cues`: words that decide between two readings.
    `readings`: results of laboratory tests; `value`: the first of them, or a number beside a name; `number`: one that
    stands alone as well; `daily`: so much "a day", without a unit.
    `dosing`: how many are taken, how often and when; `of_each`: whether the dose is what each tablet holds; `bare`: a
    number without a unit that is none of these.
    `more`: whether it says more than names and what the fixed wordings stand for.
    """

    message: str
    text: str
    words: tuple[Token, ...]
    entities: tuple[Entity, ...]
    aspect: str | None
    acts: frozenset[str]
    refers: frozenset[str]
    cues: frozenset[str]
    ordinals: tuple[int, ...]
    mentions: Mentions
    amounts: tuple[Amount, ...]
    dosing: Dosing | None
    of_each: bool
    bare: float | None
    readings: tuple[Reading, ...]
    value: float | None
    number: float | None
    daily: float | None
    basis: Basis | None
    least: bool
    counted: bool
    corrections: tuple[tuple[str, str], ...]
    content: tuple[str, ...]
    foreign: tuple[str, ...]
    sweeping: bool
    more: bool
    english: bool
    single: bool
    kind: str | None

    def ids(self, *kinds: str) -> tuple[str, ...]:
        """Ids of the named things of some kinds, in order, without repetition."""
        return tuple(dict.fromkeys(entity.id for entity in self.entities if entity.kind in kinds))

    @property
    def bare_person(self) -> bool:
        """Whether the message says for whom ("vegan", "for pregnancy") and hardly anything else."""
        return self.mentions.any and not self.foreign and len(self.content) <= 4

    @property
    def only_tells(self) -> bool:
        """Whether the message says whom it is about and nothing else: "stage 4 CKD", "my mum is 82"."""
        if not self.bare_person or self.asks or "?" in self.message or "question_first" in self.cues:
            return False
        named = {word for entity in self.entities for word in entity.typed.split()}
        named |= {word for typed in self.mentions.whom for word in typed.split()} | OF_TELLING
        left = [word for word in self.content if word not in named and not word.isdigit()]
        return len(left) <= int("of_somebody" in self.cues)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of foods named, without those that only say what somebody is: "I went veggie"."""
        whom = " ".join(self.mentions.whom)
        return tuple(dict.fromkeys(e.id for e in self.entities if e.kind == "group" and e.typed not in whom))

    @property
    def states(self) -> bool:
        """Whether the message states something: it neither asks nor names several things."""
        asks = "?" in self.message or "question_first" in self.cues or self.aspect not in OF_STATEMENTS
        return not asks and "of_somebody" in self.cues

    @property
    def asks(self) -> bool:
        """Whether the message asks something, rather than only saying for whom."""
        named = self.ids("nutrient", "symptom", "food", "group", "test")
        topics = [
            entity for entity in self.entities if entity.kind == "topic" and entity.typed not in self.mentions.whom
        ]
        if self.mentions.any and not (named or topics):
            return self.aspect is not None and ("?" in self.message or "question_first" in self.cues)
        return bool(named or topics or self.aspect or self.acts or self.foreign)


class Parser:
    """Everything that parsing a message needs, made once from the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        dialogue: Mapping[str, Any] = corpus.vocabulary["dialogue"]
        self.lexicon = Lexicon.from_corpus(corpus)
        self.aspects = Aspects(corpus.vocabulary["aspects"])
        self.people = People(corpus, self.lexicon)
        self.laboratory = Laboratory(corpus)
        self._readings = Readings(corpus, self.laboratory)
        self._glue = glue_of(corpus)
        self._sweeping = frozenset(dialogue["sweeping"])
        self._plain = frozenset(map(str, dialogue["plain"]))
        self._glue_stems = frozenset(map(stem, self._glue))
        self.speller = speller_of(corpus, self._glue)
        self._wordings = Families(
            {
                "acts": _compile(dialogue["acts"]),
                "refers": _compile({name: [pattern] for name, pattern in dialogue["references"].items()}),
                "cues": _compile({cue: [pattern] for cue, pattern in dialogue["cues"].items()}),
                "bases": _compile(dialogue["bases"]),
                "least": _compile({"least": dialogue["least"]}),
                "lacking": _compile({"lacking": dialogue["lacking"]}),
                "single": _compile({LINKED: corpus.vocabulary["aspects"]["single"]}),
                "kinds": _compile(corpus.vocabulary["aspects"]["kinds"]),
                "no_names": _compile({"no name": dialogue["no_names"]}),
            }
        )
        self._ordinals: Mapping[str, int] = dialogue["ordinals"]
        marks = "|".join(sorted(map(re.escape, self._ordinals), key=len, reverse=True))
        self._places = re.compile(rf"\b(?:the|and|or|then|about|your)? ?(?<!\bat )({marks})\b{_NO_PLACE}")
        self._counts: Mapping[str, int] = {str(word): count for word, count in dialogue["counts"].items()}
        self._quantities = Quantities(corpus.vocabulary.get("units"), self._counts)
        self._amounts = tuple(compile_pattern(pattern, "dialogue.yaml") for pattern in dialogue["amounts"])
        self._portions = Portions(dialogue["portions"], self._quantities)
        self._doses = Doses(corpus.vocabulary.get("doses"))
        self._value = compile_pattern(dialogue["values"], "dialogue.yaml")
        self._pieces = tuple(compile_pattern(with_signs(p), "dialogue.yaml") for p in dialogue["pieces"])
        self._interrogatives = frozenset(dialogue["interrogatives"])
        self._daily = compile_pattern(dialogue["daily"], "dialogue.yaml")
        self._counted = compile_pattern(with_signs(dialogue["counted"]), "dialogue.yaml")
        self.parse = lru_cache(maxsize=MEMORY)(self._parse)

    def _parse(self, message: str) -> Utterance:
        folded = fold(message)
        mended, corrections = self.speller.mend(folded)
        text = join(mended)
        words = tokens(text)
        said = self._wordings.found(text)
        named = self._named(text, words, [match.re for _, match in said["no_names"]])
        readings = self._readings.find(text, words, named)
        mentions = self.people.mentions(_without_numbers(text, readings), words, named)
        refused = {at for at, word in enumerate(words) if word.text == "not"}
        denied = {(entity.start, entity.end) for entity in named if entity.id in mentions.dropped}
        entities = tuple(
            entity
            for entity in named
            if entity.id not in mentions.excluded_ids
            and not (entity.kind == "topic" and (entity.start, entity.end) in denied)
            and not (entity.start - 1 in refused and entity.kind in ("nutrient", "topic"))
        )
        entities = _without_measure(text, words, entities)
        kinds = [entity.kind for entity in entities]
        masked = mask(text, words, entities, self.lexicon, self.aspects.of_names)
        doses = self._masked_doses(text, words, entities)
        amounts = self._find_amounts(text, words, doses, entities) or (() if readings else self._find_pieces(masked))
        dosed = any(amount.is_dose for amount in amounts)
        single, kinds_named = bool(said["single"]), set(kinds)
        number = self._find_value(self._value, text)
        value = number if "test" in kinds or "nutrient" in kinds else None
        value = readings[0].value if readings else value
        amounts = without_ages(amounts, mentions.age_months)
        mentions = self._with_readings(mentions, readings)
        return Utterance(
            message=message,
            text=text,
            words=words,
            entities=entities,
            aspect=self._aspect(text, words, entities, mentions.life_stage is not None, readings)
            or (LINKED if single and not kinds_named & _ANSWERS else None),
            acts=frozenset(act for act, _ in said["acts"]),
            refers=frozenset(name for name, _ in said["refers"]),
            cues=frozenset(cue for cue, _ in said["cues"]),
            ordinals=self._find_ordinals(text),
            mentions=mentions,
            amounts=amounts,
            dosing=self._doses.dosing(doses),
            of_each=dosed and self._doses.says_each(doses),
            bare=None if dosed else self._doses.bare(doses),
            readings=tuple(as_written(reading, message) for reading in readings),
            value=value,
            number=number,
            daily=self._find_value(self._daily, text),
            basis=said["bases"][0][0] if said["bases"] else None,
            least=bool(said["least"]) and not said["lacking"],  # who is low in iron wants foods rich in it
            counted=bool(self._counted.search(masked)),
            corrections=corrections,
            content=tuple(word.text for word in words if word.text not in FILLERS),
            foreign=self._foreign(words, named),
            english=self._is_english(folded),
            single=single,
            kind=said["kinds"][0][0] if said["kinds"] else None,
            sweeping=bool(self._sweeping & {word.text for word in words}),
            more=self._says_more(words, named, mentions),
        )

    def _named(self, text: str, words: tuple[Token, ...], no_names: Sequence[re.Pattern[str]]) -> tuple[Entity, ...]:
        """The things named, without what only sounds like a name ("my diet", "how fast", "forget vegan")."""
        spans = [match.span() for pattern in no_names for match in pattern.finditer(text)]

        def sounds_alone(entity: Entity) -> bool:
            first, last = words[entity.start].start, words[entity.end - 1].end
            return any(start <= first and last <= end for start, end in spans)

        return tuple(entity for entity in self.lexicon.find(words) if not (spans and sounds_alone(entity)))

    def _with_readings(self, mentions: Mentions, readings: tuple[Reading, ...]) -> Mentions:
        """What is said of somebody, and what was found in their blood says."""
        amounts = [self.laboratory.of_nutrient(reading) for reading in readings]
        found = [one for amount in amounts if amount for one in self.people.of_value((amount[0],), amount[1])]
        conditions = tuple(dict.fromkeys((*mentions.conditions, *found)))
        return replace(mentions, conditions=conditions, personal=True) if found else mentions

    def _aspect(
        self,
        text: str,
        words: tuple[Token, ...],
        entities: tuple[Entity, ...],
        of_a_stage: bool,
        readings: tuple[Reading, ...],
    ) -> str | None:
        masked = mask(text, words, entities, self.lexicon, self.aspects.of_names, self.aspects.within)
        for reading in readings:
            masked = masked.replace(text[slice(*reading.at)], sign("reading"), 1)
        for pattern in self._amounts:
            masked = pattern.sub(lambda m: m[0] if "/" in m["unit"] else sign("amount"), masked)
        named = {at for entity in entities for at in range(entity.start, entity.end)}
        left = " ".join(w.text for at, w in enumerate(words) if at not in named and w.text not in FILLERS)
        kinds: Counter[str] = Counter(entity.kind for entity in entities)
        kinds["life-stage"] += of_a_stage
        only_people = not set(kinds) - {"topic", "condition", "life-stage"}
        kinds["reading"] += len(readings)
        return self.aspects.said((text, left) if only_people else (text,), masked, kinds)

    def _says_more(self, words: tuple[Token, ...], entities: tuple[Entity, ...], mentions: Mentions) -> bool:
        """Whether a word is neither part of a name, nor says for whom or how much, nor one of `plain`."""
        named = {at for entity in entities for at in range(entity.start, entity.end)}
        whom = {word for said in mentions.whom for word in said.split()}
        free = (word.text for at, word in enumerate(words) if at not in named and word.text not in FILLERS)
        return any(word not in self._plain and word not in whom and not word[0].isdigit() for word in free)

    def _foreign(self, words: tuple[Token, ...], entities: tuple[Entity, ...]) -> tuple[str, ...]:
        """The content words that are neither part of a name nor of the wordings that the vocabulary knows."""
        named = {at for entity in entities for at in range(entity.start, entity.end)}
        free = (word.text for at, word in enumerate(words) if at not in named and word.text not in FILLERS)
        return tuple(
            word for word in free if stem(word) not in self._glue_stems and len(word) > 1 and not word[0].isdigit()
        )

    def is_name(self, text: str) -> bool:
        """Whether a text is one of the corpus's names, whole and in any form that messages may have."""
        return self.lexicon.knows(stems(text))

    def interrogatives(self, text: str) -> frozenset[str]:
        """The words by which a question asks for a time, a reason or people: "should I" is not "when should I"."""
        return self._interrogatives.intersection(text.casefold().split())

    def takes(self, word: str) -> bool:
        """Whether spelling may be corrected towards this word."""
        return self.speller.takes(word)

    def parts(self, message: str) -> tuple[str, ...]:
        """The message cut into its questions and statements, at most `MOST_PARTS`."""
        cut = _PART_END.split(message.strip())
        pieces = [piece.strip() for piece in cut if piece and piece.strip(" ?!.,;")]
        return tuple(pieces) if 1 < len(pieces) <= MOST_PARTS else (message,)

    def _is_english(self, folded: str) -> bool:
        """Whether most words are English, or too few to tell."""
        words = [word.text for word in tokens(folded) if word.text.isalpha() and len(word.text) > 1]
        known = self.speller
        strange = sum(not (w in english_words() or known.known(w) or known.correct(w)) for w in words)
        return len(words) < LANGUAGE_WORDS or strange * 2 <= len(words)

    def _find_ordinals(self, text: str) -> tuple[int, ...]:
        span = _SPAN.search(text)
        if span and span[2] in self._counts:
            count = self._counts[span[2]]
            return tuple(range(-count, 0)) if span[1] == "last" else tuple(range(count))
        found = _NUMBERED.search(text)
        if found and found[1] != "0":
            return (int(found[1]) - 1,)
        return tuple(self._ordinals[match[1]] for match in self._places.finditer(text))

    def _masked_doses(self, text: str, words: tuple[Token, ...], entities: tuple[Entity, ...]) -> str:
        """The text with each nutrient, medicine and food, and each dose that one takes, as its sign."""
        named = [entity for entity in entities if entity.kind in ("nutrient", "medicine", "food")]
        masked = mask(text, words, named, self.lexicon, self.aspects.of_names)
        for pattern in self._amounts:
            masked = pattern.sub(lambda m: sign("amount") if self._quantities.is_dose(m) else m[0], masked)
        return masked

    def _find_amounts(
        self, text: str, words: tuple[Token, ...], doses: str, entities: tuple[Entity, ...]
    ) -> tuple[Amount, ...]:
        """The amounts named; those that one takes with how many, how often and of what."""
        found = [match for pattern in self._amounts for match in pattern.finditer(text)]
        found = [match for match in found if not IN_BLOOD.match(text, match.end())]
        found = [match for match in found if (a := self._quantities.amount(match)).value > 0 and "/" not in a.unit]
        amounts = tuple(map(self._quantities.amount, found))
        of_food = next((entity.id for entity in entities if entity.kind in ("food", "group")), None)
        names = tuple(entity.id for entity in _nutrients(entities))
        taken = iter(self._doses.taken(doses, [a for a in amounts if a.unit in DOSED], names))
        amounts = tuple(weighed_in(next(taken), of_food) if amount.unit in DOSED else amount for amount in amounts)
        return self._portions.of_foods(text, words, entities, found, amounts)

    def _find_pieces(self, masked: str) -> tuple[Amount, ...]:
        """How many of a food: "2 kiwis", "how much in 2"."""
        found = next((match for pattern in self._pieces if (match := pattern.search(masked))), None)
        return (Amount(self._quantities.number(found["n"]), PIECE),) if found else ()

    def _find_value(self, pattern: re.Pattern[str], text: str) -> float | None:
        found = pattern.search(text)
        return self._quantities.number(found["n"]) if found else None


def _nutrients(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """The nutrients named, each place once."""
    kept: list[Entity] = []
    for entity in entities:
        if entity.kind == "nutrient" and (not kept or entity.start >= kept[-1].end):
            kept.append(entity)
    return tuple(kept)


def _without_measure(text: str, words: tuple[Token, ...], entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """ "Fruit with more vitamin C than apples" asks for fruit: apples are only what it is measured by."""
    if not any(entity.kind == "group" for entity in entities):
        return entities
    return tuple(
        entity for entity in entities if not (entity.kind == "food" and _THAN.search(text[: words[entity.start].start]))
    )


def _without_numbers(text: str, readings: Sequence[Reading]) -> str:
    """The text with the numbers of results blanked out: of "ferritin 30 woman" the number is no age."""
    for start, end in (reading.at for reading in readings):
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _compile(named: Mapping[str, Sequence[str]]) -> list[tuple[str, re.Pattern[str]]]:
    pairs = ((name, pattern) for name, patterns in named.items() for pattern in patterns)
    return [(name, compile_pattern(pattern, "dialogue.yaml")) for name, pattern in pairs]
