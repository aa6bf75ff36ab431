"""The evidence itself: a document with the quoted span marked, or a table's row with the cell marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from corpus import Corpus, Document, Row, Section, Source, Span
from corpus.markdown import FOOTNOTE
from ui.html import Html, join, tag

INTERNAL = ("id", "default", "family", "synonyms")
"""Columns that say nothing to a reader."""
UNITS = {"mg": "mg", "ug": "µg", "g": "g", "kcal": "kcal"}
"""The ends of column names that are units."""
SAFE_SCHEMES = ("https://", "http://")
_BULLET = re.compile(r"(?:^|\n)[ \t]*[-*+][ \t]+$")
_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")


def document_html(document: Document, spans: Sequence[Span], words: Mapping[str, str]) -> Html:
    """The whole document with `spans` marked, its sources and its date of review."""
    numbers = {source.id: number for number, source in enumerate(document.sources, 1)}
    parts = [tag("h2", document.title)]
    if document.reviewed:
        parts.append(tag("p", f"{words['source.reviewed']}: {document.reviewed}", class_="nt-meta"))
    for section in document.sections:
        parts.append(tag("h3", section.heading))
        parts += _blocks(document, section, spans, numbers)
    parts.append(_sources(document.sources, words))
    return tag("article", parts, class_="nt-source")


def row_html(
    corpus: Corpus, table: str, row: Row, column: str, source: Source | None, words: Mapping[str, str]
) -> Html:
    """All figures of a row by their columns, the one used first and marked, with where the row comes from."""
    title = next((row.text(name) for name in ("name", "test", "population") if row.cells.get(name)), row.id)
    place = words["source.row"].format(number=row.number, table=table)
    head = tag("tr", [tag("th", words["source.field"], scope="col"), tag("th", words["source.value"], scope="col")])
    cells = []
    for name in sorted(corpus.tables[table].columns, key=lambda name: name != column):
        if row.cells[name] not in (None, ()) and (name == column or name not in INTERNAL):
            shown = tag("mark", _value(row, name)) if name == column else _value(row, name)
            cells.append(tag("tr", [tag("th", _field(table, name), scope="row"), tag("td", shown)]))
    rows = tag("table", [tag("thead", head), tag("tbody", cells)])
    box = tag("div", rows, class_="nt-scroll", tabindex=0, role="region", aria_label=place)
    parts = [tag("h2", title), tag("p", place, class_="nt-meta"), _sources((source,) if source else (), words), box]
    return tag("article", parts, class_="nt-source")


def _field(table: str, column: str) -> str:
    """A column's name for a reader, its unit set off; what foods hold is given per 100 g."""
    name, _, unit = column.rpartition("_")
    if not name or unit not in UNITS:
        return column.replace("_", " ")
    basis = " per 100 g" if table == "foods" else ""
    return f"{name.replace('_', ' ')} ({UNITS[unit]}{basis})"


def _value(row: Row, column: str) -> str:
    value = row.cells[column]
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sources(sources: Sequence[Source], words: Mapping[str, str]) -> Html:
    """Title, publisher and link of each source; only links to the web are links."""
    if not sources:
        return Html("")
    entries = []
    for number, source in enumerate(sources, 1):
        named = source.title or source.id
        linked = source.url.startswith(SAFE_SCHEMES)
        title = tag("a", named, href=source.url, rel="noopener noreferrer", target="_blank") if linked else named
        publisher = f", {source.publisher}" if source.publisher and source.publisher != named else ""
        entries.append(tag("li", [title, publisher], id=f"nt-source-{number}"))
    return join([tag("h3", words["source.sources"]), tag("ol", entries)])


def _blocks(document: Document, section: Section, spans: Sequence[Span], numbers: Mapping[str, int]) -> Iterator[Html]:
    """Paragraphs and lists of a section, made of its sentences where they stand in the text."""
    held: list[tuple[bool, list[str]]] = []
    at = section.start
    for sentence in section.sentences:
        gap = document.text[at : sentence.start]
        is_item = _BULLET.search(gap) is not None
        if is_item or not held or held[-1][0] or _BLANK_LINE.search(gap):
            held.append((is_item, []))
        at = _end_of_marks(document.text, sentence.end)
        held[-1][1].extend(_sentence(document, sentence, spans))
        held[-1][1].extend([*_marks(document.text[sentence.end : at], numbers), Html(" ")])
    for is_item, blocks in groupby(held, key=lambda block: block[0]):
        if is_item:
            yield tag("ul", [tag("li", content) for _, content in blocks])
        else:
            yield from (tag("p", content) for _, content in blocks)


def _sentence(document: Document, sentence: Span, spans: Sequence[Span]) -> Iterator[str]:
    """A sentence, what of it lies in one of the spans marked."""
    at = sentence.start
    for span in sorted(spans):
        start, end = max(span.start, at), min(span.end, sentence.end)
        if start < end:
            yield document.text[at:start]
            yield tag("mark", document.text[start:end])
            at = end
    yield document.text[at : sentence.end]


def _end_of_marks(text: str, at: int) -> int:
    while mark := FOOTNOTE.match(text, at):
        at = mark.end()
    return at


def _marks(text: str, numbers: Mapping[str, int]) -> Iterator[Html]:
    """Footnote marks as the numbers of their sources."""
    for mark in FOOTNOTE.finditer(text):
        number = numbers.get(mark[1])
        if number:
            yield tag("sup", tag("a", str(number), href=f"#nt-source-{number}", class_="nt-note"))
