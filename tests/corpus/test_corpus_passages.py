"""Passages: each fits the encoder's window with its heading, and together they hold every sentence."""

from __future__ import annotations

import pytest
from corpus_support import PATH, Written, document_text, documents
from hypothesis import given, settings
from hypothesis import strategies as st

from answers import Nutrace
from corpus import Document
from corpus.markdown import parse_document
from corpus.passages import CountTokens, passages_of, prefix

WINDOW = 40
PLAIN = settings(deadline=None, max_examples=30)


def by_words(text: str) -> int:
    return len(text.split()) + 2


def by_letters(text: str) -> int:
    return (len(text) + 3) // 4 + 2


COUNTS = st.sampled_from([by_words, by_letters])


def long_document(sentence: str) -> Document:
    return parse_document(document_text({"Head": ["Short before.", sentence, "Short after."]}), PATH, "")


@PLAIN
@given(documents(), COUNTS)
def test_every_passage_fits_the_window_with_its_title_and_heading(written: Written, count: CountTokens) -> None:
    for passage in passages_of(written.parsed, count, WINDOW):
        assert count(prefix(passage.title, passage.heading) + passage.text) <= WINDOW


@PLAIN
@given(documents(), COUNTS)
def test_every_sentence_is_in_a_passage_and_they_keep_their_order(written: Written, count: CountTokens) -> None:
    document = written.parsed
    held = [span for passage in passages_of(document, count, WINDOW) for span in passage.sentences]
    assert list(dict.fromkeys(held)) == [span for section in document.sections for span in section.sentences]


@PLAIN
@given(documents(), COUNTS)
def test_a_passage_is_a_span_of_its_document_inside_its_section(written: Written, count: CountTokens) -> None:
    document = written.parsed
    sections = {section.heading: section for section in document.sections}
    for passage in passages_of(document, count, WINDOW):
        section = sections[passage.heading]
        assert section.start <= passage.start < passage.end <= section.end
        assert passage.text == document.text[passage.start : passage.end]
        assert all(span in section.sentences for span in passage.sentences)


@PLAIN
@given(documents(), COUNTS)
def test_ids_are_unique_and_the_cut_is_the_same_each_time(written: Written, count: CountTokens) -> None:
    passages = list(passages_of(written.parsed, count, WINDOW))
    assert len({passage.id for passage in passages}) == len(passages)
    assert passages == list(passages_of(written.parsed, count, WINDOW))


@pytest.mark.parametrize("count", [by_words, by_letters])
@pytest.mark.parametrize(
    "sentence",
    [
        "word " * 300 + "end.",
        "x" * 3_000,
        "鉄" * 2_000 + "。",
        "🍊\u00a0" * 400 + ".",
        "a " + "b" * 2_000 + ".",
        ("ab" * 90 + " ") * 9,
    ],
)
def test_an_oversize_sentence_is_embedded_in_parts_each_of_which_quotes_it_whole(
    count: CountTokens, sentence: str
) -> None:
    document = long_document(sentence)
    spans = document.sections[0].sentences
    passages = list(passages_of(document, count, WINDOW))
    assert all(count(prefix(p.title, p.heading) + p.text) <= WINDOW for p in passages)
    assert {span for p in passages for span in p.sentences} == set(spans)
    for span in spans:
        parts = [p for p in passages if span in p.sentences]
        if len(parts) > 1:
            assert all(p.sentences == (span,) for p in parts)
            joined = "".join(p.text for p in parts)
            assert "".join(joined.split()) == "".join(document.text[slice(*span)].split())


def test_a_section_without_sentences_gives_no_passage() -> None:
    document = parse_document(document_text({"Empty": [], "Full": ["One."]}), PATH, "")
    assert [passage.heading for passage in passages_of(document, by_words, WINDOW)] == ["Full"]


def test_the_questions_of_a_section_stand_with_its_first_passage_alone(engine: Nutrace) -> None:
    for document in engine.corpus.documents.values():
        own = [passage for passage in engine.index.passages if passage.document == document.id]
        asked = [question for passage in own for question in passage.questions]
        assert asked == [question for section in document.sections for question in section.questions]


def test_every_passage_of_the_real_corpus_fits_the_real_window(engine: Nutrace) -> None:
    encoder = engine.index.encoder
    texts = {p.id: prefix(p.title, p.heading) + p.text for p in engine.index.passages}
    assert {id_: n for id_, text in texts.items() if (n := encoder.count_tokens(text)) > encoder.window} == {}
