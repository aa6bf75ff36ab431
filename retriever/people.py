"""Who is asking and what they leave out, from what a message says: diet, exclusions, age, life stage, conditions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from corpus import Corpus
from retriever.asides import Asides
from retriever.aspects import compile_pattern
from retriever.lexicon import Lexicon
from retriever.medicines import Medicines
from retriever.patterns import Families
from retriever.relations import relation_pattern, tells_pattern, words_pattern
from retriever.text import Token
from retriever.types import Entity, Filters

_MONTHS = {"y": 12, "m": 1, "w": 0.25}
_OLDEST = 120 * 12
_I = re.compile(r"\b(?:i|me)\b")
WHO = "\ue100"
"""Stands for the person named, in a text whose wording around them is looked at."""
_OTHERS = re.compile(
    r"\b(?:than|unlike|compared (?:to|with)) (?:for |in |among |most |other |younger |older |healthy |normal )*[a-z]+\b"
    r"|\bmore (?:common |often |frequent )?(?:in |among )?(?:women|men|girls|boys)\b"
)
"""With whom somebody is compared: "more than men" is said of no man, and "why do more women get it?" of no woman."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What one message says about a person. Empty fields: not said. `whom`: the words that said it.

    `aside`: what it says besides of somebody only mentioned, of whom nothing is asked if the talk is about another.
    """

    diet: str | None = None
    exclude: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    sex: str | None = None
    age_months: int | None = None
    life_stage: str | None = None
    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    about: str | None = None
    personal: bool = False
    whom: tuple[str, ...] = ()
    excluded_ids: tuple[str, ...] = ()
    aside: Mentions | None = None
    shared: bool = False
    """Whether what was said before holds of this person as well: "my daughter has it too"."""

    @property
    def any(self) -> bool:
        """Whether the message says anything about a person."""
        said = (self.diet, self.exclude, self.dropped, self.sex, self.age_months, self.life_stage)
        return any(said) or bool(self.conditions or self.medicines or self.about)

    def applied(self, before: Filters) -> Filters:
        """The filters after this message. Somebody else's body is another body; the diet of the table stays."""
        if not self.any:
            return before
        if self.about and self.about != before.about:
            before = Filters(about=self.about)
        kept = replace(
            before,
            diet=None if before.diet in self.dropped else before.diet,
            exclude=tuple(name for name in before.exclude if name not in self.dropped),
            conditions=tuple(name for name in before.conditions if name not in self.dropped),
            medicines=tuple(name for name in before.medicines if name not in self.dropped),
            life_stage=None if before.life_stage in self.dropped else before.life_stage,
        )
        return replace(
            kept,
            diet=self.diet or kept.diet,
            exclude=_merged(kept.exclude, self.exclude),
            sex=self.sex or kept.sex,
            age_months=self.age_months if self.age_months is not None else kept.age_months,
            life_stage=self.life_stage or kept.life_stage,
            conditions=_merged(kept.conditions, self.conditions),
            medicines=_merged(kept.medicines, self.medicines),
        )


