"""Messages and names brought to one form: lower case, vitamins as one word, tokens with stems."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

MAX_MESSAGE = 2_000
"""Code points of a message that are read; a person's question is never that long."""

_TOKEN = re.compile(r"<[a-z-]+>|[^\W\d_]+\d{1,2}(?!\w)|\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
_SAME = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b5": "u", "\u03bc": "u"})
_STEMMER = Stemmer.Stemmer("english")
_LETTER = r"(?<!\w)(?:[cdek]|b\d{0,2}|[dk][123]|a(?!\s+(?:day|person|week|man|woman|child|vegan|lot)\b))(?![\w'])"
_VITAMINS = re.compile(
    rf"\b(?:vitamins?|vits?)\b[\s.,:-]*({_LETTER}(?:[\s,&+/]*(?:\band\b|\bor\b|\bn\b)?[\s,&+/]*{_LETTER})*)"
)
_NUMBERED = re.compile(
    r"(?<!\w)(b|omega|[dk](?=[\s.-]*[123](?!\d)))[\s.-]*(\d{1,2})(?![\d%.]*\w)(?!\s*(?:mg|mcg|ug|g|iu)\b)"
)
_UNSPACED = re.compile(r"(?<=[a-z]{2}),(?=[a-z])")
"""A comma in a space's place: "how,much"."""
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_SPELT = re.compile(rf"\b({'|'.join(_TENS)})(?:[ -]({'|'.join(_ONES)}))?\b")
"""A number said in words, as dictation writes an age."""
_GLUED = re.compile(r"\bvit(?:amin)?s?([cdk]|b\d{1,2}|[dk][123])(?!\w)")
_SPOKEN = re.compile(r"\bb(?:[\s-]+|ee[\s-]*)(one|two|three|five|six|seven|nine|twelve)\b|\bbee[\s.-]*(\d{1,2})\b")
_HEARD = re.compile(r"\b(vitamins?|vits?) be[\s.-]*(\d{1,2})\b")
_DIGITS = {"one": "1", "two": "2", "three": "3", "five": "5", "six": "6", "seven": "7", "nine": "9", "twelve": "12"}
_VITAMIN = re.compile(r"vitamin[abcdek]\d*")
_JOINED = re.compile(r"\bvitamin([abcdek]\d*)\b")
FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "am",
        "was",
        "were",
        "be",
        "been",
        "being",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "its",
        "it's",
        "i'm",
        "im",
        "of",
        "to",
        "in",
        "on",
        "at",
        "and",
        "or",
        "so",
        "very",
        "really",
        "always",
        "all",
        "often",
        "keep",
        "keeps",
        "kept",
        "getting",
        "get",
        "gets",
        "got",
        "have",
        "has",
        "had",
        "having",
        "do",
        "does",
        "did",
        "i",
        "you",
        "he",
        "she",
        "we",
        "they",
        "me",
        "him",
        "them",
        "this",
        "that",
        "these",
        "those",
        "some",
        "any",
        "just",
        "also",
        "such",
        "time",
        "with",
        "from",
        "for",
    ]
)
"""Words that may stand between or around the words of a name."""


MOST_CHARACTERS = 4_096
"""How many characters are remembered as text or none."""


class _Visible(dict[int, str | int]):
    """A table for `str.translate`, filled as characters come: what is no text (controls, symbols) becomes a blank.

    It holds so many that no language needs more, and not all of Unicode if somebody sends that.
    """

    def __missing__(self, code: int) -> str | int:
        unseen = unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "So")
        shown = " " if unseen else code
        return self.setdefault(code, shown) if len(self) < MOST_CHARACTERS else shown


_VISIBLE = _Visible()


class Token(NamedTuple):
    """A word of a plain text: its lower-case form, its stem, and where it stands."""

    text: str
    stem: str
    start: int
    end: int


def fold(message: str) -> str:
    """Lower case, compatibility forms folded, one kind of apostrophe, at most `MAX_MESSAGE` code points."""
    return _folded(message[:MAX_MESSAGE])


def _folded(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.translate(_SAME).lower()  # the same, for most messages, in a tenth of the time
    return unicodedata.normalize("NFKC", text).translate(_SAME).casefold().translate(_VISIBLE)


def join(text: str) -> str:
    """Write "b-12", "omega 3" and "vitamins a, d and e" as one word each, so that no letter is lost as a filler."""
    text = _UNSPACED.sub(" ", text)
    text = _SPELT.sub(lambda m: str(_TENS[m[1]] + (_ONES[m[2]] if m[2] else 0)), text)
    text = _GLUED.sub(r"vitamin \1", text)
    text = _HEARD.sub(r"\1 b\2", text)
    text = _SPOKEN.sub(lambda m: "b" + (_DIGITS[m[1]] if m[1] else m[2]), text)
    text = _NUMBERED.sub(r"\1\2", text)
    return _VITAMINS.sub(lambda m: " and ".join("vitamin" + letter for letter in re.findall(_LETTER, m[1])), text)


def spelled_out(text: str) -> str:
    """The text with joined vitamins as two words again, as documents and the encoder know them."""
    return _JOINED.sub(r"vitamin \1", text)


def plain(message: str) -> str:
    """The one form in which messages and names are compared, at most `MAX_MESSAGE` code points of it."""
    return join(fold(message))


def plain_document(text: str) -> str:
    """A text of the corpus in that form, whole."""
    return join(_folded(text))


def is_vitamin(word: str) -> bool:
    """Whether a word is a joined vitamin ("vitamine" for vitamin E)."""
    return bool(_VITAMIN.fullmatch(word))


@cache
def stem(word: str) -> str:
    """The English stem of a lower-case word; a joined vitamin ("vitamine" for vitamin E) is its own stem."""
    return word if is_vitamin(word) else str(_STEMMER.stemWord(word))


@lru_cache(maxsize=256)
def tokens(text: str) -> tuple[Token, ...]:
    """The words and numbers of a plain text, in order."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match[0].removesuffix("'s")
        found.append(Token(word, stem(word), match.start(), match.end()))
    return tuple(found)


_HARMLESS = frozenset(["a", "an", "the", "of", "in", "my", "to", "for"])


def stems(name: str) -> tuple[str, ...]:
    """The stems of a name without its fillers; empty where too little of it would be left to mean it.

    "Always cold" is no name for "cold": what would be left is another word.
    """
    words = tokens(plain(name))
    kept = tuple(word.stem for word in words if word.text not in FILLERS)
    lost = {word.text for word in words if word.text in FILLERS} - _HARMLESS
    return () if len(kept) <= 1 and lost and len(words) > 1 else kept or tuple(word.stem for word in words)
