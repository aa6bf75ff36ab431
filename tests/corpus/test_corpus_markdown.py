"""Offsets: every sentence is a span of the whole file's text, in code points, whatever the text is made of."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from corpus_support import BLOCKS, PATH, Written, document_text, documents
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.markdown import parse_document, read_document, sentences_in

MARK = re.compile(r"\[\^[^\]\s]+\]")
PLAIN = settings(deadline=None, max_examples=40)


def sentences(text: str, **options: bool | str) -> list[str]:
    document = parse_document(document_text({"Head": [text]}, **options), PATH, "")  # type: ignore[arg-type]
    return [document.text[start:end] for start, end in document.sections[0].sentences]


@PLAIN
@given(documents())
def test_every_sentence_lies_in_its_section_in_order_and_overlaps_none(written: Written) -> None:
    for section in written.parsed.sections:
        at = section.start
        for start, end in section.sentences:
            assert at <= start < end <= section.end
            at = end


@PLAIN
@given(documents())
def test_no_sentence_begins_or_ends_with_white_space(written: Written) -> None:
    document = written.parsed
    for section in document.sections:
        for start, end in section.sentences:
            assert document.text[start:end] == document.text[start:end].strip() != ""


@PLAIN
@given(documents())
def test_no_text_is_lost_between_the_sentences(written: Written) -> None:
    document = written.parsed
    for section in document.sections:
        covered = {at for start, end in section.sentences for at in range(start, end)}
        rest = "".join(document.text[at] if at not in covered else "\0" for at in range(section.start, section.end))
        without_bullets = re.sub(r"(?m)^[ \t]*[-*+][ \t]+", "", MARK.sub("", rest))
        assert without_bullets.replace("\0", "").strip() == ""


@PLAIN
@given(documents())
def test_no_heading_is_lost_and_none_is_added(written: Written) -> None:
    assert tuple(section.heading for section in written.parsed.sections) == written.headings


@PLAIN
@given(documents())
def test_a_section_reaches_from_its_heading_to_the_next(written: Written) -> None:
    document = written.parsed
    ends = [section.end for section in document.sections]
    for section, before in zip(document.sections, [0, *ends[:-1]], strict=True):
        assert document.text[before : section.start].rstrip("\r").endswith(f"## {section.heading}")
    assert ends[-1] == len(document.text)


@PLAIN
@given(documents())
def test_the_text_is_the_whole_file_and_offsets_count_code_points(written: Written) -> None:
    document = written.parsed
    assert document.text == written.text
    # The same span, reached through the encoded file, as another program would.
    points = written.text.encode("utf-32-le", "surrogatepass")
    for section in document.sections:
        for start, end in section.sentences:
            assert points[4 * start : 4 * end].decode("utf-32-le", "surrogatepass") == document.text[start:end]


@settings(deadline=None, max_examples=15)
@given(documents())
def test_a_file_is_read_without_translating_newlines(
    tmp_path_factory: pytest.TempPathFactory, written: Written
) -> None:
    path = tmp_path_factory.mktemp("documents") / "iron.md"
    raw = written.text.encode("utf-8")
    path.write_bytes(raw)
    document = read_document(path)
    assert document.text.encode("utf-8") == raw
    assert document.sha256 == hashlib.sha256(raw).hexdigest()


@PLAIN
@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_newlines_and_a_mark_at_the_start_change_no_sentence(blocks: list[str]) -> None:
    texts = []
    for newline, bom in (("\n", False), ("\r\n", False), ("\n", True), ("\r\n", True)):
        document = parse_document(document_text({"Head": blocks}, newline, bom), PATH, "")
        found = [document.text[start:end] for start, end in document.sections[0].sentences]
        texts.append([" ".join(text.split()) for text in found])
    assert texts[0] == texts[1] == texts[2] == texts[3]


@settings(deadline=None, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@example("\r\n\r\n- \r\n")
@example("a\u0085b. c\u2028d. e\u2029f.\x1cg.\x0bh.")
@example("Dr. No. 5 e.g. this i.e. that. 1.5 mg. U.S. end.")
@example("\ufeff. \u200b. \u0301")
def test_any_text_is_cut_into_spans_that_lose_no_letter(text: str) -> None:
    spans = sentences_in(text, 0, len(text))
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end] != ""
        at = end
    lost = "".join(
        text[a:b] for a, b in zip([0, *(s.end for s in spans)], [*(s.start for s in spans), len(text)], strict=True)
    )
    assert not re.search(r"\w", re.sub(r"\[\^[^\]\s]+\]|(?m:^#[ \t].*$)", "", lost))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40), st.text(max_size=40))
def test_offsets_are_those_of_the_whole_text_wherever_the_cut_begins(before: str, text: str) -> None:
    shifted = sentences_in(before + text, len(before), len(before) + len(text))
    alone = sentences_in(text, 0, len(text))
    assert [(s.start - len(before), s.end - len(before)) for s in shifted] == [tuple(span) for span in alone]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Iron is a metal. Iron carries oxygen.", ["Iron is a metal.", "Iron carries oxygen."]),
        ("Iron is a metal.[^a] Iron carries oxygen.[^a][^b]", ["Iron is a metal.", "Iron carries oxygen."]),
        ("- Beef holds iron.\n- Lentils hold iron.", ["Beef holds iron.", "Lentils hold iron."]),
        ("- Beef\n- Lentils", ["Beef", "Lentils"]),
        ("* Beef holds iron.[^a]\n+ Lentils hold iron.", ["Beef holds iron.", "Lentils hold iron."]),
        ("One cup holds 1.5 mg. Two hold 3 mg.", ["One cup holds 1.5 mg.", "Two hold 3 mg."]),
        ("Oranges hold vitamin C.\nIron is a metal.", ["Oranges hold vitamin C.", "Iron is a metal."]),
        ("Cafe\u0301 au lait hinders it.\n\nThe\u0301 too.", ["Cafe\u0301 au lait hinders it.", "The\u0301 too."]),
        ("Take 5\u00a0mg a day. Eat well.", ["Take 5\u00a0mg a day.", "Eat well."]),
        ("\u00a0Padded sentence.\u00a0", ["Padded sentence."]),
        ("🍊 holds folate. 👩‍🔬 says so.", ["🍊 holds folate.", "👩‍🔬 says so."]),
        ("Is it low? See a doctor!", ["Is it low?", "See a doctor!"]),
    ],
)
def test_sentences_and_list_items_are_whole_without_bullets_and_marks(
    text: str, expected: list[str], newline: str
) -> None:
    assert sentences(text, newline=newline) == expected


def test_a_wrapped_sentence_is_one_span_with_its_line_break() -> None:
    assert sentences("Iron carries\noxygen in blood. Next.", newline="\r\n") == [
        "Iron carries\r\noxygen in blood.",
        "Next.",
    ]


def test_a_document_that_ends_without_a_newline_keeps_its_last_sentence() -> None:
    text = document_text({"Head": ["First one.", "Last one."]}).rstrip("\n")
    document = parse_document(text, PATH, "")
    assert text[slice(*document.sections[-1].sentences[-1])] == "Last one."


def test_reading_gives_what_parsing_gives(tmp_path: Path) -> None:
    path = tmp_path / "iron.md"
    path.write_bytes(document_text({"A": ["One."], "B": ["Two."]}).encode())
    read = read_document(path)
    assert read == parse_document(read.text, path, read.sha256)
