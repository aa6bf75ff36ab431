"""The corpus as frozen data. Offsets count code points of `Document.text`, end exclusive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ASPECTS = (
    "overview",
    "deficiency-signs",
    "linked-nutrients",
    "causes",
    "foods",
    "food-content",
    "comparison",
    "intake",
    "excess",
    "interactions",
    "absorption",
    "at-risk",
    "testing",
    "evidence",
    "see-doctor",
)
"""The closed list of what a section, and a question, can be about."""

KINDS = ("nutrient", "symptom", "topic")

Value = str | float | tuple[str, ...] | None


class Span(NamedTuple):
    """A half-open range of code points in one document: `document.text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was published. `id` is what footnote marks and table cells name."""

    id: str
    title: str
    publisher: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """One `##` section: its aspect, the questions it answers, its sentences in order."""

    heading: str
    aspect: str
    questions: tuple[str, ...]
    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole Markdown file. `text` includes the front matter, newlines untranslated; `sha256` is of the bytes.

    `narrower`: those of the synonyms that name only a part of what the document is about ("keto" of strict diets).
    """

    id: str
    title: str
    kind: str
    topics: tuple[str, ...]
    synonyms: tuple[str, ...]
    narrower: tuple[str, ...]
    reviewed: str
    sources: tuple[Source, ...]
    sections: tuple[Section, ...]
    path: Path
    text: str
    sha256: str

    def __repr__(self) -> str:
        return f"Document({self.id!r}, {len(self.sections)} sections, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and ranked: part of one section, small enough for the encoder's window with its heading.

    `text` is `document.text[start:end]`; `sentences` are the whole sentences that may be quoted from it.
    """

    id: str
    document: str
    title: str
    heading: str
    aspect: str
    kind: str
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. `number` is its line in the file, 1-based, header included."""

    id: str
    number: int
    cells: Mapping[str, Value]

    def text(self, column: str) -> str:
        """The cell as text; empty where the cell is blank."""
        value = self.cells[column]
        return "" if value is None else str(value)

    def number_of(self, column: str) -> float | None:
        """The cell as a number; None where it is blank. Raises TypeError if the column holds no numbers."""
        value = self.cells[column]
        if value is not None and not isinstance(value, float):
            raise TypeError(f"column {column!r} holds {type(value).__name__}, not numbers")
        return value

    def items(self, column: str) -> tuple[str, ...]:
        """The cell as a list. Raises TypeError if the column is no list."""
        value = self.cells[column]
        if not isinstance(value, tuple):
            raise TypeError(f"column {column!r} holds {type(value).__name__}, not a list")
        return value


@dataclass(frozen=True, slots=True)
class Table:
    """A typed CSV file: rows in file order, found by id."""

    name: str
    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sha256: str
    by_id: Mapping[str, Row]

    def __repr__(self) -> str:
        return f"Table({self.name!r}, {len(self.rows)} rows)"