class People:
    """Reads `vocabulary/people.yaml` and `vocabulary/diets.yaml`."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon) -> None:
        people: Mapping[str, Any] = corpus.vocabulary["people"]
        diets: Mapping[str, Any] = corpus.vocabulary["diets"]
        dialogue: Mapping[str, Any] = corpus.vocabulary["dialogue"]
        self._lexicon = lexicon
        self.diets = {diet["id"]: diet for diet in diets["diets"]}
        self.exclusions = {entry["id"]: entry for entry in diets["exclusions"]}
        self._leave_out: tuple[str, ...] = tuple(diets["patterns"])
        self._whether: tuple[str, ...] = tuple(diets["asked_whether"])
        self._take_back: tuple[str, ...] = tuple(diets["taken_back"])
        self._not_any_more: tuple[str, ...] = (*self._take_back, *diets["not_any_more"])
        self._ages = tuple(compile_pattern(pattern, "dialogue.yaml") for pattern in dialogue["ages"])
        self._weighed = compile_pattern(dialogue["weighed"], "dialogue.yaml")
        self._numbers: Mapping[str, int] = dialogue["ages_in_words"]["numbers"]
        in_words = dialogue["ages_in_words"]["pattern"].replace("{number}", "|".join(self._numbers))
        self._age_in_words = compile_pattern(in_words, "dialogue.yaml")
        self._baby_asked = compile_pattern(people["baby_asked"], "people.yaml")
        self._taking = compile_pattern(people["taking"], "people.yaml")
        self._shared = compile_pattern(people["shared"].replace("{who}", WHO), "people.yaml")
        self._between = compile_pattern(people["between"], "people.yaml")
        self._person = compile_pattern(dialogue["person"], "dialogue.yaml")
        self._sexes = [(entry, words_pattern(_strong(entry)), _patterns(entry)) for entry in people["sexes"]]
        self.stages = {entry["id"]: entry for entry in people["life_stages"]}
        self._medicines = Medicines(corpus)
        self._unborn = str(people["unborn"])
        self._before_birth = tuple(entry["id"] for entry in people["life_stages"] if entry.get("before_birth"))
        self.conditions = {entry["id"]: entry for entry in people["conditions"]}
        self._condition_patterns = _patterns_of(people["conditions"])
        tells, owned = tells_pattern(people["tellers"], people["telling_adverbs"]), "|".join(people["owned"])
        self._told = re.compile(rf"\b(?:my|our|the|a|his|her) [\w' -]{{2,20}}?{tells}")
        related = [word for entry in people["relations"] for word in entry["words"] if entry["about"] != "self"]
        self._relatives = words_pattern(related)
        self._asides = Asides(people["asides"])
        self._owners = re.compile(rf"\b(?:my|our|the|a|his|her) \w+'?s (?=(?:\w+ ){{0,2}}(?:{owned})\b)")
        self._wordings = Families(
            {
                "relations": [
                    (entry, relation_pattern(entry, tells, owned, people["oneself"])) for entry in people["relations"]
                ],
                "diets": _word_patterns(diets["diets"]),
                "exclusions": _word_patterns(diets["exclusions"]),
                "stages": _patterns_of(people["life_stages"]),
                "conditions": self._condition_patterns,
            }
        )
        whom = (*self.stages.values(), *self.conditions.values())
        self.topics = {entry["id"]: str(entry["topic"]) for entry in whom if "topic" in entry}
        self.documents = self.topics | {entry["id"]: str(entry["document"]) for entry in whom if "document" in entry}
        self._of_values = {id_: entry["of_value"] for id_, entry in self.conditions.items() if "of_value" in entry}
        self._statements: tuple[str, ...] = tuple(people["condition_statements"])
        self._unless = {
            entry["id"]: words_pattern(entry["unless"])
            for entry in (*people["life_stages"], *people["conditions"])
            if entry.get("unless")
        }

    def of_value(self, nutrients: Collection[str], value: float | None) -> tuple[str, ...]:
        """The conditions that a number, found in blood, of one of some nutrients means: potassium 6.8."""
        held = ((id_, nutrient, low, high) for id_, (nutrient, low, high) in self._of_values.items())
        return tuple(
            id_ for id_, nutrient, low, high in held if value and nutrient in nutrients and low < value <= high
        )

    def mentions(self, text: str, words: Sequence[Token], entities: Sequence[Entity]) -> Mentions:
        """What the plain text says; names that it leaves out are in `excluded_ids`."""
        found = self._wordings.found(text)
        relation, named = found["relations"][0] if found["relations"] else (None, None)
        in_digits = self._age_in_words.sub(lambda number: str(self._numbers[number[0]]), self._weighed.sub(" ", text))
        aged = found if in_digits == text else self._wordings.found(in_digits)
        if not relation and aged["relations"]:
            relation = aged["relations"][0][0]  # "my four-year-old daughter"
        age = self._age(in_digits)
        nursing = self._nursing(text, entities, [id_ for id_, _ in aged["stages"]], age)
        if nursing:
            age, relation = None, None
        diets, eaten = [(id_, m[0]) for id_, m in found["diets"]], [(id_, m[0]) for id_, m in found["exclusions"]]
        exclude, out = self._excluded(text, words, entities, dict(eaten))
        diet = diets[0][0] if diets else None
        whom = [span for _, span in diets]
        dropped = (*self._dropped(text, entities, eaten, diets), *self._medicines.named_closer(text, words, entities))
        stage = nursing or self._stage(text, entities, [id_ for id_, _ in aged["stages"]], age, dropped)
        sex = self._sex(text, age)
        if relation and relation.get("life_stage") == self._unborn and stage in self._before_birth:
            relation = None  # "is the baby ok, I'm 10 weeks pregnant"
        if age is not None and not stage:
            dropped = (*dropped, *(id_ for id_ in self.stages if self._is_of_another_age(id_, age)))
        if relation:
            stage = stage or (relation.get("life_stage") if age is None else None)
            sex = relation.get("sex") or sex
        if stage and not sex and self.stages[stage].get("sex") != "any":
            sex = self.stages[stage].get("sex")
        shared = self._is_shared(text, named)
        conditions = self._conditions(text, entities, [id_ for id_, _ in found["conditions"]], dropped)
        stated = " ".join(p[0] for p in self._stated(text, conditions))
        whom += [
            e.typed for e in entities if e.typed in stated or e.id in conditions or e.kind in ("life-stage", "medicine")
        ]
        diet = diet or next((d for c in conditions if (d := self.conditions[c].get("diet")) in self.diets), None)
        aside = None
        if relation and named:
            if self._asides.is_company(text, named.start()):
                return self._without(text, words, entities, named.start(), named.end())
            medicines = _ids(entities, "medicine", ())
            telling = self._asides.sentence(text, named, relation)
            rest = self._without(text, words, entities, *telling) if telling else None
            if telling and rest:
                told = (age, conditions, diet, exclude, medicines)
                bodily = told != (rest.age_months, rest.conditions, rest.diet, rest.exclude, rest.medicines)
                only = self._asides.only_mentions(text, telling, relation, bodily, entities)
                aside = rest if only else None
        return Mentions(
            diet=None if diet in dropped else diet,
            exclude=tuple(name for name in exclude if name not in dropped),
            dropped=dropped,
            sex=sex,
            age_months=age,
            life_stage=stage,
            conditions=conditions,
            medicines=_ids(entities, "medicine", dropped),
            about=relation["about"] if relation else ("self" if shared else None),
            personal=bool(
                relation or age is not None or self._person.search(text) or self._takes(text, words, entities)
            ),
            whom=tuple(whom),
            excluded_ids=out,
            aside=aside,
            shared=shared,
        )

    def _is_shared(self, text: str, named: re.Match[str] | None) -> bool:
        """Whether what is said of the person named, or of whoever asks, was said of another before."""
        who = named.span() if named else (found.span() if (found := _I.search(text)) else None)
        return bool(who and self._shared.search(f"{text[: who[0]]}{WHO}{text[who[1] :]}"))

    def _takes(self, text: str, words: Sequence[Token], entities: Sequence[Entity]) -> bool:
        """Whether a medicine is said to be taken without saying by whom: "on tacrolimus, grapefruit?"."""
        starts = (words[entity.start].start for entity in entities if entity.kind == "medicine")
        return any(self._taking.search(text[:start]) for start in starts)

    def _without(
        self, text: str, words: Sequence[Token], entities: Sequence[Entity], start: int, end: int
    ) -> Mentions:  # fmt: skip
        """What the text says but for the part from `start` to `end`."""
        rest = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        return self.mentions(rest, words, [e for e in entities if not start <= words[e.start].start < end])

    def _age(self, text: str) -> int | None:
        if not any(map(str.isdigit, text)):
            return None
        for pattern in self._ages:
            found = pattern.search(text)
            if found:
                groups = found.groupdict()
                number = int(groups["n"]) + (1 if groups.get("over") else 0)
                months = round(number * _MONTHS[(groups.get("unit") or "y")[0]])
                if months == _MONTHS["y"] and (groups.get("unit") or "y")[0] == "y":
                    return None  # somebody a year old is a toddler, and no baby of twelve months
                if 0 <= months <= _OLDEST:
                    return months
        return None

    def _stage(
        self, text: str, entities: Sequence[Entity], said: list[str], age: int | None, dropped: tuple[str, ...]
    ) -> str | None:
        """The life stage named or said in other words; an age that was said decides against a stage of another age."""
        others = " ".join(_OTHERS.findall(text))
        named = [entity.id for entity in entities if entity.kind == "life-stage" and entity.typed not in others]
        if age is None:  # a baby told of beside a pregnancy is not born yet
            named.sort(key=lambda stage: stage not in self._before_birth)
        for stage in named + said:
            other_age = age is not None and self._is_of_another_age(stage, age)
            if stage not in dropped and not other_age and not self._is_unless(stage, text):
                return stage
        return None

    def _nursing(self, text: str, entities: Sequence[Entity], said: list[str], age: int | None) -> str | None:
        """The stage of a mother who does not ask for her baby, where the age that she tells is the baby's."""
        stages = (*said, *(entity.id for entity in entities if entity.kind == "life-stage"))
        limits = ((stage, self.stages[stage].get("baby_months")) for stage in stages)
        found = next((stage for stage, most in limits if most and age is not None and age <= most), None)
        return found if found and not self._baby_asked.search(text) else None

    def _is_of_another_age(self, stage: str, age: int) -> bool:
        low, high = self.stages[stage].get("age_months") or (None, None)
        return (low is not None and age < low) or (high is not None and age > high)

    def _sex(self, text: str, age: int | None) -> str | None:
        text = self._relatives.sub(" ", self._owners.sub(" ", self._told.sub(" ", _OTHERS.sub(" ", text))))
        for entry, words, patterns in self._sexes:
            if words.search(text) or any(pattern.search(text) for pattern in patterns):
                return str(entry["id"])
        if age is None:
            return None
        weak = ((entry["id"], words_pattern(entry["weak"])) for entry, _, _ in self._sexes)
        return next((str(sex) for sex, words in weak if words.search(text)), None)

    def _conditions(
        self, text: str, entities: Sequence[Entity], said: list[str], dropped: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The conditions that the message says somebody has, each followed by those that it is a kind of."""
        found = [id_ for id_ in said if id_ not in dropped and not self._is_unless(id_, text)]
        bare = self._between.sub(" ", text)
        for entity in entities:
            if entity.kind == "condition" and entity.id not in dropped and not self._is_unless(entity.id, text):
                pattern_of = (pattern.replace("{condition}", "{x}") for pattern in self._statements)
                if any(_around(pattern, entity.typed).search(bare) for pattern in pattern_of):
                    found += [entity.id, *self.conditions[entity.id].get("parents", ())]
        return tuple(dict.fromkeys(found))

    def _stated(self, text: str, conditions: Sequence[str]) -> Iterator[re.Match[str]]:
        """The words by which some conditions were stated."""
        patterns = (p for id_, p in self._condition_patterns if id_ in conditions)
        return (found for pattern in patterns for found in pattern.finditer(text))

    def _is_unless(self, id_: str, text: str) -> bool:
        return id_ in self._unless and bool(self._unless[id_].search(text))

    def _excluded(
        self, text: str, words: Sequence[Token], entities: Sequence[Entity], spans: Mapping[str, str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names left out (tags of `contains`, groups, foods), and the ids of the entities that named them.

        `spans`: the tags named, and in what words.
        """
        names, ids = [], []
        for name, span in spans.items():
            if self._is_left_out(span, text):
                names.append(name)
        covered = {span for name, span in spans.items() if name in names}
        for entity in entities:
            span = text[words[entity.start].start : words[entity.end - 1].end]
            if entity.kind in ("food", "group") and (span in covered or self._is_left_out(span, text)):
                ids.append(entity.id)
                if span not in covered:
                    names.append(span if entity.kind == "food" else entity.id)
        return tuple(dict.fromkeys(names)), tuple(ids)

    def _is_left_out(self, span: str, text: str) -> bool:
        return _said(self._leave_out, span, text) and not _said(self._whether, span, text)

    def _dropped(
        self, text: str, entities: Sequence[Entity], tags: list[tuple[str, str]], diets: list[tuple[str, str]]
    ) -> tuple[str, ...]:
        """What is taken back. "Not fish" leaves fish out, "not vegan" takes vegan back."""
        eaten = tags + [(e.id, e.typed) for e in entities if e.kind in ("food", "group")]
        bodies = diets + [(e.id, e.typed) for e in entities if e.kind in ("condition", "medicine", "life-stage")]
        found_ids = [id_ for id_, span in eaten if _said(self._take_back, span, text)]
        found_ids += [id_ for id_, span in bodies if _said(self._not_any_more, span, text)]
        return tuple(dict.fromkeys(found_ids))


def _said(patterns: tuple[str, ...], span: str, text: str) -> bool:
    return any(_around(pattern, span).search(text) for pattern in patterns)


@lru_cache(maxsize=8_192)
def _around(pattern: str, span: str) -> re.Pattern[str]:
    words = r"[\s-]".join(map(re.escape, span.split(" ")))  # "roux en y" may have been typed "roux-en-y"
    return compile_pattern(pattern.replace("{x}", rf"(?:{words})"), "diets.yaml")


def _ids(entities: Sequence[Entity], kind: str, dropped: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.id for e in entities if e.kind == kind and e.id not in dropped))


def _strong(entry: Mapping[str, Any]) -> list[str]:
    """The words of a sex that count by themselves."""
    return [word for word in entry["words"] if word not in entry["weak"]]


def _patterns(entry: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    return tuple(compile_pattern(pattern, "people.yaml") for pattern in entry.get("patterns") or ())


def _patterns_of(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(str(entry["id"]), pattern) for entry in entries for pattern in _patterns(entry)]


def _word_patterns(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(str(entry["id"]), words_pattern(entry["words"])) for entry in entries]


def _merged(before: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *new)))
