"""Urgent signs in a message: rules, negations and information frames as data (`vocabulary/urgent.yaml`).

Beside the rules, whose reasons anybody can read, stands a linear model (`retriever.urgency_model`) for the wordings
that no rule foresaw: it raises what the rules are silent on, and calms what they take for urgent against all other
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.errors import CorpusError
from retriever.patterns import Patterns
from retriever.spelling import Speller, english_words
from retriever.text import MAX_MESSAGE, plain
from retriever.urgency_model import Features, UrgencyModel, Verdict, concept_words

LEVELS = ("none", "doctor_soon", "same_day", "eating_disorder", "poisoning", "emergency", "crisis")
"""From the least to the most: of several, the last is shown."""
CALM = ("none", "doctor_soon")
RAISES = 0.33
"""From this chance on, the model alone calls a message urgent: a miss is worse than an alarm (`evals.fit_urgency`)."""
RAISES_UNSUPPORTED = 0.7
"""The same where the message names no concept of the level that it sounds like."""
RAISES_CLAUSE = 0.7
"""The same for one clause by itself, so that the question after a sign does not hide it."""
LEAST_WHOLE = 0.1
"""What the whole message must reach for its clause to count."""
RAISES_MILD = 0.75
"""The same where a rule has found a sign that can wait."""
CALMS = 0.1
"""Below this chance, a rule alone does not."""
CALMS_CRISIS = 0.05
"""The same for a crisis: a message about the speaker's own death is calmed by hardly anything."""
OUTVOTES = 0.7
"""From this share on, the model's level stands where it is stronger than the rule's."""
MEMORY = 4_096
"""How many judged messages are remembered; judging is pure, so forgetting one changes nothing."""


class Urgency(NamedTuple):
    """A level of `LEVELS` and the rule that gave it."""

    level: str = "none"
    rule: str | None = None


def stronger(new: Urgency, before: Urgency, taken_back: bool) -> Urgency:
    """What holds after a message: urgency stays until the user takes it back, and only grows otherwise."""
    if taken_back and new.level in CALM:
        return new
    return new if LEVELS.index(new.level) >= LEVELS.index(before.level) else before


