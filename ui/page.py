"""The chat page in Gradio. Every control posts a visible message; the page holds the user's messages and no more.

Gradio draws the conversation, the follow-up chips and the box; the answers in it are our own HTML (`ui.answer_html`),
escaped there, and the value of the chat only ever goes from the server to the page, so Gradio's sanitiser is off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import yaml
from gradio.events import api

from answers import data
from corpus.errors import UsageError
from corpus.load import DEFAULT_CORPUS
from ui.conversation import Turn, messages_in, notice_html, said_html
from ui.html import Html, join, tag
from ui.requests import users_messages
from ui.startup import Startup
from ui.strings import ENGLISH

LONGEST = 4_000
"""Characters that the box takes."""
MOST_MESSAGES = 300
"""Messages that a conversation holds; of a longer one the last ones."""
WAIT = 900.0
"""Seconds that a question waits for the index to be built."""
Messages = list[dict[str, Any]]


def words_for_gradio() -> gr.I18n:
    """The page's words as Gradio takes them, by language."""
    return gr.I18n(en={f"nt.{key}": value for key, value in ENGLISH.items()})


class Page:
    """The page and its events. `locale`: the operator's choice, else the browser's."""

    def __init__(self, startup: Startup, locale: str | None = None) -> None:
        self._startup, self._locale = startup, locale

    def blocks(self, words: gr.I18n) -> gr.Blocks:
        """The layout, wired."""
        page: gr.Blocks
        with gr.Blocks(title=ENGLISH["title"], analytics_enabled=False) as page:
            _static(_header(), "nt-header")
            _static(_welcome(_vocabulary(self._startup.places.corpus or DEFAULT_CORPUS)), "nt-welcome")
            chat = gr.Chatbot(
                elem_id="nt-chat", label=words("nt.conversation"), show_label=False, container=False, height="auto",
                layout="bubble", buttons=[], sanitize_html=False, allow_tags=False, latex_delimiters=[],
                autoscroll=False, group_consecutive_messages=False, feedback_options=None,
            )  # fmt: skip
            with gr.Column(elem_id="nt-dock"):
                _static(_waiting(), "nt-over")
                with gr.Row(elem_id="nt-ask"):
                    box = gr.Textbox(
                        elem_id="nt-box", label=words("nt.ask"), placeholder=words("nt.placeholder"), container=False,
                        lines=1, max_lines=6, max_length=LONGEST, autofocus=False, scale=1,
                    )  # fmt: skip
                    send = gr.Button(words("nt.send"), elem_id="nt-send", variant="primary", scale=0, min_width=72)
                _static(tag("p", ENGLISH["short"], id="nt-short"), "nt-foot")
            said = gr.Textbox("", elem_id="nt-said", label="said", visible="hidden")
            reopen = gr.Button("reopen", elem_id="nt-reopen", visible="hidden")
            quiet: Any = {"show_progress": "hidden", "api_visibility": "private"}
            gr.on([box.submit, send.click], self.ask, [box, said], [box, chat, said], **quiet)
            chat.option_select(self.take, [said], [chat, said], **quiet)
            reopen.click(self.replay, [said], [chat, said], **quiet)
            # Tells the script that Gradio listens. Not queued: what is asked while an event's stream closes is lost.
            page.load(lambda: "[]", None, [said], queue=False, **quiet)
            api(self.respond, api_name="respond")
        return page

    # --- events

    def ask(self, message: str, said: str, request: gr.Request) -> tuple[str, Messages, str]:
        """Answer the message after those already said; the box is emptied."""
        messages = (*_read(said), message[:LONGEST])
        return "", self._shown(messages, request), _written(messages)

    def take(self, said: str, chosen: gr.SelectData, request: gr.Request) -> tuple[Messages, str]:
        """A follow-up chip was tapped: the same as typing it."""
        messages = (*_read(said), str(chosen.value)[:LONGEST])
        return self._shown(messages, request), _written(messages)

    def replay(self, said: str, request: gr.Request) -> tuple[Messages, str]:
        """A saved chat is opened, or a new one begun with no messages."""
        messages = tuple(message[:LONGEST] for message in _read(said))
        return (self._shown(messages, request) if messages else []), _written(messages)

    def respond(self, message: str, history: list[Any], locale: str) -> dict[str, Any]:
        """For programs: the reply as data, as `python app.py ask --json` prints it."""
        try:
            earlier = users_messages(history)
        except UsageError as error:
            raise gr.Error(str(error), print_exception=False) from None
        conversations = self._startup.conversations(WAIT)
        if conversations is None or not isinstance(message, str):
            raise gr.Error(ENGLISH["failed"], print_exception=False)
        return data(conversations.answer((*earlier, message), locale or None)[0])

    def _shown(self, messages: Sequence[str], request: gr.Request) -> Messages:
        conversations = self._startup.conversations(WAIT)
        if conversations is None:
            return [_entry("user", said_html(messages[-1])), _entry("assistant", notice_html(ENGLISH["failed"]))]
        return _entries(conversations.turns(messages, self._locale or browser_locale(request.headers)))


