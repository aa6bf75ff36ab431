"""How urgent a message sounds: a linear model over its words and the concepts that they name.

It knows wordings that no rule foresaw. The concepts are `vocabulary/urgent_concepts.yaml`, written by hand; the
coefficients `vocabulary/urgent_weights.yaml`, fitted by `python -m evals.fit_urgency`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retriever.patterns import Patterns
from retriever.spelling import english_words

SCALE = 100
"""Weights are stored as whole hundredths."""
NEAR = 8
"""Two concepts at most so many words apart are taken together."""
PATTERN = 2.0
"""What a pattern counts: it says more than a word."""
NEGATED = 5
"""How many words a negation reaches, inside its clause."""

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[.?!;:,_]")
_STOPS = frozenset(".?!;:,")
_Named = tuple[tuple[str, int], ...]
_SHORTEST_STEM = 2
_MENDABLE = 4


class Verdict(NamedTuple):
    """The chance, 0 to 1, that a message is urgent, and the level that it would have.

    `supported`: whether the message names a concept of that level, and does not only sound like it.
    """

    chance: float
    level: str
    level_chance: float
    supported: bool


class UrgencyModel:
    """Judges plain texts as `retriever.urgency` normalises them."""

    def __init__(self, features: Features, weights: Mapping[str, Any]) -> None:
        self.features = features
        self._bias: float = weights["bias"] / SCALE
        self._weights = {name: numbers[0] for name, numbers in _table(weights["urgent"])}
        self._levels: tuple[str, ...] = tuple(weights["levels"])
        self._level_bias = [number / SCALE for number in weights["level_bias"]]
        self._level_weights = dict(_table(weights["level"]))

    def __call__(self, text: str) -> Verdict:
        """The verdict on one text."""
        found = self.features(text)
        score = self._bias + sum(self._weights.get(name, 0.0) * value for name, value in found.items())
        sums = list(self._level_bias)
        for name, value in found.items():
            weights = self._level_weights.get(name)
            if weights:
                sums = [total + weight * value for total, weight in zip(sums, weights, strict=True)]
        shares = [math.exp(total - max(sums)) for total in sums]
        best = max(range(len(shares)), key=shares.__getitem__)
        level = self._levels[best]
        supported = any(f"{kind}:{name}" in found for name in self.features.supports.get(level, ()) for kind in "kr")
        return Verdict(_logistic(score), level, shares[best] / sum(shares), supported)

    def reasons(self, text: str, most: int = 8) -> list[tuple[str, float]]:
        """The features that decided, the heaviest first: what to look at when a verdict surprises."""
        shares = [(name, self._weights.get(name, 0.0) * value) for name, value in self.features(text).items()]
        return sorted(shares, key=lambda share: (-abs(share[1]), share[0]))[:most]


class Features:
    """The features of a text: its words and pairs of words, its concepts and pairs of concepts near each other.

    `is_past`: whether a clause tells of what is over. `patterns`: concepts that single words do not name, with what
    finds them in a text; `names`: words that are no misspelt concepts.
    """

    def __init__(
        self,
        data: Mapping[str, Any],
        is_past: Callable[[str], bool],
        patterns: Mapping[str, re.Pattern[str]],
        names: Collection[str] = (),
    ) -> None:
        self._is_past = is_past
        self._patterns = Patterns(patterns.items())
        self.supports: Mapping[str, list[str]] = data.get("supports", {})
        self._context = frozenset(data["context"])
        self._classes = frozenset(data["classes"])
        self._negations = frozenset(data["negations"])
        self._breaks = frozenset(data["breaks"])
        self._fillers = frozenset(data["fillers"])
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for concept, phrases in data["concepts"].items():
            for phrase in phrases:
                words = tuple(str(phrase).split(" "))
                self._phrases.setdefault(words[0], []).append((words, concept))
        targets = {word for words in data["concepts"].values() for word in " ".join(map(str, words)).split()}
        self._known = english_words() | targets | set(names)
        self._targets: dict[str, list[str]] = {}
        for word in sorted(word for word in targets if len(word) >= _MENDABLE and word.isalpha()):
            self._targets.setdefault(word[0], []).append(word)
        self._mend = lru_cache(maxsize=4_096)(self._uncached_mend)
        self._beginning = lru_cache(maxsize=4_096)(self._uncached_beginning)

    def __call__(self, text: str) -> dict[str, float]:
        """Values: "w:" words, "b:" pairs, "k:" concepts ("n:" denied, "o:" over), "p:" pairs of them, "r:" patterns."""
        tokens = [self._mend(word) for word in _TOKEN.findall(text)]
        named = [tuple(dict.fromkeys(self._at(tokens, at))) for at in range(len(tokens))]
        found = {f"r:{name}": PATTERN for name in self._patterns.keys(text)}
        self._words(tokens, named, found)
        self._concepts(tokens, named, found)
        return found

    def _words(self, tokens: list[str], named: list[_Named], found: dict[str, float]) -> None:
        before, first = "^", True
        for at, token in enumerate(tokens):
            if token in _STOPS:
                before = "^" if first else ""
                continue
            word = "#" if token.isdigit() else self._class(named[at]) or token
            if word in self._fillers:
                continue
            found[f"w:{word}"] = 1.0
            if before:
                found[f"b:{before} {word}"] = 1.0
            before, first = word, False

    def _class(self, named: _Named) -> str | None:
        return next((f"<{concept}>" for concept, size in named if size == 1 and concept in self._classes), None)

    def _concepts(self, tokens: list[str], named: list[_Named], found: dict[str, float]) -> None:
        over, negated = self._scopes(tokens)
        live: dict[str, list[int]] = {}
        for at, concepts in enumerate(named):
            for concept, _ in concepts:
                if concept in self._context or not (at in over or at in negated):
                    live.setdefault(concept, []).append(at)
                else:
                    found[f"{'o' if at in over else 'n'}:{concept}"] = 1.0
        if over:
            found["over"] = 1.0
        names = sorted(live)
        for place, one in enumerate(names):
            found[f"k:{one}"] = 1.0
            for other in names[place + 1 :]:
                if one in self._context or other in self._context:
                    found[f"p:{one} {other}"] = 0.5
                elif any(0 < abs(a - b) <= NEAR for a in live[one] for b in live[other]):
                    found[f"p:{one} {other}"] = 1.0

    def _scopes(self, tokens: list[str]) -> tuple[Collection[int], Collection[int]]:
        """Places of the tokens that stand in a clause about the past, and of those that are denied."""
        over: set[int] = set()
        negated: set[int] = set()
        listed = False
        for start, end in _clauses(tokens, self._breaks):
            clause = tokens[start:end]
            if self._is_past(" ".join(clause)):
                over.update(range(start, end))
            denials = [at for at in range(start, end) if tokens[at] in self._negations]
            for at in denials:
                negated.update(range(at + 1, min(end, at + 1 + NEGATED)))
            if not denials and listed and clause and clause[0] in ("or", "nor"):
                negated.update(range(start, end))
            listed = bool(denials)
        return over, negated

    def _at(self, tokens: list[str], at: int) -> Iterator[tuple[str, int]]:
        """Concepts that begin at a token, each with its number of words."""
        for words, concept in self._beginning(tokens[at]):
            end = at + len(words)
            if end <= len(tokens) and all(map(_fits, words[1:], tokens[at + 1 : end])):
                yield concept, len(words)

    def _uncached_beginning(self, token: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The phrases of concepts whose first word a token may be."""
        keys = ["#", token] if token.isdigit() else [token]
        keys += [f"{token[:size]}*" for size in range(_SHORTEST_STEM, len(token) + 1)]
        return tuple(phrase for key in keys for phrase in self._phrases.get(key, ()))

    def _uncached_mend(self, word: str) -> str:
        if not _MENDABLE <= len(word) <= 16 or not word.isalpha() or word in self._known:
            return word
        stems = (f"{word[:size]}*" for size in range(_MENDABLE, len(word) + 1))
        if word.removesuffix("s") in self._known or any(stem in self._phrases for stem in stems):
            return word
        pool = self._targets.get(word[0], []) + (self._targets.get(word[1], []) if word[1] != word[0] else [])
        hit = process.extractOne(word, pool, scorer=OSA.distance, score_cutoff=1 if len(word) < 6 else 2)
        return str(hit[0]) if hit else word


def concept_words(data: Mapping[str, Any]) -> frozenset[str]:
    """The whole words, no stems, that name concepts: what a misspelt word may have been meant as."""
    phrases = (str(phrase) for phrases in data["concepts"].values() for phrase in phrases)
    return frozenset(word for phrase in phrases for word in phrase.split(" ") if word.isalpha())


def _clauses(tokens: list[str], breaks: Collection[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for at, token in enumerate(tokens):
        if token in _STOPS or token in breaks:
            yield start, at
            start = at + 1
    yield start, len(tokens)


def _fits(pattern: str, token: str) -> bool:
    if pattern == "#":
        return token.isdigit()
    return token.startswith(pattern[:-1]) if pattern.endswith("*") else token == pattern


def _table(text: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Lines of "12 -3 name of a feature": a name and its weights."""
    for line in text.splitlines():
        numbers, _, name = line.partition(" | ")
        yield name, tuple(int(number) / SCALE for number in numbers.split())


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))
