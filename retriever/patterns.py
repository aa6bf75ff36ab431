"""Many patterns over one short text: only those that it can match are searched.

Most patterns of the vocabulary hold a literal ("deficien", "how much") without which they match nothing. Which of them
a text has is looked up by its trigrams, as code search does (Cox 2012, "Regular Expression Matching with a Trigram
Index"), so of 400 patterns a message is searched for some 80.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from string import digits
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")

_op: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")
"""How `re` itself reads a pattern; hypothesis does the same. Both are untyped."""

SIZE = 3
DIGIT = "0"
"""Stands for any digit among literals."""
_MOST_LITERALS = 60
"""A pattern that needs one of more literals than these is searched always."""


class Patterns(Generic[Key]):
    """Patterns in order, each with what it stands for; one thing may have several."""

    def __init__(self, pairs: Iterable[tuple[Key, re.Pattern[str]]]) -> None:
        self.pairs = tuple(pairs)
        self._searches = tuple((key, pattern.search) for key, pattern in self.pairs)
        self._always = 0
        needing: dict[str, int] = {}
        for at, (_, pattern) in enumerate(self.pairs):
            literals = needed(pattern)
            if literals is None:
                self._always |= 1 << at
            for literal in literals or ():
                needing[literal] = needing.get(literal, 0) | 1 << at
        self._digit = needing.pop(DIGIT, 0)
        self._by_gram: dict[str, list[tuple[str, int]]] = {}
        for literal, mask in needing.items():
            self._by_gram.setdefault(_rarest(literal), []).append((literal, mask))

    def matches(self, text: str) -> Iterator[tuple[Key, re.Match[str]]]:
        """The first match of each pattern that the text has, in the order of the patterns."""
        mask, searches = self._mask(text), self._searches
        while mask:
            lowest = mask & -mask
            mask ^= lowest
            key, search = searches[lowest.bit_length() - 1]
            if found := search(text):
                yield key, found

    def keys(self, text: str) -> Iterator[Key]:
        """What the patterns stand for that the text has, in their order, a thing as often as it has patterns."""
        return (key for key, _ in self.matches(text))

    def possible(self, text: str) -> Iterator[tuple[Key, re.Pattern[str]]]:
        """The patterns that the text or a part of it may have: it has one of their literals, or they need none."""
        mask = self._mask(text)
        return (pair for at, pair in enumerate(self.pairs) if mask >> at & 1)

    def _mask(self, text: str) -> int:
        """The places of the possible patterns, as bits."""
        mask = self._always | (self._digit if _HAS_DIGIT(text) else 0)
        for gram in self._by_gram.keys() & _grams_of(text):
            for literal, needing in self._by_gram[gram]:
                if literal in text:
                    mask |= needing
        return mask


class Families:
    """Families of patterns over the same text, looked up in one go."""

    def __init__(self, families: Mapping[str, Iterable[tuple[Any, re.Pattern[str]]]]) -> None:
        self._names = tuple(families)
        self._patterns = Patterns(
            ((family, key), pattern) for family, pairs in families.items() for key, pattern in pairs
        )

    def found(self, text: str) -> dict[str, list[tuple[Any, re.Match[str]]]]:
        """By family, what its patterns stand for that the text has and their first matches, in their order."""
        found: dict[str, list[tuple[Any, re.Match[str]]]] = {name: [] for name in self._names}
        for (family, key), match in self._patterns.matches(text):
            found[family].append((key, match))
        return found


def needed(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Literals of which every match has one, or `DIGIT` for any digit; None where no such set is known."""
    if pattern.flags & re.IGNORECASE:
        return None
    found = _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    return found if found and len(found) <= _MOST_LITERALS else None


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Of the parts that stand one after another, the set that says most."""
    sets, run = [], ""
    for op, value in parts:
        if op is _op.LITERAL:
            run += chr(value)
            continue
        if op is _op.AT:
            continue
        sets += [frozenset((run,)), _of_part(op, value)]
        run = ""
    known = [found for found in map(_usable, (*sets, frozenset((run,)))) if found]
    return max(known, key=lambda found: (-len(found), min(map(len, found))), default=None)


def _usable(found: frozenset[str] | None) -> frozenset[str] | None:
    """A set of literals that can be looked up: a short one must hold a digit."""
    looked_up = frozenset(DIGIT if len(one) < SIZE and set(one) & set(digits) else one for one in found or ())
    return looked_up if all(one == DIGIT or len(one) >= SIZE for one in looked_up) else None


def _of_part(op: Any, value: Any) -> frozenset[str] | None:
    if op is _op.SUBPATTERN:
        _, added, _, inner = value
        return None if added & re.IGNORECASE else _of_sequence(inner)
    if op is _op.ATOMIC_GROUP:
        return _of_sequence(value)
    if op in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
        least, _, inner = value
        return _of_sequence(inner) if least else None
    if op is _op.IN:
        return frozenset((DIGIT,)) if all(_is_digits(*one) for one in value) else None
    if op is _op.BRANCH:
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    return None


def _is_digits(op: Any, value: Any) -> bool:
    """Whether a part of a character class holds nothing but digits."""
    if op is _op.RANGE:
        return all(chr(end) in digits for end in value)
    return value is _op.CATEGORY_DIGIT if op is _op.CATEGORY else op is _op.LITERAL and chr(value) in digits


def _of_branches(branches: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [found for found in branches if found]
    return frozenset().union(*known) if len(known) == len(branches) else None


def _grams(text: str) -> frozenset[str]:
    return frozenset(text[at : at + SIZE] for at in range(len(text) - SIZE + 1))


def _rarest(literal: str) -> str:
    """The trigram of a literal that other English texts are least likely to have, by its letters."""
    return min(sorted(_grams(literal)), key=lambda gram: sum(map(_COMMON.find, gram), 0))


_COMMON = "zqxjkvbpygfwmucldrhsnioate "
"""Characters from the rarest to the commonest."""
_HAS_DIGIT = re.compile(r"\d").search
_grams_of = lru_cache(maxsize=64)(_grams)
