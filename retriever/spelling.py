"""Correct words that nobody knows towards words that the corpus knows; every correction is shown to the user."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from jellyfish import metaphone
from rapidfuzz import process
from rapidfuzz.distance import OSA

from retriever.patterns import Patterns
from retriever.text import is_vitamin, stem, tokens

MIN_LENGTH = 4
"""Shorter words are left alone: too many of them are one letter apart."""
MAX_LENGTH = 24
COMMON = 4_000
"""How many of the most frequent English words count as common."""
FAMILIAR = 20_000
"""How many of them a typing error may have been meant as."""
RARE = 30_000
"""From this rank on an English word is more often a misspelt name than itself: "coper", "phosphorous"."""
NAME = 3
"""Weight from which a word is a name, or part of one."""
SOUND = (0.6, 0.3)
"""What sounding the same, and nearly the same (one sound apart), count for, in edits."""
OF_THE_CORPUS, A_NAME = 0.3, 0.7
"""What being a word of the corpus, and a name, count for: people come here to ask about these."""
LEFT_OUT, SIZE = 0.15, 0.1
"""What it counts for that letters were only left out; and against, each letter of another length."""
LONG = 8
"""From this length on two edits are few even if the word sounds otherwise."""


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


@cache
def familiar_words() -> frozenset[str]:
    """The `FAMILIAR` most frequent English words."""
    return frozenset(_frequency_list()[:FAMILIAR])


UNSURE_VITAMINS = ("vitamina", "vitamine")
"""Vitamins A and E typed as one word are more often the word for vitamin, misspelled or in another language."""


class Speller:
    """Finds the known word that an unknown one was meant to be."""

    def __init__(
        self, weights: Mapping[str, int], also_known: Iterable[str] = (), short: Mapping[str, str] | None = None,
        texted: Mapping[str, str] | None = None, autocorrected: Iterable[Sequence[str]] = (),
        medicines: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """`weights`: words of the corpus, each with how likely it is to be meant (names above other words).

        `short`: words written short, and what they stand for; `texted`: the same of everyday words, not worth a note.
        `medicines`: words that only a slip of one letter, or the same sound, is taken for: mesalazine is no metolazone.
        `autocorrected`: (pattern, replacement) of phrases that a phone made of others, a third item if worth a note.
        """
        phrases = [(re.compile(entry[0]), entry[1], len(entry) > 2) for entry in autocorrected]
        self._phrases = Patterns(((meant, shown), pattern) for pattern, meant, shown in phrases)
        self._short, self._texted = short or {}, texted or {}
        self._medicines = frozenset(medicines)
        self._weights = dict(weights)
        ranked = {word: rank for rank, word in enumerate(_frequency_list())}
        self._rank = {word: ranked.get(word, len(ranked)) for word in {*weights, *_frequency_list()[:FAMILIAR]}}
        self._pool = sorted(word for word in self._rank if len(word) >= MIN_LENGTH and word.isalpha())
        self._by_sound: dict[str, list[str]] = {}
        for word in self._pool:
            self._by_sound.setdefault(metaphone(word), []).append(word)
        self._names = [word for word in self._pool if self._weights.get(word, 0) >= NAME and len(word) >= LONG - 1]
        self._known = frozenset(weights) | set(also_known)
        usual = {stem(word) for word in familiar_words()}
        rare = (word for word, rank in ranked.items() if rank >= RARE and stem(word) not in usual)
        self._rare = frozenset(rare) - self._known

    def known(self, word: str) -> bool:
        """Whether the word needs no correction."""
        return self.correct(word) is None and (_is_word(word, self._known) or not word.isalpha())

    def takes(self, word: str) -> bool:
        """Whether words may be corrected towards this one."""
        return word in self._rank

    @cache  # noqa: B019 - one speller lives as long as the process
    def correct(self, word: str) -> str | None:
        """The nearest known word, by edits (restricted Damerau-Levenshtein) and sound, or None where none is near.

        One edit; two where the word is long or sounds alike; three where it is long and sounds alike. A rare English
        word is taken for a name that is one edit away, or sounds the same two away.
        """
        if word in self._short or word in self._texted:
            return self._short.get(word) or self._texted[word]
        if not MIN_LENGTH <= len(word) <= MAX_LENGTH or not word.isalpha():
            return None
        if is_vitamin(word) and word not in UNSURE_VITAMINS:
            return None
        rare = word in self._rare
        if _is_word(word, self._known) and not rare:
            return None
        sound = metaphone(word)
        hits = process.extract(word, self._pool, scorer=OSA.distance, score_cutoff=2, limit=40)
        near = {*self._by_sound.get(sound, ()), *(hit[0] for hit in hits)}
        near |= {other for other in self._names if OSA.distance(word, other, score_cutoff=3) == 3}
        scored = []
        for other in near:
            edits, apart = int(OSA.distance(word, other)), int(OSA.distance(sound, metaphone(other)))
            weight = self._weights.get(other, 0)
            if rare and (weight < NAME or edits > (1 if apart else 2)):
                continue
            if other in self._medicines and edits > 1 and apart:
                continue
            if self._is_near(word, other, edits, apart, weight >= NAME):
                gain = (A_NAME if weight >= NAME else OF_THE_CORPUS if weight else 0) + (
                    SOUND[apart] if apart < 2 else 0
                )
                gain += LEFT_OUT if _is_within(word, other) else 0
                scored.append((round(edits - gain + SIZE * abs(len(word) - len(other)), 6), self._rank[other], other))
        return min(scored)[2] if scored else None

    def _is_near(self, word: str, other: str, edits: int, apart: int, name: bool) -> bool:
        """`apart`: how many sounds apart the two are."""
        # The first letter is seldom wrong, unless it is swapped with the second.
        begins = word[0] == other[0] or word[:2] == other[1::-1]
        if edits <= 1:
            return begins or apart == 0 or len(word) > LONG
        sounds = apart == 0 or (begins and apart == 1 and name)
        if edits == 2:
            return sounds or (begins and min(len(word), len(other)) >= LONG)
        return edits == 3 and sounds and len(word) >= LONG - 1

    def mend(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text with its unknown words corrected, and the (typed, taken) pairs worth a note."""
        pairs, parts, at = [], [], 0
        for (meant, shown), found in self._phrases.matches(text):
            pairs += [(found[0], found.expand(meant))] if shown else []
            text = found.re.sub(meant, text)
        for token in tokens(text):
            better = self.correct(token.text)
            if better:
                parts += [text[at : token.start], better]
                at = token.start + len(token.text)
                if token.text not in self._texted:
                    pairs.append((token.text, better))
        return "".join((*parts, text[at:])), tuple(pairs)


def _is_within(word: str, other: str) -> bool:
    """Whether the letters of one word stand in the other, in their order."""
    letters = iter(other)
    return all(letter in letters for letter in word)


def _is_word(word: str, known: frozenset[str]) -> bool:
    """Whether the word, or the one that it is the plural of, is known here or English."""
    single = word.removesuffix("s")
    return word in known or word in english_words() or single in known or single in familiar_words()
