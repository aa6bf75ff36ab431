"""Correct words that nobody knows towards words that the corpus knows; every correction is shown to the user."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retriever.text import tokens

MIN_LENGTH = 4
"""Shorter words are left alone: too many of them are one letter apart."""


COMMON = 4_000
"""How many of the most frequent English words count as common."""


@cache
def _frequency_list() -> tuple[str, ...]:
    """Some 82,000 English words, the most frequent first, from the list that symspellpy carries."""
    spec = importlib.util.find_spec("symspellpy")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    lines = (folder / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return tuple(line.split(" ", 1)[0] for line in lines)


@cache
def english_words() -> frozenset[str]:
    """English words; one of them is never corrected."""
    return frozenset(_frequency_list())


@cache
def common_words() -> frozenset[str]:
    """The `COMMON` most frequent English words: they say little about what a question is about."""
    return frozenset(_frequency_list()[:COMMON])


class Speller:
    """Finds the known word that an unknown one was meant to be."""

    def __init__(self, weights: Mapping[str, int], also_known: Iterable[str] = ()) -> None:
        """`weights`: words to correct towards, each with how likely it is to be meant (names above other words)."""
        self._weights = dict(weights)
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(weights):
            if len(word) >= MIN_LENGTH and word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)
        self._known = english_words() | set(weights) | set(also_known)

    def known(self, word: str) -> bool:
        """Whether the word needs no correction."""
        return word in self._known or word.removesuffix("s") in self._known or not word.isalpha()

    def takes(self, word: str) -> bool:
        """Whether words may be corrected towards this one."""
        return word in self._weights

    @cache  # noqa: B019 - one speller lives as long as the process
    def correct(self, word: str) -> str | None:
        """The nearest known word, by restricted Damerau-Levenshtein distance, or None where none is near enough.

        One edit up to seven letters, two above; the first letter is kept, or swapped with the second.
        """
        if len(word) < MIN_LENGTH or len(word) > 24 or self.known(word):
            return None
        reach = 1 if len(word) <= 6 else 2
        pool = self._by_letter.get(word[0], []) + (self._by_letter.get(word[1], []) if len(word) > 4 else [])
        near = process.extract(word, pool, scorer=OSA.distance, score_cutoff=reach, limit=12)
        best = min(near, key=lambda hit: (hit[1], -self._weights[hit[0]], hit[0]), default=None)
        return best[0] if best and (best[1] < reach or len(word) > 4 or self._weights[best[0]] > 1) else None

    def mend(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text with its unknown words corrected, and the (typed, taken) pairs."""
        pairs, parts, at = [], [], 0
        for token in tokens(text):
            better = self.correct(token.text)
            if better:
                parts += [text[at : token.start], better]
                at = token.start + len(token.text)
                pairs.append((token.text, better))
        return "".join((*parts, text[at:])), tuple(pairs)
