"""Text stays text, whatever it holds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from ui_support import Parsed

from ui.conversation import said_html
from ui.html import Html, join, tag, text

ANY = st.text(st.characters(codec=None, exclude_characters="\0"))


def _flat(words: str) -> str:
    return re.sub(r"\s+", " ", words.encode("utf-8", "replace").decode())


@given(ANY)
def test_text_is_shown_as_it_is_and_makes_no_element(words: str) -> None:
    parsed = Parsed(tag("p", words, title=words))
    assert parsed.text == _flat(words)
    assert parsed.tags == [("p", {"title": _flat(words)})]


@given(ANY)
def test_what_the_user_says_is_one_line_of_markdown_and_makes_no_element(words: str) -> None:
    shown = said_html(words)
    assert "\n" not in shown and "\r" not in shown
    assert {name for name, _ in Parsed(shown).tags} <= {"div", "br"}


def test_markup_is_kept_and_text_beside_it_escaped() -> None:
    assert join([tag("b", "1 < 2"), " & "]) == "<b>1 &lt; 2</b> &amp; "
    assert isinstance(text("a"), Html)


def test_attributes_that_are_none_or_false_are_left_out() -> None:
    assert tag("a", "x", href=None, hidden=False, data_say="y", open=True) == '<a data-say="y" open>x</a>'
