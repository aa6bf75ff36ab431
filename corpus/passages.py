"""Cut documents into passages that fit the encoder's window, at sentence boundaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpus.types import Document, Passage, Section, Span

CHUNKER_VERSION = "2"
"""Part of the manifest: another way of cutting makes every built index stale."""

CountTokens = Callable[[str], int]


def passages_of(document: Document, count_tokens: CountTokens, window: int) -> Iterator[Passage]:
    """The document's passages in order. `count_tokens` is the encoder's own, special tokens included.

    Each passage with its title and heading has at most `window` tokens. A sentence that alone is longer is embedded
    in several passages, each of which quotes the whole sentence.
    """
    for number, section in enumerate(document.sections):
        room = window - count_tokens(prefix(document.title, section.heading))
        for part, (span, sentences) in enumerate(_pack(document.text, section, count_tokens, max(room, 16))):
            yield Passage(
                id=f"{document.id}#{number}.{part}",
                document=document.id,
                title=document.title,
                heading=section.heading,
                aspect=section.aspect,
                kind=document.kind,
                topics=document.topics,
                questions=section.questions if part == 0 else (),
                start=span.start,
                end=span.end,
                text=document.text[span.start : span.end],
                sentences=sentences,
            )


def prefix(title: str, heading: str) -> str:
    """What is embedded before a passage's own text, so that it says what it is about."""
    return f"{title}. {heading}. "


def _pack(text: str, section: Section, count_tokens: CountTokens, room: int) -> Iterator[tuple[Span, tuple[Span, ...]]]:
    """Fill each passage with as many whole sentences as fit."""
    held: list[Span] = []
    for sentence in section.sentences:
        if held and count_tokens(text[held[0].start : sentence.end]) > room:
            yield Span(held[0].start, held[-1].end), tuple(held)
            held = []
        if count_tokens(text[sentence.start : sentence.end]) > room:
            for window in _windows(text, sentence, count_tokens, room):
                yield window, (sentence,)
        else:
            held.append(sentence)
    if held:
        yield Span(held[0].start, held[-1].end), tuple(held)


def _windows(text: str, sentence: Span, count_tokens: CountTokens, room: int) -> Iterator[Span]:
    """Halve an over-long sentence, at white space where there is some, until each part fits."""
    if sentence.end - sentence.start < 2 or count_tokens(text[sentence.start : sentence.end]) <= room:
        yield sentence
        return
    middle = (sentence.start + sentence.end) // 2
    blank = text.rfind(" ", sentence.start + 1, middle)
    cut = blank if blank > 0 else middle
    yield from _windows(text, Span(sentence.start, cut), count_tokens, room)
    yield from _windows(text, Span(cut, sentence.end), count_tokens, room)
