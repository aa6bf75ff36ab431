"""Which aspect a message asks for, by the patterns of `vocabulary/aspects.yaml`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from corpus import CorpusError
from corpus.types import ASPECTS
from retriever.lexicon import Lexicon
from retriever.patterns import Patterns
from retriever.text import Token
from retriever.types import Entity, Kind

Within = tuple[re.Pattern[str], str]
"""A pattern of names, and the word that stands for what they say beside their kind."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Fits where one of its patterns is found and the kinds in the message are as needed."""

    aspect: str
    patterns: tuple[re.Pattern[str], ...]
    needs: tuple[str, ...]
    lacks: tuple[str, ...]

    def fits(self, kinds: Counter[str]) -> bool:
        """Whether a message that names things of those kinds may ask for this rule's aspect."""
        enough = all(kinds[kind] >= self.needs.count(kind) for kind in self.needs)
        return enough and not any(kinds[kind] for kind in self.lacks)


# In masked texts and in patterns each kind is one private character, so that no pattern finds "food" in "<food>".
_SIGNS = {kind: chr(0xE000 + number) for number, kind in enumerate((*get_args(Kind), "amount", "reading"))}
_NO_SIGN = "[^\ue000-\ue0ff]"


def sign(kind: str) -> str:
    """The character that stands for a kind of thing in masked texts."""
    return _SIGNS[kind]


def with_signs(pattern: str) -> str:
    """A pattern of the vocabulary with "<nutrient>" and the like turned into their signs."""
    for kind, character in _SIGNS.items():
        # A sign is no word character: a word boundary beside it would ask for a letter on its other side.
        for written in (f"\\b<{kind}>\\b", f"\\b<{kind}>", f"<{kind}>\\b", f"<{kind}>"):
            pattern = pattern.replace(written, character)
    return pattern.replace("[^<]", _NO_SIGN)


class Aspects:
    """The rules in order, the bare words, and which aspect stands in for which."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        """Raises CorpusError where a rule names no aspect of the closed list or holds a broken pattern."""
        self.rules = tuple(_rule(entry) for entry in vocabulary["rules"])
        self._patterns = Patterns((rule, pattern) for rule in self.rules for pattern in rule.patterns)
        self._around = compile_pattern(vocabulary["around"], "aspects.yaml")
        self.words = {word: aspect for aspect, words in vocabulary["words"].items() for word in words}
        self.within = tuple((compile_pattern(p, "aspects.yaml"), word) for p, word in vocabulary["within"].items())
        self.of_names = frozenset(vocabulary["of_names"])
        self.neighbors: Mapping[str, Sequence[str]] = vocabulary["neighbors"]

    def said(self, texts: Sequence[str], masked: str, kinds: Counter[str]) -> str | None:
        """The aspect that a message asks for, or None where it does not say.

        `texts`: the plain text, and what is left of it without names; `masked`: see `mask`.
        """
        bare = next((found for text in texts if (found := self.words.get(self._bare(text)))), None)
        return bare or next((rule.aspect for rule in self._patterns.keys(masked) if rule.fits(kinds)), None)

    def _bare(self, text: str) -> str:
        """A text without the words around it that add nothing: "ok and how much then?"."""
        return self._around.sub("", text.strip(" ?!.,")).strip(" ?!.,")


def mask(
    text: str,
    words: Sequence[Token],
    entities: Sequence[Entity],
    lexicon: Lexicon,
    of_names: Collection[str],
    within: Sequence[Within] = (),
) -> str:
    """The text with each name replaced by the sign of its kind; "zinc poisoning" keeps its second word.

    `of_names`: words that belong to the name before them: of "folic acid deficiency" only the last is kept.
    `within`: what a name says beside its kind, which is kept before the sign: "high" for "hypercalcemia".
    """
    parts, at = [], 0
    inner = [entity for entity in entities if entity.kind == "nutrient"]
    for entity in entities:
        start, end = words[entity.start].start, words[entity.end - 1].end
        if entity.kind == "condition" and any(entity.start <= x.start < x.end <= entity.end for x in inner):
            continue  # "too much iron" is a condition, and first of all too much of a nutrient
        if start >= at:
            core = _core(words, entity, lexicon, of_names)
            said = ""
            if core is not None:
                start, end = words[core[0]].start, words[core[-1]].end
            elif entity.kind in ("nutrient", "topic"):
                said = "".join(f"{word} " for pattern, word in within if pattern.search(entity.typed))
            parts += [text[at:start], said, sign(entity.kind)]
            at = end
    return "".join((*parts, text[at:]))


def _core(words: Sequence[Token], entity: Entity, lexicon: Lexicon, of_names: Collection[str]) -> range | None:
    """Where, inside a longer name of a nutrient, its plain name stands."""
    if entity.kind != "nutrient" or entity.end - entity.start < 2:
        return None
    inside = range(entity.start, entity.end)
    first = next((at for at in inside if lexicon.means(words[at].stem, entity.id)), None)
    if first is None:
        return None
    last = next((at for at in inside if at > first and words[at].text not in of_names), entity.end)
    return range(first, last)


def _rule(entry: Mapping[str, Any]) -> Rule:
    aspect = entry["aspect"]
    if aspect not in ASPECTS:
        raise CorpusError("vocabulary/aspects.yaml", 1, " | ".join(ASPECTS), repr(aspect), "mend the rule")
    patterns = tuple(compile_pattern(with_signs(pattern), "aspects.yaml") for pattern in entry["any"])
    return Rule(aspect, patterns, tuple(entry.get("needs", ())), tuple(entry.get("lacks", ())))


def compile_pattern(pattern: str, file: str) -> re.Pattern[str]:
    """Compile a pattern of the vocabulary. Raises CorpusError naming it where it is none."""
    try:
        return re.compile(pattern)
    except re.error as error:
        raise CorpusError(
            f"vocabulary/{file}", 1, "a regular expression", f"{pattern!r} ({error})", "mend it"
        ) from None