def browser_locale(headers: Mapping[str, str]) -> str | None:
    """The first language that the browser asks for, such as "en-US"."""
    first = headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip()
    return first[:35] or None


def _read(said: str) -> tuple[str, ...]:
    try:
        return messages_in(said)
    except (UsageError, ValueError, RecursionError):
        return ()


def _written(messages: Sequence[str]) -> str:
    return json.dumps(list(messages[-MOST_MESSAGES:]), ensure_ascii=True)


def _entries(turns: Sequence[Turn]) -> Messages:
    """The turns as Gradio's messages; the follow-ups of the last one as its options."""
    entries: Messages = []
    for turn in turns:
        entries += [_entry("user", turn.said), _entry("assistant", turn.reply)]
    if turns and turns[-1].suggestions:
        entries[-1]["options"] = [{"label": offer, "value": offer} for offer in turns[-1].suggestions]
    return entries


def _entry(role: str, content: Html) -> dict[str, Any]:
    return {"role": role, "content": str(content)}


# --- the parts that stand still


def _static(content: Html, id_: str) -> None:
    gr.Markdown(str(content), elem_id=id_, sanitize_html=False, container=False)


def _vocabulary(corpus: Path) -> dict[str, Any]:
    """The phrases, for the first page alone; where they can't be read the loading says why."""
    try:
        found = yaml.safe_load((corpus / "vocabulary" / "phrases.yaml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def _header() -> Html:
    names = ("new", "saved", "export", "print", "theme")
    buttons = [tag("button", ENGLISH[name], type="button", class_="nt-quiet", data_do=name) for name in names]
    brand = tag("div", [tag("h1", ENGLISH["title"]), tag("p", ENGLISH["tagline"])], class_="nt-brand")
    status = tag("p", "", id="nt-status", role="status")
    skip = tag("a", ENGLISH["skip"], href="#nt-box", class_="nt-skip")
    menu = tag(
        "button", ENGLISH["menu"], type="button", class_="nt-quiet nt-menu", data_do="menu",
        aria_expanded="false", aria_controls="nt-actions",
    )  # fmt: skip
    nav = tag("nav", buttons, id="nt-actions", aria_label=ENGLISH["actions"])
    bar = tag("div", [brand, menu, nav], class_="nt-bar-top")
    return tag("div", [skip, bar, status])


def _waiting() -> Html:
    """Above the box: that an answer is on its way, and the names that fit what is being typed."""
    names = tag("ul", "", id="nt-names", role="listbox", aria_label=ENGLISH["names"], hidden=True)
    return join([tag("p", "", id="nt-busy", role="status"), names, tag("p", "", id="nt-count", role="status")])


def _welcome(vocabulary: Mapping[str, Any]) -> Html:
    """Questions to start with, by kind, and the disclaimer."""
    kinds: dict[str, list[Html]] = {}
    for example in vocabulary.get("examples", ()):
        button = tag("button", str(example["text"]), type="button", class_="nt-example", data_say=str(example["text"]))
        kinds.setdefault(str(example["kind"]), []).append(tag("li", button))
    groups = [tag("section", [tag("h3", kind), tag("ul", buttons)]) for kind, buttons in kinds.items()]
    disclaimer = tag("p", str(vocabulary.get("disclaimer", "")), class_="nt-disclaimer")
    return join([tag("h2", ENGLISH["examples"]), tag("div", groups, class_="nt-examples"), disclaimer])