class UrgentSigns:
    """Judges messages. `messages` maps the ids of the phrases that `wordings` names to their fixed wordings.

    Of the vocabulary it reads "urgent" and, where they are there, "urgent_concepts" and "urgent_weights".
    """

    def __init__(self, everything: Mapping[str, Any]) -> None:
        vocabulary = everything["urgent"]
        sets = {name: "|".join(words) for name, words in vocabulary["sets"].items()}
        frames = vocabulary["frames"]
        self.messages: dict[str, str] = dict(vocabulary["messages"])
        self._regions: Mapping[str, str] = vocabulary["regions"]
        names = _names(everything)
        of_concepts = concept_words(everything.get("urgent_concepts", {"concepts": {}}))
        self._normal = _Normal(vocabulary["normal"], of_concepts, names)
        self._idioms = _pattern(vocabulary["idioms"], sets)
        self._information = _pattern(frames["information"], sets)
        self._lookup = _pattern(frames["lookup"], sets)
        self._person = _pattern(frames["person"], sets)
        self._present = _pattern(frames["present"], sets)
        self._now = _pattern(frames["now"], sets)
        self._this = _pattern(frames["this_now"], sets)
        self._past = _pattern(frames["past"], sets)
        self._not_past = _pattern(frames["not_past"], sets)
        self._negations = _Negations(vocabulary["negations"], sets)
        rules = [_Rule(rule, sets) for rule in vocabulary["rules"]]
        strongest = sorted(rules, key=lambda rule: -LEVELS.index(rule.level))
        self._signs = Patterns((rule, rule.groups[0]) for rule in strongest)
        across = [rule for rule in strongest if rule.across]
        self._across = Patterns((rule, rule.groups[0]) for rule in across)
        self._adding = Patterns((rule.id, group) for rule in across for group in rule.groups)
        self._groups_of = {rule.id: rule.groups for rule in rules}
        self._certain = frozenset(rule["id"] for rule in vocabulary["rules"] if rule.get("certain"))
        self._features = None
        if concepts := everything.get("urgent_concepts"):
            patterns = {name: _pattern(of, sets) for name, of in concepts.get("patterns", {}).items()}
            self._features = Features(concepts, self._is_past, patterns, names | set(vocabulary["normal"]["left"]))
        weights = everything.get("urgent_weights")
        if weights and not set(weights["levels"]) <= set(LEVELS):
            found, remedy = ", ".join(weights["levels"]), "run python -m evals.fit_urgency"
            raise CorpusError("vocabulary/urgent_weights.yaml", 1, " | ".join(LEVELS), found, remedy)
        self.model = UrgencyModel(self._features, weights) if self._features and weights else None
        self.judge = lru_cache(maxsize=MEMORY)(self._judge)
        self._normalised = lru_cache(maxsize=MEMORY)(self._uncached_normalised)

    def judge_after(self, text: str, before: Sequence[str]) -> Urgency:
        """The urgency of one plain message after others: signs told one after another add up.

        What the messages before amount to without this one is left alone, since it may have been taken back.
        """
        own = self.judge(text)
        if not before or next(self._adding.keys(self._normalised(text)), None) is None:
            return own
        together = self._told_across((*before, text))
        if LEVELS.index(together.level) <= LEVELS.index(own.level):
            return own
        earlier = self._told_across(before)
        return together if LEVELS.index(together.level) > LEVELS.index(earlier.level) else own

    def _told_across(self, messages: Sequence[str]) -> Urgency:
        return self._held(self._across, ". ".join(self._normalised(message) for message in messages))

    def _judge(self, text: str) -> Urgency:
        """The urgency of one plain message by itself."""
        normal = self._normalised(text)
        ruled = self._by_rule(normal)
        if not self.model:
            return ruled
        told = self.model(normal)
        if ruled.level in CALM:
            raises = self._raises_beside if ruled.rule in self._certain else self._raises
            return Urgency(told.level, "model") if raises(normal, told, ruled) else ruled
        calms = CALMS_CRISIS if ruled.level == "crisis" else CALMS
        if told.chance < calms and ruled.rule not in self._certain:
            return Urgency()
        stronger_level = LEVELS.index(told.level) > LEVELS.index(ruled.level) and told.chance >= RAISES
        if ruled.rule in self._certain and (told.level == "eating_disorder" or ruled.level == "emergency"):
            return ruled  # neither a starving child nor a baby who does not wake is one for a helpline
        return Urgency(told.level, "model") if stronger_level and told.level_chance >= OUTVOTES else ruled

    def _raises(self, normal: str, told: Verdict, ruled: Urgency) -> bool:
        if ruled.level != "none":
            return told.chance >= RAISES_MILD
        least = RAISES if told.supported else RAISES_UNSUPPORTED
        if not self.model or told.chance < LEAST_WHOLE or told.chance >= RAISES:
            return told.chance >= least
        clauses = (clause for clause in _CLAUSE.split(normal) if clause.count(" ") >= _CLAUSE_SPACES)
        return any(self.model(clause).chance >= RAISES_CLAUSE for clause in clauses)

    def _raises_beside(self, normal: str, told: Verdict, ruled: Urgency) -> bool:
        """Of a sign that certainly can wait: whether what else the message says cannot."""
        for group in self._groups_of[str(ruled.rule)]:
            normal = group.sub(" _ ", normal)
        return self.model is not None and self.model(normal).chance >= RAISES_CLAUSE

    def features(self, text: str) -> dict[str, float]:
        """What the model counts in a plain message; empty where the corpus has no concepts."""
        return self._features(self._normalised(text)) if self._features else {}

    def _uncached_normalised(self, text: str) -> str:
        return self._idioms.sub(" _ ", self._normal(text[:MAX_MESSAGE]))

    def by_rule(self, text: str) -> Urgency:
        """The urgency of one plain message by the rules alone."""
        return self._by_rule(self._normalised(text))

    def _by_rule(self, normal: str) -> Urgency:
        return self._held(self._signs, normal)

    def _held(self, rules: Patterns[_Rule], normal: str) -> Urgency:
        """The first of some rules that holds."""
        sentences = tuple(self._sentences(normal))
        for rule, _ in rules.possible(normal):
            if self._holds(rule, normal, sentences):
                return Urgency(rule.level, rule.id)
        return Urgency()

    def wordings(self, level: str, locale: str | None) -> tuple[str, ...]:
        """Ids of the phrases to show for a level, numbers for the locale's country included ("en-GB": GB)."""
        if f"urgent.{level}" not in self.messages:
            return ()
        region = next((part for part in re.split(r"[-_.]", locale or "")[1:] if re.fullmatch(r"[A-Za-z]{2}", part)), "")
        place = self._regions.get(region.upper(), region.upper())
        numbers = (f"urgent.numbers.{level}.{place}", f"urgent.numbers.{level}")
        return (f"urgent.{level}", *[id_ for id_ in numbers if id_ in self.messages][:1])

    def _sentences(self, normal: str) -> Iterator[_Sentence]:
        framed = not self._this.search(normal)
        for text in filter(None, (part.strip(" ,") for part in _SENTENCE_END.split(normal))):
            yield _Sentence(text, tuple(self._frames(text)) if framed else ())

    def _frames(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a sentence asks for information: what it names there is not happening."""
        if self._now.search(text):
            return
        if text.count(" ") < _LOOKUP_WORDS and self._lookup.search(text) and not self._person.search(text):
            yield 0, len(text)
            return
        for frame in self._information.finditer(text):
            end = self._present.search(text, frame.end())
            yield frame.start(), end.start() if end else len(text)

    def _holds(self, rule: _Rule, normal: str, sentences: tuple[_Sentence, ...]) -> bool:
        """Whether the rule's first group is said of now, and its other groups stand anywhere in the message."""
        signs = ((sentence, match) for sentence in sentences for match in rule.groups[0].finditer(sentence.text))
        for sentence, match in signs:
            if self._is_live(rule, sentence, match) and not (rule.unless and rule.unless.search(normal)):
                return all(any(self._is_said(normal, m) for m in group.finditer(normal)) for group in rule.groups[1:])
        return False

    def _is_said(self, text: str, match: re.Match[str]) -> bool:
        return not self._negations.cover(text, match)

    def _is_live(self, rule: _Rule, sentence: _Sentence, match: re.Match[str]) -> bool:
        if not rule.explicit and any(start <= match.start() < end for start, end in sentence.frames):
            return False
        if self._negations.cover(sentence.text, match):
            return False
        return not self._is_past(sentence.clause(match))

    def _is_past(self, clause: str) -> bool:
        return bool(self._past.search(clause) and not self._not_past.search(clause))


class _Sentence(NamedTuple):
    text: str
    frames: tuple[tuple[int, int], ...]

    def clause(self, match: re.Match[str]) -> str:
        """The part of the sentence around a match, between commas, "but" and "now"."""
        start = max((end.end() for end in _CLAUSE_END.finditer(self.text, 0, match.start())), default=0)
        end = _CLAUSE_END.search(self.text, match.end())
        return self.text[start : end.start() if end else len(self.text)]


class _Rule:
    """A sign, its level, and what else must or must not be said."""

    def __init__(self, data: Mapping[str, Any], sets: Mapping[str, str]) -> None:
        self.id: str = data["id"]
        self.level: str = data["level"]
        if self.level not in LEVELS[1:]:
            raise _error(f"a level of {LEVELS[1:]}", f"{self.level!r} in the rule {self.id!r}")
        groups = data["all"] if "all" in data else [data["any"]]
        self.groups = tuple(_pattern(group, sets) for group in groups)
        self.unless = _pattern(data["unless"], sets) if "unless" in data else None
        self.explicit: bool = data.get("explicit", False)
        self.across: bool = data.get("across", False)


class _Negations:
    """Finds out whether a sign is said to be absent."""

    def __init__(self, data: Mapping[str, Any], sets: Mapping[str, str]) -> None:
        words, fillers = "|".join(data["words"]), "|".join(data["fillers"])
        breaks = "|".join(data["breaks"])
        negator = rf"(?<!\w)(?:{words})(?: (?:{fillers}))*"
        item = rf"(?: (?!(?:{breaks})(?!\w))[\w'-]+,?)"
        self._direct = re.compile(rf"{negator} $")
        self._listed = re.compile(rf"{negator}{item}{{1,10}} (?:or|nor)(?: (?:{fillers}))* $")
        self._in_list = re.compile(rf"{negator}{item}{{0,8}}(?<=,) $")
        self._list_goes_on = re.compile(rf"{item}{{0,6}} (?:or|nor) ")
        self._after = _pattern(data["lifted_by"], sets)

    def cover(self, text: str, match: re.Match[str]) -> bool:
        """Whether a negation stands before the match: "no X", "without A, X or B"; not "never had X like this"."""
        before = text[max(0, match.start() - _REACH) : match.start()]
        after = text[match.end() : match.end() + _REACH]
        if self._after.match(after.lstrip(" ,")):
            return False
        if self._direct.search(before) or self._listed.search(before):
            return True
        return bool(before.endswith(", ") and self._list_goes_on.match(after) and self._in_list.search(before))


class _Normal:
    """Brings a plain text to the form that the rules are written for: no apostrophes, no hyphens, typos mended.

    A word that nobody knows is taken, in this order, for what `words` says, for a word in -ing that lost its g, for
    the word of `mended` one or two edits away, and for the concept word or familiar English word nearest by edits and
    sound. `names` of medicines and illnesses are known.
    """

    def __init__(self, data: Mapping[str, Any], concepts: frozenset[str], names: frozenset[str]) -> None:
        self._words: Mapping[str, str] = data["words"]
        rewrites = ((re.compile(rf"(?<!\w)(?:{old})(?!\w)"), new) for old, new in data["rewrites"])
        self._rewrites = Patterns(((at, new), pattern) for at, (pattern, new) in enumerate(rewrites))
        self._keys: dict[str, list[str]] = {}
        for word in data["mended"]:
            self._keys.setdefault(word[0], []).append(word)
        self._known = english_words() | concepts | names | set(data["mended"]) | set(data["left"]) | set(self._words)
        targets = concepts | set(data["mended"])
        self._speller = Speller(dict.fromkeys(targets, 1), set(data["left"])) if concepts else None
        self._mend = lru_cache(maxsize=MEMORY)(self._uncached_mend)

    def __call__(self, text: str) -> str:
        text = _PUNCTUATION.sub(" ", _APOSTROPHE.sub("", text))
        text = _WORD.sub(lambda m: self._words.get(m[0]) or self._mend(m[0]), text)
        return self._rewritten(_SPACES.sub(" ", text), 0)

    def _rewritten(self, text: str, first: int) -> str:
        """The text after the rewrites from the `first` on; what one of them writes, a later one may find."""
        for (at, new), pattern in self._rewrites.possible(text):
            changed = pattern.sub(new, text) if at >= first else text
            if changed != text:
                return self._rewritten(changed, at + 1)
        return text

    def _uncached_mend(self, word: str) -> str:
        if len(word) > 16 or word in self._known or word.removesuffix("s") in self._known:
            return word
        if word.endswith("in") and f"{word}g" in self._known:
            return f"{word}g"
        near = self._near(word) or (self._speller.correct(word) if self._speller else None)
        return self._words.get(near, near) if near else word

    def _near(self, word: str) -> str | None:
        if len(word) < _MENDABLE:
            return None
        reach = 1 if len(word) < 8 else 2
        hit = process.extractOne(word, self._keys.get(word[0], ()), scorer=OSA.distance, score_cutoff=reach)
        return str(hit[0]) if hit else None


def _names(everything: Mapping[str, Any]) -> frozenset[str]:
    """The words that name medicines and conditions: "ssris" is no "series", and "coumadin" no "comedian"."""
    medicines = [member for entry in everything.get("medicines", ()) for member in (entry, *entry.get("members", ()))]
    named = [*medicines, *everything.get("people", {}).get("conditions", ())]
    return frozenset(word for entry in named for words in entry["words"] for word in _WORD.findall(plain(words)))


_SENTENCE_END = re.compile(r"\.(?!\d)[. ]*|[?!;]+")
_CLAUSE = re.compile(r" ?[.?!;,:] ?")
_CLAUSE_SPACES = 2
"""A clause of fewer spaces is judged with the rest alone."""
_CLAUSE_END = re.compile(r", |(?<!\w)(?:but|now|and (?=i|im|ive|my|he|she|now|cant|have|has|keep|keeps)(?!\w))(?!\w)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_PUNCTUATION = re.compile(r"[^\w\s.,;?!%+]|_|(?<=[a-z])-(?=[a-z])")
_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r"\s+(?:,\s*)*")
_MENDABLE = 5
"""Shorter words are too near each other to be mended."""
_LOOKUP_WORDS = 7
"""A line of at most so many words, with nobody in it, may be a look-up."""
_REACH = 120
"""Code points before a sign in which its negation is looked for."""
_MACRO = re.compile(r"\(\?<[=!][^)]*\)|<([a-z_]+)>| ?~(\d+) ?| ")


def _pattern(alternatives: Iterable[str], sets: Mapping[str, str]) -> re.Pattern[str]:
    """One pattern of whole words. "<name>": a set; "a ~3 b": up to three words between; a space: also with a comma."""

    def macro(found: re.Match[str]) -> str:
        if found[1]:
            if found[1] not in sets:
                raise _error("the name of a set", repr(found[1]))
            return f"(?:{_expanded(sets[found[1]])})"
        if found[2]:
            return rf"(?:,? [\w'%+.]+){{0,{found[2]}}}?,? "
        return ",? " if found[0] == " " else found[0]

    def _expanded(pattern: str) -> str:
        return _MACRO.sub(macro, pattern)

    joined = "|".join(_expanded(alternative) for alternative in alternatives)
    try:
        return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")
    except re.error as error:
        raise _error("a regular expression", f"{joined[:200]!r} ({error})") from None


def _error(expected: str, found: str) -> CorpusError:
    return CorpusError("vocabulary/urgent.yaml", 1, expected, found, "mend it")
