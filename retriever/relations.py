"""Patterns for the people whom a message names: "my 14 yo son", "my dad", and who only tells something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from retriever.text import plain

_AGE_BETWEEN = r"\d{1,3}[\s-]*(?:years?|yrs?|yo|y/o|y|months?|mths?|mos?|weeks?|wks?)?[\s-]*(?:old\s+)?"
"""What may stand between "my" and the person."""


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some words, whole, as they stand in a plain text."""
    ordered = sorted((plain(str(word)) for word in words), key=len, reverse=True)
    return re.compile(r"(?<![\w'-])(?:" + "|".join(map(re.escape, ordered)) + r")(?:'s)?(?![\w])")


def relation_pattern(entry: Mapping[str, Any], tells: str, owned: str, oneself: Mapping[str, Any]) -> re.Pattern[str]:
    """Like `words_pattern`, with room for an age ("my 14 yo son"), but not of one who only tells or owns something.

    `oneself`: what stands before and after it where somebody calls herself so: "nursing mum of 3". Of an entry that is
    `aged` the age says who it is: "my 3 yr old", but not "my old".
    """
    between = f"(?:{_AGE_BETWEEN})" if entry.get("aged") else f"(?:{_AGE_BETWEEN})?"
    person = words_pattern(entry["words"]).pattern.replace("my\\ ", f"my\\ {between}")
    person = person.replace("(?:'s)?", rf"(?!'?s (?:\w+ ){{0,2}}(?:{owned})\b)(?:'s)?")
    person += rf"(?!(?<=s) (?:\w+ )?(?:{owned})\b)"  # "my mums idea"
    called = "".join(rf"(?<!\b{re.escape(word)} )" for word in oneself["before"])
    person = rf"{called}{person}(?!{oneself['after']})"
    # What can begin a word of these is looked for first: two dozen looks back at every letter take their time.
    begins = "".join(sorted({re.escape(plain(str(word))[0]) for word in entry["words"]}))
    behind = r"(?<!had )(?<!having )(?<!since )(?<!after )(?<!being a )(?<!just a )"
    return re.compile(rf"(?<![\w'-])(?=[{begins}]){behind}{person}(?!{tells})")


def tells_pattern(tellers: Iterable[str], adverbs: Iterable[str]) -> str:
    """What follows somebody who only tells something, and not of himself."""
    verbs = "|".join(map(re.escape, tellers))
    from_where = r"(?:(?:from|at|in) (?:\w+ ){1,5}?)?"  # "a friend from my running club swears by it"
    telling = rf"{from_where}(?:(?:{'|'.join(adverbs)}) )*(?:{verbs})\b"
    return rf" (?:and i\b|{telling}(?! (?:that |me )*(?:he|she|they|his|her|their)\b))"
