"""A conversation, made of the user's messages alone: replayed turn by turn, as HTML for the page or as Markdown."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from answers import Answer, Nutrace, markdown
from ui.answer_html import AnswerHtml, source_lines
from ui.html import Html, lines, tag
from ui.requests import users_messages
from ui.strings import ENGLISH

LOG = logging.getLogger("nutrace")
MOST_TURNS = 60
"""Turns shown on the page; of a longer conversation the last ones."""
REMEMBERED = 512
"""Rendered turns held in memory."""


class Turn(NamedTuple):
    """One question and its reply, ready for the page, with the follow-ups that it offers."""

    said: Html
    reply: Html
    suggestions: tuple[str, ...]


class Conversations:
    """Answers and replays. Holds no conversation: only a memory of turns already rendered."""

    def __init__(self, nutrace: Nutrace, words: Mapping[str, str] = ENGLISH, feedback: bool = False) -> None:
        self.nutrace, self._words = nutrace, words
        self._render = AnswerHtml(nutrace, words, feedback)
        self._turn = lru_cache(maxsize=REMEMBERED)(self._rendered)

    def turns(self, messages: Sequence[str], locale: str | None) -> list[Turn]:
        """The last turns of the conversation that these messages make."""
        first = max(0, len(messages) - MOST_TURNS)
        return [self._turn(tuple(messages[: number + 1]), locale) for number in range(first, len(messages))]

    def answer(self, messages: Sequence[str], locale: str | None) -> tuple[Answer, dict[str, float]]:
        """The answer to the last of the messages."""
        return self.nutrace.timed(messages[-1], tuple(messages[:-1]), {"locale": locale} if locale else {})

    def markdown(self, messages: Sequence[str], locale: str | None) -> str:
        """The conversation with the sources of each reply."""
        parts = [f"# {self._words['title']}"]
        for number in range(len(messages)):
            answer, _ = self.answer(messages[: number + 1], locale)
            quoted = "\n".join(f"> {line}" for line in messages[number].splitlines() or [""])
            parts += [f"**{self._words['you-asked']}**\n\n{quoted}", markdown(answer), _sources(answer)]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _rendered(self, messages: tuple[str, ...], locale: str | None) -> Turn:
        said = said_html(messages[-1])
        try:
            answer, times = self.answer(messages, locale)
            reply = self._render(answer, times, len(messages) - 1)
        except Exception as error:  # a defect must not take the conversation with it
            LOG.error("an answer failed: %s", type(error).__name__, exc_info=LOG.isEnabledFor(logging.DEBUG))
            return Turn(said, notice_html(self._words["error"]), ())
        return Turn(said, reply, tuple(answer.suggestions))


def said_html(message: str) -> Html:
    """What the user said, as text and nothing else."""
    return tag("div", lines(message.strip()), class_="nt-said")


def notice_html(words: str) -> Html:
    """A note of the page's own in the place of a reply."""
    return tag("div", tag("p", words), class_="nt-answer nt-notice", role="status")


def messages_in(text: str) -> tuple[str, ...]:
    """The user's messages in the JSON that the page holds. Raises UsageError, or ValueError where it is no JSON."""
    found: Any = json.loads(text or "[]")
    return users_messages(found)


def _sources(answer: Answer) -> str:
    """The sources of a reply as a list, numbered as in its text."""
    return "\n".join(f"- {entry}" for entry in source_lines(answer))
