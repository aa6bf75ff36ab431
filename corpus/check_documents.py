"""Checks of documents as wholes: names, topics, sections, sources, synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.findings import at_key, at_offset, rows_of
from corpus.load import Corpus
from corpus.types import Document

MIN_QUESTIONS = 2
"""Questions that a section lists; fewer leave it found by its own words alone."""
_URL = re.compile(r"https?://[^\s/]+\.[^\s/]+\S*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_documents(corpus: Corpus) -> Iterator[str]:
    """Findings about whole documents, in the order of the corpus."""
    known = set(corpus.documents) | {row.id for _, row in rows_of(corpus, "nutrients")}
    for document in corpus.documents.values():
        yield from _names(document)
        yield from _topics(document, known)
        yield from _sections(document)
        yield from _sources(document)
    yield from _synonyms(corpus)


def _names(document: Document) -> Iterator[str]:
    expected = document.id.partition(":")[2] or document.id
    if document.path.stem != expected:
        yield at_key(document, "id", f"a file named {expected}.md", document.path.name, "rename the file or mend `id:`")
    prefix = "" if document.kind == "nutrient" else f"{document.kind}:"
    if not re.fullmatch(rf"{prefix}[a-z0-9]+(?:-[a-z0-9]+)*", document.id):
        form = f"an id of the form {prefix}lower-case-words"
        yield at_key(document, "id", form, repr(document.id), "mend `id:`")
    if not _DATE.fullmatch(document.reviewed):
        yield at_key(
            document, "reviewed", "the day of the last review, as 2026-11-22", repr(document.reviewed), "add it"
        )


def _topics(document: Document, known: set[str]) -> Iterator[str]:
    if document.topics[:1] != (document.id,):
        first = f"the document's own id first, {document.id}"
        yield at_key(document, "topics", first, ", ".join(document.topics[:1]) or "none", "put it first")
    for topic in document.topics:
        if topic not in known:
            expected = "a nutrient of nutrients.csv or the id of a document"
            yield at_key(document, "topics", expected, repr(topic), "mend the name, or drop it")


def _sections(document: Document) -> Iterator[str]:
    for section in document.sections:
        if not section.sentences:
            remedy = "write some, or drop the heading and its entry"
            yield at_offset(document, section.start, f"sentences below {section.heading!r}", "none", remedy)
        if len(section.questions) < MIN_QUESTIONS:
            expected = f"at least {MIN_QUESTIONS} questions for {section.heading!r}"
            remedy = "add questions as people type them"
            yield at_offset(document, section.start, expected, str(len(section.questions)), remedy)


def _sources(document: Document) -> Iterator[str]:
    cited = set(re.findall(r"\[\^([^\]\s]+)\]", document.text))
    seen = set()
    for source in document.sources:
        where = f"source {source.id!r}"
        if not _URL.fullmatch(source.url):
            remedy = "give the address of the page"
            yield at_key(document, "sources", f"an http(s) URL for {where}", repr(source.url), remedy)
        if not source.publisher.strip():
            yield at_key(document, "sources", f"a publisher for {where}", "none", "say who published it")
        if source.id in seen:
            yield at_key(document, "sources", f"one {where}", "two", "drop or rename one")
        if source.id not in cited:
            yield at_key(document, "sources", f"a footnote that names {where}", "none", "cite it, or drop it")
        seen.add(source.id)


def _synonyms(corpus: Corpus) -> Iterator[str]:
    """No word may lead to two documents of one kind: which of them is shown would be chance."""
    owners: dict[tuple[str, str], Document] = {}
    for document in corpus.documents.values():
        for name in dict.fromkeys(name.casefold() for name in (document.title, *document.synonyms)):
            other = owners.setdefault((document.kind, name), document)
            if other is not document:
                expected = f"a synonym of one {document.kind} alone"
                yield at_key(document, "synonyms", expected, f"{name!r}, which {other.id} has too", "drop it in one")
