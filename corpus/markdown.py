"""Read a Markdown document: front matter, sections with an aspect, sentences with their offsets."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from sentencex import segment

from corpus.errors import CorpusError
from corpus.types import ASPECTS, KINDS, Document, Section, Source, Span
from corpus.utf8 import decoded
from corpus.yaml_text import BadYaml, parse_yaml

FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*\r?$", re.MULTILINE)
_TITLE = re.compile(r"^#[ \t].*$", re.MULTILINE)
# A block ends at a blank line, before a list item, and at the end of a line that ends a sentence ("… vitamin C." is no
# initial when a line ends there).
_BLOCK_BREAK = re.compile(r"(?:\r?\n[ \t]*)+\r?\n|\r?\n(?=[ \t]*[-*+][ \t])|(?<=[.!?\]])[ \t]*\r?\n")
_BULLET = re.compile(r"[ \t]*[-*+][ \t]+")
_REQUIRED = ("id", "title", "kind", "topics", "sources", "sections")


def read_document(path: Path) -> Document:
    """Read and check one document. Raises CorpusError naming file, line, what was expected and found."""
    raw = path.read_bytes()
    return parse_document(decoded(path, raw), path, hashlib.sha256(raw).hexdigest())


def parse_document(text: str, path: Path, sha256: str) -> Document:
    """Parse the whole text of a document, front matter included. Raises CorpusError."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        remedy = "begin the file with --- and close the block with ---"
        raise CorpusError(path, 1, "YAML front matter between two --- lines", repr(text[:20]), remedy)
    meta = _front_matter(found[1], path)
    sources = tuple(_source(entry, path) for entry in _list(meta, "sources", path))
    known = {source.id for source in sources}
    sections = _sections(text, found.end(), _list(meta, "sections", path), path)
    for mark in FOOTNOTE.finditer(text, found.end()):
        if mark[1] not in known:
            line = _line(text, mark.start())
            raise CorpusError(
                path, line, f"a source of the front matter ({', '.join(sorted(known))})", mark[0], "add it"
            )
    kind = str(meta["kind"])
    if kind not in KINDS:
        raise CorpusError(path, _line_of_key(text, "kind"), " | ".join(KINDS), repr(kind), "mend `kind:`")
    return Document(
        id=str(meta["id"]),
        title=str(meta["title"]),
        kind=kind,
        topics=tuple(map(str, _list(meta, "topics", path))),
        synonyms=(*_texts(meta, "synonyms", path), *_texts(meta, "narrower", path)),
        narrower=_texts(meta, "narrower", path),
        reviewed=str(meta.get("reviewed", "")),
        sources=sources,
        sections=sections,
        path=path,
        text=text,
        sha256=sha256,
    )


def _front_matter(block: str, path: Path) -> dict[str, Any]:
    try:
        meta = parse_yaml(block)
    except BadYaml as error:
        remedy = "quote values that hold a colon"
        raise CorpusError(path, error.line + 1, "YAML front matter", error.problem, remedy) from None
    if not isinstance(meta, dict):
        raise CorpusError(path, 2, "front matter of `key: value` lines", type(meta).__name__, "see corpus/README.md")
    for key in _REQUIRED:
        if not meta.get(key):
            raise CorpusError(path, 1, f"`{key}:` in the front matter", "none", f"add `{key}:`, see corpus/README.md")
    return meta


def _list(meta: dict[str, Any], key: str, path: Path) -> list[Any]:
    value = meta[key]
    if not isinstance(value, list):
        raise CorpusError(path, 1, f"a list under `{key}:`", type(value).__name__, f"write `{key}: [a, b]`")
    return value


def _texts(entry: dict[str, Any], key: str, path: Path) -> tuple[str, ...]:
    """The texts of a list that may be missing."""
    return tuple(map(str, _list(entry, key, path))) if entry.get(key) is not None else ()


def _source(entry: Any, path: Path) -> Source:
    if not isinstance(entry, dict):
        raise CorpusError(path, 1, "a source with id, title, publisher and url", repr(entry), "mend `sources:`")
    missing = [key for key in ("id", "title", "publisher", "url") if not entry.get(key)]
    if missing:
        raise CorpusError(path, 1, f"a source with {', '.join(missing)}", repr(entry.get("id")), "mend `sources:`")
    return Source(*(str(entry[key]) for key in ("id", "title", "publisher", "url")))


def _sections(text: str, body: int, entries: list[Any], path: Path) -> tuple[Section, ...]:
    """The `##` sections of the body, matched one to one with the entries of the front matter."""
    heads = list(_HEADING.finditer(text, body))
    for entry in entries:
        if not isinstance(entry, dict) or not entry.get("heading"):
            raise CorpusError(path, 1, "a section with heading and aspect", repr(entry), "mend `sections:`")
    listed = [entry["heading"] for entry in entries]
    written = [head[1] for head in heads]
    for position in range(max(len(listed), len(written))):
        expected = listed[position] if position < len(listed) else None
        actual = written[position] if position < len(written) else None
        if expected != actual:
            line = _line(text, heads[position].start()) if actual else 1
            remedy = "make `sections:` of the front matter and the ## headings the same, in the same order"
            raise CorpusError(path, line, f"the heading {expected!r}", repr(actual), remedy)
    sections = []
    for position, (entry, head) in enumerate(zip(entries, heads, strict=True)):
        end = heads[position + 1].start() if position + 1 < len(heads) else len(text)
        aspect = str(entry.get("aspect"))
        if aspect not in ASPECTS:
            raise CorpusError(path, _line(text, head.start()), " | ".join(ASPECTS), repr(aspect), "mend its `aspect:`")
        questions = _texts(entry, "questions", path)
        sections.append(Section(head[1], aspect, questions, head.end(), end, sentences_in(text, head.end(), end)))
    return tuple(sections)


def sentences_in(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Spans of the whole sentences and list items in `text[start:end]`, bullets and footnote marks left out."""
    spans = []
    edges = [start, *(edge for m in _BLOCK_BREAK.finditer(text, start, end) for edge in m.span()), end]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        bullet = _BULLET.match(text, left, right)
        spans += _sentences_of_block(text, bullet.end() if bullet else left, right)
    return tuple(spans)


def _sentences_of_block(text: str, start: int, end: int) -> list[Span]:
    # Footnote marks stand behind the full stop and would hide the end of the sentence; as blanks of the same
    # length they keep every offset.
    masked = FOOTNOTE.sub(lambda m: " " * len(m[0]), text[start:end])
    masked = _TITLE.sub(lambda m: " " * len(m[0]), masked)
    spans, at = [], start
    for piece in segment("en", masked):
        lead, kept = len(piece) - len(piece.lstrip()), piece.strip()
        if kept:
            spans.append(Span(at + lead, at + lead + len(kept)))
        at += len(piece)
    return spans


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _line_of_key(text: str, key: str) -> int:
    found = re.search(rf"^{key}:", text, re.MULTILINE)
    return _line(text, found.start()) if found else 1
