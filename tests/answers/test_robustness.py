"""Whatever is typed, there is a reply; nothing is raised."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answers import Answer, Nutrace, data

ODD = {
    "nothing": "",
    "blanks": " \t\r\n\u00a0\u3000",
    "lone surrogates": "\ud800 magnesium \udfff",
    "a reversed surrogate pair": "\udc00\ud800",
    "NULs": "\x00mag\x00nesium\x00",
    "every control character": "".join(map(chr, range(32))) + "".join(map(chr, range(127, 160))),
    "100,000 letters": "a" * 100_000,
    "100,000 characters of words": "magnesium deficiency " * 4_762,
    "deep brackets": "[" * 5_000 + "(" * 5_000 + "{" * 5_000,
    "deep quotes": "\"'`“‘«" * 2_000,
    "right to left": "ما هي الأطعمة التي تحتوي على المغنيسيوم؟ \u202emuisengam\u202c",
    "an emoji flood": "🍌🥬👩‍🔬🏳️‍🌈" * 3_000,
    "combining marks": "m" + "\u0301" * 5_000,
    "a ligature that grows": "\ufdfa" * 2_000,
    "Turkish i": "İ\u0131Ii vİtamİn İ",
    "sharp s": "ßẞ" * 1_000,
    "only punctuation": "?!?!...,,,;;;:::---///\\\\\\",
    "only numbers": "1 2 3 4 5 6.7 8,9 1e309 -0 0x10 ½ ٣ Ⅷ ①",
    "a huge number": "is " + "9" * 2_000 + " mg of zinc too much?",
    "a division by nothing": "how much iron in 0/0 cups of spinach or 1/0 cup",
    "a fraction of thousands": "how much iron in 5,000,000/3,000 cups of spinach",
    "a number of dots": "is 1.2.3,4,5 mg of zinc ok",
    "a superscript": "how much magnesium in 2² cups of spinach and ²/³ cup",
    "format braces": "{topic} {0} {topics!r} %s %(x)s which foods have {iron}?",
    "a regular expression": "(a+)+$ .* [^a]* \\b(?<=x) zinc (?P<n>",
    "repetition for backtracking": "no " * 600 + "spinach",
    "numbers for backtracking": "1" * 1_000 + "," * 900,
    "vitamins for backtracking": "vitamin " + "a, " * 600 + "!",
    "SQL": "'; DROP TABLE foods; --",
    "a path": "../../../../etc/passwd\x00.md",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Markdown": "# h\n\n---\n\n| a | b |\n|---|---|\n```\nx\n```",
    "YAML": "---\nid: !!python/object/apply:os.system ['true']\n---\n",
    "many lines": "zinc?\n" * 800,
    "many questions": "what is zinc? " * 140,
    "an ordinal out of reach": "the 99th one, number 0, number 9, the last 5",
    "special tokens": "[CLS] [SEP] [MASK] [PAD] <s> </s> <|endoftext|>",
    "private use": "\ue000\ue001\ue009 which foods have \ue000?",
    "noncharacters": "\ufffe\uffff\U0010ffff",
    "separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
}


def sound(answer: Answer, message: str) -> dict[str, Any]:
    reply = data(answer)
    assert reply["message"] == message
    assert reply["status"] in ("answered", "no_answer", "clarify", "small_talk")
    assert reply["pieces"][-1]["id"] == "disclaimer"
    return reply


@pytest.mark.parametrize("name", ODD)
def test_an_odd_message_gets_a_reply(engine: Nutrace, name: str) -> None:
    reply = sound(engine.respond(ODD[name]), ODD[name])
    assert len(reply["text"]) < 20_000


@pytest.mark.parametrize("name", ODD)
def test_an_odd_message_in_the_history_gets_a_reply(engine: Nutrace, name: str) -> None:
    for message in ("which foods have it?", "the second one"):
        sound(engine.respond(message, ("What deficiencies cause muscle twitching?", ODD[name])), message)


@pytest.mark.parametrize(
    "name",
    ["nothing", "100,000 letters", "deep brackets", "an emoji flood", "only punctuation", "SQL", "special tokens"],
)
def test_what_means_nothing_is_not_answered_and_briefly(engine: Nutrace, name: str) -> None:
    reply = data(engine.respond(ODD[name]))
    assert reply["status"] != "answered"
    assert len(reply["text"]) < 1_000


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=()), max_size=120))
@example("\U000e0001")
def test_any_text_gets_a_reply(engine: Nutrace, message: str) -> None:
    sound(engine.respond(message), message)


WORDS = st.sampled_from(
    [
        "magnesium",
        "vitamin",
        "b12",
        "b",
        "12",
        "it",
        "the",
        "second",
        "one",
        "and",
        "or",
        "not",
        "without",
        "vegan",
        "pregnant",
        "70",
        "year",
        "old",
        "my",
        "dad",
        "kidney",
        "disease",
        "warfarin",
        "spinach",
        "cups",
        "1/2",
        "0",
        "400",
        "mg",
        "%",
        "iu",
        "is",
        "too",
        "much",
        "more",
        "why",
        "sources",
        "yes",
        "no",
        "i",
        "meant",
        "back",
        "to",
        "foods",
        "which",
        "has",
        ",",
        ".",
        "?",
        "!",
        "'s",
        "per",
        "100",
        "kcal",
        "least",
        "how",
        "many",
        "last",
        "two",
        "both",
        "start",
        "over",
        "forget",
        "twitching",
        "suicide",
        "chest",
        "pain",
        "not",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join), min_size=1, max_size=4))
def test_any_conversation_of_known_words_gets_replies(engine: Nutrace, messages: list[str]) -> None:
    sound(engine.respond(messages[-1], messages[:-1]), messages[-1])
