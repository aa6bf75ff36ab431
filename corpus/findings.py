"""How the checker words what it finds: the same line as CorpusError, file:line: expected, found, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import CorpusError
from corpus.load import Corpus
from corpus.types import Document, Row, Section, Span, Table


def finding(path: Path, line: int, expected: str, found: str, remedy: str) -> str:
    """One line for a person: where, what was expected, what was found, what to do."""
    return str(CorpusError(path, line, expected, found, remedy))


def at_offset(document: Document, offset: int, expected: str, found: str, remedy: str) -> str:
    """A finding at an offset of a document's text."""
    return finding(document.path, document.text.count("\n", 0, offset) + 1, expected, found, remedy)


def at_key(document: Document, key: str, expected: str, found: str, remedy: str) -> str:
    """A finding at a key of a document's front matter."""
    line = re.search(rf"^{re.escape(key)}:", document.text, re.MULTILINE)
    return at_offset(document, line.start() if line else 0, expected, found, remedy)


def in_row(table: Table, row: Row, expected: str, found: str, remedy: str) -> str:
    """A finding in a row of a table."""
    return finding(table.path, row.number, expected, found, remedy)


def rows_of(corpus: Corpus, name: str) -> Iterator[tuple[Table, Row]]:
    """The rows of a table with the table; none where the corpus has no such table."""
    table = corpus.tables.get(name)
    if table is not None:
        yield from ((table, row) for row in table.rows)


def cell(row: Row, column: str) -> str:
    """A cell as text; empty where it is blank, a list, or the table has no such column."""
    value = row.cells.get(column)
    return value if isinstance(value, str) else ""


def number(row: Row, column: str) -> float | None:
    """A cell as a number; None where it is blank or the table has no such column."""
    value = row.cells.get(column)
    return value if isinstance(value, float) else None


def cells_of_list(row: Row, column: str) -> tuple[str, ...]:
    """The items of a list cell; none where the table has no such column."""
    value = row.cells.get(column)
    return value if isinstance(value, tuple) else ()


def sentences(corpus: Corpus) -> Iterator[tuple[Document, Section, Span, str]]:
    """Each sentence of each document, with its section, its span and its text."""
    for document in corpus.documents.values():
        for section in document.sections:
            for span in section.sentences:
                yield document, section, span, document.text[span.start : span.end]
