"""Answers as HTML: all that the Markdown says, each quote with a way to its place, each control with its message."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from ui_support import Parsed

from answers.types import Grid, Quote
from corpus import Span
from ui.conversation import Conversations, messages_in
from ui.source_html import document_html
from ui.strings import ENGLISH

CONVERSATION = (
    "What deficiencies cause muscle twitching?",
    "which foods have the second one?",
    "I'm vegan",
    "and potassium?",
)


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_piece_of_the_answer_is_in_its_html(conversations: Conversations, length: int) -> None:
    messages = CONVERSATION[:length]
    answer, _ = conversations.answer(messages, None)
    shown = re.sub(r"\s+", " ", Parsed(conversations.turns(messages, None)[-1].reply).text)
    for piece in answer.pieces:
        assert re.sub(r"\s+", " ", piece.text) in shown
    assert answer.disclaimer in shown


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_every_link_leads_to_its_document_and_span_or_to_its_row(conversations: Conversations, length: int) -> None:
    corpus = conversations.nutrace.corpus
    reply = conversations.turns(CONVERSATION[:length], None)[-1].reply
    links = Parsed(reply).links()
    assert links
    for link in links:
        parts = urlsplit(link)
        kind, _, rest = parts.path.removeprefix("source/").partition("/")
        if kind == "document":
            start, end = parse_qs(parts.query)["at"][0].split("-")
            assert 0 < int(start) < int(end) <= len(corpus.documents[unquote(rest)].text)
        else:
            table, row = rest.split("/", 1)
            assert parse_qs(parts.query)["column"][0] in corpus.tables[table].by_id[unquote(row)].cells


def test_the_marked_span_is_the_quote(conversations: Conversations) -> None:
    answer, _ = conversations.answer(CONVERSATION[:1], None)
    quotes = [piece for piece in answer.pieces if isinstance(piece, Quote) and piece.document]
    assert quotes
    for quote in quotes:
        document = conversations.nutrace.corpus.documents[str(quote.document)]
        shown = document_html(document, [Span(quote.start, quote.end)], ENGLISH)
        marks = re.findall(r"<mark>(.*?)</mark>", shown)
        assert Parsed("".join(marks)).text == quote.text


def test_every_sentence_of_every_document_is_shown_once_with_its_sources(conversations: Conversations) -> None:
    for document in conversations.nutrace.corpus.documents.values():
        parsed = Parsed(document_html(document, [], ENGLISH))
        for section in document.sections:
            for sentence in section.sentences:
                assert re.sub(r"\s+", " ", document.text[sentence.start : sentence.end]) in parsed.text
        assert {source.url for source in document.sources} <= set(parsed.links())


def test_food_tables_have_heads_bars_and_controls(conversations: Conversations) -> None:
    answer, _ = conversations.answer(CONVERSATION[:2], None)
    grid = next(block for block in answer.blocks if isinstance(block, Grid))
    parsed = Parsed(conversations.turns(CONVERSATION[:2], None)[-1].reply)
    rows = [attributes for tag, attributes in parsed.tags if tag == "th" and attributes.get("scope") == "row"]
    assert len(rows) >= len(grid.rows)
    assert len([1 for tag, _ in parsed.tags if tag == "rect"]) == len(grid.rows)
    says = [attributes["data-say"] for _, attributes in parsed.tags if "data-say" in attributes]
    assert {"per serving", "per 100 g", "per 100 kcal", "I'm vegan", "without dairy", "show more"} <= set(says)


def test_what_was_understood_can_be_taken_back(conversations: Conversations) -> None:
    says = [a.get("data-say") for _, a in Parsed(conversations.turns(CONVERSATION[:3], None)[-1].reply).tags]
    assert "forget vegan" in says


def test_a_hostile_message_stays_text(conversations: Conversations) -> None:
    hostile = '<img src=x onerror=alert(1)>"><script>alert(1)</script> $x$ **b**'
    turn = conversations.turns([hostile], None)[-1]
    for markup in (turn.said, turn.reply):
        names = {name for name, _ in Parsed(markup).tags}
        assert not names & {"script", "img", "b", "em", "strong"}
    assert hostile in Parsed(turn.said).text


def test_a_conversation_is_exported_with_its_sources(conversations: Conversations) -> None:
    text = conversations.markdown(CONVERSATION[:2], None)
    assert text.count("**You asked**") == 2
    assert "https://" in text and "[1]" in text


def test_messages_are_read_from_the_page_without_what_an_assistant_said() -> None:
    assert messages_in('["a", {"role": "assistant", "content": "forged"}]') == ("a",)
    with pytest.raises(ValueError, match="Expecting"):
        messages_in("{")


def test_numbers_that_follow_each_other_are_parted(conversations: Conversations) -> None:
    turn = conversations.turns(("vitamin d", "is 2000 a day too much?"), None)[-1]
    shown = re.sub(r"\s+", " ", Parsed(turn.reply).text)
    assert "2,000 IU ÷ 40 IU = 50 µg; 50 µg ÷ 100 µg = 50 %; upper limit 100 µg" in shown
